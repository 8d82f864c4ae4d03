/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One file of ratings as a list in the file's order. */
#ifndef DATA_RATING_FILE_H
#define DATA_RATING_FILE_H

#include "autorec/dataset.h"
#include "layout.h"

struct rating_file {
	struct rating *list; /* [n] */
	size_t n, capacity;
	int64_t lines, rejected;
	struct err first_rejected;
	const struct format_info *format; /* as asked for, or as found when it was NULL */
	struct layout layout;
};

/* Reads `path`; users and items that are new are added to the maps.  More than 1 % bad lines, or none that
 * is good, is ERR_DATA.  Whatever happens, rating_file_done frees. */
int rating_file_read(struct rating_file *f, const char *path, const struct load_options *options,
		     struct ids *users, struct ids *items, struct err *e);
void rating_file_done(struct rating_file *f);

#endif
