/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * repeat, tune and reproduce: they find what the same lines typed by hand find, choose on
 * validation alone, and what is finished is never lost. */
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "autorec/campaign.h"
#include "autorec/campaign_summary.h"
#include "autorec/clock.h"
#include "autorec/interval.h"
#include "check.h"
#include "scratch.h"
#include "stage.h"

static const json_t *row(const struct stage *st, size_t i)
{
	return json_array_get(json_object_get(st->last, "rows"), i);
}

static double of_row(const struct stage *st, size_t i, const char *key)
{
	const json_t *value = json_object_get(row(st, i), key);
	if (!json_is_number(value))
		fail_msg("row %zu has no number \"%s\"", i, key);
	return json_number_value(value);
}

static const char *words(const struct stage *st, const char *key)
{
	const char *text = json_string_value(json_object_get(st->last, key));
	return text ? text : "";
}

#define MODEL "model i-autorec k=6 lambda=3 init=0.1 rate=0.01"

/* A campaign leaves MODEL, not trained yet, on the split that there was. */
static void as_it_was(struct stage *st, uint64_t split_seed)
{
	struct trainer_status t;
	trainer_status(session_trainer(&st->session), &t);
	assert_int_equal(0, t.epoch);
	assert_int_equal(split_seed, st->session.doc.split->seed);
	assert_null(document_joined(&st->session.doc));
	assert_int_equal(6, trainer_config(session_trainer(&st->session)).k);
	assert_int_equal(1, trainer_config(session_trainer(&st->session)).seed);
}

static void repeat_is_what_one_would_type(void **state)
{
	struct stage *st = stage_new(), *typed = stage_new();
	double rmse[3];
	run(st, "load %/ratings.csv");
	run(st, MODEL);
	run(st, "repeat 3 seed=5 epochs=60 patience=4 file=%/typed.jsonl");
	run(typed, "load %/ratings.csv");
	for (int i = 0; i < 3; i++) {
		char line[128];
		snprintf(line, sizeof line, "split holdout=0.1 valid=0.1 seed=%d", 5 + i);
		run(typed, line);
		snprintf(line, sizeof line, MODEL " seed=%d", 5 + i);
		run(typed, line);
		run(typed, "train 60 patience=4");
		assert_true(number(typed, "best_epoch") == of_row(st, (size_t)i, "epochs"));
		assert_true(number(typed, "best_valid_rmse") ==
			    of_row(st, (size_t)i, "valid_rmse"));
		run(typed, "refit");
		run(typed, "evaluate");
		rmse[i] = number(typed, "rmse");
		assert_true(rmse[i] == of_row(st, (size_t)i, "rmse"));
		assert_true(number(typed, "mae") == of_row(st, (size_t)i, "mae"));
		assert_true(number(typed, "cold") == of_row(st, (size_t)i, "cold"));
	}
	assert_true(number(st, "mean") == interval_mean(rmse, 3));
	assert_true(number(st, "half_width_95") == interval_half_width_95(rmse, 3));
	as_it_was(st, 1);
	run(st, "repeat 3 seed=5 epochs=60 patience=4 file=%/typed.jsonl"); /* the same when all is
									       found */
	as_it_was(st, 1);
	stage_free(st);
	stage_free(typed);
}

/* An earlier campaign's runs are found, whatever else the file holds. */
static void finished_runs_are_taken_up(void **state)
{
	struct stage *st = stage_new();
	static const char damage[] =
		"not JSON\n{\"run\":7}\n{\"run\":\"another\",\"epochs\":1}\n\n{\"run\":\"cut o";
	scratch_write("taken.jsonl", damage, sizeof damage - 1);
	run(st, "load %/ratings.csv");
	run(st, MODEL);
	run(st, "repeat 2 epochs=30 patience=4 file=%/taken.jsonl");
	const double first = of_row(st, 0, "rmse"), seconds = of_row(st, 1, "seconds");
	assert_int_equal(5 + 2, count_in(scratch_text("taken.jsonl"), "\n"));
	st->epoch_lines = 0;
	run(st, "repeat 3 epochs=30 patience=4 file=%/taken.jsonl");
	assert_int_equal(3, st->epoch_lines);
	assert_int_equal(5 + 3, count_in(scratch_text("taken.jsonl"), "\n"));
	assert_true(first == of_row(st, 0, "rmse"));
	assert_true(seconds == of_row(st, 1, "seconds"));           /* of the run that was kept */
	run(st, "model i-autorec k=6 lambda=4 init=0.1 rate=0.01"); /* another model's runs are
								       others */
	run(st, "repeat 1 epochs=30 patience=4 file=%/taken.jsonl");
	assert_int_equal(5 + 4, count_in(scratch_text("taken.jsonl"), "\n"));
	assert_true(first != of_row(st, 0, "rmse"));
	stage_free(st);
}

static void tune_keeps_the_best_of_validation(void **state)
{
	struct stage *st = stage_new();
	run(st, "load %/ratings.csv");
	run(st, "split seed=2");
	run(st, MODEL);
	run(st, "tune lambda=3,3000 k=2,6 epochs=60 patience=4 file=%/tune.jsonl");
	assert_int_equal(4, json_array_size(json_object_get(st->last, "rows")));
	for (size_t i = 1; i < 4; i++)
		assert_true(of_row(st, i - 1, "valid_rmse") <= of_row(st, i, "valid_rmse"));
	assert_true(number(st, "valid_rmse") == of_row(st, 0, "valid_rmse"));
	assert_null(strstr(scratch_text("tune.jsonl"),
			   "\"rmse\"")); /* of the test ratings nothing is kept */
	char best[256], expected[300];
	snprintf(best, sizeof best, "%s", words(st, "best"));
	snprintf(expected, sizeof expected, "%s",
		 json_string_value(json_object_get(row(st, 0), "options")));
	*strchr(expected, ' ') = 0; /* "lambda=... k=..." */
	if (!strstr(best, expected))
		fail_msg("%s is not among <%s>", expected, best);
	run(st, "repeat 2 epochs=10 file=%/tune.jsonl"); /* not on the split that chose */
	assert_int_equal(3, (int)of_row(st, 0, "seed"));
	assert_int_equal(4, (int)of_row(st, 1, "seed"));
	run(st, "get lambda"); /* it is the current model now */
	assert_string_equal(expected + strlen("lambda="), words(st, "value"));
	run(st, "train 1");
	stage_free(st);
}

/* Random trials stay in their ranges and lists, and depend only on the seed of the split.  A run
 * that the number of epochs ended says so. */
static void random_trials(void **state)
{
	char first[300];
	struct stage *st = stage_new();
	run(st, "load %/ratings.csv");
	for (int seed = 2; seed <= 4; seed++) {
		char line[60];
		snprintf(line, sizeof line, "split seed=%d", seed > 3 ? 2 : seed);
		run(st, line);
		run(st, "model i-autorec k=3");
		run(st, "tune search=random trials=5 lambda=2..50 k=2,4 epochs=6 patience=4 "
			"file=%/random.jsonl");
		assert_int_equal(5, json_array_size(json_object_get(st->last, "rows")));
		for (size_t i = 0; i < 5; i++) {
			double lambda, k;
			const char *options = json_string_value(
				json_object_get(row(st, i), "options"));
			assert_int_equal(2, sscanf(options, "lambda=%lf k=%lf", &lambda, &k));
			assert_true(lambda >= 2 && lambda <= 50 && (k == 2 || k == 4));
			assert_int_equal(of_row(st, i, "epochs") > 2,
					 json_object_get(row(st, i), "note") != NULL);
		}
		const char *best = json_string_value(json_object_get(row(st, 0), "options"));
		if (seed == 2)
			snprintf(first, sizeof first, "%s", best);
		else if (seed == 3)
			assert_string_not_equal(first, best);
		else
			assert_string_equal(first, best);
	}
	run(st, "tune search=random trials=2 epochs=2 file=%/random.jsonl"); /* around auto */
	assert_non_null(
		strstr(json_string_value(json_object_get(row(st, 0), "options")), "lambda="));
	stage_free(st);
}

/* A table on a small data set: its rows, its files, and no paper's figure beside what the paper did
 * not measure. */
static void a_table_is_reproduced(void **state)
{
	static const char *const files[] = { "out/table1b.csv", "out/table1b.json",
					     "out/table1b.md", "out/table1b-ratings.svg" };
	struct stage *st = stage_new();
	char path[512], line[700];
	snprintf(line, sizeof line,
		 "reproduce table1b quick splits=2 data=%s folder=%%/out file=%%/table.jsonl",
		 scratch_path("ratings.csv", path, sizeof path));
	run(st, line);
	assert_int_equal(4, json_array_size(json_object_get(st->last, "rows")));
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(2, (int)of_row(st, i, "splits"));
		assert_true(of_row(st, i, "mean") > 0.2 && of_row(st, i, "mean") < 3);
		assert_true(json_is_null(json_object_get(row(st, i), "paper")));
	}
	const double first = of_row(st, 2, "mean");
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		if (strlen(scratch_text(files[i])) < 100)
			fail_msg("%s: <%s>", files[i], scratch_text(files[i]));
	assert_non_null(strstr(scratch_text("out/table1b.csv"), "system,data,paper,mean,"));
	assert_int_equal(8, count_in(scratch_text("table.jsonl"), "\n"));
	assert_null(session_trainer(&st->session));
	run(st, "train 3"); /* its data are there for whatever comes next */
	run(st, line);
	assert_true(first == of_row(st, 2, "mean"));
	assert_int_equal(8, count_in(scratch_text("table.jsonl"),
				     "\n")); /* nothing was trained again */
	stage_free(st);
}

static void grids(void **state)
{
	static const struct {
		const char *line, *where, *message;
		int code;
	} bad[] = {
		{ "tune", "",
		  "tune which option? Example: tune lambda=100,200,400 k=50,100; or tune "
		  "search=random",
		  ERR_USAGE },
		{ "tune search=random k=2..x", "k",
		  "\"2..x\" is not a range of numbers LOW..HIGH such as 20..500", ERR_USAGE },
		{ "tune search=random hidden=1..2", "hidden",
		  "\"1..2\" is not a range of numbers LOW..HIGH such as 20..500", ERR_USAGE },
		{ "tune k=2,3 trials=4", "trials",
		  "a grid has a trial for each combination; add search=random", ERR_USAGE },
		{ "tune lambda=1,x", "lambda", "\"x\" is not a number in 0..1000000000 or auto",
		  ERR_USAGE },
		{ "tune lambda=1,,2", "lambda", "\"\" is not a number in 0..1000000000 or auto",
		  ERR_USAGE },
		{ "tune k=0", "k", "\"0\" is not a whole number in 1..100000 or auto", ERR_USAGE },
		{ "tune lamda=1,2", "lamda", "tune has no such option; did you mean lambda=?",
		  ERR_USAGE },
		{ "tune patience=0 k=1", "patience", "\"0\" is not a whole number in 1..1000000",
		  ERR_USAGE },
		{ "repeat 0", "n", "\"0\" is not a whole number in 1..1000", ERR_USAGE },
		{ "repeat 2 seed=9007199254740992", "seed",
		  "2 splits from seed 9007199254740992 up would exceed the largest seed, "
		  "9007199254740992; give a smaller one, such as seed=1",
		  ERR_USAGE },
		{ "repeat", "",
		  "n is missing; usage: repeat N [seed=N] [epochs=1000] [patience=20] [file=FILE] "
		  "[fresh=on|off]",
		  ERR_USAGE },
		{ "reproduce table9", "table",
		  "\"table9\" is not one of: table1a table1b table1c figure2 deep", ERR_USAGE },
		{ "reproduce table1b data=sample", "data",
		  "the paper's data sets are ml-1m, ml-10m and netflix; for others use reproduce "
		  "table1b quick data=sample",
		  ERR_USAGE },
		{ "reproduce table1b data=netflix", "data",
		  "the paper's table1b has no results for netflix", ERR_FAILED },
	};
	struct stage *st = stage_new();
	run(st, "load %/ratings.csv");
	run(st, MODEL);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct err e = { 0 };
		assert_int_equal(bad[i].code, try(st, bad[i].line, &e));
		if (strcmp(bad[i].message, e.message) || strcmp(bad[i].where, e.where))
			fail_msg("<%s>: %s: %s", bad[i].line, e.where, e.message);
	}
	run(st, "get k"); /* the model is as it was */
	assert_string_equal("6", words(st, "value"));
	stage_free(st);
}

static void too_little_to_choose_by(void **state)
{
	struct stage *st = stage_new();
	struct err e = { 0 };
	run(st, "load %/ratings.csv");
	run(st, "split valid=0");
	assert_int_equal(ERR_FAILED, try(st, "repeat 2", &e));
	assert_string_equal(
		"there are no validation ratings to choose by; hold some out with split valid=0.1",
		e.message);
	run(st, "split holdout=0");
	assert_int_equal(ERR_FAILED, try(st, "repeat 2", &e));
	assert_string_equal(
		"there are no test ratings to score on; hold some out with split holdout=0.1",
		e.message);
	scratch_write("four.csv", "u,i,rating\n1,2,3\n1,3,4\n2,2,5\n2,3,1\n", 35);
	run(st, "load %/four.csv");
	assert_int_equal(ERR_FAILED, try(st, "tune k=1,2", &e));
	assert_string_equal("4 ratings are too few for a split: there would be no validation "
			    "ratings to choose by",
			    e.message);
	run(st, "split valid=0.3 holdout=0.1");
	assert_int_equal(ERR_FAILED, try(st, "repeat 2", &e));
	assert_string_equal(
		"4 ratings are too few for a split: there would be no test ratings to score on",
		e.message);
	stage_free(st);
}

/* Model, split, edits and what was looked at are as before; results from the file say so. */
static void the_work_comes_back(void **state)
{
	struct stage *st = stage_new();
	struct session *s = &st->session;
	run(st, "load %/ratings.csv");
	run(st, "split seed=5");
	run(st, MODEL);
	run(st, "train 4");
	run(st, "rate u1 i1 2");
	run(st, "user u1");
	const struct trainer *trainer = session_trainer(s);
	const struct split *split = s->doc.split;
	const struct focus before = s->focus;
	for (int i = 0; i < 3; i++) {
		run(st, i < 2 ? "repeat 2 epochs=5 file=%/back.jsonl"
			      : "repeat 2 epochs=5 file=%/back.jsonl fresh=on");
		const char *stored = json_string_value(json_object_get(st->last, "stored"));
		assert_int_equal(stored != NULL, i == 1);
		if (stored && (strncmp(stored, "2 of 2 from ", 12) ||
			       !strstr(stored, "/back.jsonl; fresh=on runs them again")))
			fail_msg("%s", stored);
		assert_int_equal(count_in(scratch_text("back.jsonl"), "\n"), i < 2 ? 2 : 4);
		assert_ptr_equal(session_trainer(s), trainer);
		assert_ptr_equal(s->doc.split, split);
		assert_int_equal(s->doc.overlay.applied, 1);
		assert_int_equal(s->focus.view, VIEW_USER);
		assert_int_equal(s->focus.user, before.user);
	}
	run(st, "tune lambda=1,2 epochs=5 file=%/back.jsonl");
	assert_string_equal(words(st, "run"), "best");
	assert_string_equal(s->doc.run->name, "best");
	assert_ptr_not_equal(session_trainer(s), trainer);
	run(st, "undo");
	assert_ptr_equal(session_trainer(s), trainer);
	stage_free(st);
}

/* A place for runs that nobody chose and that cannot be written is no reason to stop. */
static void an_unwritable_state_folder_is_a_warning(void **state)
{
	struct stage *st = stage_new();
	char *kept = getenv("XDG_STATE_HOME") ? strdup(getenv("XDG_STATE_HOME")) : NULL;
	setenv("XDG_STATE_HOME", "/proc/nowhere", 1);
	run(st, "load %/ratings.csv");
	run(st, MODEL);
	run(st, "repeat 2 epochs=5");
	assert_true(number(st, "n") == 2);
	kept ? setenv("XDG_STATE_HOME", kept, 1) : unsetenv("XDG_STATE_HOME");
	free(kept);
	stage_free(st);
}

/* All runs diverge: one sentence says so, and why. */
static void nothing_can_be_trained(void **state)
{
	struct stage *st = stage_new();
	struct err e = { 0 };
	char path[512];
	run(st, "load %/ratings.csv");
	run(st, "model i-autorec k=6 optimizer=sgd hidden=relu init=0.5");
	assert_int_equal(ERR_FAILED,
			 try(st, "tune rate=0.5,0.9 epochs=500 file=%/diverged.jsonl", &e));
	if (strncmp(e.message, "no run finished; rate=0.5: training diverged at epoch ", 54))
		fail_msg("%s", e.message);
	as_it_was(st, 1);
	assert_int_equal(-1, access(scratch_path("diverged.jsonl", path, sizeof path), F_OK));
	stage_free(st);
}

static void a_file_that_cannot_be_written(void **state)
{
	struct stage *st = stage_new();
	struct err e = { 0 };
	run(st, "load %/ratings.csv");
	run(st, MODEL);
	assert_int_equal(ERR_IO, try(st, "repeat 1 epochs=5 file=/dev/full", &e));
	assert_string_equal("is a device, expected a file for finished runs", e.message);
	assert_false(campaign_active(&st->session));
	stage_free(st);
}

/* ---- under a screen ----------------------------------------------------- */

/* What the screen's loop does: a step whenever training rests; until `done` runs are over. */
static void go_on_until(struct stage *st, int done)
{
	const double began = clock_seconds();
	struct session *s = &st->session;
	struct err e = { 0 };
	while (campaign_active(s) && campaign_done(campaign_of(s)) < done) {
		struct trainer_status t = { 0 };
		if (session_trainer(s))
			trainer_status(session_trainer(s), &t);
		if (!t.busy && t.state == TRAINER_IDLE)
			must(campaign_step(s, &e), &e);
		else
			poll(&(struct pollfd){ .fd = s->host.wake_fd, .events = POLLIN }, 1, 100);
		if (clock_seconds() - began > 20)
			fail_msg("%d of %d runs in 20 s", campaign_done(campaign_of(s)), done);
	}
}

static void under_a_screen(void **state)
{
	struct stage *st = stage_new();
	struct session *s = &st->session;
	struct err e = { 0 };
	run(st, "load %/ratings.csv");
	run(st, MODEL);
	run(st, "set epochs 77");
	s->host.interactive = true;
	run(st, "repeat 3 epochs=30 patience=4 file=%/screen.jsonl");
	assert_true(campaign_active(s));
	static const char *const disturbing[] = { "train",    "model baseline",
						  "split",    "load %/ratings.csv",
						  "refit",    "set lambda 3",
						  "tune k=1", "open %/x",
						  "reset",    "step" };
	for (size_t i = 0; i < sizeof disturbing / sizeof disturbing[0]; i++) {
		assert_int_equal(ERR_FAILED, try(st, disturbing[i], &e));
		assert_string_equal("repeat is running (0 of 3 runs done); stop ends it and keeps "
				    "the finished runs",
				    e.message);
	}
	s->wait = WAIT_IDLE;
	assert_false(session_wait_over(s)); /* a script's `wait idle` waits for all of it */
	go_on_until(st, 2);
	run(st, "stop");
	assert_false(campaign_active(s));
	assert_int_equal(2, json_array_size(json_object_get(st->last, "rows")));
	assert_int_equal(2, count_in(scratch_text("screen.jsonl"), "\n"));
	run(st, "get epochs"); /* the session's own options are back */
	assert_string_equal("77", words(st, "value"));
	go_on_until(st, 3);
	run(st, "wait idle");
	run(st, MODEL);
	run(st, "repeat 3 epochs=30 patience=4 file=%/screen.jsonl");
	go_on_until(st, 3);
	if (campaign_active(s))
		must(campaign_step(s, &e), &e);
	assert_int_equal(3, count_in(scratch_text("screen.jsonl"), "\n"));
	assert_true(number(st, "n") == 3);
	stage_free(st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(repeat_is_what_one_would_type),
		cmocka_unit_test(finished_runs_are_taken_up),
		cmocka_unit_test(tune_keeps_the_best_of_validation),
		cmocka_unit_test(random_trials),
		cmocka_unit_test(a_table_is_reproduced),
		cmocka_unit_test(grids),
		cmocka_unit_test(too_little_to_choose_by),
		cmocka_unit_test(nothing_can_be_trained),
		cmocka_unit_test(a_file_that_cannot_be_written),
		cmocka_unit_test(the_work_comes_back),
		cmocka_unit_test(an_unwritable_state_folder_is_a_warning),
		cmocka_unit_test(under_a_screen),
	};
	return cmocka_run_group_tests_name("campaign", tests, write_sample, scratch_remove);
}
