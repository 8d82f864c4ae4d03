/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * README's tour: its commands are played on the demo, and its claims are checked. */
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "explorer.h"
#include "scratch.h"

static char *tour; /* the section of README.md */

static int read_tour(void **state)
{
	if (explorer_begin(state) < 0)
		return -1;
	char *readme = scratch_read("./README.md", NULL);
	const char *from = strstr(readme, "## Five minutes"),
		   *to = from ? strstr(from, "\n## ") : NULL;
	tour = to ? strndup(from, (size_t)(to - from)) : NULL;
	free(readme);
	return tour ? 0 : -1;
}

static int forget_tour(void **state)
{
	free(tour);
	return explorer_end(state);
}

/* Types a command of the tour, and fails if README does not have it. */
static void play(struct pty *p, const char *line)
{
	char quoted[200];
	snprintf(quoted, sizeof quoted, "`%s`", line);
	if (!strstr(tour, quoted))
		fail_msg("README's tour does not have %s", quoted);
	explorer_type(p, line);
}

/* Returns the number that the first group of the regular expression finds on the screen. */
static double read_number(struct pty *p, const char *expression)
{
	regex_t r;
	regmatch_t at[2];
	pty_wait_match(p, expression);
	assert_int_equal(regcomp(&r, expression, REG_EXTENDED | REG_NEWLINE), 0);
	const char *text = pty_text(p);
	assert_int_equal(regexec(&r, text, 2, at, 0), 0);
	regfree(&r);
	return atof(text + at[1].rm_so);
}

static void start_demo(struct pty *p)
{
	pty_start(p, 24, 80,
		  (char *[]){ getenv("AUTOREC"), "-f", "sample-data/demo.autorec", NULL });
	pty_wait(p, "RUNNING");
}

/* Trains to the end of patience, faster than the demo's pace. */
static void let_it_end(struct pty *p)
{
	explorer_type(p, "set pace 0");
	pty_send(p, "1");
	pty_wait(p, "STOPPED: patience");
}

static void it_learns_and_stops(void **state)
{
	struct pty p;
	start_demo(&p);
	pty_wait(&p, "valid"); /* the labels of the curves */
	pty_wait_match(&p, "train$|train .*\u2502");
	pty_wait(&p, "\u25cf"); /* the dot at the best epoch */
	let_it_end(&p);
	const double best = read_number(&p, "best [.0-9]+ @([0-9]+)"),
		     model = read_number(&p, "MODEL epoch ([0-9]+) \\(best valid"),
		     ended = read_number(&p, "STOPPED: patience  epoch ([0-9]+)");
	assert_float_equal(best, model, 0); /* it keeps that epoch */
	assert_float_equal(ended, model + 30, 0);
	play(&p, "set lambda 100");
	play(&p, "train 50");
	pty_wait(&p, "lambda 100"); /* the mark */
	pty_wait(&p, "DONE");
	play(&p, "set lambda 50");
	play(&p, "reset");
	play(&p, "train 300 patience=30");
	pty_wait(&p, "STOPPED: patience"); /* the same bits as before */
	assert_float_equal(read_number(&p, "MODEL epoch ([0-9]+)"), model, 0);
	explorer_quit(&p);
}

static void space_pauses_and_a_dot_steps(void **state)
{
	struct pty p;
	start_demo(&p);
	pty_wait_match(&p, "RUNNING  epoch [1-9]");
	pty_send(&p, " ");
	pty_wait(&p, "PAUSED");
	const double epoch = read_number(&p, "PAUSED  epoch ([0-9]+)");
	char next[64];
	pty_send(&p, ".");
	snprintf(next, sizeof next, "PAUSED  epoch %.0f/", epoch + 1);
	pty_wait(&p, next);
	pty_send(&p, " ");
	pty_wait(&p, "RUNNING");
	play(&p, "stop");
	pty_wait(&p, "STOPPED");
	explorer_quit(&p);
}

static void units_follow_genres(void **state)
{
	static const char *const comic[] = { "Landlady", "Umbrella", "Mother-in-Law",
					     "Talent Contest", "Pedalo" },
				 *const crime[] = { "Wiretap", "Tripwire", "Night Tram",
						    "Hung Jury" };
	struct pty p;
	int found = 0;
	pty_start(&p, 50, 120,
		  (char *[]){ getenv("AUTOREC"), "-f", "sample-data/demo.autorec", NULL });
	let_it_end(&p);
	play(&p, "units sort=sd");
	pty_wait(&p, "100 units  sort sd");
	play(&p, "unit 80");
	pty_wait(&p, "unit 80");
	pty_wait(&p, "items by activation");
	explorer_type(&p, "view units full=on");
	pty_wait_gone(&p, "RMSE");
	pty_wait(&p, " of 12 Comedy");
	for (size_t i = 0; i < sizeof comic / sizeof comic[0]; i++)
		found += strstr(pty_text(&p), comic[i]) != NULL;
	for (size_t i = 0; i < sizeof crime / sizeof crime[0]; i++)
		found += strstr(pty_text(&p), crime[i]) != NULL;
	if (found < 7)
		fail_msg("unit 80 does not set comedies against crime:\n%s", pty_text(&p));
	play(&p, "units sort=effect");
	pty_wait(&p, "effect");
	play(&p, "ablate 80");
	pty_wait(&p, "unit 80 off");
	play(&p, "restore");
	pty_wait_gone(&p, "unit 80 off");
	explorer_use_keys(&p);
	pty_send(&p, KEY_DOWN KEY_DOWN "\r");
	pty_wait(&p, "items by activation");
	explorer_quit(&p);
}

static void people_films_and_what_if(void **state)
{
	struct pty p;
	start_demo(&p);
	let_it_end(&p);
	play(&p, "user 1");
	pty_wait_match(&p, " input$");
	pty_wait_match(&p, " held-out$");
	/* Rows that the model was trained on flatter it. */
	assert_true(read_number(&p, "RMSE input ([.0-9]+)") <
		    read_number(&p, "held-out ([.0-9]+)"));
	play(&p, "user 1 sort=rank filter=unseen");
	pty_wait_match(&p, "unseen #1$");
	assert_non_null(strstr(tour, "`item \"Tangerine Al` and Tab"));
	pty_send(&p, "item \"Tangerine Al" TAB "\r");
	pty_wait_match(&p, "ITEM [0-9]+ Tangerine Al");
	pty_send(&p, "item \"Casserole" TAB TAB); /* several titles match */
	pty_wait(&p, "Casserole of Old Fennimore");
	pty_send(&p, CTRL_C);
	play(&p, "rate 1 \"Misplaced Landlady, The (1997)\" 1");
	pty_wait(&p, "WHAT-IF user 1");
	pty_wait_match(&p, "^\u2502the user's .*\u2502the item is");
	pty_wait(&p, "edits 1");
	play(&p, "undo");
	pty_wait(&p, "edits 0");
	play(&p, "redo");
	pty_wait(&p, "edits 1");
	play(&p, "edits");
	pty_wait(&p, "> edits");
	play(&p, "revert");
	pty_send(&p, "5");
	pty_wait(&p, "What if a user had given another rating");
	explorer_quit(&p);
}

static void autorec_beats_the_baseline(void **state)
{
	struct pty p;
	start_demo(&p);
	let_it_end(&p);
	const double autorec = read_number(&p, "test (\\.[0-9]+)");
	play(&p, "model baseline");
	pty_wait(&p, "READY");
	play(&p, "train 10");
	pty_wait(&p, "DONE");
	play(&p, "evaluate");
	const double baseline = read_number(&p, "RMSE 0?(\\.[0-9]+), MAE");
	assert_true(autorec < baseline);
	play(&p, "model i-autorec k=100 lambda=50");
	pty_wait(&p, "READY");
	play(&p, "train 300 patience=30");
	pty_wait(&p, "STOPPED: patience");
	play(&p, "refit");
	pty_wait(&p, "refit on training + validation");
	pty_wait(&p, "DONE");
	play(&p, "evaluate");
	const double refitted = read_number(&p, "RMSE 0?(\\.[0-9]+), MAE");
	assert_true(refitted < baseline);
	explorer_quit(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_learns_and_stops),
		cmocka_unit_test(space_pauses_and_a_dot_steps),
		cmocka_unit_test(units_follow_genres),
		cmocka_unit_test(people_films_and_what_if),
		cmocka_unit_test(autorec_beats_the_baseline),
	};
	return cmocka_run_group_tests_name("tour", tests, read_tour, forget_tour);
}
