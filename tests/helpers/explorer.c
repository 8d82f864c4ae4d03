/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explorer.h"

#include <locale.h>
#include <stdio.h>

#include "check.h"
#include "scratch.h"

int explorer_begin(void **state)
{
	char path[128];
	if (!getenv("AUTOREC")) {
		fprintf(stderr, "AUTOREC is not set; it is to be the program's path, such as "
				"build/release/autorec\n");
		return -1;
	}
	if (scratch_make(state) < 0)
		return -1;
	setenv("XDG_STATE_HOME", scratch_path("state", path, sizeof path), 1);
	setlocale(LC_CTYPE, "C.UTF-8"); /* for regular expressions */
	setenv("INPUTRC", "/dev/null", 1);
	unsetenv("NO_COLOR");
	return 0;
}

int explorer_end(void **state)
{
	return scratch_remove(state);
}

void explorer_start_with(struct pty *p, int rows, int columns, char *const argv[])
{
	pty_start(p, rows, columns, argv);
	pty_wait(p, "autorec>");
}

void explorer_type(struct pty *p, const char *line)
{
	pty_send(p, line);
	pty_send(p, "\r");
}

void explorer_use_keys(struct pty *p)
{
	pty_send(p, TAB);
	pty_wait(p, "Esc:prompt");
}

void explorer_quit(struct pty *p)
{
	explorer_type(p, "quit!");
	assert_int_equal(pty_end(p), 0);
}

bool is_sanitised(void)
{
	return getenv("AUTOREC_SANITISED");
}
