/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Adam (Kingma and Ba 2015): each weight moves by the running mean of its gradient, divided by the
 * root of the running mean of its square. */
#include <math.h>
#include <stdlib.h>

#include "autorec/kernel.h"
#include "autorec/mem.h"
#include "autorec/optim.h"

static const struct adam constants = { .beta1 = (real)0.9,
				       .beta2 = (real)0.999,
				       .epsilon = (real)1e-8 };

static void adam_reset(struct optim *o)
{
	o->steps = 0;
	mem_zero(o->mean, o->n * sizeof *o->mean);
	mem_zero(o->square, o->n * sizeof *o->square);
}

static int adam_start(struct optim *o, struct err *e)
{
	o->mean = mem_array(o->n, sizeof *o->mean, e);
	o->square = o->mean ? mem_array(o->n, sizeof *o->square, e) : NULL;
	return o->square ? 0 : ERR_NOMEM;
}

static void begin(struct optim *o)
{
	const double t = (double)o->steps;
	o->corrected = (real)((double)o->annealed * sqrt(1 - pow((double)constants.beta2, t)) /
			      (1 - pow((double)constants.beta1, t)));
}

static void adam_update(const struct optim *o, size_t at, size_t n, real *to, const real *from,
			const real *gradient)
{
	kernel_use()->adam(&constants, o->corrected, to + at, from + at, gradient, o->mean + at,
			   o->square + at, n);
}

static bool adam_state(const struct optim *o, int i, struct state_array *out)
{
	if (i < 2)
		*out = (struct state_array){ i == 0 ? "mean" : "square", STATE_REAL, o->n,
					     i == 0 ? o->mean : o->square, .like_theta = true };
	return i < 2;
}

static void adam_stop(struct optim *o)
{
	free(o->mean);
	free(o->square);
}

extern const struct optim_ops adam_ops;
const struct optim_ops adam_ops = {
	.bytes_per_parameter = 2 * sizeof(real),
	.rate = 0.003,
	.start = adam_start,
	.reset = adam_reset,
	.begin = begin,
	.update = adam_update,
	.state = adam_state,
	.stop = adam_stop,
};
