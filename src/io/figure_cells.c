/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The heat map: one row of cells per row of the matrix, row names at the left, column
 * numbers below, the color scale at the right. Cells of one color form one path, so a large
 * map gives a small file. */
#include <math.h>
#include <string.h>

#include "autorec/text.h"
#include "figure_parts.h"

enum {
	LEVELS = 64,     /* of color */
	ROW_HEIGHT = 15, /* with names */
	LEAST_HEIGHT = 160,
	MOST_HEIGHT = 560, /* of the cells */
	NAME_COLUMNS = 32, /* characters of a name that are shown */
	SCALE_WIDTH = 14,
	SCALE_STEPS = 48,
	MOST_TICKS_X = 12,
	MOST_TICKS_SCALE = 6,
};

struct map {
	const struct figure_cells *c;
	double left, top, width, height; /* of the cells */
	bool named;
};

static int level_of(const struct figure_cells *c, float value)
{
	const double place = c->high > c->low ? ((double)value - c->low) / (c->high - c->low) : 0.5;
	return place > 0 ? place < 1 ? (int)(place * LEVELS) : LEVELS - 1 : 0;
}

/* Draws all cells of one level, with runs of equal neighbors as one rectangle. */
static void draw_level(const struct map *m, int level, FILE *out)
{
	const struct figure_cells *c = m->c;
	const double width = m->width / c->columns, height = m->height / c->rows;
	bool begun = false;
	for (int row = 0; row < c->rows; row++) {
		const float *value = c->value + (size_t)row * (size_t)c->columns;
		for (int from = 0, to; from < c->columns; from = to) {
			to = from + 1;
			if (!isfinite(value[from]) || level_of(c, value[from]) != level)
				continue;
			while (to < c->columns && isfinite(value[to]) &&
			       level_of(c, value[to]) == level)
				to++;
			if (!begun)
				fprintf(out, "<path fill=\"#%06x\" d=\"",
					svg_color((level + 0.5) / LEVELS, c->diverging));
			begun = true;
			fprintf(out, "M%.2f %.2fh%.2fv%.2fh%.2fz", m->left + from * width,
				m->top + row * height, (to - from) * width, height,
				-(to - from) * width);
		}
	}
	if (begun)
		fputs("\"/>\n", out);
}

static double name_width(const struct figure_cells *c)
{
	double widest = 0;
	for (int i = 0; i < c->rows; i++)
		widest = fmax(widest, svg_text_width(c->names[i], SMALL_FONT));
	return fmin(widest, 0.6 * SMALL_FONT * NAME_COLUMNS);
}

static void draw_names(const struct map *m, FILE *out)
{
	char name[4 * NAME_COLUMNS + 8];
	for (int i = 0; i < m->c->rows; i++) {
		text_fit(m->c->names[i], NAME_COLUMNS, "…", name, sizeof name);
		svg_text(out, m->left - 8, m->top + (i + 0.5) * m->height / m->c->rows + 4, SVG_END,
			 SMALL_FONT, "t", name);
	}
}

static void draw_columns(const struct figure *f, const struct map *m, FILE *out)
{
	const struct ticks t = ticks_linear(0, m->c->columns - 1, MOST_TICKS_X, 1);
	const double bottom = m->top + m->height;
	char text[32];
	for (int i = 0; i < t.n; i++) {
		const double x = m->left + (t.at[i] + 0.5) * m->width / m->c->columns;
		ticks_text(&t, i, text, sizeof text);
		svg_line(out, x, bottom + 1, x, bottom + 5, "a");
		svg_text(out, x, bottom + 18, SVG_MIDDLE, SMALL_FONT, "t", text);
	}
	if (f->x_title)
		svg_text(out, m->left + m->width / 2, bottom + 38, SVG_MIDDLE, FONT, "t",
			 f->x_title);
}

static void cells_draw_scale(const struct map *m, FILE *out)
{
	const struct figure_cells *c = m->c;
	const double x = m->left + m->width + 18, step = m->height / SCALE_STEPS;
	const struct ticks t = ticks_linear(c->low, c->high, MOST_TICKS_SCALE, 0);
	char text[32];
	fputs("<g shape-rendering=\"crispEdges\">\n", out);
	for (int i = 0; i < SCALE_STEPS; i++)
		fprintf(out,
			"<rect fill=\"#%06x\" x=\"%.2f\" y=\"%.2f\" width=\"%d\" "
			"height=\"%.2f\"/>\n",
			svg_color((i + 0.5) / SCALE_STEPS, c->diverging), x,
			m->top + m->height - (i + 1) * step, SCALE_WIDTH, step);
	fputs("</g>\n", out);
	for (int i = 0; i < t.n && c->high > c->low; i++) {
		const double y = m->top + m->height * (1 - (t.at[i] - c->low) / (c->high - c->low));
		ticks_text(&t, i, text, sizeof text);
		svg_line(out, x + SCALE_WIDTH, y, x + SCALE_WIDTH + 4, y, "a");
		svg_text(out, x + SCALE_WIDTH + 8, y + 4, SVG_START, SMALL_FONT, "t", text);
	}
	if (c->scale_title)
		svg_text(out, WIDTH - EDGE, m->top - 8, SVG_END, SMALL_FONT, "d", c->scale_title);
}

void figure_write_cells(const struct figure *f, FILE *out)
{
	const struct figure_cells *c = f->cells;
	struct map m = { .c = c, .named = c->names && c->rows * ROW_HEIGHT <= MOST_HEIGHT };
	m.height = m.named ? c->rows * ROW_HEIGHT : c->rows * 4;
	m.height = fmin(fmax(m.height, LEAST_HEIGHT), MOST_HEIGHT);
	m.left = EDGE + (f->y_title ? 22 : 0) + (m.named ? name_width(c) + 8 : 0);
	m.width = WIDTH - 90 - m.left;
	m.top = figure_head_end(f) + (c->scale_title ? 30 : 14);
	svg_begin(out, WIDTH, (int)(m.top + m.height) + 54, f->theme);
	figure_head(f, out);
	fputs("<g shape-rendering=\"crispEdges\">\n", out);
	for (int level = 0; level < LEVELS; level++)
		draw_level(&m, level, out);
	fputs("</g>\n", out);
	if (m.named)
		draw_names(&m, out);
	if (f->y_title)
		svg_text_up(out, 26, m.top + m.height / 2, f->y_title);
	draw_columns(f, &m, out);
	cells_draw_scale(&m, out);
	svg_end(out);
}
