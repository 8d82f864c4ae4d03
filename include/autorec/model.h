/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Models.  A model is a description (what it is, on which ratings, with which options, the shapes
 * of its parameters) with the scratch memory and optimiser of whoever trains it; its parameters
 * live apart, in `struct weights`, one set per epoch, and are never changed once an epoch is done.
 * So an epoch reads one set and writes the next, and everybody else reads finished sets: screens,
 * what-ifs and evaluation see one consistent epoch without stopping the training.
 *
 * The seam is the epoch, not the gradient: contrastive divergence or neighbours have no objective.
 */
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
#include "autorec/text.h"

/* One named array of parameters within theta: a panel of rows x cols, or (panel false) rows
 * numbers. */
struct tensor {
	const char *name;
	int32_t rows, cols;
	bool panel;
	int32_t below; /* not 0: its numbers are indices, whole numbers from 0 to below - 1; a file
			  holds them as integers */
	size_t offset; /* its first number in theta */
};

enum { MAX_TENSORS = 20 };

/* The parameters of one epoch, and the hidden units under them. */
struct weights {
	int64_t epoch;
	real *theta;         /* [model->n_theta] */
	struct panel hidden; /* a row per input vector: h = g(V^T r + mu); no rows where a model has
			      * none.  Where there are several layers it is the last; while they are
			      * trained one by one, the last so far */
	int into;            /* the tensor whose columns lead into them */
	struct unit *units;  /* [model->k]: what units_measure found of them, once `measured` */
	bool measured;
	int pins; /* readers; the trainer's business */
};

struct model {
	const struct model_ops *ops;
	struct config
		config;   /* as it was asked for; min and max are equal where nobody gave a scale */
	double low, high; /* the rating scale: config.min and max, else the least and the greatest
			     training rating */
	const struct ratings *train; /* not owned; outlives the model */
	struct tensor tensors[MAX_TENSORS];
	int n_tensors;
	size_t n_theta;
	int32_t n_vectors; /* rows of weights.hidden: items for i-autorec, users for u-autorec; or 0
			    */
	/* The hidden units' weights, tensors with a column for each unit: from the input (of the
	 * last layer, once all are there), and to the outputs; -1 where there are none. */
	int into, out_of;
	int32_t k;         /* the most columns that weights.hidden ever has */
	bool overwrites;   /* an epoch may write over the weights that it reads; open says so */
	size_t scratch;    /* bytes of impl */
	bool opened;       /* it has its memory */
	void *impl;        /* the trainer's scratch and optimiser; readers never look at it */
	struct gate *gate; /* the trainer's: all that takes long passes it, and ends early, with any
			    * result, when it answers false; NULL: always open */
};

/* What one epoch found, for the parameters that it arrived at. */
struct epoch_result {
	double loss; /* equation (2); of an RBM: -log p of the training ratings in their mean-field
			reconstruction, in nats */
	double train_rmse; /* of unclipped predictions, in the ratings' scale */
};

/* A stretch of training with an aim of its own. */
struct phase {
	int64_t first; /* its first epoch */
	char name[40];
};

/* What an edit of r_ui moves while the weights stay; whatif.c has a sentence for each. */
enum movement {
	MOVES_NOTHING,
	MOVES_USER,         /* u is encoded anew */
	MOVES_ITEM,         /* i is encoded anew */
	MOVES_ITEM_AND_ROW, /* so is i, and the output row of u is refitted */
	MOVES_FACTORS,      /* the factors of u are refitted */
	MOVES_ROWS,         /* so are all rows of u, one in each local model */
	MOVES_RESIDUALS,    /* what the ratings of u leave beside the biases */
};

/* One model.  Options, flags and functions that are marked with NULL may be left out; call those
 * through model_open, model_free, model_hidden, model_state and model_phase. */
struct model_ops {
	const char *name, *help;
	const char *options;  /* names of those it takes, between blanks */
	const char *defaults; /* name=value where its defaults are not the table's, between blanks;
				 or NULL */

	bool by_item;   /* it encodes items' ratings, not users' */
	bool takes_new; /* predict_vectors, or refit where there is one, takes row -1 */
	enum movement moves;

	/* Fills in tensors, n_vectors, into, out_of and k, and returns the bytes that open will
	 * take. `train`, `config` are set. */
	size_t (*shape)(struct model *m);
	/* Allocates impl.  NULL: it needs none. */
	int (*open)(struct model *m, struct err *e);
	void (*close)(struct model *m); /* NULL: nothing to free */
	/* First parameters from config.seed, and a fresh optimiser.  Not called for parameters that
	 * a file fills in, with the arrays of `state`: then open and forward are to be enough. */
	int (*init)(struct model *m, struct weights *w, struct err *e);
	/* Of weights whose epoch is set: the hidden units that they have then (into, hidden.k).
	 * NULL: always all of them. */
	void (*stand)(const struct model *m, struct weights *w);
	/* Hidden units and result of parameters that no epoch made: the first ones, or a file's;
	 * w->epoch says whose. */
	void (*forward)(struct model *m, struct weights *w, struct epoch_result *result);
	/* One training step: `to` from `from`, hidden units and result included. */
	int (*epoch)(struct model *m, const struct weights *from, struct weights *to,
		     struct epoch_result *result, struct err *e);

	/* The i-th array of what the next epoch needs beside the weights, for files to save and
	 * fill (state.h); false after the last.  Names and sizes depend on the options and the
	 * ratings alone.  NULL: there is none. */
	bool (*state)(const struct model *m, int i, struct state_array *out);

	/* The i-th phase of training, false after the last; what comes before the last only
	 * prepares it, so that validation chooses among the last one's epochs.  NULL: there is one
	 * phase. */
	bool (*phase)(const struct model *m, int i, struct phase *out);

	/* Unclipped predictions in the ratings' scale, from n vectors of the kind that the model
	 * encodes: items' ratings if by_item, else users'.  out[i] has a prediction for each dim, a
	 * possible column of a vector. */
	int (*predict_vectors)(const struct model *m, const struct weights *w, int n,
			       const struct rating_vector *v, real *const *out, struct err *e);
	/* Predictions for one dim from every training vector: out [n_vectors].  Each of the n
	 * edited vectors replaces the training vector of its row. */
	int (*predict_dim)(const struct model *m, const struct weights *w, int32_t dim, int n,
			   const struct rating_vector *edited, real *out, struct err *e);
	/* For every pair of `set`, in by_user's order: [nnz]. */
	void (*predict_pairs)(const struct model *m, const struct weights *w,
			      const struct ratings *set, real *out);

	/* A user's predictions for all items after the user's row has been fitted to `rated` by
	 * ridge regression, all other parameters frozen.  NULL if predict_vectors is the only
	 * answer that the model has. */
	int (*refit)(const struct model *m, const struct weights *w,
		     const struct rating_vector *rated, real *out /* [n_items] */, struct err *e);

	/* What a hidden unit does to each output when it goes from off to on, in the scale of
	 * ratings: [d].  NULL: its column of `out_of` says it. */
	int (*unit_effects)(const struct model *m, const struct weights *w, int32_t unit, real *out,
			    struct err *e);
};

/* All models; NULL ends the list. */
const struct model_ops *model_ops_at(int i);
const struct model_ops *model_ops_find(const char *name);
/* The option that says how large it is: "k", "layers", "neighbours"; NULL: none. */
const char *model_units_option(const struct model_ops *ops);
bool model_takes(const struct model_ops *ops, const char *option);
/* The options that make a model with these, beside its own defaults: "k=100 lambda=40".  The seed
 * is left out. */
void model_words(const struct model_ops *ops, const struct config *c, struct text *out);

/* What such a model would be: its tensors and their shapes.  Nothing is allocated. */
void model_describe(struct model *m, const struct model_ops *ops, const struct config *c,
		    const struct ratings *train);
/* A model without memory of its own: model_open takes that.  ERR_NOMEM when the machine has not
 * what it would need. */
int model_plan(const struct model_ops *ops, const struct config *c, const struct ratings *train,
	       struct model **out, struct err *e);
int model_open(struct model *m, struct err *e);
/* Both. */
int model_new(const struct model_ops *ops, const struct config *c, const struct ratings *train,
	      struct model **out, struct err *e);
void model_free(struct model *m);
/* ops->state and ops->phase; false where the model has none. */
bool model_state(const struct model *m, int i, struct state_array *out);
bool model_phase(const struct model *m, int i, struct phase *out);
/* Numbers that are learnt (padding not counted). */
int64_t model_parameters(const struct model *m);

/* Bytes that training takes: scratch, optimiser, and the sets of weights that are held (two of
 * them, and the best). */
size_t model_bytes(const struct model *m);

/* Memory for one set of parameters, zero. */
int weights_new(const struct model *m, struct weights **out, struct err *e);
void weights_free(struct weights *w);
/* The hidden units that there are in an epoch, and the columns of a tensor in its weights. */
int32_t model_hidden(const struct model *m, int64_t epoch);
int32_t model_columns(const struct model *m, int tensor, int64_t epoch);
struct panel weights_panel(const struct model *m, const struct weights *w, int tensor);
real *weights_vector(const struct model *m, const struct weights *w, int tensor);
/* The tensor of this name, -1 when there is none. */
int model_tensor(const struct model *m, const char *name);

/* Unclipped predictions in the ratings' scale: a user's for all items, or everybody's for an item.
 * They are those of the same parameters given the ratings with the edits of `o` (may be NULL). */
int model_predict_user(const struct model *m, const struct weights *w, const struct overlay *o,
		       int32_t user, real *out /* [n_items] */, struct err *e);
int model_predict_item(const struct model *m, const struct weights *w, const struct overlay *o,
		       int32_t item, real *out /* [n_users] */, struct err *e);
/* The same for a user or an item that is not in the training data, from a vector with row -1.
 * ERR_FAILED names the models that can, when this one cannot. */
int model_predict_new(const struct model *m, const struct weights *w, bool of_item,
		      const struct rating_vector *v, real *out, struct err *e);

/* Prediction as it is scored: clipped to the scale when the option says so. */
double model_clip(const struct model *m, double prediction);

#endif
