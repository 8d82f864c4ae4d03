/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The options of models, training and scoring, and the one table that describes them: names,
 * bounds, defaults, help.
 *
 * Some options may be a word instead of a value.  auto: model_choose chooses the value from the
 * training ratings when the model is made. */
#ifndef AUTOREC_CONFIG_H
#define AUTOREC_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "autorec/activation.h"
#include "autorec/optim.h"
#include "autorec/param.h"

struct config {
	int64_t k;              /* hidden units */
	struct int_list layers; /* hidden units of each layer, lowest first */
	int64_t pretrain;       /* epochs for each layer */
	/* As the paper scales it: lambda/2 * (||W||^2 + ||V||^2), added to the sum of squared
	 * errors */
	double lambda;
	int64_t hidden;    /* g, an enum activation */
	int64_t output;    /* f, an enum activation */
	int64_t optimizer; /* row of OPTIMIZERS */
	int64_t start;     /* enum start */
	double init;       /* standard deviation of the initial V and W */
	double rate;       /* learning rate; 0: the optimizer's default */
	int64_t batch;     /* vectors per step; 0: all */
	/* Gibbs steps of contrastive divergence: one more every `grow` epochs, up to cd. grow 0: cd
	 * steps from the start. */
	int64_t cd, grow;
	double momentum;    /* share of each step that carries over to the next */
	double anneal;      /* epochs until the rate is halved; 0: never */
	double dropout;     /* share of the inputs that is hidden in training */
	int64_t neighbours; /* most similar items that a prediction may use */
	double shrink;      /* shrinks similarities: n common users count n / (n + shrink) */
	int64_t precision;  /* enum precision */
	int64_t anchors;    /* local models of llorma */
	/* Of the kernels of llorma, as a distance: 0 same direction, 1 right angle, 2 opposite */
	double bandwidth;
	int64_t seed;
	int64_t epochs, patience; /* defaults of train; patience 0: never stop early */
	int64_t threads;          /* 0: one per core */
	double pace;              /* most epochs per second, to watch training; 0: no limit */
	double autosave;          /* minutes of training between automatic saves; 0: none */
	int64_t mouse;            /* the screen takes clicks and the wheel */
	int64_t sort, filter;     /* of lists that do not say how: as in struct listing */
	double min, max;          /* rating scale; both 0: from the data */
	int64_t theme;            /* enum theme: the colors of the screen */
	int64_t clip;             /* clip predictions to the scale before scoring */
	/* Prediction for a pair whose user or item has no training rating.  With the word "mean",
	 * see evaluate_prediction. */
	double fallback;
	double unit; /* ratings are divided by this, so that a model sees a scale like 1..5 */
	/* Bit i: option i of the table is its word.  The value of "auto" is 0 until it is chosen.
	 */
	uint64_t words;
};

#define PRECISIONS(ROW)                                                                            \
	ROW(PRECISION_MIXED, "mixed")                                                              \
	ROW(PRECISION_FLOAT, "float")
enum precision { PRECISIONS(PARAM_CONSTANT) };

/* How the rows of a user's or an item's list relate to the model, and how they can be sorted. */
#define ROW_KIND_LIST(ROW)                                                                         \
	ROW(ROW_INPUT, "input")                                                                    \
	ROW(ROW_HELD_OUT, "held-out")                                                              \
	ROW(ROW_UNSEEN, "unseen")
enum row_kind { ROW_KIND_LIST(PARAM_CONSTANT) };
#define ROW_SORT_LIST(ROW)                                                                         \
	ROW(SORT_OBSERVED, "observed")                                                             \
	ROW(SORT_PREDICTED, "predicted")                                                           \
	ROW(SORT_ERROR, "error")                                                                   \
	ROW(SORT_RANK, "rank")                                                                     \
	ROW(SORT_TITLE, "title")                                                                   \
	ROW(SORT_INDEX, "index")
enum row_sort { ROW_SORT_LIST(PARAM_CONSTANT) };
#define ROW_SORTS   PARAM_WORDS(ROW_SORT_LIST(PARAM_WORD))
#define ROW_FILTERS "all" ROW_KIND_LIST(PARAM_WORD) /* 0, else kind + 1 */

/* The colors of the screen.  auto follows the terminal's background. */
#define THEMES(ROW)                                                                                \
	ROW(THEME_AUTO, "auto")                                                                    \
	ROW(THEME_DARK, "dark")                                                                    \
	ROW(THEME_LIGHT, "light")                                                                  \
	ROW(THEME_MONO, "mono")
enum theme { THEMES(PARAM_CONSTANT) };

/* Where the output biases b start. */
#define STARTS(ROW)                                                                                \
	ROW(START_RANDOM, "random")                                                                \
	ROW(START_MEANS, "means")
enum start { STARTS(PARAM_CONSTANT) };

enum option_scope {
	OPTION_MODEL,    /* fixed once a model is made */
	OPTION_LIVE,     /* of a model; takes effect at the next epoch */
	OPTION_TRAINING, /* read when training starts */
	OPTION_SESSION,  /* takes effect at once */
};

struct config_option {
	struct param param;
	enum option_scope scope;
	size_t at; /* offset of the value in struct config */
};

extern const struct config_option option_table[];
extern const int n_options;

struct config config_default(void);
/* Sets options from `words` ("k=500 lambda=400") of the program's own. Options in the set `kept`
 * (bit i: option i of the table) keep their value. */
int options_set(const char *words, uint64_t kept, struct config *c, struct err *e);
/* Copies the options of one scope. */
void options_copy(struct config *to, const struct config *from, enum option_scope scope);
/* Is the option its word, chosen or not? */
bool option_is_word(const struct config_option *o, const struct config *c);
/* Is the option "auto", without a value so far? */
bool option_waits(const struct config_option *o, const struct config *c);
/* Returns NULL if there is no option of this name. */
const struct config_option *option_find(const char *name);
int option_set(const struct config_option *o, const char *text, struct config *c, struct err *e);
/* Its value as text that option_set can read; "auto" only until it is chosen. exact: with every
 * bit. */
const char *option_get(const struct config_option *o, const struct config *c, char *out,
		       size_t size);
const char *option_get_exact(const struct config_option *o, const struct config *c, char *out,
			     size_t size);
/* Its value for people: "52", or "auto (52)". */
const char *option_show(const struct config_option *o, const struct config *c, char *out,
			size_t size);

#endif
