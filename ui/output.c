/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "autorec/mem.h"

void output_start(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", O_RDONLY); /* the lowest number that is free: fd */
}

static void put(FILE *out, const char *bytes, size_t length, bool lines)
{
	char tame[4096];
	for (const char *end = bytes + length; bytes < end;) {
		const size_t n = text_tame(&bytes, end, lines, tame, sizeof tame);
		fwrite(tame, 1, n, out);
	}
}

static int sent(struct err *e)
{
	return fflush(stdout) == 0 && !ferror(stdout)
		       ? 0
		       : err_set(e, ERR_IO, "stdout", "cannot be written: %s", strerror(errno));
}

int output_text(const struct text *text, struct err *e)
{
	if (text->failed)
		return err_set(e, ERR_NOMEM, "stdout", "out of memory for what was to be printed");
	put(stdout, text->bytes, text->length, true);
	return sent(e);
}

int output_json(const json_t *object, struct err *e)
{
	char *line = object ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(17)) : NULL;
	if (mem_failed() || !line) { /* of a failed allocation jansson does not always tell, and
					leaves a part out */
		free(line);
		return err_set(e, ERR_NOMEM, "stdout", "out of memory for a line of JSON");
	}
	put(stdout, line, strlen(line),
	    false); /* a string's own control characters are \u0007 and the like */
	putchar('\n');
	free(line);
	return sent(e);
}

void output_error(const char *format, ...)
{
	char message[2048];
	va_list ap;
	va_start(ap, format);
	vsnprintf(message, sizeof message, format, ap);
	va_end(ap);
	fputs("autorec: ", stderr);
	put(stderr, message, strlen(message), false);
	putc('\n', stderr);
}

int output_end(int status)
{
	struct err e;
	char text[sizeof e.where + sizeof e.message + 4];
	int failed = sent(&e);
	if (failed == 0 && fclose(stdout) != 0) /* some file systems tell only then */
		failed = err_set(&e, ERR_IO, "stdout", "cannot be written: %s", strerror(errno));
	if (failed < 0 && status == 0)
		output_error("%s", err_text(&e, text, sizeof text));
	return status == 0 ? err_exit_status(failed) : status;
}
