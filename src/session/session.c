/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/session.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "autorec/clock.h"
#include "autorec/kernel.h"
#include "autorec/mem.h"
#include "autorec/num.h"
#include "autorec/report.h"
#include "autorec/saving.h"

/* The trainer, its successor, the one set aside, one to compare with, and a save. */
enum { WORKERS = 5 };

int session_init(struct session *s, struct err *e)
{
	json_set_alloc_funcs(mem_noting, free);
	*s = (struct session){
		.config = config_default(),
		.focus = focus_default(),
		.host.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
	};
	if (kernel_start(WORKERS, e) < 0)
		return e->code;
	if (s->host.wake_fd < 0)
		return err_set(e, ERR_FAILED, NULL, "the system cannot open an event channel: %s",
			       strerror(errno));
	return 0;
}

void session_set_activity(struct session *s, struct activity *a)
{
	if (s->activity)
		s->activity->free(s->activity);
	s->activity = a;
}

void session_done(struct session *s)
{
	session_set_data(s, NULL);
	document_done(&s->doc);
	session_set_activity(s, NULL);
	saving_free(s->saves.now);
	autosave_done(&s->saves.own, s->saves.rescued);
	transcript_done(&s->transcript);
	free(s->effects.effect);
	free(s->doubted);
	if (s->host.wake_fd >= 0)
		close(s->host.wake_fd);
	*s = (struct session){ .host.wake_fd = -1 };
}

int session_need_data(const struct session *s, struct err *e)
{
	return s->doc.data ? 0
			   : err_set(e, ERR_FAILED, NULL,
				     "no ratings are loaded yet; load some with load PATH");
}

int session_need_split(struct session *s, struct err *e)
{
	struct split *split;
	int status = session_need_data(s, e);
	if (status < 0 || s->doc.split)
		return status;
	const double holdout = s->doc.data->test ? 0 : 0.1;
	status = split_random(s->doc.data, holdout, 0.1, 1, &split, e);
	if (status == 0)
		session_set_split(s, split);
	return status;
}

int session_need_trainer(const struct session *s, struct err *e)
{
	int status = session_need_data(s, e);
	if (status == 0 && !session_trainer(s))
		status = err_set(e, ERR_FAILED, NULL,
				 "there is no model yet; make one with model i-autorec, then train "
				 "it with train");
	return status;
}

const double *session_effects(const struct session *s, const struct weights *w)
{
	const struct unit_effects *x = &s->effects;
	return x->run == document_run_number(&s->doc) && x->epoch == w->epoch && x->k == w->hidden.k
		       ? x->effect
		       : NULL;
}

int session_rating_set(const struct session *s, enum rating_set which, const struct ratings **out,
		       struct err *e)
{
	char name[8];
	int status = session_need_trainer(s, e);
	if (status < 0)
		return status;
	const struct ratings *const sets[] = { s->doc.split->test, s->doc.split->valid,
					       trainer_model(session_trainer(s))->train };
	if (which == SET_VALID && document_joined(&s->doc))
		return err_set(e, ERR_FAILED, "on",
			       "the refitted model was trained on the validation ratings; use "
			       "on=test");
	param_choice(RATING_SET_NAMES, which, name, sizeof name);
	if (ratings_count(sets[which]) == 0)
		return err_set(e, ERR_FAILED, "on",
			       "there are no %s ratings; hold some out with split%s", name,
			       which == SET_VALID && ratings_count(sets[SET_TEST]) > 0
				       ? ", or use on=test"
				       : "");
	*out = sets[which];
	return 0;
}

struct trainer *session_trainer(const struct session *s)
{
	return document_trainer(&s->doc);
}

/* Is there a run that would be missed? */
static bool is_dear(struct session *s)
{
	struct trainer_status t;
	if (!session_trainer(s))
		return false;
	trainer_status(session_trainer(s), &t);
	return t.epoch > 0 || s->doc.overlay.n_edits > 0;
}

/* The person's run is set aside. Those of an activity, such as a campaign, come and go. */
static void before_runs_go(struct session *s)
{
	saving_wait(s->saves.now); /* it reads them */
	s->focus.unit = -1;
	if ((s->activity && s->activity->active) || !is_dear(s))
		return;
	trainer_stop(session_trainer(s), NULL);
	document_set_aside(&s->doc);
}

void session_set_aside(struct session *s)
{
	saving_wait(s->saves.now);
	if (session_trainer(s))
		trainer_stop(session_trainer(s), NULL);
	document_set_aside(&s->doc);
}

bool session_bring_back(struct session *s)
{
	const struct dataset *data = s->doc.data;
	if (!s->doc.aside)
		return false;
	saving_wait(s->saves.now);
	if (session_trainer(s))
		trainer_stop(session_trainer(s), NULL);
	const bool seats = s->doc.overlay.n_newcomers + s->doc.aside->overlay.n_newcomers > 0;
	if (seats)
		session_settle(s);
	document_bring_back(&s->doc);
	if (seats)
		document_seat(&s->doc, NULL);
	s->focus.unit = -1;
	if (s->doc.data != data)
		s->focus.user = s->focus.item = -1;
	return true;
}

void session_set_data(struct session *s, struct dataset *d)
{
	before_runs_go(s);
	document_set_data(&s->doc, d);
	s->focus.user = s->focus.item = -1;
	s->focus.user_list.items = (struct item_filter){ 0 }; /* its genre is of the old data */
	s->focus.map_color = 0;
}

void session_set_split(struct session *s, struct split *split)
{
	before_runs_go(s);
	document_set_split(&s->doc, split);
}

void session_wake(void *ctx)
{
	const struct session *s = ctx;
	const uint64_t one = 1;
	while (write(s->host.wake_fd, &one, sizeof one) < 0 && errno == EINTR)
		;
}

struct trainer_sets session_sets(const struct session *s, const struct split *split,
				 const struct ratings *joined)
{
	return (struct trainer_sets){ .valid = joined ? NULL : split->valid,
				      .test = split->test,
				      .in_place = !s->host.interactive };
}

/* Makes this run the one in use and, for now, the only one. */
static void set_run(struct session *s, struct run *run)
{
	before_runs_go(s);
	document_drop_runs(&s->doc);
	document_add_run(&s->doc, run);
	s->saves.at = clock_seconds();
	trainer_set_pace(run->trainer, s->config.pace);
}

/* While the worker prepares a new trainer, the program still reacts and the old trainer is in use.
 * On failure the new one is freed. */
static int await(struct session *s, struct trainer *t, struct err *e)
{
	const double look_seconds = 0.05;
	double done;
	int status = 1;
	while (status == 1) {
		status = trainer_await(t, look_seconds, &done, e);
		if (status == 1 && !session_go_on(s, "preparing the model", done))
			status = err_set(e, ERR_INTERRUPTED, NULL, "stopped; nothing has changed");
	}
	if (status < 0)
		trainer_free(t);
	return status;
}

/* Clicks and purchases are all alike: a model of them would predict this one value. */
static int check_different(const struct dataset *d, struct err *e)
{
	float least = 0, greatest = 0;
	char text[NUM_TEXT];
	sparse_range(d->all, &least, &greatest);
	if (least < greatest || sparse_count(d->all) < 2)
		return 0;
	return err_set(
		e, ERR_FAILED, NULL,
		"all %lld ratings are %s, so there is nothing to learn from them; load others, or "
		"counts such as plays with columns= and log=on",
		(long long)sparse_count(d->all), num_text((double)least, text));
}

int session_set_model(struct session *s, const struct model_ops *ops, const struct config *c,
		      struct ratings *joined, struct err *e)
{
	const struct ratings *train = joined ? joined : s->doc.split->train;
	const struct trainer_sets sets = session_sets(s, s->doc.split, joined);
	struct config config = *c;
	struct model *m;
	if (check_different(s->doc.data, e) < 0)
		return e->code;
	struct run *run = mem_array(1, sizeof *run, e);
	if (!run)
		return ERR_NOMEM;
	dataset_put_scale(s->doc.data, &config.min, &config.max);
	kernel_set_threads((int)config.threads);
	int status = model_plan(ops, &config, train, &m, e);
	if (status == 0 && (status = trainer_new(m, &sets, session_wake, s, &run->trainer, e)) < 0)
		model_free(m);
	if (status == 0)
		status = await(s, run->trainer, e);
	if (status < 0) {
		kernel_set_threads((int)s->config.threads);
		free(run);
		return status;
	}
	run->joined = joined;
	set_run(s, run);
	trainer_set_pace(run->trainer, config.pace);
	return 0;
}

const struct weights *session_pin(struct session *s)
{
	struct trainer *t = session_trainer(s);
	struct fold *f = &s->doc.fold;
	struct trainer_status status;
	const struct weights *w = trainer_pin(t);
	trainer_status(t, &status);
	const struct weights *read = fold_pin(f, trainer_model(t), w, &s->doc.overlay,
					      status.generation, NULL);
	trainer_set_folded(t, f->users.in, f->items.in);
	if (read != w)
		trainer_unpin(t, w);
	return read;
}

void session_unpin(struct session *s, const struct weights *w)
{
	if (w->folded)
		fold_unpin(&s->doc.fold, w);
	else
		trainer_unpin(session_trainer(s), w);
}

/* Measures the effect of the last edit in force, for the view of edits. */
static void measure_edit(struct session *s)
{
	struct overlay *o = &s->doc.overlay;
	if (o->applied == 0 || !edit_counts(&o->edits[o->applied - 1]))
		return;
	const struct weights *w = session_pin(s);
	whatif_measure(trainer_model(session_trainer(s)), w, o, &o->edits[o->applied - 1], false,
		       &s->doc.whatif, NULL);
	session_unpin(s, w);
}

int session_open(struct session *s, struct checkpoint *c, struct err *e)
{
	const struct trainer_sets sets = session_sets(s, c->split, c->joined);
	struct run *run = mem_array(1, sizeof *run, e);
	int status = run ? 0 : ERR_NOMEM;
	kernel_set_threads((int)s->config.threads);
	if (status == 0)
		status = trainer_continue(c->model, &sets, session_wake, s, &c->moment,
					  &run->trainer, e);
	if (status == 0 && (status = await(s, run->trainer, e)) < 0) {
		c->model = NULL; /* owned by the trainer before */
		c->moment = (struct training_moment){ 0 };
	}
	if (status < 0) {
		free(run);
		return status;
	}
	session_set_data(s, c->data);
	session_set_split(s, c->split);
	run->joined = c->joined;
	set_run(s, run);
	s->saves.run = run->number;
	s->saves.epoch = c->moment.epoch;
	s->saves.automatic = false;
	s->saves.edits = 0;
	options_copy(&s->config, &c->config, OPTION_TRAINING);
	c->overlay.base = s->doc.overlay.base;
	c->overlay.changes = 0;
	s->doc.overlay = c->overlay;
	*c = (struct checkpoint){ 0 };
	measure_edit(s);
	return 0;
}

struct config session_config(struct session *s)
{
	if (!session_trainer(s))
		return s->config;
	struct config c = trainer_config(session_trainer(s));
	options_copy(&c, &s->config, OPTION_TRAINING);
	options_copy(&c, &s->config, OPTION_SESSION);
	return c;
}

bool session_wait_over(struct session *s)
{
	struct trainer_status t;
	if (s->wait == WAIT_SAVED)
		return !s->saves.now || saving_over(s->saves.now);
	if (s->host.interactive && s->activity &&
	    s->activity->active) /* also between two of its trainings */
		return false;
	if (!session_trainer(s))
		return true;
	trainer_status(session_trainer(s), &t);
	if (s->wait == WAIT_EPOCH) /* a pause is not the end: after resume the epoch will come */
		return t.epoch >= s->wait_epoch || (!t.busy && t.state == TRAINER_IDLE);
	return !t.busy;
}

static void drain(int fd)
{
	uint64_t count;
	while (read(fd, &count, sizeof count) > 0)
		;
}

/* Reports an automatic save that fails; training goes on. */
static void tick(struct session *s)
{
	struct err why;
	if (session_tick(s, &why) == 0 || !s->host.emit)
		return;
	json_t *error = report_error("autosave", why.where, why.message);
	s->host.emit(s->host.ctx, error);
	json_decref(error);
}

int session_wait(struct session *s, int64_t seen,
		 void (*each)(void *ctx, const struct epoch_record *r), void *ctx, struct err *e)
{
	for (bool over = false; !over;) {
		struct pollfd wait = { .fd = s->host.wake_fd, .events = POLLIN };
		over = session_wait_over(s);
		for (struct epoch_record r; trainer_records(session_trainer(s), seen, &r, 1) == 1;
		     seen++)
			if (each)
				each(ctx, &r);
		if (over)
			break;
		if (s->host.interrupted && *s->host.interrupted) {
			trainer_stop(session_trainer(s), NULL);
			return err_set(e, ERR_INTERRUPTED, NULL, "stopped by a signal");
		}
		poll(&wait, 1, -1); /* a signal handler writes to wake_fd, too */
		drain(s->host.wake_fd);
		tick(s);
	}
	return 0;
}

bool session_go_on(struct session *s, const char *what, double fraction)
{
	return !(s->host.interrupted && *s->host.interrupted) &&
	       (!s->host.progress || s->host.progress(s->host.ctx, what, fraction));
}

void session_put_user(const struct session *s, json_t *out, int32_t user)
{
	json_object_set_new(out, "id", json_string(ids_name(s->doc.data->users, user)));
}

void session_put_item(const struct session *s, json_t *out, int32_t item)
{
	json_object_set_new(out, "id", json_string(ids_name(s->doc.data->items, item)));
	json_object_set_new(out, "title", json_string(dataset_title(s->doc.data, item)));
}

void session_put_set(json_t *out, enum rating_set on)
{
	char name[8];
	param_choice(RATING_SET_NAMES, (int)on, name, sizeof name);
	json_object_set_new(out, "on", json_string(name));
}

void session_put_weights(const struct session *s, json_t *out, int64_t epoch)
{
	const bool learned = s->doc.retrained && s->doc.overlay.applied == 0;
	json_object_set_new(out, "epoch", json_integer(epoch));
	json_object_set_new(out, "weights", json_string(learned ? "retrained" : "frozen"));
}

void session_put_edited(const struct session *s, json_t *row, int32_t user, int32_t item)
{
	float was = 0;
	if (s->doc.overlay.applied == 0)
		return;
	const bool edited = document_edited(&s->doc, user, item, &was);
	json_object_set_new(row, "edited", json_boolean(edited));
	json_object_set_new(row, "was", edited ? report_real((double)was) : json_null());
}
