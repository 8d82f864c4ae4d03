/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The worker computes without the lock: it reads the current weights and writes a set that nobody
 * else has, or the current ones themselves, which spares the memory the traffic of another set.  A
 * glance is at the kept ones meanwhile. With the lock held it only exchanges pointers and appends
 * to the curve. A caller never waits for an epoch, with one exception: while a short epoch
 * overwrites the newest weights, readers of those weights wait. */
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "autorec/clock.h"
#include "autorec/thread.h"
#include "internal.h"

/* A glance is at no older weights than these while epochs are overwritten. */
#define KEPT_SECONDS 0.25
/* How long a pin is expected: a pause in typing. */
#define EXPECTED_SECONDS 2.0

/* ---- weights ------------------------------------------------------------ */

/* A set that nobody uses, new when all are in use.  Called with the lock held, which is let go
 * while a new one is made. */
static struct weights *unused_weights(struct trainer *t, struct err *e)
{
	for (int i = 0; i < MAX_SETS; i++) {
		struct weights *w = t->sets_of_weights[i];
		if (w && w != t->current && w != t->best && w != t->kept && w->pins == 0)
			return w;
		if (w)
			continue;
		pthread_mutex_unlock(&t->lock);
		const int status = weights_new(t->model, &w, e);
		pthread_mutex_lock(&t->lock);
		return status < 0 ? NULL : (t->sets_of_weights[i] = w);
	}
	err_set(e, ERR_FAILED, NULL, "too many epochs are held by readers");
	return NULL;
}

/* Does the loss fall?  Else the next epoch may diverge, and then this one is wanted: with its place
 * on the curve, which shows why. */
static bool is_falling(const struct trainer *t)
{
	const struct logbook *h = &t->log;
	return h->n_records > 1 &&
	       h->records[h->n_records - 1].loss < h->records[h->n_records - 2].loss;
}

/* May the next epoch be written over the current one? */
static bool can_overwrite(const struct trainer *t)
{
	if (!t->working.overwrites || t->current == t->best || t->current->pins > 0 ||
	    t->waiting > 0 || clock_seconds() < t->expected_until)
		return false;
	return t->sets.in_place ||
	       (t->kept && clock_seconds() - t->kept_since < KEPT_SECONDS && is_falling(t));
}

/* Where the next epoch goes.  Called with the lock held. */
static struct weights *next_weights(struct trainer *t, struct err *e)
{
	t->overwriting = can_overwrite(t);
	if (t->overwriting)
		return t->current;
	if (!t->sets.in_place) {
		t->kept = t->current;
		t->kept_since = clock_seconds();
	}
	return unused_weights(t, e);
}

static const struct weights *look(struct trainer *t, bool at_kept)
{
	pthread_mutex_lock(&t->lock);
	t->waiting++;
	trainer_steer(t);
	while (t->overwriting && !(at_kept && t->kept))
		pthread_cond_wait(&t->written, &t->lock);
	t->waiting--;
	trainer_steer(t);
	const bool best = t->best && t->stopping.patience > 0 && t->state == TRAINER_IDLE;
	struct weights *w = best ? t->best : t->overwriting ? t->kept : t->current;
	if (w == t->current &&
	    w != t->kept) /* what was seen is kept: the next look is not at an older epoch */
		t->kept_since = 0;
	w->pins++;
	pthread_mutex_unlock(&t->lock);
	return w;
}

const struct weights *trainer_pin(struct trainer *t)
{
	return look(t, false);
}

const struct weights *trainer_glance(struct trainer *t)
{
	return look(t, true);
}

void trainer_expect_pin(struct trainer *t)
{
	pthread_mutex_lock(&t->lock);
	t->expected_until = clock_seconds() + EXPECTED_SECONDS;
	pthread_mutex_unlock(&t->lock);
}

void trainer_unpin(struct trainer *t, const struct weights *pinned)
{
	pthread_mutex_lock(&t->lock);
	for (int i = 0; i < MAX_SETS; i++)
		if (t->sets_of_weights[i] == pinned)
			t->sets_of_weights[i]->pins--;
	pthread_mutex_unlock(&t->lock);
}

/* ---- the worker --------------------------------------------------------- */

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

/* Computes epoch 0 (first) or the one behind `from` into `to`.  Without the lock. */
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
		status = score_set(t, to, t->sets.valid, &r->valid_rmse, e);
	if (status == 0 && isfinite(result.loss))
		status = score_set(t, to, t->sets.test, &r->test_rmse, e);
	if (status == 0 && isfinite(result.loss) && m->n_vectors > 0)
		to->measured = (status = units_measure(m, to, to->units, &r->units, e)) == 0;
	r->seconds = clock_seconds() - began - gate_held_seconds(&t->gate);
	return gate_called_off(&t->gate) ? err_set(e, ERR_INTERRUPTED, NULL, "stopped") : status;
}

void trainer_halt(struct trainer *t, enum trainer_stop why)
{
	t->state = TRAINER_IDLE;
	t->outcome.stopped = why;
	if (why != STOP_NONE)
		t->outcome.ended = clock_seconds();
	t->steps_wanted = 0;
}

static void forget_best(struct trainer *t)
{
	stopping_forget_best(&t->stopping);
	t->best = NULL;
}

static void note_best(struct trainer *t)
{
	if (stopping_note(&t->stopping, &t->log))
		t->best = t->stopping.patience > 0 ? t->current
						   : NULL; /* else nobody returns to it */
}

/* The phase that begins with this epoch, where there is more than one, is marked. */
static int mark_phase(struct trainer *t, int64_t epoch, struct err *e)
{
	struct phase p;
	int status = 0;
	for (int i = 0;
	     status == 0 && t->stopping.last_phase > 0 && t->model->ops->phase(t->model, i, &p);
	     i++)
		if (p.first == epoch)
			status = logbook_mark(&t->log, epoch, e, "%s", p.name);
	return status;
}

/* Makes `next` the current weights and its record the curve's last.  With the lock. */
static int publish(struct trainer *t, struct weights *next, const struct epoch_record *r,
		   struct err *e)
{
	if (mark_phase(t, r->epoch, e) < 0 || logbook_add(&t->log, r, e) < 0)
		return ERR_NOMEM;
	t->current = next;
	note_best(t);
	return 0;
}

/* The newest epoch has been overwritten by one that is no use: back to one that was kept, or to the
 * start.  Options stay. */
static void go_back(struct trainer *t)
{
	struct logbook *h = &t->log;
	if (!t->kept) {
		t->reset_wanted = true;
		return;
	}
	t->current = t->best && t->best->epoch > t->kept->epoch ? t->best : t->kept;
	const int64_t epoch = t->current->epoch;
	t->generation++;
	for (int64_t i = 0; i < h->n_marks; i++)
		if (h->marks[i].epoch > epoch)
			h->marks[i].epoch = epoch + 1;
	if (t->stopping.best_epoch > epoch) { /* nobody wanted to come back to it */
		forget_best(t);
		for (h->n_records = 1; h->n_records <= epoch + 1; h->n_records++)
			stopping_note(&t->stopping, h);
	}
	h->n_records = epoch + 1;
}

static void diverged(struct trainer *t, int64_t epoch, bool overwritten)
{
	if (overwritten)
		go_back(t);
	err_set(&t->outcome.error, ERR_FAILED, NULL,
		"training diverged at epoch %ld: the loss is not a number; epoch %ld is %s. "
		"A smaller rate, a larger lambda or a bounded activation helps: model ... "
		"rate=1e-5",
		(long)epoch, t->reset_wanted ? 0L : (long)logbook_epoch(&t->log),
		overwritten ? "back" : "kept");
	trainer_halt(t, STOP_DIVERGED);
}

static void run_epoch(struct trainer *t)
{
	struct err e = { 0 };
	struct epoch_record r;
	struct weights *from = t->current, *next = next_weights(t, &e);
	const bool overwritten = t->overwriting;
	t->working.config = t->model->config;
	int status = next ? 0 : e.code;
	if (next) {
		t->computing = true;
		t->gap = 0;
		pthread_mutex_unlock(&t->lock);
		status = compute(t, from, next, &r, &e);
		pthread_mutex_lock(&t->lock);
		t->computing = t->overwriting = false;
		pthread_cond_broadcast(&t->written);
		r.seconds -= t->gap < r.seconds ? t->gap : r.seconds;
	}
	if (status == ERR_INTERRUPTED) {
		t->torn = true;
		if (overwritten)
			go_back(t);
		return;
	}
	if (status == 0 && !isfinite(r.loss)) {
		diverged(t, r.epoch, overwritten);
		return;
	}
	if (status == 0)
		status = publish(t, next, &r, &e);
	if (status < 0) {
		t->outcome.error = e;
		if (overwritten)
			go_back(t);
		trainer_halt(t, STOP_FAILED);
		return;
	}
	if (t->steps_wanted > 0)
		t->steps_wanted--;
	enum trainer_stop why = t->state == TRAINER_IDLE ? STOP_NONE
							 : stopping_reason(&t->stopping, &t->log);
	if (why != STOP_NONE)
		trainer_halt(t, why);
}

static void run_reset(struct trainer *t)
{
	struct err e = { 0 };
	struct epoch_record r;
	struct weights *next = unused_weights(t, &e);
	t->working.config = t->model->config;
	pthread_mutex_unlock(&t->lock);
	int status = next ? compute(t, NULL, next, &r, &e) : e.code;
	pthread_mutex_lock(&t->lock);
	t->reset_wanted = false;
	if (status == 0) {
		/* What was asked for since stays: reset, train is one request. */
		t->log.n_records = t->log.n_marks = 0;
		forget_best(t);
		t->generation++;
		t->kept = NULL;
		t->torn = false;
		status = publish(t, next, &r, &e);
	}
	if (status < 0) {
		t->torn |= next != NULL;
		t->outcome.error = e;
	}
	if (status == ERR_INTERRUPTED && t->current)
		err_set(&t->outcome.error, status, NULL,
			"the reset was stopped; epoch %ld is still there to be looked at, and "
			"training "
			"begins with a reset",
			(long)logbook_epoch(&t->log));
}

/* Is the next epoch due?  Waits until it is, or until something was asked for; with the lock. */
static bool in_pace(struct trainer *t)
{
	const double due = t->pace > 0 ? t->began + 1 / t->pace : 0;
	if (clock_seconds() >= due || t->steps_wanted > 0)
		return true;
	const struct timespec until = { (time_t)due, (long)(1e9 * (due - floor(due))) };
	pthread_cond_timedwait(&t->work, &t->lock, &until);
	return false;
}

/* Before there is anything to look at: memory and first weights, or the hidden units of the weights
 * that a file held. */
static void prepare(struct trainer *t)
{
	struct epoch_result result;
	struct err e = { 0 };
	int status = 0;
	t->at_work = true;
	pthread_mutex_unlock(&t->lock);
	if (!t->working.opened)
		status = model_open(&t->working, &e);
	if (t->current && t->best && t->best != t->current)
		t->model->ops->forward(&t->working, t->best, &result);
	if (t->current) /* last: the next epoch finds its own errors */
		t->model->ops->forward(&t->working, t->current, &result);
	pthread_mutex_lock(&t->lock);
	*t->model = t->working; /* nobody reads it yet */
	t->model->gate = NULL;
	if (status == 0 && !t->current) {
		run_reset(t);
		e = t->outcome.error;
	}
	if (gate_called_off(&t->gate))
		err_set(&e, ERR_INTERRUPTED, NULL, "stopped");
	t->failure = e;
	t->at_work = false;
	t->prepared = true;
	pthread_cond_broadcast(&t->written);
}

static void *work(void *arg)
{
	struct trainer *t = arg;
	gate_enter(&t->gate);
	pthread_mutex_lock(&t->lock);
	if (!t->quit)
		prepare(t);
	while (!t->quit) {
		const bool training = t->state == TRAINER_RUNNING || t->steps_wanted > 0;
		if (t->holders > 0 || (!t->reset_wanted && !training)) {
			pthread_cond_wait(&t->work, &t->lock);
			continue;
		}
		if (!t->reset_wanted && !in_pace(t))
			continue;
		t->at_work = true;
		gate_reset(&t->gate);
		trainer_steer(t);
		if (t->reset_wanted) {
			run_reset(t);
		} else {
			t->began = clock_seconds();
			run_epoch(t);
		}
		t->at_work = false;
		pthread_cond_broadcast(&t->written);
		pthread_mutex_unlock(&t->lock);
		t->wake(t->wake_ctx);
		pthread_mutex_lock(&t->lock);
	}
	pthread_mutex_unlock(&t->lock);
	gate_enter(NULL);
	return NULL;
}

/* ---- life --------------------------------------------------------------- */

int trainer_start(struct trainer *t, struct err *e)
{
	t->thread = thread_start(work, t);
	return t->thread ? 0
			 : err_set(e, ERR_FAILED, NULL, "no thread for training could be started");
}

/* Waits on it are timed by the clock that clock_seconds reads. */
static void init_monotonic(pthread_cond_t *c)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(c, &attributes);
	pthread_condattr_destroy(&attributes);
}

bool trainer_wait(struct trainer *t, bool (*happened)(const struct trainer *t), double seconds)
{
	const double end = clock_seconds() + seconds;
	const struct timespec until = { (time_t)end, (long)(1e9 * (end - floor(end))) };
	while (!happened(t) && clock_seconds() < end)
		pthread_cond_timedwait(&t->written, &t->lock, &until);
	return happened(t);
}

int trainer_make(struct model *m, const struct trainer_sets *sets, void (*wake)(void *), void *ctx,
		 struct trainer **out, struct err *e)
{
	struct trainer *t = calloc(1, sizeof *t);
	if (!t)
		return err_set(e, ERR_NOMEM, NULL, "out of memory");
	*t = (struct trainer){
		.model = m, .working = *m, .sets = *sets, .wake = wake, .wake_ctx = ctx
	};
	stopping_init(&t->stopping, m);
	pthread_mutex_init(&t->lock, NULL);
	init_monotonic(&t->work);
	init_monotonic(&t->written);
	gate_init(&t->gate, wake, ctx);
	t->working.gate = &t->gate;
	*out = t;
	return 0;
}

int trainer_new(struct model *m, const struct trainer_sets *sets, void (*wake)(void *), void *ctx,
		struct trainer **out, struct err *e)
{
	int status = trainer_make(m, sets, wake, ctx, out, e);
	if (status == 0 && (status = trainer_start(*out, e)) < 0) {
		(*out)->model = NULL; /* the caller's still */
		trainer_free(*out);
	}
	return status;
}

static bool is_prepared(const struct trainer *t)
{
	return t->prepared;
}

int trainer_await(struct trainer *t, double seconds, double *done, struct err *e)
{
	pthread_mutex_lock(&t->lock);
	int status = trainer_wait(t, is_prepared, seconds) ? t->failure.code : 1;
	if (status < 0 && e)
		*e = t->failure;
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
		t->quit = true;
		gate_call_off(&t->gate);
		pthread_cond_signal(&t->work);
		pthread_mutex_unlock(&t->lock);
		thread_join(t->thread);
	}
	for (int i = 0; i < MAX_SETS; i++)
		weights_free(t->sets_of_weights[i]);
	pthread_cond_destroy(&t->work);
	pthread_cond_destroy(&t->written);
	pthread_mutex_destroy(&t->lock);
	gate_done(&t->gate);
	logbook_done(&t->log);
	model_free(t->model);
	free(t);
}
