/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One line of a file of ratings: its ids and its number, or what is wrong and where. Touches
 * nothing but the line, so threads may parse different lines. */
#ifndef LOAD_RATING_LINE_H
#define LOAD_RATING_LINE_H

#include "autorec/load.h"
#include "layout.h"

struct rating_line {
	/* Set by the caller. */
	char *text; /* [length] */
	size_t length;
	bool has_no_nul; /* the text is known to have no NUL bytes */
	/* Ids of 1 .. ID_LONGEST bytes, not blank; but the one that a section names. In a matrix
	 * `user` is the id of the line, whichever side it is, if lines have ids. */
	struct field *user, *item;
	float value;
	int64_t time;    /* in milliseconds since 1970, or NO_TIME */
	bool missing;    /* it stands for no rating */
	bool blank;      /* ... because there is none: blank, or NaN or the like */
	const char *bad; /* the invalid place within text */
	/* Of a list. The ids are among them, because a copy takes as long as cutting. */
	struct field fields[MAX_COLUMNS];
};

/* Parses the text. ERR_DATA if it is not a rating; then `bad` is the place, and the error's `where`
 * is empty. Replaces quotes within fields in place, so parse a line only once. */
int rating_line_parse(struct rating_line *l, const struct layout *layout,
		      const struct load_options *o, struct err *e);
/* Checks the id of a line that begins a section; it is set already. */
int rating_line_section(struct rating_line *l, const struct layout *layout, struct err *e);
/* Cuts a line of a matrix into its n_columns fields, with room for one more. ERR_DATA as above. */
int rating_line_row(struct rating_line *l, const struct layout *layout, struct field *fields,
		    struct err *e);
/* Do they hold nothing but the name of the rows? */
bool rating_line_names_rows(const struct layout *layout, const struct field *fields);
/* Parses one of them as a rating. */
int rating_line_cell(struct rating_line *l, const struct field *f, const struct layout *layout,
		     const struct load_options *o, struct err *e);

#endif
