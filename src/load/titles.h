/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOAD_TITLES_H
#define LOAD_TITLES_H

#include "autorec/load.h"

/* Reads the titles of the items of d from a file with columns item and title; `inside`: it is the
 * ratings file itself. Sets d->titles, d->genres and its part of the report. A title that is not
 * UTF-8 is read as Windows-1252. On failure d is unchanged. ERR_DATA also if `inside` and the lines
 * of an item have different titles, which are those of reviews, say. */
int titles_load(char *path, bool inside, const struct load_options *options, struct dataset *d,
		struct err *e);

#endif
