/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One file of ratings, or several that are read as one, as a list in the files' order. */
#ifndef LOAD_RATING_FILE_H
#define LOAD_RATING_FILE_H

#include "autorec/load.h"
#include "layout.h"

struct rating_file {
	struct rating *list; /* [n] */
	size_t n, capacity;
	int64_t lines, rejected; /* of all files */
	struct err first_rejected;
	const struct format_info *format; /* as asked for, or as found when it was NULL */
	struct layout layout;
	/* While it is read: where the next block stands. */
	const char *path;
	int64_t line;    /* lines of the file above it */
	int32_t section; /* the item of the section that goes on */
};

/* Reads the files (as source_open wants them); users and items that are new are added to the maps.
 * More than 1 % bad lines, or none that is good, is ERR_DATA.  Whatever happens, rating_file_done
 * frees. */
int rating_file_read(struct rating_file *f, char *const *paths, size_t n,
		     const struct load_options *options, struct ids *users, struct ids *items,
		     struct err *e);
void rating_file_done(struct rating_file *f);

#endif
