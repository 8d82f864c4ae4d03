/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tables with one line for each pair of a user and an item, written row by row. */
#ifndef APP_PAIR_ROWS_H
#define APP_PAIR_ROWS_H

#include "export.h"

struct pair_row {
	const char *user, *item;
	double rating;    /* NaN: no such column */
	double predicted; /* as scored */
	bool cold;
	const char *unknown; /* "user", "item", "both" or "": the ids that are; NULL: no column */
};

/* Begins a table whose rows have the columns of `like`. */
void pair_rows_begin(struct export *x, const struct pair_row *like);
void pair_rows_put(struct export *x, const struct pair_row *row);
void pair_rows_end(struct export *x);
/* Writes an id, quoted as the format requires. */
void export_put_id(const struct export *x, const char *id);

/* Predictions as scored for all pairs of `set`, with the edits in force: out [nnz] in the order of
 * by_user. */
int predict_set(struct session *s, const struct ratings *set, real *out, struct err *e);

/* Answers "predict FILE". */
int predict_file(struct session *s, const struct args *a, json_t *out, struct err *e);

#endif
