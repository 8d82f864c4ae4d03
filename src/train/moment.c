/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Moments of a training. While a moment is held, the worker starts nothing. The lock is not held,
 * so the screen's requests are answered meanwhile. */
#include <string.h>

#include "worker.h"

static int copy_moment(const struct trainer *t, struct training_moment *m, struct err *e)
{
	*m = (struct training_moment){ .config = t->model->config,
				       .epoch = logbook_epoch(&t->log),
				       .state = t->wanted.state,
				       .stopped = t->outcome.stopped,
				       .stopping = t->stopping,
				       .current = t->weights.current,
				       .best = t->weights.best };
	return logbook_copy(&t->log, &m->log, e);
}

int trainer_hold(struct trainer *t, struct training_moment *out, struct err *e)
{
	int status = 0;
	pthread_mutex_lock(&t->lock);
	t->wanted.holders++;
	worker_steer(t);
	while (t->at.busy && !t->wanted.hurried)
		pthread_cond_wait(&t->done, &t->lock);
	if (t->at.busy)
		status = err_set(e, ERR_INTERRUPTED, NULL,
				 "the current epoch takes too long to wait for");
	else if (t->at.torn)
		status = err_set(e, ERR_FAILED, NULL,
				 "a reset was stopped, so training cannot continue from here; "
				 "reset again, then save");
	else
		status = copy_moment(t, out, e);
	if (status < 0) {
		t->wanted.holders--;
		worker_steer(t);
	}
	pthread_mutex_unlock(&t->lock);
	return status;
}

static bool is_settled(const struct trainer *t)
{
	return !t->at.busy;
}

bool trainer_settle(struct trainer *t, double seconds)
{
	pthread_mutex_lock(&t->lock);
	t->wanted.holders++;
	worker_steer(t);
	const bool settled = worker_wait(t, is_settled, seconds);
	t->wanted.holders--;
	t->wanted.hurried = !settled;
	worker_steer(t);
	pthread_cond_broadcast(&t->done);
	pthread_mutex_unlock(&t->lock);
	return settled;
}

void trainer_release(struct trainer *t, struct training_moment *m)
{
	pthread_mutex_lock(&t->lock);
	t->wanted.holders--;
	worker_steer(t);
	pthread_mutex_unlock(&t->lock);
	logbook_done(&m->log);
}

static void take_over(struct trainer *t, const struct training_moment *m)
{
	t->weights = (struct weight_sets){ .sets = { m->current,
						     m->best != m->current ? m->best : NULL },
					   .current = m->current,
					   .best = m->best };
	t->log = m->log;
}

int trainer_continue(struct model *m, const struct trainer_sets *sets, void (*wake)(void *),
		     void *ctx, const struct training_moment *moment, struct trainer **out,
		     struct err *e)
{
	struct trainer *t;
	int status = worker_new(m, sets, wake, ctx, &t, e);
	if (status < 0)
		return status;
	const int64_t last_phase = t->stopping.last_phase;
	t->wanted.state = moment->state == TRAINER_RUNNING ? TRAINER_PAUSED : moment->state;
	t->outcome.stopped = moment->stopped;
	t->outcome.generation = 1;
	t->stopping = moment->stopping;
	t->stopping.last_phase = last_phase;
	if (t->stopping.best_epoch < 0)
		stopping_forget_best(&t->stopping);
	take_over(t, moment);
	status = worker_start(t, e);
	if (status < 0) {
		take_over(t, &(struct training_moment){ 0 });
		t->model = NULL;
		trainer_free(t);
		return status;
	}
	*out = t;
	return 0;
}

static size_t element_size(const struct state_array *a)
{
	return a->type == STATE_REAL    ? sizeof(real)
	       : a->type == STATE_BYTES ? 1
					: sizeof(int64_t); /* and double */
}

/* An array that counts something else than before keeps its first values. */
static void copy_state(const struct model *from, const struct model *to, int64_t epoch)
{
	struct state_array a, b;
	for (int i = 0; model_state(from, i, &a) && model_state(to, i, &b); i++)
		if (a.like_theta)
			weights_copy_rows(from, a.data, to, b.data, epoch, element_size(&a));
		else if (a.n == b.n)
			memcpy(b.data, a.data, a.n * element_size(&a));
}

int training_moment_copy(const struct training_moment *m, const struct model *from,
			 const struct model *to, struct training_moment *out, struct err *e)
{
	struct training_moment copy = *m;
	copy.log = (struct logbook){ 0 };
	copy.current = copy.best = NULL;
	int status = logbook_copy(&m->log, &copy.log, e);
	if (status == 0)
		status = weights_copy(from, m->current, to, &copy.current, e);
	if (status == 0 && m->best == m->current)
		copy.best = copy.current;
	else if (status == 0 && m->best)
		status = weights_copy(from, m->best, to, &copy.best, e);
	if (status == 0) {
		copy_state(from, to, m->epoch);
		*out = copy;
	} else {
		training_moment_done(&copy);
	}
	return status;
}

void training_moment_done(struct training_moment *m)
{
	if (m->best != m->current)
		weights_free(m->best);
	weights_free(m->current);
	logbook_done(&m->log);
	*m = (struct training_moment){ 0 };
}
