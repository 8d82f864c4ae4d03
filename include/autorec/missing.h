/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Values that stand for "no rating", as in missing=-1, missing=0,99 or missing=-99..-1. */
#ifndef AUTOREC_MISSING_H
#define AUTOREC_MISSING_H

#include <stdbool.h>

#include "autorec/err.h"

enum { MOST_MISSING = 8 };

struct missing {
	struct {
		double least, most;
	} range[MOST_MISSING]; /* [n] */
	int n;
};

/* Parses what a person typed. ERR_USAGE if it is not valid. */
int missing_parse(struct missing *m, const char *text, struct err *e);
bool missing_has(const struct missing *m, double value);

#endif
