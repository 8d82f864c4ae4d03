/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Round numbers along an axis: 1, 2 or 5 times a power of ten apart, all written with the same
 * decimals. */
#ifndef AUTOREC_TICKS_H
#define AUTOREC_TICKS_H

#include <stdbool.h>
#include <stddef.h>

enum { MOST_TICKS = 32 };

struct ticks {
	double at[MOST_TICKS];
	int n, decimals; /* decimals -1: as many as each needs */
};

/* About `most` of them between low and high, not nearer to each other than least_step. */
struct ticks ticks_linear(double low, double high, int most, double least_step);
/* The same for a logarithmic axis, 0 < low < high: within a decade linear, else decades, parted
 * when there is room. */
struct ticks ticks_log(double low, double high, int most);

void ticks_text(const struct ticks *t, int i, char *out, size_t size);
int ticks_width(const struct ticks *t); /* of the widest text */

#endif
