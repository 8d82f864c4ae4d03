/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * JSON Lines: an object in a line, whose keys play the part of a header's names. */
#ifndef LOAD_JSON_LINE_H
#define LOAD_JSON_LINE_H

#include "fields.h"

/* A key and its value. Strings are without their quotes, and escapes are as in the file. The value
 * of null, an array or an object is empty. */
struct json_member {
	struct field key, value; /* value.quoted: it is a string */
};

/* Reads the next member of the object in a line, or in several. *p: the line's begin at first.
 * Returns 1, 0 at the end of the object, or -1 with *p where the line is not valid. */
int json_next(char **p, char *end, struct json_member *m);
/* Is it an array or an object? */
bool json_is_nested(const struct field *value);
/* Replaces the escapes of a string, in place. */
void json_unescape(struct field *f);

#endif
