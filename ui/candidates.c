/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "candidates.h"

#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"
#include "style.h"

enum { MOST = 2000, WIDEST = 40, GAP = 2 };

void candidates_add(struct candidates *c, const char *value, const char *label, bool more)
{
	if (c->n >= MOST || mem_grow(&c->item, &c->room, c->n + 1, sizeof *c->item, NULL) < 0)
		return;
	struct candidate one = { strdup(value), strdup(label), more };
	if (one.value && one.label) {
		c->item[c->n++] = one;
	} else {
		free(one.value);
		free(one.label);
	}
}

void candidates_clear(struct candidates *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->item[i].value);
		free(c->item[i].label);
	}
	c->n = 0;
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

static int column_width(const struct candidates *c)
{
	int widest = 1;
	for (size_t i = 0; i < c->n; i++) {
		int width = text_width(c->item[i].label);
		widest = width > widest ? width : widest;
	}
	return (widest < WIDEST ? widest : WIDEST) + GAP;
}

static int per_row(const struct candidates *c, int columns)
{
	int width = column_width(c);
	return columns > width ? columns / width : 1;
}

int candidates_rows(const struct candidates *c, int columns)
{
	int across = per_row(c, columns);
	return ((int)c->n + across - 1) / across;
}

int candidates_draw(const struct candidates *c, struct area a)
{
	int n = (int)c->n, across = per_row(c, a.columns), rows = candidates_rows(c, a.columns);
	int width = across > 1 ? column_width(c) : a.columns + GAP;
	bool cut = rows > a.rows;
	rows = cut ? a.rows : rows;
	int shown = !cut ? n : rows > 1 ? (rows - 1) * across : 0;
	for (int i = 0; i < shown; i++)
		canvas_text(a, i / across, i % across * width, width - GAP, STYLE_NORMAL,
			    c->item[i].label);
	if (cut)
		canvas_textf(a, rows - 1, 0, STYLE_DIM, "%d more: keep typing", n - shown);
	return rows;
}
