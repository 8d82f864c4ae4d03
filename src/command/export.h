/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Exports of results.  There is one function for each kind; it writes to a stream in the requested
 * format. */
#ifndef APP_EXPORT_H
#define APP_EXPORT_H

#include "autorec/command.h"
#include "autorec/figure.h"

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
	bool guard;
	int64_t rows; /* written so far */
};

/* Errors of writing are not returned.  The stream records them, and the caller checks it. */
int export_curve(struct export *x, struct err *e);
int export_heatmap(struct export *x, struct err *e);
int export_histogram(struct export *x, struct err *e);
int export_errors(struct export *x, struct err *e);
int export_predictions(struct export *x, struct err *e);
int export_pairs(struct export *x, struct err *e);
int export_recommendations(struct export *x, struct err *e);
int export_map(struct export *x, struct err *e);
/* Writes the answer to a command line, in printf's format, as a table. */
int export_ask(struct export *x, struct err *e, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Draws a figure, with the title and the theme that the command gives. */
void export_figure(const struct export *x, struct figure *f);
/* Writes a table as CSV or JSON, and takes ownership of it. */
int export_table(struct export *x, json_t *table, struct err *e);

#endif
