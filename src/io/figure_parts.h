/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the kinds of figures share. */
#ifndef IO_FIGURE_PARTS_H
#define IO_FIGURE_PARTS_H

#include "autorec/ticks.h"
#include "svg.h"

enum { WIDTH = 720, EDGE = 16 }; /* of the page, in pixels; the margin at its sides */

/* The area of the data on the page, in pixels from the upper left corner. */
struct plot {
	double left, right, top, bottom;
	double x_low, x_high, y_low, y_high; /* the values at the edges */
	bool log_x, log_y;
	struct ticks x_ticks, y_ticks;
	double y_label_width;
};

/* Draws title and note; returns where they end. */
void figure_head(const struct figure *f, FILE *out);
double figure_head_end(const struct figure *f);
void figure_write_cells(const struct figure *f, FILE *out);

#endif
