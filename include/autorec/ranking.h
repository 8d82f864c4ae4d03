/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ranks items for all users, and measures how well the rankings find held-out ratings. The
 * candidates of a user are the items that the user has not rated in the sets that are given as
 * known. They are ranked by the prediction before clipping, and in the order of the items where
 * predictions are equal. */
#ifndef AUTOREC_RANKING_H
#define AUTOREC_RANKING_H

#include "autorec/model.h"
#include "autorec/progress.h"

struct ranked {
	int32_t item;
	real score;
};

struct ranking_task {
	const struct model *m;
	const struct weights *w;
	const struct overlay *edits; /* or NULL */
	/* NULL: none. The edits change the first. */
	const struct ratings *known[3];
	/* Cold pairs are candidates, with the prediction as it is scored; otherwise they are not
	 * ranked. */
	bool cold;
	int64_t least; /* items with fewer training ratings are no candidates */
	int32_t top;   /* length of a ranking */
};

/* The least number of ratings of an item that is recommended: 20, or the median of the items if
 * that is smaller. */
int ranking_usual_least(const struct sparse *items, int64_t *least, struct err *e);

/* The first entries of the rankings of n users from `first` on. The ranking of user first + j is
 * out[j * top ..], and count[j] is its length. */
int ranking_users(const struct ranking_task *t, int32_t first, int32_t n, struct ranked *out,
		  int32_t *count, struct err *e);

enum { RANKING_TOP = 10 };

/* Means over the users who have a relevant rating, in the ten items ranked first for each:
 *
 *     ndcg       sum over hits of 1 / log2(1 + rank), divided by that of a perfect ranking
 *     recall     hits / relevant ratings of the user
 *     precision  hits / 10
 *
 * A hit is an item with a relevant rating. */
struct ranking {
	double ndcg, recall, precision; /* NaN without such users */
	double catalogue_share; /* items that are among the ten of some user, of all items */
	int32_t users, without; /* users with and without a relevant rating */
};

/* Ratings in `set` of at least `relevant` are relevant. t->top is ignored. ERR_INTERRUPTED if p
 * stops the work. */
int ranking_measure(const struct ranking_task *t, const struct ratings *set, double relevant,
		    const struct progress *p, struct ranking *out, struct err *e);

#endif
