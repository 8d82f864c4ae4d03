/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AutoRec (Sedhain, Menon, Sanner, Xie, WWW 2015), equation 1:
 *
 *     h(r) = f( W g(V^T r + mu) + b )
 *
 * Deep AutoRec (section 3 of the paper) has dense layers between the hidden units that V leads to
 * and those that W is of: h_l+1 = g(W_l^T h_l + mu_l).
 *
 * I-AutoRec reads an item's ratings by all users (a vector per item, d = users), U-AutoRec a user's
 * ratings of all items (a vector per user, d = items).  Both are this one model with the two sides
 * of the ratings exchanged: "vectors" are what is encoded, "dims" the d places of a vector. */
#ifndef AUTOREC_MODEL_AUTOREC_H
#define AUTOREC_MODEL_AUTOREC_H

#include "autorec/optim.h"
#include "internal.h"

/* Tensors: V: [d x k_1], W: [d x k], mu: [k_1], b: [d]; of each hidden layer l > 0, counted from
 * the lowest, which is 0: W_l: [k_l x k_l+1] at autorec_tensor(l), mu_l: [k_l+1] behind it. */
enum { V, W, MU, B, DENSE };
enum { MAX_LAYERS = MAX_LIST };

/* What the trainer of a model keeps beside the weights. */
struct trainee {
	struct optim optim;
	real *delta;                    /* [nnz] D, dim after dim */
	real *delta_by_vector;          /* [nnz] D, vector after vector */
	struct panel below[MAX_LAYERS]; /* hidden units of the layers under the last, of the weights
					   that were encoded last */
	struct panel s[MAX_LAYERS];     /* S of each layer, a row per vector */
	double *row_sum;                /* [d] */
	brief *rounded; /* room for a strip of any panel; NULL with precision=float: strips are read
			   as they are */
	const struct weights
		*errors_of;       /* whose errors on all ratings delta holds; NULL: nobody's */
	double loss, lambda;      /* theirs, eq. (2), and the lambda that it is under */
	struct ratings **batches; /* [n_batches]; none: a step is on all ratings as they are */
	int n_batches;
	int32_t *order; /* [n_vectors]: batch i has the vectors from place i * batch on, numbered
			   from 0 in this order */
	real *kept_by_vector, *kept_by_dim; /* [nnz]: inputs under dropout; NULL without */
};

/* The ratings that one step of the optimizer is on.  The targets are the ratings themselves; the
 * inputs may lack some of them (dropout). */
struct step {
	const struct ratings *on;
	const real *by_vector, *by_dim; /* inputs, in the order of the vectors and of the dims */
	double share; /* of all ratings; 1: every vector takes part, under its own number */
};

const struct sparse *autorec_vectors(const struct model *m, const struct ratings *r);
const struct sparse *autorec_dims(const struct model *m, const struct ratings *r);

/* Where the tensors of a layer begin: V, or W_l. */
int autorec_tensor(int layer);
int autorec_layers(const struct model *m);
/* Hidden layers that w has, the last of them in w->hidden; the others are not trained yet. */
int autorec_stack(const struct weights *w);
void autorec_set_stack(const struct model *m, struct weights *w, int layers);
int32_t autorec_width(const struct model *m, int layer);

/* The passes (autorec_pass.c): hidden units of the step's vectors, in the first `layers`; errors D
 * of its ratings and, unless result is NULL, the loss; S. */
void autorec_encode(const struct model *m, const struct weights *w, const struct step *step,
		    int layers);
void autorec_outputs(const struct model *m, const struct weights *w, const struct step *step,
		     struct epoch_result *result);
void autorec_backward(const struct model *m, const struct weights *w, const struct step *step);
/* The parameters behind them (autorec_update.c); to may be from. */
void autorec_update(const struct model *m, const struct weights *from, struct weights *to,
		    const struct step *step);

/* Batches of vectors and dropout (autorec_batch.c), as the options batch and dropout say. */
size_t autorec_batches_bytes(const struct model *m);
int autorec_batches_init(struct model *m, struct err *e);
void autorec_batches_done(struct trainee *a);
/* The i-th step of the epoch behind `epoch`: which batch it is and what is dropped depend on seed,
 * epoch and i alone. */
struct step autorec_batch_step(const struct model *m, int64_t epoch, int i);

/* A model's life and its epochs (autorec.c).  shape: with these layers, and room for a W of `most`
 * columns. */
size_t autorec_shape(struct model *m, const struct int_list *layers, int32_t most);
int autorec_open(struct model *m, struct err *e);
void autorec_close(struct model *m);
int autorec_init(struct model *m, struct weights *w,
		 struct err *e); /* the dense layers are left as they are */
void autorec_forward(struct model *m, struct weights *w, struct epoch_result *result);
int autorec_epoch(struct model *m, const struct weights *from, struct weights *to,
		  struct epoch_result *result, struct err *e);
bool autorec_state(const struct model *m, int i, struct state_array *out);
/* W and b anew as the options say, from the seed's streams from this number on, and a fresh
 * optimizer. */
int autorec_init_outputs(struct model *m, struct weights *w, uint64_t first_stream, struct err *e);

/* A bounded f learns ratings brought into its range. */
real autorec_to_net(const struct model *m, double rating);
double autorec_from_net(const struct model *m, double output);
/* n numbers that go into outputs, b + W h, to predicted ratings in place. */
void autorec_to_ratings(const struct model *m, real *out, int64_t n);

/* The dense layers (autorec_dense.c): units of a layer from those below; S of all layers from that
 * of the last; W_l. */
void autorec_dense_encode(const struct model *m, const struct weights *w, int layer,
			  const struct panel *below, const struct panel *units);
void autorec_dense_backward(const struct model *m, const struct weights *w,
			    const struct step *step);
void autorec_dense_update(const struct model *m, const struct weights *from, struct weights *to,
			  const struct step *step, int layer);

/* A row for each vector of the step: hidden units of a layer (w's own, or the trainer's), and its
 * S. */
struct panel autorec_units(const struct model *m, const struct weights *w, const struct step *step,
			   int layer);
struct panel autorec_s(const struct model *m, const struct step *step, int layer);
/* h = g(h + mu) in place, strip s of a layer's unit; zero in the padding. */
void autorec_hide(const struct model *m, const struct weights *w, int layer, int s, real *h);

int autorec_predict_vectors(const struct model *m, const struct weights *w, int n,
			    const struct rating_vector *v, real *const *out, struct err *e);
int autorec_predict_dim(const struct model *m, const struct weights *w, int32_t dim, int n,
			const struct rating_vector *edited, real *out, struct err *e);
void autorec_predict_pairs(const struct model *m, const struct weights *w,
			   const struct ratings *set, real *out);
/* (autorec_refit.c) */
int autorec_refit(const struct model *m, const struct weights *w, const struct rating_vector *rated,
		  real *out, struct err *e);

#endif
