/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A prediction as a sum of named terms.  With a the sum of the products,
 *
 *     prediction = f(a), mapped to the rating scale
 *
 * A model that predicts a distribution over the rating values, or levels, has a sum for each, and
 *
 *     prediction = sum over levels of value * p,    p = softmax of the levels' sums */
#ifndef AUTOREC_TERMS_H
#define AUTOREC_TERMS_H

#include <stdint.h>

#include "autorec/err.h"
#include "autorec/param.h"

#define TERM_KINDS(ROW)                                                                            \
	ROW(TERM_MEAN, "mean")                                                                     \
	ROW(TERM_USER, "user bias")                                                                \
	ROW(TERM_ITEM, "item bias")                                                                \
	ROW(TERM_BIAS, "bias")                                                                     \
	ROW(TERM_UNIT, "unit")                                                                     \
	ROW(TERM_FACTOR, "factor")                                                                 \
	ROW(TERM_NEIGHBOR, "neighbor")                                                             \
	ROW(TERM_ANCHOR, "anchor")                                                                 \
	ROW(TERM_GLOBAL, "global model")
enum term_kind { TERM_KINDS(PARAM_CONSTANT) };
const char *term_kind_name(enum term_kind kind);

struct term {
	enum term_kind kind;
	int32_t index; /* of the unit, factor, neighbor or anchor */
	int level;
	double weight, activation, product;
};

struct level {
	double value, sum, p;
};

enum { MAX_LEVELS = 100 };

/* starts as {0} */
struct terms {
	struct term *at; /* [n] */
	int64_t n, capacity;
	int n_levels; /* 0: one sum only */
	struct level level[MAX_LEVELS];
	double sum;        /* a; without levels */
	double prediction; /* unclipped */
};

/* Append a term and add its product to the sum of its level.  A bias is a weight with the
 * activation 1. */
int terms_add(struct terms *t, enum term_kind kind, int32_t index, double weight, double activation,
	      struct err *e);
int terms_add_to(struct terms *t, int level, enum term_kind kind, int32_t index, double weight,
		 double activation, struct err *e);
/* Sets p of all levels, and the prediction. */
void terms_softmax(struct terms *t);
void terms_done(struct terms *t);

#endif
