/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A text file, or several that are read as one, in blocks of whole lines or line by line.  Lines
 * are handed out in place, without their ends (LF or CRLF), a byte order mark, blank lines and
 * comments (#). */
#ifndef LOAD_READER_H
#define LOAD_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "autorec/load.h"
#include "source.h"

/* A longer line comes as its first bytes, one more than this. */
enum { LINE_LONGEST = 1 << 16 };

/* Whole lines of one file that lie in memory. */
struct lines {
	const char *path;
	bool first;     /* its first ones */
	char *at, *end; /* those not yet handed out */
	int64_t number; /* of the line last handed out, counted from 1 in the file or in a later
			   block of it */
};
/* The next one that says something, in place; false at the end. */
bool lines_next(struct lines *l, char **line, size_t *length);

struct reader {
	struct source *source;
	size_t block; /* bytes to read at a time */
	char *buffer; /* [reader_room], with the lines read and not yet handed out */
	struct lines lines;
	char *rest; /* of a line that goes on in the next block, [n_rest]: in the buffer read last
		     */
	size_t n_rest;
	size_t overlong; /* bytes of the line that begins at rest and that were left out so far */
	bool file_ended; /* nothing is left of the file behind the buffer */
	const struct load_options *options; /* for its progress and block */
};

/* Opens the files and reads the first block.  ERR_DATA when one is missing, a folder, forbidden or
 * not text, or all are empty.  The paths are as source_open wants them. */
int reader_open(struct reader *r, char *const *paths, size_t n, const struct load_options *options,
		struct err *e);
void reader_close(struct reader *r);

/* Both return 1 with something, 0 at the end, negative on an error (as reader_open, ERR_IO,
 * ERR_NOMEM, ERR_DATA for a damaged or endless file, and the first ERR_INTERRUPTED); use one or the
 * other. */
/* A line, which lasts until the next call. */
int reader_next(struct reader *r, char **line, size_t *length, struct err *e);
/* A block, in *buffer, which is the caller's to free; what *buffer held before (NULL, or an older
 * block) is used for the next one.  The block that was handed out last must still be there. */
int reader_next_block(struct reader *r, char **buffer, struct lines *lines, struct err *e);

/* Both before anything is handed out, which then begins where they end. */
/* Passes over the first n lines, of whatever kind.  ERR_DATA when there are no more. */
int reader_skip(struct reader *r, int64_t n, struct err *e);
/* Goes to the first line that says something, with a good many behind it in memory.  ERR_DATA when
 * there is none. */
int reader_find_first(struct reader *r, struct err *e);

/* Tells the options' progress how far it got.  ERR_INTERRUPTED when that wants to stop. */
int reader_tell(const struct reader *r, struct err *e);

/* "file:line:column" of a byte (from 0) of a line, in out (size bytes). */
const char *reader_place(const char *path, int64_t line, size_t offset, char *out, size_t size);

/* The file's name without its folders. */
const char *path_base(const char *path);

#endif
