/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Optimisers.  The parameters of a model are one flat vector theta; an optimiser that looks at each
 * of them alone is handed the gradient piece by piece, as a kernel makes it, while that piece is
 * still in the cache: no full gradient is ever stored.  The caller owns the loop. */
#ifndef AUTOREC_OPTIM_H
#define AUTOREC_OPTIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "autorec/err.h"
#include "autorec/param.h"
#include "autorec/real.h"
#include "autorec/state.h"

struct optim;

struct optim_ops {
	size_t bytes_per_parameter;                   /* of state */
	double rate;                                  /* its own default, when the option says 0 */
	int (*start)(struct optim *o, struct err *e); /* allocates, then resets */
	void (*reset)(struct optim *o);               /* forgets what it learnt */
	void (*begin)(struct optim *o); /* once before the updates of a step; NULL: nothing to do */
	/* theta_to[at .. at + n) from theta_from and the gradient there.  Pieces do not overlap, so
	 * several threads may call it at once. */
	void (*update)(const struct optim *o, size_t at, size_t n, real *theta_to,
		       const real *theta_from, const real *gradient);
	/* An optimiser that searches along a line moves when it has the whole gradient: NULL for
	 * the others, whose updates have moved theta.  `loss` is that of theta_from; theta_to
	 * becomes the first trial. */
	void (*set_out)(struct optim *o, double loss, real *theta_to, const real *theta_from);
	/* Is theta_to, whose loss this is, not to stay?  Then it has been replaced by another
	 * trial. */
	bool (*again)(struct optim *o, double loss, real *theta_to, const real *theta_from);
	/* The i-th array of what it has learnt, false after the last; NULL: there is none. */
	bool (*state)(const struct optim *o, int i, struct state_array *out);
	void (*stop)(struct optim *o);
};

struct optim {
	const struct optim_ops *ops;
	size_t n; /* parameters */
	real rate;
	real annealed;       /* adam, sgd: the rate of this epoch */
	int64_t steps;       /* begun */
	real *step;          /* [n]: rprop */
	int8_t *sign;        /* [n]: rprop, sign of the last gradient */
	real *mean, *square; /* [n]: adam, running means of the gradient and of its square */
	struct lbfgs *lbfgs;
	real corrected; /* adam: this step's rate, its means' late start made good */
};

/* All optimizers, in the order of the option's names. */
#define OPTIMIZERS(ROW)                                                                            \
	ROW(rprop_ops, "rprop")                                                                    \
	ROW(lbfgs_ops, "lbfgs")                                                                    \
	ROW(adam_ops, "adam")                                                                      \
	ROW(sgd_ops, "sgd")
#define OPTIMIZER_NAMES PARAM_WORDS(OPTIMIZERS(PARAM_WORD))
const struct optim_ops *optim_ops_at(int64_t index);
const char *optim_name(int64_t index);
/* For n parameters; rate 0: the optimiser's own default. */
int optim_init(struct optim *o, const struct optim_ops *ops, double rate, size_t n, struct err *e);
void optim_done(struct optim *o);
/* From now on the rate is rate / (1 + epoch / anneal), for those who have one throughout (adam,
 * sgd); anneal 0: it stays. */
void optim_anneal(struct optim *o, int64_t epoch, double anneal);
/* Before the updates of each step. */
void optim_begin(struct optim *o);
/* The i-th array of what the next step needs, for files; false after the last. */
bool optim_state(const struct optim *o, int i, struct state_array *out);

#endif
