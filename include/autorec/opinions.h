/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads a file with the ratings of one person: an item, by its id or title, and a rating in each
 * line. The separator and the header are detected as in files of ratings. */
#ifndef AUTOREC_OPINIONS_H
#define AUTOREC_OPINIONS_H

#include "autorec/load.h"

struct opinion {
	int32_t item;
	float rating;
};

struct opinions {
	struct opinion *list; /* [n], in the order of the file */
	size_t n, capacity;
};

/* Of the options, columns, separator, pipes, progress and ctx count. ERR_DATA with the place of a
 * line without a known item and a rating in low..high. Call opinions_done in any case. */
int opinions_read(struct opinions *o, const char *path, const struct load_options *options,
		  const struct dataset *d, double low, double high, struct err *e);
void opinions_done(struct opinions *o);

#endif
