/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How the lines of a file are cut into columns, and which column means what: found by looking at
 * the first lines.  Serves ratings and titles alike. */
#ifndef LOAD_LAYOUT_H
#define LOAD_LAYOUT_H

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

/* What is known of a file beforehand; NULL: found by looking. */
struct layout_hint {
	const char *separator; /* as a layout's */
	const char *columns; /* "item,-,title": their names in order, "-" for one that is not used;
				"..." after the last: it goes to the end of the line */
};

enum { MAX_COLUMNS = 64 }; /* those behind are ignored */

struct layout {
	const char *separator; /* one or two characters; " " is any run of blanks */
	bool header;
	bool sections; /* lines such as "7:" name the item of the lines below, which have no column
			  for it */
	bool open_ended; /* the last column goes to the end of the line, and quotes are characters
			  */
	int n_columns;   /* of the first line */
	int column[N_ROLES]; /* where each stands, -1 where nowhere */
	int needed;          /* columns up to the last that is used */
};

/* A cell of a line, in place, without its quotes and the blanks around it; `quoted` when it had
 * quotes. */
struct field {
	char *text;
	size_t length;
	bool quoted;
};

/* ERR_USAGE when a person's words for a hint cannot be understood: "tab", ";"; "item,user,rating".
 */
int layout_parse_separator(const char *text, const char **out, struct err *e);
int layout_check_columns(const char *text, const struct columns *want, struct err *e);

/* Looks at the first lines of what r, just opened, is about to read, and goes to them.  ERR_DATA
 * when they have too few columns or a header lacks one. */
int layout_find(struct layout *l, struct reader *r, const struct layout_hint *hint,
		const struct columns *want, struct err *e);
/* The columns in order, as "user item rating timestamp"; "-" for those that are not used. */
void layout_describe(const struct layout *l, char *out, size_t size);

/* Is it a line such as "7:"?  id: what stands before the colon, if it is one. */
bool layout_section(char *line, size_t length, struct field *id);

/* Cuts up to `needed` fields from a line and returns how many there are; those behind are not
 * looked at. -1: the quote before fields[0] is not closed, or more text follows it. */
int layout_split(const struct layout *l, char *line, size_t length,
		 struct field fields[MAX_COLUMNS]);
/* Turns the doubled quotes of a quoted field into single ones, in place, and drops the blanks at
 * its ends. */
void field_unquote(struct field *f);

#endif
