/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Results for people.  A command's result is a JSON object; its text is made here from that object
 * alone: the plain members as one line of names and values, every array of objects as an aligned
 * table. */
#ifndef AUTOREC_REPORT_H
#define AUTOREC_REPORT_H

#include <jansson.h>

#include "autorec/text.h"

/* The line of plain members, without tables. */
void report_line(const json_t *result, struct text *out);
/* The line and the tables, each line ended by \n. */
void report_text(const json_t *result, struct text *out);
/* A string for people to read, tamed as in text.h: names of files and words that somebody typed. */
json_t *report_string(const char *text);
/* A number, or null for what JSON has no number for. */
json_t *report_real(double x);
/* The error of a failed command as a JSON object (new reference). */
json_t *report_error(const char *command, const char *where, const char *message);

/* A cell of a Markdown table: a | would end it. */
void report_markdown_cell(const char *text, struct text *out);

#endif
