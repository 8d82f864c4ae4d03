/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One line of a file of ratings: its ids and its number, or what is wrong and where. Touches
 * nothing but the line, so threads may parse different lines. */
#ifndef LOAD_RATING_LINE_H
#define LOAD_RATING_LINE_H

#include "autorec/load.h"
#include "layout.h"

struct rating_line {
	char *text; /* [length], set by the caller */
	size_t length;
	/* Ids of 1 .. ID_LONGEST bytes, not blank; item: unless the layout has sections. */
	struct field user, item;
	float value;
	const char *bad; /* the invalid place within text */
};

/* Parses the text. ERR_DATA if it is not a rating; then `bad` is the place, and the error's `where`
 * is empty. Replaces quotes within fields in place, so parse a line only once. */
int rating_line_parse(struct rating_line *l, const struct layout *layout,
		      const struct load_options *o, struct err *e);
/* Checks the item of a line that begins a section; the item is set already. */
int rating_line_section(struct rating_line *l, struct err *e);

#endif
