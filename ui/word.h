/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Completion's view of the command language: which word is unfinished, and how a value is written
 * as a word. */
#ifndef UI_WORD_H
#define UI_WORD_H

#include <stdbool.h>
#include <stddef.h>

#include "autorec/text.h"

struct word {
	size_t start; /* where it begins in the line, its opening quote included; behind "name=" */
	bool quoted;  /* it has a quote */
	struct text value; /* without quotes and backslashes */
};

/* The word that ends at the end of line; text_done(&word.value) frees it. */
struct word word_last(const char *line);

/* Appends value as a word, in "..." when it needs it or `quoted`; `open`: without the closing
 * quote. */
void word_write(struct text *out, const char *value, bool quoted, bool open);

#endif
