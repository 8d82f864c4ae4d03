/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "yank.h"

#include <stdio.h>
#include <string.h>

#include "autorec/command.h"
#include "view.h"

/* Appends a value, with blanks for control characters, which a terminal or a shell might obey. */
static void add_field(const char *text, struct text *out)
{
	const char *from = text;
	for (uint32_t code; (code = text_next(&text)); from = text)
		if (code < 0x20 || (code >= 0x7f && code < 0xa0))
			text_add(out, " ", 1);
		else
			text_add(out, from, (size_t)(text - from));
}

static void add_value(const json_t *value, struct text *out)
{
	if (json_is_string(value))
		add_field(json_string_value(value), out);
	else if (json_is_integer(value))
		text_addf(out, "%lld", (long long)json_integer_value(value));
	else if (json_is_real(value))
		text_addf(out, "%.6g", json_real_value(value));
	else if (json_is_boolean(value))
		text_addf(out, "%s", json_is_true(value) ? "yes" : "no");
}

/* Appends the names of a row's columns, or its values. */
static void add_row(const json_t *row, bool names, struct text *out)
{
	const char *key, *tab = "";
	json_t *value;
	json_object_foreach ((json_t *)row, key, value) {
		text_addf(out, "%s%s", tab, names ? key : "");
		if (!names)
			add_value(value, out);
		tab = "\t";
	}
	text_addf(out, "\n");
}

static void add_rows(const json_t *rows, int32_t cursor, bool table, struct text *out, int64_t *n)
{
	if (!table) {
		*n = (size_t)cursor < json_array_size(rows);
		if (*n)
			add_row(json_array_get(rows, (size_t)cursor), false, out);
		return;
	}
	if (json_array_size(rows) > 0)
		add_row(json_array_get(rows, 0), true, out);
	for (*n = 0; (size_t)*n < json_array_size(rows); ++*n) {
		const size_t before = out->length;
		add_row(json_array_get(rows, (size_t)*n), false, out);
		if (out->length > YANK_LONGEST) {
			out->bytes[out->length = before] = 0;
			return;
		}
	}
}

static void add_lines(const struct lines *lines, int32_t cursor, bool table, struct text *out,
		      int64_t *n)
{
	size_t i = table ? 0 : (size_t)cursor;
	for (*n = 0; i < lines->n && (table || *n == 0); i++, ++*n) {
		const char *line = lines_at(lines, i);
		if (out->length + strlen(line) > YANK_LONGEST)
			return;
		add_field(line, out);
		text_addf(out, "\n");
	}
}

int yank_text(struct picture *p, bool table, struct text *out, int64_t *rows, struct err *e)
{
	char command[COMMAND_BYTES];
	const enum view view = picture_acting(p);
	json_t *answer;
	*rows = 0;
	if (view == VIEW_LOG || view == VIEW_HELP) {
		add_lines(view == VIEW_LOG ? &p->log : &p->help, p->lists[view].cursor, table, out,
			  rows);
		return out->failed ? err_set(e, ERR_NOMEM, NULL, "out of memory") : 0;
	}
	if (!view_ops[view]->list || !view_ops[view]->list(p, command))
		return err_set(
			e, ERR_FAILED, NULL,
			"this view has no list to copy; user ID, item ID and units show one");
	int status = command_ask(p->session, command, &answer, e);
	if (status < 0)
		return status;
	add_rows(json_object_get(answer, "rows"), p->lists[view].cursor, table, out, rows);
	json_decref(answer);
	return out->failed ? err_set(e, ERR_NOMEM, NULL, "out of memory") : 0;
}
