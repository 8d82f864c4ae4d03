/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pty.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "autorec/clock.h"
#include "check.h"

const double pty_patience = 20;

static int pty_on_property(VTermProp property, VTermValue *value, void *ctx)
{
	struct pty *p = ctx;
	switch (property) {
	case VTERM_PROP_CURSORVISIBLE: p->cursor_shown = value->boolean; break;
	case VTERM_PROP_ALTSCREEN: p->other_screen = value->boolean; break;
	default: break;
	}
	return 1;
}

static void pty_send_bytes(struct pty *p, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(p->fd, bytes, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return; /* the program has ended; the next wait reports it */
		bytes += done;
		n -= (size_t)done;
	}
}

static void pty_on_reply(const char *bytes, size_t n, void *ctx)
{
	pty_send_bytes(ctx, bytes, n);
}

void pty_exec(char *const argv[])
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

void pty_start(struct pty *p, int rows, int columns, char *const argv[])
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

void pty_send(struct pty *p, const char *text)
{
	pty_send_bytes(p, text, strlen(text));
}

void pty_paste(struct pty *p, const char *text)
{
	pty_send(p, "\033[200~");
	pty_send(p, text);
	pty_send(p, "\033[201~");
}

void pty_resize(struct pty *p, int rows, int columns)
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };
	p->rows = rows;
	p->columns = columns;
	vterm_set_size(p->vt, rows, columns);
	assert_int_equal(ioctl(p->fd, TIOCSWINSZ, &size), 0);
}

VTermScreenCell pty_cell(const struct pty *p, int y, int x)
{
	VTermScreenCell cell = { 0 };
	vterm_screen_get_cell(p->screen, (VTermPos){ .row = y, .col = x }, &cell);
	return cell;
}

int pty_color(VTermColor color)
{
	return VTERM_COLOR_IS_INDEXED(&color) ? color.indexed.idx : -1;
}

void pty_cursor(const struct pty *p, int *y, int *x)
{
	VTermPos at;
	vterm_state_get_cursorpos(vterm_obtain_state(p->vt), &at);
	*y = at.row;
	*x = at.col;
}

const char *pty_text(struct pty *p)
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

/* Tracks the frames of synchronized output, so that tests look at the screen only between frames.
 */
static void pty_follow_frames(struct pty *p, const char *bytes, size_t n)
{
	static const char frame_mark[] = "\033[?2026"; /* then h begins a frame and l ends it */
	for (size_t i = 0; i < n; i++) {
		const bool whole = p->frame_matched == sizeof frame_mark - 1;
		if (whole && (bytes[i] == 'h' || bytes[i] == 'l'))
			p->in_frame = bytes[i] == 'h';
		p->n_frames += whole && bytes[i] == 'l';
		if (!whole && bytes[i] == frame_mark[p->frame_matched])
			p->frame_matched++;
		else
			p->frame_matched = bytes[i] == frame_mark[0];
	}
}

bool pty_read(struct pty *p, double seconds)
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

bool pty_has(struct pty *p, const char *text)
{
	return strstr(pty_text(p), text);
}

static bool pty_matches(struct pty *p, const char *regex)
{
	regex_t r;
	assert_int_equal(regcomp(&r, regex, REG_EXTENDED | REG_NEWLINE | REG_NOSUB), 0);
	bool matches = regexec(&r, pty_text(p), 0, NULL, 0) == 0;
	regfree(&r);
	return matches;
}

bool pty_lacks(struct pty *p, const char *text)
{
	return !pty_has(p, text);
}

/* Prints line by line, because cmocka limits the length of a message. */
static void pty_print(struct pty *p)
{
	for (const char *line = pty_text(p); *line; line += strcspn(line, "\n") + 1)
		print_error("| %.*s\n", (int)strcspn(line, "\n"), line);
}

void pty_wait_until(struct pty *p, bool (*holds)(struct pty *, const char *), const char *what,
		    const char *text)
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

void pty_wait(struct pty *p, const char *text)
{
	pty_wait_until(p, pty_has, "no", text);
}

void pty_wait_match(struct pty *p, const char *regex)
{
	pty_wait_until(p, pty_matches, "no match of", regex);
}

void pty_wait_gone(struct pty *p, const char *text)
{
	pty_wait_until(p, pty_lacks, "still", text);
}

int pty_end(struct pty *p)
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
