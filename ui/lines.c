/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lines.h"

#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"

enum { LINE_BYTES = 8192 }; /* wider than any screen */

static void add_line(struct lines *l, const char *line, size_t length, size_t most)
{
	if (l->n > 0 && l->n >= most) {
		text_done(&l->line[0]);
		memmove(&l->line[0], &l->line[1], --l->n * sizeof l->line[0]);
	}
	if (mem_grow(&l->line, &l->room, l->n + 1, sizeof *l->line, NULL) < 0)
		return;
	l->line[l->n] = (struct text){ 0 };
	text_add(&l->line[l->n++], line, text_cut(line, length, LINE_BYTES));
}

/* Returns how many of the n bytes fit on one line of `columns` columns: all, or those up to the
 * last blank that fits. */
static size_t line_length(const char *text, size_t n, int columns)
{
	const char *end = text + n, *fits = text, *p = text;
	for (int width = 0; p < end && width <= columns;) {
		if (*p == ' ')
			fits = p;
		width += text_columns(text_next(&p));
		if (p >= end && width <= columns)
			return n;
	}
	return columns > 0 && fits > text ? (size_t)(fits - text) : n;
}

void lines_add(struct lines *l, const char *text, int columns, size_t most)
{
	static const char indent[] = "             "; /* where "  %-10s " ends */
	struct text continued = { 0 };
	while (*text) {
		const size_t n = strcspn(text, "\n");
		const size_t first = line_length(text, n, columns);
		add_line(l, text, first, most);
		for (size_t at = first, part; at < n; at += part) {
			at += strspn(text + at, " ");
			part = line_length(text + at, n - at, columns - (int)strlen(indent));
			text_clear(&continued);
			text_addf(&continued, "%s%.*s", indent, (int)part, text + at);
			if (!continued.failed)
				add_line(l, continued.bytes, continued.length, most);
		}
		text += n + (text[n] == '\n');
	}
	text_done(&continued);
}

const char *lines_at(const struct lines *l, size_t i)
{
	return i < l->n && l->line[i].bytes ? l->line[i].bytes : "";
}

void lines_done(struct lines *l)
{
	for (size_t i = 0; i < l->n; i++)
		text_done(&l->line[i]);
	free(l->line);
	*l = (struct lines){ 0 };
}
