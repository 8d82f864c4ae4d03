/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Descriptions of the keys, all made from key_table. */
#ifndef UI_KEY_HELP_H
#define UI_KEY_HELP_H

#include "autorec/text.h"
#include "keys.h"

/* "s", or "F1-F6" where a row has several keys. */
struct key_label {
	char text[16];
};
struct key_label key_help_label(const struct key_row *row);

/* Writes a line such as "?:help  Tab:focus  s:sort" with as many of the view's keys of these modes
 * as fit. */
void key_help_hint(enum view view, unsigned modes, int columns, struct text *out);
/* All keys, in three forms: help text by view, Markdown for the README, a section of the manual
 * page. */
void key_help_text(struct text *out);
/* Explains the keys of the view or the key with this name; NULL: all keys. */
void key_help_topic(const char *name, struct text *out);
void key_help_reference(struct text *out);
void key_help_manual(struct text *out);

#endif
