/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A model that is trained by hand, epoch by epoch, as the trainer does it. */
#include "autorec/clock.h"
#include "autorec/evaluate.h"
#include "bench.h"

int subject_new(struct subject *s, const char *name, const char *option, const char *value,
		const struct split *split, struct err *e)
{
	struct config c = config_default();
	struct epoch_result r;
	*s = (struct subject){ .split = split };
	int status = option_set(option_find(option), value, &c, e);
	if (status == 0)
		status = model_new(model_ops_find(name), &c, split->train, &s->model, e);
	for (int i = 0; status == 0 && i < 2; i++)
		status = weights_new(s->model, &s->w[i], e);
	if (status == 0)
		status = s->model->ops->init(s->model, s->w[0], e);
	if (status == 0)
		s->model->ops->forward(s->model, s->w[0], &r);
	s->now = s->w[0];
	return status;
}

void subject_done(struct subject *s)
{
	weights_free(s->w[0]);
	weights_free(s->w[1]);
	model_free(s->model);
}

int subject_epoch(struct subject *s, double *bare, double *scored, struct err *e)
{
	struct epoch_result r;
	struct score score;
	struct weights *to = s->now == s->w[0] ? s->w[1] : s->w[0];
	const double began = clock_seconds();
	int status = s->model->ops->epoch(s->model, s->now, to, &r, e);
	*bare = clock_seconds() - began;
	if (status == 0)
		status = evaluate(s->model, to, s->split->valid, &score, e);
	if (status == 0)
		status = evaluate(s->model, to, s->split->test, &score, e);
	*scored = clock_seconds() - began;
	s->now = to;
	return status;
}
