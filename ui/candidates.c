/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "candidates.h"

#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"
#include "autorec/num.h"
#include "style.h"

enum { MOST = 2000, WIDEST = 40, SHORT = 12, GAP = 2 };

void candidates_add(struct candidates *c, const char *value, const char *label, const char *about,
		    bool more)
{
	c->total++;
	if (c->n >= MOST || mem_grow(&c->item, &c->room, c->n + 1, sizeof *c->item, NULL) < 0)
		return;
	struct candidate one = { strdup(value), strdup(label), strdup(about), more };
	if (one.value && one.label && one.about) {
		c->item[c->n++] = one;
	} else {
		free(one.value);
		free(one.label);
		free(one.about);
	}
}

void candidates_note(struct candidates *c, const char *note, size_t total)
{
	free(c->note);
	c->note = note[0] ? strdup(note) : NULL;
	c->total = total;
}

void candidates_clear(struct candidates *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->item[i].value);
		free(c->item[i].label);
		free(c->item[i].about);
	}
	free(c->note);
	c->note = NULL;
	c->n = c->total = 0;
}

void candidates_done(struct candidates *c)
{
	candidates_clear(c);
	free(c->item);
	*c = (struct candidates){ 0 };
}

size_t candidates_common(const struct candidates *c)
{
	const char *first = c->item[0].value;
	size_t length = strlen(first);
	for (size_t i = 1; i < c->n; i++) {
		size_t same = 0;
		while (same < length && c->item[i].value[same] == first[same])
			same++;
		length = same;
	}
	while (length > 0 && (first[length] & 0xc0) == 0x80)
		length--;
	return length;
}

static bool is_described(const struct candidates *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->item[i].about[0])
			return true;
	return false;
}

static int widest_about(const struct candidates *c)
{
	int widest = 0;
	for (size_t i = 0; i < c->n; i++) {
		const int width = text_width(c->item[i].about);
		widest = width > widest ? width : widest;
	}
	return widest;
}

/* Descriptions as short as an id stay with their labels in columns too.  Returns their width and
 * the blank before them. */
static int tail_width(const struct candidates *c)
{
	const int widest = widest_about(c);
	return widest > 0 && widest <= SHORT ? widest + 1 : 0;
}

/* Returns the columns of the widest label, at most `most`. */
static int widest_label(const struct candidates *c, int most)
{
	int widest = 1;
	for (size_t i = 0; i < c->n; i++) {
		const int width = text_width(c->item[i].label);
		widest = width > widest ? width : widest;
	}
	return widest < most ? widest : most;
}

static int column_width(const struct candidates *c)
{
	return widest_label(c, WIDEST) + tail_width(c) + GAP;
}

/* Returns where the descriptions begin.  Short ones leave the labels more room. */
static int about_column(const struct candidates *c, int columns)
{
	const int left = columns - widest_about(c) - GAP;
	return widest_label(c, left > WIDEST ? left : WIDEST) + GAP;
}

static int note_rows(const struct candidates *c)
{
	return c->note ? 1 : 0;
}

/* Is there a row for each candidate, so that its description can be shown? */
static bool in_rows(const struct candidates *c, int most)
{
	return is_described(c) && c->total == c->n && (int)c->n + note_rows(c) <= most;
}

/* How many candidates stand side by side. */
static int per_row(const struct candidates *c, int columns, int most)
{
	const int width = column_width(c);
	return !in_rows(c, most) && columns > width ? columns / width : 1;
}

int candidates_rows(const struct candidates *c, int columns, int most)
{
	const int across = per_row(c, columns, most), shown = c->n > 1 ? (int)c->n : 0;
	const int cut = c->total > c->n, rows = note_rows(c) + (shown + across - 1) / across + cut;
	return rows < most ? rows : most;
}

/* Draws the label, shortened if it is too wide, and the description from column about_x on. */
static void draw_one(struct area a, const struct candidate *one, int label_columns, int about_x)
{
	const char *ellipsis = a.canvas->glyphs == GLYPHS_ASCII ? "~" : "\u2026";
	char fitted[512];
	text_fit(one->label, label_columns, ellipsis, fitted, sizeof fitted);
	canvas_text(a, 0, 0, label_columns, STYLE_NORMAL, fitted);
	text_fit(one->about, a.columns - about_x, ellipsis, fitted, sizeof fitted);
	canvas_text(a, 0, about_x, -1, STYLE_DIM, fitted);
}

static void draw_in_columns(const struct candidates *c, struct area a, int shown, int across)
{
	const int width = across > 1 ? column_width(c) : a.columns + GAP, tail = tail_width(c),
		  label = width - GAP - tail;
	for (int i = 0; i < shown; i++)
		draw_one(area_at(a, i / across, i % across * width, 1, width - GAP), &c->item[i],
			 label, tail ? label + 1 : label);
}

void candidates_draw(const struct candidates *c, struct area a)
{
	const int across = per_row(c, a.columns, a.rows), n = c->n > 1 ? (int)c->n : 0;
	const bool described = in_rows(c, a.rows);
	const int about_x = about_column(c, a.columns);
	char some[NUM_TEXT], all[NUM_TEXT];
	if (c->note && a.rows > 0)
		canvas_text(area_cut_top(&a, 1), 0, 0, -1, STYLE_DIM, c->note);
	const bool cut = c->total > c->n || (n + across - 1) / across > a.rows;
	const int room = !cut         ? n
			 : a.rows > 1 ? (a.rows - 1) * across
				      : 0,
		  shown = room < n ? room : n;
	for (int i = 0; described && i < shown; i++)
		draw_one(area_at(a, i, 0, 1, a.columns), &c->item[i], about_x - GAP, about_x);
	if (!described)
		draw_in_columns(c, a, shown, across);
	if (cut && n > 0 && a.rows > 0)
		canvas_textf(a, a.rows - 1, 0, STYLE_DIM, "%s of %s: keep typing",
			     num_grouped(shown, some), num_grouped((int64_t)c->total, all));
}
