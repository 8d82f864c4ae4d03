/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The words on the screen that need an explanation, for help WORD. */
#ifndef AUTOREC_GLOSSARY_H
#define AUTOREC_GLOSSARY_H

struct gloss {
	const char *word;
	const char *also; /* other forms, separated by commas; NULL: none */
	const char *meaning;
};

extern const struct gloss glossary[]; /* ends with a row of NULL */

/* Finds a word in one of its forms, whatever its case.  NULL: it has no row. */
const struct gloss *glossary_find(const char *word);

#endif
