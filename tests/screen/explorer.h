/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The program that is tested ($AUTOREC) under a pseudo-terminal, away from the person's own files.
 * A group's setup and teardown are explorer_begin and explorer_end.  Include behind cmocka.h. */
#ifndef SCREEN_EXPLORER_H
#define SCREEN_EXPLORER_H

#include <locale.h>

#include "../unit/scratch.h"
#include "pty.h"

#define ESCAPE        "\033"
#define F_KEY(n)      "\033O" n /* F1 .. F4 are P .. S */
#define KEY_UP        "\033OA"
#define KEY_DOWN      "\033OB"
#define KEY_RIGHT     "\033OC"
#define KEY_LEFT      "\033OD"
#define KEY_END       "\033OF"
#define KEY_PAGE_DOWN "\033[6~"
#define CTRL_C        "\003"
#define CTRL_D        "\004"
#define CTRL_R        "\022"
#define CTRL_Z        "\032"
#define TAB           "\t"

/* Commands that leave a small model trained for 60 epochs, in a moment. */
#define TRAINED                                                                                    \
	"-c", "load sample", "-c", "split seed=1", "-c", "model i-autorec k=20 lambda=50", "-c",   \
		"train 60", "-c", "wait idle"
/* The same model, training on at a pace to be watched. */
#define TRAINING                                                                                   \
	"-c", "load sample", "-c", "split seed=1", "-c", "model i-autorec k=20 lambda=50", "-c",   \
		"set pace 20", "-c", "train 100000"

static inline int explorer_begin(void **state)
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

static inline int explorer_end(void **state)
{
	return scratch_remove(state);
}

/* Starts the program with these arguments, or just NULL, and waits for its screen. */
#define explorer_start(p, rows, columns, ...)                                                      \
	explorer_start_with(p, rows, columns, (char *[]){ getenv("AUTOREC"), __VA_ARGS__, NULL })

static inline void explorer_start_with(struct pty *p, int rows, int columns, char *const argv[])
{
	pty_start(p, rows, columns, argv);
	pty_wait(p, "autorec>");
}

/* Types a command line. */
static inline void explorer_type(struct pty *p, const char *line)
{
	pty_send(p, line);
	pty_send(p, "\r");
}

/* From the prompt to single keys. */
static inline void explorer_use_keys(struct pty *p)
{
	pty_send(p, ESCAPE);
	pty_wait(p, ": prompt");
}

static inline void explorer_quit(struct pty *p)
{
	explorer_type(p, "quit");
	assert_int_equal(pty_end(p), 0);
}

/* The tests run slower under sanitisers, and times say nothing there. */
static inline bool is_sanitised(void)
{
	return getenv("AUTOREC_SANITISED");
}

#endif
