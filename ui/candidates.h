/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a word can be completed to. */
#ifndef UI_CANDIDATES_H
#define UI_CANDIDATES_H

#include <stdbool.h>
#include <stddef.h>

#include "canvas.h"

struct candidate {
	char *value, *label; /* what is inserted, what is shown */
	bool more;           /* the word goes on behind it */
};

struct candidates { /* start from {0} */
	struct candidate *item;
	size_t n, room;
};

/* Adds one, unless there are thousands. */
void candidates_add(struct candidates *c, const char *value, const char *label, bool more);
void candidates_clear(struct candidates *c);
void candidates_done(struct candidates *c);
/* The length of what all values begin with, in whole characters; there must be one. */
size_t candidates_common(const struct candidates *c);
/* The number of rows of a list of all of them that is this many columns wide. */
int candidates_rows(const struct candidates *c, int columns);
/* Lists the labels in columns, and how many do not fit; returns the rows used. */
int candidates_draw(const struct candidates *c, struct area a);

#endif
