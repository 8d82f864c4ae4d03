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
	int dash;          /* dots drawn and left out in turn; 0: a solid line */
};

struct chart_mark { /* something happened at x: a dotted vertical line */
	double x;
	const char *label;
};

/* The range of y on the screen.  It grows at once and shrinks slowly, so that the picture does not
 * jump; start from {0}, and again when the series become others. */
struct chart_range {
	double low, high; /* both 0: not known yet */
};

struct chart {
	const struct chart_series *series; /* later ones are drawn over earlier ones */
	int n_series;
	const struct chart_mark *marks;
	int n_marks;
	const char *x_name;   /* of the crosshair's values: "epoch" */
	double x_low, x_high; /* what to show; both 0: all there is */
	double y_from; /* the range of y is that of the points from this x on; what lies above it is
			  not drawn */
	bool log_y;    /* values of 0 and below are gaps */
	double smoothing;      /* weight of the past in the exponential mean, 0 .. 0.99; 0: none */
	double best_x, best_y; /* the best point, NAN: none */
	double crosshair;      /* the x to read values at, NAN: none */
};

/* Draws into a and moves *shown towards the data. */
void chart_draw(struct area a, const struct chart *c, struct chart_range *shown);

/* counts[n] as columns, with low and high below its ends when there is room. */
void chart_histogram(struct area a, const double *counts, int n, double low, double high,
		     unsigned style);
/* values[n] in one row, the lowest to the highest value. */
void chart_sparkline(struct area a, const double *values, size_t n, unsigned style);
/* value as a bar from 0, on an axis low .. high in one row; right of 0 it is STYLE_POSITIVE, left
 * of it STYLE_NEGATIVE. */
void chart_bar(struct area a, double value, double low, double high);
/* "[#####......] 45 %" in one row. */
void chart_gauge(struct area a, double fraction, unsigned style);

#endif
