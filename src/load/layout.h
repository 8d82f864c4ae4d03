/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How the lines of a file are cut into columns, and what each column means. The layout is detected
 * from the first lines, for ratings and titles alike. */
#ifndef LOAD_LAYOUT_H
#define LOAD_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "columns.h"
#include "fields.h"
#include "reader.h"

/* The columns of a kind of file, in the usual order of files without a header. The first
 * `least` are required. */
struct columns {
	const char *what; /* the required columns, in words */
	int least, n;
	enum role role[4];
};
extern const struct columns columns_of_ratings, columns_of_titles, columns_of_pairs,
	columns_of_one_user;

/* LIST: a rating in a line. OBJECTS: as a JSON object. MATRIX: a user in a line and an item in a
 * column, or the reverse. */
enum shape { LIST, OBJECTS, MATRIX };

/* What is known about a file in advance; NULL, false or NO_ROLE: detect it. */
struct layout_hint {
	const char *separator; /* as in struct layout */
	/* "item,-,title": the names in order, "-" for an unused column. A final "..." means that
	 * the last column extends to the end of the line. */
	const char *columns;
	bool matrix;
	enum role rows; /* of a matrix: USER or ITEM */
};

enum {
	MAX_COLUMNS = 256, /* of a list; further columns are ignored */
	KEY_ROOM = 64
};

struct layout {
	enum shape shape;
	const char *separator; /* one or two characters; " " is any run of blanks */
	bool header;           /* the line before the first rating holds names */
	/* Lines such as "7:" name the item of the lines below, or lines such as "7|120" the user of
	 * the 120 lines below, which have no column for it. NO_ROLE: there are none. */
	enum role sections;
	/* The last column extends to the end of the line, and quotes are plain characters. */
	bool open_ended;
	bool decimal_comma;
	int n_columns; /* of most lines */
	/* Of a list. */
	int column[N_ROLES]; /* the column of each role; -1: none */
	int needed;          /* columns up to the last required one */
	int used;            /* columns up to the last one used */
	enum role rivals;    /* a role that several columns may have by their names, or NO_ROLE */
	int first_flag, n_flags; /* columns of 0 and 1, one for each genre */
	bool thousands;          /* its decimal commas may be between thousands */
	bool doubtful;           /* the usual order is assumed, but another one is as likely */
	/* Of objects: the key of each role; "": none. column[role] is role or -1. */
	char key[N_ROLES][KEY_ROOM];
	size_t key_length[N_ROLES];
	/* Of a matrix. */
	enum role rows;           /* USER or ITEM: what a line is */
	bool rows_assumed;        /* nothing in the file tells */
	int row_id;               /* the column of the line's id; -1: lines are numbered from 1 */
	int first_cell;           /* the column of the first rating */
	char rows_name[KEY_ROOM]; /* the only text in a line below the header; "": there is none */
	/* The separator of a spreadsheet's "sep=;", where `separator` points. */
	char told[4];
};

/* Parse what a person typed for a hint: "tab", ";"; "item,user,rating". ERR_USAGE if
 * it is not valid. option: "columns" or the like, for the error. */
int layout_parse_separator(const char *text, const char **out, struct err *e);
int layout_check_columns(const char *option, const char *text, const struct columns *want,
			 struct err *e);

/* Finds the layout from the first lines of r, which has just been opened, and leaves r at the
 * header, or else at the first rating: comments and other lines above it have been passed. ERR_DATA
 * if the lines have too few columns, if a header is not understood, or if it cannot be told whether
 * they are a matrix; ERR_NOMEM. */
int layout_find(struct layout *l, struct reader *r, const struct layout_hint *hint,
		const struct columns *want, struct err *e);
/* Writes the columns in order, such as "user item rating timestamp"; "-" for unused ones. */
void layout_describe(const struct layout *l, char *out, size_t size);

/* Is it a line that begins a section? If so, id is what it names. */
bool layout_section(const struct layout *l, char *line, size_t length, struct field *id);

/* Do its lines have a time? */
bool layout_timed(const struct layout *l);

/* Cuts up to `used` fields, as fields_cut does; of an object, those with a role. */
int layout_split(const struct layout *l, char *line, size_t length,
		 struct field fields[MAX_COLUMNS]);

#endif
