/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tables as files. A table is a JSON array with an object per row. It may also be an object that
 * holds such an array as "rows" beside values for the whole table, as most commands return it.
 * CSV contains the rows, with a column for each name that occurs. JSON contains everything, in
 * full precision.
 *
 *     json_t *rows = json_array();
 *     json_array_append_new(rows, json_pack("{s:i, s:f}", "k", 500, "rmse", 0.8314));
 *     status = table_save("figure2.csv", rows, false, e);      the extension is .csv or .json */
#ifndef AUTOREC_TABLE_H
#define AUTOREC_TABLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "autorec/err.h"

/* The array of rows of a table; NULL if it is not a table. */
json_t *table_rows(const json_t *table);
/* Write errors stay with the stream; ERR_NOMEM. `guard`: see csv.h. */
int table_write_csv(const json_t *table, FILE *out, bool guard, struct err *e);
int table_write_json(const json_t *table, FILE *out, struct err *e);

/* Writes all of the file or nothing. ERR_USAGE for any other extension, ERR_IO. */
int table_save(const char *path, const json_t *table, bool guard, struct err *e);

#endif
