/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Local low-rank matrix approximation (Lee, Kim, Lebanon, Singer, ICML 2013). A global factor
 * model measures the distances between users and between items. Each of q anchors (u_a, i_a) is a
 * pair drawn from the training ratings. Around each anchor a local factor model is fitted, in
 * which a rating is weighted by the kernel
 *
 *     K_a(u, i) = K_h(d(u_a, u)) * K_h(d(i_a, i)),      d(x, y) = 2/pi arccos(x . y / |x||y|)
 *     r_hat_ui  = sum over a of K_a(u, i) r_hat_a,ui / sum over a of K_a(u, i)
 *
 * If no anchor covers a pair, the prediction is the global model's.
 *
 * Every model, global or local, is r_hat = mean + p_u . q_i with k + 2 columns. The first column
 * of every user's row and the last of every item's are 1, so the opposite number is a bias. All
 * models are fitted by alternating ridge regression (ALS): items given users, then users given
 * items. The first epochs sweep the global model; each later epoch is a sweep of every local
 * model.
 *
 * Two things differ from the paper. There, distances are between factors of the raw ratings.
 * These all point one way, so a bandwidth of 0.8 covers nearly every pair. Here the mean and the
 * biases are removed first, factors point in all directions, and 1.5 covers as much. There, every
 * row has the same penalty; here it grows with the square root of the row's number of ratings. */
#ifndef AUTOREC_MODEL_LLORMA_H
#define AUTOREC_MODEL_LLORMA_H

#include "internal.h"

/* Tensors. U, V: the global model, a row per user and per item. P, Q: the same for each anchor in
 * turn. The kernels K_h(d(u_a, u)) and K_h(d(i_a, i)), for each anchor in turn: [anchors * users],
 * [anchors * items], zero until the global model is done. */
enum { MEAN, U, V, USER_KERNEL, ITEM_KERNEL, P, Q };

enum { GLOBAL_RANK = 10, BIASES = 2, GLOBAL = -1 };

/* The rows of one side of one factor model. */
struct factors {
	real *rows;    /* [n x stride] */
	size_t stride; /* columns in memory; the row fits into one strip of a panel */
	int32_t fixed; /* the column that is 1 */
	real *kernel;  /* [n] weights; NULL: all 1 */
};

/* One side of a factor model, `self`, about to be fitted to the other.  What is minimized in both
 * halves is
 *
 *     sum over observed of K (r - mean - p . q)^2
 *     + penalty * sum over rows of sqrt(weight of the row) * |row|^2
 *
 * where a row's weight is the sum of its ratings' K, and the fixed column does not count. */
struct half {
	const struct sparse *x; /* a row per row of self */
	struct factors self, other;
	int32_t columns;
	double mean, unit; /* the model predicts (r - mean) / unit */
	double penalty;
};

/* One half of one model: an anchor's, or the one with number GLOBAL. */
struct half llorma_half(const struct model *m, const struct weights *w, int anchor, bool users);

double llorma_distance(const real *x, const real *y,
		       int32_t n); /* 0 .. 2; 1 (a right angle) if x or y is zero */
double llorma_kernel(double distance, double bandwidth); /* Epanechnikov's */

/* The row, but its fixed column, that minimizes the above for ratings (col, val)[n] and weights own
 * * other's kernel. */
int llorma_fit_row(const struct half *h, double own, const int32_t *col, const real *val, int64_t n,
		   real *row, struct err *e);
/* Fits row r of self to the ratings in h->x. */
int llorma_fit(const struct half *h, int32_t r, struct err *e);
/* What is minimized; `other_x`: h->x seen from the other side. */
double llorma_loss(const struct half *h, const struct sparse *other_x);

int llorma_predict_vectors(const struct model *m, const struct weights *w, int n,
			   const struct rating_vector *v, real *const *out, struct err *e);
int llorma_predict_dim(const struct model *m, const struct weights *w, int32_t dim, int n,
		       const struct rating_vector *edited, real *out, struct err *e);
void llorma_predict_pairs(const struct model *m, const struct weights *w, const struct ratings *set,
			  real *out);
int llorma_terms(const struct model *m, const struct weights *w, int32_t user, int32_t item,
		 const struct rating_vector *v, struct terms *out, struct err *e);
int llorma_refit(const struct model *m, const struct weights *w, const struct rating_vector *rated,
		 real *out, struct err *e);

#endif
