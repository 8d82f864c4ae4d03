/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tests the harness of the screen tests with a shell. */
#include <signal.h>

#include "check.h"
#include "pty.h"

static void start_shell(struct pty *p, const char *script)
{
	pty_start(p, 5, 20, (char *[]){ "sh", "-c", (char *)(uintptr_t)script, NULL });
}

static void cells_colors_and_cursor_are_read(void **state)
{
	struct pty p;
	int y, x;
	start_shell(&p, "printf 'ab\\033[1;38;5;74mc\\033[0m\\n\303\251\345\215\203!\\033[4;3H'; "
			"read line; exit 7");
	pty_wait(&p, "abc\n\u00e9\u5343!\n");
	pty_wait_match(&p, "^a.c$");
	assert_int_equal(pty_color(pty_cell(&p, 0, 2).fg), 74);
	assert_true(pty_cell(&p, 0, 2).attrs.bold);
	assert_int_equal(pty_color(pty_cell(&p, 0, 1).fg), -1);
	assert_int_equal(pty_cell(&p, 1, 1).width, 2);
	pty_cursor(&p, &y, &x);
	assert_int_equal(y, 3);
	assert_int_equal(x, 2);
	pty_send(&p, "\r");
	assert_int_equal(pty_end(&p), 7);
}

static void keys_and_sizes_arrive(void **state)
{
	struct pty p;
	start_shell(&p, "printf '\\033[?25l\\033[?1049h'; while read line; do stty size; done; "
			"printf '\\033[?1049l\\033[?25h'");
	pty_send(&p, "\r");
	pty_wait(&p, "5 20");
	assert_true(p.other_screen);
	assert_false(p.cursor_shown);
	pty_resize(&p, 9, 33);
	pty_send(&p, "\r");
	pty_wait(&p, "9 33");
	pty_send(&p, "\004");
	pty_wait_gone(&p, "9 33");
	assert_false(p.other_screen);
	assert_int_equal(pty_end(&p), 0);
}

static void signals_are_told(void **state)
{
	struct pty p;
	start_shell(&p, "echo ready; read line");
	pty_wait(&p, "ready");
	kill(p.pid, SIGTERM);
	assert_int_equal(pty_end(&p), 128 + SIGTERM);
	start_shell(&p, "exec /nonexistent/program");
	pty_wait(&p, "sh: 1: exec");
	assert_int_equal(pty_end(&p), 127);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_colors_and_cursor_are_read),
		cmocka_unit_test(keys_and_sizes_arrive),
		cmocka_unit_test(signals_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
