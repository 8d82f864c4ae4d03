/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The worker computes an epoch from the current weights into another set, without the lock. Then
 * it publishes the epoch: it exchanges the sets and adds a record. Nobody waits for an epoch,
 * except readers of weights that are overwritten in place. */
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "autorec/clock.h"
#include "autorec/thread.h"
#include "worker.h"

/* An epoch that is no longer wanted may still take this long; longer ones are suspended. */
#define FINISH_SECONDS 0.5

/* ---- epochs ------------------------------------------------------------- */

/* The set that the next epoch writes to. Releases the lock while it makes a new set. */
static struct weights *next_weights(struct trainer *t, bool in_place, struct err *e)
{
	struct weights *made, **next = weight_sets_next(&t->weights, in_place);
	if (!next)
		err_set(e, ERR_FAILED, NULL, "too many epochs are held by readers");
	if (!next || *next)
		return next ? *next : NULL;
	pthread_mutex_unlock(&t->lock);
	const int status = weights_new(t->model, &made, e);
	pthread_mutex_lock(&t->lock);
	return status < 0 ? NULL : (*next = made);
}

static int score_set(const struct trainer *t, const struct weights *w, const struct ratings *set,
		     double *rmse, struct err *e)
{
	struct score s;
	*rmse = NAN;
	if (ratings_count(set) == 0)
		return 0;
	int status = evaluate(&t->working, w, set, &s, e);
	if (status == 0)
		*rmse = s.rmse;
	return status;
}

/* Computes into `to` the epoch after `from`, or epoch 0 if `from` is NULL. Called without the lock.
 */
static int compute(struct trainer *t, const struct weights *from, struct weights *to,
		   struct epoch_record *r, struct err *e)
{
	const double began = clock_seconds();
	struct epoch_result result = { 0 };
	struct model *m = &t->working;
	to->measured = false;
	int status = from ? m->ops->epoch(m, from, to, &result, e) : m->ops->init(m, to, e);
	to->epoch = from ? from->epoch + 1 : 0;
	if (status == 0 && !from)
		m->ops->forward(m, to, &result);
	*r = (struct epoch_record){ .epoch = to->epoch,
				    .loss = result.loss,
				    .train_rmse = result.train_rmse };
	if (status == 0 && isfinite(result.loss))
		status = score_set(t, to, t->data.valid, &r->valid_rmse, e);
	if (status == 0 && isfinite(result.loss))
		status = score_set(t, to, t->data.test, &r->test_rmse, e);
	if (status == 0 && isfinite(result.loss) && m->n_vectors > 0)
		to->measured = (status = units_measure(m, to, to->units, &r->units, e)) == 0;
	r->fingerprint = weights_fingerprint(m, to);
	r->seconds = clock_seconds() - began - gate_held_seconds(&t->gate);
	return gate_called_off(&t->gate) ? err_set(e, ERR_INTERRUPTED, NULL, "stopped") : status;
}

void worker_halt(struct trainer *t, enum trainer_stop why)
{
	t->wanted.state = TRAINER_IDLE;
	t->wanted.steps = 0;
	t->outcome.stopped = why;
	if (why != STOP_NONE)
		t->outcome.ended = clock_seconds();
}

/* Marks the beginning of a phase if the model has more than one. */
static int mark_phase(struct trainer *t, int64_t epoch, struct err *e)
{
	struct phase p;
	int status = 0;
	if (t->stopping.last_phase == 0)
		return 0;
	for (int i = 0; status == 0 && model_phase(t->model, i, &p); i++)
		if (p.first == epoch)
			status = logbook_mark(&t->log, epoch, e, "%s", p.name);
	return status;
}

/* Makes `next` the current weights and adds their record. Called with the lock. */
static int publish(struct trainer *t, struct weights *next, const struct epoch_record *r,
		   struct err *e)
{
	if (mark_phase(t, r->epoch, e) < 0 || logbook_add(&t->log, r, e) < 0)
		return ERR_NOMEM;
	t->weights.current = next;
	if (stopping_note(&t->stopping, &t->log))
		t->weights.best = t->stopping.patience > 0 ? next : NULL;
	return 0;
}

static void diverged(struct trainer *t, int64_t epoch)
{
	err_set(&t->outcome.error, ERR_FAILED, NULL,
		"training diverged at epoch %ld: the loss is not a number; epoch %ld is %s. "
		"A smaller rate, a larger lambda or a bounded activation helps: model ... "
		"rate=1e-5",
		(long)epoch, t->wanted.reset ? 0L : (long)logbook_epoch(&t->log),
		t->wanted.reset ? "back" : "kept");
	worker_halt(t, STOP_DIVERGED);
}

/* Called once the epoch has its record and its weights are current. */
static void count_epoch(struct trainer *t)
{
	if (t->wanted.steps > 0)
		t->wanted.steps--;
	if (t->wanted.state == TRAINER_IDLE)
		return;
	const enum trainer_stop why = stopping_reason(&t->stopping, &t->log);
	if (why != STOP_NONE)
		worker_halt(t, why);
}

static void run_epoch(struct trainer *t)
{
	struct err e = { 0 };
	struct epoch_record r = { 0 };
	t->at.began = clock_seconds();
	t->at.gap = 0;
	t->working.config = t->model->config;
	struct weights *from = t->weights.current,
		       *next = next_weights(t, t->data.in_place && t->working.overwrites, &e);
	const bool overwritten = t->weights.overwriting;
	int status = e.code;
	if (next) {
		pthread_mutex_unlock(&t->lock);
		status = compute(t, from, next, &r, &e);
		pthread_mutex_lock(&t->lock);
		t->weights.overwriting = false;
		r.seconds -= t->at.gap < r.seconds ? t->at.gap : r.seconds;
	}
	const bool lost = status == 0 && !isfinite(r.loss);
	if (status == 0 && !lost)
		status = publish(t, next, &r, &e);
	t->at.torn |= status == ERR_INTERRUPTED;
	t->wanted.reset |= overwritten && (status < 0 || lost); /* there is no other way back */
	if (lost) {
		diverged(t, r.epoch);
	} else if (status == 0) {
		count_epoch(t);
	} else if (status != ERR_INTERRUPTED) {
		t->outcome.error = e;
		worker_halt(t, STOP_FAILED);
	}
}

/* Training that is requested while the reset runs begins after it. */
static void worker_run_reset(struct trainer *t)
{
	struct err e = { 0 };
	struct epoch_record r;
	t->working.config = t->model->config;
	struct weights *next = next_weights(t, false, &e);
	pthread_mutex_unlock(&t->lock);
	int status = next ? compute(t, NULL, next, &r, &e) : e.code;
	pthread_mutex_lock(&t->lock);
	t->wanted.reset = false;
	if (status == 0) {
		t->log.n_records = t->log.n_marks = 0;
		stopping_forget_best(&t->stopping);
		t->weights.best = NULL;
		t->at.torn = false;
		t->outcome.generation++;
		status = publish(t, next, &r, &e);
	}
	if (status == 0)
		return;
	t->at.torn |= next != NULL;
	t->outcome.error = e;
	if (status == ERR_INTERRUPTED && t->weights.current)
		err_set(&t->outcome.error, status, NULL,
			"the reset was stopped; epoch %ld is still there to be looked at, and "
			"training begins with a reset",
			(long)logbook_epoch(&t->log));
}

/* ---- the thread --------------------------------------------------------- */

bool worker_is_training(const struct trainer *t)
{
	return t->wanted.state == TRAINER_RUNNING || t->wanted.steps > 0;
}

bool worker_is_in_epoch(const struct trainer *t)
{
	return t->at.busy && t->at.prepared && !t->wanted.reset;
}

void worker_steer(struct trainer *t)
{
	const bool wanted = worker_is_training(t) || t->wanted.holders > 0 ||
			    t->weights.waiting > 0;
	if (worker_is_in_epoch(t) && !wanted)
		gate_shut(&t->gate, FINISH_SECONDS);
	else
		gate_open(&t->gate);
	pthread_cond_signal(&t->work);
}

/* True if the next epoch is due. Otherwise waits until it is, or until there is a new request.
 * Called with the lock. */
static bool in_pace(struct trainer *t)
{
	const double due = t->wanted.pace > 0 ? t->at.began + 1 / t->wanted.pace : 0;
	if (clock_seconds() >= due || t->wanted.steps > 0)
		return true;
	const struct timespec until = { (time_t)due, (long)(1e9 * (due - floor(due))) };
	pthread_cond_timedwait(&t->work, &t->lock, &until);
	return false;
}

/* Allocates the model's memory and computes the first weights, or the hidden units of weights from
 * a file. */
static void prepare(struct trainer *t)
{
	struct weights *current = t->weights.current, *best = t->weights.best;
	struct epoch_result result;
	struct err e = { 0 };
	int status = 0;
	t->at.busy = true;
	pthread_mutex_unlock(&t->lock);
	if (!t->working.opened)
		status = model_open(&t->working, &e);
	if (best && best != current)
		t->model->ops->forward(&t->working, best, &result);
	if (current) /* comes last: the next epoch needs its errors */
		t->model->ops->forward(&t->working, current, &result);
	pthread_mutex_lock(&t->lock);
	*t->model = t->working; /* nobody reads it yet */
	t->model->gate = NULL;
	if (status == 0 && !current) {
		worker_run_reset(t);
		e = t->outcome.error;
	}
	if (gate_called_off(&t->gate))
		err_set(&e, ERR_INTERRUPTED, NULL, "stopped");
	t->at.failure = e;
	t->at.busy = false;
	t->at.prepared = true;
	pthread_cond_broadcast(&t->done);
}

static void *work(void *arg)
{
	struct trainer *t = arg;
	gate_enter(&t->gate);
	pthread_mutex_lock(&t->lock);
	if (!t->wanted.quit)
		prepare(t);
	while (!t->wanted.quit) {
		if (t->wanted.holders > 0 || (!t->wanted.reset && !worker_is_training(t))) {
			pthread_cond_wait(&t->work, &t->lock);
			continue;
		}
		if (!t->wanted.reset && !in_pace(t))
			continue;
		t->at.busy = true;
		gate_reset(&t->gate);
		worker_steer(t);
		if (t->wanted.reset)
			worker_run_reset(t);
		else
			run_epoch(t);
		t->at.busy = false;
		pthread_cond_broadcast(&t->done);
		pthread_mutex_unlock(&t->lock);
		t->wake(t->wake_ctx);
		pthread_mutex_lock(&t->lock);
	}
	pthread_mutex_unlock(&t->lock);
	gate_enter(NULL);
	return NULL;
}

bool worker_wait(struct trainer *t, bool (*happened)(const struct trainer *t), double seconds)
{
	const double end = clock_seconds() + seconds;
	const struct timespec until = { (time_t)end, (long)(1e9 * (end - floor(end))) };
	while (!happened(t) && clock_seconds() < end)
		pthread_cond_timedwait(&t->done, &t->lock, &until);
	return happened(t);
}

/* ---- life --------------------------------------------------------------- */

/* Makes timed waits use the clock that clock_seconds reads. */
static void init_monotonic(pthread_cond_t *c)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(c, &attributes);
	pthread_condattr_destroy(&attributes);
}

int worker_new(struct model *m, const struct trainer_sets *data, void (*wake)(void *), void *ctx,
	       struct trainer **out, struct err *e)
{
	struct trainer *t = calloc(1, sizeof *t);
	if (!t)
		return err_set(e, ERR_NOMEM, NULL, "out of memory");
	*t = (struct trainer){
		.model = m, .working = *m, .data = *data, .wake = wake, .wake_ctx = ctx
	};
	stopping_init(&t->stopping, m);
	pthread_mutex_init(&t->lock, NULL);
	init_monotonic(&t->work);
	init_monotonic(&t->done);
	gate_init(&t->gate, wake, ctx);
	t->working.gate = &t->gate;
	*out = t;
	return 0;
}

int worker_start(struct trainer *t, struct err *e)
{
	t->thread = thread_start(work, t);
	return t->thread ? 0
			 : err_set(e, ERR_FAILED, NULL, "no thread for training could be started");
}
