/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the first lines of a file are: a list or a matrix, with or without a header. */
#ifndef LOAD_SHAPE_H
#define LOAD_SHAPE_H

#include "layout.h"
#include "preamble.h"
#include "sample.h"

/* The names of the columns, and what they mean. */
struct names {
	struct field *name;          /* [n]; where they are in the file */
	struct column_name *meaning; /* [n] */
	int n;
	int column[N_ROLES]; /* the column of each role; -1: none */
	enum role rivals;    /* a role that several names fit equally well, or NO_ROLE */
	int found;           /* how many of the wanted roles have one */
	bool header;         /* they are the first line of the table */
	bool numbered;       /* they are only the numbers 0, 1, 2, ... */
	bool index;          /* and those of the lines come before them */
	int shift;           /* 1: the lines begin with a name of their own, which has no name */
};
/* If the first line of t is a header, or if the preamble has the names. With shift, `column` counts
 * the columns of the lines. ERR_NOMEM. */
int names_read(struct names *names, const struct layout *l, const struct table *t,
	       const struct preamble *p, const struct columns *want, struct err *e);
void names_done(struct names *names);
/* ERR_DATA: the header names some or none of the wanted columns. The message shows the names. */
int names_missing(const struct lines *at, const struct names *names, const struct columns *want,
		  struct err *e);

/* With shift, the lines of a list must begin with names of rows: all different, and
 * numbers in order.
 */
bool names_fit(const struct table *t, const struct names *names);
/* ERR_DATA: they do not. */
int names_refuse(const struct lines *at, const struct names *names, struct err *e);

enum verdict { NO, YES, UNSURE };
/* Is the table a matrix? */
enum verdict is_matrix(const struct table *t, const struct names *names);
/* ERR_DATA: it may be a matrix or a list. */
int shape_unsure(const struct lines *at, const struct table *t, struct err *e);
/* Fills in the layout of a matrix. rows: as told, or NO_ROLE. */
void shape_matrix(struct layout *l, const struct table *t, const struct names *names,
		  enum role rows);

#endif
