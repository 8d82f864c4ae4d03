/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Synthetic ratings that behave like real ones: popularity and activity have long tails, users and
 * items have a bias, taste is low-rank by genre, and there is noise. Ratings have whole or half
 * stars. Titles are invented and unique, with accents, CJK, quotes and commas among them. The same
 * seed gives the same bytes. Memory grows with the items only, time with the ratings. */
#ifndef AUTOREC_GENERATE_H
#define AUTOREC_GENERATE_H

#include <stdbool.h>
#include <stdint.h>

#include "autorec/err.h"

struct generate_options {
	int32_t users, items; /* at least 10 each; at most 10 and 1 million */
	/* Distinct pairs: at least two per user and item, at most half of all pairs. */
	int64_t ratings;
	double min, max, step; /* the scale, such as 1, 5, 0.5; at most two decimals */
	uint64_t seed;
	bool (*progress)(void *ctx,
			 double fraction); /* called often; returns false to stop. May be NULL. */
	void *ctx;
};

/* Writes `folder`/ratings.csv (userId,movieId,rating) and `folder`/movies.csv
 * (movieId,title,genres) in the layout of MovieLens 20M. Users and items are numbered from 1, and
 * each has a rating. Makes the folder if it does not exist. Errors: ERR_USAGE for impossible sizes,
 * ERR_IO with the path, ERR_INTERRUPTED. A failure leaves no partial file. */
int generate_ratings(const char *folder, const struct generate_options *o, struct err *e);

#endif
