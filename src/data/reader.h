/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A text file, plain or gzipped, line by line.  Lines are handed out in place, without their ends (LF or
 * CRLF), a byte order mark, blank lines and comments (#); they last until the next call. */
#ifndef DATA_READER_H
#define DATA_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

#include "autorec/dataset.h"

/* A longer line comes as its first bytes, one more than this. */
enum { LINE_LONGEST = 1 << 16 };

struct reader {
	const char *path; /* not owned */
	gzFile file;
	char *buffer, *at, *end; /* what was read and not yet handed out: at .. end */
	int64_t line;            /* number of the line last handed out, from 1 */
	double bytes;            /* of the file, as it is stored */
	bool ended;              /* nothing is left behind the buffer */
	const struct load_options *options; /* for its progress */
};

/* Opens it and reads the first block.  ERR_DATA when it is missing, a folder, forbidden, empty, or not text. */
int reader_open(struct reader *r, const char *path, const struct load_options *options, struct err *e);
void reader_close(struct reader *r);

/* 1: a line, 0: the end, negative: an error (ERR_IO, ERR_DATA for damaged gzip, ERR_INTERRUPTED). */
int reader_next(struct reader *r, char **line, size_t *length, struct err *e);

/* "file:line:column" of a byte (from 0) of the line last handed out, in out (size bytes). */
const char *reader_place(const struct reader *r, size_t offset, char *out, size_t size);

/* The file's name without its folders. */
const char *path_base(const char *path);

#endif
