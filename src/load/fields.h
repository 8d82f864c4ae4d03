/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cutting a line into fields. A field that begins with a quote extends to the closing one (RFC
 * 4180). Within it, a doubled quote or \" stands for a quote. */
#ifndef LOAD_FIELDS_H
#define LOAD_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

/* A part of a line, in place, without its quotes and surrounding blanks. `quoted` tells
 * whether it had quotes. */
struct field {
	char *text;
	size_t length;
	bool quoted;
};

/* One of the characters that most often stand between fields. */
static inline bool field_is_separator(char c)
{
	return c == ',' || c == ';' || c == '\t' || c == '|';
}

/* Cuts up to `max` fields and returns how many there are; later fields are not examined. The
 * separator is one or two characters; " " is any run of blanks. If open_ended, the last field is
 * the rest of the line, quotes included. -1: the quote before fields[0] is not closed, or more text
 * follows it. That is an error only between commas and semicolons; elsewhere such a quote is a
 * plain character. */
int fields_cut(const char *separator, bool open_ended, char *line, size_t length,
	       struct field *fields, int max);
/* Replaces the quotes within a quoted field by single ones, in place, and removes blanks at its
 * ends. */
void field_unquote(struct field *f);
/* Removes blanks at both ends. */
void field_trim(struct field *f);
/* The place after the quote that closes the field whose text begins at p; NULL if there is none, or
 * if it is followed by more than blanks before `separator` or the end. NULL as the separator stands
 * for a tab, comma, semicolon, bar or line end. */
char *field_closing_quote(char *p, const char *end, const char *separator);

#endif
