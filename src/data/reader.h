/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A text file, plain or gzipped, in blocks of whole lines or line by line.  Lines are handed out in place,
 * without their ends (LF or CRLF), a byte order mark, blank lines and comments (#). */
#ifndef DATA_READER_H
#define DATA_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

#include "autorec/dataset.h"

/* A longer line comes as its first bytes, one more than this. */
enum { LINE_LONGEST = 1 << 16 };

/* Whole lines that lie in memory. */
struct lines {
	char *at, *end; /* those not yet handed out */
	int64_t number; /* of the line last handed out, counted from 1 */
};
/* The next one that says something, in place; false at the end. */
bool lines_next(struct lines *l, char **line, size_t *length);

struct reader {
	const char *path; /* not owned */
	gzFile file;
	size_t block;       /* bytes to read at a time */
	char *buffer;       /* [reader_room], with the lines read and not yet handed out */
	struct lines lines;
	char *rest;         /* of a line that goes on in the next block, [n_rest]: in the buffer read last */
	size_t n_rest;
	double bytes;       /* of the file, as it is stored */
	bool ended;         /* nothing is left behind the buffer */
	const struct load_options *options; /* for its progress and block */
};

/* Opens it and reads the first block.  ERR_DATA when it is missing, a folder, forbidden, empty, or not text. */
int reader_open(struct reader *r, const char *path, const struct load_options *options, struct err *e);
void reader_close(struct reader *r);

/* Both return 1 with something, 0 at the end, negative on an error (ERR_IO, ERR_DATA for damaged gzip, ERR_NOMEM,
 * and the first ERR_INTERRUPTED); use one or the other. */
/* A line, which lasts until the next call. */
int reader_next(struct reader *r, char **line, size_t *length, struct err *e);
/* A block, in *buffer, which is the caller's to free; what *buffer held before (NULL, or an older block) is used for
 * the next one.  The block that was handed out last must still be there. */
int reader_next_block(struct reader *r, char **buffer, struct lines *lines, struct err *e);

/* Tells the options' progress how far it got.  ERR_INTERRUPTED when that wants to stop. */
int reader_tell(const struct reader *r, struct err *e);

/* "file:line:column" of a byte (from 0) of a line, in out (size bytes). */
const char *reader_place(const char *path, int64_t line, size_t offset, char *out, size_t size);

/* The file's name without its folders. */
const char *path_base(const char *path);

#endif
