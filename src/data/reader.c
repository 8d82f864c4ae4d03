/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { BLOCK = 1 << 17 }; /* two of them and their ratings lie in a core's second cache */

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

/* Few texts have control characters other than line ends and tabs; of random bytes they are a ninth. */
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

static int check_gzip(struct reader *r, int got, struct err *e)
{
	int status;
	const char *message = gzerror(r->file, &status); /* "path: what" */
	const char *what = strrchr(message, ':');
	if (status == Z_ERRNO)
		return err_set(e, ERR_IO, r->path, "cannot be read: %s", strerror(errno));
	if (status == Z_BUF_ERROR)
		return err_set(e, ERR_DATA, r->path, "the compressed file ends too early; fetch it again");
	if (got < 0)
		return err_set(e, ERR_DATA, r->path, "the compressed file is damaged (%s); fetch it again",
			       what && what[1] == ' ' ? what + 2 : message);
	return 0;
}

/* A block: the rest of the one before, and on from there. */
static int fill(struct reader *r, struct err *e)
{
	r->lines.at = r->lines.end = r->buffer;
	while (r->lines.end == r->buffer && !r->ended) {
		size_t left = r->n_rest < LINE_LONGEST + 1 ? r->n_rest : LINE_LONGEST + 1;
		memmove(r->buffer, r->rest, left); /* of an overlong line this much shows that it is one */
		int got = gzread(r->file, r->buffer + left, (unsigned)r->block);
		int status = check_gzip(r, got, e);
		if (status < 0)
			return status;
		r->ended = (size_t)got < r->block;
		char *end = r->buffer + left + got, *newline = memrchr(r->buffer, '\n', (size_t)(end - r->buffer));
		r->lines.end = r->ended ? end : newline ? newline + 1 : r->buffer;
		r->rest = r->lines.end;
		r->n_rest = (size_t)(end - r->lines.end);
	}
	return 0;
}

static int open_file(struct reader *r, struct err *e)
{
	struct stat st;
	if (stat(r->path, &st) < 0)
		return err_set(e, ERR_DATA, r->path, "cannot be opened: %s", strerror(errno));
	if (S_ISDIR(st.st_mode))
		return err_set(e, ERR_DATA, r->path, "is a folder, expected a file");
	r->bytes = (double)st.st_size;
	errno = 0;
	r->file = gzopen(r->path, "rbe");
	if (!r->file && errno != 0 && errno != ENOMEM)
		return err_set(e, ERR_DATA, r->path, "cannot be opened: %s", strerror(errno));
	r->buffer = malloc(reader_room(r));
	return r->file && r->buffer ? 0 : err_set(e, ERR_NOMEM, r->path, "out of memory");
}

int reader_open(struct reader *r, const char *path, const struct load_options *options, struct err *e)
{
	static const char mark[] = "\xef\xbb\xbf"; /* UTF-8's byte order mark */
	*r = (struct reader){ .path = path, .options = options, .block = BLOCK };
	if (options && options->block > 0)
		r->block = options->block;
	int status = open_file(r, e);
	r->rest = r->buffer;
	if (status == 0)
		status = fill(r, e);
	struct lines *l = &r->lines;
	size_t length = (size_t)(l->end - l->at);
	if (status == 0 && length == 0)
		status = err_set(e, ERR_DATA, path, "is empty, expected lines of ratings or titles");
	if (status == 0 && !is_text(l->at, length))
		status = err_set(e, ERR_DATA, path, "is not text, expected lines of ratings or titles, plain or .gz");
	if (status == 0)
		status = reader_tell(r, e);
	if (status < 0)
		reader_close(r);
	else if (length >= 3 && !memcmp(l->at, mark, 3))
		l->at += 3;
	return status;
}

void reader_close(struct reader *r)
{
	if (r->file)
		gzclose(r->file);
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
		if (r->ended)
			return 0;
		int status = fill(r, e);
		if (status == 0)
			status = reader_tell(r, e);
		if (status < 0)
			return status;
	}
	return 1;
}

int reader_next_block(struct reader *r, char **buffer, struct lines *lines, struct err *e)
{
	if (!*buffer && !(*buffer = malloc(reader_room(r))))
		return err_set(e, ERR_NOMEM, r->path, "out of memory");
	int status = r->lines.at == r->lines.end ? fill(r, e) : 0; /* the first one is there */
	if (status < 0 || r->lines.at == r->lines.end)
		return status;
	char *filled = r->buffer;
	r->buffer = *buffer;
	*buffer = filled;
	*lines = r->lines;
	r->lines.at = r->lines.end;
	return 1;
}

int reader_tell(const struct reader *r, struct err *e)
{
	const struct load_options *o = r->options;
	double done = r->bytes > 0 ? (double)gzoffset(r->file) / r->bytes : 1;
	if (o && o->progress && !o->progress(o->ctx, done < 1 ? done : 1))
		return err_set(e, ERR_INTERRUPTED, r->path, "stopped; nothing was loaded");
	return 0;
}

const char *reader_place(const char *path, int64_t line, size_t offset, char *out, size_t size)
{
	snprintf(out, size, "%.200s:%lld:%zu", path_base(path), (long long)line, offset + 1);
	return out;
}
