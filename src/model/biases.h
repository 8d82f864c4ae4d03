/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The mean of all ratings, and the deviation of each user and each item from it. Several models
 * start with them; they are the first tensors of such a model. */
#ifndef AUTOREC_MODEL_BIASES_H
#define AUTOREC_MODEL_BIASES_H

#include "autorec/model.h"

enum { MEAN, USER_BIAS, ITEM_BIAS, N_BIASES };

struct biases {
	real *mean; /* [1] */
	real *user; /* [n_users] */
	real *item; /* [n_items] */
};

void biases_add_tensors(struct model *m);
struct biases biases_of(const struct model *m, const struct weights *w);

/* Sets the mean, and biases of zero. */
void biases_start(const struct model *m, struct weights *w);
/* One turn of alternating least squares with half_lambda on the squared biases: all items given the
 * users, then all users given the items. */
void biases_fit(const struct model *m, struct weights *w, double half_lambda);
/* One row's bias, given the biases of the other side: sum over t < n of (val[t] - mean -
 * other[col[t]]) / (n + half_lambda). */
real biases_fit_row(const int32_t *col, const real *val, int64_t n, real mean, const real *other,
		    double half_lambda);

/* mean + b_u + b_i: predict_vectors, predict_dim and predict_pairs of a model that has only biases.
 * They read no ratings. */
int biases_predict_vectors(const struct model *m, const struct weights *w, int n,
			   const struct rating_vector *v, real *const *out, struct err *e);
int biases_predict_dim(const struct model *m, const struct weights *w, int32_t dim, int n,
		       const struct rating_vector *edited, real *out, struct err *e);
int biases_terms(const struct model *m, const struct weights *w, int32_t user, int32_t item,
		 const struct rating_vector *v, struct terms *out, struct err *e);
void biases_predict_pairs(const struct model *m, const struct weights *w, const struct ratings *set,
			  real *out);

#endif
