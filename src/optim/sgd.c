/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Gradient descent with one learning rate for all weights, as a baseline for RProp. */
#include "autorec/optim.h"

static int start(struct optim *o, struct err *e)
{
	return 0;
}

static void reset(struct optim *o)
{
}

static void update(const struct optim *o, size_t at, size_t n, real *to, const real *from,
		   const real *gradient)
{
	for (size_t i = 0; i < n; i++)
		to[at + i] = from[at + i] - o->annealed * gradient[i];
}

extern const struct optim_ops sgd_ops;
const struct optim_ops sgd_ops = {
	.rate = 1e-5,
	.start = start,
	.reset = reset,
	.update = update,
	.stop = reset,
};
