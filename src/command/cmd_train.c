/* SPDX-License-Identifier: GPL-3.0-or-later
 * train and refit, and the commands that control training: step, pause, resume, stop, reset. */
#include <math.h>

#include "autorec/campaign.h"
#include "autorec/command.h"
#include "autorec/report.h"
#include "sentences.h"

static void emit_epoch(void *ctx, const struct epoch_record *r)
{
	const struct host *host = ctx;
	if (!host->emit)
		return;
	json_t *line = json_pack("{s:s, s:s, s:I}", "command", "train", "event", "epoch", "epoch",
				 (json_int_t)r->epoch);
	json_object_set_new(line, "loss", report_real(r->loss));
	json_object_set_new(line, "train_rmse", report_real(r->train_rmse));
	json_object_set_new(line, "valid_rmse", report_real(r->valid_rmse));
	json_object_set_new(line, "test_rmse", report_real(r->test_rmse));
	json_object_set_new(line, "seconds", report_real(r->seconds));
	if (r->fingerprint)
		json_object_set_new(line, "fingerprint", json_sprintf("%08x", r->fingerprint));
	host->emit(host->ctx, line);
	json_decref(line);
}

static const char *state_name(const struct trainer_status *t)
{
	static const char *const names[] = { TRAINER_STATES(PARAM_STRING) };
	return names[t->state];
}

static void put_state(struct session *s, json_t *out)
{
	struct trainer_status t;
	trainer_status(session_trainer(s), &t);
	json_object_set_new(out, "epoch", json_integer(t.epoch));
	json_object_set_new(out, "state", json_string(state_name(&t)));
}

static int64_t count_records(struct session *s)
{
	struct trainer_status t;
	trainer_status(session_trainer(s), &t);
	return t.n_records;
}

/* In a batch, waits until the training ends.  `seen` is the number of records on the curve before
 * it began, because the worker may already have added some. */
static int finish_train(struct session *s, const struct args *a, int64_t seen, struct err *e)
{
	if (a->host->interactive)
		return 0;
	s->wait = WAIT_IDLE;
	int status = session_wait(s, seen, emit_epoch, a->host, e);
	struct trainer_status t;
	trainer_status(session_trainer(s), &t);
	if (status == 0 && t.error.code < 0)
		status = err_set(e, t.error.code, NULL, "%s", t.error.message);
	return status;
}

static void put_summary(struct session *s, json_t *out, int64_t from, int64_t patience)
{
	struct trainer_status t;
	struct epoch_record first = { 0 }, last = { 0 };
	trainer_status(session_trainer(s), &t);
	trainer_records(session_trainer(s), from, &first, 1);
	trainer_records(session_trainer(s), t.n_records - 1, &last, 1);
	json_object_set_new(out, "epochs", json_integer(t.epoch));
	json_object_set_new(out, "best_epoch",
			    t.best_epoch >= 0 ? json_integer(t.best_epoch) : json_null());
	if (t.best_epoch >= 0)
		json_object_set_new(out, "best_valid_rmse", report_real(t.best_valid));
	json_object_set_new(out, "stopped", json_string(trainer_stop_name(t.stopped)));
	if (patience > 0 && t.stopped == STOP_EPOCHS)
		json_object_set_new(
			out, "note",
			json_sprintf("still improving at epoch %ld; train on with train",
				     (long)t.epoch));
	json_object_set_new(out, "seconds", report_real(last.elapsed - first.elapsed));
}

/* Makes an I-AutoRec model if there is no model yet. */
static int need_model(struct session *s, struct err *e)
{
	int status = session_need_split(s, e);
	if (status < 0 || session_trainer(s))
		return status;
	return session_set_model(s, model_ops_find("i-autorec"), &s->config, NULL, e);
}

static int start_train(struct session *s, const struct args *a, int64_t epochs, int64_t patience,
		       double until, json_t *out, struct err *e)
{
	const int64_t seen = count_records(s);
	int status = trainer_train(session_trainer(s), epochs, patience, until, e);
	if (status == 0)
		status = finish_train(s, a, seen, e);
	if (status < 0)
		return status;
	if (a->host->interactive)
		put_state(s, out);
	else
		put_summary(s, out, seen - 1, patience);
	return 0;
}

static int run_train(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const struct value *epochs = args_get(a, "epochs"), *patience = args_get(a, "patience"),
			   *until = args_get(a, "until");
	int status = need_model(s, e);
	if (status < 0)
		return status;
	if (patience->given && patience->i > 0 && document_joined(&s->doc))
		return err_set(e, ERR_FAILED, "patience",
			       "the refitted model was trained on the validation ratings; make a "
			       "new one with model");
	if (patience->given && patience->i > 0 && ratings_count(s->doc.split->valid) == 0)
		return err_set(e, ERR_FAILED, "patience",
			       "there are no validation ratings to watch; hold some out with split "
			       "valid=0.1");
	return start_train(s, a, epochs->given ? epochs->i : s->config.epochs,
			   patience->given ? patience->i : s->config.patience,
			   until->given ? until->x : 0, out, e);
}

static int run_refit(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	struct trainer_status t;
	struct ratings *joined;
	int status = session_need_trainer(s, e);
	if (status < 0)
		return status;
	trainer_status(session_trainer(s), &t);
	if (document_joined(&s->doc))
		return err_set(e, ERR_FAILED, NULL,
			       "this model is already a refit; start over with model and train");
	if (t.busy)
		return err_set(e, ERR_FAILED, NULL,
			       "training is running; stop it, or use wait idle, before refit");
	if (t.best_epoch <= 0)
		return err_set(e, ERR_FAILED, NULL,
			       "validation has not chosen an epoch yet; use split valid=0.1, then "
			       "train 300 patience=20");
	status = ratings_join(s->doc.split->train, s->doc.split->valid, &joined, e);
	if (status < 0)
		return status;
	const struct config c = session_config(s);
	status = session_set_model(s, trainer_model(session_trainer(s))->ops, &c, joined, e);
	if (status < 0) {
		ratings_free(joined);
		return status;
	}
	const struct value *epochs = args_get(a, "epochs");
	if (epochs->given && epochs->i == 0)
		return 0;
	return start_train(s, a, epochs->given ? epochs->i : t.best_epoch, 0, 0, out, e);
}

static int control(struct session *s, const struct args *a, json_t *out,
		   int (*act)(struct trainer *t, struct err *e), struct err *e)
{
	int status = session_need_trainer(s, e);
	const int64_t seen = status == 0 ? count_records(s) : 0;
	if (status == 0)
		status = act(session_trainer(s), e);
	if (status == 0)
		status = finish_train(s, a, seen, e);
	if (status == 0)
		put_state(s, out);
	return status;
}

static int train_run_step(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	return control(s, a, out, trainer_step, e);
}

static int run_pause(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	return control(s, a, out, trainer_pause, e);
}

static int run_resume(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	return control(s, a, out, trainer_resume, e);
}

static int run_stop(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	if (campaign_active(s)) {
		if (session_trainer(s))
			trainer_stop(session_trainer(s), NULL);
		return campaign_stop(s, e);
	}
	return control(s, a, out, trainer_stop, e);
}

/* The same model anew, on the same ratings.  The trained one is set aside. */
static int train_run_reset(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	struct trainer_status t;
	struct ratings *joined = NULL;
	int status = session_need_trainer(s, e);
	if (status < 0)
		return status;
	trainer_status(session_trainer(s), &t);
	if (t.epoch == 0)
		return control(s, a, out, trainer_reset, e);
	if (document_joined(&s->doc)) /* a refit's ratings belong to its run */
		status = ratings_join(s->doc.split->train, s->doc.split->valid, &joined, e);
	const struct config c = session_config(s);
	if (status == 0)
		status = session_set_model(s, trainer_model(session_trainer(s))->ops, &c, joined,
					   e);
	if (status < 0)
		ratings_free(joined);
	else
		put_state(s, out);
	return status;
}

const struct command cmd_train = {
	.name = "train",
	.summary =
		"train the model; with patience, stop when validation no longer improves and keep "
		"the best epoch",
	.example = "train 300 patience=30",
	.keys =
		"event=\"epoch\": epoch loss train_rmse valid_rmse test_rmse seconds "
		"fingerprint; then: epochs "
		"best_epoch stopped seconds note",
	.params = {
		{ "epochs", PARAM_INT, 1, 1000000,
		  .help = "how many more epochs; by default the option epochs",
		  .bare = true },
		{ "patience", PARAM_INT, 0, 1000000,
		  .help = "stop after this many epochs without a better validation RMSE" },
		{ "until", PARAM_REAL, 0, 1e9, .help = "stop at this validation RMSE",
		  .shown = "RMSE" },
	},
	.disturbs = true,
	.replay = REPLAY_EPOCHS,
	.run = run_train,
	.say = say_train,
};
const struct command cmd_refit = {
	.name = "refit",
	.summary = "retrain on training + validation ratings for the number of epochs that "
		   "validation chose",
	.example = "refit",
	.keys = "epochs seconds",
	.params = { { "epochs", PARAM_INT, 0, 1000000,
		      .help = "number of epochs; by default as many as validation chose",
		      .bare = true } },
	.disturbs = true,
	.replay = REPLAY_REFIT,
	.run = run_refit,
	.say = say_train,
};
const struct command cmd_step = { .name = "step",
				  .summary = "train one epoch",
				  .example = "step",
				  .keys = "epoch state",
				  .disturbs = true,
				  .replay = REPLAY_EPOCHS,
				  .run = train_run_step,
				  .say = say_train };
const struct command cmd_pause = { .name = "pause",
				   .summary = "pause the training; an epoch longer than half a "
					      "second stops midway, and resume finishes it",
				   .example = "pause",
				   .keys = "epoch state",
				   .replay = REPLAY_EPOCHS,
				   .run = run_pause,
				   .say = say_train };
const struct command cmd_resume = { .name = "resume",
				    .summary = "continue after pause",
				    .example = "resume",
				    .keys = "epoch state",
				    .replay = REPLAY_EPOCHS,
				    .run = run_resume,
				    .say = say_train };
const struct command cmd_stop = {
	.name = "stop",
	.summary = "end the training; a long epoch stops midway, and the next train finishes it",
	.example = "stop",
	.keys = "epoch state",
	.replay = REPLAY_EPOCHS,
	.run = run_stop,
	.say = say_train,
};
const struct command cmd_reset = { .name = "reset",
				   .loses = true,
				   .summary = "go back to epoch 0 and the initial weights of the "
					      "seed; undo brings the training back",
				   .example = "reset",
				   .keys = "epoch state",
				   .disturbs = true,
				   .replay = REPLAY_LINE,
				   .run = train_run_reset,
				   .say = say_train };
