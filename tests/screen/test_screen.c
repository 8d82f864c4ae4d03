/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tests of what the program shows: every view at every size, curves, colors, screenshots. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/rng.h"
#include "autorec/clock.h"
#include "check.h"
#include "explorer.h"
#include "scratch.h"

enum { TRAIN_BLUE = 74, VALID_ORANGE = 166, TEST_GREEN = 36 };

static void the_demo_shows_a_curve_and_trains(void **state)
{
	struct pty p;
	const double began = clock_seconds();
	pty_start(&p, 24, 80,
		  (char *[]){ getenv("AUTOREC"), "-f", "sample-data/demo.autorec", NULL });
	pty_wait_match(&p, "RUNNING  epoch [1-9]");
	pty_wait(&p, "valid"); /* the label at the end of the curve */
	const double seconds = clock_seconds() - began;
	print_message("# the demo's curve stood after %.2f s\n", seconds);
	assert_true(is_sanitised() ||
		    seconds < 3); /* the promise is 1 s, but other programs may be running */
	pty_wait_match(&p, "RUNNING  epoch [1-9][0-9]/300");
	pty_wait_match(&p, "epoch \\[.*[1-9] %.*ETA");
	explorer_quit(&p);
}

/* A key or command line, and what the view then shows. */
static const struct {
	const char *typed, *shows[4];
} views[] = {
	{ "1",
	  { "RMSE (valid, test clipped to 1..5)", "lambda/2 (|W|^2+|V|^2) 11,0", "lambda 50",
	    "sat  " } },
	{ "2", { "20 units  sort unit", "   |V|   |W|", "all activations", "saturated" } },
	{ "unit 3\r", { "unit 3", "items by activation", "users by W" } },
	{ "3", { "Name a user by id", "user 223" } },
	{ "user 7\r", { "USER 7", "held-out", "title", "sort error  filter all" } },
	{ "user 7 genre=com year=2000..2010\r",
	  { "USER 7", "filter all genre=Comedy year=2000..2010" } },
	{ "user 7\r", { "filter all  epoch" } },
	{ "4", { "Name it by id", "item 270" } },
	{ "item 15\r",
	  { "ITEM 15 Absent-Minded Mother-in-Law", "user", "sort error  filter all" } },
	{ "5", { "What if a user had given another rating", "rate 223 270 5" } },
	{ "rate 1 15 5\r", { "WHAT-IF user 1", "edits 1", "2 -> 5", "before" } },
	{ "undo\r", { "edits 0", "5 -> 2", "WHAT-IF user 1" } },
	{ "7",
	  { "MAP of 800 items", "variance: across", "mean rating", "digits: ratings by user 7" } },
	{ "map users color=popularity\r", { "MAP of 1000 users", "ratings" } },
	{ "map items color=genre\r", { "MAP of 800 items", "genre  ", "Drama", "others" } },
	{ "8",
	  { "ERRORS on 6000 test ratings", "RMSE by number of training ratings of the user",
	    "user item", "rows 1-" } },
	{ "residuals valid by=prediction\r", { "ERRORS on 5400 valid", "calibration" } },
	{ "residuals valid by=genre\r", { "RMSE by genre", "Drama", "Comedy" } },
	{ "help set\r", { "set NAME VALUE", "example: ", "rows 1-" } },
	{ "0", { "> undo" } },
};

static void show_all_views(int rows, int columns)
{
	struct pty p;
	explorer_start(&p, rows, columns, TRAINED);
	pty_wait(&p, "DONE");
	for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
		pty_send(&p, views[i].typed);
		for (int j = 0; j < 4 && views[i].shows[j]; j++)
			pty_wait(&p, views[i].shows[j]);
		pty_wait_match(&p, "^ ?1:Train .*0:Log");
	}
	explorer_quit(&p);
}

static void every_view_fits_80_by_24(void **state)
{
	show_all_views(24, 80);
}

static void every_view_fits_160_by_50(void **state)
{
	struct pty p;
	show_all_views(50, 160);
	explorer_start(&p, 50, 160, TRAINED);
	pty_wait(&p, "DONE");
	explorer_type(&p, "user 7");
	pty_wait(&p, "USER 7"); /* the curve and the units are above it */
	pty_wait(&p, "RMSE");
	pty_wait(&p, "20 units  sort unit");
	pty_wait_match(&p, "sample-data  i-autorec k=20$");
	explorer_quit(&p);
}

static void views_without_content_say_what_fills_them(void **state)
{
	static const struct {
		const char *key, *hint;
	} hints[] = {
		{ "1", "load sample" }, { "2", "load sample" }, { "3", "load sample" },
		{ "4", "load sample" }, { "5", "load sample" }, { "0", "help" },
	};
	struct pty p;
	explorer_start(&p, 24, 80, NULL);
	for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
		char at_left[64];
		pty_send(&p, hints[i].key);
		snprintf(at_left, sizeof at_left, "^ +%s$", hints[i].hint);
		pty_wait_match(&p, at_left);
	}
	explorer_type(&p, "load sample");
	pty_send(&p, "1");
	pty_wait(&p, "train 200 patience=20");
	explorer_quit(&p);
}

static void the_status_line_tells_keys_and_position(void **state)
{
	struct pty p;
	explorer_start(&p, 24, 80, TRAINED, "-c", "user 7");
	pty_wait_match(&p, "^\\?:help  Tab:focus .* rows 1-17 of 800$");
	pty_send(&p, "\033[6~"); /* a page down */
	pty_wait_match(&p, "rows 17-33 of 800$");
	pty_send(&p, "x");
	pty_wait_match(&p, "^PgUp:page  Ctrl-C:stop .* rows 17-33 of 800$");
	pty_send(&p, CTRL_C "0");
	pty_wait_match(&p, "^\\?:help .* rows [0-9]+-[0-9]+ of [0-9]+$"); /* of the log */
	pty_send(&p, TAB "z");
	pty_wait(&p, "this view has the whole screen already");
	explorer_quit(&p);
}

static void z_lets_a_panel_fill_the_screen(void **state)
{
	struct pty p;
	explorer_start(&p, 40, 120, TRAINED, "-c", "user 7");
	pty_wait_match(&p, "rows 1-1[0-9] of 800$");
	pty_wait(&p, "20 units");
	explorer_use_keys(&p); /* the curve is the first panel */
	pty_send(&p, TAB TAB "z");
	pty_wait_match(&p, "rows 1-33 of 800$");
	assert_true(pty_lacks(&p, "20 units"));
	pty_send(&p, "z");
	pty_wait(&p, "20 units");
	pty_wait(&p, "Esc:prompt"); /* the panel has kept the focus */
	pty_send(&p, ESCAPE);
	pty_wait_match(&p, "^autorec>$");
	pty_send(&p, "z"); /* text at the prompt */
	pty_wait_match(&p, "^autorec> z$");
	assert_true(pty_has(&p, "20 units"));
	pty_send(&p, CTRL_C);
	explorer_quit(&p);
}

static void small_screens_show_what_they_can(void **state)
{
	struct pty p;
	explorer_start(&p, 12, 50, TRAINED);
	pty_wait(&p, "DONE  epoch 60");
	pty_wait_match(&p, "[\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588]{5}");
	pty_wait(&p, "autorec>");
	explorer_type(&p, "user 7"); /* every view has a narrow form */
	pty_wait_match(&p, "^  item title +seen   pred    err  kind$");
	explorer_type(&p, "rate 1 15 5");
	pty_wait(&p, "item title                before after  delta");
	explorer_type(&p, "residuals");
	pty_wait(&p, "ERRORS on 6000 test");
	explorer_type(&p, "undo");
	explorer_type(&p, "view train");
	pty_wait(&p, "DONE  epoch 60");
	pty_resize(&p, 24, 65); /* the curve, but no panel beside it: the numbers are below */
	pty_wait_match(&p, "^DONE  epoch 60$");
	pty_wait_match(&p, "RMSE \\(valid, test clipped to 1\\.\\.5\\)\u2500+");
	pty_resize(&p, 4, 20);
	pty_wait(&p, "autorec>");
	pty_resize(&p, 3, 10);
	pty_wait_match(&p, "^60 [.0-9]{5}");
	pty_resize(&p, 1, 1);
	pty_wait_match(&p, "^6$");
	pty_resize(&p, 24, 80);
	pty_wait(&p, "DONE  epoch 60");
	pty_wait(&p, "autorec>");
	explorer_quit(&p);
}

static void any_size_while_training(void **state)
{
	struct pty p;
	struct rng r;
	rng_init(&r, 1, 0);
	explorer_start(&p, 24, 80, TRAINING);
	explorer_type(&p, "user 7");
	for (int i = 0; i < 60; i++) {
		pty_resize(&p, 1 + (int)rng_below(&r, 60), 1 + (int)rng_below(&r, 200));
		pty_send(&p, (char[]){ (char)('0' + i % 6), 0 });
		for (double end = clock_seconds() + 0.02; clock_seconds() < end;)
			pty_read(&p, end - clock_seconds());
	}
	pty_resize(&p, 24, 80);
	pty_send(&p, "1");
	pty_wait(&p, "RUNNING");
	explorer_quit(&p);
}

static void a_changed_option_leaves_its_mark(void **state)
{
	struct pty p;
	explorer_start(&p, 24, 80, TRAINING);
	pty_wait_match(&p, "RUNNING  epoch [1-9]");
	explorer_type(&p, "set lambda 75");
	pty_wait_match(&p, "\u250a ?lambda 75"); /* beside its mark on the curve */
	pty_wait(&p, "i-autorec  lambda 75");
	explorer_quit(&p);
}

static void overfitting_is_pointed_out(void **state)
{
	struct pty p;
	explorer_start(&p, 24, 80, "-c", "load sample", "-c", "split seed=1", "-c",
		       "model i-autorec k=50 lambda=1", "-c", "train 100000");
	pty_wait_match(&p, "validation worse since epoch [1-9][0-9]*: overfitting\\? try  set "
			   "lambda 1.25  or  stop");
	explorer_type(&p, "stop");
	pty_wait(&p, "STOPPED");
	pty_wait_gone(&p, "overfitting");
	explorer_quit(&p);
}

/* A model has no best epoch before its last phase. */
static void no_best_is_shown_before_the_last_phase(void **state)
{
	struct pty p;
	explorer_start(&p, 24, 80, "-c", "load sample", "-c", "model llorma k=3 anchors=3", "-c",
		       "train 3", "-c", "wait idle");
	pty_wait(&p, "DONE  epoch 3");
	pty_wait_match(&p, "valid +[.0-9]+");
	assert_true(pty_lacks(&p, "@"));
	assert_true(pty_lacks(&p, "best"));
	explorer_type(&p, "train 100 patience=2");
	pty_wait_match(&p, "valid +[.0-9]+  best [.0-9]+ @[0-9]+");
	explorer_type(&p, "reset");
	pty_wait_match(&p, "epoch 0");
	pty_wait_match(&p, "valid +[.0-9]+ *│");
	assert_true(pty_lacks(&p, "@"));
	explorer_quit(&p);
}

/* The curve shows the divergence up to the last epoch with a loss.  Huge numbers stay within their
 * columns. */
static void a_divergence_is_seen(void **state)
{
	struct pty p;
	explorer_start(&p, 24, 80, "-c", "load sample", "-c", "split seed=1", "-c",
		       "model i-autorec k=20 hidden=relu optimizer=sgd rate=0.003 init=0.3 "
		       "lambda=400",
		       "-c", "train 50");
	pty_wait_match(&p,
		       "diverged at epoch [3-9]: the loss is not a number; epoch [2-9] is kept");
	pty_wait_match(&p, "DIVERGED  epoch [2-9]");
	pty_wait_match(&p, "train [1-9]\\.[0-9]{3}e\\+[0-9]+ +(up|down) [1-9]\\.[0-9]{3}e\\+");
	explorer_type(&p, "view units");
	pty_wait_match(&p, " 0 .* ([0-9]e\\+[0-9]{2}|inf) +([0-9]e\\+[0-9]{2}|inf)\u2502\u2502");
	explorer_quit(&p);
}

static void scripts_wait_and_take_screenshots(void **state)
{
	static const char script[] = "load sample\nmodel i-autorec k=20 lambda=50\nset pace "
				     "50\ntrain 1000\nwait epoch 30\npause\nwait idle\n"
				     "screenshot \"%s\"\nset pace 0\n";
	char path[128], shot[128], text[1024];
	struct pty p;
	const int n = snprintf(text, sizeof text, script,
			       scratch_path("shot.txt", shot, sizeof shot));
	scratch_write("script", text, (size_t)n);
	explorer_start(&p, 24, 80, "-f",
		       (char *)(uintptr_t)scratch_path("script", path, sizeof path));
	pty_wait(&p, "PAUSED");
	pty_wait(&p, "pace 50 > 0");
	const char *content = scratch_text(shot);
	long epoch = -1;
	const char *state_at = strstr(content, "PAUSED  epoch ");
	assert_non_null(state_at);
	sscanf(state_at, "PAUSED  epoch %ld", &epoch);
	assert_in_range(epoch, 30, 100);
	assert_non_null(strstr(content, "1:Train"));
	explorer_quit(&p);
}

static void edits_show_what_they_move(void **state)
{
	struct pty p;
	explorer_start(&p, 24, 80, TRAINED);
	pty_wait(&p, "DONE");
	explorer_type(&p, "rate 1 15 5");
	pty_wait(&p, "2 -> 5");
	pty_wait_match(&p,
		       "^\u2502 +[0-9]+ .*[0-9]\\.[0-9]{2} +[0-9]\\.[0-9]{2} *[+-]0\\.[0-9]{3}");
	explorer_type(&p, "rate 1 16 1");
	pty_wait(&p, "edits 2");
	explorer_type(&p, "user 1");
	pty_wait_match(&p, "2 edits  sort error");
	pty_wait_match(&p, " 15 Absent-Minded.* 2>5\\* ");
	explorer_type(&p, "item 16");
	pty_wait_match(&p, "^ +1 +3>1\\* ");
	explorer_type(&p, "view what-if");
	explorer_type(&p, "undo");
	pty_wait(&p, "edits 1");
	explorer_type(&p, ":undo");
	pty_wait(&p, "edits 0");
	explorer_type(&p, "undo");
	pty_wait_match(&p, "^ undo: .*nothing");
	explorer_quit(&p);
}

/* Counts the cells whose foreground is `color`; -2: cells with any color, foreground or background.
 */
static int cells_colored(const struct pty *p, int color)
{
	int n = 0;
	for (int y = 0; y < p->rows; y++)
		for (int x = 0; x < p->columns; x++) {
			const VTermScreenCell cell = pty_cell(p, y, x);
			const bool any = !VTERM_COLOR_IS_DEFAULT_FG(&cell.fg) ||
					 !VTERM_COLOR_IS_DEFAULT_BG(&cell.bg);
			n += color == -2 ? any : pty_color(cell.fg) == color;
		}
	return n;
}

static void colors_are_as_asked(void **state)
{
	static const int curves[] = { TRAIN_BLUE, VALID_ORANGE, TEST_GREEN };
	struct pty p;
	setenv("NO_COLOR", "1", 1);
	explorer_start(&p, 50, 160, TRAINED);
	pty_wait(&p, "DONE");
	assert_int_equal(cells_colored(&p, -2), 0);
	explorer_quit(&p);
	explorer_start(&p, 24, 80, "--color=256", TRAINED);
	pty_wait(&p, "DONE");
	for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++)
		if (cells_colored(&p, curves[i]) < 5)
			fail_msg("%d cells of colour %d", cells_colored(&p, curves[i]), curves[i]);
	explorer_quit(&p);
	unsetenv("NO_COLOR");
	explorer_start(&p, 24, 80, "--color=never", TRAINED);
	pty_wait(&p, "DONE");
	assert_int_equal(cells_colored(&p, -2), 0);
	explorer_quit(&p);
}

/* The terminal reports a light palette (mode 2031); no byte of that reaches the prompt. */
static void the_background_chooses_the_colors(void **state)
{
	enum { DARK_BLUE = 25 };
	struct pty p;
	explorer_start(&p, 24, 80, "--color=256", TRAINED);
	pty_wait(&p, "DONE");
	pty_send(&p, "\033[?997;2n");
	pty_send(&p, "2");
	pty_wait(&p, "all activations");
	if (cells_colored(&p, DARK_BLUE) < 5 || cells_colored(&p, TRAIN_BLUE) > 0)
		fail_msg("%d cells are dark blue", cells_colored(&p, DARK_BLUE));
	assert_true(pty_lacks(&p, "997"));
	explorer_quit(&p);
}

static void ascii_where_there_is_no_more(void **state)
{
	struct pty p;
	setenv("PTY_LOCALE", "C", 1);
	setenv("PTY_TERM", "vt100",
	       1); /* libvterm misplaces text after a repeated character, an xterm capability */
	explorer_start(&p, 24, 80, TRAINED);
	unsetenv("PTY_LOCALE");
	unsetenv("PTY_TERM");
	pty_wait(&p, "DONE");
	for (const char *c = pty_text(&p); *c; c++)
		assert_in_range((unsigned char)*c, '\n', '~');
	pty_wait_match(&p, "^\\+-RMSE [a-z,1.5() ]+-+\\+\\+-Run-+\\+$");
	explorer_quit(&p);
}

/* The table grows with the runs.  Commands that would disturb them are refused.  stop keeps the
 * finished runs, and the same command continues after them. */
static void runs_are_compared_while_they_train(void **state)
{
	struct pty p;
	explorer_start(&p, 24, 80, "-c", "load sample", "-c", "model i-autorec k=10 lambda=20",
		       "-c", "set pace 40");
	pty_wait(&p, "READY");
	explorer_type(&p, "tune lambda=10,20,40 epochs=40 patience=40");
	pty_wait(&p, "tune i-autorec on sample-data");
	pty_wait_match(&p, "lambda=10 .*1/1 +[0-9]+ +[0-9]*\\.[0-9]{4}");
	explorer_type(&p, "model baseline");
	pty_wait(&p, "runs done); stop ends it");
	explorer_type(&p, "stop");
	pty_wait_match(&p, "^tune i-autorec .* [12] of 3 runs$");
	explorer_type(&p, "set pace 0");
	explorer_type(&p, "model i-autorec k=10 lambda=20");
	pty_wait(&p, "i-autorec with");
	explorer_type(&p, "tune lambda=10,20,40 epochs=40 patience=40");
	pty_wait_match(&p, "^tune i-autorec .* 3 of 3 runs$");
	pty_wait_match(&p, "^\\* lambda=[124]0 .*1/1");
	pty_wait_match(&p, "tune: best model i-autorec k=10");
	pty_send(&p, "2");
	pty_wait(&p, "10 units");
	explorer_type(&p, "repeat 2 epochs=60 patience=60");
	pty_wait_match(&p, "^ +mean +1/2 "); /* waits for each run, because sanitizers are slow */
	pty_wait(&p, "10 units");            /* the view from before is back, and so is the model */
	pty_wait_match(&p, "repeat: model i-autorec k=10");
	pty_send(&p, "6");
	pty_wait_match(&p, "^ +mean +2/2 .*\u00b1\\.[0-9]{4}");
	explorer_quit(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_demo_shows_a_curve_and_trains),
		cmocka_unit_test(every_view_fits_80_by_24),
		cmocka_unit_test(every_view_fits_160_by_50),
		cmocka_unit_test(views_without_content_say_what_fills_them),
		cmocka_unit_test(the_status_line_tells_keys_and_position),
		cmocka_unit_test(z_lets_a_panel_fill_the_screen),
		cmocka_unit_test(small_screens_show_what_they_can),
		cmocka_unit_test(any_size_while_training),
		cmocka_unit_test(a_changed_option_leaves_its_mark),
		cmocka_unit_test(overfitting_is_pointed_out),
		cmocka_unit_test(no_best_is_shown_before_the_last_phase),
		cmocka_unit_test(a_divergence_is_seen),
		cmocka_unit_test(scripts_wait_and_take_screenshots),
		cmocka_unit_test(edits_show_what_they_move),
		cmocka_unit_test(runs_are_compared_while_they_train),
		cmocka_unit_test(colors_are_as_asked),
		cmocka_unit_test(the_background_chooses_the_colors),
		cmocka_unit_test(ascii_where_there_is_no_more),
	};
	return cmocka_run_group_tests(tests, explorer_begin, explorer_end);
}
