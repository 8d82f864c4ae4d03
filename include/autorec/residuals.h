/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where a model is wrong.  A residual is the prediction as it is scored (evaluate.h) minus the
 * rating, both on the rating scale. */
#ifndef AUTOREC_RESIDUALS_H
#define AUTOREC_RESIDUALS_H

#include "autorec/genres.h"
#include "autorec/model.h"
#include "autorec/param.h"

/* How the ratings of a set are grouped: constant, the key of its rows in JSON, and a word for it.
 *
 *     by users   number of training ratings of the user: 0, 1-4, 5-9, 10-19, 20-49, ...
 *     by items   the same of the item
 *     by value   the rating, or a range of ratings if there are many different ones
 *     by level   the prediction, in eight equal parts of the scale (calibration)
 *     by genre   the genres of the item: a rating counts in each of them; most ratings first */
#define RESIDUAL_GROUPINGS(ROW)                                                                    \
	ROW(RESIDUALS_BY_USER, "by_user", "user")                                                  \
	ROW(RESIDUALS_BY_ITEM, "by_item", "item")                                                  \
	ROW(RESIDUALS_BY_VALUE, "by_value", "value")                                               \
	ROW(RESIDUALS_BY_LEVEL, "calibration", "prediction")                                       \
	ROW(RESIDUALS_BY_GENRE, "by_genre", "genre")
#define RESIDUAL_GROUPING(constant, key, word) constant,
enum residual_grouping { RESIDUAL_GROUPINGS(RESIDUAL_GROUPING) N_RESIDUAL_GROUPINGS };
#define RESIDUAL_WORD(constant, key, word) " " word
#define RESIDUAL_GROUPING_WORDS            PARAM_WORDS(RESIDUAL_GROUPINGS(RESIDUAL_WORD))

enum { MOST_RESIDUAL_GROUPS = MOST_GENRES };

struct residual_group {
	/* Bounds of what it is grouped by; equal: one value. By genre: its index. */
	double from, to;
	int64_t n;                  /* ratings */
	double rmse;                /* NaN if n is 0, as are the means */
	double observed, predicted; /* means */
};

struct residual {
	int32_t user, item;
	double observed, predicted;
	bool cold;
};

struct residuals {
	struct residual_group all;
	struct residual_group group[N_RESIDUAL_GROUPINGS][MOST_RESIDUAL_GROUPS];
	int n_groups[N_RESIDUAL_GROUPINGS];
	struct residual *worst; /* [n_worst], largest first; of equal ones, the first in the set */
	int64_t n_worst;
};

/* Measures the ratings of `set` and lists up to `most` of the worst.  ERR_NOMEM. */
int residuals_measure(const struct model *m, const struct weights *w, const struct ratings *set,
		      const struct genres *genres, int64_t most, struct residuals *out,
		      struct err *e);
void residuals_done(struct residuals *r);

#endif
