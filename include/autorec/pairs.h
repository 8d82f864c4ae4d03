/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads a file of pairs of a user and an item, to be predicted. The separator, the header and the
 * columns are detected as in files of ratings; other columns are ignored. */
#ifndef AUTOREC_PAIRS_H
#define AUTOREC_PAIRS_H

#include "autorec/load.h"

struct pair {
	char *user, *item;        /* ids as in the file */
	int32_t user_at, item_at; /* their indices in the data set; -1: unknown */
};

struct pairs {
	struct pair *list; /* [n], in the order of the file */
	size_t n, capacity;
};

/* Of the options, columns, separator, pipes, progress and ctx count. ERR_DATA with the place of the
 * first line that is not a pair. Call pairs_done in any case. */
int pairs_read(struct pairs *p, const char *path, const struct load_options *options,
	       const struct dataset *d, struct err *e);
void pairs_done(struct pairs *p);

#endif
