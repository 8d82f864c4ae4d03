/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Text from outside and text for a terminal.  Titles and ids are valid UTF-8 without control
 * characters: `text_clean` is their one way in.  What people typed and names of files are kept
 * unchanged, because they must name the same file again; `text_tame` is their one way out, to
 * messages, reports and terminals.  `text_fit` and `text_width` count terminal columns (East Asian
 * wide characters are two, combining marks none). */
#ifndef AUTOREC_TEXT_H
#define AUTOREC_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A text that grows.  Start from {0}; text_done frees.  After a failed allocation `failed` is set,
 * further additions do nothing, and bytes stays a valid string. */
struct text {
	char *bytes; /* NUL-terminated, "" when empty and NULL only before the first addition */
	size_t length, capacity;
	bool failed;
};
void text_add(struct text *t, const char *bytes, size_t length);
void text_addf(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* In quotes, so that it is one word of a command line, whatever it holds. */
void text_add_quoted(struct text *t, const char *word);
void text_clear(struct text *t);
void text_done(struct text *t);

bool text_is_utf8(const char *bytes, size_t length);

/* Writes bytes as clean UTF-8 into out (size bytes, NUL included) and returns its length: read as
 * UTF-8 when `utf8`, else as Latin-1; control characters (C0, DEL, C1), bidirectional overrides,
 * surrogates and malformed sequences become U+FFFD, blanks at the ends go.  3 * length + 1 bytes
 * are always enough. */
size_t text_clean(const char *bytes, size_t length, bool utf8, char *out, size_t size);
/* Writes what no terminal obeys: the same replacements in UTF-8, blanks as they are; with `lines`
 * \n and \t stay. Moves *p as far towards end as out has room for whole characters (5 bytes are
 * always enough for one).  Returns the length.  Async-signal-safe. */
size_t text_tame(const char **p, const char *end, bool lines, char *out, size_t size);
/* The same of one line, at the end of t. */
void text_add_tame(struct text *t, const char *line);

/* The longest beginning of the bytes that ends with a whole character and has at most `most` of
 * them. */
size_t text_cut(const char *bytes, size_t length, size_t most);
/* The same of a string: the precision of a "%.*s". */
int text_head(const char *text, int most);

/* Decodes one code point at *p (valid UTF-8), moves *p behind it; 0 at the end. */
uint32_t text_next(const char **p);
/* Encodes into out (at least 5 bytes), NUL-terminated; returns the length. */
int text_encode(uint32_t code, char *out);
/* Columns of one code point: 0, 1 or 2. */
int text_columns(uint32_t code);
int text_width(const char *utf8);

/* At most `columns` columns of utf8 into out, cut at a whole character; with `ellipsis` a cut is
 * shown by it in the last column ("~" or the one-character ellipsis).  Returns the columns used. */
int text_fit(const char *utf8, int columns, const char *ellipsis, char *out, size_t size);

/* Case-insensitive (Unicode simple case folding): does haystack contain needle?  NULL or the place.
 */
const char *text_find(const char *haystack, const char *needle);

/* Number of single-character edits between two words (transpositions count one). */
int text_distance(const char *a, const char *b);
/* The word of `words` (n of them, by `stride` bytes, first member a const char *) nearest to
 * `word`, when it is near enough to be a slip of the hand; else NULL. */
const char *text_nearest(const char *word, const void *words, size_t n, size_t stride);

#endif
