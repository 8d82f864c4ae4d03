/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What callers ask of a trainer.  A request changes what is wanted, with the lock held, and steers
 * the worker: it goes on, is held up within its epoch, or gives the epoch up. */
#include <string.h>

#include "autorec/mem.h"
#include "internal.h"

/* What an epoch that is not wanted any more may still take: longer ones are held up. */
#define FINISH_SECONDS 0.5

const struct model *trainer_model(const struct trainer *t)
{
	return t->model;
}

struct trainer_status trainer_status_now(const struct trainer *t)
{
	return (struct trainer_status){
		.state = t->state,
		.busy = (t->at_work && !gate_holds((struct gate *)&t->gate)) || t->reset_wanted ||
			t->steps_wanted > 0 || t->state == TRAINER_RUNNING,
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
		.generation = t->generation,
		.error = t->outcome.error,
	};
}

void trainer_status(struct trainer *t, struct trainer_status *out)
{
	pthread_mutex_lock(&t->lock);
	*out = trainer_status_now(t);
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

static bool is_in_epoch(const struct trainer *t)
{
	return t->at_work && t->prepared && !t->reset_wanted;
}

void trainer_steer(struct trainer *t)
{
	const bool wanted = t->state == TRAINER_RUNNING || t->steps_wanted > 0 || t->holders > 0 ||
			    t->waiting > 0;
	if (is_in_epoch(t) && !wanted)
		gate_shut(&t->gate, FINISH_SECONDS);
	else
		gate_open(&t->gate);
	pthread_cond_signal(&t->work);
}

/* Ends a request. */
static int answer(struct trainer *t, int status)
{
	trainer_steer(t);
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
	if (t->state != TRAINER_IDLE)
		return answer(t, err_set(e, ERR_FAILED, NULL,
					 "training is %s; stop ends it, resume goes on with it",
					 t->state == TRAINER_PAUSED ? "paused" : "running"));
	clear_outcome(t);
	t->reset_wanted |= t->torn;
	t->state = TRAINER_RUNNING;
	stopping_begin(&t->stopping, t->reset_wanted ? 0 : logbook_epoch(&t->log), epochs, patience,
		       until);
	return answer(t, 0);
}

int trainer_step(struct trainer *t, struct err *e)
{
	pthread_mutex_lock(&t->lock);
	if (t->state == TRAINER_RUNNING)
		return answer(t,
			      err_set(e, ERR_FAILED, NULL, "training is running; pause it first"));
	clear_outcome(t);
	t->reset_wanted |= t->torn;
	t->steps_wanted++;
	return answer(t, 0);
}

int trainer_pause(struct trainer *t, struct err *e)
{
	pthread_mutex_lock(&t->lock);
	if (t->state != TRAINER_RUNNING && t->steps_wanted == 0)
		return answer(t,
			      err_set(e, ERR_FAILED, NULL, "nothing is training; train starts it"));
	if (t->state == TRAINER_RUNNING)
		t->state = TRAINER_PAUSED;
	t->steps_wanted = 0;
	return answer(t, 0);
}

int trainer_resume(struct trainer *t, struct err *e)
{
	pthread_mutex_lock(&t->lock);
	if (t->state != TRAINER_PAUSED)
		return answer(t, err_set(e, ERR_FAILED, NULL,
					 "training is not paused; train starts it"));
	t->state = TRAINER_RUNNING;
	return answer(t, 0);
}

int trainer_stop(struct trainer *t, struct err *e)
{
	pthread_mutex_lock(&t->lock);
	if (t->state == TRAINER_IDLE && t->steps_wanted == 0 && !t->reset_wanted)
		return answer(t,
			      err_set(e, ERR_FAILED, NULL, "nothing is training; train starts it"));
	if (t->reset_wanted && t->at_work)
		gate_call_off(&t->gate);
	t->reset_wanted = false;
	trainer_halt(t, STOP_USER);
	return answer(t, 0);
}

int trainer_reset(struct trainer *t, struct err *e)
{
	pthread_mutex_lock(&t->lock);
	trainer_halt(t, STOP_NONE);
	clear_outcome(t);
	if (is_in_epoch(t))
		gate_call_off(&t->gate);
	t->reset_wanted = true;
	return answer(t, 0);
}

int trainer_set(struct trainer *t, const struct config_option *o, const char *text, struct err *e)
{
	char value[32];
	pthread_mutex_lock(&t->lock);
	int status = option_set(o, text, &t->model->config, e);
	if (status == 0) /* the epoch under way has begun without it */
		status = logbook_mark(&t->log, logbook_epoch(&t->log) + (t->computing ? 2 : 1), e,
				      "%s %s", o->param.name,
				      option_get(o, &t->model->config, value, sizeof value));
	return answer(t, status);
}

void trainer_set_pace(struct trainer *t, double pace)
{
	pthread_mutex_lock(&t->lock);
	t->pace = pace;
	answer(t, 0);
}

void trainer_note_gap(struct trainer *t, double seconds)
{
	pthread_mutex_lock(&t->lock);
	t->gap += seconds;
	pthread_mutex_unlock(&t->lock);
}

struct config trainer_config(struct trainer *t)
{
	pthread_mutex_lock(&t->lock);
	struct config c = t->model->config;
	pthread_mutex_unlock(&t->lock);
	return c;
}
