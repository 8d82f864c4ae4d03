/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "key_help.h"

#include <stdio.h>
#include <string.h>

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
		const size_t width = strlen(label.text) + strlen(row->hint) + 3;
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

void key_help_text(struct text *out)
{
	text_addf(out, "keys\n");
	for (int i = 0; i < n_keys; i++) {
		text_addf(out, "%-10s %s (", key_help_label(&key_table[i]).text, key_table[i].help);
		add_when(&key_table[i], out);
		text_addf(out, ")\n");
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
