/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The lines above the ratings: comments, a spreadsheet's "sep=;", Matrix Market's first line and
 * sizes, ARFF's attributes. */
#ifndef LOAD_PREAMBLE_H
#define LOAD_PREAMBLE_H

#include "autorec/text.h"
#include "layout.h"

struct preamble {
	char separator[4]; /* of "sep=;"; "" if there is no such line */
	bool coordinates;  /* Matrix Market: row, column, value; the sizes have been passed */
	/* The names of the columns, separated by commas, from ARFF's attributes or a comment. */
	struct text attributes;
	bool commented; /* from a comment, which may be about something else */
};

/* Passes these lines and leaves r at the first other line. A comment (#, % or //) that looks like
 * the lines below it is not passed. ERR_DATA if nothing else
 * is there, or for a kind of Matrix Market file that holds no list of ratings. Call preamble_done
 * in any case. */
int preamble_pass(struct preamble *p, struct reader *r, const struct columns *want, struct err *e);
void preamble_done(struct preamble *p);

/* The length of the mark at the beginning of a comment; 0 if the line is none. */
size_t comment_mark(const char *line, size_t length);

#endif
