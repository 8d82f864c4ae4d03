/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs files of commands.  A batch runs each line as soon as it has read it, so a script can come
 * through a pipe.  A screen queues the lines. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "autorec/command.h"
#include "autorec/script.h"
#include "autorec/input.h"

enum { DEEPEST = 8, LONGEST_LINE = 1 << 20 };

static bool script_go_on(void *ctx)
{
	const struct session *s = ctx;
	return !(s->host.interrupted && *s->host.interrupted);
}

static int open_script(const struct session *s, const char *path, FILE **out, struct err *e)
{
	const struct input_wait pipes = { script_go_on, (void *)s };
	*out = stdin;
	if (!strcmp(path, "-") && s->host.enqueue && isatty(STDIN_FILENO))
		return err_set(e, ERR_USAGE, path,
			       "is the terminal, which the screen uses; name a file");
	if (!strcmp(path, "-") && (fcntl(STDIN_FILENO, F_GETFL) & O_ACCMODE) == O_WRONLY)
		return err_set(
			e, ERR_USAGE, path,
			"is stdin, which is not open for reading; name a file, or send commands");
	if (!strcmp(path, "-"))
		return 0;
	const int fd = input_open(path, s->host.enqueue ? NULL : &pipes, e);
	if (fd < 0)
		return fd;
	/* From now on, reading from a pipe waits for the next line. */
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	*out = fdopen(fd, "r");
	if (*out)
		return 0;
	close(fd);
	return err_set(e, ERR_NOMEM, path, "out of memory");
}

/* Reads the next line, without its line end.  Returns 1, or 0 after the last. */
static int read_line(const struct session *s, FILE *f, struct text *line, struct err *e)
{
	text_clear(line);
	for (;;) {
		errno = 0;
		const int c = getc(f);
		if (c == EOF && ferror(f) && errno == EINTR && script_go_on((void *)s)) {
			clearerr(f);
			continue;
		}
		if (c == EOF && ferror(f))
			return errno == EINTR
				       ? err_set(e, ERR_INTERRUPTED, NULL, "stopped by a signal")
				       : err_set(e, ERR_IO, NULL, "cannot be read: %s",
						 strerror(errno));
		if (c == 0)
			return err_set(e, ERR_DATA, NULL, "a NUL byte, expected lines of commands");
		if (c == EOF && line->length == 0)
			return 0;
		if (c == '\n' || c == EOF)
			break;
		if (line->length == LONGEST_LINE)
			return err_set(e, ERR_DATA, NULL,
				       "the line is longer than %d bytes, expected a command",
				       LONGEST_LINE);
		text_add(line, &(const char){ (char)c }, 1);
	}
	while (line->length > 0 && line->bytes[line->length - 1] == '\r')
		line->bytes[--line->length] = 0;
	return line->failed ? err_set(e, ERR_NOMEM, NULL, "out of memory") : 1;
}

/* Removes the byte order mark that some editors write at the start of a file. */
static void drop_mark(struct text *line)
{
	static const char mark[] = "\xef\xbb\xbf";
	const size_t n = sizeof mark - 1;
	if (line->length >= n && !memcmp(line->bytes, mark, n))
		memmove(line->bytes, line->bytes + n, (line->length -= n) + 1);
}

static int run_lines(struct session *s, FILE *f, const char *path, char *verb, struct err *e)
{
	struct text line = { 0 };
	int number = 0, status = 0, got;
	do {
		number++;
		got = read_line(s, f, &line, e);
		status = got < 0 ? got : 0;
		if (number == 1 && got > 0)
			drop_mark(&line);
		if (got > 0)
			status = s->host.enqueue
					 ? s->host.enqueue(s->host.ctx,
							   line.bytes ? line.bytes : "", e)
					 : command_run(s, line.bytes ? line.bytes : "", verb, e);
	} while (got > 0 && status == 0 && !s->quit && script_go_on(s));
	text_done(&line);
	if (status < 0) {
		const struct err inner = *e;
		char where[sizeof e->where + 4];
		snprintf(where, sizeof where, "%s:%d%s%.*s", path, number,
			 inner.where[0] ? ": " : "", text_head(inner.where, 100), inner.where);
		err_set(e, status, where, "%s", inner.message);
	}
	return status;
}

int command_run_file(struct session *s, const char *path, char *verb, struct err *e)
{
	FILE *f;
	if (s->depth == DEEPEST)
		return err_set(e, ERR_FAILED, path, "scripts call each other more than %d deep",
			       DEEPEST);
	int status = open_script(s, path, &f, e);
	if (status < 0)
		return status;
	const bool before = s->commands_on_stdin;
	s->commands_on_stdin = before || f == stdin;
	s->depth++;
	status = run_lines(s, f, path, verb, e);
	s->depth--;
	s->commands_on_stdin = before;
	if (f != stdin)
		fclose(f);
	return status;
}
