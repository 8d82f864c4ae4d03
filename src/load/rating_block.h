/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A block of whole lines of a ratings file, which one thread parses.  The maps of ids do not grow
 * meanwhile: an id that is missing is noted in the block. */
#ifndef LOAD_RATING_BLOCK_H
#define LOAD_RATING_BLOCK_H

#include "rating_file.h"
#include "rating_line.h"

/* The users or the items of a block. */
struct block_ids {
	/* Of the previous line, with its index: files are often sorted by one of the two. */
	struct field last;
	int32_t last_index;
	struct new_id {
		const char *text; /* in the block */
		uint32_t length;  /* if text is NULL: the place of a line without id, from 0 */
		int32_t index;    /* once it is added */
	} * list;                 /* [n]: in the order of the file, possibly repeated */
	size_t n, capacity;
};

/* The user or item of a rating whose section began in an earlier block. */
enum { INHERITED = INT32_MIN };

struct block {
	char *buffer;
	struct lines lines;
	struct rating *list; /* [n]; user or item ~i is the i-th new one */
	/* The current section; at the end, that of the first lines of the next block. */
	int32_t section;
	int32_t inherited; /* the section of its INHERITED ratings */
	/* Of a matrix: the lines so far, and [n_columns + 1] fields of the current one. */
	uint32_t rows;
	struct field *fields;
	struct times time; /* [n]: if lines have a time */
	size_t n, capacity;
	size_t untimed;
	size_t place; /* of these ratings in the file's list */
	struct block_ids users, items;
	int64_t rejected, missing, blank;
	int n_summaries; /* lines of a matrix that are left out, and the first name */
	struct field summary;
	struct err bad; /* the first rejected line: message and place */
	int64_t bad_line;
	bool bad_comment; /* it begins like a comment */
	size_t bad_offset;
	int status;
};

/* What parsing needs besides the block. */
struct context {
	const struct rating_file *file;
	const struct load_options *options;
	const struct ids *users, *items;
	bool timed; /* lines have a time */
};

/* Parses the lines of the block.  Rejected lines are counted; b->status is 0 or ERR_NOMEM. */
void rating_block_parse(struct block *b, const struct context *c);

#endif
