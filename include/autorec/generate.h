/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Synthetic ratings that behave like real ones: long tails of popularity and activity, user and
 * item bias, low-rank taste by genre, noise, whole or half stars; and invented titles that never
 * repeat (accents, CJK, quotes and commas among them).  The same seed gives the same bytes.  Memory
 * grows with the items alone, time with the ratings. */
#ifndef AUTOREC_GENERATE_H
#define AUTOREC_GENERATE_H

#include <stdbool.h>
#include <stdint.h>

#include "autorec/err.h"

struct generate_options {
	int32_t users, items; /* at least 10 each, 10 and 1 million at most */
	int64_t ratings; /* distinct pairs, at least two for each user and item; at most half of all
			    pairs */
	double min, max, step; /* the scale, e.g. 1, 5, 0.5; two decimals at most */
	uint64_t seed;
	bool (*progress)(void *ctx,
			 double fraction); /* called often; false stops it.  NULL: nobody looks */
	void *ctx;
};

/* Writes `folder`/ratings.csv (userId,movieId,rating) and `folder`/movies.csv
 * (movieId,title,genres), in the layout of MovieLens 20M; users and items are numbered from 1, and
 * each has a rating.  The folder is made when it is not there.  Errors: ERR_USAGE for sizes that
 * cannot be, ERR_IO with the path, ERR_INTERRUPTED; a failure leaves no half-written file. */
int generate_ratings(const char *folder, const struct generate_options *o, struct err *e);

#endif
