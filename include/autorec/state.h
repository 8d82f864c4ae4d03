/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An array that training carries from epoch to epoch beside the weights: an optimiser's steps, a
 * momentum, a count.  Who owns it names it, so that a file can keep it and fill it; what it means
 * by a name is for ever. */
#ifndef AUTOREC_STATE_H
#define AUTOREC_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most that a count may be: no training gets there, and adding one to it does not overflow. */
#define STATE_MOST ((int64_t)1 << 53)

struct state_array {
	const char *name;
	enum { STATE_REAL, STATE_F64, STATE_I64, STATE_BYTES } type;
	size_t n; /* elements */
	void *data;
	int64_t least, most; /* STATE_I64: what its numbers may be, for those that are used as
				places; both 0: anything */
	bool like_theta;     /* it has an element for each number of theta, at the same place: files
				have them as matrices */
};

#endif
