/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/text.h"

enum {
	BLOCK = 1 << 17, /* two of them and their ratings fit in a core's second-level cache */
	/* Give up without a line end by then: a few bytes may unpack to endless zeros. */
	LINE_HOPELESS = 1 << 26,
};

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

/* Text has few control characters besides line ends and tabs. Of random bytes, a ninth are such. */
static bool is_text(const char *bytes, size_t n)
{
	size_t controls = 0;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)bytes[i];
		controls += c < 0x20 && c != '\n' && c != '\r' && c != '\t';
	}
	return controls <= n / 32 + 3;
}

static size_t reader_room(const struct reader *r)
{
	return LINE_LONGEST + 1 + r->block;
}

/* Inspects a file's first bytes, [*n] at start. Returns 0 for text, and removes the
 * byte order mark. */
static int begin_text(const struct reader *r, char *start, size_t *n, struct err *e)
{
	static const char mark[] = "\xef\xbb\xbf"; /* of UTF-8 */
	if (!is_text(start, *n))
		return err_set(e, ERR_DATA, r->lines.path,
			       "is not text, expected lines of ratings or titles, plain, .gz, or "
			       "in a .zip or .tar");
	if (*n >= 3 && !memcmp(start, mark, 3))
		memmove(start, start + 3, *n -= 3);
	return 0;
}

static int reader_next_file(struct reader *r, struct err *e)
{
	int got = source_next(r->source, &r->lines.path, e);
	r->lines.number = 0;
	r->file_ended = got <= 0;
	r->n_rest = r->overlong = 0;
	return got;
}

/* Reads bytes after the rest of the previous block, and finds the whole lines. */
static int read_lines(struct reader *r, struct err *e)
{
	size_t left = r->n_rest < LINE_LONGEST + 1 ? r->n_rest : LINE_LONGEST + 1;
	memmove(r->buffer, r->rest,
		left); /* keeps enough of a long line to show that it is too long */
	r->overlong += r->n_rest - left;
	if (r->overlong > LINE_HOPELESS)
		return err_set(e, ERR_DATA, r->lines.path,
			       "a line is longer than %d MiB, expected lines of ratings or titles",
			       LINE_HOPELESS >> 20);
	ssize_t got = source_read(r->source, r->buffer + left, r->block, e);
	if (got < 0)
		return (int)got;
	size_t n = (size_t)got;
	r->file_ended = n < r->block;
	int status = r->lines.first && left == 0 ? begin_text(r, r->buffer, &n, e) : 0;
	char *end = r->buffer + left + n,
	     *newline = memrchr(r->buffer, '\n', (size_t)(end - r->buffer));
	r->lines.end = r->file_ended ? end : newline ? newline + 1 : r->buffer;
	r->rest = r->lines.end;
	r->n_rest = (size_t)(end - r->lines.end);
	if (newline)
		r->overlong = 0;
	return status;
}

/* Reads the next block, with lines of one file; 0 if there is none. */
static int reader_fill(struct reader *r, struct err *e)
{
	int status = 1;
	r->lines.at = r->lines.end = r->buffer;
	r->lines.first = false;
	while (status > 0 && r->lines.end == r->buffer) {
		if (r->file_ended) {
			r->lines.first = true;
			status = reader_next_file(r, e);
		}
		if (status > 0) {
			int failed = read_lines(r, e);
			status = failed < 0 ? failed : 1;
		}
	}
	return status;
}

int reader_open(struct reader *r, char *const *paths, size_t n, const struct load_options *options,
		struct err *e)
{
	*r = (struct reader){ .options = options, .block = BLOCK, .file_ended = true };
	if (options && options->block > 0)
		r->block = options->block;
	const struct input_wait wait = source_wait(options);
	int status = source_open(&r->source, paths, n, options && options->pipes, &wait, e);
	if (status == 0 && !(r->buffer = malloc(reader_room(r))))
		status = err_set(e, ERR_NOMEM, paths[0], "out of memory");
	r->rest = r->buffer;
	int got = status == 0 ? reader_fill(r, e) : status;
	if (got == 0)
		got = err_set(e, ERR_DATA, paths[0],
			      "is empty, expected lines of ratings or titles");
	status = got < 0 ? got : reader_tell(r, e);
	if (status < 0)
		reader_close(r);
	return status;
}

void reader_close(struct reader *r)
{
	source_close(r->source);
	free(r->buffer);
	*r = (struct reader){ 0 };
}

static bool says_nothing(const char *line, size_t length)
{
	if (length > 0 && line[0] > '#')
		return false;
	size_t i = 0;
	while (i < length && (line[i] == ' ' || line[i] == '\t'))
		i++;
	return i == length || line[0] == '#';
}

bool lines_next(struct lines *l, char **line, size_t *length)
{
	while (l->at < l->end) {
		char *newline = memchr(l->at, '\n', (size_t)(l->end - l->at));
		char *end = newline ? newline : l->end;
		*line = l->at;
		*length = (size_t)(end - l->at);
		l->at = newline ? newline + 1 : l->end;
		l->number++;
		if (*length > 0 && end[-1] == '\r')
			--*length;
		if (!says_nothing(*line, *length))
			return true;
	}
	return false;
}

int reader_next(struct reader *r, char **line, size_t *length, struct err *e)
{
	while (!lines_next(&r->lines, line, length)) {
		int got = reader_fill(r, e), status = got > 0 ? reader_tell(r, e) : got;
		if (got == 0 || status < 0)
			return status;
	}
	return 1;
}

int reader_next_block(struct reader *r, char **buffer, struct lines *lines, struct err *e)
{
	if (!*buffer && !(*buffer = malloc(reader_room(r))))
		return err_set(e, ERR_NOMEM, r->lines.path, "out of memory");
	int got = r->lines.at == r->lines.end ? reader_fill(r, e)
					      : 1; /* the first block has been read */
	if (got <= 0)
		return got;
	char *filled = r->buffer;
	r->buffer = *buffer;
	*buffer = filled;
	*lines = r->lines;
	r->lines.at = r->lines.end;
	r->lines.number = 0;
	return 1;
}

/* Skips to the next block of the same file, which becomes its first. Nothing has been handed out
 * yet. 0 if there is none. */
static int pass_block(struct reader *r, struct err *e)
{
	const int64_t number = r->lines.number;
	const int got = reader_fill(r, e), status = got > 0 ? reader_tell(r, e) : got;
	if (got <= 0 || status < 0)
		return status;
	if (r->lines.first)
		return 0;
	r->lines.first = true;
	r->lines.number = number;
	return 1;
}

int reader_skip(struct reader *r, int64_t n, struct err *e)
{
	struct lines *l = &r->lines;
	while (n > 0) {
		char *newline = memchr(l->at, '\n', (size_t)(l->end - l->at));
		l->at = newline ? newline + 1 : l->end;
		l->number++;
		n--;
		if (l->at < l->end)
			continue;
		const char *path = l->path;
		const int64_t lines = l->number;
		const int got = pass_block(r, e);
		if (got < 0)
			return got;
		if (got == 0)
			return err_set(e, ERR_DATA, path,
				       "has only %lld lines, all of them skipped",
				       (long long)lines);
	}
	return 0;
}

/* Reads more after the current lines, which are few. */
static int read_on(struct reader *r, struct err *e)
{
	const int64_t number = r->lines.number;
	r->rest = r->lines.at;
	r->n_rest += (size_t)(r->lines.end - r->lines.at);
	r->lines.at = r->buffer;
	const int status = read_lines(r, e);
	r->lines.number = number;
	return status;
}

int reader_find_first(struct reader *r, struct err *e)
{
	for (;;) {
		struct lines ahead = r->lines;
		char *line;
		size_t length;
		if (lines_next(&ahead, &line, &length)) {
			r->lines.at = line;
			r->lines.number = ahead.number - 1;
			const size_t left = (size_t)(r->lines.end - line) + r->n_rest;
			return left > LINE_LONGEST || r->file_ended ? 0 : read_on(r, e);
		}
		r->lines.number = ahead.number;
		r->lines.at = r->lines.end;
		const int got = pass_block(r, e);
		if (got <= 0)
			return got < 0 ? got
				       : err_set(e, ERR_DATA, r->lines.path,
						 "has nothing but blank lines and comments");
	}
}

int reader_tell(const struct reader *r, struct err *e)
{
	const struct load_options *o = r->options;
	if (o && o->progress && !o->progress(o->ctx, source_fraction(r->source)))
		return err_set(e, ERR_INTERRUPTED, r->lines.path, "stopped; nothing was loaded");
	return 0;
}

const char *reader_place(const char *path, int64_t line, size_t offset, char *out, size_t size)
{
	const char *name = path_base(path);
	snprintf(out, size, "%.*s:%lld:%zu", text_head(name, 200), name, (long long)line,
		 offset + 1);
	return out;
}
