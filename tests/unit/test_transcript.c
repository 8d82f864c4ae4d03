/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A session as people have them, under a screen that does not wait for the training, and the script
 * that is made of it: in a batch it comes to the same figures. */
#include <inttypes.h>
#include <poll.h>
#include <string.h>

#include "autorec/campaign.h"
#include "autorec/clock.h"
#include "autorec/script.h"
#include "check.h"
#include "scratch.h"
#include "stage.h"

static struct stage *stage_at(bool interactive)
{
	struct stage *st = stage_new();
	st->session.host.interactive = interactive;
	return st;
}

static void run_all(struct stage *st, const char *const *lines)
{
	for (; *lines; lines++)
		run(st, *lines);
}

/* Until training rests, or has come to the epoch. */
static void wait_idle(struct stage *st)
{
	struct err e = { 0 };
	st->session.wait = WAIT_IDLE;
	must(session_wait(&st->session, 0, NULL, NULL, &e), &e);
}

static void wait_epoch(struct stage *st, int64_t epoch)
{
	struct err e = { 0 };
	st->session.wait = WAIT_EPOCH;
	st->session.wait_epoch = epoch;
	must(session_wait(&st->session, 0, NULL, NULL, &e), &e);
}

/* Until the trainer rests, also within a campaign. */
static void wait_trainer(struct stage *st)
{
	const double began = clock_seconds();
	struct trainer_status t = { 0 };
	while (session_trainer(&st->session) &&
	       (trainer_status(session_trainer(&st->session), &t), t.busy)) {
		poll(&(struct pollfd){ .fd = st->session.host.wake_fd, .events = POLLIN }, 1, 20);
		assert_true(clock_seconds() - began < 20);
	}
}

static const char *const start[] = {
	"set seed 3", "set threads 2",          "set pace 500",
	"load data",  "split seed=2 valid=0.2", "model i-autorec k=4 lambda=2 init=0.1 rate=0.01",
	NULL,
};

/* Exports the session, runs the script in a batch, and compares what its last command answers with
 * the session's. Returns the script's text. */
static const char *replay_and_compare(struct stage *st)
{
	struct err e = { 0 };
	char text[1024];
	json_t *wanted = json_incref(st->last);
	run(st, "history export again.autorec");
	const char *out = scratch_text("again.autorec");
	struct stage *again = stage_at(false);
	if (command_run_file(&again->session, "again.autorec", NULL, &e) < 0)
		fail_msg("%s\n%s", err_text(&e, text, sizeof text), out);
	if (!json_equal(wanted, again->last)) {
		char *a = json_dumps(wanted, 0), *b = json_dumps(again->last, 0);
		fail_msg("the session said\n%s\nits script\n%s\n%s", a, b, out);
	}
	json_decref(wanted);
	stage_free(again);
	return out;
}

/* Edits, an option changed while it trains, a stop, a refit that is stopped, too. */
static void a_session_with_a_person_in_it(void **state)
{
	struct err e = { 0 };
	const char *script;
	struct stage *st = stage_at(true);
	run_all(st, start);
	run(st, "train 100000 patience=50000");
	wait_epoch(st, 5);
	run(st, "set lambda 9");
	assert_int_equal(command_run(&st->session, "set lamda 3", NULL, &e), ERR_USAGE);
	wait_epoch(st, 20);
	run(st, "rate 1 1 5");
	run(st, "pause");
	wait_idle(st);
	run(st, "step");
	run(st, "view units");
	run(st, "help train");
	run(st, "resume");
	wait_epoch(st, 40);
	run(st, "stop");
	wait_idle(st);
	run(st, "undo");
	run(st, "refit");
	wait_epoch(st, 3);
	run(st, "stop");
	wait_idle(st);
	run(st, "rate 2 3 1");
	run(st, "evaluate");
	script = replay_and_compare(st);
	static const char *const there[] = { "set seed 3\n", "load data\n",        "set lambda 9\n",
					     "rate 1 1 5\n", "view units\nundo\n", "refit",
					     "evaluate\n" };
	static const char *const gone[] = { "lamda",  "help",   "pause\n", "step",
					    "resume", "stop\n", "100000" };
	for (size_t i = 0; i < sizeof there / sizeof there[0]; i++)
		if (count_in(script, there[i]) != 1)
			fail_msg("\"%s\" is not once in\n%s", there[i], script);
	for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++)
		if (strstr(script, gone[i]))
			fail_msg("\"%s\" is in\n%s", gone[i], script);
	stage_free(st);
}

/* The epochs of all parts are those that were trained; the mark stands at the same epoch. */
static void the_same_epochs_are_trained(void **state)
{
	struct trainer_status a, b;
	struct curve_mark marks[2][3];
	struct err e = { 0 };
	struct stage *st = stage_at(true);
	run_all(st, start);
	run(st, "train 100000");
	for (int i = 0; i < 3; i++) {
		wait_epoch(st, 10 * (i + 1));
		run(st, (const char *[]){ "set lambda 1", "set lambda 7", "set clip off" }[i]);
	}
	wait_epoch(st, 45);
	run(st, "stop");
	wait_idle(st);
	run(st, "history export again.autorec");
	struct stage *again = stage_at(false);
	must(command_run_file(&again->session, "again.autorec", NULL, &e), &e);
	trainer_status(session_trainer(&st->session), &a);
	trainer_status(session_trainer(&again->session), &b);
	assert_int_equal(a.epoch, b.epoch);
	assert_int_equal(a.best_epoch, b.best_epoch);
	assert_true(a.best_valid == b.best_valid);
	assert_int_equal(trainer_marks(session_trainer(&st->session), 0, marks[0], 3), 3);
	assert_int_equal(trainer_marks(session_trainer(&again->session), 0, marks[1], 3), 3);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(marks[0][i].epoch, marks[1][i].epoch);
		assert_string_equal(marks[0][i].text, marks[1][i].text);
	}
	stage_free(st);
	stage_free(again);
}

static void resets_and_new_models_begin_anew(void **state)
{
	const char *script;
	for (int interactive = 0; interactive < 2; interactive++) {
		struct stage *st = stage_at(interactive);
		run_all(st, start);
		for (int i = 0; i < 4; i++) {
			run(st, (const char *[]){ "train 7", "reset", "train 4 patience=2",
						  "step" }[i]);
			wait_idle(st);
		}
		run(st, "evaluate on=valid");
		script = replay_and_compare(st);
		assert_non_null(strstr(script, "train 7 patience=0\nreset\n"));
		run(st, "model u-autorec k=3 lambda=1 init=0.1 rate=0.01");
		run(st, "train 6");
		wait_idle(st);
		run(st, "evaluate");
		script = replay_and_compare(st);
		stage_free(st);
	}
}

/* train makes a model where there is none, and what follows finds one, trained or not. */
static void a_model_that_nobody_asked_for_is_there_again(void **state)
{
	const char *script;
	struct stage *st = stage_at(true);
	run(st, "load data");
	run(st, "set k 3");
	run(st, "set pace 1"); /* the first epoch is done at once, the second in a second */
	run(st, "train 1000");
	wait_epoch(st, 1);
	run(st, "stop");
	wait_idle(st);
	run(st, "evaluate");
	script = replay_and_compare(st);
	assert_non_null(strstr(script, "model i-autorec\n"));
	stage_free(st);
}

static void a_batch_is_a_session_like_any_other(void **state)
{
	const char *script;
	struct stage *st = stage_at(false);
	run_all(st, start);
	run(st, "train 60 patience=4");
	run(st, "set lambda 1");
	run(st, "train 5 until=0.1");
	run(st, "refit");
	run(st, "evaluate");
	script = replay_and_compare(st);
	assert_non_null(strstr(script, "refit\nevaluate\n"));
	stage_free(st);
}

/* A file that was saved in the middle of a training opens paused. */
static void a_training_from_a_file_goes_on(void **state)
{
	const char *script;
	struct stage *st = stage_at(true);
	run_all(st, start);
	run(st, "set pace 100");
	run(st, "train 40 patience=35");
	wait_epoch(st, 5);
	run(st, "save middle.safetensors");
	st->session.wait = WAIT_SAVED;
	must(session_wait(&st->session, 0, NULL, NULL, &(struct err){ 0 }), &(struct err){ 0 });
	stage_free(st);
	st = stage_at(true);
	run(st, "open middle.safetensors");
	run(st, "resume");
	wait_idle(st);
	run(st, "evaluate");
	script = replay_and_compare(st);
	assert_non_null(strstr(script, "open middle.safetensors\nstop\ntrain "));
	stage_free(st);
}

/* What a campaign trained is its own line's business; what follows goes on from the model that it
 * left. */
static void a_campaign_is_one_line(void **state)
{
	struct err e = { 0 };
	const char *script;
	struct stage *st = stage_at(true);
	run_all(st, start);
	run(st, "train 3");
	wait_idle(st);
	run(st, "repeat 2 epochs=8 patience=8 file=runs.jsonl");
	while (campaign_active(&st->session)) {
		must(campaign_step(&st->session, &e), &e);
		wait_trainer(st);
	}
	run(st, "train 4");
	wait_idle(st);
	run(st, "evaluate");
	script = replay_and_compare(st);
	assert_non_null(strstr(script, "train 3 patience=0\nrepeat 2 epochs=8 patience=8 "
				       "file=runs.jsonl\ntrain 4 patience=0\nevaluate\n"));
	stage_free(st);
}

static void without_a_model_there_are_only_lines(void **state)
{
	const char *script;
	struct stage *st = stage_at(false);
	run(st, "load 'data' # as it was typed");
	run(st, "split");
	script = replay_and_compare(st);
	assert_non_null(strstr(script, "\nload 'data' # as it was typed\nsplit\n"));
	stage_free(st);
}

static int make_data(void **state)
{
	if (scratch_make(state) < 0 || chdir(scratch) < 0)
		return -1;
	struct stage *st = stage_at(false);
	run(st, "generate data users=60 items=40 ratings=900 seed=1");
	stage_free(st);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_with_a_person_in_it),
		cmocka_unit_test(the_same_epochs_are_trained),
		cmocka_unit_test(resets_and_new_models_begin_anew),
		cmocka_unit_test(a_model_that_nobody_asked_for_is_there_again),
		cmocka_unit_test(a_batch_is_a_session_like_any_other),
		cmocka_unit_test(a_training_from_a_file_goes_on),
		cmocka_unit_test(a_campaign_is_one_line),
		cmocka_unit_test(without_a_model_there_are_only_lines),
	};
	return cmocka_run_group_tests(tests, make_data, scratch_remove);
}
