/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A program under a pseudo-terminal, with libvterm as the person who looks at the screen.  Nothing
 * here sleeps: every wait reads what the program writes until it is as expected, or fails the test,
 * with the screen as it was, when the time is up.  Include behind cmocka.h.
 *
 *     struct pty p;
 *     pty_start(&p, 24, 80, (char *[]){ "sh", NULL });
 *     pty_send(&p, "echo hello\r");
 *     pty_wait(&p, "hello");
 *     pty_send(&p, "exit 3\r");
 *     assert_int_equal(pty_end(&p), 3); */
#ifndef SCREEN_PTY_H
#define SCREEN_PTY_H

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <regex.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <vterm.h>

#include "autorec/clock.h"
#include "autorec/text.h"

static const double pty_patience = 20; /* seconds; sanitisers and busy machines are slow */

struct pty {
	pid_t pid;
	int fd;
	bool eof; /* the program has closed its terminal */
	VTerm *vt;
	VTermScreen *screen;
	int rows, columns;
	size_t frame_matched;            /* bytes of frame_mark that have come */
	bool in_frame;                   /* the program is in the middle of a frame */
	bool cursor_shown, other_screen; /* what the program has switched on */
	struct text text;                /* the screen, brought up to date by pty_text */
};

static inline int pty_on_property(VTermProp property, VTermValue *value, void *ctx)
{
	struct pty *p = ctx;
	switch (property) {
	case VTERM_PROP_CURSORVISIBLE: p->cursor_shown = value->boolean; break;
	case VTERM_PROP_ALTSCREEN: p->other_screen = value->boolean; break;
	default: break;
	}
	return 1;
}

static inline void pty_send_bytes(struct pty *p, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(p->fd, bytes, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return; /* the program has gone; what is waited for next tells */
		bytes += done;
		n -= (size_t)done;
	}
}

static inline void pty_on_reply(const char *bytes, size_t n, void *ctx)
{
	pty_send_bytes(ctx, bytes, n);
}

/* TERM is xterm-256color, the locale C.UTF-8, unless the environment has PTY_TERM or PTY_LOCALE. */
static inline void pty_exec(char *const argv[])
{
	const char *term = getenv("PTY_TERM"), *locale = getenv("PTY_LOCALE");
	setenv("TERM", term ? term : "xterm-256color", 1);
	setenv("LC_ALL", locale ? locale : "C.UTF-8", 1);
	unsetenv("LINES");
	unsetenv("COLUMNS");
	execvp(argv[0], argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static inline void pty_start(struct pty *p, int rows, int columns, char *const argv[])
{
	static const VTermScreenCallbacks callbacks = { .settermprop = pty_on_property };
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };
	*p = (struct pty){ .rows = rows, .columns = columns, .cursor_shown = true };
	p->pid = forkpty(&p->fd, NULL, NULL, &size);
	assert_true(p->pid >= 0);
	if (p->pid == 0)
		pty_exec(argv);
	p->vt = vterm_new(rows, columns);
	assert_non_null(p->vt);
	vterm_set_utf8(p->vt, 1);
	vterm_output_set_callback(p->vt, pty_on_reply, p);
	p->screen = vterm_obtain_screen(p->vt);
	vterm_screen_set_callbacks(p->screen, &callbacks, p);
	vterm_screen_enable_altscreen(p->screen, 1);
	vterm_screen_reset(p->screen, 1);
}

static inline void pty_send(struct pty *p, const char *text)
{
	pty_send_bytes(p, text, strlen(text));
}

static inline void pty_paste(struct pty *p, const char *text)
{
	pty_send(p, "\033[200~");
	pty_send(p, text);
	pty_send(p, "\033[201~");
}

static inline void pty_resize(struct pty *p, int rows, int columns)
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };
	p->rows = rows;
	p->columns = columns;
	vterm_set_size(p->vt, rows, columns);
	assert_int_equal(ioctl(p->fd, TIOCSWINSZ, &size), 0);
}

static inline VTermScreenCell pty_cell(const struct pty *p, int y, int x)
{
	VTermScreenCell cell = { 0 };
	vterm_screen_get_cell(p->screen, (VTermPos){ .row = y, .col = x }, &cell);
	return cell;
}

/* A cell's colour as the index that the program chose, -1: the default. */
static inline int pty_color(VTermColor color)
{
	return VTERM_COLOR_IS_INDEXED(&color) ? color.indexed.idx : -1;
}

static inline void pty_cursor(const struct pty *p, int *y, int *x)
{
	VTermPos at;
	vterm_state_get_cursorpos(vterm_obtain_state(p->vt), &at);
	*y = at.row;
	*x = at.col;
}

/* The screen as lines of UTF-8 without blanks at their ends; valid until the next call. */
static inline const char *pty_text(struct pty *p)
{
	text_clear(&p->text);
	for (int y = 0; y < p->rows; y++) {
		size_t end = p->text.length;
		for (int x = 0; x < p->columns; x++) {
			VTermScreenCell cell = pty_cell(p, y, x);
			for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && (cell.chars[i] || i == 0);
			     i++) {
				char bytes[5];
				text_add(&p->text, bytes,
					 (size_t)text_encode(cell.chars[i] ? cell.chars[i] : ' ',
							     bytes));
			}
			if (cell.chars[0] && cell.chars[0] != ' ')
				end = p->text.length;
			x += cell.width == 2;
		}
		p->text.length = end;
		text_add(&p->text, "\n", 1);
	}
	return p->text.bytes;
}

/* A program that draws in frames (synchronized output) is looked at between two of them. */
static inline void pty_follow_frames(struct pty *p, const char *bytes, size_t n)
{
	static const char frame_mark[] =
		"\033[?2026"; /* and h where a frame begins, l where it ends */
	for (size_t i = 0; i < n; i++) {
		const bool whole = p->frame_matched == sizeof frame_mark - 1;
		if (whole && (bytes[i] == 'h' || bytes[i] == 'l'))
			p->in_frame = bytes[i] == 'h';
		if (!whole && bytes[i] == frame_mark[p->frame_matched])
			p->frame_matched++;
		else
			p->frame_matched = bytes[i] == frame_mark[0];
	}
}

/* Reads what the program writes within `seconds`; false when there was nothing. */
static inline bool pty_read(struct pty *p, double seconds)
{
	struct pollfd f = { .fd = p->fd, .events = POLLIN };
	char bytes[4096];
	if (p->eof || poll(&f, 1, seconds > 0 ? (int)(seconds * 1000) : 0) <= 0)
		return false;
	ssize_t n = read(p->fd, bytes, sizeof bytes);
	if (n <= 0) {
		p->eof = !(n < 0 && errno == EINTR);
	} else {
		vterm_input_write(p->vt, bytes, (size_t)n);
		pty_follow_frames(p, bytes, (size_t)n);
	}
	return true;
}

static inline bool pty_has(struct pty *p, const char *text)
{
	return strstr(pty_text(p), text);
}

static inline bool pty_matches(struct pty *p, const char *regex)
{
	regex_t r;
	assert_int_equal(regcomp(&r, regex, REG_EXTENDED | REG_NEWLINE | REG_NOSUB), 0);
	bool matches = regexec(&r, pty_text(p), 0, NULL, 0) == 0;
	regfree(&r);
	return matches;
}

static inline bool pty_lacks(struct pty *p, const char *text)
{
	return !pty_has(p, text);
}

/* cmocka's messages are short, so the screen goes line by line. */
static inline void pty_print(struct pty *p)
{
	for (const char *line = pty_text(p); *line; line += strcspn(line, "\n") + 1)
		print_error("| %.*s\n", (int)strcspn(line, "\n"), line);
}

static inline void pty_wait_until(struct pty *p, bool (*holds)(struct pty *, const char *),
				  const char *what, const char *text)
{
	double end = clock_seconds() + pty_patience;
	while (p->in_frame || !holds(p, text)) {
		double left = end - clock_seconds();
		if (left <= 0 || p->eof) {
			kill(p->pid, SIGKILL);
			pty_print(p);
			fail_msg("%s \"%s\" %s; the screen is above", what, text,
				 p->eof ? "and the program has ended" : "in time");
		}
		pty_read(p, left);
	}
}

/* Waits until the screen has the text, matches the regular expression, no longer has the text. */
static inline void pty_wait(struct pty *p, const char *text)
{
	pty_wait_until(p, pty_has, "no", text);
}

static inline void pty_wait_match(struct pty *p, const char *regex)
{
	pty_wait_until(p, pty_matches, "no match of", regex);
}

static inline void pty_wait_gone(struct pty *p, const char *text)
{
	pty_wait_until(p, pty_lacks, "still", text);
}

/* Reads to the program's end and frees; returns its exit status, or 128 + the signal that ended it.
 */
static inline int pty_end(struct pty *p)
{
	double end = clock_seconds() + pty_patience;
	int status;
	while (!p->eof && clock_seconds() < end)
		pty_read(p, end - clock_seconds());
	if (!p->eof)
		kill(p->pid, SIGKILL);
	waitpid(p->pid, &status, 0);
	close(p->fd);
	vterm_free(p->vt);
	text_done(&p->text);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

#endif
