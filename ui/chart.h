/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Charts, drawn on a canvas from const arrays.  Everything adapts to the canvas's glyphs and to the
 * area, down to nothing.  No state is kept here: what must last from frame to frame belongs to the
 * caller. */
#ifndef UI_CHART_H
#define UI_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "canvas.h"

struct chart_series {
	const double *x, *y; /* [n]; x ascends; a y that is not finite is a gap */
	size_t n;
	unsigned style;
	const char *label; /* at the line's end */
	char ascii;        /* the character of its points in ASCII */
	int dash;          /* length of dashes and gaps in dots; 0: a solid line */
};

struct chart_mark { /* something happened at x: a dotted vertical line */
	double x;
	const char *label;
};

/* The range of y on the screen.  It grows at once and shrinks slowly, so that the picture does not
 * jump.  Start from {0}, and reset it when the series change. */
struct chart_range {
	double low, high; /* both 0: not known yet */
};

struct chart {
	const struct chart_series *series; /* later ones are drawn over earlier ones */
	int n_series;
	const struct chart_mark *marks;
	int n_marks;
	const char *x_name;   /* what x is, for the crosshair: "epoch" */
	double x_low, x_high; /* the range to show; both 0: everything */
	/* Points from this x on set the range of y.  Points above the range are not drawn. */
	double y_from;
	bool log_y;            /* values of 0 and below are gaps */
	double smoothing;      /* weight of the past in the exponential mean, 0 .. 0.99; 0: none */
	double best_x, best_y; /* the best point; NAN: none */
	double crosshair;      /* the x at which to read values; NAN: none */
};

/* Draws into a and moves *shown towards the data. */
void chart_draw(struct area a, const struct chart *c, struct chart_range *shown);

/* Draws counts[n] as columns.  Labels the two ends low and high if there is room. */
void chart_histogram(struct area a, const double *counts, int n, double low, double high,
		     unsigned style);
/* Draws values[n] in one row, scaled from the lowest to the highest value. */
void chart_sparkline(struct area a, const double *values, size_t n, unsigned style);
/* Draws value as a bar from 0, in one row on an axis from low to high.  The bar is STYLE_POSITIVE
 * to the right of 0 and STYLE_NEGATIVE to the left. */
void chart_bar(struct area a, double value, double low, double high);
/* Draws "[#####......] 45 %" in one row. */
void chart_gauge(struct area a, double fraction, unsigned style);

#endif
