/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Gradient descent with one learning rate for all weights, as a baseline for RProp. */
#include "autorec/optim.h"

static int sgd_start(struct optim *o, struct err *e)
{
	return 0;
}

static void sgd_reset(struct optim *o)
{
}

static void sgd_update(const struct optim *o, size_t at, size_t n, real *to, const real *from,
		       const real *gradient)
{
	for (size_t i = 0; i < n; i++)
		to[at + i] = from[at + i] - o->annealed * gradient[i];
}

extern const struct optim_ops sgd_ops;
const struct optim_ops sgd_ops = {
	.rate = 1e-5,
	.start = sgd_start,
	.reset = sgd_reset,
	.update = sgd_update,
	.stop = sgd_reset,
};
