/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A text file, or several that are read as one, in blocks of whole lines or line by line. Lines are
 * handed out in place, without line ends (LF, CRLF or CR), as UTF-8 if the file is UTF-16. A line
 * goes on after a line end within quotes, unless they are said to be plain. A byte order mark and
 * blank lines are skipped. */
#ifndef LOAD_READER_H
#define LOAD_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "autorec/load.h"
#include "encoding.h"
#include "source.h"

/* The longest line. A longer one is cut to one byte more than this. */
enum { LINE_LONGEST = 1 << 20 };

/* Whole lines of one file in memory. */
struct lines {
	const char *path;
	bool first;     /* the first lines of the file */
	bool quotes;    /* there are quotes in it */
	char *at, *end; /* the lines not yet handed out */
	/* Of the line last handed out, counted from 1 in the file, or in a later block of it. */
	int64_t number;
	int64_t passed; /* line ends so far: more than `number` if that line has several */
};
/* The next line that is not blank, in place; false at the end. */
bool lines_next(struct lines *l, char **line, size_t *length);

struct reader {
	struct source *source;
	size_t block; /* bytes to read at a time */
	char *buffer; /* [reader_room]: lines that were read but not yet handed out */
	struct lines lines;
	char *rest; /* [n_rest], in the buffer read last: a line that continues in the next block */
	size_t n_rest;
	size_t overlong;          /* bytes left out so far of the line that begins at rest */
	struct encoding encoding; /* of the current file */
	bool file_ended;          /* the file has nothing after the buffer */
	bool plain_quotes;        /* no line goes on after a line end within quotes */
	const struct load_options *options; /* for progress and block */
};

/* Opens the files and reads the first block. ERR_DATA if a file is missing, a folder, forbidden or
 * not text, or if all are empty. The paths are as for source_open. */
int reader_open(struct reader *r, char *const *paths, size_t n, const struct load_options *options,
		struct err *e);
void reader_close(struct reader *r);

/* Two ways to read; use only one. Both return 1 with a result, 0 at the end, or an error: those of
 * reader_open, ERR_IO, ERR_NOMEM, ERR_DATA for a damaged or endless file; reader_next_block also
 * ERR_INTERRUPTED. */
/* Reads a line, which is valid until the next call. */
int reader_next(struct reader *r, char **line, size_t *length, struct err *e);
/* Reads a block into *buffer, which the caller frees. The old *buffer (NULL, or an earlier block)
 * is reused for the next one. The block that was handed out last must still exist. */
int reader_next_block(struct reader *r, char **buffer, struct lines *lines, struct err *e);

/* Call both before anything is handed out. Reading then begins where they end. */
/* Skips the first n lines of any kind. ERR_DATA if there are fewer. */
int reader_skip(struct reader *r, int64_t n, struct err *e);
/* Goes to the first line that is not blank, with a good number of lines after it in
 * memory. ERR_DATA if there is none. */
int reader_find_first(struct reader *r, struct err *e);
/* Says that every line end ends a line, as in JSON Lines. */
void reader_set_plain_quotes(struct reader *r);

/* Reports how far reading got to the options' progress. ERR_INTERRUPTED if it asks to stop. */
int reader_tell(const struct reader *r, struct err *e);

/* Writes "file:line:column" for a byte (from 0) of a line to out (size bytes). */
const char *reader_place(const char *path, int64_t line, size_t offset, char *out, size_t size);

/* The file's name without its folders. */
const char *path_base(const char *path);

#endif
