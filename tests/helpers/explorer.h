/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The program that is tested ($AUTOREC) under a pseudo-terminal, away from the person's own files.
 * A group's setup and teardown are explorer_begin and explorer_end. */
#ifndef EXPLORER_H
#define EXPLORER_H

#include <stdbool.h>
#include <stdlib.h>

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

/* Commands that quickly train a small model for 60 epochs. */
#define TRAINED                                                                                    \
	"-c", "load sample", "-c", "split seed=1", "-c", "model i-autorec k=20 lambda=50", "-c",   \
		"train 60", "-c", "wait idle"
/* The same model, still training, slowly enough to watch. */
#define TRAINING                                                                                   \
	"-c", "load sample", "-c", "split seed=1", "-c", "model i-autorec k=20 lambda=50", "-c",   \
		"set pace 20", "-c", "train 100000"

int explorer_begin(void **state);
int explorer_end(void **state);

/* Starts the program with these arguments, or NULL for none, and waits for its screen. */
#define explorer_start(p, rows, columns, ...)                                                      \
	explorer_start_with(p, rows, columns, (char *[]){ getenv("AUTOREC"), __VA_ARGS__, NULL })

void explorer_start_with(struct pty *p, int rows, int columns, char *const argv[]);

/* Types a command line. */
void explorer_type(struct pty *p, const char *line);

/* Gives the focus to the next panel, so that single keys act. */
void explorer_use_keys(struct pty *p);
void explorer_quit(struct pty *p);

/* Tests skip time limits under sanitizers, which slow the program down. */
bool is_sanitised(void);

#endif
