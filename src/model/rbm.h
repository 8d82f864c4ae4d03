/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Restricted Boltzmann machines for ratings (Salakhutdinov, Mnih, Hinton, ICML 2007).  Of each
 * vector (a user's ratings in u-rbm, an item's in i-rbm) only what was rated is there: a softmax
 * unit for each rating, with one state for each value that ratings have, and k binary hidden units.
 * Weights are shared over all vectors.  A rating of dim d that is the v-th of K values is row d * K
 * + v of W, so a vector is the list of its rows, and with V the set of them
 *
 *     p(h_j = 1 | V)     = sigmoid(mu_j + sum over rows in V of W_row,j) eq. (2) p(v | h) for dim d
 * = softmax over v of (b_dv + sum over j of W_dv,j h_j)                          eq. (1) prediction
 * = sum over v of value_v p(v | h_hat),  h_hat = p(h | V)                        mean field
 *
 * Learning is contrastive divergence: what V and its p(h | V) say, less what is left after T steps
 * of Gibbs sampling (eqs. 6 and 7).  A step on a batch of n out of N vectors moves W by a velocity
 * that keeps a share of the last one:
 *
 *     velocity = momentum * velocity + rate / n * (sum over the batch of (<V h>_data - <V h>_T) -
 * lambda * n / N * W)
 *
 * so lambda is a penalty lambda/2 * |W|^2 beside the log-likelihood of all vectors; biases have
 * none. */
#ifndef AUTOREC_MODEL_RBM_H
#define AUTOREC_MODEL_RBM_H

#include "internal.h"

enum {
	W,
	B,
	MU,
	VALUES
}; /* tensors: W: [d K x k]; b: [d K]; mu: [k]; the rating values, ascending: [K] */

enum {
	MAX_VALUES = 100, /* different ratings */
	BLOCK = 512,      /* states of softmax units that are computed at a time */
};

/* What training keeps beside the weights. */
struct rbm {
	real *velocity;   /* [n_theta] */
	brief *rounded;   /* W of the weights in training, rounded; NULL with precision=float */
	int32_t *data;    /* [nnz] the row of W of each training rating, vector after vector */
	int32_t *sampled; /* [nnz] the same at the end of the Gibbs chain */
	real *ones;       /* [longest vector] */
	int32_t *order;   /* [n_vectors] in which the epoch takes them */
	int32_t batch;    /* vectors a step */
	real *states;     /* panel 3 batch x k: p(h | data), p(h) at the end of the chain, and the
			     states that are drawn */
	int64_t *start;   /* [d K + 1] where the uses of each row of W begin in: */
	int32_t *use;     /* rows of `states` */
	real *sign;       /* 1 for data, -1 for samples */
	double *nats, *squares; /* [n_vectors] -log p of a vector's ratings and squared errors of
				   its predictions */
	int n_values;
	real values[MAX_VALUES + 1];
};

/* Which of the n values is nearest to the rating; the lower one in the middle. */
int rbm_nearest(const real *values, int n, real rating);

/* The parameters as the two distributions read them. */
struct rbm_weights {
	struct panel w;
	const brief *rounded; /* W, rounded, which is read faster; NULL: as it is */
	const real *b, *mu, *values;
	int n_values;
	struct gate *gate; /* the model's */
};
struct rbm_weights rbm_weights_of(const struct model *m, const struct weights *w,
				  const brief *rounded);

/* p(h | V) into a row of `hidden`, for the n rows of W in V; ones: [n] of them. */
void rbm_encode(const struct rbm_weights *in, const int32_t *rows, const real *ones, int64_t n,
		const struct panel *hidden, int32_t row);
/* p(v | h) for n dims, n * K <= BLOCK; p: [n][K]. */
void rbm_visible(const struct rbm_weights *in, const struct panel *hidden, int32_t row,
		 const int32_t *dim, int64_t n, real *p);
/* Softmax in place over each K of n K numbers. */
void rbm_softmax(real *x, int64_t n, int n_values);
/* The rating to be expected under p: [K]. */
double rbm_mean(const struct rbm_weights *in, const real *p);

/* Rounds all of W for training, unless precision=float. */
void rbm_round(const struct model *m, const struct weights *w);
/* One step of contrastive divergence on the vectors order[first .. first + n). */
void rbm_step(const struct model *m, struct weights *w, int64_t epoch, int32_t first, int32_t n);

int rbm_predict_vectors(const struct model *m, const struct weights *w, int n,
			const struct rating_vector *v, real *const *out, struct err *e);
int rbm_predict_dim(const struct model *m, const struct weights *w, int32_t dim, int n,
		    const struct rating_vector *edited, real *out, struct err *e);
void rbm_predict_pairs(const struct model *m, const struct weights *w, const struct ratings *set,
		       real *out);
int rbm_unit_effects(const struct model *m, const struct weights *w, int32_t unit, real *out,
		     struct err *e);

#endif
