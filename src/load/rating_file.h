/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One file of ratings, or several that are read as one, as a list in the order of the files. */
#ifndef LOAD_RATING_FILE_H
#define LOAD_RATING_FILE_H

#include "autorec/load.h"
#include "layout.h"

struct rating_file {
	struct rating *list; /* [n] */
	struct times time;   /* [n]: of each rating, or NO_TIME; or none */
	size_t n, capacity;
	bool times_dropped;               /* there were times, but too few are understood */
	size_t untimed;                   /* ratings without a time that is understood */
	int64_t lines, rejected, missing; /* of all files; missing: values for "no rating" */
	int64_t blank;                    /* of them, lines of a list that have no rating */
	struct err first_rejected;
	bool first_line;                  /* that is the first line of a file */
	bool comment;                     /* that begins like a comment */
	const struct format_info *format; /* as requested; if that was NULL, as detected */
	struct layout layout;
	/* During reading: where the next block begins. */
	const char *path;
	int64_t line;    /* lines above it in the file */
	int32_t section; /* the user or item of the current section */
	/* Of a matrix. */
	int64_t rows;    /* lines so far */
	int32_t *column; /* [n_columns]: the user or item of each column; -1: left out */
	int n_summaries; /* lines and columns left out as sums and the like, and the first name */
	char summary[64];
};

/* Reads the files (named as for source_open) and adds new users and items to the maps. ERR_DATA if
 * more than 1 % of the lines are bad, or none is good. Call rating_file_done in any case. */
int rating_file_read(struct rating_file *f, char *const *paths, size_t n,
		     const struct load_options *options, struct ids *users, struct ids *items,
		     struct err *e);
void rating_file_done(struct rating_file *f);

#endif
