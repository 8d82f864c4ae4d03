/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Text from outside and text for a terminal. Titles and ids are valid UTF-8 without control
 * characters; they always enter through `text_clean`. Typed text and file names are kept unchanged,
 * because they must name the same file again. They always go to messages, reports and terminals
 * through `text_tame`. `text_fit` and `text_width` count terminal columns: East Asian wide
 * characters take two, combining marks none. */
#ifndef AUTOREC_TEXT_H
#define AUTOREC_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A string that grows. Start from {0}; text_done frees it. After a failed allocation `failed` is
 * set, further additions do nothing, and bytes remains a valid string.
 *
 *     struct text t = { 0 };
 *     text_addf(&t, "%d epochs", n);
 *     puts(t.bytes);
 *     text_done(&t); */
struct text {
	char *bytes; /* NUL-terminated; "" if empty; NULL only before the first addition */
	size_t length, capacity;
	bool failed;
};
void text_add(struct text *t, const char *bytes, size_t length);
void text_addf(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Adds the word in quotes, so that any content is one word of a command line. */
void text_add_quoted(struct text *t, const char *word);
void text_clear(struct text *t);
void text_done(struct text *t);

bool text_is_utf8(const char *bytes, size_t length);

/* Writes bytes as clean UTF-8 to out (size bytes, including the NUL) and returns the length. Reads
 * UTF-8 if `utf8`, else Windows-1252. Control characters (C0, DEL, C1), bidirectional overrides,
 * surrogates and malformed sequences become U+FFFD; blanks at the ends are removed. 3 * length + 1
 * bytes are always enough. */
size_t text_clean(const char *bytes, size_t length, bool utf8, char *out, size_t size);
/* Writes text that is safe on any terminal. The replacements are those of text_clean, but blanks at
 * the ends stay, and with `lines` \n and \t stay too. Moves *p toward end as far as whole
 * characters fit in out; 5 bytes are enough for one character. Returns the length.
 * Async-signal-safe. */
size_t text_tame(const char **p, const char *end, bool lines, char *out, size_t size);
/* Appends one line of text to t, made safe in the same way. */
void text_add_tame(struct text *t, const char *line);

/* The length of the longest prefix that ends with a whole character and has at most `most`
 * bytes. */
size_t text_cut(const char *bytes, size_t length, size_t most);
/* The same for a string, as the precision of a "%.*s". */
int text_head(const char *text, int most);

/* Decodes the code point at *p (valid UTF-8) and moves *p past it; 0 at the end. */
uint32_t text_next(const char **p);
/* Encodes into out (at least 5 bytes), NUL-terminated. Returns the length. */
int text_encode(uint32_t code, char *out);
/* A letter without its accents and case: 'e' for a capital E with an acute accent. */
uint32_t text_plain_letter(uint32_t code);
/* Columns of one code point: 0, 1 or 2. */
int text_columns(uint32_t code);
int text_width(const char *utf8);

/* Copies at most `columns` columns of utf8 to out, cut at a whole character. If it is cut,
 * `ellipsis` is its last column ("~" or the one-character ellipsis); NULL: none. Returns
 * the columns used. */
int text_fit(const char *utf8, int columns, const char *ellipsis, char *out, size_t size);

/* Finds needle in haystack, ignoring case (Unicode simple case folding). Returns the place or
 * NULL. */
const char *text_find(const char *haystack, const char *needle);

/* Number of single-character edits between two words, whatever their case; a transposition counts
 * as one. */
int text_distance(const char *a, const char *b);
/* Guesses what an unknown word was meant to be. Start from { .word = word } and call text_guess for
 * every known word: `nearest` is then the nearest one, or NULL if none is near enough to be a
 * typing error. */
struct text_guess {
	const char *word, *nearest;
	int distance; /* of nearest */
};
void text_guess(struct text_guess *g, const char *candidate);

#endif
