/* SPDX-License-Identifier: GPL-3.0-or-later
 * export: results as tables (CSV, JSON) and figures (SVG). */
#include <stdarg.h>
#include <string.h>

#include "autorec/figure.h"
#include "autorec/file.h"
#include "autorec/mem.h"
#include "autorec/report.h"
#include "autorec/table.h"
#include "export.h"

int export_table(struct export *x, json_t *table, struct err *e)
{
	x->rows = (int64_t)json_array_size(table_rows(table));
	int status = x->format == EXPORT_CSV
			     ? table_write_csv(table, x->out, args_get(x->a, "guard")->i, e)
			     : table_write_json(table, x->out, e);
	json_decref(table);
	return status;
}

/* ---- answers of other commands ------------------------------------------ */

static int ask_line(struct export *x, const struct text *line, struct err *e)
{
	json_t *answer = NULL;
	int status = line->failed ? err_set(e, ERR_NOMEM, NULL, "out of memory")
				  : command_ask(x->s, line->bytes, &answer, e);
	if (status < 0)
		return status;
	json_object_del(answer, "command");
	return export_table(x, answer, e);
}

int export_ask(struct export *x, struct err *e, const char *format, ...)
{
	char bytes[256];
	struct text line = { 0 };
	va_list args;
	va_start(args, format);
	vsnprintf(bytes, sizeof bytes, format, args);
	va_end(args);
	text_addf(&line, "%s", bytes);
	const int status = ask_line(x, &line, e);
	text_done(&line);
	return status;
}

/* Adds the id that the command names, else the one that the person is looking at. */
static int add_who(const struct export *x, struct text *line, int32_t looked_at,
		   const struct ids *ids, struct err *e)
{
	const struct value *id = args_get(x->a, "id");
	if (!id->given && looked_at < 0)
		return err_set(e, ERR_USAGE, "id", "which one? Type export %s FILE id=...",
			       x->what);
	text_add(line, " ", 1);
	text_add_quoted(line, id->given ? id->text : ids_name(ids, looked_at));
	return 0;
}

static int export_answer(struct export *x, struct err *e)
{
	const struct value *top = args_get(x->a, "top");
	const bool of_item = !strcmp(x->what, "item"), best = !strcmp(x->what, "recommendations");
	struct text line = { 0 };
	if (best && !args_get(x->a, "id")->given)
		return export_recommendations(x, e);
	int status = session_need_trainer(x->s, e);
	if (status < 0)
		return status;
	text_addf(&line, "%s", best ? "recommend" : x->what);
	if (strcmp(x->what, "units"))
		status = add_who(x, &line, of_item ? x->a->focus->item : x->a->focus->user,
				 of_item ? x->s->doc.data->items : x->s->doc.data->users, e);
	if (!best)
		text_addf(&line, " top=%ld", (long)top->i);
	else if (top->i > 0)
		text_addf(&line, " n=%ld", (long)top->i);
	if (status == 0)
		status = ask_line(x, &line, e);
	text_done(&line);
	return status;
}

/* The worst predictions of a set. */
static int export_residuals(struct export *x, struct err *e)
{
	enum { USUAL = 1000 };
	const int64_t top = args_get(x->a, "top")->i;
	char on[8];
	param_choice(RATING_SET_NAMES, (int)args_get(x->a, "on")->i, on, sizeof on);
	return export_ask(x, e, "residuals %s n=%ld", on, (long)(top > 0 ? top : USUAL));
}

/* ---- the command -------------------------------------------------------- */

static int export_shown(struct export *x, struct err *e)
{
	if (x->a->focus->view != VIEW_UNITS)
		return export_curve(x, e);
	return x->a->focus->unit >= 0 ? export_histogram(x, e) : export_heatmap(x, e);
}

/* What can be exported: its name, the function that writes it, and whether it can be a figure. */
#define KINDS(ROW)                                                                                 \
	ROW("curve", export_curve, true)                                                           \
	ROW("units", export_answer, false)                                                         \
	ROW("user", export_answer, false)                                                          \
	ROW("item", export_answer, false)                                                          \
	ROW("recommendations", export_answer, false)                                               \
	ROW("predictions", export_predictions, false)                                              \
	ROW("residuals", export_residuals, false)                                                  \
	ROW("map", export_map, true)                                                               \
	ROW("heatmap", export_heatmap, true)                                                       \
	ROW("histogram", export_histogram, true)                                                   \
	ROW("errors", export_errors, true)                                                         \
	ROW("figure", export_shown, true)

#define KIND_NAME(name, write, figure) " " name
#define KIND_ROW(name, write, figure)  { name, write, figure },
static const struct kind {
	const char *name;
	int (*write)(struct export *x, struct err *e);
	bool figure;
} kinds[] = { KINDS(KIND_ROW) };

static int find_format(const struct args *a, const struct kind *kind, enum export_format *out,
		       struct err *e)
{
	const struct value *format = args_get(a, "format");
	const char *path = args_get(a, "file")->text;
	char name[8], ending[16];
	int found = format->given ? (int)format->i : -1;
	for (int i = 0; found < 0 && param_choice(EXPORT_FORMAT_NAMES, i, name, sizeof name); i++) {
		snprintf(ending, sizeof ending, ".%s", name);
		if (file_has_ending(path, ending))
			found = i;
	}
	const char *endings = kind->figure ? ".csv, .json or .svg" : ".csv or .json";
	if (found < 0)
		return err_set(e, ERR_USAGE, path,
			       "expected a file name that ends in %s, or format=", endings);
	if (found == EXPORT_SVG && !kind->figure)
		return err_set(e, ERR_USAGE, path,
			       "%s is a table, not a figure: expected a name that ends in .csv or "
			       ".json; only curve, map, heatmap, histogram and errors can be .svg",
			       kind->name);
	*out = (enum export_format)found;
	return 0;
}

static int run_export(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const struct kind *kind = &kinds[args_get(a, "what")->i];
	const char *path = args_get(a, "file")->text;
	struct export x = { .s = s, .a = a, .what = kind->name, .guard = args_get(a, "guard")->i };
	struct file f;
	int status = find_format(a, kind, &x.format, e);
	if (status == 0)
		status = session_need_trainer(s, e);
	if (status == 0)
		status = file_begin(&f, path, a->host->interactive ? FILE_ONLY : FILE_OR_DEVICE, e);
	if (status < 0)
		return status;
	f.stopped = a->host->interrupted;
	x.out = f.stream;
	status = kind->write(&x, e);
	/* An allocation may have failed in the JSON that the rows are made from. */
	if (status == 0 && mem_failed())
		status = err_set(e, ERR_NOMEM, NULL, "out of memory for the rows");
	if (status < 0) {
		file_abandon(&f);
		return status;
	}
	status = file_commit(&f, e);
	if (status < 0)
		return status;
	json_object_set_new(out, "what", json_string(x.what));
	json_object_set_new(out, "file", report_string(path));
	json_object_set_new(out, "rows", json_integer(x.rows));
	return 0;
}

const struct command cmd_export = {
	.name = "export",
	.summary =
		"write a result to a .csv or .json file, or a curve, map, heatmap, histogram or "
		"errors to .svg",
	.example = "export curve curve.csv",
	.keys = "what file rows",
	.params = {
		{ "what", PARAM_CHOICE, .choices = PARAM_WORDS(KINDS(KIND_NAME)),
		  .help = "what to export; figure: what the view shows", .required = true },
		{ "file", PARAM_PATH,
		  .help = "the file to write; its ending sets the format", .required = true },
		{ "id", PARAM_TEXT,
		  .help = "which user, item or unit; by default the one last shown, but "
			  "recommendations for all; map: items or users" },
		{ "top", PARAM_INT, 0, 1e8, .fallback = "0",
		  .help = "maximum number of rows (vectors in a heatmap); 0: a sensible number" },
		{ "on", PARAM_CHOICE, .choices = RATING_SET_NAMES, .fallback = "test",
		  .help = "errors, residuals, predictions: the ratings to use; predictions of all "
			  "pairs without it" },
		{ "log", PARAM_FLAG, .fallback = "off", .help = "curve: logarithmic error axis" },
		{ "all", PARAM_FLAG, .fallback = "off",
		  .help = "curve: include the steep drop at the start" },
		{ "theme", PARAM_CHOICE, .choices = PARAM_WORDS(FIGURE_THEMES(PARAM_WORD)),
		  .fallback = "light",
		  .help = "colors of a figure; auto: as the reader's system prefers" },
		{ "title", PARAM_TEXT, .help = "title of a figure" },
		{ "guard", PARAM_FLAG, .fallback = "off",
		  .help = "CSV: put ' before cells that a spreadsheet would run as formulas" },
		{ "format", PARAM_CHOICE, .choices = EXPORT_FORMAT_NAMES,
		  .help = "the format, if the file name does not end in one" },
	},
	.run = run_export,
};
