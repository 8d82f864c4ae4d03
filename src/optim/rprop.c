/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * iRprop- (Igel and Huesken 2003): each weight has its own step size, which grows while the
 * gradient keeps its sign and shrinks when the sign changes. Only the sign of the last gradient
 * matters, so only the sign is kept. */
#include <stdlib.h>

#include "autorec/gate.h"
#include "autorec/kernel.h"
#include "autorec/mem.h"
#include "autorec/optim.h"

static const struct rprop constants = {
	.eta_minus = 0.5, .eta_plus = 1.2, .step_min = 1e-6, .step_max = 1
};

static void rprop_reset(struct optim *o)
{
	enum { AT_ONCE = 1 << 20 };
	for (size_t from = 0; from < o->n && gate_pass(gate_here()); from += AT_ONCE)
		for (size_t i = from; i < o->n && i < from + AT_ONCE; i++)
			o->step[i] = o->rate;
	mem_zero(o->sign, o->n);
}

static int rprop_start(struct optim *o, struct err *e)
{
	o->step = mem_array(o->n, sizeof *o->step, e);
	o->sign = o->step ? mem_array(o->n, 1, e) : NULL;
	if (!o->sign)
		return ERR_NOMEM;
	rprop_reset(o);
	return 0;
}

static void rprop_update(const struct optim *o, size_t at, size_t n, real *to, const real *from,
			 const real *gradient)
{
	kernel_use()->rprop(&constants, to + at, from + at, gradient, o->step + at, o->sign + at,
			    n);
}

static bool rprop_state(const struct optim *o, int i, struct state_array *out)
{
	if (i == 0)
		*out = (struct state_array){ "step", STATE_REAL, o->n, o->step,
					     .like_theta = true };
	else
		*out = (struct state_array){ "sign", STATE_BYTES, o->n, o->sign,
					     .like_theta = true };
	return i < 2;
}

static void rprop_stop(struct optim *o)
{
	free(o->step);
	free(o->sign);
}

extern const struct optim_ops rprop_ops;
const struct optim_ops rprop_ops = {
	.bytes_per_parameter = sizeof(real) + 1,
	.rate = 1e-4,
	.start = rprop_start,
	.reset = rprop_reset,
	.update = rprop_update,
	.state = rprop_state,
	.stop = rprop_stop,
};
