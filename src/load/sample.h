/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The first lines of a file, and what can be seen in them: how a separator cuts them, and what kind
 * of values their columns hold. The layout is decided by this. */
#ifndef LOAD_SAMPLE_H
#define LOAD_SAMPLE_H

#include <stdbool.h>

#include "fields.h"
#include "reader.h"

enum { SAMPLE_LINES = 50 };

/* Lines in the reader's memory, in place. */
struct sample {
	struct field line[SAMPLE_LINES];
	int n;
	bool whole; /* the file has no others */
};
/* The lines from `from` on. */
void sample_take(struct sample *s, const struct lines *from, bool file_ended);

/* The lines, cut into cells. A row of too few fields has empty cells. */
struct table {
	const char *separator;
	const struct sample *sample;
	struct field *cell; /* [n_rows * n_columns] */
	int *found;         /* [n_rows]: fields of each row */
	int n_rows, n_columns;
	double even;  /* the share of rows below the first that have n_columns fields, 0 to 1 */
	double clean; /* the share of cells that no other separator would cut */
	/* The name of the rows, if it has a line of its own below the header, as pandas writes it.
	 * length 0: it has none. */
	struct field rows_name;
};
/* n_columns is the most frequent number of fields. ERR_NOMEM. Call table_done in any case. */
int table_cut(struct table *t, const struct sample *s, const char *separator, struct err *e);
void table_done(struct table *t);
/* The row that holds only the name of the rows: 1, or 2 if there is a row above the header that has
 * the name of the values in each column; 0: there is none. */
int table_find_rows_name(const struct table *t);
/* Takes row 1, which is such a row, out of the table. */
void table_take_rows_name(struct table *t);
const struct field *table_cell(const struct table *t, int row, int column);

/* Is there no cell like it above, from a row on? */
bool table_is_new(const struct table *t, int row, int column, int first_row);
/* The whole of a row. */
const struct field *table_line(const struct table *t, int row);

/* The values of a column, from a row on. */
struct column_values {
	int filled, numbers, whole; /* cells that are not missing; numbers; whole numbers */
	int commas;                 /* numbers with a decimal comma */
	double min, max;            /* of the numbers */
	bool distinct;              /* no two cells are alike */
	bool rising;                /* each number is greater than the one above it */
};
struct column_values table_column(const struct table *t, int column, int first_row);

/* Is it blank, or a word such as NaN or NA for a value that is not known? */
bool cell_is_missing(const struct field *f);
/* A number with a decimal point, or, if `comma`, also with a decimal comma. */
bool cell_number(const struct field *f, bool comma, double *value);

#endif
