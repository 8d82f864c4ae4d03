/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cells of CSV files by RFC 4180, in UTF-8. csv_end ends a row with CR LF. A spreadsheet runs a
 * text that begins with = + - @ as a formula. With `guard`, such a text gets a leading apostrophe,
 * which marks it as text. */
#ifndef AUTOREC_CSV_H
#define AUTOREC_CSV_H

#include <stdbool.h>
#include <stdio.h>

/* Writes one cell, in quotes if needed. The caller writes the commas. */
void csv_text(FILE *out, const char *text, bool guard);
/* Writes a number so that it reads back exactly; writes nothing if it is not finite. */
void csv_real(FILE *out, double x);
void csv_end(FILE *out);

#endif
