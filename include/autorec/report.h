/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Results for people. The result of a command is a JSON object, and its text is made from that
 * object alone: one line of names and values for the plain members, and an aligned table for every
 * array of objects. */
#ifndef AUTOREC_REPORT_H
#define AUTOREC_REPORT_H

#include <jansson.h>

#include "autorec/text.h"

/* Only the line of plain members. */
void report_line(const json_t *result, struct text *out);
/* The line and the tables; every line ends with \n. */
void report_text(const json_t *result, struct text *out);
/* A string for people to read, made safe as in text.h, such as a file name or a word
 * that was typed. */
json_t *report_string(const char *text);
/* A number, or null if JSON has no such number. */
json_t *report_real(double x);
/* The error of a failed command as a JSON object (new reference). */
json_t *report_error(const char *command, const char *where, const char *message);

/* A cell of a Markdown table. Escapes |, which would end the cell. */
void report_markdown_cell(const char *text, struct text *out);

#endif
