/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { BLOCK = 1 << 20 };

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

/* Moves what is left to the front and reads on behind it. */
static int fill(struct reader *r, struct err *e)
{
	size_t left = (size_t)(r->end - r->at);
	if (left > LINE_LONGEST)
		left = LINE_LONGEST + 1; /* of an overlong line this much shows that it is one */
	memmove(r->buffer, r->at, left);
	r->at = r->buffer;
	r->end = r->buffer + left;
	int got = gzread(r->file, r->end, (unsigned)(BLOCK - left));
	int status = check_gzip(r, got, e);
	if (status < 0)
		return status;
	r->end += got;
	r->ended = got < (int)(BLOCK - left);
	const struct load_options *o = r->options;
	double done = r->bytes > 0 ? (double)gzoffset(r->file) / r->bytes : 1;
	if (o && o->progress && !o->progress(o->ctx, done < 1 ? done : 1))
		return err_set(e, ERR_INTERRUPTED, r->path, "stopped; nothing was loaded");
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
	r->buffer = malloc(BLOCK);
	return r->file && r->buffer ? 0 : err_set(e, ERR_NOMEM, r->path, "out of memory");
}

int reader_open(struct reader *r, const char *path, const struct load_options *options, struct err *e)
{
	static const char mark[] = "\xef\xbb\xbf"; /* UTF-8's byte order mark */
	*r = (struct reader){ .path = path, .options = options };
	int status = open_file(r, e);
	r->at = r->end = r->buffer;
	if (status == 0)
		status = fill(r, e);
	if (status == 0 && r->at == r->end)
		status = err_set(e, ERR_DATA, path, "is empty, expected lines of ratings or titles");
	if (status == 0 && !is_text(r->at, (size_t)(r->end - r->at)))
		status = err_set(e, ERR_DATA, path, "is not text, expected lines of ratings or titles, plain or .gz");
	if (status < 0)
		reader_close(r);
	else if (r->end - r->at >= 3 && !memcmp(r->at, mark, 3))
		r->at += 3;
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

int reader_next(struct reader *r, char **line, size_t *length, struct err *e)
{
	for (;;) {
		char *newline = memchr(r->at, '\n', (size_t)(r->end - r->at));
		if (!newline && !r->ended) {
			int status = fill(r, e);
			if (status < 0)
				return status;
			continue;
		}
		if (r->at == r->end)
			return 0;
		char *end = newline ? newline : r->end;
		*line = r->at;
		*length = (size_t)(end - r->at);
		r->at = newline ? newline + 1 : r->end;
		r->line++;
		if (*length > 0 && end[-1] == '\r')
			--*length;
		if (!says_nothing(*line, *length))
			return 1;
	}
}

const char *reader_place(const struct reader *r, size_t offset, char *out, size_t size)
{
	snprintf(out, size, "%.200s:%lld:%zu", path_base(r->path), (long long)r->line, offset + 1);
	return out;
}
