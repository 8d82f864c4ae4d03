/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Scoring, as in the AutoRec paper. Predictions are clipped to the scale. A pair whose user or
 * item has no training rating gets the option `default` and counts: a number, or "mean", the mean
 * training rating of the other side, or of all if both are cold. Sums are in double precision. */
#ifndef AUTOREC_EVALUATE_H
#define AUTOREC_EVALUATE_H

#include "autorec/model.h"

struct score {
	double rmse, mae; /* NaN for an empty set */
	int64_t n, cold;
};

int evaluate(const struct model *m, const struct weights *w, const struct ratings *set,
	     struct score *out, struct err *e);
/* True if the user or the item has no training rating and is not folded in, or is -1: not in the
 * data set. */
bool evaluate_cold(const struct model *m, int32_t user, int32_t item);
/* The prediction of one pair as it is scored. */
double evaluate_prediction(const struct model *m, int32_t user, int32_t item, double predicted);

#endif
