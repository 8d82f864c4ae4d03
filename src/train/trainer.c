/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The requests of a trainer's callers. A request takes the lock, changes what is wanted, and
 * steers the worker. */
#include <stdlib.h>
#include <string.h>

#include "autorec/thread.h"
#include "worker.h"

/* ---- life --------------------------------------------------------------- */

int trainer_new(struct model *m, const struct trainer_sets *sets, void (*wake)(void *), void *ctx,
		struct trainer **out, struct err *e)
{
	int status = worker_new(m, sets, wake, ctx, out, e);
	if (status == 0 && (status = worker_start(*out, e)) < 0) {
		(*out)->model = NULL; /* still the caller's */
		trainer_free(*out);
	}
	return status;
}

static bool is_prepared(const struct trainer *t)
{
	return t->at.prepared;
}

int trainer_await(struct trainer *t, double seconds, double *done, struct err *e)
{
	pthread_mutex_lock(&t->lock);
	int status = worker_wait(t, is_prepared, seconds) ? t->at.failure.code : 1;
	if (status < 0 && e)
		*e = t->at.failure;
	*done = (double)atomic_load(&t->gate.done) / (double)(t->model->n_theta + 1);
	pthread_mutex_unlock(&t->lock);
	return status;
}

void trainer_free(struct trainer *t)
{
	if (!t)
		return;
	if (t->thread) {
		pthread_mutex_lock(&t->lock);
		t->wanted.quit = true;
		gate_call_off(&t->gate);
		pthread_cond_signal(&t->work);
		pthread_mutex_unlock(&t->lock);
		thread_join(t->thread);
	}
	weight_sets_done(&t->weights);
	pthread_cond_destroy(&t->work);
	pthread_cond_destroy(&t->done);
	pthread_mutex_destroy(&t->lock);
	gate_done(&t->gate);
	logbook_done(&t->log);
	free(t->ablation.units);
	model_free(t->model);
	free(t);
}

/* ---- status ------------------------------------------------------------- */

const struct model *trainer_model(const struct trainer *t)
{
	return t->model;
}

void trainer_set_folded(struct trainer *t, const bool *users, const bool *items)
{
	t->model->folded_users = users;
	t->model->folded_items = items;
}

void trainer_status(struct trainer *t, struct trainer_status *out)
{
	pthread_mutex_lock(&t->lock);
	*out = (struct trainer_status){
		.state = t->wanted.state,
		.busy = (t->at.busy && !gate_holds(&t->gate)) || t->wanted.reset ||
			worker_is_training(t),
		.stopped = t->outcome.stopped,
		.epoch = logbook_epoch(&t->log),
		.target = t->stopping.target,
		.patience = t->stopping.patience,
		.best_epoch = t->stopping.best_epoch,
		.best_valid = t->stopping.best_valid,
		.seconds_per_epoch = logbook_pace(&t->log),
		.n_records = t->log.n_records,
		.n_marks = t->log.n_marks,
		.ended = t->outcome.ended,
		.generation = t->outcome.generation,
		.n_ablated = (int32_t)t->ablation.n,
		.ablations = t->ablation.changes,
		.error = t->outcome.error,
	};
	pthread_mutex_unlock(&t->lock);
}

static int64_t copy_some(const void *array, size_t size, int64_t n, int64_t from, void *out,
			 int64_t max)
{
	int64_t count = n - from < max ? n - from : max;
	if (count <= 0)
		return 0;
	memcpy(out, (const char *)array + (size_t)from * size, (size_t)count * size);
	return count;
}

int64_t trainer_records(struct trainer *t, int64_t from, struct epoch_record *out, int64_t max)
{
	pthread_mutex_lock(&t->lock);
	int64_t n = copy_some(t->log.records, sizeof *out, t->log.n_records, from, out, max);
	pthread_mutex_unlock(&t->lock);
	return n;
}

int64_t trainer_marks(struct trainer *t, int64_t from, struct curve_mark *out, int64_t max)
{
	pthread_mutex_lock(&t->lock);
	int64_t n = copy_some(t->log.marks, sizeof *out, t->log.n_marks, from, out, max);
	pthread_mutex_unlock(&t->lock);
	return n;
}

/* ---- requests ----------------------------------------------------------- */

/* Ends a request. */
static int answer(struct trainer *t, int status)
{
	worker_steer(t);
	pthread_mutex_unlock(&t->lock);
	return status;
}

static void clear_outcome(struct trainer *t)
{
	t->outcome.stopped = STOP_NONE;
	t->outcome.error = (struct err){ 0 };
}

int trainer_train(struct trainer *t, int64_t epochs, int64_t patience, double until, struct err *e)
{
	pthread_mutex_lock(&t->lock);
	if (t->wanted.state != TRAINER_IDLE)
		return answer(t, err_set(e, ERR_FAILED, NULL,
					 "training is %s; stop ends it, resume continues it",
					 t->wanted.state == TRAINER_PAUSED ? "paused" : "running"));
	if (worker_need_all_units(t, e) < 0)
		return answer(t, ERR_FAILED);
	clear_outcome(t);
	t->wanted.reset |= t->at.torn;
	t->wanted.state = TRAINER_RUNNING;
	stopping_begin(&t->stopping, t->wanted.reset ? 0 : logbook_epoch(&t->log), epochs, patience,
		       until);
	return answer(t, 0);
}

int trainer_step(struct trainer *t, struct err *e)
{
	pthread_mutex_lock(&t->lock);
	if (t->wanted.state == TRAINER_RUNNING)
		return answer(t,
			      err_set(e, ERR_FAILED, NULL, "training is running; pause it first"));
	if (worker_need_all_units(t, e) < 0)
		return answer(t, ERR_FAILED);
	clear_outcome(t);
	t->wanted.reset |= t->at.torn;
	t->wanted.steps++;
	return answer(t, 0);
}

int trainer_pause(struct trainer *t, struct err *e)
{
	pthread_mutex_lock(&t->lock);
	if (t->wanted.state != TRAINER_RUNNING && t->wanted.steps == 0)
		return answer(t, err_set(e, ERR_FAILED, NULL,
					 "nothing is training; start with train"));
	if (t->wanted.state == TRAINER_RUNNING)
		t->wanted.state = TRAINER_PAUSED;
	t->wanted.steps = 0;
	return answer(t, 0);
}

int trainer_resume(struct trainer *t, struct err *e)
{
	pthread_mutex_lock(&t->lock);
	if (t->wanted.state != TRAINER_PAUSED)
		return answer(t, err_set(e, ERR_FAILED, NULL,
					 "training is not paused; start with train"));
	t->wanted.state = TRAINER_RUNNING;
	return answer(t, 0);
}

int trainer_stop(struct trainer *t, struct err *e)
{
	pthread_mutex_lock(&t->lock);
	if (t->wanted.state == TRAINER_IDLE && t->wanted.steps == 0 && !t->wanted.reset)
		return answer(t, err_set(e, ERR_FAILED, NULL,
					 "nothing is training; start with train"));
	if (t->wanted.reset && t->at.busy)
		gate_call_off(&t->gate);
	t->wanted.reset = false;
	worker_halt(t, STOP_USER);
	return answer(t, 0);
}

int trainer_reset(struct trainer *t, struct err *e)
{
	pthread_mutex_lock(&t->lock);
	worker_halt(t, STOP_NONE);
	worker_restore(t);
	clear_outcome(t);
	if (worker_is_in_epoch(t))
		gate_call_off(&t->gate);
	t->wanted.reset = true;
	return answer(t, 0);
}

int trainer_set(struct trainer *t, const struct config_option *o, const char *text, struct err *e)
{
	char value[32];
	pthread_mutex_lock(&t->lock);
	int status = option_set(o, text, &t->model->config, e);
	if (status == 0)
		model_choose(t->model, &t->model->config);
	if (status == 0) /* the current epoch began without it */
		status = logbook_mark(&t->log,
				      logbook_epoch(&t->log) + (worker_is_in_epoch(t) ? 2 : 1), e,
				      "%s %s", o->param.name,
				      option_get(o, &t->model->config, value, sizeof value));
	return answer(t, status);
}

void trainer_set_pace(struct trainer *t, double pace)
{
	pthread_mutex_lock(&t->lock);
	t->wanted.pace = pace;
	answer(t, 0);
}

void trainer_note_gap(struct trainer *t, double seconds)
{
	pthread_mutex_lock(&t->lock);
	t->at.gap += seconds;
	pthread_mutex_unlock(&t->lock);
}

struct config trainer_config(struct trainer *t)
{
	pthread_mutex_lock(&t->lock);
	struct config c = t->model->config;
	pthread_mutex_unlock(&t->lock);
	return c;
}

/* ---- readers ------------------------------------------------------------ */

const struct weights *trainer_pin(struct trainer *t)
{
	pthread_mutex_lock(&t->lock);
	if (t->weights.overwriting) {
		t->weights.waiting++;
		worker_steer(t); /* a suspended epoch resumes and ends */
		while (t->weights.overwriting)
			pthread_cond_wait(&t->done, &t->lock);
		t->weights.waiting--;
		worker_steer(t);
	}
	const struct weights *w = weight_sets_pin(
		&t->weights, t->stopping.patience > 0 && t->wanted.state == TRAINER_IDLE);
	pthread_mutex_unlock(&t->lock);
	return w;
}

void trainer_unpin(struct trainer *t, const struct weights *pinned)
{
	pthread_mutex_lock(&t->lock);
	weight_sets_unpin(&t->weights, pinned);
	pthread_mutex_unlock(&t->lock);
}
