/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What can be exported: each kind writes itself to a stream, in the format that was asked for. */
#ifndef APP_EXPORT_H
#define APP_EXPORT_H

#include "autorec/command.h"

#define EXPORT_FORMATS(ROW)                                                                        \
	ROW(EXPORT_CSV, "csv")                                                                     \
	ROW(EXPORT_JSON, "json")                                                                   \
	ROW(EXPORT_SVG, "svg")
enum export_format { EXPORT_FORMATS(PARAM_CONSTANT) };
#define EXPORT_FORMAT_NAMES PARAM_WORDS(EXPORT_FORMATS(PARAM_WORD))

struct export
{
	struct session *s;
	const struct args *a;
	const char *what;
	enum export_format format;
	FILE *out;
	int64_t rows; /* written */
};

/* Errors of the disk stay with the stream. */
int export_curve(struct export *x, struct err *e);
int export_heatmap(struct export *x, struct err *e);
int export_histogram(struct export *x, struct err *e);
int export_errors(struct export *x, struct err *e);
int export_predictions(struct export *x, struct err *e);
/* A table as CSV or JSON; takes it over. */
int export_table(struct export *x, json_t *table, struct err *e);

#endif
