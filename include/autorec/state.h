/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An array that training carries from one epoch to the next besides the weights: an optimizer's
 * steps, a momentum, a count. Its owner names it, so that a file can store and restore it. A name
 * never changes its meaning. */
#ifndef AUTOREC_STATE_H
#define AUTOREC_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The largest value of a count. No training reaches it, and adding one to it does not overflow. */
#define STATE_MOST ((int64_t)1 << 53)

struct state_array {
	const char *name;
	enum { STATE_REAL, STATE_F64, STATE_I64, STATE_BYTES } type;
	size_t n; /* elements */
	void *data;
	/* STATE_I64: the allowed range, for numbers that are used as indices. Both 0: any value. */
	int64_t least, most;
	/* One element per number of theta, at the same place; files store it as matrices. */
	bool like_theta;
};

#endif
