/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "key_help.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct key_label key_help_label(const struct key_row *row)
{
	struct key_label l;
	const int before = (int)strlen(row->label) - 1; /* the digit that counts the keys */
	if (row->more == 0)
		snprintf(l.text, sizeof l.text, "%s", row->label);
	else
		snprintf(l.text, sizeof l.text, "%s-%.*s%d", row->label, before, row->label,
			 row->label[before] - '0' + row->more);
	return l;
}

void key_help_hint(enum view view, unsigned modes, int columns, struct text *out)
{
	for (int i = 0; i < n_keys; i++) {
		const struct key_row *row = &key_table[i];
		if (!row->hint || !(row->views >> view & 1) || !(row->modes & modes))
			continue;
		const struct key_label label = key_help_label(row);
		const size_t gap = out->length ? 2 : 0,
			     width = gap + strlen(label.text) + 1 + strlen(row->hint);
		if (out->length + width > (size_t)columns)
			return;
		text_addf(out, "%s%s:%s", out->length ? "  " : "", label.text, row->hint);
	}
}

/* Adds a condition such as "in the focused panel of user, item". */
static void add_when(const struct key_row *row, struct text *out)
{
	text_addf(out, "%s",
		  row->modes & MODE_TYPING  ? "always"
		  : row->modes & MODE_EMPTY ? "while nothing is typed"
					    : "in the focused panel");
	const char *before = " of";
	for (int v = 0; v < N_VIEWS && row->views != ALL_VIEWS; v++)
		if (row->views >> v & 1) {
			text_addf(out, "%s %s", before, view_name((enum view)v));
			before = ",";
		}
}

static void add_line(const struct key_row *row, bool when, struct text *out)
{
	text_addf(out, "  %-10s %s", key_help_label(row).text, row->help);
	if (when) {
		text_addf(out, " (");
		add_when(row, out);
		text_addf(out, ")");
	}
	text_addf(out, "\n");
}

/* Lists the keys that only some views have and this view is one of. */
static void add_view(enum view view, struct text *out)
{
	bool any = false;
	for (int i = 0; i < n_keys; i++) {
		if (key_table[i].views == ALL_VIEWS || !(key_table[i].views >> view & 1))
			continue;
		if (!any)
			text_addf(out, "%sKEYS OF THE VIEW %s, while its panel has the focus\n",
				  out->length ? "\n" : "", view_name(view));
		any = true;
		add_line(&key_table[i], false, out);
	}
}

void key_help_text(struct text *out)
{
	text_addf(out, "KEYS\n");
	for (int i = 0; i < n_keys; i++)
		if (key_table[i].views == ALL_VIEWS)
			add_line(&key_table[i], true, out);
	for (int v = 0; v < N_VIEWS; v++)
		add_view((enum view)v, out);
}

/* Is this the name of the row's key, or of one of its keys?  Letters have two cases. */
static bool is_named(const struct key_row *row, const char *name)
{
	if (!name[1] && row->key == K_CHAR)
		return (uint32_t)name[0] >= row->code &&
		       (uint32_t)name[0] <= row->code + (uint32_t)row->more;
	return !strcasecmp(key_help_label(row).text, name);
}

void key_help_topic(const char *name, struct text *out)
{
	if (!name) {
		key_help_text(out);
		return;
	}
	bool any = false;
	for (int v = 0; v < N_VIEWS; v++)
		if (!strcasecmp(view_name((enum view)v), name))
			add_view((enum view)v, out);
	for (int i = 0; i < n_keys; i++) {
		if (!is_named(&key_table[i], name))
			continue;
		if (!any)
			text_addf(out, "%s%s: a key\n", out->length ? "\n" : "", name);
		any = true;
		add_line(&key_table[i], true, out);
	}
}

void key_help_reference(struct text *out)
{
	text_addf(out, "\n| key | works | what it does | same as |\n|---|---|---|---|\n");
	for (int i = 0; i < n_keys; i++) {
		const struct key_row *row = &key_table[i];
		const char *quote = row->command ? "`" : "";
		text_addf(out, "| `%s` | ", key_help_label(row).text);
		add_when(row, out);
		text_addf(out, " | %s | %s%s%s |\n", row->help, quote,
			  row->command ? row->command : "", quote);
	}
}

void key_help_manual(struct text *out)
{
	text_addf(out, ".SH KEYS\n");
	for (int i = 0; i < n_keys; i++) {
		const struct key_label label = key_help_label(&key_table[i]);
		text_addf(out, ".TP\n.B \"");
		for (const char *c = label.text; *c; c++)
			text_addf(out, *c == '-' ? "\\-" : "%c", *c);
		text_addf(out, "\"\n%s, ", key_table[i].help);
		add_when(&key_table[i], out);
		text_addf(out, "\n");
	}
}
