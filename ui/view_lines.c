/* SPDX-License-Identifier: GPL-3.0-or-later
 * The log and the help: lines of text that scroll. */
#include "view.h"

/* Draws lines from the list's cursor on, or the last ones.  Unlike other lists these have no
 * selected row. */
static void draw_lines(struct area a, struct list *l, const struct lines *lines, char title)
{
	const int32_t n = (int32_t)lines->n, last = n > a.rows ? n - a.rows : 0;
	list_fit(l, n, a);
	if (l->cursor > last)
		l->cursor = last;
	l->top = l->cursor;
	for (int row = 0; row < a.rows && l->top + row < n; row++) {
		const char *text = lines_at(lines, (size_t)(l->top + row));
		const bool heading = title ? text[0] == title : text[0] && text[0] != ' ';
		canvas_text(a, row, 0, a.columns, heading ? STYLE_TITLE : STYLE_NORMAL, text);
	}
}

static void draw_log(struct area a, struct picture *p)
{
	if (p->log.n > 0)
		draw_lines(a, &p->lists[VIEW_LOG], &p->log, '>');
	else
		view_empty(
			a,
			"This view keeps the text that commands print. To list all commands, type:",
			"help");
}

static void draw_help(struct area a, struct picture *p)
{
	if (p->help_columns != a.columns) {
		lines_done(&p->help);
		lines_add(&p->help, p->help_text.bytes ? p->help_text.bytes : "", a.columns,
			  SIZE_MAX);
		p->help_columns = a.columns;
	}
	draw_lines(a, &p->lists[VIEW_HELP], &p->help, 0);
}

const struct view_ops view_log_ops = { .title = "Log", .draw = draw_log };
const struct view_ops view_help_ops = { .title = "Help", .answers = "help", .draw = draw_help };
