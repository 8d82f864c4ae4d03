/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Training, validation and test ratings. The place of a rating depends only on the seed and on
 * the ids of its user and item, not on the order of the file or on indices. So the same seed
 * always gives the same split. The key of a rating is mix(seed, user id, item id). The
 * `holdout` share with the smallest keys is test; of the others, the `valid` share with the
 * smallest keys is validation. */
#ifndef AUTOREC_SPLIT_H
#define AUTOREC_SPLIT_H

#include "autorec/dataset.h"

struct split {
	struct ratings *train, *valid, *test; /* never NULL, possibly empty */
	double holdout, valid_share; /* requested shares; holdout is 0 if the test set was given */
	uint64_t seed;
	bool test_given;
	int64_t cold; /* test pairs whose user or item has no training rating */
};

/* holdout and valid_share must be in [0, 1), else ERR_USAGE; each part has floor(share * n)
 * ratings. A data set with its own test file keeps it, and only validation is held out. A pair of
 * the test file never becomes a training rating, even if the ratings file has it too. Errors:
 * ERR_FAILED if no training ratings would remain; ERR_NOMEM. */
int split_random(const struct dataset *d, double holdout, double valid_share, uint64_t seed,
		 struct split **out, struct err *e);
/* Is the pair in validation or test? If so, *rating is its rating. */
bool split_held_out(const struct split *s, int32_t user, int32_t item, float *rating);
/* Computes s->cold, for splits that are made in other ways. */
void split_count_cold(struct split *s);
void split_free(struct split *s);

#endif
