/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The small charts of chart.h: histogram, sparkline, bar, gauge. */
#include <math.h>
#include <stdio.h>

#include "chart.h"
#include "style.h"

static const char ramp[] = " .:-=+*#%@";

enum {
	RAMP_STEPS = sizeof ramp - 2,
	EIGHTHS = 8,
	LOWER_EIGHTH = 0x2581,
	FULL = 0x2588,
	LEFT_HALF = 0x258c,
	RIGHT_HALF = 0x2590
};

static double meters_clamp(double x, double low, double high)
{
	return x > low ? x < high ? x : high : low; /* NaN becomes low */
}

/* Returns a cell filled from below by a fraction between 0 and 1. */
static uint32_t filled(enum glyphs g, double part)
{
	part = meters_clamp(part, 0, 1);
	if (g == GLYPHS_ASCII)
		return (uint32_t)ramp[lround(part * RAMP_STEPS)];
	long eighths = lround(part * EIGHTHS);
	return eighths ? (uint32_t)(LOWER_EIGHTH + eighths - 1) : ' ';
}

static void draw_column(struct area a, int x, double part, unsigned style)
{
	double height = meters_clamp(part, 0, 1) * a.rows;
	for (int y = 0; y < a.rows; y++)
		canvas_put(a, a.rows - 1 - y, x, style, filled(a.canvas->glyphs, height - y));
}

static void draw_ends(struct area row, double low, double high)
{
	char text[32];
	snprintf(text, sizeof text, "%.3g", high);
	int x = canvas_textf(row, 0, 0, STYLE_DIM, "%.3g", low);
	if (x + text_width(text) < row.columns)
		canvas_text_right(row, 0, STYLE_DIM, text);
}

void chart_histogram(struct area a, const double *counts, int n, double low, double high,
		     unsigned style)
{
	double most = 0;
	for (int i = 0; i < n; i++)
		most = fmax(most, counts[i]);
	if (a.rows >= 3)
		draw_ends(area_cut_bottom(&a, 1), low, high);
	for (int x = 0; x < a.columns && most > 0; x++) {
		/* The histogram fills the width: several columns per bin, or several bins per
		 * column, which shows the fullest of them. */
		int from = (int)((long)x * n / a.columns),
		    to = (int)((long)(x + 1) * n / a.columns);
		double count = counts[from];
		for (int i = from + 1; i < to; i++)
			count = fmax(count, counts[i]);
		draw_column(a, x, count / most, style);
	}
}

static double mean_of(const double *values, size_t from, size_t to)
{
	double sum = 0;
	size_t n = 0;
	for (size_t i = from; i < to; i++)
		if (isfinite(values[i]))
			sum += values[i], n++;
	return n ? sum / (double)n : NAN;
}

void chart_sparkline(struct area a, const double *values, size_t n, unsigned style)
{
	size_t columns = n < (size_t)a.columns ? n : (size_t)a.columns;
	double low = INFINITY, high = -INFINITY;
	for (size_t i = 0; i < n; i++)
		if (isfinite(values[i])) {
			low = fmin(low, values[i]);
			high = fmax(high, values[i]);
		}
	for (size_t x = 0; x < columns; x++) {
		double mean = mean_of(values, x * n / columns, (x + 1) * n / columns);
		/* The lowest value is a line, and a constant other than 0 one of half height: only
		 * a gap is blank. */
		double part = high > low ? (mean - low) / (high - low) : low == 0 ? 0 : 0.5;
		if (isfinite(mean))
			canvas_put(a, 0, (int)x, style,
				   filled(a.canvas->glyphs, 0.125 + 0.875 * part));
	}
}

void chart_bar(struct area a, double value, double low, double high)
{
	bool ascii = a.canvas->glyphs == GLYPHS_ASCII;
	if (!(low <= 0 && high >= 0 && low < high) || isnan(value))
		return;
	int zero = (int)lround(-low / (high - low) * (a.columns - 1));
	int halves = (int)lround(meters_clamp(value, low, high) / (high - low) * (a.columns - 1) *
				 2);
	unsigned style = value < 0 ? STYLE_NEGATIVE : STYLE_POSITIVE;
	int step = value < 0 ? -1 : 1, from = low < 0 ? zero + step : zero;
	halves = halves < 0 ? -halves : halves;
	for (int i = 0; i < halves / 2; i++)
		canvas_put(a, 0, from + i * step, style, ascii ? '#' : FULL);
	if (halves % 2 && !ascii)
		canvas_put(a, 0, from + halves / 2 * step, style,
			   value < 0 ? RIGHT_HALF : LEFT_HALF);
	if (low < 0)
		canvas_put(a, 0, zero, STYLE_DIM, ascii ? '|' : 0x2502);
}

void chart_gauge(struct area a, double fraction, unsigned style)
{
	bool ascii = a.canvas->glyphs == GLYPHS_ASCII;
	fraction = meters_clamp(fraction, 0, 1);
	struct area number = area_cut_right(&a, 6);
	canvas_textf(number, 0, 0, STYLE_NORMAL, "%4.0f %%", floor(fraction * 100));
	if (a.columns < 3)
		return;
	canvas_put(a, 0, 0, STYLE_DIM, '[');
	canvas_put(a, 0, a.columns - 1, STYLE_DIM, ']');
	struct area inside = area_at(a, 0, 1, 1, a.columns - 2);
	int done = (int)floor(fraction * inside.columns);
	for (int x = 0; x < inside.columns; x++)
		canvas_put(inside, 0, x, x < done ? style : STYLE_DIM,
			   x < done ? (ascii ? '#' : FULL) : (ascii ? '.' : 0xb7));
}
