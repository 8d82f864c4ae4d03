/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The list of words that the prompt offers as completions, and how it is drawn. */
#ifndef UI_CANDIDATES_H
#define UI_CANDIDATES_H

#include <stdbool.h>
#include <stddef.h>

#include "canvas.h"

struct candidate {
	char *value, *label; /* text to insert, text to show */
	bool more;           /* the word continues after the value */
};

struct candidates { /* start from {0} */
	struct candidate *item;
	size_t n, room;
};

/* Adds a candidate.  Does nothing once the list holds thousands. */
void candidates_add(struct candidates *c, const char *value, const char *label, bool more);
void candidates_clear(struct candidates *c);
void candidates_done(struct candidates *c);
/* Returns the length in bytes of the prefix that all values share.  It never cuts a character.  The
 * list must not be empty. */
size_t candidates_common(const struct candidates *c);
/* Returns the rows needed to list all candidates in `columns` columns. */
int candidates_rows(const struct candidates *c, int columns);
/* Lists the labels in columns and says how many do not fit.  Returns the rows used. */
int candidates_draw(const struct candidates *c, struct area a);

#endif
