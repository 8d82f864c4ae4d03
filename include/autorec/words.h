/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Words of a command line:
 *
 *     verb word "quoted words" 'quoted words' a\ word name=value name="a value"   # comment
 *
 * Blanks separate words.  Between quotes they belong to the word; a backslash makes the next byte
 * an ordinary one, except between single quotes. */
#ifndef AUTOREC_WORDS_H
#define AUTOREC_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "autorec/err.h"
#include "autorec/text.h"

/* Cuts a line into words in place, without their quotes and backslashes; quoted[i]: the word begins
 * with a quote.  Returns how many there are; ERR_USAGE for more than max and for an open quote. */
int words_cut(char *line, char **words, bool *quoted, int max, struct err *e);

struct word {
	size_t start;      /* where it begins in the line, with its opening quote; after "name=" */
	bool quoted;       /* it has a quote */
	struct text value; /* without quotes and backslashes */
};

/* The word that ends at the end of the line, which may be unfinished; text_done(&word.value) frees
 * it. */
struct word words_last(const char *line);

/* Appends value as a word, in "..." if it needs quotes or `quoted`; `open`: without the closing
 * quote. */
void words_add(struct text *out, const char *value, bool quoted, bool open);

#endif
