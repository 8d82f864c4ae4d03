/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/text.h"
#include "fields.h"

enum {
	BLOCK = 1 << 17, /* two of them and their ratings fit in a core's second-level cache */
	QUOTED_LONGEST = 1 << 16, /* a field that contains line ends */
	/* Give up without a line end by then: a few bytes may unpack to endless zeros. */
	LINE_HOPELESS = 1 << 26,
};

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static size_t reader_room(const struct reader *r)
{
	return LINE_LONGEST + 1 + r->block;
}

/* What is between the field that begins at the quote and the one before it: " " for blanks alone,
 * in a line that has no other separator from `from` on; NULL: no field begins there. */
static const char *field_before(const char *line, const char *from, const char *quote)
{
	const char *p = quote;
	while (p > line && p[-1] == ' ')
		p--;
	if (p == line || field_is_separator(p[-1]))
		return "";
	for (const char *c = from; c < p; c++)
		if (field_is_separator(*c) || (*c == ':' && c[1] == ':'))
			return NULL;
	return p < quote ? " " : NULL;
}

/* The line end of the line at p, or `end` if it has none. A quoted field that is closed soon enough
 * may contain line ends. *open: bytes after `end` may change the answer. */
static char *line_end(char *p, char *end, bool *open)
{
	char *newline = memchr(p, '\n', (size_t)(end - p)), *quote = p, *from = p;
	if (!newline)
		newline = end;
	*open = false;
	while (quote < newline && (quote = memchr(quote, '"', (size_t)(newline - quote)))) {
		const char *before = field_before(p, from, quote);
		const char *limit = end - quote > QUOTED_LONGEST ? quote + QUOTED_LONGEST : end;
		char *close = NULL;
		if (before)
			close = field_closing_quote(quote + 1, limit, *before ? before : NULL);
		*open = *open || (before && !close && limit == end);
		from = close ? close : from;
		quote = close ? close : quote + 1;
		if (quote > newline) {
			newline = memchr(quote, '\n', (size_t)(end - quote));
			newline = newline ? newline : end;
		}
	}
	return newline;
}

/* The end of the last line that bytes after `end` cannot change; NULL if there is none. */
static char *last_line_end(char *p, char *end, bool quotes)
{
	char *last = NULL;
	bool open;
	if (!quotes)
		return memrchr(p, '\n', (size_t)(end - p));
	for (char *next; p < end && (next = line_end(p, end, &open)) < end && !open; p = next + 1)
		last = next;
	return last;
}

static int reader_next_file(struct reader *r, struct err *e)
{
	int got = source_next(r->source, &r->lines.path, e);
	r->lines.number = r->lines.passed = 0;
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
	ssize_t got = encoding_read(&r->encoding, r->source, r->lines.path,
				    r->lines.first && left == 0, r->buffer + left, r->block,
				    &r->file_ended, e);
	if (got < 0)
		return (int)got;
	char *end = r->buffer + left + got;
	r->lines.quotes = !r->plain_quotes && memchr(r->buffer, '"', (size_t)(end - r->buffer));
	char *newline = r->file_ended ? end : last_line_end(r->buffer, end, r->lines.quotes);
	r->lines.end = r->file_ended ? end : newline ? newline + 1 : r->buffer;
	r->rest = r->lines.end;
	r->n_rest = (size_t)(end - r->lines.end);
	if (newline)
		r->overlong = 0;
	return 0;
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
		r->block = options->block > ENCODING_ROOM ? options->block : ENCODING_ROOM;
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
	size_t i = 0;
	while (i < length && (line[i] == ' ' || line[i] == '\t'))
		i++;
	return i == length;
}

static int64_t count_line_ends(const char *p, const char *end)
{
	int64_t n = 0;
	while ((p = memchr(p, '\n', (size_t)(end - p)))) {
		n++;
		p++;
	}
	return n;
}

bool lines_next(struct lines *l, char **line, size_t *length)
{
	while (l->at < l->end) {
		char *newline = memchr(l->at, '\n', (size_t)(l->end - l->at));
		char *end = newline ? newline : l->end;
		l->number = l->passed + 1;
		if (l->quotes && memchr(l->at, '"', (size_t)(end - l->at))) {
			bool open;
			end = line_end(l->at, l->end, &open);
			l->passed += count_line_ends(l->at, end);
		}
		*line = l->at;
		*length = (size_t)(end - l->at);
		l->at = end < l->end ? end + 1 : l->end;
		l->passed++;
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
	r->lines.number = r->lines.passed = 0;
	return 1;
}

/* Skips to the next block of the same file, which becomes its first. Nothing has been handed out
 * yet. 0 if there is none. */
static int pass_block(struct reader *r, struct err *e)
{
	const int64_t passed = r->lines.passed;
	const int got = reader_fill(r, e), status = got > 0 ? reader_tell(r, e) : got;
	if (got <= 0 || status < 0)
		return status;
	if (r->lines.first)
		return 0;
	r->lines.first = true;
	r->lines.passed = passed;
	return 1;
}

int reader_skip(struct reader *r, int64_t n, struct err *e)
{
	struct lines *l = &r->lines;
	while (n > 0) {
		char *newline = memchr(l->at, '\n', (size_t)(l->end - l->at));
		l->at = newline ? newline + 1 : l->end;
		l->passed++;
		n--;
		if (l->at < l->end)
			continue;
		const char *path = l->path;
		const int64_t lines = l->passed;
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
	const int64_t passed = r->lines.passed;
	r->rest = r->lines.at;
	r->n_rest += (size_t)(r->lines.end - r->lines.at);
	r->lines.at = r->buffer;
	const int status = read_lines(r, e);
	r->lines.passed = passed;
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
			r->lines.passed = ahead.number - 1;
			const size_t left = (size_t)(r->lines.end - line) + r->n_rest;
			return left > LINE_LONGEST || r->file_ended ? 0 : read_on(r, e);
		}
		r->lines.passed = ahead.passed;
		r->lines.at = r->lines.end;
		const int got = pass_block(r, e);
		if (got <= 0)
			return got < 0 ? got
				       : err_set(e, ERR_DATA, r->lines.path,
						 "has nothing but blank lines and comments");
	}
}

void reader_set_plain_quotes(struct reader *r)
{
	r->plain_quotes = true;
	r->lines.quotes = false;
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
