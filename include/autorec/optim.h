/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Optimizers. A model's parameters form one flat vector theta. Some optimizers update each
 * parameter independently. They receive the gradient in pieces, straight from the kernel
 * that computes it, while the piece is still in the cache; no full gradient is stored. The
 * caller owns the loop. */
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
	size_t bytes_per_parameter;                   /* size of the state */
	double rate;                                  /* the default, for rate 0 */
	int (*start)(struct optim *o, struct err *e); /* allocates, then resets */
	void (*reset)(struct optim *o);               /* forgets what it has learned */
	void (*begin)(struct optim *o); /* before the updates of each step; NULL: nothing to do */
	/* Computes theta_to[at .. at + n) from theta_from and the gradient of that piece. Pieces do
	 * not overlap, so several threads may call it at once. */
	void (*update)(const struct optim *o, size_t at, size_t n, real *theta_to,
		       const real *theta_from, const real *gradient);
	/* For optimizers that search along a line, and so need the whole gradient before they move;
	 * NULL for others, whose updates have moved theta already. `loss` is the loss of
	 * theta_from. theta_to receives the first trial. */
	void (*set_out)(struct optim *o, double loss, real *theta_to, const real *theta_from);
	/* Given the loss of theta_to, decides whether to reject it. If so, replaces it by another
	 * trial and returns true. */
	bool (*again)(struct optim *o, double loss, real *theta_to, const real *theta_from);
	/* The i-th array of what it has learned; false after the last. NULL: there is none. */
	bool (*state)(const struct optim *o, int i, struct state_array *out);
	void (*stop)(struct optim *o);
};

struct optim {
	const struct optim_ops *ops;
	size_t n; /* parameters */
	real rate;
	real annealed;       /* adam, sgd: the rate of this epoch */
	int64_t steps;       /* steps begun */
	real *step;          /* [n]: rprop */
	int8_t *sign;        /* [n]: rprop, sign of the last gradient */
	real *mean, *square; /* [n]: adam, running means of the gradient and of its square */
	struct lbfgs *lbfgs;
	real corrected; /* adam: this step's rate, corrected for the bias of the early means */
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
/* For n parameters; rate 0: the optimizer's default. */
int optim_init(struct optim *o, const struct optim_ops *ops, double rate, size_t n, struct err *e);
void optim_done(struct optim *o);
/* From now on the rate is rate / (1 + epoch / anneal), for optimizers with a fixed rate (adam,
 * sgd). anneal 0: no change. */
void optim_anneal(struct optim *o, int64_t epoch, double anneal);
/* Call before the updates of each step. */
void optim_begin(struct optim *o);
/* The i-th array that the next step needs, for files; false after the last. */
bool optim_state(const struct optim *o, int i, struct state_array *out);

#endif
