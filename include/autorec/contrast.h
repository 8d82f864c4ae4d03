/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two explanations side by side: what one prediction has and the other has not. */
#ifndef AUTOREC_CONTRAST_H
#define AUTOREC_CONTRAST_H

#include "autorec/explain.h"

struct contrasted {
	enum term_kind kind;
	int level;
	int32_t index;
	double rating;  /* of an influence */
	double part[2]; /* in both explanations; 0 where it is missing */
};

/* The parts of both, greatest difference first: [*n], which the caller frees. */
int contrast_terms(const struct terms *a, const struct terms *b, struct contrasted **out,
		   int64_t *n, struct err *e);
int contrast_influences(const struct influences *a, const struct influences *b,
			struct contrasted **out, int64_t *n, struct err *e);

#endif
