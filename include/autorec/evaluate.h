/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Scoring, as the paper does it: predictions clipped to the scale; a pair whose user or item has no
 * training rating gets the default (3), and is counted.  Sums in double. */
#ifndef AUTOREC_EVALUATE_H
#define AUTOREC_EVALUATE_H

#include "autorec/model.h"

struct score {
	double rmse, mae; /* NaN for an empty set */
	int64_t n, cold;
};

int evaluate(const struct model *m, const struct weights *w, const struct ratings *set,
	     struct score *out, struct err *e);
/* Is this pair cold: has its user or its item no training rating? */
bool evaluate_cold(const struct model *m, int32_t user, int32_t item);
/* The prediction of one pair as it is scored. */
double evaluate_prediction(const struct model *m, int32_t user, int32_t item, double predicted);

#endif
