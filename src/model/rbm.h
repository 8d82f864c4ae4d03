/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Restricted Boltzmann machines for ratings (Salakhutdinov, Mnih, Hinton, ICML 2007). A vector is
 * a user's ratings in u-rbm, an item's in i-rbm. It contains only what was rated: each rating has
 * a softmax unit, with one state for each of the K rating values. There are k binary hidden
 * units. All vectors share the weights. A rating of dim d with the v-th value is row d * K + v of
 * W, so a vector is a list of rows. With V the set of its rows,
 *
 *     p(h_j = 1 | V)      = sigmoid(mu_j + sum over rows in V of W_row,j)              eq. (2)
 *     p(v | h) for dim d  = softmax over v of (b_dv + sum over j of W_dv,j h_j)        eq. (1)
 *     prediction          = sum over v of value_v p(v | h_hat),  h_hat = p(h | V)   mean field
 *
 * Learning is contrastive divergence: the statistics of V and its p(h | V), minus the same after
 * T steps of Gibbs sampling (eqs. 6 and 7). A step on a batch of n out of N vectors moves W by a
 * velocity that keeps a share of the previous one:
 *
 *     velocity = momentum * velocity
 *                + rate / n * (sum over the batch of (<V h>_data - <V h>_T) - lambda * n / N * W)
 *
 * So lambda gives a penalty lambda/2 * |W|^2 on the log-likelihood of all vectors. Biases have no
 * penalty. */
#ifndef AUTOREC_MODEL_RBM_H
#define AUTOREC_MODEL_RBM_H

#include "internal.h"

/* Tensors: W: [d K x k]; b: [d K]; mu: [k]; the rating values, ascending: [K]. */
enum { W, B, MU, VALUES };

enum {
	MAX_VALUES = 100, /* distinct rating values */
	BLOCK = 512,      /* states of softmax units that are computed at a time */
};

/* What training keeps besides the weights. */
struct rbm {
	real *velocity; /* [n_theta] */
	/* W of the weights in training, rounded; NULL with precision=float */
	brief *rounded;
	int32_t *data;    /* [nnz] the row of W of each training rating, vector by vector */
	int32_t *sampled; /* [nnz] the same at the end of the Gibbs chain */
	real *ones;       /* [longest vector] */
	int32_t *order;   /* [n_vectors] the order in which the epoch takes them */
	int32_t batch;    /* vectors per step */
	/* panel 3 batch x k: p(h | data), p(h) at the end of the chain, and the sampled states */
	real *states;
	/* [d K + 1] where the uses of each row of W begin in `use` and `sign` */
	int64_t *start;
	int32_t *use; /* rows of `states` */
	real *sign;   /* 1 for data, -1 for samples */
	/* [n_vectors] -log p of a vector's ratings, and the squared errors of its predictions */
	double *nats, *squares;
	int n_values;
	real values[MAX_VALUES + 1];
};

/* The index of the value nearest to the rating; the lower one on a tie. */
int rbm_nearest(const real *values, int n, real rating);

/* The parameters as the two distributions read them. */
struct rbm_weights {
	struct panel w;
	const brief *rounded; /* W, rounded, which is faster to read; NULL: read W itself */
	const real *b, *mu, *values;
	int n_values;
	struct gate *gate; /* the model's */
};
struct rbm_weights rbm_weights_of(const struct model *m, const struct weights *w,
				  const brief *rounded);

/* Writes p(h | V) to a row of `hidden`, for the n rows of W in V. ones: n numbers that are 1. */
void rbm_encode(const struct rbm_weights *in, const int32_t *rows, const real *ones, int64_t n,
		const struct panel *hidden, int32_t row);
/* p(v | h) for n dims, n * K <= BLOCK; p: [n][K]. */
void rbm_visible(const struct rbm_weights *in, const struct panel *hidden, int32_t row,
		 const int32_t *dim, int64_t n, real *p);
/* Softmax in place over each group of K among n K numbers. */
void rbm_softmax(real *x, int64_t n, int n_values);
/* The expected rating under p: [K]. */
double rbm_mean(const struct rbm_weights *in, const real *p);

/* Rounds all of W for training, unless precision=float. */
void rbm_round(const struct model *m, const struct weights *w);
/* One step of contrastive divergence on the vectors order[first .. first + n). */
void rbm_step(const struct model *m, struct weights *w, int64_t epoch, int32_t first, int32_t n);

int rbm_fold(const struct model *m, struct weights *w, bool of_item, const struct rating_vector *v,
	     struct err *e);
int rbm_predict_vectors(const struct model *m, const struct weights *w, int n,
			const struct rating_vector *v, real *const *out, struct err *e);
int rbm_predict_dim(const struct model *m, const struct weights *w, int32_t dim, int n,
		    const struct rating_vector *edited, real *out, struct err *e);
void rbm_predict_pairs(const struct model *m, const struct weights *w, const struct ratings *set,
		       real *out);
int rbm_terms(const struct model *m, const struct weights *w, int32_t user, int32_t item,
	      const struct rating_vector *v, struct terms *out, struct err *e);
int rbm_replace_each(const struct model *m, const struct weights *w, int32_t dim,
		     const struct rating_vector *v, const double *to, double *out, double *linear,
		     struct err *e);
int rbm_unit_effects(const struct model *m, const struct weights *w, int32_t unit, real *out,
		     struct err *e);

#endif
