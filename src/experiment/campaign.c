/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/campaign.h"
#include "autorec/campaign_summary.h"
#include "autorec/runs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "autorec/clock.h"
#include "autorec/home.h"
#include "autorec/report.h"

/* ---- life --------------------------------------------------------------- */

static void free_activity(struct activity *a)
{
	campaign_free((struct campaign *)a);
}

int campaign_new(const char *verb, int n_splits,
		 int (*answer)(struct session *s, const char *line, json_t **out, struct err *e),
		 struct campaign **out, struct err *e)
{
	struct campaign *c = calloc(1, sizeof *c);
	if (!c)
		return err_set(e, ERR_NOMEM, NULL, "out of memory");
	c->activity.free = free_activity;
	c->answer = answer;
	c->verb = verb;
	c->n_splits = n_splits;
	c->seed = 1;
	*out = c;
	return 0;
}

struct trial *campaign_add(struct campaign *c, const char *label, const struct model_ops *ops,
			   struct err *e)
{
	struct outcome *runs = calloc((size_t)c->n_splits, sizeof *runs);
	struct trial *all = runs ? realloc(c->trials, (size_t)(c->n_trials + 1) * sizeof *all)
				 : NULL;
	if (!all) {
		free(runs);
		err_set(e, ERR_NOMEM, NULL, "out of memory");
		return NULL;
	}
	c->trials = all;
	struct trial *t = &all[c->n_trials++];
	*t = (struct trial){ .ops = ops, .paper = NAN, .x = NAN, .runs = runs };
	snprintf(t->label, sizeof t->label, "%.*s", text_head(label, sizeof t->label - 1), label);
	for (int i = 0; i < c->n_splits; i++)
		runs[i] = (struct outcome){ .valid_rmse = NAN, .rmse = NAN, .mae = NAN };
	return t;
}

void campaign_free(struct campaign *c)
{
	for (int i = 0; c && i < c->n_trials; i++)
		free(c->trials[i].runs);
	if (c) {
		free(c->trials);
		json_decref(c->skipped);
	}
	free(c);
}

struct campaign *campaign_of(const struct session *s)
{
	return (struct campaign *)s->activity;
}

bool campaign_active(const struct session *s)
{
	return s->activity && s->activity->active;
}

int campaign_need_none(const struct session *s, struct err *e)
{
	const struct campaign *c = campaign_of(s);
	if (!campaign_active(s))
		return 0;
	return err_set(
		e, ERR_FAILED, NULL,
		"%s is running (%d of %d runs done); stop ends it and keeps the finished runs",
		c->verb, campaign_done(c), campaign_runs(c));
}

static struct trial *trial_now(const struct campaign *c)
{
	return &c->trials[c->trial];
}

static struct outcome *run_now(const struct campaign *c)
{
	return &trial_now(c)->runs[c->split];
}

/* ---- a run -------------------------------------------------------------- */

enum stage {
	STAGE_LOAD,
	STAGE_SPLIT,
	STAGE_MODEL,
	STAGE_TRAIN,
	STAGE_CHOSEN,
	STAGE_EVALUATE,
	STAGE_SCORED
};

/* Writes the command line of a stage. */
static void line_of(const struct session *s, const struct campaign *c, enum stage stage,
		    struct text *out)
{
	const struct trial *t = trial_now(c);
	const unsigned long seed = (unsigned long)run_now(c)->seed;
	switch (stage) {
	case STAGE_LOAD: text_addf(out, "load %s", t->data); break;
	case STAGE_SPLIT:
		text_addf(out, "split ");
		if (c->split_by == SPLIT_USER) {
			text_addf(out, "by=user last=%ld%s", (long)c->split_last,
				  c->valid_share > 0 ? "" : " valid=0");
			break;
		}
		if (!s->doc.data->test)
			text_addf(out, "holdout=%.15g ", c->holdout);
		text_addf(out, "valid=%.15g ", c->valid_share);
		if (c->split_by == SPLIT_TIME)
			text_addf(out, "by=time");
		else
			text_addf(out, "seed=%lu", seed);
		break;
	case STAGE_MODEL:
		text_addf(out, "model %s%s%s", t->ops->name, t->options[0] ? " " : "", t->options);
		if (model_takes(t->ops, "seed"))
			text_addf(out, " seed=%lu", seed);
		break;
	case STAGE_TRAIN:
		text_addf(out, "train %ld patience=%ld", (long)c->epochs,
			  (long)(t->patience ? t->patience : c->patience));
		break;
	case STAGE_CHOSEN: text_addf(out, "refit"); break;
	default: text_addf(out, "evaluate ranking=off");
	}
}

/* Writes what identifies the current run in the file: the ratings and all its command lines. */
static void campaign_key_of(const struct session *s, const struct campaign *c, struct text *out)
{
	text_addf(out, "%s %s %016lx", AUTOREC_VERSION, s->doc.data->name,
		  (unsigned long)sparse_hash(s->doc.data->all));
	if (s->doc.data->test)
		text_addf(out, " test %016lx", (unsigned long)sparse_hash(s->doc.data->test));
	for (enum stage stage = STAGE_SPLIT; stage <= (c->scored ? STAGE_EVALUATE : STAGE_TRAIN);
	     stage++) {
		text_addf(out, "; ");
		line_of(s, c, stage, out);
	}
}

static bool found_in_file(struct session *s, struct campaign *c)
{
	struct text key = { 0 };
	if (c->fresh)
		return false;
	campaign_key_of(s, c, &key);
	const bool found = !key.failed && runs_find(c->file, key.bytes, run_now(c));
	text_done(&key);
	return found;
}

/* Reports once that runs cannot be kept; the campaign goes on. */
static int warn(struct session *s, struct campaign *c, const struct err *why)
{
	char text[sizeof why->where + sizeof why->message + 4];
	json_t *line = json_pack("{s:s, s:s, s:o}", "command", c->verb, "event", "warning",
				 "warning", report_string(err_text(why, text, sizeof text)));
	if (s->host.emit && !c->warned)
		s->host.emit(s->host.ctx, line);
	c->warned = true;
	json_decref(line);
	return 0;
}

static int campaign_keep(struct session *s, struct campaign *c, struct err *e)
{
	struct text key = { 0 };
	campaign_key_of(s, c, &key);
	const int status = key.failed ? err_set(e, ERR_NOMEM, NULL, "out of memory")
				      : runs_append(c->file, key.bytes, run_now(c), e);
	text_done(&key);
	return status == ERR_IO && c->default_file ? warn(s, c, e) : status;
}

/* ---- from run to run ---------------------------------------------------- */

void campaign_put_note(const struct campaign *c, const struct trial *t, const struct outcome *r,
		       json_t *row)
{
	const int64_t patience = t->patience ? t->patience : c->patience;
	if (r->state == RUN_DONE && r->epochs + patience > c->epochs)
		json_object_set_new(row, "note",
				    json_sprintf("still improving at epoch %ld", (long)c->epochs));
}

static void emit_run(struct session *s, const struct campaign *c)
{
	const struct outcome *r = run_now(c);
	json_t *line = json_pack("{s:s, s:s, s:s, s:I}", "command", c->verb, "event", "run", "of",
				 trial_now(c)->label, "seed", (json_int_t)r->seed);
	if (r->state == RUN_FAILED) {
		json_object_set_new(line, "failed", json_string(trial_now(c)->trouble));
	} else {
		json_object_set_new(line, "epochs", json_integer(r->epochs));
		json_object_set_new(line, "valid_rmse", report_real(r->valid_rmse));
		if (c->scored)
			json_object_set_new(line, "rmse", report_real(r->rmse));
		json_object_set_new(line, "seconds", json_real(r->seconds));
		campaign_put_note(c, trial_now(c), r, line);
	}
	const double left = campaign_seconds_left(c);
	json_object_set_new(line, "done", json_integer(campaign_done(c)));
	json_object_set_new(line, "runs", json_integer(campaign_runs(c)));
	if (isfinite(left))
		json_object_set_new(line, "seconds_left", json_real(left));
	if (r->found)
		json_object_set_new(line, "from", report_string(c->file));
	if (s->host.emit)
		s->host.emit(s->host.ctx, line);
	json_decref(line);
}

/* Says how many results come from the file, and since when they stand there. */
static void put_stored(const struct campaign *c, json_t *out)
{
	int n = 0;
	time_t latest = 0;
	char when[32] = "";
	struct tm local;
	for (int i = 0; i < c->n_trials; i++)
		for (int j = 0; j < c->n_splits; j++) {
			const struct outcome *r = &c->trials[i].runs[j];
			n += r->found;
			latest = r->found && r->at > latest ? (time_t)r->at : latest;
		}
	if (n == 0)
		return;
	if (latest > 0 && localtime_r(&latest, &local))
		strftime(when, sizeof when,
			 time(NULL) - latest < 24 * 3600 ? " from %H:%M" : " from %Y-%m-%d %H:%M",
			 &local);
	char text[sizeof c->file + 100];
	snprintf(text, sizeof text, "%d of %d%s in %s; fresh=on runs them again", n,
		 campaign_runs(c), when, c->file);
	json_object_set_new(out, "stored", report_string(text));
}

/* The person's document and what they looked at come back.  Without data before, those of the
 * campaign stay. */
static void give_back(struct session *s, const struct campaign *c)
{
	const struct document *aside = s->doc.aside;
	if (!aside || !aside->data) {
		session_set_split(s, NULL);
		return;
	}
	session_bring_back(s);
	document_forget_aside(&s->doc);
	const struct focus now = s->focus;
	s->focus = c->focus;
	s->focus.find_steps = now.find_steps;
	if (!c->scored) /* tune leaves another model, and its table says why */
		s->focus.view = now.view;
}

static int end(struct session *s, struct err *e)
{
	struct campaign *c = campaign_of(s);
	json_t *out = json_pack("{s:s}", "command", c->verb);
	give_back(s, c);
	c->activity.active = false;
	s->config = c->config;
	s->given = c->given;
	for (int i = 0; i < c->n_trials; i++)
		for (int j = 0; j < c->n_splits; j++)
			if (c->trials[i].runs[j].state == RUN_UNDER_WAY)
				c->trials[i].runs[j].state = RUN_WAITING;
	int status = c->finish(s, c, out, e);
	put_stored(c, out);
	if (status == 0 && s->host.emit)
		s->host.emit(s->host.ctx, out);
	json_decref(out);
	return status;
}

/* Goes to the next run; ends the campaign after the last. */
static int next_run(struct session *s, struct campaign *c, struct err *e)
{
	c->stage = STAGE_LOAD;
	if (++c->split == c->n_splits) {
		c->split = 0;
		c->trial++;
	}
	return c->trial == c->n_trials ? end(s, e) : 0;
}

static int run_failed(struct session *s, struct campaign *c, const struct err *why, struct err *e)
{
	struct trial *t = trial_now(c);
	run_now(c)->state = RUN_FAILED;
	err_text(why, t->trouble, sizeof t->trouble);
	emit_run(s, c);
	return next_run(s, c, e);
}

/* Skips data that cannot be loaded, with all its trials, and reports it once. */
static int skip_data(struct session *s, struct campaign *c, const struct err *why, struct err *e)
{
	const char *data = trial_now(c)->data;
	for (; c->trial < c->n_trials && trial_now(c)->data && !strcmp(trial_now(c)->data, data);
	     c->trial++) {
		err_text(why, trial_now(c)->trouble, sizeof trial_now(c)->trouble);
		for (int i = 0; i < c->n_splits; i++)
			trial_now(c)->runs[i].state = RUN_FAILED;
	}
	json_t *line = json_pack("{s:s, s:s, s:o, s:s}", "command", c->verb, "event", "skipped",
				 "data", report_string(data), "why", why->message);
	if (s->host.emit)
		s->host.emit(s->host.ctx, line);
	json_decref(line);
	c->split = 0;
	return c->trial == c->n_trials ? end(s, e) : 0;
}

static int run_finished(struct session *s, struct campaign *c, struct err *e)
{
	struct outcome *r = run_now(c);
	int status = 0;
	r->state = RUN_DONE;
	if (!r->found) {
		r->seconds = clock_seconds() - c->began;
		status = campaign_keep(s, c, e);
	}
	emit_run(s, c);
	return status < 0 ? status : next_run(s, c, e);
}

/* Runs the line of a stage; its answer goes into the run. */
static int run_stage(struct session *s, struct campaign *c, enum stage stage, struct err *e)
{
	struct text line = { 0 };
	json_t *answer = NULL;
	line_of(s, c, stage, &line);
	int status = line.failed ? err_set(e, ERR_NOMEM, NULL, "out of memory")
				 : c->answer(s, line.bytes, &answer, e);
	if (status == 0 && stage == STAGE_EVALUATE) {
		run_now(c)->rmse = json_number_value(json_object_get(answer, "rmse"));
		run_now(c)->mae = json_number_value(json_object_get(answer, "mae"));
		run_now(c)->cold = json_integer_value(json_object_get(answer, "cold"));
	}
	json_decref(answer);
	text_done(&line);
	return status;
}

/* Prepares a run: loads the trial's data, sets the seed, and looks for an earlier result. */
static int begin_run(struct session *s, struct campaign *c, struct err *e)
{
	struct trial *t = trial_now(c);
	struct outcome *r = run_now(c);
	struct err why = { 0 };
	r->seed = c->seed + (uint64_t)c->split;
	r->state = RUN_UNDER_WAY;
	c->began = clock_seconds();
	if (t->data && (!c->loaded || strcmp(c->loaded, t->data))) {
		if (run_stage(s, c, STAGE_LOAD, &why) < 0)
			return why.code == ERR_INTERRUPTED ? (*e = why, why.code)
							   : skip_data(s, c, &why, e);
		c->loaded = t->data;
	}
	if (found_in_file(s, c))
		return run_finished(s, c, e);
	c->stage = STAGE_SPLIT;
	return 0;
}

/* Records the result of the training that has come to rest, and what validation chose. */
static int note_training(struct session *s, struct campaign *c, struct err *e)
{
	struct trainer_status t;
	trainer_status(session_trainer(s), &t);
	if (t.error.code < 0) {
		*e = t.error;
		return e->code;
	}
	if (c->stage == STAGE_CHOSEN) {
		run_now(c)->epochs = t.best_epoch;
		run_now(c)->valid_rmse = t.best_valid;
	}
	return 0;
}

static int campaign_go_on(struct session *s, struct campaign *c, struct err *e)
{
	struct err why = { 0 };
	int status = 0;
	if (c->stage == STAGE_LOAD)
		return begin_run(s, c, e);
	if (c->stage == STAGE_CHOSEN || c->stage == STAGE_EVALUATE)
		status = note_training(s, c, &why);
	if (status == 0 && (c->stage == STAGE_SCORED || (c->stage == STAGE_CHOSEN && !c->scored)))
		return run_finished(s, c, e);
	if (status == 0)
		status = run_stage(s, c, (enum stage)c->stage, &why);
	if (status == 0) {
		c->stage++;
		return 0;
	}
	if (status != ERR_INTERRUPTED)
		return run_failed(s, c, &why, e);
	*e = why;
	return status;
}

int campaign_step(struct session *s, struct err *e)
{
	struct campaign *c = campaign_of(s);
	int status = campaign_go_on(s, c, e);
	if (status < 0 && c->activity.active) {
		const struct err why = *e;
		end(s, NULL);
		*e = why;
	}
	return status;
}

int campaign_stop(struct session *s, struct err *e)
{
	return end(s, e);
}

int campaign_begin(struct session *s, struct campaign *c, json_t *out, struct err *e)
{
	char path[sizeof c->file];
	int status = 0;
	c->default_file = !c->file[0];
	if (!c->file[0] && home_state("runs.jsonl", path, sizeof path))
		snprintf(c->file, sizeof c->file, "%s", path);
	session_set_activity(s, &c->activity);
	c->focus = s->focus;
	session_set_aside(s);
	c->started = c->began = clock_seconds();
	c->config = s->config;
	c->given = s->given;
	s->config = config_default(); /* a trial is what its own words say */
	options_copy(&s->config, &c->config, OPTION_SESSION);
	if (c->basis)
		options_set(c->basis, 0, &s->config, NULL);
	s->given = 0;
	c->activity.active = true;
	s->focus.view = VIEW_COMPARE;
	if (s->host.interactive) {
		json_object_set_new(out, "runs", json_integer(campaign_runs(c)));
		json_object_set(out, "skipped", c->skipped);
	}
	while (status == 0 && c->activity.active && !s->host.interactive)
		status = campaign_step(s, e);
	return status;
}
