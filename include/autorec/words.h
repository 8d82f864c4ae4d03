/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The words of a command line:
 *
 *     verb word "quoted words" 'quoted words' a\ word name=value name="a value"   # comment
 *
 * Blanks separate words.  Inside quotes they belong to the word.  A backslash makes the next byte
 * ordinary, except inside single quotes. */
#ifndef AUTOREC_WORDS_H
#define AUTOREC_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "autorec/err.h"
#include "autorec/text.h"

/* Cuts a line into words in place and removes their quotes and backslashes.  quoted[i] is set if
 * word i begins with a quote.  Returns the number of words.  More than max words, or an open quote,
 * is ERR_USAGE. */
int words_cut(char *line, char **words, bool *quoted, int max, struct err *e);

struct word {
	size_t start;      /* offset in the line, after "name=" but before an opening quote */
	bool quoted;       /* it contains a quote */
	struct text value; /* without quotes and backslashes */
};

/* The last word of the line, which may be unfinished.  text_done(&word.value) frees it. */
struct word words_last(const char *line);

/* Appends value as a word.  It is written in "..." if it needs quotes or if `quoted` is set. `open`
 * leaves out the closing quote. */
void words_add(struct text *out, const char *value, bool quoted, bool open);

#endif
