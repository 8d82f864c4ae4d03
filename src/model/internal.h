/* SPDX-License-Identifier: GPL-3.0-or-later
 * The list of models, and what they share. */
#ifndef AUTOREC_MODEL_INTERNAL_H
#define AUTOREC_MODEL_INTERNAL_H

#include "autorec/model.h"

/* Every model, in the order in which help lists them. To add a model, add a file to this folder and
 * a line here. */
#define MODELS(X)                                                                                  \
	X(i_autorec)                                                                               \
	X(u_autorec)                                                                               \
	X(deep_autorec)                                                                            \
	X(i_rbm)                                                                                   \
	X(u_rbm)                                                                                   \
	X(baseline)                                                                                \
	X(biased_mf)                                                                               \
	X(llorma)                                                                                  \
	X(item_knn)

#define MODEL_DECLARE(name) extern const struct model_ops name##_ops;
MODELS(MODEL_DECLARE)

/* Appends a tensor: a panel of rows x cols in strips, or `rows` numbers with cols 1. */
void model_add_tensor(struct model *m, const char *name, int32_t rows, int32_t cols, bool panel);

/* Fills a tensor row by row with sd * N(0, 1), keyed by config.seed and the stream.  The numbers do
 * not depend on the strips. */
int model_draw_normal(const struct model *m, struct weights *w, int tensor, uint64_t stream,
		      double sd, struct err *e);

/* For every pair of `set`: out[t] += row of `rows` . row of `cols`.  For room see panel_strip. */
void model_pair_dots(const struct model *m, const struct sparse *set, const struct panel *rows,
		     const struct panel *cols, brief *room, real *out);

/* Fits a row by ridge regression of y [rated->n] on the vectors of the rated columns, with a free
 * intercept b: row [panel_columns(k)], zero in the padding. ERR_FAILED if there is no rating. */
int model_fit_row(const struct panel *vectors, const struct rating_vector *rated, const real *y,
		  double penalty, real *row, real *b, struct err *e);

/* Is v a row of the training ratings without edits?  Its hidden units and biases are known then. */
bool model_knows(const struct rating_vector *v);

/* Finds the hidden vector of an input vector: [panel_columns(k)].  Calls `encode` unless the model
 * knows the vector. */
typedef int encoder(const struct model *m, const struct weights *w, const struct rating_vector *v,
		    real *h, struct err *e);
int model_hidden_row(const struct model *m, const struct weights *w, const struct rating_vector *v,
		     encoder *encode, real *h, struct err *e);

/* Scratch memory to predict all training ratings of a model. */
struct scoring {
	real *predicted; /* [nnz], in by_user's order */
	double *squares; /* [n_users] */
};
size_t scoring_bytes(const struct model *m);
int scoring_init(struct scoring *s, const struct model *m, struct err *e);
void scoring_done(struct scoring *s);
/* The sum of squared errors on the training ratings, by predict_pairs. */
double scoring_sse(struct scoring *s, const struct model *m, const struct weights *w);

/* The two sides of the ratings: a model encodes vectors, the ratings of an item or of a user.  The
 * places of a vector are its dims. */
const struct sparse *model_vectors(const struct model *m, const struct ratings *r);
const struct sparse *model_dims(const struct model *m, const struct ratings *r);

#endif
