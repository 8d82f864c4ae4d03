/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Moments of a training.  The worker begins nothing while one is held, so the lock is not: the
 * screen's requests are answered meanwhile. */
#include <stdlib.h>

#include "worker.h"

static int copy_moment(struct trainer *t, struct training_moment *m, struct err *e)
{
	struct logbook copy;
	int status = logbook_copy(&t->log, &copy, e);
	*m = (struct training_moment){ .config = t->model->config,
				       .until = t->stopping.until,
				       .patience_from = t->stopping.patience_from,
				       .current = t->weights.current,
				       .best = t->weights.best,
				       .records = copy.records,
				       .marks = copy.marks };
	worker_status(t, &m->status);
	return status;
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
				 "the epoch under way takes too long to wait for");
	else if (t->at.torn)
		status = err_set(e, ERR_FAILED, NULL,
				 "a reset was stopped, and training cannot go on from here; reset "
				 "again, then save");
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
	free(m->records);
	free(m->marks);
}

static void take_over(struct trainer *t, const struct training_moment *m)
{
	const int64_t n_records = m->status.n_records, n_marks = m->status.n_marks;
	t->weights = (struct weight_sets){ .sets = { m->current,
						     m->best != m->current ? m->best : NULL },
					   .current = m->current,
					   .best = m->best };
	t->log = (struct logbook){ .records = m->records,
				   .marks = m->marks,
				   .n_records = n_records,
				   .n_marks = n_marks,
				   .records_capacity = (size_t)n_records,
				   .marks_capacity = (size_t)n_marks };
}

int trainer_continue(struct model *m, const struct trainer_sets *sets, void (*wake)(void *),
		     void *ctx, const struct training_moment *moment, struct trainer **out,
		     struct err *e)
{
	struct trainer *t;
	int status = worker_new(m, sets, wake, ctx, &t, e);
	if (status < 0)
		return status;
	const struct trainer_status *s = &moment->status;
	t->wanted.state = s->state == TRAINER_RUNNING ? TRAINER_PAUSED : s->state;
	t->outcome.stopped = s->stopped;
	t->outcome.generation = 1;
	stopping_begin(&t->stopping, moment->patience_from, s->target - moment->patience_from,
		       s->patience, moment->until);
	if (s->best_epoch >= 0) {
		t->stopping.best_epoch = s->best_epoch;
		t->stopping.best_valid = s->best_valid;
	}
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

void training_moment_done(struct training_moment *m)
{
	if (m->best != m->current)
		weights_free(m->best);
	weights_free(m->current);
	free(m->records);
	free(m->marks);
	*m = (struct training_moment){ 0 };
}
