/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tables as files.  A table is a JSON array of objects, a row each; or an object that holds such an
 * array as "rows" beside numbers of the whole, which is what most commands answer.  CSV has the
 * rows, with a column for each name that occurs; JSON has everything, in full precision.
 *
 *     json_t *rows = json_array();
 *     json_array_append_new(rows, json_pack("{s:i, s:f}", "k", 500, "rmse", 0.8314));
 *     status = table_save("figure2.csv", rows, false, e);      by its ending: .csv or .json
 */
#ifndef AUTOREC_TABLE_H
#define AUTOREC_TABLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "autorec/err.h"

/* The array of rows within a table; NULL when it is none. */
json_t *table_rows(const json_t *table);
/* What the disk says stays with the stream; ERR_NOMEM.  `guard`: see csv.h. */
int table_write_csv(const json_t *table, FILE *out, bool guard, struct err *e);
int table_write_json(const json_t *table, FILE *out, struct err *e);

/* As a whole or not at all.  ERR_USAGE for another ending, ERR_IO. */
int table_save(const char *path, const json_t *table, bool guard, struct err *e);

#endif
