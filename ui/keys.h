/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What keys and the mouse do.  They move lists and the crosshair, edit the prompt's line, or become
 * command lines that a script could run.
 *
 * Every key that the program acts on is a row of key_table; all others go to the prompt.  The
 * status line, help, the README and the manual page are made from the same rows (key_help.h). */
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include <stdbool.h>

#include "view.h"

struct screen;

/* When a key acts: bits of key_row.modes. */
enum {
	MODE_EMPTY = 1,  /* at the prompt, while nothing is typed */
	MODE_TYPING = 2, /* at the prompt, with a line begun */
	MODE_KEYS = 4,   /* in a panel that has the focus */
};

enum { ALL_VIEWS = (1 << N_VIEWS) - 1 };

struct key_row {
	unsigned views, modes; /* bits VIEW_x and MODE_x */
	enum key key;
	uint32_t code;           /* K_CHAR: the character */
	int more;                /* further keys in the row: 6 if 0 stands for 0 to 6 */
	const char *label;       /* of the first key; key_help_label names the whole row */
	const char *command;     /* the equivalent command; NULL: none */
	const char *help, *hint; /* hint: one word for the status line; NULL: no hint */
	/* Writes the command to run if it depends on what is shown; NULL: runs `command`. */
	view_command *line;
	/* For keys that run no command or several.  The argument is n for the row's first key, n +
	 * 1 for the second, and so on. */
	void (*act)(struct screen *s, int n);
	int n;
};

extern const struct key_row key_table[];
extern const int n_keys;

/* Handles typed, clicked and pasted input for a short time.  Returns true if there may be more. */
bool keys_read(struct screen *s);
/* Ctrl-C: drops the line if there is one, else pauses the training, else says how to leave. */
void keys_interrupt(struct screen *s);
/* Ctrl-Z: gives the terminal back and stops until SIGCONT. */
void keys_suspend(struct screen *s);

#endif
