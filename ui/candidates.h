/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The list of words that the prompt offers as completions, and how it is drawn. */
#ifndef UI_CANDIDATES_H
#define UI_CANDIDATES_H

#include <stdbool.h>
#include <stddef.h>

#include "canvas.h"

struct candidate {
	char *value, *label, *about; /* text to insert, text to show, a description or "" */
	bool more;                   /* the word continues after the value */
};

struct candidates { /* start from {0} */
	struct candidate *item;
	size_t n, room;
	size_t total; /* how many there are; item has the first of them */
	char *note;   /* what the word is for; NULL: nothing to say */
};

/* Adds a candidate.  Only counts it once the list holds thousands. */
void candidates_add(struct candidates *c, const char *value, const char *label, const char *about,
		    bool more);
/* Sets the note, and how many candidates there are if not all of them were added. */
void candidates_note(struct candidates *c, const char *note, size_t total);
void candidates_clear(struct candidates *c);
void candidates_done(struct candidates *c);
/* Returns the length in bytes of the prefix that all values share.  It never cuts a character.  The
 * list must not be empty. */
size_t candidates_common(const struct candidates *c);
/* Returns the rows to list the candidates in, at most `most`. */
int candidates_rows(const struct candidates *c, int columns, int most);
/* Lists the candidates: with a description in each row if all of them fit, else in columns.  Says
 * how many are shown if not all are. */
void candidates_draw(const struct candidates *c, struct area a);

#endif
