/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How the lines of a file are cut into columns, and which column means what: found by looking at the
 * first lines.  Serves ratings and titles alike. */
#ifndef DATA_LAYOUT_H
#define DATA_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "reader.h"

enum role { USER, ITEM, RATING, TIMESTAMP, TITLE, N_ROLES };

/* What a kind of file holds: its columns in the order in which a file without header has them; the
 * first `least` of them must be there. */
struct columns {
	const char *what; /* the needed ones, in words */
	int least, n;
	enum role role[4];
};
extern const struct columns columns_of_ratings, columns_of_titles;

enum { MAX_COLUMNS = 64 }; /* those behind are ignored */

struct layout {
	const char *separator; /* "," and the like; " " is any run of blanks */
	bool header;
	int n_columns;        /* of the first line */
	int column[N_ROLES];  /* where each stands, -1 where nowhere */
	int needed;           /* columns up to the last that is used */
};

/* A cell of a line, in place, without its quotes and the blanks around it; `quoted` when it had quotes. */
struct field {
	char *text;
	size_t length;
	bool quoted;
};

/* Looks at the first lines of what r, just opened, is about to read.  separator: NULL to find it.  ERR_DATA
 * when the lines have too few columns or a header lacks one. */
int layout_find(struct layout *l, const struct reader *r, const char *separator, const struct columns *want,
		struct err *e);
/* The columns in order, as "user item rating timestamp"; "-" for those that are not used. */
void layout_describe(const struct layout *l, char *out, size_t size);

/* Cuts up to `max` fields from a line and returns how many there are; those behind are not looked at.
 * -1: the quote before fields[0] is not closed, or more text follows it. */
int layout_split(const char *separator, char *line, size_t length, struct field *fields, int max);
/* Turns the doubled quotes of a quoted field into single ones, in place, and drops the blanks at its ends. */
void field_unquote(struct field *f);

#endif
