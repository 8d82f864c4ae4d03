/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Options of models, training and scoring, with their one table: names, bounds, defaults, help. */
#ifndef AUTOREC_CONFIG_H
#define AUTOREC_CONFIG_H

#include <stddef.h>

#include "autorec/activation.h"
#include "autorec/optim.h"
#include "autorec/param.h"

struct config {
	int64_t k;              /* hidden units */
	struct int_list layers; /* hidden units of each layer, the lowest first */
	int64_t pretrain;       /* epochs for each layer */
	double lambda;  /* in the paper's scaling: lambda/2 * (||W||^2 + ||V||^2) beside the plain
			   squared error */
	int64_t hidden; /* g, enum activation */
	int64_t output; /* f */
	int64_t optimizer; /* row of OPTIMIZERS */
	int64_t start;     /* enum start */
	double init;       /* standard deviation of the first V and W */
	double rate;       /* the optimiser's; 0: its own default */
	int64_t batch;     /* vectors a step, 0: all */
	int64_t cd, grow;  /* Gibbs steps of contrastive divergence: one more every `grow` epochs up
			      to cd; grow 0: cd from the start */
	double momentum;   /* share of the last step that the next one keeps */
	double anneal;     /* after how many epochs the rate is half of what it was, 0: never */
	double dropout;    /* share of the inputs that is hidden */
	int64_t neighbours; /* items that a prediction is made of, at most */
	double shrink;      /* of similarities: n common users count n / (n + shrink) */
	int64_t precision;  /* enum precision */
	int64_t anchors;    /* llorma's local models */
	double bandwidth; /* of their kernels, as a distance: 0 the same direction, 1 a right angle,
			     2 opposite */
	int64_t seed;
	int64_t epochs, patience; /* train's defaults; patience 0: never stop early */
	int64_t threads;          /* 0: one a core */
	double pace;              /* epochs a second at most, for watching; 0: as fast as it goes */
	double autosave;          /* minutes of training between saves by itself; 0: none */
	double min, max;          /* rating scale; both 0: the data's */
	int64_t clip;             /* score predictions clipped to the scale */
	double fallback; /* "default": what is predicted where user or item has no training rating
			  */
};

#define PRECISIONS(ROW)                                                                            \
	ROW(PRECISION_MIXED, "mixed")                                                              \
	ROW(PRECISION_FLOAT, "float")
enum precision { PRECISIONS(PARAM_CONSTANT) };

/* Where the output biases b start. */
#define STARTS(ROW)                                                                                \
	ROW(START_RANDOM, "random")                                                                \
	ROW(START_MEANS, "means")
enum start { STARTS(PARAM_CONSTANT) };

enum option_scope {
	OPTION_MODEL,    /* fixed once a model is made */
	OPTION_LIVE,     /* of a model, takes effect from the next epoch */
	OPTION_TRAINING, /* read when training starts */
	OPTION_SESSION,  /* takes effect at once */
};

struct config_option {
	struct param param;
	enum option_scope scope;
	size_t at; /* where its value is in struct config */
};

extern const struct config_option option_table[];
extern const int n_options;

struct config config_default(void);
/* Sets the options of our own `words` ("k=500 lambda=400"), except those in the set `kept` (bit i:
 * option i of the table). */
int options_set(const char *words, uint64_t kept, struct config *c, struct err *e);
const struct config_option *option_find(
	const char *name); /* NULL when there is none of this name */
int option_set(const struct config_option *o, const char *text, struct config *c, struct err *e);
/* Its value as text that option_set would read; exact: every bit of it. */
const char *option_get(const struct config_option *o, const struct config *c, char *out,
		       size_t size);
const char *option_get_exact(const struct config_option *o, const struct config *c, char *out,
			     size_t size);

#endif
