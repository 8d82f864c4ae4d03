/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How the lines of a file are cut into columns, and what each column means. The layout is detected
 * from the first lines, for ratings and titles alike. */
#ifndef LOAD_LAYOUT_H
#define LOAD_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "reader.h"

enum role { USER, ITEM, RATING, TIMESTAMP, TITLE, N_ROLES };

/* The columns of a kind of file, in the usual order of files without a header. The first
 * `least` are required. */
struct columns {
	const char *what; /* the required columns, in words */
	int least, n;
	enum role role[4];
};
extern const struct columns columns_of_ratings, columns_of_titles;

/* What is known about a file in advance; NULL: detect it. */
struct layout_hint {
	const char *separator; /* as in struct layout */
	/* "item,-,title": the names in order, "-" for an unused column. A final "..." means that
	 * the last column extends to the end of the line. */
	const char *columns;
};

enum { MAX_COLUMNS = 64 }; /* further columns are ignored */

struct layout {
	const char *separator; /* one or two characters; " " is any run of blanks */
	bool header;
	/* Lines such as "7:" name the item of the lines below, which have no column for it. */
	bool sections;
	/* The last column extends to the end of the line, and quotes are plain characters. */
	bool open_ended;
	int n_columns;       /* of the first line */
	int column[N_ROLES]; /* the column of each role; -1: none */
	int needed;          /* columns up to the last one used */
};

/* A cell of a line, in place, without its quotes and surrounding blanks. `quoted` tells
 * whether it had quotes. */
struct field {
	char *text;
	size_t length;
	bool quoted;
};

/* Parse what a person typed for a hint: "tab", ";"; "item,user,rating". ERR_USAGE if
 * it is not valid. */
int layout_parse_separator(const char *text, const char **out, struct err *e);
int layout_check_columns(const char *text, const struct columns *want, struct err *e);

/* Finds the layout from the first lines of r, which has just been opened, and leaves r at the first
 * line. ERR_DATA if the lines have too few columns or a header lacks one. */
int layout_find(struct layout *l, struct reader *r, const struct layout_hint *hint,
		const struct columns *want, struct err *e);
/* Writes the columns in order, such as "user item rating timestamp"; "-" for unused ones. */
void layout_describe(const struct layout *l, char *out, size_t size);

/* Is it a line such as "7:"? If so, id is the text before the colon. */
bool layout_section(char *line, size_t length, struct field *id);

/* Cuts up to `needed` fields from a line and returns how many there are; later fields are not
 * examined. -1: the quote before fields[0] is not closed, or more text follows it. */
int layout_split(const struct layout *l, char *line, size_t length,
		 struct field fields[MAX_COLUMNS]);
/* Replaces doubled quotes of a quoted field by single ones, in place, and removes
 * blanks at its ends. */
void field_unquote(struct field *f);

#endif
