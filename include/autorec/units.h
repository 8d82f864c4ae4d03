/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the hidden units do: statistics of each over all input vectors, and of the weights behind
 * it. */
#ifndef AUTOREC_UNITS_H
#define AUTOREC_UNITS_H

#include "autorec/model.h"

enum { UNIT_BINS = 20 };

struct unit {
	float mean, sd;          /* of its activation over the vectors */
	float saturated;         /* share of vectors within UNIT_NEAR of a bound of g */
	bool dead;               /* sd below UNIT_DEAD: it says the same about everything */
	float norm_in, norm_out; /* length of its column of V, of W; where one W serves both ways,
				    twice the same */
};

/* 5 % of the way from a bound counts as saturated; an activation that varies less than 0.01 as
 * dead. */
#define UNIT_NEAR 0.05
#define UNIT_DEAD 0.01

struct unit_summary {
	int32_t n;        /* units */
	double mean, sd;  /* over units: of their means, of their sds */
	double saturated; /* share of all activations */
	int32_t dead;
	double norm_in, norm_out; /* root mean square over units */
};

/* units: [k].  A model without hidden units gives ERR_FAILED.  What was measured with the weights
 * is not measured again. */
int units_measure(const struct model *m, const struct weights *w, struct unit *units,
		  struct unit_summary *summary, struct err *e);
/* Histogram of all activations, over the activation's bounds or, where it has none, over what
 * occurs. */
void units_histogram_of_all(const struct model *m, const struct weights *w, double *low,
			    double *high, int64_t bins[UNIT_BINS]);
/* Histogram of n of them over g's bounds or, where it has none, over what occurs. */
void units_histogram(enum activation g, const real *x, int64_t n, double *low, double *high,
		     int64_t bins[UNIT_BINS]);

#endif
