/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AutoRec (Sedhain, Menon, Sanner, Xie, WWW 2015), equation 1:
 *
 *     h(r) = f( W g(V^T r + mu) + b )
 *
 * Deep AutoRec (section 3 of the paper) has dense layers between the units that V leads to and the
 * units that W reads: h_l+1 = g(W_l^T h_l + mu_l).
 *
 * I-AutoRec reads an item's ratings by all users (a vector per item, d = users), U-AutoRec a user's
 * ratings of all items (a vector per user, d = items).  Both are this one model with the two sides
 * of the ratings exchanged: the model encodes "vectors", and the d places of a vector are "dims".
 */
#ifndef AUTOREC_MODEL_AUTOREC_H
#define AUTOREC_MODEL_AUTOREC_H

#include "autorec/optim.h"
#include "internal.h"

/* The tensors are V: [d x k_1], W: [d x k], mu: [k_1] and b: [d].  Each hidden layer l > 0, with
 * the lowest layer as 0, adds W_l: [k_l x k_l+1] at autorec_tensor(l), then mu_l: [k_l+1]. */
enum { V, W, MU, B, DENSE };
enum { MAX_LAYERS = MAX_LIST };

/* What a model in training keeps besides its weights. */
struct trainee {
	struct optim optim;
	real *delta;           /* [nnz] D in the order of the dims */
	real *delta_by_vector; /* [nnz] D in the order of the vectors */
	/* Hidden units of the layers below the last, for the weights that were encoded last. */
	struct panel below[MAX_LAYERS];
	struct panel s[MAX_LAYERS]; /* S of each layer, a row per vector */
	double *row_sum;            /* [d] */
	/* Room for a strip of any panel.  NULL with precision=float, which does not round. */
	brief *rounded;
	/* The weights whose errors on all ratings are in delta (NULL: none), with their loss by
	 * equation (2) and the lambda in it. */
	const struct weights *errors_of;
	double loss, lambda;
	struct ratings **batches; /* [n_batches]; none: each step reads all ratings */
	int n_batches;
	/* [n_vectors]: batch i has the vectors from place i * batch on, numbered from 0 in this
	 * order. */
	int32_t *order;
	real *kept_by_vector, *kept_by_dim; /* [nnz]: inputs under dropout; NULL without */
};

/* The ratings of one optimizer step.  All of them are targets; dropout may hide some of the inputs.
 */
struct step {
	const struct ratings *on;
	const real *by_vector, *by_dim; /* inputs, in the order of the vectors and of the dims */
	double share; /* of all ratings; 1: all vectors take part, with their own numbers */
};

const struct sparse *autorec_vectors(const struct model *m, const struct ratings *r);
const struct sparse *autorec_dims(const struct model *m, const struct ratings *r);

/* The first tensor of a layer: V, or W_l. */
int autorec_tensor(int layer);
int autorec_layers(const struct model *m);
/* The number of hidden layers that w has so far; w->hidden is the last of them. */
int autorec_stack(const struct weights *w);
void autorec_set_stack(const struct model *m, struct weights *w, int layers);
int32_t autorec_width(const struct model *m, int layer);

/* The passes (autorec_pass.c).  encode computes the hidden units of the step's vectors in the first
 * `layers`; outputs the errors D and, unless result is NULL, the loss; backward S. */
void autorec_encode(const struct model *m, const struct weights *w, const struct step *step,
		    int layers);
void autorec_outputs(const struct model *m, const struct weights *w, const struct step *step,
		     struct epoch_result *result);
void autorec_backward(const struct model *m, const struct weights *w, const struct step *step);
/* The step of the parameters that follows the passes (autorec_update.c); to may be from. */
void autorec_update(const struct model *m, const struct weights *from, struct weights *to,
		    const struct step *step);

/* Batches of vectors and dropout (autorec_batch.c), set by the options of these names. */
size_t autorec_batches_bytes(const struct model *m);
int autorec_batches_init(struct model *m, struct err *e);
void autorec_batches_done(struct trainee *a);
/* The i-th step of the epoch after `epoch`.  Its batch and what is dropped depend only on the seed,
 * the epoch and i. */
struct step autorec_batch_step(const struct model *m, int64_t epoch, int i);

/* The functions of struct model_ops (autorec.c).  shape takes the layers, and makes room for a W of
 * `most` columns. */
size_t autorec_shape(struct model *m, const struct int_list *layers, int32_t most);
int autorec_open(struct model *m, struct err *e);
void autorec_close(struct model *m);
/* Leaves the dense layers alone. */
int autorec_init(struct model *m, struct weights *w, struct err *e);
void autorec_forward(struct model *m, struct weights *w, struct epoch_result *result);
int autorec_epoch(struct model *m, const struct weights *from, struct weights *to,
		  struct epoch_result *result, struct err *e);
bool autorec_state(const struct model *m, int i, struct state_array *out);
/* Draws W and b again, from the seed's streams starting at first_stream, and starts a fresh
 * optimizer. */
int autorec_init_outputs(struct model *m, struct weights *w, uint64_t first_stream, struct err *e);

/* Ratings are scaled to the range of a bounded f, and back. */
real autorec_to_net(const struct model *m, double rating);
double autorec_from_net(const struct model *m, double output);
/* Turns n inputs of outputs, b + W h, into predicted ratings, in place. */
void autorec_to_ratings(const struct model *m, real *out, int64_t n);

/* The dense layers (autorec_dense.c).  encode computes a layer's units from the layer below;
 * backward S of all layers from that of the last; update W_l. */
void autorec_dense_encode(const struct model *m, const struct weights *w, int layer,
			  const struct panel *below, const struct panel *units);
void autorec_dense_backward(const struct model *m, const struct weights *w,
			    const struct step *step);
void autorec_dense_update(const struct model *m, const struct weights *from, struct weights *to,
			  const struct step *step, int layer);

/* The hidden units of a layer (in w, or in the trainee) and its S, with a row for each vector of
 * the step. */
struct panel autorec_units(const struct model *m, const struct weights *w, const struct step *step,
			   int layer);
struct panel autorec_s(const struct model *m, const struct step *step, int layer);
/* h = g(h + mu) in place, for strip s of a layer; the padding becomes zero. */
void autorec_hide(const struct model *m, const struct weights *w, int layer, int s, real *h);

int autorec_predict_vectors(const struct model *m, const struct weights *w, int n,
			    const struct rating_vector *v, real *const *out, struct err *e);
int autorec_predict_dim(const struct model *m, const struct weights *w, int32_t dim, int n,
			const struct rating_vector *edited, real *out, struct err *e);
void autorec_predict_users(const struct model *m, const struct weights *w, int32_t first, int32_t n,
			   real *out);
void autorec_predict_pairs(const struct model *m, const struct weights *w,
			   const struct ratings *set, real *out);
int autorec_squares_without(const struct model *m, const struct weights *w,
			    const struct ratings *set, double *squares, struct err *e);
int autorec_terms(const struct model *m, const struct weights *w, int32_t user, int32_t item,
		  const struct rating_vector *v, struct terms *out, struct err *e);
int autorec_replace_each(const struct model *m, const struct weights *w, int32_t dim,
			 const struct rating_vector *v, const double *to, double *out,
			 double *linear, struct err *e);
bool autorec_user_ridge(const struct model *m, const struct weights *w, struct user_ridge *out);
/* Fits the output row of a dim to its ratings: row [panel_columns(k)]. */
int autorec_fit_row(const struct model *m, const struct weights *w,
		    const struct rating_vector *rated, real *row, real *b, struct err *e);
int autorec_fold(const struct model *m, struct weights *w, bool of_item,
		 const struct rating_vector *v, struct err *e);
int autorec_refit(const struct model *m, const struct weights *w, const struct rating_vector *rated,
		  real *out, struct err *e);

#endif
