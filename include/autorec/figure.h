/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Figures for papers and slides, as SVG: lines with error bars, a histogram, or a heat map. Axes
 * have round ticks. The colors are Okabe and Ito's, which people with any kind of color vision can
 * tell apart; lines also differ in their dashes. Texts are cleaned and escaped here, so any title
 * gives a well-formed file that is safe to print on a terminal.
 *
 *     const struct figure_series mean = {
 *         .name = "I-AutoRec", .x = k, .y = rmse, .half_width = half, .n = 6, .points = true };
 *     const struct figure f = {
 *         .title = "ML-1M", .x_title = "hidden units k", .y_title = "test RMSE",
 *         .series = &mean, .n_series = 1 };
 *     status = figure_save("figure2.svg", &f, e); */
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
	ROW(FIGURE_AUTO, "auto") /* the viewer's preference */
enum figure_theme { FIGURE_THEMES(PARAM_CONSTANT) };

struct figure_series {
	const char *name;    /* in the legend */
	const double *x, *y; /* [n], x ascending; a y that is not finite leaves a gap */
	/* [n]: error bars from y - this to y + this, where finite; NULL: none */
	const double *half_width;
	size_t n;
	bool points; /* a dot at each point */
	bool bare;   /* no line between points */
};

/* An event at x: a dotted vertical line and its label. */
struct figure_mark {
	double x;
	const char *text;
};

/* A histogram: n bins of equal width between low and high. */
struct figure_bars {
	double low, high;
	const double *counts; /* [n] */
	int n;
};

/* A matrix as colors. */
struct figure_cells {
	const float *value; /* [rows * columns], row by row */
	int rows, columns;
	double low, high; /* the ends of the color scale */
	bool diverging;   /* the middle of the scale is neutral; else it runs from dark to light */
	const char *const *names; /* [rows], at the left; NULL: none */
	const char *scale_title;  /* what the colors mean */
};

/* A figure draws its `cells`, else its `bars`, else its `series`. The others are 0. */
struct figure {
	/* note is a line of small print below the title. Both may be NULL. */
	const char *title, *note;
	const char *x_title, *y_title; /* with units */
	const char *const *x_names;    /* [n_x_names]: labels at x = 1, 2, ...; NULL: numbers */
	int n_x_names;
	bool log_x, log_y; /* values of 0 and below leave gaps */
	double y_from; /* the y axis fits the points from this x on; higher points are cut off */
	const struct figure_series *series;
	int n_series;
	const struct figure_mark *marks;
	int n_marks;
	struct {
		double x, y;
		const char *text;
	} best; /* a ringed point, explained in the legend; text NULL: none */
	const struct figure_bars *bars;
	const struct figure_cells *cells;
	enum figure_theme theme;
};

/* Errors stay with the stream. */
void figure_write(const struct figure *f, FILE *out);
/* Writes all of the file or nothing. */
int figure_save(const char *path, const struct figure *f, struct err *e);

#endif
