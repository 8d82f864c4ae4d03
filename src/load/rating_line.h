/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One line of a file of ratings: its ids and its number, or what is wrong with it and where.
 * Touches nothing but the line: any thread may parse lines of its own. */
#ifndef LOAD_RATING_LINE_H
#define LOAD_RATING_LINE_H

#include "autorec/load.h"
#include "layout.h"

struct rating_line {
	char *text; /* [length], given */
	size_t length;
	struct field user, item; /* ids of 1 .. ID_LONGEST bytes, not blank; item: unless the layout
				    has sections */
	float value;
	const char *bad; /* the place within text that is wrong */
};

/* Fills in what the text says.  ERR_DATA when it is no rating; the error's place is then `bad`, its
 * `where` is empty.  Quotes within fields are undone in place: parse a line once. */
int rating_line_parse(struct rating_line *l, const struct layout *layout,
		      const struct load_options *o, struct err *e);
/* Checks the item of a line that begins a section, which is found already. */
int rating_line_section(struct rating_line *l, struct err *e);

#endif
