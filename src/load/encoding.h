/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bytes of a text file as UTF-8 or one of its supersets, with a line feed at the end of each
 * line: from UTF-16, and from files whose lines end with CR alone. What is no text is refused. */
#ifndef LOAD_ENCODING_H
#define LOAD_ENCODING_H

#include "source.h"

struct encoding {
	enum { BYTES, UTF_16_LE, UTF_16_BE } kind;
	bool cr_lines;         /* lines end with CR alone */
	unsigned char rest[4]; /* [n_rest]: the first bytes of a character of UTF-16 */
	size_t n_rest;
};

enum { ENCODING_ROOM = 32 }; /* bytes that encoding_read needs at least */

/* Reads up to n bytes. `first`: they are a file's first, which tell the encoding. Sets *ended after
 * the last. Returns how many they are, or an error of source_read; ERR_DATA if they are not text,
 * naming the kind of file and a way to convert it. */
ssize_t encoding_read(struct encoding *c, struct source *s, const char *path, bool first, char *to,
		      size_t n, bool *ended, struct err *e);

/* The kind of a file that is not text, by its first bytes, as in "a Parquet file; ..."; NULL if it
 * is not known. */
const char *encoding_kind(const char *bytes, size_t n);

#endif
