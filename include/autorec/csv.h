/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cells of CSV files as RFC 4180 has them, UTF-8, rows ended by CR LF where a caller ends them with
 * csv_end. A spreadsheet takes a text that begins with = + - @ for a formula and runs it: with
 * `guard`, an apostrophe in front of such a text says that it is none. */
#ifndef AUTOREC_CSV_H
#define AUTOREC_CSV_H

#include <stdbool.h>
#include <stdio.h>

/* One cell, in quotes when it needs them; the caller writes the commas. */
void csv_text(FILE *out, const char *text, bool guard);
/* A number so that it reads back the same; nothing when it is not finite. */
void csv_real(FILE *out, double x);
void csv_end(FILE *out);

#endif
