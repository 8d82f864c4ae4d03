/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AutoRec (Sedhain, Menon, Sanner, Xie, WWW 2015), equation 1:
 *
 *     h(r) = f( W g(V^T r + mu) + b )
 *
 * I-AutoRec reads an item's ratings by all users (a vector per item, d = users), U-AutoRec a user's ratings of
 * all items (a vector per user, d = items).  Both are this one model with the two sides of the ratings
 * exchanged: "vectors" are what is encoded, "dims" the d places of a vector. */
#ifndef AUTOREC_MODEL_AUTOREC_H
#define AUTOREC_MODEL_AUTOREC_H

#include "autorec/optim.h"
#include "internal.h"

enum { V, W, MU, B }; /* tensors: V, W: [d x k]; mu: [k]; b: [d] */

/* What the trainer of a model keeps beside the weights. */
struct trainee {
	struct optim optim;
	real *delta;           /* [nnz] D, dim after dim */
	real *delta_by_vector; /* [nnz] D, vector after vector */
	real *s;               /* panel n_vectors x k: S, a row per vector */
	double *row_sum;       /* [d] */
	brief *rounded;        /* room for a strip of any panel; NULL with precision=float: strips are read as they are */
	const struct weights *errors_of; /* whose errors on all ratings delta holds; NULL: nobody's */
	double loss, lambda;   /* theirs, eq. (2), and the lambda that it is under */
	struct ratings **batches; /* [n_batches]; none: a step is on all ratings as they are */
	int n_batches;
	real *kept_by_vector, *kept_by_dim; /* [nnz]: inputs under dropout; NULL without */
};

/* The ratings that one step of the optimiser is on.  The targets are the ratings themselves; the inputs may lack some
 * of them (dropout). */
struct step {
	const struct ratings *on;
	const real *by_vector, *by_dim; /* inputs, in the order of the vectors and of the dims */
	double share;                   /* of all ratings; 1: every vector takes part */
};

const struct sparse *autorec_vectors(const struct model *m, const struct ratings *r);
const struct sparse *autorec_dims(const struct model *m, const struct ratings *r);

/* S: a row per vector. */
struct panel autorec_s(const struct model *m);

/* The passes (autorec_pass.c): hidden units of the step's vectors; errors D of its ratings and, unless result is
 * NULL, the loss; S. */
void autorec_encode(const struct model *m, const struct weights *w, const struct step *step);
void autorec_outputs(const struct model *m, const struct weights *w, const struct step *step, struct epoch_result *result);
void autorec_backward(const struct model *m, const struct weights *w, const struct step *step);
/* The parameters behind them (autorec_update.c); to may be from. */
void autorec_update(const struct model *m, const struct weights *from, struct weights *to, const struct step *step);

/* Batches of vectors and dropout (autorec_batch.c), as the options batch and dropout say. */
size_t autorec_batches_bytes(const struct model *m);
int autorec_batches_init(struct model *m, struct err *e);
void autorec_batches_done(struct trainee *a);
/* The i-th step of the epoch behind `epoch`: which batch it is and what is dropped depend on seed, epoch and i alone. */
struct step autorec_batch_step(const struct model *m, int64_t epoch, int i);

/* A bounded f learns ratings brought into its range. */
real autorec_to_net(const struct model *m, double rating);
double autorec_from_net(const struct model *m, double output);

/* h = g(V^T r + mu) for one sparse vector r, strip s, which is v: [v->width], zero in the padding. */
void autorec_encode_strip(const struct model *m, const struct weights *w, int s, const struct strip *v, const int32_t *col,
			  const real *val, int64_t n, real *h);

int autorec_predict_user(const struct model *m, const struct weights *w, const struct overlay *o, int32_t user, real *out,
			 struct err *e);
int autorec_predict_item(const struct model *m, const struct weights *w, const struct overlay *o, int32_t item, real *out,
			 struct err *e);
void autorec_predict_pairs(const struct model *m, const struct weights *w, const struct ratings *set, real *out);
int autorec_refit_user(const struct model *m, const struct weights *w, const struct overlay *o, int32_t user, real *out,
		       struct err *e);

#endif
