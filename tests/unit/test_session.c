/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Commands upon a session: a bad request gets one clear line and changes nothing; refit, what-if
 * and training under a screen; the recipes on MovieLens 100K. */
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/clock.h"
#include "autorec/command.h"
#include "autorec/kernel.h"
#include "autorec/text.h"
#include "check.h"
#include "scratch.h"
#include "stage.h"

/* ---- nothing is lost --------------------------------------------------- */

static int64_t epoch_of(struct stage *st)
{
	struct trainer_status t;
	assert_non_null(session_trainer(&st->session));
	trainer_status(session_trainer(&st->session), &t);
	return t.epoch;
}

/* A typed line that loses edits is refused once; the same line again, or with "!", is run. */
static void a_typed_line_asks_before_it_loses_work(void **state)
{
	static const char *const lines[] = { "model baseline", "load x", "open x", "reset",
					     "split",          "quit",   "exit" };
	struct stage *st = stage_new();
	struct session *s = &st->session;
	struct err e = { 0 };
	char forced[32], save[200], path[128];
	run(st, "load %/ratings.csv");
	run(st, "model baseline");
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		assert_int_equal(command_guard(s, lines[i], &e), 0);
	run(st, "rate u1 i1 1");
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		const size_t verb = strcspn(lines[i], " ");
		assert_int_equal(command_guard(s, lines[i], &e), ERR_FAILED);
		assert_non_null(strstr(e.message, "lose 1 edit of baseline"));
		assert_non_null(strstr(e.message, "save FILE"));
		assert_int_equal(command_guard(s, lines[i], &e), 0);
		assert_int_equal(command_guard(s, lines[i], &e), ERR_FAILED);
		assert_int_equal(command_guard(s, "user u1", &e), 0);
		assert_int_equal(command_guard(s, lines[i], &e), ERR_FAILED);
		snprintf(forced, sizeof forced, "%.*s!%s", (int)verb, lines[i], lines[i] + verb);
		assert_int_equal(command_guard(s, forced, &e), 0);
	}
	snprintf(save, sizeof save, "save %s", scratch_path("kept", path, sizeof path));
	run(st, save);
	assert_int_equal(command_guard(s, "quit", &e), 0);
	run(st, "undo");
	run(st, "rate u1 i1 2");
	assert_int_equal(command_guard(s, "quit", &e), ERR_FAILED);
	run(st, "quit!");
	assert_true(s->quit);
	stage_free(st);
}

static void undo_brings_back_the_run_that_was_replaced(void **state)
{
	static const char *const lines[] = { "model i-autorec k=3", "reset", "split seed=9",
					     "load %/ratings.csv" };
	struct stage *st = stage_new();
	run(st, "load %/ratings.csv");
	run(st, "model i-autorec k=2 lambda=0.5");
	run(st, "train 7");
	run(st, "rate u1 i1 1");
	run(st, "predict u1 i2");
	const double predicted = number(st, "predicted");
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		run(st, lines[i]);
		run(st, "train 2");
		assert_int_equal(epoch_of(st), 2);
		run(st, "undo");
		assert_int_equal(epoch_of(st), 7);
		assert_int_equal(st->session.doc.overlay.applied, 1);
		run(st, "predict u1 i2");
		assert_true(number(st, "predicted") == predicted);
	}
	run(st, "undo"); /* the edit */
	assert_int_equal(epoch_of(st), 7);
	run(st, "train 2 patience=1");
	run(st, "refit 5");
	run(st, "reset");
	assert_int_equal(epoch_of(st), 0);
	assert_true(document_joined(&st->session.doc)); /* on the same ratings */
	run(st, "undo");
	assert_int_equal(epoch_of(st), 5);
	assert_true(document_joined(&st->session.doc));
	stage_free(st);
}

/* ---- bad requests ------------------------------------------------------- */

static void before_anything_is_loaded(void **state)
{
	static const char *const lines[] = {
		"train",   "split",         "model i-autorec", "evaluate",     "user u1",
		"item i1", "predict u1 i1", "recommend u1",    "rate u1 i1 3", "unrate u1 i1",
		"undo",    "redo",          "revert",          "units",        "unit 0",
		"step",    "pause",         "resume",          "stop",         "reset",
		"refit",   "wait idle",     "find x"
	};
	struct stage *st = stage_new();
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct err e = { 0 };
		assert_int_equal(ERR_FAILED, try(st, lines[i], &e));
		if (strcmp(e.message, "no ratings are loaded yet; load some with load PATH"))
			fail_msg("<%s>: %s", lines[i], e.message);
	}
	assert_null(st->last);
	stage_free(st);
}

static void before_a_model_is_made(void **state)
{
	static const char *const lines[] = { "evaluate",      "user u1",      "item i1",
					     "predict u1 i1", "recommend u1", "rate u1 i1 3",
					     "undo",          "units",        "unit 0",
					     "step",          "pause",        "reset",
					     "refit",         "wait idle" };
	struct stage *st = stage_new();
	run(st, "load %/ratings.csv");
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct err e = { 0 };
		assert_int_equal(ERR_FAILED, try(st, lines[i], &e));
		if (strcmp(e.message, "there is no model yet; make one with model i-autorec, then "
				      "train it with train"))
			fail_msg("<%s>: %s", lines[i], e.message);
	}
	stage_free(st);
}

/* Everything about a session that a failed command could have spoilt. */
static char *state_of(struct stage *st)
{
	static const char *const questions[] = { "evaluate",       "evaluate valid",
						 "evaluate train", "get",
						 "edits",          "user u1 top=0",
						 "item i1 top=0",  "units top=0" };
	struct text t = { 0 };
	for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
		run(st, questions[i]);
		char *json = json_dumps(st->last, JSON_COMPACT | JSON_REAL_PRECISION(17));
		text_addf(&t, "%s\n", json);
		free(json);
	}
	return t.bytes;
}

static void nothing_is_lost(void **state)
{
	static const struct {
		const char *line;
		int status;
		const char *part;
	} cases[] = {
		{ "load %/no-such-file", 3, "No such file" },
		{ "load ml-10m", 3, "https://files.grouplens.org/datasets/movielens/ml-10m.zip" },
		{ "load %/empty.csv", 3, "" },
		{ "load %/binary.csv", 3, "" },
		{ "load %/one.csv", 3, "" },
		{ "load %/words.csv", 3, "" },
		{ "load %/ratings.csv format=nonsense", 2, "" },
		{ "load %/ratings.csv test=%/no-such-file", 3, "" },
		{ "split holdout=2", 2, "0..0.99" },
		{ "split holdout=-0.1", 2, "0..0.99" },
		{ "model no-autorec", 2, "there is no model \"no-autorec\"; did you mean" },
		{ "model i-autorec k=0", 2, "\"0\" is not a whole number in 1..100000" },
		{ "model i-autorec lambda=-1", 2, "in 0..1000000000" },
		{ "model i-autorec hidden=softmax", 2, "not one of: identity sigmoid relu tanh" },
		{ "model baseline k=5", 2, "baseline has no such option; it takes: lambda" },
		{ "set k 10", 1, "make a new one with model i-autorec k=10" },
		{ "set lambda lots", 2, "\"lots\" is not a number" },
		{ "set lamda 3", 2, "did you mean lambda?" },
		{ "get lamda", 2, "did you mean lambda?" },
		{ "train 0", 2, "1..1000000" },
		{ "train 5 patience=-1", 2, "0..1000000" },
		{ "pause", 1, "nothing is training" },
		{ "resume", 1, "not paused" },
		{ "stop", 1, "nothing is training" },
		{ "evaluate on=exam", 2, "test valid train" },
		{ "user nobody", 1, "nobody" },
		{ "item nothing", 1, "nothing" },
		{ "predict u1 nothing", 1, "nothing" },
		{ "predict nobody i1", 1, "nobody" },
		{ "recommend u1 0", 2, "1..100000" },
		{ "recommend nobody", 1, "nobody" },
		{ "rate u1 i1 6", 1, "6 is outside the scale 1..5" },
		{ "rate u1 i1 0.5", 1, "outside the scale 1..5" },
		{ "rate u1 i1 good", 2, "\"good\" is not a number" },
		{ "rate nobody i1 3", 1, "nobody" },
		{ "rate u1 nothing 3", 1, "nothing" },
		{ "rate u1 i1", 2, "rating is missing" },
		{ "redo", 1, "nothing to redo" },
		{ "unit 9", 1, "there is no unit 9; the model has 0..8" },
		{ "screenshot %/x.txt", 1, "no screen" },
		{ "wait epoch", 2, "n is missing" },
		{ "source %/no-such-file", 3, "No such file" },
		{ "generate %/new users=1", 2, "users" },
		{ "help nonsense", 2, "no help on" },
		{ "view nonsense", 2, "train units user" },
		{ "chart zoom=sideways", 2, "in out all" },
		{ "nonsense", 2, "no command" },
		{ "load \"open", 2, "not closed" },
	};
	struct stage *st = stage_new();
	run(st, "load %/ratings.csv");
	run(st, "model i-autorec k=9 lambda=2");
	run(st, "train 20 patience=5");
	run(st, "rate u1 i1 2");
	char *before = state_of(st);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct err e = { 0 };
		char text[1024];
		const int status = err_exit_status(try(st, cases[i].line, &e));
		if (status != cases[i].status ||
		    !strstr(err_text(&e, text, sizeof text), cases[i].part) || strchr(text, '\n') ||
		    !e.message[0])
			fail_msg("<%s>: status %d, %s; expected %d, ...%s...", cases[i].line,
				 status, text, cases[i].status, cases[i].part);
		char *after = state_of(st);
		if (strcmp(before, after))
			fail_msg("<%s> changed the session:\n%s\n%s", cases[i].line, before, after);
		free(after);
	}
	free(before);
	stage_free(st);
}

/* ---- training ----------------------------------------------------------- */

static void train_tells_every_epoch_once(void **state)
{
	struct stage *st = stage_new();
	run(st, "load %/ratings.csv");
	run(st, "model i-autorec k=5");
	for (int i = 1; i <= 50;
	     i++) { /* short ones: the worker is often done before anybody looks */
		st->epoch_lines = 0;
		run(st, "train 2");
		assert_int_equal(2, st->epoch_lines);
		assert_int_equal(3 * i - 1, (int)number(st, "epochs"));
		st->epoch_lines = 0;
		run(st, "step");
		assert_int_equal(1, st->epoch_lines);
		assert_int_equal(3 * i, (int)number(st, "epoch"));
	}
	stage_free(st);
}

/* On training + validation, for the number of epochs that validation chose: equal to doing so by
 * hand. */
static void refit_equals_training_on_the_union(void **state)
{
	struct stage *st = stage_new();
	struct err e = { 0 };
	run(st, "load %/ratings.csv");
	assert_int_equal(ERR_FAILED, try(st, "refit", &e));
	run(st, "split seed=3");
	const double train = number(st, "train"), valid = number(st, "valid");
	run(st, "model i-autorec k=9 lambda=0.1 init=0.1 rate=0.01");
	assert_int_equal(ERR_FAILED, try(st, "refit", &e));
	assert_non_null(strstr(e.message, "validation has not chosen an epoch yet"));
	run(st, "train 300 patience=10");
	const int best = (int)number(st, "best_epoch");
	assert_string_equal("patience", json_string_value(json_object_get(st->last, "stopped")));
	assert_int_equal(best + 10, (int)number(st, "epochs"));
	run(st, "evaluate");
	assert_int_equal(best, (int)number(st, "epoch"));
	run(st, "set threads 3"); /* after the model was made: a refit keeps to it */
	run(st, "refit");
	assert_int_equal(best, (int)number(st, "epochs"));
	assert_true(json_is_null(json_object_get(
		st->last, "best_epoch"))); /* what is trained on chooses nothing more */
	assert_int_equal(3, kernel_threads());
	run(st, "set threads 0");
	run(st, "evaluate on=train");
	assert_int_equal((int)(train + valid), (int)number(st, "n"));
	assert_int_equal(best, (int)number(st, "epoch"));
	run(st, "evaluate");
	const double refitted = number(st, "rmse"), n = number(st, "n");
	assert_int_equal(ERR_FAILED, try(st, "refit", &e));
	assert_int_equal(ERR_FAILED, try(st, "train 5 patience=2",
					 &e)); /* nothing is left to be patient with */
	assert_non_null(strstr(e.message, "trained on the validation ratings"));

	run(st, "split seed=3 valid=0"); /* the same test ratings, all others to train on */
	run(st, "model i-autorec k=9 lambda=0.1 init=0.1 rate=0.01");
	char line[32];
	snprintf(line, sizeof line, "train %d", best);
	run(st, line);
	run(st, "evaluate");
	assert_int_equal((int)n, (int)number(st, "n"));
	if (number(st, "rmse") != refitted)
		fail_msg("refit has RMSE %.17g, training on the union %.17g", refitted,
			 number(st, "rmse"));
	assert_int_equal(ERR_FAILED, try(st, "train 5 patience=3", &e));
	assert_non_null(strstr(e.message, "no validation ratings"));
	stage_free(st);
}

static void divergence_is_told(void **state)
{
	struct stage *st = stage_new();
	struct err e = { 0 };
	run(st, "load %/ratings.csv");
	run(st, "model i-autorec k=5 optimizer=sgd rate=1 hidden=relu init=1");
	assert_int_equal(ERR_FAILED, try(st, "train 500", &e));
	assert_non_null(strstr(e.message, "diverged at epoch"));
	run(st, "evaluate"); /* the last good epoch is there */
	assert_true(isfinite(number(st, "rmse")));
	run(st, "model i-autorec k=5");
	run(st, "train 5");
	stage_free(st);
}

/* Waits as a screen does, woken by the trainer. */
static void wait_idle(struct stage *st)
{
	const double began = clock_seconds();
	st->session.wait = WAIT_IDLE;
	while (!session_wait_over(&st->session)) {
		struct pollfd p = { .fd = st->session.host.wake_fd, .events = POLLIN };
		if (clock_seconds() - began > 20)
			fail_msg("training has not come to rest in 20 s");
		poll(&p, 1, 100);
	}
}

static void under_a_screen_commands_return_at_once(void **state)
{
	struct stage *st = stage_new();
	struct err e = { 0 };
	run(st, "load %/ratings.csv");
	run(st, "model i-autorec k=200");
	st->session.host.interactive = true;
	run(st, "train 100000");
	assert_string_equal("running", json_string_value(json_object_get(st->last, "state")));
	assert_int_equal(ERR_FAILED, try(st, "refit", &e));
	run(st, "set lambda 300");
	run(st, "user u1");
	run(st, "rate u1 i1 2");
	run(st, "evaluate");
	run(st, "pause");
	assert_string_equal("paused", json_string_value(json_object_get(st->last, "state")));
	run(st, "step");
	run(st, "resume");
	run(st, "stop");
	assert_string_equal("idle", json_string_value(json_object_get(st->last, "state")));
	run(st, "reset");
	wait_idle(st);
	run(st, "train 60");
	wait_idle(st);
	run(st, "train 100000");
	run(st, "model u-autorec k=5"); /* amid training */
	run(st, "train 100000");
	run(st, "load %/ratings.csv");
	assert_null(session_trainer(&st->session));
	stage_free(st);
}

/* ---- what-if ------------------------------------------------------------ */

static double predicted(struct stage *st, const char *line)
{
	run(st, line);
	return number(st, "predicted");
}

/* A rating that is held out is none to the model, and is told all the same. */
static void edits_of_held_out_pairs(void **state)
{
	struct stage *st = stage_new();
	run(st, "load %/ratings.csv");
	run(st, "model u-autorec k=3");
	run(st, "train 2");
	const struct ratings *test = st->session.doc.split->test;
	int32_t user = 0;
	while (sparse_row_size(&test->by_user, user) == 0)
		user++;
	const int64_t t = test->by_user.start[user];
	const char *who = ids_name(st->session.doc.data->users, user),
		   *what = ids_name(st->session.doc.data->items, test->by_user.col[t]);
	char line[100];
	snprintf(line, sizeof line, "rate %s %s 5", who, what);
	run(st, line);
	assert_true(json_is_null(json_object_get(st->last, "old")));
	assert_true(number(st, "held_out") == (double)test->by_user.val[t]);
	run(st, line); /* now there is one that the model knows */
	assert_true(number(st, "old") == 5);
	assert_null(json_object_get(st->last, "held_out"));
	stage_free(st);
}

static void edits_and_back(void **state)
{
	struct stage *st = stage_new();
	run(st, "load %/ratings.csv");
	run(st, "model u-autorec k=9 lambda=1 init=0.1");
	run(st, "train 20");
	const double before = predicted(st, "predict u1 i2");
	run(st, "rate u1 i1 5");
	run(st, "rate u1 i1 1");
	assert_int_equal(2, (int)number(st, "edits"));
	assert_true(number(st, "old") == 5 && number(st, "new") == 1);
	assert_true(number(st, "latency_ms") > 0);
	const double after = predicted(st, "predict u1 i2");
	assert_true(after != before);
	run(st, "undo");
	assert_true(number(st, "old") == 1 && number(st, "new") == 5);
	run(st, "undo");
	assert_true(predicted(st, "predict u1 i2") == before);
	run(st, "redo");
	run(st, "redo");
	assert_true(predicted(st, "predict u1 i2") == after);
	run(st, "unrate u1 i1");
	run(st, "edits");
	assert_int_equal(3, (int)json_array_size(json_object_get(st->last, "rows")));
	run(st, "revert");
	assert_int_equal(3, (int)number(st, "reverted"));
	assert_true(predicted(st, "predict u1 i2") == before);
	stage_free(st);
}

/* Units that are all zero and no regularisation leave the ridge without a solution: then nothing
 * was edited. */
static void an_edit_that_fails_was_not_made(void **state)
{
	struct stage *st = stage_new();
	struct err e = { 0 };
	run(st, "load %/ratings.csv");
	run(st, "model i-autorec k=9 lambda=100 hidden=relu init=0");
	run(st, "rate u1 i1 5");
	run(st, "rate u1 i2 4");
	run(st, "undo");
	run(st, "edits");
	json_t *before = json_incref(st->last);
	run(st, "set lambda 0");
	static const char *const lines[] = { "rate u1 i1 1", "unrate u1 i1", "undo", "redo" };
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		assert_int_equal(ERR_FAILED, try(st, lines[i], &e));
		assert_non_null(strstr(e.message, "lambda above 0"));
		run(st, "edits");
		assert_true(json_equal(before, st->last));
	}
	json_decref(before);
	stage_free(st);
}

/* ---- recipes ------------------------------------------------------------ */

/* ---- what is held out --------------------------------------------------- */

/* Writes the loaded ratings with others in the place of those that are held out. */
static void write_altered(const struct stage *st, const char *name, float valid, float test)
{
	const struct dataset *d = st->session.doc.data;
	const struct split *split = st->session.doc.split;
	const struct {
		const struct ratings *set;
		float instead;
	} parts[] = { { split->train, NAN }, { split->valid, valid }, { split->test, test } };
	struct text t = { 0 };
	text_addf(&t, "userId,movieId,rating\n");
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		const struct sparse *x = &parts[i].set->by_user;
		for (int32_t u = 0; u < x->n_rows; u++)
			for (int64_t at = x->start[u]; at < x->start[u + 1]; at++)
				text_addf(&t, "%s,%s,%g\n", ids_name(d->users, u),
					  ids_name(d->items, x->col[at]),
					  isnan(parts[i].instead) ? (double)x->val[at]
								  : (double)parts[i].instead);
	}
	scratch_write(name, t.bytes, t.length);
	text_done(&t);
}

static char *answer_of(struct stage *st, const char *line)
{
	run(st, line);
	return json_dumps(st->last, JSON_COMPACT | JSON_REAL_PRECISION(17));
}

static void same_bits(const char *model, struct stage *a, struct stage *b)
{
	static const char *const questions[] = { "evaluate on=train", "recommend u1 5",
						 "predict u1 i1", "get scale" };
	const struct weights *w = trainer_pin(session_trainer(&a->session)),
			     *v = trainer_pin(session_trainer(&b->session));
	if (memcmp(w->theta, v->theta,
		   trainer_model(session_trainer(&a->session))->n_theta * sizeof *w->theta))
		fail_msg("%s: weights differ", model);
	trainer_unpin(session_trainer(&a->session), w);
	trainer_unpin(session_trainer(&b->session), v);
	for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
		char *one = answer_of(a, questions[i]), *other = answer_of(b, questions[i]);
		if (strcmp(one, other))
			fail_msg("%s, %s:\n%s\n%s", model, questions[i], one, other);
		free(one);
		free(other);
	}
}

/* A rating of 10 among the test ratings, or the validation ratings, changes no bit of any model;
 * nor does one among the test ratings when validation has chosen the epoch and its ratings are
 * trained on. */
static void held_out_ratings_change_no_model(void **state)
{
	static const char *const lines[] = {
		"model i-autorec k=6 output=sigmoid start=means lambda=1 init=0.1 rate=0.01",
		"model i-autorec k=6 lambda=1 rate=0.01",
		"model u-autorec k=6 output=tanh lambda=1 rate=0.01",
		"model deep-autorec layers=6,5 output=sigmoid start=random lambda=0.1 rate=0.01",
		"model i-rbm k=6 batch=16 rate=0.1",
		"model u-rbm k=6 batch=16 rate=0.1",
		"model biased-mf k=4",
		"model llorma k=3 anchors=4",
		"model item-knn neighbours=5",
		"model baseline",
	};
	struct stage *plain = stage_new(), *altered = stage_new();
	int refitted = 0;
	run(plain, "load %/ratings.csv");
	run(plain, "split seed=3");
	write_altered(plain, "unaltered.csv", NAN, NAN); /* in the same order: it settles which of
							    equally often rated items is first */
	write_altered(plain, "altered.csv", 0, 10);
	write_altered(plain, "altered-test.csv", NAN, 10);
	run(plain, "load %/unaltered.csv");
	run(plain, "split seed=3");
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		run(altered, "load %/altered.csv");
		assert_true(altered->session.doc.data->min == 0 &&
			    altered->session.doc.data->max == 10);
		run(altered, "split seed=3");
		run(plain, lines[i]);
		run(altered, lines[i]);
		run(plain, "train 9");
		run(altered, "train 9");
		same_bits(lines[i], plain, altered);

		run(altered, "load %/altered-test.csv");
		run(altered, "split seed=3");
		run(altered, lines[i]);
		run(plain, lines[i]);
		run(plain, "train 60 patience=60");
		run(altered, "train 60 patience=60");
		if (number(plain, "best_epoch") > 0) { /* else there is nothing to train anew */
			run(plain, "refit");
			run(altered, "refit");
			refitted++;
		}
		same_bits(lines[i], plain, altered);
	}
	assert_true(refitted >= 6);
	stage_free(plain);
	stage_free(altered);
}

/* The scale is that of the training ratings, of a refit those that it is trained on; one that was
 * given stays. */
static void the_scale_of_a_model(void **state)
{
	static const struct {
		const char *load, *model, *trained, *refitted;
	} cases[] = {
		{ "load %/wide.csv", "model i-autorec k=3 rate=0.01", "1,5", "1,6" },
		{ "load %/wide.csv scale=0,20", "model i-autorec k=3 rate=0.01", "0,20", "0,20" },
		{ "load %/wide.csv", "model i-autorec k=3 rate=0.01 scale=-1,9", "-1,9", "-1,9" },
	};
	struct stage *st = stage_new();
	struct err e = { 0 };
	run(st, "load %/ratings.csv");
	run(st, "split seed=3");
	write_altered(st, "wide.csv", 6, 10);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		run(st, cases[i].load);
		run(st, "split seed=3");
		run(st, cases[i].model);
		run(st, "set lambda 1");
		for (int refit = 0; refit < 2; refit++) {
			const char *expected = refit ? cases[i].refitted : cases[i].trained;
			if (refit) {
				run(st, "train 60");
				run(st, "refit 2");
			}
			run(st, "get scale");
			assert_string_equal(expected,
					    json_string_value(json_object_get(st->last, "value")));
			run(st, "save %/scale.autorec");
			run(st, "open %/scale.autorec");
			run(st, "get scale");
			assert_string_equal(expected,
					    json_string_value(json_object_get(st->last, "value")));
		}
		run(st, "model baseline"); /* what load was told is in the file, too */
		run(st, "get scale");
		assert_string_equal(i == 1 ? "0,20" : "1,5",
				    json_string_value(json_object_get(st->last, "value")));
	}
	assert_int_equal(ERR_FAILED, try(st, "rate u1 i1 10", &e));
	assert_string_equal("10 is outside the scale 1..5 of the training ratings; set it with "
			    "scale=MIN,MAX in load or model",
			    e.message);
	run(st, "model baseline scale=1,10");
	run(st, "rate u1 i1 10");
	assert_int_equal(ERR_FAILED, try(st, "rate u1 i1 11", &e));
	assert_string_equal(
		"11 is outside the scale 1..10; set it with scale=MIN,MAX in load or model",
		e.message);
	stage_free(st);
}

static void movielens_100k(void **state)
{
	const char *data = getenv("AUTOREC_DATA");
	double sum = 0;
	if (!data) {
		print_message("AUTOREC_DATA is not set\n");
		skip();
	}
	for (int fold = 1; fold <= 5; fold++) {
		struct stage *st = stage_new();
		char line[1200];
		snprintf(line, sizeof line, "load \"%.500s/ml-100k/u%d.base\" test=u%d.test", data,
			 fold, fold);
		run(st, line);
		run(st, "split valid=0.1");
		run(st, "model i-autorec k=100 lambda=40");
		run(st, "train 300 patience=20");
		run(st, "refit");
		run(st, "evaluate");
		const double rmse = number(st, "rmse");
		assert_int_equal(20000, (int)number(st, "n"));
		print_message("u%d: RMSE %.4f\n", fold, rmse);
		if (fold == 1 && !(rmse <= 0.912))
			fail_msg("u1: RMSE %.4f, 0.912 is the bar", rmse);
		sum += rmse;
		stage_free(st);
	}
	if (!(sum / 5 <= 0.905))
		fail_msg("mean of u1..u5: RMSE %.4f, 0.905 is the bar", sum / 5);
}

static bool stop(void *ctx, const char *what, double fraction)
{
	assert_string_equal(what, "reading");
	return false;
}

static void a_stopped_load_keeps_what_there_was(void **state)
{
	struct stage *st = stage_new();
	struct err e;
	run(st, "load %/ratings.csv");
	const struct dataset *d = st->session.doc.data;
	st->session.host.progress = stop;
	assert_int_equal(try(st, "load %/ratings.csv", &e), ERR_INTERRUPTED);
	assert_string_equal(e.message, "stopped; nothing was loaded");
	assert_ptr_equal(st->session.doc.data, d);
	st->session.host.progress = NULL;
	run(st, "load %/ratings.csv columns=item,user,rating sep=, skip=1 scale=0,6");
	assert_string_equal(json_string_value(json_object_get(st->last, "columns")),
			    "item user rating");
	assert_int_equal(40, dataset_users(st->session.doc.data));
	assert_float_equal(6, number(st, "rating_max"), 0);
	stage_free(st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_typed_line_asks_before_it_loses_work),
		cmocka_unit_test(undo_brings_back_the_run_that_was_replaced),
		cmocka_unit_test(before_anything_is_loaded),
		cmocka_unit_test(before_a_model_is_made),
		cmocka_unit_test(nothing_is_lost),
		cmocka_unit_test(train_tells_every_epoch_once),
		cmocka_unit_test(refit_equals_training_on_the_union),
		cmocka_unit_test(divergence_is_told),
		cmocka_unit_test(under_a_screen_commands_return_at_once),
		cmocka_unit_test(a_stopped_load_keeps_what_there_was),
		cmocka_unit_test(edits_of_held_out_pairs),
		cmocka_unit_test(edits_and_back),
		cmocka_unit_test(an_edit_that_fails_was_not_made),
		cmocka_unit_test(held_out_ratings_change_no_model),
		cmocka_unit_test(the_scale_of_a_model),
		cmocka_unit_test(movielens_100k),
	};
	return cmocka_run_group_tests_name("session", tests, write_sample, scratch_remove);
}
