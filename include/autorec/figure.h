/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Figures for papers and slides, as SVG: lines with error bars, a histogram, or a heat map.  Axes
 * have round ticks, colours are Okabe and Ito's, which people with any kind of colour vision tell
 * apart, lines also differ in their dashes. Texts are cleaned and escaped here: whatever a title
 * holds, the file is well-formed and commands no terminal.
 *
 *     const struct figure_series mean = { .name = "I-AutoRec", .x = k, .y = rmse, .half_width =
 * half, .n = 6, .points = true }; const struct figure f = { .title = "ML-1M", .x_title = "hidden
 * units k", .y_title = "test RMSE", .series = &mean, .n_series = 1 }; status =
 * figure_save("figure2.svg", &f, e);
 */
#ifndef AUTOREC_FIGURE_H
#define AUTOREC_FIGURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "autorec/err.h"
#include "autorec/param.h"

#define FIGURE_THEMES(ROW)                                                                         \
	ROW(FIGURE_LIGHT, "light")                                                                 \
	ROW(FIGURE_DARK, "dark")                                                                   \
	ROW(FIGURE_AUTO, "auto") /* as whoever looks at it prefers */
enum figure_theme { FIGURE_THEMES(PARAM_CONSTANT) };

struct figure_series {
	const char *name;         /* in the legend */
	const double *x, *y;      /* [n], x ascending; a y that is not finite is a gap */
	const double *half_width; /* [n]: error bars from y - this to y + this, where it is finite;
				     NULL: none */
	size_t n;
	bool points; /* a dot at each point */
	bool bare;   /* no line between them */
};

struct figure_mark { /* something happened at x: a dotted line across, and what it was */
	double x;
	const char *text;
};

struct figure_bars { /* counts of n bins of equal width between low and high */
	double low, high;
	const double *counts; /* [n] */
	int n;
};

struct figure_cells {       /* a matrix as colours */
	const float *value; /* [rows * columns], row after row */
	int rows, columns;
	double low, high;         /* the ends of the colour scale */
	bool diverging;           /* its middle is neutral; else it goes from dark to light */
	const char *const *names; /* [rows], at the left; NULL: none */
	const char *scale_title;  /* what the colours mean */
};

/* What is to be drawn: `cells`, else `bars`, else `series`; the others are left 0. */
struct figure {
	const char *title,
		*note; /* note: a line of small print below the title; both may be NULL */
	const char *x_title, *y_title; /* with their units */
	const char *const *x_names; /* [n_x_names]: what stands at x = 1, 2, ... instead of numbers;
				       NULL: numbers */
	int n_x_names;
	bool log_x, log_y; /* values of 0 and below are gaps */
	double y_from; /* the range of y is that of the points from this x on; what is above is cut
			*/
	const struct figure_series *series;
	int n_series;
	const struct figure_mark *marks;
	int n_marks;
	struct {
		double x, y;
		const char *text;
	} best; /* one point in a ring, explained in the legend; text NULL: none */
	const struct figure_bars *bars;
	const struct figure_cells *cells;
	enum figure_theme theme;
};

/* Errors stay with the stream. */
void figure_write(const struct figure *f, FILE *out);
/* As a whole or not at all. */
int figure_save(const char *path, const struct figure *f, struct err *e);

#endif
