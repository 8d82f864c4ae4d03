/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The terminal: shows a canvas, reads keys, and gives the terminal back as it was.  Only term.c
 * and keyboard.c include ncurses.  There is one terminal per process.  Only the thread that
 * started it may call these functions, except term_rescue.
 *
 * Install signal handlers for SIGWINCH, SIGTSTP and the like before term_start; otherwise ncurses
 * installs its own.  While the terminal is up, text written to stderr is held back and shown at the
 * end. */
#ifndef UI_TERM_H
#define UI_TERM_H

#include <stdbool.h>
#include <stdint.h>

#include "canvas.h"
#include "style.h"

struct term;

struct term_options {
	enum colors colors;
	enum glyphs glyphs;
};

/* Takes over the terminal of stdin and stdout, or /dev/tty if they are not a terminal. ERR_FAILED:
 * there is no terminal, or TERM is unknown or cannot place its cursor. */
int term_start(struct term **out, const struct term_options *options, struct err *e);
/* Restores the terminal, prints the held-back stderr and frees t.  NULL is allowed. */
void term_stop(struct term *t);
/* Like term_stop, for the handler of a deadly signal.  It makes only async-signal-safe calls and
 * frees nothing.  A second call does nothing.  NULL is allowed. */
void term_rescue(struct term *t);

/* For Ctrl-Z: the first restores the terminal, the second takes it over again and redraws
 * everything. */
void term_suspend(struct term *t);
void term_resume(struct term *t);

enum glyphs term_glyphs(
	const struct term *t); /* the choice, or what locale and TERM allow; never AUTO */
int term_fd(const struct term
		    *t); /* to poll for input; afterwards call term_read until it returns false */

/* Asks the terminal for its size, which is at least 1 x 1; call it at the start and after each
 * SIGWINCH. */
void term_size(struct term *t, int *rows, int *columns);
/* Shows the canvas with the cursor at (y, x); a negative y hides the cursor.  Sends only what
 * changed, in one update. */
void term_draw(struct term *t, const struct canvas *c, int y, int x);
/* Sets the colors; THEME_AUTO follows the background that the terminal reports. */
void term_set_theme(struct term *t, enum theme theme);
/* off: clicks and the wheel are the terminal's own. */
void term_set_mouse(struct term *t, bool on);
/* Puts text on the clipboard of the terminal by OSC 52, which not every terminal obeys. */
void term_copy(struct term *t, const char *text, size_t n);
/* The next term_draw sends everything (Ctrl-L). */
void term_redraw(struct term *t);

enum event_type {
	EVENT_KEY,
	EVENT_PASTE,
	EVENT_MOUSE,
	EVENT_THEME, /* the terminal's background changed, so the colors do */
	EVENT_PART,  /* part of a paste: nothing to do yet, but other work may be due */
};

enum key {
	K_CHAR, /* a character, also with Ctrl or Alt */
	K_ENTER,
	K_TAB,
	K_BACKTAB,
	K_ESCAPE,
	K_BACKSPACE,
	K_DELETE,
	K_INSERT,
	K_UP,
	K_DOWN,
	K_LEFT,
	K_RIGHT,
	K_HOME,
	K_END,
	K_PAGE_UP,
	K_PAGE_DOWN,
	K_F1,
	K_F2,
	K_F3,
	K_F4,
	K_F5,
	K_F6,
	K_F7,
	K_F8,
	K_F9,
	K_F10,
	K_F11,
	K_F12,
	K_OTHER, /* a key that has only bytes */
};

enum button { BUTTON_LEFT, BUTTON_WHEEL_UP, BUTTON_WHEEL_DOWN };

enum { EVENT_BYTES = 32 };

struct event {
	enum event_type type;
	enum key key;
	/* K_CHAR: the code point; 1 .. 26 are Ctrl-A .. Ctrl-Z; U+FFFD if not UTF-8. */
	uint32_t code;
	bool alt; /* K_CHAR: with Alt (or after ESC) */
	/* The key for the prompt: the typed character or escape sequence, NUL-terminated. */
	char bytes[EVENT_BYTES];
	int n_bytes;        /* its length: Ctrl-@ is a NUL byte */
	const char *text;   /* EVENT_PASTE: valid until the next term_read */
	enum button button; /* EVENT_MOUSE */
	int y, x;           /* EVENT_MOUSE: the cell */
};

/* Reads the next event.  Returns false if there is none yet. */
bool term_read(struct term *t, struct event *event);

#endif
