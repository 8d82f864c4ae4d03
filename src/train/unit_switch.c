/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Hidden units that are switched off.  Readers see a copy of the weights without them; the weights
 * themselves do not change, so training does not go on meanwhile. */
#include "autorec/mem.h"
#include "worker.h"

int worker_need_all_units(const struct trainer *t, struct err *e)
{
	if (t->ablation.n == 0)
		return 0;
	return err_set(e, ERR_FAILED, NULL,
		       "unit %d is switched off%s; type restore, then train on",
		       (int)t->ablation.units[0], t->ablation.n > 1 ? ", with others" : "");
}

void worker_restore(struct trainer *t)
{
	t->ablation.changes += t->ablation.n > 0;
	t->ablation.n = 0;
	t->weights.ablated = NULL; /* an unused set from now on */
}

/* Makes the set without the unit. Called with the lock. */
static int switch_off(struct trainer *t, int32_t unit, struct err *e)
{
	const struct weights *from = weight_sets_pin(&t->weights, t->stopping.patience > 0);
	struct weights **to = weight_sets_next(&t->weights, false);
	int status = mem_grow(&t->ablation.units, &t->ablation.capacity, t->ablation.n + 1,
			      sizeof *t->ablation.units, e);
	if (unit < 0 || unit >= from->hidden.k)
		status = err_set(e, ERR_FAILED, "unit", "there is no unit %d; the model has 0..%d",
				 (int)unit, (int)from->hidden.k - 1);
	else if (status == 0 && !to)
		status = err_set(e, ERR_FAILED, NULL, "too many epochs are held by readers");
	if (status == 0 && !*to)
		status = weights_new(t->model, to, e);
	if (status == 0) {
		weights_assign(t->model, from, *to);
		weights_switch_off(t->model, *to, unit);
	}
	weight_sets_unpin(&t->weights, from);
	if (status < 0)
		return status;
	t->weights.ablated = *to;
	t->ablation.units[t->ablation.n++] = unit;
	t->ablation.changes++;
	return 0;
}

static bool is_off(const struct trainer *t, int32_t unit)
{
	for (size_t i = 0; i < t->ablation.n; i++)
		if (t->ablation.units[i] == unit)
			return true;
	return false;
}

int trainer_ablate(struct trainer *t, int32_t unit, struct err *e)
{
	int status = 0;
	pthread_mutex_lock(&t->lock);
	if (t->model->out_of < 0)
		status = err_set(e, ERR_FAILED, NULL,
				 "%s has no hidden units; i-autorec has them: model i-autorec",
				 t->model->ops->name);
	else if (t->wanted.state != TRAINER_IDLE || t->at.busy)
		status = err_set(e, ERR_FAILED, NULL,
				 "training is under way; type stop, then switch the unit off");
	else if (is_off(t, unit))
		status = err_set(e, ERR_FAILED, "unit", "unit %d is switched off already",
				 (int)unit);
	else
		status = switch_off(t, unit, e);
	pthread_mutex_unlock(&t->lock);
	return status;
}

int32_t trainer_restore(struct trainer *t)
{
	pthread_mutex_lock(&t->lock);
	const int32_t n = (int32_t)t->ablation.n;
	worker_restore(t);
	pthread_mutex_unlock(&t->lock);
	return n;
}

int32_t trainer_ablated(struct trainer *t, int32_t *units, int32_t max)
{
	pthread_mutex_lock(&t->lock);
	const int32_t n = (int32_t)t->ablation.n;
	for (int32_t i = 0; i < n && i < max; i++)
		units[i] = t->ablation.units[i];
	pthread_mutex_unlock(&t->lock);
	return n;
}
