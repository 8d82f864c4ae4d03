/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is told of the keys, all made from key_table. */
#ifndef UI_KEY_HELP_H
#define UI_KEY_HELP_H

#include "autorec/text.h"
#include "keys.h"

/* "s", or "F1-F6" where a row has several keys. */
struct key_label {
	char text[16];
};
struct key_label key_help_label(const struct key_row *row);

/* The keys of a view for its hint line, "s sort  f filter": as many as fit the columns. */
void key_help_hint(enum view view, int columns, struct text *out);
/* All keys: for help, as Markdown for the README, as a section of the manual page. */
void key_help_text(struct text *out);
void key_help_reference(struct text *out);
void key_help_manual(struct text *out);

#endif
