/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tests of single keys and the mouse. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "autorec/clock.h"
#include "autorec/text.h"
#include "check.h"
#include "explorer.h"
#include "scratch.h"
static void click(struct pty *p, int y, int x)
{
	char bytes[64];
	snprintf(bytes, sizeof bytes, "\033[<0;%d;%dM\033[<0;%d;%dm", x + 1, y + 1, x + 1, y + 1);
	pty_send(p, bytes);
}

static void wheel_down(struct pty *p, int y, int x)
{
	char bytes[32];
	snprintf(bytes, sizeof bytes, "\033[<65;%d;%dM", x + 1, y + 1);
	pty_send(p, bytes);
}

/* Finds the row and column of text on the screen, or fails the test. */
static void find(struct pty *p, const char *text, int *y, int *x)
{
	pty_wait(p, text);
	const char *all = pty_text(p), *at = strstr(all, text), *line = all;
	*y = 0;
	for (const char *c = all; c < at; c++)
		if (*c == '\n') {
			line = c + 1;
			++*y;
		}
	*x = 0;
	while (line < at) {
		text_next(&line);
		++*x;
	}
}

static void tabs_open_by_digit_and_mouse(void **state)
{
	static const char *const shows[] = { "RMSE", "20 units", "Name a user by id",
					     "Name it by id", "What if a user" };
	static const char *const digits[] = { "1", "2", "3", "4", "5" };
	static const char *const tabs[] = { "1:Train", "2:Units", "3:User", "4:Item", "5:What-if" };
	struct pty p;
	int y, x;
	explorer_start(&p, 24, 80, TRAINED);
	pty_wait(&p, "DONE");
	for (int i = 0; i < 5; i++) {
		pty_send(&p, "0");
		pty_wait(&p, "> train 60");
		pty_send(&p, digits[i]);
		pty_wait(&p, shows[i]);
		pty_send(&p, "0");
		pty_wait(&p, "> train 60");
		find(&p, tabs[i], &y, &x);
		click(&p, y, x + 2);
		pty_wait(&p, shows[i]);
	}
	explorer_quit(&p);
}

/* Returns whether the row that keys act on has the text. */
static bool row_selected(struct pty *p, const char *text)
{
	for (int y = 1; y < p->rows; y++)
		if (pty_cell(p, y, 2).attrs.reverse) {
			char row[1024] = "";
			size_t n = 0;
			for (int x = 0; x < p->columns && n + 8 < sizeof row; x++)
				n += (size_t)text_encode(pty_cell(p, y, x).chars[0]
								 ? pty_cell(p, y, x).chars[0]
								 : ' ',
							 row + n);
			row[n] = 0;
			return strstr(row, text);
		}
	return false;
}

static void wait_selected(struct pty *p, const char *text)
{
	pty_wait_until(p, row_selected, "no selected row with", text);
}

static void rows_are_chosen_and_opened(void **state)
{
	struct pty p;
	int y, x;
	explorer_start(&p, 24, 80, TRAINED, "-c", "user 1", "-c", "user sort=index");
	wait_selected(&p, " 270 Prudence");
	explorer_use_keys(&p);
	pty_send(&p, KEY_DOWN);
	wait_selected(&p, " 666 So-Called");
	pty_send(&p, KEY_DOWN KEY_DOWN KEY_UP);
	wait_selected(&p, " 345 Unlicensed");
	pty_send(&p, "\r");
	pty_wait(&p, "ITEM 345 Unlicensed Martian");
	explorer_type(&p, ":user 1 sort=index");
	pty_wait(&p, "USER 1");
	find(&p, "  97 ", &y, &x);
	click(&p, y, x);
	wait_selected(&p, "  97 ");
	wheel_down(&p, y, x);
	wait_selected(&p, " 120 ");
	explorer_quit(&p);
}

static void keys_sort_filter_find_and_edit(void **state)
{
	static const struct {
		const char *keys, *shows;
	} steps[] = {
		{ "s", "sort rank" },       { "r", "sort rank reversed" }, { "f", "filter input" },
		{ "f", "filter held-out" }, { "f", "filter unseen" },      { "f", "filter all" },
	};
	struct pty p;
	explorer_start(&p, 24, 80, TRAINED, "-c", "user 1");
	pty_wait(&p, "sort error  filter all");
	explorer_use_keys(&p);
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		pty_send(&p, steps[i].keys);
		pty_wait(&p, steps[i].shows);
	}
	pty_send(&p, "/");
	pty_wait(&p, "autorec> find");
	explorer_type(&p, "casserole"); /* the list has the focus again */
	wait_selected(&p, "Casserole");
	pty_send(&p, "n");
	wait_selected(&p, "asserole");
	pty_send(&p, "N");
	wait_selected(&p, "asserole");
	pty_send(&p, "e");
	pty_wait_match(&p, "^autorec> rate 1 [0-9]+$");
	explorer_type(&p, "5");
	pty_wait(&p, "edits 1");
	pty_send(&p, ESCAPE);
	pty_wait_match(&p, "^autorec>$");
	explorer_type(&p, "undo");
	pty_wait(&p, "edits 0");
	explorer_quit(&p);
}

static void units_open_as_cards_and_close(void **state)
{
	struct pty p;
	explorer_start(&p, 24, 70, TRAINED, "-c", "units");
	pty_wait(&p, "20 units  sort unit");
	explorer_use_keys(&p);
	pty_send(&p, KEY_DOWN KEY_DOWN "s");
	pty_wait(&p, "sort mean");
	pty_send(&p, "r");
	pty_wait(&p, "sort mean reversed");
	pty_send(&p, "\r");
	pty_wait_match(&p, "^..unit [0-9]+\u2500+.$");
	explorer_type(&p, ":units"); /* an order lasts for one command */
	pty_wait(&p, "20 units  sort unit");
	explorer_quit(&p);
}

static void arrows_move_the_crosshair(void **state)
{
	struct pty p;
	explorer_start(&p, 24, 80, TRAINED);
	pty_wait(&p, "DONE");
	explorer_use_keys(&p);
	pty_send(&p, KEY_LEFT KEY_LEFT KEY_LEFT);
	pty_wait_match(&p, " @58 te \\.[0-9]{4} tr \\.[0-9]{4} va \\.[0-9]{4} ");
	pty_send(&p, KEY_RIGHT);
	pty_wait_match(&p, " @59 te ");
	pty_send(&p, "+");
	pty_wait(&p, "zoomed");
	pty_send(&p, "l");
	pty_wait(&p, "log zoomed");
	pty_send(&p, "s");
	pty_wait(&p, "log zoomed smoothed");
	pty_send(&p, ":");
	pty_wait_match(&p, "^autorec>$");
	explorer_quit(&p);
}

static void letters_and_colon_return_to_the_prompt(void **state)
{
	struct pty p;
	int y, x;
	explorer_start(&p, 24, 80, TRAINED);
	pty_wait(&p, "DONE");
	explorer_use_keys(&p);
	assert_true(pty_lacks(&p, "autorec>"));
	assert_false(p.cursor_shown);
	pty_send(&p, ":");
	pty_wait(&p, "autorec>");
	explorer_use_keys(&p);
	assert_true(pty_lacks(&p, "autorec>"));
	pty_send(&p, "eval");
	pty_wait(&p, "autorec> eval");
	pty_cursor(&p, &y, &x);
	assert_int_equal(y, 23);
	assert_int_equal(x, 13);
	pty_send(&p, "\r");
	pty_wait_match(&p, "^ RMSE [0-9].* test ratings");
	explorer_quit(&p);
}

static void an_order_lasts_for_one_command(void **state)
{
	struct pty p;
	explorer_start(&p, 24, 80, TRAINED, "-c", "user 1 sort=rank filter=unseen reverse=on");
	pty_wait(&p, "sort rank reversed  filter unseen");
	explorer_type(&p, "user 7");
	pty_wait(&p, "sort error  filter all");
	explorer_type(&p, "set filter held-out");
	explorer_type(&p, "set sort title");
	explorer_type(&p, "user 1");
	pty_wait(&p, "sort title  filter held-out");
	explorer_type(&p, "item 7 sort=error");
	pty_wait(&p, "sort error  filter held-out");
	explorer_quit(&p);
}

/* With patience, the weights of the best validation epoch answer, not those of the last epoch. */
static void the_screen_says_which_epoch_is_the_model(void **state)
{
	struct pty p;
	explorer_start(&p, 24, 80, "-c", "load sample", "-c", "split seed=1", "-c",
		       "model i-autorec k=20 lambda=1", "-c", "train 500 patience=5");
	pty_wait(&p, "STOPPED: patience");
	pty_wait_match(&p, "MODEL epoch [0-9]+ \\(best validation\\)");
	pty_wait_match(&p, "test \\.[0-9]{4}; next epoch [0-9]+");
	explorer_type(&p, "step");
	pty_wait_match(&p, "next epoch [0-9]+");
	explorer_quit(&p);
}

static void double_click(struct pty *p, int y, int x)
{
	click(p, y, x);
	pty_wait(p, "e:edit"); /* the first click gives the focus */
	click(p, y, x);
}

/* In a panel with a frame, too, the row under the pointer is taken. */
static void the_mouse_takes_what_is_under_it(void **state)
{
	struct pty p;
	int y, x;
	explorer_start(&p, 40, 130, TRAINED, "-c", "user 1 sort=index");
	pty_wait(&p, "sort index"); /* the last command has run */
	find(&p, "    5 ", &y, &x);
	click(&p, y, x + 2);
	pty_send(&p, "\r");
	pty_wait_match(&p, "unit 5\u2500+");
	find(&p, "   97 ", &y, &x);
	double_click(&p, y, x + 3);
	pty_wait(&p, "ITEM 97");
	explorer_type(&p, "user 1 sort=index");
	pty_wait(&p, "sort index");
	find(&p, "pred ", &y, &x);
	click(&p, y, x + 1);
	pty_wait(&p, "sort predicted  filter all");
	click(&p, y, x + 1);
	pty_wait(&p, "sort predicted reversed");
	find(&p, " sd  sat", &y, &x);
	click(&p, y, x + 1);
	pty_wait(&p, "20 units  sort sd");
	explorer_type(&p, ":yank table");
	pty_wait(&p, "yank: copied 20");
	explorer_type(&p, "set mouse off");
	pty_wait(&p, "mouse on > off");
	click(&p, y, x - 10);
	explorer_type(&p, "get mouse"); /* the click is the terminal's */
	pty_wait_gone(&p, "sort mean");
	explorer_quit(&p);
}

static void brackets_change_lambda(void **state)
{
	struct pty p;
	explorer_start(&p, 24, 80, TRAINED);
	pty_wait(&p, "DONE");
	pty_wait(&p, "lambda 50 ");
	explorer_use_keys(&p);
	pty_send(&p, "]");
	pty_wait(&p, "lambda 50 > 62.5 from epoch 61");
	pty_send(&p, "[");
	pty_wait(&p, "lambda 62.5 > 50 from epoch 61");
	explorer_quit(&p);
}

static void both_tables_of_what_if_take_the_keys(void **state)
{
	struct pty p;
	explorer_start(&p, 24, 120, TRAINED);
	pty_wait(&p, "DONE");
	explorer_type(&p, "rate 1 15 5");
	pty_wait(&p, "WHAT-IF user 1");
	explorer_use_keys(&p);
	pty_wait(&p, "of 800");
	pty_send(&p, KEY_RIGHT);
	pty_wait(&p, "of 1000");
	pty_send(&p, KEY_DOWN "\r");
	pty_wait(&p, "USER ");
	explorer_quit(&p);
}

static void space_never_starts_a_training(void **state)
{
	struct pty p;
	explorer_start(&p, 24, 80, "-c", "load sample", "-c", "model i-autorec k=5");
	pty_wait(&p, "READY");
	pty_send(&p, " ");
	pty_send(&p, " get k\r"); /* the blank before the first word does nothing */
	pty_wait(&p, "k is 5");
	assert_true(pty_has(&p, "READY"));
	pty_send(&p, TAB);
	pty_wait(&p, "Esc:prompt");
	pty_send(&p, " " ESCAPE);
	pty_wait_match(&p, "^autorec>$");
	assert_true(pty_has(&p, "READY"));
	explorer_quit(&p);
}

static void the_keys_are_told_where_they_act(void **state)
{
	struct pty p;
	explorer_start(&p, 24, 80, TRAINED);
	pty_wait(&p, "DONE");
	explorer_use_keys(&p);
	pty_wait_match(&p, "^\\?:help  Tab:focus  z:zoom  l:log  s:smooth  ]:lambda  .:closer  "
			   "0-9:views");
	pty_send(&p, "2");
	pty_wait_match(&p, "^\\?:help  Tab:focus  z:zoom  s:sort  r:reverse  Enter:open  ");
	explorer_type(&p, ":user 7");
	pty_wait(&p, "USER 7");
	explorer_use_keys(&p);
	pty_wait_match(&p, "^\\?:help  Tab:focus  z:zoom  s:sort  f:filter  Enter:open +rows 1-");
	pty_send(&p, "?");
	pty_wait(&p, "KEYS");
	pty_wait(&p, "rows 1-20 of ");
	explorer_quit(&p);
}

static void space_and_ctrl_c_hold_the_training(void **state)
{
	struct pty p;
	explorer_start(&p, 24, 80, TRAINING);
	pty_wait(&p, "RUNNING");
	pty_send(&p, " ");
	pty_wait(&p, "PAUSED");
	pty_send(&p, " ");
	pty_wait(&p, "RUNNING");
	pty_send(&p, "user 7" CTRL_C);
	pty_wait_match(&p, "^autorec>$");
	assert_true(pty_has(&p, "RUNNING")); /* the key only dropped the line */
	pty_send(&p, CTRL_C);
	pty_wait(&p, "PAUSED");
	explorer_use_keys(&p);
	pty_send(&p, " ");
	pty_wait(&p, "RUNNING");
	pty_send(&p, CTRL_C);
	pty_wait(&p, "PAUSED");
	pty_send(&p, CTRL_C);
	pty_wait(&p, "Ctrl-D on an empty line");
	pty_send(&p, ":" CTRL_D);
	assert_int_equal(pty_end(&p), 0);
}

static void a_waiting_script_holds_nobody_up(void **state)
{
	char path[128];
	static const char script[] =
		"load sample\nmodel i-autorec k=20 lambda=50\nset pace 2\ntrain 100000\nwait epoch "
		"40\nstop\nwait idle\nview units\n";
	struct pty p;
	scratch_write("script", script, sizeof script - 1);
	explorer_start(&p, 24, 80, "-f",
		       (char *)(uintptr_t)scratch_path("script", path, sizeof path));
	pty_wait(&p, "RUNNING");
	pty_send(&p, "3");
	pty_wait(&p, "Name a user by id");
	explorer_type(&p, "user 7");
	pty_wait(&p, "USER 7");
	explorer_type(&p, "nonsense");
	pty_wait(&p, "there is no command"); /* the error does not affect the script */
	explorer_type(&p, "set pace 0");
	pty_wait(&p, "20 units  sort unit");
	explorer_quit(&p);
}

/* The screen stays alive during the command, typed lines wait, and Ctrl-C ends the command. */
static void a_long_command_is_seen_and_stopped(void **state)
{
	struct pty p;
	char line[256];
	explorer_start(&p, 24, 80, NULL);
	snprintf(line, sizeof line, "generate %s/g users=1000000 items=10000 ratings=500000000",
		 scratch);
	explorer_type(&p, line);
	pty_wait(&p, "Ctrl-C");
	pty_send(&p, "help chart");
	pty_wait(&p, "autorec> help chart");
	pty_send(&p, CTRL_C);
	pty_wait(&p, "nothing was written");
	pty_send(&p, "\r");
	pty_wait(&p, "chart [zoom=");
	snprintf(line, sizeof line, "%s/g", scratch);
	assert_int_equal(rmdir(line), 0); /* succeeds only if the folder is empty */
	explorer_quit(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tabs_open_by_digit_and_mouse),
		cmocka_unit_test(rows_are_chosen_and_opened),
		cmocka_unit_test(keys_sort_filter_find_and_edit),
		cmocka_unit_test(units_open_as_cards_and_close),
		cmocka_unit_test(arrows_move_the_crosshair),
		cmocka_unit_test(letters_and_colon_return_to_the_prompt),
		cmocka_unit_test(brackets_change_lambda),
		cmocka_unit_test(both_tables_of_what_if_take_the_keys),
		cmocka_unit_test(space_never_starts_a_training),
		cmocka_unit_test(the_mouse_takes_what_is_under_it),
		cmocka_unit_test(the_screen_says_which_epoch_is_the_model),
		cmocka_unit_test(an_order_lasts_for_one_command),
		cmocka_unit_test(the_keys_are_told_where_they_act),
		cmocka_unit_test(a_waiting_script_holds_nobody_up),
		cmocka_unit_test(space_and_ctrl_c_hold_the_training),
		cmocka_unit_test(a_long_command_is_seen_and_stopped),
	};
	return cmocka_run_group_tests(tests, explorer_begin, explorer_end);
}
