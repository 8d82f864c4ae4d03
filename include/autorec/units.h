/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Statistics of each hidden unit, over all input vectors and over the weights that lead into it
 * and out of it. */
#ifndef AUTOREC_UNITS_H
#define AUTOREC_UNITS_H

#include "autorec/model.h"

enum { UNIT_BINS = 20 };

struct unit {
	float mean, sd;  /* of its activation over the vectors */
	float saturated; /* share of vectors within UNIT_NEAR of a bound of g */
	bool dead;       /* sd below UNIT_DEAD: the unit does not tell vectors apart */
	/* length of its column of V and of W; equal if one W serves both ways */
	float norm_in, norm_out;
};

/* An activation within 5 % of the range from a bound counts as saturated. A unit whose activation
 * varies by less than 0.01 counts as dead. */
#define UNIT_NEAR 0.05
#define UNIT_DEAD 0.01

struct unit_summary {
	int32_t n;        /* units */
	double mean, sd;  /* over the units: mean of their means, mean of their sds */
	double saturated; /* share of all activations */
	int32_t dead;
	double norm_in, norm_out; /* root mean square over units */
};

/* units: [k]. ERR_FAILED if the model has no hidden units. Units that were measured with these
 * weights are not measured again. */
int units_measure(const struct model *m, const struct weights *w, struct unit *units,
		  struct unit_summary *summary, struct err *e);
/* Histogram of all activations, over the bounds of g or, if it has none, over the values that
 * occur. */
void units_histogram_of_all(const struct model *m, const struct weights *w, double *low,
			    double *high, int64_t bins[UNIT_BINS]);
/* Histogram of n activations, over the same range. */
void units_histogram(enum activation g, const real *x, int64_t n, double *low, double *high,
		     int64_t bins[UNIT_BINS]);

#endif
