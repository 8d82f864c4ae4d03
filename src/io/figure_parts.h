/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the kinds of figures share. */
#ifndef IO_FIGURE_PARTS_H
#define IO_FIGURE_PARTS_H

#include "autorec/ticks.h"
#include "svg.h"

/* Where the data lies on the page, in pixels from the upper left corner. */
struct plot {
	double left, right, top, bottom;
	double x_low, x_high, y_low, y_high; /* what the edges stand for */
	bool log_x, log_y;
	struct ticks x_ticks, y_ticks;
	double y_label_width;
};

/* Title and note; returns where what follows begins. */
double figure_head(const struct figure *f, FILE *out);
void figure_write_cells(const struct figure *f, FILE *out);

#endif
