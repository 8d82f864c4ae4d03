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
	bool out_of_hidden; /* a column for each hidden unit: as many as weights.hidden has */
	size_t offset;      /* its first number in theta */
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
	int into; /* the tensor whose columns lead into the hidden units, when all of them are there
		   */
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

struct model_ops {
	const char *name, *help;
	const char *options;  /* names of those it takes, between blanks */
	const char *defaults; /* name=value where its defaults are not the table's, between blanks;
				 or NULL */

	bool by_item; /* what it encodes is items' ratings, not users' */
	/* What an edit of a rating does, a sentence each: to the user's predictions (by refit_user
	 * where there is one), and to everybody's for the item.  NULL: nothing. */
	const char *moves_user, *moves_item;

	/* Fills in tensors, n_vectors, into and k and returns the bytes that open will take.
	 * `train`, `config` are set. */
	size_t (*shape)(struct model *m);
	/* Allocates impl. */
	int (*open)(struct model *m, struct err *e);
	void (*close)(struct model *m);
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

	/* Unclipped predictions in the ratings' scale.  `o` (NULL: none) holds edits: the answer is
	 * that of the same parameters given the edited ratings. */
	int (*predict_user)(const struct model *m, const struct weights *w, const struct overlay *o,
			    int32_t user, real *out /* [n_items] */, struct err *e);
	int (*predict_item)(const struct model *m, const struct weights *w, const struct overlay *o,
			    int32_t item, real *out /* [n_users] */, struct err *e);
	/* predict_item for two sets of edits, where it can be had in less than twice the time. NULL
	 * elsewhere. */
	int (*predict_item_twice)(const struct model *m, const struct weights *w,
				  const struct overlay *const o[2], int32_t item,
				  real *const out[2] /* [2][n_users] */, struct err *e);
	/* For every pair of `set`, in by_user's order: [nnz]. */
	void (*predict_pairs)(const struct model *m, const struct weights *w,
			      const struct ratings *set, real *out);

	/* Where edits of a user leave the user's other predictions alone (i-autorec, biased-mf):
	 * the user's row fitted anew by ridge on the frozen vectors of the rated items, the model's
	 * loss with all else fixed.  NULL elsewhere. */
	int (*refit_user)(const struct model *m, const struct weights *w, const struct overlay *o,
			  int32_t user, real *out /* [n_items] */, struct err *e);

	/* What a hidden unit does to each output when it goes from off to on, in the scale of
	 * ratings: [d].  NULL: its column of W says it. */
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

/* Prediction as it is scored: clipped to the scale when the option says so. */
double model_clip(const struct model *m, double prediction);

#endif
