/* SPDX-License-Identifier: GPL-3.0-or-later
 * The log view: the answers of commands. */
#include "view.h"

static void draw_log(struct area a, struct picture *p)
{
	struct list *l = &p->lists[VIEW_LOG];
	if (p->n_log == 0) {
		view_empty(
			a,
			"This view keeps the text that commands print. To list all commands, type:",
			"help");
		return;
	}
	/* The log scrolls by its top row, so the top follows the cursor. */
	const int32_t last = (int32_t)p->n_log - a.rows;
	l->n = (int32_t)p->n_log;
	l->y = a.y;
	l->shown = a.rows;
	if (l->cursor > last)
		l->cursor = last > 0 ? last : 0;
	l->top = l->cursor;
	for (int row = 0; row < a.rows && l->top + row < l->n; row++) {
		const struct text *line = &p->log[l->top + row];
		const char *text = line->bytes ? line->bytes : "";
		canvas_text(a, row, 0, a.columns, text[0] == '>' ? STYLE_TITLE : STYLE_NORMAL,
			    text);
	}
}

const struct view_ops view_log_ops = { .title = "Log", .draw = draw_log };
