/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Training, validation and test ratings.  Where a rating goes depends on the seed and on its user's
 * and item's ids alone, never on the file's order or on the program's indices: the same split for
 * the same seed, for ever.  Every rating's key is mix(seed, user id, item id); the `holdout` share
 * with the smallest keys is test, of the others the `valid` share with the smallest keys is
 * validation. */
#ifndef AUTOREC_SPLIT_H
#define AUTOREC_SPLIT_H

#include "autorec/dataset.h"

struct split {
	struct ratings *train, *valid, *test; /* never NULL, possibly empty */
	double holdout, valid_share; /* shares asked for; holdout 0 when the test set was given */
	uint64_t seed;
	bool test_given;
	int64_t cold; /* test pairs whose user or item has no training rating */
};

/* holdout and valid_share in [0, 1), else ERR_USAGE; the parts have floor(share * n) ratings.  A
 * data set with its own test file keeps it and holds out only validation; a pair of the test file
 * is never trained on, even when it stands in the ratings file, too.  Errors: ERR_FAILED when
 * training would be empty; ERR_NOMEM. */
int split_random(const struct dataset *d, double holdout, double valid_share, uint64_t seed,
		 struct split **out, struct err *e);
/* Is the pair in validation or test?  Then its rating. */
bool split_held_out(const struct split *s, int32_t user, int32_t item, float *rating);
/* Fills in s->cold, for whoever deals the ratings otherwise. */
void split_count_cold(struct split *s);
void split_free(struct split *s);

#endif
