/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "autorec/fd.h"
#include "autorec/mem.h"

void output_start(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		const int useless = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", useless); /* returns the lowest free number, fd */
	}
}

/* Writes text without control characters.  `lines` keeps the line ends. */
static int put(int fd, const char *bytes, size_t length, bool lines,
	       const volatile sig_atomic_t *stopped)
{
	char tame[4096];
	int status = 0;
	for (const char *end = bytes + length; status == 0 && bytes < end;)
		status = fd_write_unless(fd, tame, text_tame(&bytes, end, lines, tame, sizeof tame),
					 stopped);
	return status;
}

static int unwritable(struct err *e)
{
	return err_set(e, ERR_IO, "stdout", "cannot be written: %s", strerror(errno));
}

int output_text(const struct text *text, const volatile sig_atomic_t *stopped, struct err *e)
{
	if (text->failed)
		return err_set(e, ERR_NOMEM, "stdout", "out of memory for the output");
	return put(STDOUT_FILENO, text->bytes, text->length, true, stopped) < 0 ? unwritable(e) : 0;
}

int output_json(const json_t *object, const volatile sig_atomic_t *stopped, struct err *e)
{
	char *line = object ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(17)) : NULL;
	/* jansson may omit a part of the text instead of reporting a failed allocation. */
	if (mem_failed() || !line) {
		free(line);
		return err_set(e, ERR_NOMEM, "stdout", "out of memory for a line of JSON");
	}
	const size_t n = strlen(line);
	/* The line end replaces the terminating zero.  It is the only control character in the
	 * line, because jansson escapes those in strings. */
	line[n] = '\n';
	const int status = put(STDOUT_FILENO, line, n + 1, true, stopped) < 0 ? unwritable(e) : 0;
	free(line);
	return status;
}

void output_error(const char *format, ...)
{
	char message[2048];
	va_list ap;
	va_start(ap, format);
	vsnprintf(message, sizeof message, format, ap);
	va_end(ap);
	put(STDERR_FILENO, "autorec: ", 9, false, NULL);
	put(STDERR_FILENO, message, strlen(message), false, NULL);
	put(STDERR_FILENO, "\n", 1, true, NULL);
}

int output_end(int status)
{
	struct err e;
	char text[sizeof e.where + sizeof e.message + 4];
	/* Some file systems report errors only when a file is closed. */
	const int failed = fclose(stdout) != 0 && errno != EINTR ? unwritable(&e) : 0;
	if (failed < 0 && status == 0)
		output_error("%s", err_text(&e, text, sizeof text));
	return status == 0 ? err_exit_status(failed) : status;
}
