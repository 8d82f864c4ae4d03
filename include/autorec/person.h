/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The person's side of a prediction: the user's row refitted by ridge regression on the frozen rows
 * of the rated items, and what each rating does to it.  With x = (1, row of an item),
 * A = sum of x_s x_s' + penalty and y the ratings, the prediction for the target x is
 *
 *     x' A^-1 sum of x_s y_s
 *
 * Without rating s it is less by  x' A^-1 x_s * e_s / (1 - x_s' A^-1 x_s),  e_s = y_s - fitted_s.
 */
#ifndef AUTOREC_PERSON_H
#define AUTOREC_PERSON_H

#include "autorec/model.h"

/* starts as {0} */
struct person {
	double refitted; /* the target's prediction */
	double *without; /* [n] the prediction without rating s; NaN if none is left */
	double *lever;   /* [n] by how much it rises for each star more in rating s */
};

/* Why the model has no person's side, for users with any ratings or this one; NULL: it has. */
const char *person_model_refusal(const struct model *m, const struct weights *w);
const char *person_refusal(const struct model *m, const struct weights *w,
			   const struct rating_vector *rated);
/* alone: the item's row as it is without the user's rating of it; NULL: the same. */
int person_measure(const struct model *m, const struct weights *w,
		   const struct rating_vector *rated, int32_t item, const double *alone,
		   struct person *out, struct err *e);
/* The user's rating that raises an item's prediction most. */
struct reason {
	int32_t item; /* -1: none does */
	double influence;
};
/* For n unrated items.  out[i] holds the best reason so far, or item -1 with influence 0. */
int person_reasons(const struct model *m, const struct weights *w,
		   const struct rating_vector *rated, const int32_t *items, int32_t n,
		   struct reason *out, struct err *e);
/* The variance of each item's refitted prediction, as a multiple of that of a rating's noise:
 * x' A^-1 x.  A rating of the item with the greatest one tells most about the user. A user without
 * ratings counts as having given one to the average item. */
int person_variances(const struct model *m, const struct weights *w,
		     const struct rating_vector *rated, const int32_t *items, int32_t n,
		     double *out, struct err *e);
void person_done(struct person *p);

#endif
