/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Round numbers along an axis: 1, 2 or 5 times a power of ten apart, all with the same
 * number of decimals. */
#ifndef AUTOREC_TICKS_H
#define AUTOREC_TICKS_H

#include <stdbool.h>
#include <stddef.h>

enum { MOST_TICKS = 32 };

struct ticks {
	double at[MOST_TICKS];
	int n, decimals; /* decimals -1: as many as each needs */
};

/* About `most` ticks between low and high, at least least_step apart. */
struct ticks ticks_linear(double low, double high, int most, double least_step);
/* The same for a logarithmic axis, 0 < low < high. Ticks are linear within a decade; otherwise they
 * mark decades, subdivided if there is room. */
struct ticks ticks_log(double low, double high, int most);

void ticks_text(const struct ticks *t, int i, char *out, size_t size);
int ticks_width(const struct ticks *t); /* of the widest text */

#endif
