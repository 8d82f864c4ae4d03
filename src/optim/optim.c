/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/optim.h"

#define DECLARATION(ops, name) extern const struct optim_ops ops;
#define POINTER(ops, name)     &(ops),
OPTIMIZERS(DECLARATION)
static const struct optim_ops *const all[] = { OPTIMIZERS(POINTER) };

const struct optim_ops *optim_ops_at(int64_t index)
{
	return all[index];
}

const char *optim_name(int64_t index)
{
	static const char *const names[] = { OPTIMIZERS(PARAM_STRING) };
	return names[index];
}

int optim_init(struct optim *o, const struct optim_ops *ops, double rate, size_t n, struct err *e)
{
	*o = (struct optim){ .ops = ops, .n = n, .rate = (real)(rate > 0 ? rate : ops->rate) };
	o->annealed = o->rate;
	int status = o->ops->start(o, e);
	if (status < 0)
		optim_done(o);
	return status;
}

void optim_done(struct optim *o)
{
	if (o->ops)
		o->ops->stop(o);
	*o = (struct optim){ 0 };
}

void optim_anneal(struct optim *o, int64_t epoch, double anneal)
{
	o->annealed = (real)((double)o->rate / (anneal > 0 ? 1 + (double)epoch / anneal : 1));
}

void optim_begin(struct optim *o)
{
	o->steps++;
	if (o->ops->begin)
		o->ops->begin(o);
}

bool optim_state(const struct optim *o, int i, struct state_array *out)
{
	if (i > 0)
		return o->ops->state && o->ops->state(o, i - 1, out);
	*out = (struct state_array){ "steps", STATE_I64, 1, (void *)&o->steps, 0, STATE_MOST };
	return true;
}
