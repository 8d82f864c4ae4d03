/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From top to bottom: title, note, legend, and the plot with its axes. The space beside the plot is
 * measured from the texts there. */
#include "autorec/figure.h"

#include <math.h>
#include <string.h>

#include "autorec/file.h"
#include "autorec/text.h"
#include "figure_parts.h"

enum { HEIGHT = 440, MOST_X_TICKS = 9, MOST_Y_TICKS = 8, MARK_ROWS = 5 };

/* ---- scales ------------------------------------------------------------- */

static double at_x(const struct plot *p, double x)
{
	const double low = p->log_x ? log10(p->x_low) : p->x_low,
		     high = p->log_x ? log10(p->x_high) : p->x_high;
	return p->left + ((p->log_x ? log10(x) : x) - low) / (high - low) * (p->right - p->left);
}

static double at_y(const struct plot *p, double y)
{
	const double low = p->log_y ? log10(p->y_low) : p->y_low,
		     high = p->log_y ? log10(p->y_high) : p->y_high;
	return p->bottom - ((p->log_y ? log10(y) : y) - low) / (high - low) * (p->bottom - p->top);
}

static const double LARGEST = 1e300; /* differences between plotted values must be finite, too */

static bool figure_can_plot(const struct figure *f, double x, double y)
{
	return fabs(x) <= LARGEST && fabs(y) <= LARGEST && (!f->log_x || x > 0) &&
	       (!f->log_y || y > 0);
}

static double half_width(const struct figure_series *s, size_t i)
{
	return s->half_width && s->half_width[i] > 0 && s->half_width[i] <= LARGEST
		       ? s->half_width[i]
		       : 0;
}

static void figure_widen(double *low, double *high, double x)
{
	*low = fmin(*low, x);
	*high = fmax(*high, x);
}

/* Adds a little room around low .. high, and makes an empty range wider. */
static void give_room(double *low, double *high, bool log, double part)
{
	if (!(*low <= *high)) {
		*low = log ? 0.1 : 0;
		*high = 1;
	}
	if (log) {
		const double factor = *low < *high ? pow(*high / *low, part) : 2;
		*low /= factor;
		*high *= factor;
		return;
	}
	const double room = *low < *high ? part * (*high - *low) : fmax(fabs(*low) * 0.1, 0.5);
	*low -= room;
	*high += room;
}

static void measure_series(const struct figure *f, struct plot *p)
{
	bool bars = false;
	p->x_low = p->y_low = INFINITY;
	p->x_high = p->y_high = -INFINITY;
	for (int s = 0; s < f->n_series; s++) {
		const struct figure_series *one = &f->series[s];
		for (size_t i = 0; i < one->n; i++) {
			if (!figure_can_plot(f, one->x[i], one->y[i]))
				continue;
			const double half = half_width(one, i);
			figure_widen(&p->x_low, &p->x_high, one->x[i]);
			bars |= half > 0;
			if (one->x[i] < f->y_from)
				continue;
			figure_widen(&p->y_low, &p->y_high, one->y[i] + half);
			if (!f->log_y || one->y[i] > half)
				figure_widen(&p->y_low, &p->y_high, one->y[i] - half);
		}
	}
	if (f->x_names) {
		p->x_low = 0.5;
		p->x_high = f->n_x_names + 0.5;
	} else {
		give_room(&p->x_low, &p->x_high, f->log_x, bars ? 0.03 : 0);
	}
	give_room(&p->y_low, &p->y_high, f->log_y, 0.05);
}

static void measure_bars(const struct figure_bars *b, struct plot *p)
{
	double most = 0;
	for (int i = 0; i < b->n; i++)
		most = fmax(most, b->counts[i]);
	p->x_low = b->low;
	p->x_high = b->high;
	give_room(&p->x_low, &p->x_high, false, 0);
	p->y_low = 0;
	p->y_high = most > 0 ? 1.05 * most : 1;
}

/* ---- axes --------------------------------------------------------------- */

static void figure_draw_y_axis(FILE *out, const struct plot *p, const char *title)
{
	char text[32];
	for (int i = 0; i < p->y_ticks.n; i++) {
		const double y = at_y(p, p->y_ticks.at[i]);
		ticks_text(&p->y_ticks, i, text, sizeof text);
		svg_line(out, p->left, y, p->right, y, "g");
		svg_text(out, p->left - 8, y + 4, SVG_END, FONT, "t", text);
	}
	if (title)
		svg_text_up(out, p->left - 8 - p->y_label_width - 14, (p->top + p->bottom) / 2,
			    title);
}

static void figure_draw_x_axis(FILE *out, const struct plot *p, const char *title)
{
	char text[32];
	for (int i = 0; i < p->x_ticks.n; i++) {
		const double x = at_x(p, p->x_ticks.at[i]);
		ticks_text(&p->x_ticks, i, text, sizeof text);
		svg_line(out, x, p->bottom, x, p->bottom + 5, "a");
		svg_text(out, x, p->bottom + 20, SVG_MIDDLE, FONT, "t", text);
	}
	svg_line(out, p->left, p->bottom, p->right, p->bottom, "a");
	if (title)
		svg_text(out, (p->left + p->right) / 2, p->bottom + 42, SVG_MIDDLE, FONT, "t",
			 title);
}

/* Names at 1, 2, ... If they do not fit side by side, every other one is lower. */
static void draw_x_names(FILE *out, const struct plot *p, const char *const *names, int n)
{
	double widest = 0;
	for (int i = 0; i < n; i++)
		widest = fmax(widest, svg_text_width(names[i], FONT));
	const double lower = n > 0 && widest + 8 > (p->right - p->left) / n ? 16 : 0;
	for (int i = 0; i < n; i++) {
		svg_line(out, at_x(p, i + 1), p->bottom, at_x(p, i + 1), p->bottom + 5, "a");
		svg_text(out, at_x(p, i + 1), p->bottom + 20 + (i % 2) * lower, SVG_MIDDLE, FONT,
			 "t", names[i]);
	}
	svg_line(out, p->left, p->bottom, p->right, p->bottom, "a");
}

static double ticks_pixels(const struct ticks *t)
{
	char text[32];
	double widest = 0;
	for (int i = 0; i < t->n; i++) {
		ticks_text(t, i, text, sizeof text);
		widest = fmax(widest, svg_text_width(text, FONT));
	}
	return widest;
}

/* A text from the left edge, cut at the right edge of the page. */
static void text_to_edge(FILE *out, double y, int size, const char *class, const char *text)
{
	char cut[600];
	text_fit(text, (int)((WIDTH - 2 * EDGE) / svg_text_width("0", size)), "…", cut, sizeof cut);
	svg_text(out, EDGE, y, SVG_START, size, class, cut);
}

static bool is_given(const char *text)
{
	return text && text[0];
}

double figure_head_end(const struct figure *f)
{
	return 14 + (is_given(f->title) ? 14 : 0) + (is_given(f->note) ? 18 : 0);
}

void figure_head(const struct figure *f, FILE *out)
{
	if (is_given(f->title))
		text_to_edge(out, 28, TITLE_FONT, "t", f->title);
	if (is_given(f->note))
		text_to_edge(out, figure_head_end(f), SMALL_FONT, "d", f->note);
}

/* ---- the legend --------------------------------------------------------- */

struct legend {
	FILE *out;
	double x, y;
};

/* Finds the place of the next entry's symbol; starts a new line when this one is full. */
static double legend_next(struct legend *l, const char *text, double sign)
{
	const double width = sign + 6 + svg_text_width(text, FONT) + 18;
	if (l->x > EDGE && l->x + width > WIDTH) {
		l->x = EDGE;
		l->y += 18;
	}
	const double x = l->x;
	l->x += width;
	svg_text(l->out, x + sign + 6, l->y + 4, SVG_START, FONT, "t", text);
	return x;
}

static double draw_legend(const struct figure *f, FILE *out, double y)
{
	struct legend l = { out, EDGE, y + 18 };
	char class[16];
	for (int s = 0; s < f->n_series; s++) {
		if (!f->series[s].name)
			continue;
		const double x = legend_next(&l, f->series[s].name, 28);
		snprintf(class, sizeof class, "l s%d", s % SVG_SERIES);
		if (!f->series[s].bare)
			svg_line(out, x, l.y, x + 28, l.y, class);
		if (f->series[s].points)
			fprintf(out, "<circle class=\"f%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>\n",
				s % SVG_SERIES, x + 14, l.y);
	}
	if (f->best.text) {
		const double x = legend_next(&l, f->best.text, 12);
		fprintf(out, "<circle class=\"r\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\"/>\n", x + 6, l.y);
	}
	return l.x > EDGE ? l.y + 6 : y;
}

/* ---- lines -------------------------------------------------------------- */

/* A path that is being written. Of the points in the same half-pixel column, it contains only the
 * first, lowest, highest and last. So a long run gives a small file and no spike is lost. */
struct pen {
	FILE *out;
	bool down;
	size_t held; /* points in the current column */
	double x, low, high, last;
};

static void figure_pen_to(struct pen *p, double x, double y)
{
	fprintf(p->out, "%c%.2f %.2f", p->down ? 'L' : 'M', x, y);
	p->down = true;
}

static void pen_flush(struct pen *p)
{
	if (p->held > 2) {
		figure_pen_to(p, p->x, p->low);
		figure_pen_to(p, p->x, p->high);
	}
	if (p->held > 1)
		figure_pen_to(p, p->x, p->last);
	p->held = 0;
}

static void pen_point(struct pen *p, double x, double y)
{
	if (p->held > 0 && x - p->x < 0.5) {
		p->low = fmin(p->low, y);
		p->high = fmax(p->high, y);
		p->last = y;
		p->held++;
		return;
	}
	pen_flush(p);
	figure_pen_to(p, x, y);
	p->x = x;
	p->low = p->high = p->last = y;
	p->held = 1;
}

static void figure_draw_line(const struct figure *f, const struct plot *p, int index, FILE *out)
{
	const struct figure_series *s = &f->series[index];
	struct pen pen = { .out = out };
	fprintf(out, "<path class=\"l s%d\" d=\"", index % SVG_SERIES);
	for (size_t i = 0; i < s->n; i++) {
		if (figure_can_plot(f, s->x[i], s->y[i])) {
			pen_point(&pen, at_x(p, s->x[i]), at_y(p, s->y[i]));
		} else {
			pen_flush(&pen);
			pen.down = false;
		}
	}
	pen_flush(&pen);
	fputs("\"/>\n", out);
}

static void draw_points(const struct figure *f, const struct plot *p, int index, FILE *out)
{
	const struct figure_series *s = &f->series[index];
	const double cap = 4;
	char class[16];
	snprintf(class, sizeof class, "e s%d", index % SVG_SERIES);
	for (size_t i = 0; i < s->n; i++) {
		if (!figure_can_plot(f, s->x[i], s->y[i]))
			continue;
		const double x = at_x(p, s->x[i]), half = half_width(s, i);
		const double upper = at_y(p, s->y[i] + half),
			     lower = f->log_y && s->y[i] <= half ? p->bottom
								 : at_y(p, s->y[i] - half);
		if (half > 0) {
			svg_line(out, x, lower, x, upper, class);
			svg_line(out, x - cap, lower, x + cap, lower, class);
			svg_line(out, x - cap, upper, x + cap, upper, class);
		}
		if (s->points)
			fprintf(out, "<circle class=\"f%d\" cx=\"%.2f\" cy=\"%.2f\" r=\"3.5\"/>\n",
				index % SVG_SERIES, x, at_y(p, s->y[i]));
	}
}

static bool is_in(const struct figure_mark *m, const struct plot *p)
{
	return m->x >= p->x_low && m->x <= p->x_high;
}

static void draw_mark_lines(const struct figure *f, const struct plot *p, FILE *out)
{
	for (int i = 0; i < f->n_marks; i++)
		if (is_in(&f->marks[i], p))
			svg_line(out, at_x(p, f->marks[i].x), p->top, at_x(p, f->marks[i].x),
				 p->bottom, "m");
}

/* Texts go at the top, one below another where they would overlap. If too many would, a
 * line has no text. */
static void draw_mark_texts(const struct figure *f, const struct plot *p, FILE *out)
{
	double end[MARK_ROWS] = { 0 };
	for (int i = 0; i < f->n_marks; i++) {
		const struct figure_mark *m = &f->marks[i];
		if (!is_in(m, p))
			continue;
		const double x = at_x(p, m->x), width = svg_text_width(m->text, SMALL_FONT) + 4;
		const bool left = x + width > p->right;
		const double from = left ? x - width : x;
		int row = 0;
		while (row < MARK_ROWS && end[row] > from)
			row++;
		if (row == MARK_ROWS)
			continue;
		svg_text(out, left ? x - 4 : x + 4, p->top + 12 + 14 * row,
			 left ? SVG_END : SVG_START, SMALL_FONT, "d h", m->text);
		end[row] = from + width + 4;
	}
}

static void figure_draw_series(const struct figure *f, const struct plot *p, FILE *out)
{
	draw_mark_lines(f, p, out);
	fprintf(out,
		"<clipPath id=\"plot\"><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
		"height=\"%.1f\"/></clipPath>\n"
		"<g clip-path=\"url(#plot)\">\n",
		p->left - 4, p->top - 4, p->right - p->left + 8, p->bottom - p->top + 8);
	for (int s = 0; s < f->n_series; s++)
		if (!f->series[s].bare)
			figure_draw_line(f, p, s, out);
	for (int s = 0; s < f->n_series; s++)
		draw_points(f, p, s, out);
	fputs("</g>\n", out);
	if (f->best.text && figure_can_plot(f, f->best.x, f->best.y) && f->best.y >= p->y_low &&
	    f->best.y <= p->y_high)
		fprintf(out, "<circle class=\"r\" cx=\"%.2f\" cy=\"%.2f\" r=\"5\"/>\n",
			at_x(p, f->best.x), at_y(p, f->best.y));
	draw_mark_texts(f, p, out);
}

static void draw_bars(const struct figure_bars *b, const struct plot *p, FILE *out)
{
	const double width = (p->right - p->left) / b->n;
	for (int i = 0; i < b->n; i++) {
		const double y = at_y(p, b->counts[i]);
		if (b->counts[i] > 0)
			fprintf(out,
				"<rect class=\"f0\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" "
				"height=\"%.2f\"/>\n",
				p->left + i * width + 0.5, y, width - 1, p->bottom - y);
	}
}

/* ---- the whole ---------------------------------------------------------- */

static void write_plot(const struct figure *f, FILE *out)
{
	struct plot p = { .log_x = f->log_x && !f->bars, .log_y = f->log_y && !f->bars };
	if (f->bars)
		measure_bars(f->bars, &p);
	else
		measure_series(f, &p);
	p.y_ticks = p.log_y ? ticks_log(p.y_low, p.y_high, MOST_Y_TICKS)
			    : ticks_linear(p.y_low, p.y_high, MOST_Y_TICKS, 0);
	p.x_ticks = p.log_x ? ticks_log(p.x_low, p.x_high, MOST_X_TICKS)
			    : ticks_linear(p.x_low, p.x_high, MOST_X_TICKS, 0);
	p.y_label_width = ticks_pixels(&p.y_ticks);
	svg_begin(out, WIDTH, HEIGHT, f->theme);
	figure_head(f, out);
	p.top = draw_legend(f, out, figure_head_end(f)) + 16;
	p.bottom = HEIGHT - (f->x_title || f->x_names ? 58 : 36);
	p.left = EDGE + (f->y_title ? 20 : 0) + p.y_label_width + 8;
	p.right = WIDTH - 28;
	figure_draw_y_axis(out, &p, f->y_title);
	if (f->bars)
		draw_bars(f->bars, &p, out);
	else
		figure_draw_series(f, &p, out);
	if (f->x_names)
		draw_x_names(out, &p, f->x_names, f->n_x_names);
	else
		figure_draw_x_axis(out, &p, f->x_title);
	svg_end(out);
}

void figure_write(const struct figure *f, FILE *out)
{
	if (f->cells)
		figure_write_cells(f, out);
	else
		write_plot(f, out);
}

int figure_save(const char *path, const struct figure *f, struct err *e)
{
	struct file file;
	int status = file_begin(&file, path, FILE_ONLY, e);
	if (status < 0)
		return status;
	figure_write(f, file.stream);
	return file_commit(&file, e);
}
