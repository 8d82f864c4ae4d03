/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Models.  A `struct model` describes a model: its kind, its options, the ratings it learns from
 * and the shapes of its parameters.  It also holds the scratch memory and the optimizer of its
 * trainer. The parameters are kept apart, in `struct weights`, and do not change once their epoch
 * is done. An epoch reads one set of weights and writes another, so a screen, a what-if or an
 * evaluation can read a finished set while training goes on.
 *
 * Models share epochs, not gradients: contrastive divergence and nearest neighbors have no
 * objective to differentiate. */
#ifndef AUTOREC_MODEL_H
#define AUTOREC_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "autorec/config.h"
#include "autorec/gate.h"
#include "autorec/overlay.h"
#include "autorec/panel.h"
#include "autorec/ratings.h"
#include "autorec/state.h"
#include "autorec/terms.h"
#include "autorec/text.h"

/* One named array of parameters within theta: a panel of rows x cols, or (panel false) rows
 * numbers. */
struct tensor {
	const char *name;
	int32_t rows, cols;
	bool panel;
	/* If not 0, the numbers are indices from 0 to below - 1, which a file holds as integers. */
	int32_t below;
	size_t offset; /* of its first number in theta */
};

enum { MAX_TENSORS = 20 };

/* The parameters of one epoch, and the hidden units that they give. */
struct weights {
	int64_t epoch;
	real *theta; /* [model->n_theta] */
	/* A row for each input vector: h = g(V^T r + mu), of the last layer, or of the last one so
	 * far while layers are trained one by one.  No rows if the model has no hidden units. */
	struct panel hidden;
	int into;           /* the tensor whose columns lead into the hidden units */
	struct unit *units; /* [model->k]: statistics by units_measure, once `measured` */
	bool measured;
	int pins;    /* number of readers; only the owner uses it */
	bool folded; /* a copy that fold.h owns; otherwise the trainer's */
};

struct model {
	const struct model_ops *ops;
	/* As asked for, and chosen where the options are "auto"; min and max are equal if no scale
	 * was given. */
	struct config config;
	/* The rating scale: config.min and max, or the least and greatest training rating. */
	double low, high;
	double mean;                 /* of the training ratings */
	const struct ratings *train; /* not owned; outlives the model */
	struct tensor tensors[MAX_TENSORS];
	int n_tensors;
	size_t n_theta;
	int32_t n_vectors; /* rows of weights.hidden: items for i-autorec, users for u-autorec; or 0
			    */
	/* The tensors with a column for each hidden unit: from the input (of the last layer, once
	 * all layers exist) and to the outputs.  -1 if there are none. */
	int into, out_of;
	int32_t k;       /* the most columns that weights.hidden ever has */
	bool overwrites; /* an epoch may overwrite the weights that it reads; set by open */
	size_t scratch;  /* bytes of impl */
	bool opened;     /* has its memory */
	void *impl;      /* scratch and optimizer, for the trainer only */
	/* [n_users], [n_items]: who has no training rating, but a row in the readers' weights that
	 * was fitted to edits (fold.h).  NULL: nobody.  Only for readers. */
	const bool *folded_users, *folded_items;
	/* The trainer's; NULL: always open.  Long loops pass it.  If it answers false they end
	 * early, and their result does not matter. */
	struct gate *gate;
};

/* Figures of the parameters at the end of an epoch. */
struct epoch_result {
	/* Equation (2).  For an RBM: -log p of the training ratings in their mean-field
	 * reconstruction, in nats. */
	double loss;
	double train_rmse; /* of unclipped predictions, in the ratings' scale */
};

/* A part of training with a purpose of its own. */
struct phase {
	int64_t first; /* its first epoch */
	char name[40];
};

/* What an edit of r_ui moves while the weights stay fixed.  whatif.c has a sentence for each. */
enum movement {
	MOVES_NOTHING,
	MOVES_USER,         /* u is encoded again */
	MOVES_ITEM,         /* i is encoded again */
	MOVES_ITEM_AND_ROW, /* i is encoded again, and the output row of u is refit */
	MOVES_FACTORS,      /* the factors of u are refit */
	MOVES_ROWS,         /* the rows of u in all local models are refit */
	MOVES_RESIDUALS,    /* the residuals of u, which are ratings minus biases */
};

/* The ridge regression that refits a user's row, where it is linear:
 *
 *     rating of item i = constant + offset_i + b + w . row i of `rows`
 *
 * with (penalty + per_rating * number of ratings) * |w|^2 and no penalty on b. */
struct user_ridge {
	struct panel rows;
	const real *offset; /* NULL: all 0 */
	double constant, penalty, per_rating;
};

/* A kind of model.  Members with a remark about NULL are optional; call optional functions through
 * model_open, model_free, model_hidden, model_state and model_phase. */
struct model_ops {
	const char *name, *help;
	const char *options; /* names of the options that it takes, separated by blanks */
	/* name=value for each default that differs from the option table, separated by blanks;
	 * NULL: none. */
	const char *defaults;

	bool by_item; /* encodes the ratings of items, not of users */
	/* refit and refit_item, or predict_vectors where there is none, take row -1. */
	bool takes_new;
	bool grows; /* a further user or item is a further last row of its tensors */
	enum movement moves;

	/* Fills in tensors, n_vectors, into, out_of and k. Returns the bytes that open will take.
	 * `train` and `config` are already set. */
	size_t (*shape)(struct model *m);
	/* Allocates impl.  NULL: no impl. */
	int (*open)(struct model *m, struct err *e);
	void (*close)(struct model *m); /* NULL: nothing to free */
	/* Draws the initial parameters from config.seed and starts a fresh optimizer.  Not called
	 * when a file provides the parameters and the arrays of `state`: open and forward must then
	 * be enough. */
	int (*init)(struct model *m, struct weights *w, struct err *e);
	/* Sets w->into and w->hidden.k to the hidden units that exist at w->epoch.  NULL: all units
	 * always exist. */
	void (*stand)(const struct model *m, struct weights *w);
	/* Computes the hidden units and the result of parameters that did not come from an epoch:
	 * the initial ones, or those of a file (w->epoch). */
	void (*forward)(struct model *m, struct weights *w, struct epoch_result *result);
	/* One epoch of training: computes `to` from `from`, with its hidden units and result. */
	int (*epoch)(struct model *m, const struct weights *from, struct weights *to,
		     struct epoch_result *result, struct err *e);

	/* The i-th array that the next epoch needs besides the weights, for files to save and fill
	 * (state.h); false after the last.  Names and sizes depend only on the options and the
	 * ratings.  NULL: there are none. */
	bool (*state)(const struct model *m, int i, struct state_array *out);

	/* The i-th phase of training; false after the last.  Earlier phases only prepare the last
	 * one, so validation chooses among the epochs of the last.  NULL: there is one phase. */
	bool (*phase)(const struct model *m, int i, struct phase *out);

	/* Unclipped predictions on the rating scale, from n vectors of the kind that the model
	 * encodes: items' ratings if by_item, else users'. out[i] has a prediction for each dim, a
	 * possible column of a vector. */
	int (*predict_vectors)(const struct model *m, const struct weights *w, int n,
			       const struct rating_vector *v, real *const *out, struct err *e);
	/* Predictions for one dim from every training vector: out [n_vectors].  Each of the n
	 * edited vectors replaces the training vector of its row. */
	int (*predict_dim)(const struct model *m, const struct weights *w, int32_t dim, int n,
			   const struct rating_vector *edited, real *out, struct err *e);
	/* Predictions for all pairs of `set`, in the order of by_user: [nnz]. */
	void (*predict_pairs)(const struct model *m, const struct weights *w,
			      const struct ratings *set, real *out);

	/* Predictions of n users from `first` on for all items, as one matrix product: out
	 * [n x n_items]. Threads call it for different users. NULL: there is nothing faster than
	 * one user at a time. */
	void (*predict_users)(const struct model *m, const struct weights *w, int32_t first,
			      int32_t n, real *out);

	/* A user's predictions for all items, after ridge regression has fitted the user's row to
	 * `rated` with all other parameters frozen. NULL if the model can only answer by
	 * predict_vectors. */
	int (*refit)(const struct model *m, const struct weights *w,
		     const struct rating_vector *rated, real *out /* [n_items] */, struct err *e);
	/* The same for an item's row and all users, in a model that does not encode items. */
	int (*refit_item)(const struct model *m, const struct weights *w,
			  const struct rating_vector *rated, real *out /* [n_users] */,
			  struct err *e);

	/* Gives v->row, a user or an item without training ratings, its row in w: encoded or fitted
	 * to v, with all else frozen.  NULL: predictions read the edits themselves. */
	int (*fold)(const struct model *m, struct weights *w, bool of_item,
		    const struct rating_vector *v, struct err *e);

	/* How each output changes when a hidden unit goes from off to on, on the rating scale: [d].
	 * NULL: the unit's column of `out_of` is the answer. */
	int (*unit_effects)(const struct model *m, const struct weights *w, int32_t unit, real *out,
			    struct err *e);

	/* squares[j] += the sum of the squared errors on the pairs of `set` that are not cold, of
	 * predictions without hidden unit j, clipped: [k].  NULL: there is nothing faster than one
	 * unit at a time. */
	int (*squares_without)(const struct model *m, const struct weights *w,
			       const struct ratings *set, double *squares, struct err *e);

	/* The terms of one prediction, in double.  v: the ratings of the side that the model
	 * encodes, the item's if by_item. */
	int (*terms)(const struct model *m, const struct weights *w, int32_t user, int32_t item,
		     const struct rating_vector *v, struct terms *out, struct err *e);
	/* out[t]: the unclipped prediction for `dim` if rating t of v were to[t]; NAN takes it
	 * away. linear[t], unless linear is NULL: by how much the prediction would then change if
	 * it were linear in the ratings.  NULL: `terms` must answer for each vector by itself; or,
	 * with reads_ratings false, predictions do not depend on v. */
	int (*replace_each)(const struct model *m, const struct weights *w, int32_t dim,
			    const struct rating_vector *v, const double *to, double *out,
			    double *linear, struct err *e);
	bool reads_ratings;
	/* The ridge regression of refit; false if refit is not linear.  NULL: there is none. */
	bool (*user_ridge)(const struct model *m, const struct weights *w, struct user_ridge *out);
};

/* All models; NULL ends the list. */
const struct model_ops *model_ops_at(int i);
const struct model_ops *model_ops_find(const char *name);
/* The option that sets the model's size: "k", "layers" or "neighbours"; NULL: none. */
const char *model_units_option(const struct model_ops *ops);
bool model_takes(const struct model_ops *ops, const char *option);
/* The options that differ from the model's defaults, as words: "k=100 lambda=40".  The seed is left
 * out. */
void model_words(const struct model_ops *ops, const struct config *c, struct text *out);

/* Chooses the values of the options of c that are "auto" and have none, for a model of this kind
 * on m's training ratings (auto.c). */
void model_choose(const struct model *m, struct config *c);
/* Fills in what such a model would be: its tensors and their shapes.  Allocates nothing. */
void model_describe(struct model *m, const struct model_ops *ops, const struct config *c,
		    const struct ratings *train);
/* Makes a model without its scratch memory, which model_open allocates.  ERR_NOMEM if the machine
 * does not have enough. */
int model_plan(const struct model_ops *ops, const struct config *c, const struct ratings *train,
	       struct model **out, struct err *e);
int model_open(struct model *m, struct err *e);
/* model_plan and model_open. */
int model_new(const struct model_ops *ops, const struct config *c, const struct ratings *train,
	      struct model **out, struct err *e);
void model_free(struct model *m);
/* Call ops->state and ops->phase; false if the model has none. */
bool model_state(const struct model *m, int i, struct state_array *out);
bool model_phase(const struct model *m, int i, struct phase *out);
/* The number of learned parameters, without padding. */
int64_t model_parameters(const struct model *m);

/* Bytes that training takes: scratch, optimizer, and the sets of weights (two, and the best). */
size_t model_bytes(const struct model *m);

/* Allocates one set of parameters, all zero. */
int weights_new(const struct model *m, struct weights **out, struct err *e);
void weights_free(struct weights *w);
/* A hash of the parameters: two trainings with the same one have the same bits.  0 while layers are
 * added one by one, because some parameters do not exist yet. */
uint32_t weights_fingerprint(const struct model *m, const struct weights *w);
/* Copies a set into another of the same model. */
void weights_assign(const struct model *m, const struct weights *from, struct weights *to);
/* Switches a hidden unit off: its activation becomes 0, and no output reads it. */
void weights_switch_off(const struct model *m, struct weights *w, int32_t unit);
/* Copies an array like theta of a model to one of the same model with other numbers of users and
 * items (ops->grows), row by row; further rows stay as they are.  size: of an element. */
void weights_copy_rows(const struct model *from, const void *a, const struct model *to, void *b,
		       int64_t epoch, size_t size);
/* A copy of w for the model `to`, which may have other numbers of users and items.  Further rows
 * are 0. */
int weights_copy(const struct model *from, const struct weights *w, const struct model *to,
		 struct weights **out, struct err *e);
/* The number of hidden units in an epoch, and the columns that a tensor has then. */
int32_t model_hidden(const struct model *m, int64_t epoch);
int32_t model_columns(const struct model *m, int tensor, int64_t epoch);
struct panel weights_panel(const struct model *m, const struct weights *w, int tensor);
real *weights_vector(const struct model *m, const struct weights *w, int tensor);
/* The tensor of this name; -1 if there is none. */
int model_tensor(const struct model *m, const char *name);

/* Unclipped predictions on the rating scale: of one user for all items, or of all users for one
 * item.  The parameters stay fixed, and the ratings have the edits of `o` (NULL: none). */
int model_predict_user(const struct model *m, const struct weights *w, const struct overlay *o,
		       int32_t user, real *out /* [n_items] */, struct err *e);
int model_predict_item(const struct model *m, const struct weights *w, const struct overlay *o,
		       int32_t item, real *out /* [n_users] */, struct err *e);
/* model_predict_user for n users from `first` on; faster than one at a time if there are no edits.
 * out: [n x n_items]. Threads may call it for different users. */
int model_predict_users(const struct model *m, const struct weights *w, const struct overlay *o,
			int32_t first, int32_t n, real *out, struct err *e);
/* Does the model predict for users (items) that are not in its training data?  ERR_FAILED names the
 * models that do. */
int model_needs_new(const struct model_ops *ops, bool of_item, struct err *e);
/* The same for a user or an item that is not in the training data, from a vector with row -1.
 * ERR_FAILED if this model cannot. */
int model_predict_new(const struct model *m, const struct weights *w, bool of_item,
		      const struct rating_vector *v, real *out, struct err *e);

/* The prediction as it is scored: clipped to the scale if the option `clip` is on. */
double model_clip(const struct model *m, double prediction);

#endif
