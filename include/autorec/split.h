/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Training, validation and test ratings. The place of a rating depends only on the seed, on its
 * time, and on the ids of its user and item, not on the order of the file or on indices. So the
 * same seed always gives the same split. The key of a rating is mix(seed, user id, item id). The
 * `holdout` share with the smallest keys is test; of the others, the `valid` share with the
 * smallest keys is validation. By time, the newest ratings are test and those before them
 * validation; keys decide between equal times, and ratings without a time come first.
 *
 * A share of the users can be set aside, for folding them in later: none of their ratings is in one
 * of these three parts. A fifth of the ratings of each is to be predicted from the others. */
#ifndef AUTOREC_SPLIT_H
#define AUTOREC_SPLIT_H

#include "autorec/dataset.h"
#include "autorec/param.h"

#define SPLIT_WAYS(ROW)                                                                            \
	ROW(SPLIT_RANDOM, "random")                                                                \
	ROW(SPLIT_TIME, "time")                                                                    \
	ROW(SPLIT_USER, "user")
enum split_by { SPLIT_WAYS(PARAM_CONSTANT) };
#define SPLIT_BY_NAMES PARAM_WORDS(SPLIT_WAYS(PARAM_WORD))

/* How to split. SPLIT_TIME takes the newest shares of all ratings. SPLIT_USER takes the `last`
 * ratings of each user for testing, and the `last` before them for validation unless `valid` is 0;
 * one rating of each user always stays in training. */
struct split_rule {
	enum split_by by;
	double holdout, valid; /* shares, in [0, 1) */
	int32_t last;
	uint64_t seed;
	double foldin; /* share of the users to set aside, in [0, 1) */
};

/* The times of the first and the last rating of a part; NO_TIME: none is known. */
struct split_span {
	int64_t from, to;
};

struct split {
	struct ratings *train, *valid, *test; /* never NULL, possibly empty */
	/* Of the users set aside: what is known of them, and what is to be predicted. NULL: none
	 * is.
	 */
	struct ratings *given, *asked;
	double foldin;               /* requested share of users */
	double holdout, valid_share; /* requested shares; holdout is 0 if the test set was given */
	uint64_t seed;
	enum split_by by;
	int32_t last;
	bool test_given;
	/* Of a split by time or user that was made here, not read from a file. */
	struct split_span train_span, valid_span, test_span;
	int64_t cold; /* test pairs whose user or item has no training rating */
};

/* The shares must be in [0, 1), else ERR_USAGE; each part has floor(share * n)
 * ratings. A data set with its own test file keeps it, and only validation is held out. A pair of
 * the test file never becomes a training rating, even if the ratings file has it too. Errors:
 * ERR_FAILED if no training ratings would remain, or if
 * the rule needs times and there are none, or all are equal; ERR_NOMEM. */
int split_make(const struct dataset *d, const struct split_rule *rule, struct split **out,
	       struct err *e);
/* The rule that a split was made by. */
struct split_rule split_rule_of(const struct split *s);
int split_random(const struct dataset *d, double holdout, double valid_share, uint64_t seed,
		 struct split **out, struct err *e);
/* The ratings held out from training: validation, test and those of users set aside.  A part may be
 * NULL. */
enum { SPLIT_HELD_OUT = 4 };
void split_held_out_parts(const struct split *s, const struct ratings *parts[SPLIT_HELD_OUT]);
/* Is the pair held out? If so, *rating is its rating. */
bool split_held_out(const struct split *s, int32_t user, int32_t item, float *rating);
/* Computes s->cold, for splits that are made in other ways. */
void split_count_cold(struct split *s);
/* The same split with other training ratings, which it takes over on success.  A pair that is in
 * them is no longer held out. */
int split_retrain(const struct split *s, struct ratings *train, struct split **out, struct err *e);
void split_free(struct split *s);

#endif
