/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The line chart: axes with round numbers, lines of dots, and what is written beside them. */
#include "chart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/ticks.h"
#include "style.h"

enum {
	MOST_LABELS = 16,
	AXES_ROWS = 5, /* smaller areas have no axes */
	AXES_COLUMNS = 20,
	LABELS_COLUMNS = 32, /* narrower areas have no labels at the ends of lines */
	ROWS_PER_TICK = 3,
	COLUMNS_PER_TICK = 9,
};

/* The range shrinks towards the data by this fraction of the distance in each frame. */
static const double shrink = 0.1;

struct plot {
	struct area area, wide; /* the dots; the same rows with the column of labels */
	struct ticks y_ticks, x_ticks;
	double x_low, x_high, y_low, y_high; /* y as its logarithm when log_y */
	bool log_y, axes;
	int dot_rows, dot_columns;
};

/* ---- values ------------------------------------------------------------- */

/* Walks through the points of a series, raw or smoothed: the mean of an exponential window,
 * divided by the weight it has gathered so far, so that it does not begin at zero (Kingma and Ba
 * 2015, sec. 3). */
struct walk {
	const struct chart_series *series;
	size_t i;
	double past, mean, weight; /* past: 0 for raw points */
};

static bool walk_next(struct walk *w, double *x, double *y)
{
	if (w->i == w->series->n)
		return false;
	*x = w->series->x[w->i];
	*y = w->series->y[w->i++];
	if (w->past > 0 && isfinite(*y)) {
		w->mean = w->past * w->mean + (1 - w->past) * *y;
		w->weight = w->past * w->weight + (1 - w->past);
		*y = w->mean / w->weight;
	}
	return true;
}

static bool chart_can_plot(const struct chart *c, double y)
{
	return isfinite(y) && (!c->log_y || y > 0);
}

static void chart_widen(double *low, double *high, double by)
{
	if (*high - *low < by) {
		*low -= by / 2;
		*high += by / 2;
	}
}

static bool find_x(const struct chart *c, double *low, double *high)
{
	*low = c->x_low;
	*high = c->x_high;
	if (*low == 0 && *high == 0) {
		*low = INFINITY;
		*high = -INFINITY;
		for (int i = 0; i < c->n_series; i++)
			if (c->series[i].n > 0) {
				*low = fmin(*low, c->series[i].x[0]);
				*high = fmax(*high, c->series[i].x[c->series[i].n - 1]);
			}
	}
	if (!isfinite(*low) || !isfinite(*high) || *low > *high)
		return false;
	chart_widen(low, high, 1e-9 * (1 + fabs(*low)));
	return true;
}

static bool find_y(const struct chart *c, double x_low, double x_high, double *low, double *high)
{
	*low = INFINITY;
	*high = -INFINITY;
	for (int i = 0; i < c->n_series; i++)
		for (int smooth = 0; smooth <= (c->smoothing > 0); smooth++) {
			struct walk w = { .series = &c->series[i], .past = smooth * c->smoothing };
			for (double x, y; walk_next(&w, &x, &y);)
				if (x >= x_low && x >= c->y_from && x <= x_high &&
				    chart_can_plot(c, y)) {
					*low = fmin(*low, y);
					*high = fmax(*high, y);
				}
		}
	return *low <= *high;
}

static void follow(struct chart_range *shown, double low, double high)
{
	if (shown->low == 0 && shown->high == 0)
		*shown = (struct chart_range){ low, high };
	shown->low = low < shown->low ? low : shown->low + shrink * (low - shown->low);
	shown->high = high > shown->high ? high : shown->high + shrink * (high - shown->high);
}

/* ---- layout ------------------------------------------------------------- */

static int label_column(const struct chart *c, int columns)
{
	int widest = 0;
	for (int i = 0; i < c->n_series && columns >= LABELS_COLUMNS; i++) {
		int width = c->series[i].label ? text_width(c->series[i].label) + 1 : 0;
		widest = width > widest ? width : widest;
	}
	return widest < columns / 3 ? widest : 0;
}

static bool chart_lay_out(struct area a, const struct chart *c, const struct chart_range *range,
			  struct plot *p)
{
	*p = (struct plot){ .log_y = c->log_y };
	double low = range->low, high = range->high;
	if (!find_x(c, &p->x_low, &p->x_high) || (c->log_y && low <= 0))
		return false;
	chart_widen(&low, &high, 1e-6 * (1e-6 + fabs(low)));
	p->axes = a.rows >= AXES_ROWS && a.columns >= AXES_COLUMNS;
	if (p->axes) {
		area_cut_bottom(&a, 2);
		int most = a.rows / ROWS_PER_TICK < 2 ? 2 : a.rows / ROWS_PER_TICK;
		do /* an axis with a single number has no scale */
			p->y_ticks = c->log_y ? ticks_log(low, high, most)
					      : ticks_linear(low, high, most, 0);
		while (p->y_ticks.n < 2 && ++most < a.rows);
		area_cut_left(&a, ticks_width(&p->y_ticks) + 1);
	}
	p->wide = p->area = a;
	area_cut_right(&p->area, label_column(c, a.columns));
	p->x_ticks = ticks_linear(p->x_low, p->x_high, p->area.columns / COLUMNS_PER_TICK, 1);
	p->y_low = c->log_y ? log10(low) : low;
	p->y_high = c->log_y ? log10(high) : high;
	p->dot_rows = p->area.rows * canvas_dot_rows(a.canvas->glyphs);
	p->dot_columns = p->area.columns * canvas_dot_columns(a.canvas->glyphs);
	return p->dot_rows > 0 && p->dot_columns > 0;
}

/* Returns the dot at a fraction of the length, clamped to the valid dots. */
static int dot_at(double part, int dots)
{
	return part > 0 ? (int)((part < 1 ? part : 1) * (dots - 1) + 0.5) : 0;
}

static int dot_x(const struct plot *p, double x)
{
	return dot_at((x - p->x_low) / (p->x_high - p->x_low), p->dot_columns);
}

static int dot_y(const struct plot *p, double y)
{
	double value = p->log_y ? log10(y) : y;
	return dot_at((p->y_high - value) / (p->y_high - p->y_low), p->dot_rows);
}

static int cell_x(const struct plot *p, double x)
{
	return dot_x(p, x) / canvas_dot_columns(p->area.canvas->glyphs);
}

static int cell_y(const struct plot *p, double y)
{
	return dot_y(p, y) / canvas_dot_rows(p->area.canvas->glyphs);
}

static bool within_x(const struct plot *p, double x)
{
	return x >= p->x_low && x <= p->x_high;
}

static uint32_t glyph(const struct plot *p, char ascii, uint32_t line)
{
	return p->area.canvas->glyphs == GLYPHS_ASCII ? (uint32_t)ascii : line;
}

/* ---- axes --------------------------------------------------------------- */

static void chart_draw_y_axis(const struct plot *p, struct area a)
{
	int axis = p->area.x - a.x - 1;
	for (int y = 0; y < p->area.rows; y++)
		canvas_put(a, y, axis, STYLE_DIM, glyph(p, '|', 0x2502));
	for (int i = 0; i < p->y_ticks.n; i++) {
		char text[32];
		int y = cell_y(p, p->y_ticks.at[i]);
		ticks_text(&p->y_ticks, i, text, sizeof text);
		canvas_text_right(area_at(a, y, 0, 1, axis), 0, STYLE_DIM, text);
		canvas_put(a, y, axis, STYLE_DIM, glyph(p, '+', 0x2524));
	}
}

static void chart_draw_x_axis(const struct plot *p, struct area a)
{
	int row = p->area.rows, axis = p->area.x - a.x - 1, free_from = 0;
	for (int x = 0; x < p->area.columns; x++)
		canvas_put(a, row, axis + 1 + x, STYLE_DIM, glyph(p, '-', 0x2500));
	canvas_put(a, row, axis, STYLE_DIM, glyph(p, '+', 0x2514));
	for (int i = 0; i < p->x_ticks.n; i++) {
		char text[32];
		int x = axis + 1 + cell_x(p, p->x_ticks.at[i]);
		ticks_text(&p->x_ticks, i, text, sizeof text);
		int width = (int)strlen(text), from = x - width / 2;
		from = from + width > a.columns ? a.columns - width : from;
		canvas_put(a, row, x, STYLE_DIM, glyph(p, '+', 0x252c));
		if (from >= free_from) {
			canvas_text(a, row + 1, from, -1, STYLE_DIM, text);
			free_from = from + width + 1;
		}
	}
}

/* ---- lines -------------------------------------------------------------- */

/* Draws a line through dots.  Points in the same column of dots are drawn as their minimum and
 * maximum, so that a spike among thousands of points stays visible. */
struct pen {
	const struct plot *plot;
	unsigned style;
	char ascii;
	int dash;
	bool down;
	int column, low, high, last; /* of the column being gathered */
};

static void pen_dot(const struct pen *pen, int y, int x)
{
	if (pen->dash == 0 || (y + x) / pen->dash % 2 == 0)
		canvas_dot(pen->plot->area, y, x, pen->style, pen->ascii);
}

static void pen_lift(struct pen *pen)
{
	for (int y = pen->low; pen->down && y <= pen->high; y++)
		pen_dot(pen, y, pen->column);
	pen->down = false;
}

static void pen_line(const struct pen *pen, int y0, int x0, int y1, int x1)
{
	int dy = y1 - y0, dx = x1 - x0, steps = abs(dy) > dx ? abs(dy) : dx;
	for (int s = 1; s < steps; s++)
		pen_dot(pen, y0 + (int)lround((double)dy * s / steps),
			x0 + (int)lround((double)dx * s / steps));
}

static void chart_pen_to(struct pen *pen, int y, int x)
{
	if (pen->down && pen->column == x) {
		pen->low = y < pen->low ? y : pen->low;
		pen->high = y > pen->high ? y : pen->high;
		pen->last = y;
		return;
	}
	if (pen->down) {
		pen_line(pen, pen->last, pen->column, y, x);
		pen_lift(pen);
	}
	pen->down = true;
	pen->column = x;
	pen->low = pen->high = pen->last = y;
}

static void chart_draw_series(const struct plot *p, const struct chart *c,
			      const struct chart_series *s, double smoothing, struct pen pen)
{
	struct walk w = { .series = s, .past = smoothing };
	for (double x, y; walk_next(&w, &x, &y);)
		if (within_x(p, x) && chart_can_plot(c, y) &&
		    (p->log_y ? log10(y) : y) <= p->y_high)
			chart_pen_to(&pen, dot_y(p, y), dot_x(p, x));
		else
			pen_lift(&pen);
	pen_lift(&pen);
}

static void draw_all_series(const struct plot *p, const struct chart *c)
{
	for (int i = 0; i < c->n_series && c->smoothing > 0; i++)
		chart_draw_series(p, c, &c->series[i], 0,
				  (struct pen){ .plot = p, .style = STYLE_DIM, .ascii = '.' });
	for (int i = 0; i < c->n_series; i++) {
		const struct chart_series *s = &c->series[i];
		chart_draw_series(p, c, s, c->smoothing,
				  (struct pen){ .plot = p,
						.style = s->style,
						.ascii = s->ascii,
						.dash = s->dash });
	}
}

/* ---- what is written on the plot ---------------------------------------- */

static bool is_free(struct area a, int y, int x, int columns)
{
	for (int i = 0; i < columns; i++)
		if (canvas_code(a, y, x + i) != ' ')
			return false;
	return true;
}

static void draw_vertical(const struct plot *p, int x, unsigned style, uint32_t code)
{
	for (int y = 0; y < p->area.rows; y++)
		if (is_free(p->area, y, x, 1))
			canvas_put(p->area, y, x, style, code);
}

/* Draws the label in the first row with room for it to the right of column x, or else to the left.
 */
static void draw_mark_label(const struct plot *p, int x, const char *label)
{
	const int width = text_width(label);
	for (int y = 0; y < p->area.rows; y++)
		if (is_free(p->wide, y, x + 1, width)) {
			canvas_text(p->wide, y, x + 1, -1, STYLE_DIM, label);
			return;
		}
	for (int y = 0; y < p->area.rows && x >= width; y++)
		if (is_free(p->wide, y, x - width, width)) {
			canvas_text(p->wide, y, x - width, -1, STYLE_DIM, label);
			return;
		}
}

static void draw_marks(const struct plot *p, const struct chart *c)
{
	for (int i = 0; i < c->n_marks; i++) {
		const struct chart_mark *m = &c->marks[i];
		if (!within_x(p, m->x))
			continue;
		draw_vertical(p, cell_x(p, m->x), STYLE_DIM, glyph(p, ':', 0x250a));
		draw_mark_label(p, cell_x(p, m->x), m->label);
	}
}

struct end_label {
	int y, x;
	double value; /* where the line ends */
	const struct chart_series *series;
};

/* The highest value first, also among ends in the same row. */
static int by_value(const void *a, const void *b)
{
	const struct end_label *l = a, *r = b;
	return (l->value < r->value) - (l->value > r->value);
}

/* Finds the cell where a line ends on the plot.  Returns false if the line is not on the plot. */
static bool find_end(const struct plot *p, const struct chart *c, struct end_label *label)
{
	struct walk w = { .series = label->series, .past = c->smoothing };
	double x_end = NAN, y_end = NAN;
	for (double x, y; walk_next(&w, &x, &y);)
		if (within_x(p, x) && chart_can_plot(c, y)) {
			x_end = x;
			y_end = y;
		}
	label->y = cell_y(p, y_end);
	label->x = cell_x(p, x_end) + 1;
	label->value = y_end;
	return !isnan(x_end);
}

/* Draws labels at the ends of lines, in the order of the values there, one per row.  Labels that
 * would overlap move down, and labels that would leave the plot move up again. */
static void draw_labels(const struct plot *p, const struct chart *c)
{
	struct end_label labels[MOST_LABELS];
	int n = 0, margin = p->area.columns, rows = p->area.rows;
	for (int i = 0; i < c->n_series && n < MOST_LABELS && n < rows && margin < p->wide.columns;
	     i++) {
		labels[n].series = &c->series[i];
		n += c->series[i].label && find_end(p, c, &labels[n]);
	}
	if (n > 0)
		qsort(labels, (size_t)n, sizeof *labels, by_value);
	for (int i = 1; i < n; i++)
		labels[i].y = labels[i].y > labels[i - 1].y ? labels[i].y : labels[i - 1].y + 1;
	for (int i = n - 1, most = rows - 1; i >= 0; i--, most = labels[i + 1].y - 1)
		labels[i].y = labels[i].y < most ? labels[i].y : most;
	for (int i = 0; i < n; i++) {
		const struct end_label *l = &labels[i];
		bool beside = is_free(p->wide, l->y, l->x, text_width(l->series->label));
		canvas_text(p->wide, l->y, beside ? l->x : margin, -1, l->series->style,
			    l->series->label);
	}
}

/* Returns the index of the point nearest to x. */
static size_t nearest(const struct chart_series *s, double x)
{
	size_t low = 0, high = s->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (s->x[middle] < x)
			low = middle + 1;
		else
			high = middle;
	}
	bool before = low > 0 && (low == s->n || x - s->x[low - 1] < s->x[low] - x);
	return before ? low - 1 : low;
}

static const char *label_of(const struct chart_series *s)
{
	return s->label ? s->label : "";
}

/* Draws "train 0.7312", or "tr .7312" if that is too wide. */
static int draw_value(struct area a, int x, const struct chart_series *s, double at, bool narrow)
{
	char text[32];
	if (s->n == 0)
		return 0;
	snprintf(text, sizeof text, "%.4f", s->y[nearest(s, at)]);
	return canvas_textf(a, 0, x, s->style, "%.*s %s ", text_head(label_of(s), narrow ? 2 : 16),
			    label_of(s), text + (narrow && text[0] == '0'));
}

static void draw_crosshair(const struct plot *p, const struct chart *c)
{
	if (isnan(c->crosshair) || !within_x(p, c->crosshair))
		return;
	draw_vertical(p, cell_x(p, c->crosshair), STYLE_NORMAL, glyph(p, '|', 0x2502));
	struct area top = area_at(p->wide, 0, 0, 1, p->wide.columns);
	const char *x_name = c->x_name ? c->x_name : "x";
	char at[48];
	snprintf(at, sizeof at, " %s %g ", x_name, c->crosshair);
	int full = text_width(at);
	for (int i = 0; i < c->n_series; i++)
		full += text_width(label_of(&c->series[i])) + (int)strlen(" 0.1234 ");
	if (full > top.columns)
		snprintf(at, sizeof at, " @%g ", c->crosshair);
	int x = canvas_text(top, 0, 0, -1, STYLE_TITLE, at);
	for (int i = 0; i < c->n_series; i++)
		x += draw_value(top, x, &c->series[i], c->crosshair, full > top.columns);
}

void chart_draw(struct area a, const struct chart *c, struct chart_range *shown)
{
	double x_low, x_high, low, high;
	struct plot p;
	if (!find_x(c, &x_low, &x_high) || !find_y(c, x_low, x_high, &low, &high))
		return;
	if (c->log_y && shown->low <= 0)
		*shown = (struct chart_range){
			0
		}; /* a linear range may include values that have no logarithm */
	follow(shown, low, high);
	if (!chart_lay_out(a, c, shown, &p))
		return;
	if (p.axes) {
		chart_draw_y_axis(&p, a);
		chart_draw_x_axis(&p, a);
	}
	draw_all_series(&p, c);
	if (within_x(&p, c->best_x) && chart_can_plot(c, c->best_y))
		canvas_put(p.area, cell_y(&p, c->best_y), cell_x(&p, c->best_x), STYLE_BEST,
			   glyph(&p, 'o', 0x25cf));
	draw_labels(&p, c);
	draw_marks(&p, c);
	draw_crosshair(&p, c);
}
