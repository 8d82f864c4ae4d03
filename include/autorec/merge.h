/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Adding ratings to a data set and to the training part of its split.  Indices stay; further users
 * and items get the next ones.  Both are copies: the originals do not change. */
#ifndef AUTOREC_MERGE_H
#define AUTOREC_MERGE_H

#include "autorec/split.h"

struct merged {
	struct dataset *data;
	struct split *split;
	int64_t added;    /* further training ratings */
	int64_t replaced; /* training ratings that have another value now */
	int64_t held_out; /* ratings left out because the pair is held out */
};

/* Adds the ratings of `more` to `d`, and to `train`, on which the split's model was trained.  A
 * pair that is rated again has the new rating.  ERR_DATA if a rating is outside d's scale. */
int merge(const struct dataset *d, const struct split *s, const struct ratings *train,
	  const struct dataset *more, struct merged *out, struct err *e);

#endif
