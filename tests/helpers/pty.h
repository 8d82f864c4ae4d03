/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A program under a pseudo-terminal, with libvterm in place of a person at the screen.  Nothing
 * here sleeps: every wait reads the program's output until the screen is as expected.  When the
 * time is up, the wait prints the screen and fails the test.
 *
 *     struct pty p;
 *     pty_start(&p, 24, 80, (char *[]){ "sh", NULL });
 *     pty_send(&p, "echo hello\r");
 *     pty_wait(&p, "hello");
 *     pty_send(&p, "exit 3\r");
 *     assert_int_equal(pty_end(&p), 3); */
#ifndef PTY_H_
#define PTY_H_

#include <stdbool.h>
#include <sys/types.h>
#include <vterm.h>

#include "autorec/text.h"

extern const double pty_patience; /* seconds; sanitizers and busy machines are slow */

struct pty {
	pid_t pid;
	int fd;
	bool eof; /* the program has closed its terminal */
	VTerm *vt;
	VTermScreen *screen;
	int rows, columns;
	size_t frame_matched;            /* bytes of frame_mark received so far */
	bool in_frame;                   /* the program is in the middle of a frame */
	long n_frames;                   /* frames that it has finished */
	bool cursor_shown, other_screen; /* modes that the program has switched on */
	struct text text;                /* the screen, brought up to date by pty_text */
};

/* TERM is xterm-256color, the locale C.UTF-8, unless the environment has PTY_TERM or PTY_LOCALE. */
void pty_exec(char *const argv[]);
void pty_start(struct pty *p, int rows, int columns, char *const argv[]);
void pty_send(struct pty *p, const char *text);
void pty_paste(struct pty *p, const char *text);
void pty_resize(struct pty *p, int rows, int columns);
VTermScreenCell pty_cell(const struct pty *p, int y, int x);

/* Returns the index of the color that the program chose; -1: the default. */
int pty_color(VTermColor color);
void pty_cursor(const struct pty *p, int *y, int *x);

/* The screen as lines of UTF-8 without blanks at their ends; valid until the next call. */
const char *pty_text(struct pty *p);

/* Reads the program's output for at most `seconds`.  Returns false if there was none. */
bool pty_read(struct pty *p, double seconds);
bool pty_has(struct pty *p, const char *text);
bool pty_lacks(struct pty *p, const char *text);
void pty_wait_until(struct pty *p, bool (*holds)(struct pty *, const char *), const char *what,
		    const char *text);

/* Wait until the screen has the text, matches the regular expression, or no longer has the text. */
void pty_wait(struct pty *p, const char *text);
void pty_wait_match(struct pty *p, const char *regex);
void pty_wait_gone(struct pty *p, const char *text);

/* Reads until the program ends, then frees p.  Returns the exit status, or 128 plus the number of
 * the signal that ended the program.
 */
int pty_end(struct pty *p);

#endif
