/* SPDX-License-Identifier: GPL-3.0-or-later
 * reproduce: the paper's tables and its figure, with our results beside the published ones. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "autorec/campaign.h"
#include "autorec/campaign_summary.h"
#include "autorec/command.h"
#include "autorec/report.h"
#include "autorec/figure.h"
#include "autorec/file.h"
#include "autorec/mem.h"
#include "autorec/home.h"
#include "autorec/known.h"
#include "autorec/table.h"
#include "autorec/recipes.h"

static const char *title_of(const char *table)
{
	for (const struct recipe_table *t = recipe_tables; t->name; t++)
		if (!strcmp(t->name, table))
			return t->title;
	return "";
}

/* ---- results ------------------------------------------------------------ */

static json_t *reproduce_row_of(const struct campaign *c, const struct trial *t)
{
	const struct trial_summary s = trial_summarize(c, t);
	json_t *row = json_pack("{s:s, s:o}", "system", t->label, "data", report_string(t->data));
	json_object_set_new(row, "paper", report_real(t->paper));
	json_object_set_new(row, "mean", report_real(s.rmse));
	json_object_set_new(row, "half_width_95", report_real(s.half_width_95));
	json_object_set_new(row, "splits", json_integer(s.n));
	json_object_set_new(row, "valid_rmse", report_real(s.valid_rmse));
	json_object_set_new(row, "epochs", report_real(round(s.epochs)));
	json_object_set_new(row, "cold", json_integer(s.cold));
	json_object_set_new(row, "seconds", report_real(s.seconds));
	json_object_set_new(row, "model",
			    json_sprintf("%s%s%s", t->ops->name, t->options[0] ? " " : "",
					 t->options));
	if (t->evidence)
		json_object_set_new(row, "evidence", json_string(t->evidence));
	if (t->note)
		json_object_set_new(row, "note", json_string(t->note));
	return row;
}

/* The name of a data set in file names and titles.  A data set given by its path is named after the
 * file, without the extension. */
static const char *short_name(const char *data, char out[64])
{
	const char *slash = strrchr(data, '/');
	const char *base = slash && slash[1] ? slash + 1 : data;
	text_clean(base, strlen(base), true, out, 64);
	char *dot = strrchr(out, '.');
	if (dot && dot > out)
		*dot = 0;
	return out;
}

static bool has_runs(const struct campaign *c, const struct trial *t)
{
	return trial_summarize(c, t).n > 0;
}

/* The points of a figure for one data set: our results with the half-widths of their intervals, or
 * the paper's. */
struct points {
	double *x, *y, *half;
};

static void reproduce_gather(const struct campaign *c, const char *data, struct points ours,
			     struct points paper, const char **names, size_t *n, size_t *published)
{
	*n = *published = 0;
	for (int i = 0; i < c->n_trials; i++) {
		const struct trial *t = &c->trials[i];
		if (strcmp(t->data, data) || !has_runs(c, t))
			continue;
		const struct trial_summary s = trial_summarize(c, t);
		const double x = isfinite(t->x) ? t->x : (double)*n + 1;
		names[*n] = t->label;
		ours.x[*n] = x;
		ours.y[*n] = s.rmse;
		ours.half[(*n)++] = s.half_width_95;
		if (isfinite(t->paper)) {
			paper.x[*published] = x;
			paper.y[(*published)++] = t->paper;
		}
	}
}

static int save_figure(const struct campaign *c, const char *data, const char *path, struct err *e)
{
	const size_t room = (size_t)c->n_trials;
	double *memory = mem_array(5 * room, sizeof *memory, e);
	const char **names = memory ? mem_array(room, sizeof *names, e) : NULL;
	size_t n, published;
	char title[160], name[64];
	if (!names) {
		free(memory);
		return ERR_NOMEM;
	}
	const struct points ours = { memory, memory + room, memory + 2 * room },
			    paper = { memory + 3 * room, memory + 4 * room, NULL };
	reproduce_gather(c, data, ours, paper, names, &n, &published);
	const bool of_widths = isfinite(c->trials[0].x);
	const struct figure_series series[] = {
		{ .name = "here, mean and 95 % interval",
		  .x = ours.x,
		  .y = ours.y,
		  .half_width = ours.half,
		  .n = n,
		  .points = true,
		  .bare = !of_widths },
		{ .name = "as published",
		  .x = paper.x,
		  .y = paper.y,
		  .n = published,
		  .points = true,
		  .bare = true },
	};
	snprintf(title, sizeof title, "%s, %s", title_of(c->title), short_name(data, name));
	const struct figure f = { .title = title,
				  .x_title = of_widths ? "hidden units k" : NULL,
				  .y_title = "test RMSE",
				  .series = series,
				  .n_series = published ? 2 : 1,
				  .x_names = of_widths ? NULL : names,
				  .n_x_names = (int)n };
	const int status = figure_save(path, &f, e);
	free(memory);
	free(names);
	return status;
}

/* One figure for each data set that has runs. */
static int save_figures(const struct campaign *c, const char *folder, json_t *files, struct err *e)
{
	const char *done = "";
	char path[1024], name[64];
	int status = 0;
	for (int i = 0; i < c->n_trials && status == 0; i++) {
		const char *data = c->trials[i].data;
		/* Trials of the same data set are consecutive. */
		if (!has_runs(c, &c->trials[i]) || !strcmp(data, done))
			continue;
		snprintf(path, sizeof path, "%s/%s-%s.svg", folder, c->title,
			 short_name(data, name));
		status = save_figure(c, data, path, e);
		json_array_append_new(files, report_string(path));
		done = data;
	}
	return status;
}

static void write_markdown_row(const struct campaign *c, const struct trial *t, FILE *out)
{
	const struct trial_summary s = trial_summarize(c, t);
	char paper[16] = "", half[16] = "", name[64];
	struct text data = { 0 };
	if (s.n == 0)
		return;
	if (isfinite(t->paper))
		snprintf(paper, sizeof paper, "%.3f", t->paper);
	if (isfinite(s.half_width_95))
		snprintf(half, sizeof half, " \u00b1 %.4f", s.half_width_95);
	report_markdown_cell(short_name(t->data, name), &data);
	fprintf(out, "| %s | %s | %s | %.4f%s | %d | %.0f | %.1f |\n", t->label,
		data.bytes ? data.bytes : "", paper, s.rmse, half, s.n, s.epochs, s.seconds / 60);
	text_done(&data);
}

/* Writes the table as Markdown, followed by the notes on the systems. */
static int save_markdown(const struct campaign *c, const char *path, struct err *e)
{
	struct file f;
	double seconds = 0;
	int status = file_begin(&f, path, FILE_ONLY, e);
	if (status < 0)
		return status;
	fprintf(f.stream,
		"**%s**\n\n| | data | paper | here, 95 %% interval | splits | epochs | minutes "
		"|\n|---|---|---|---|---|---|---|\n",
		title_of(c->title));
	for (int i = 0; i < c->n_trials; i++) {
		write_markdown_row(c, &c->trials[i], f.stream);
		seconds += trial_summarize(c, &c->trials[i]).seconds;
	}
	fprintf(f.stream, "\n`reproduce %s`: %.0f minutes.\n\n", c->title, seconds / 60);
	for (int i = 0; i < c->n_trials; i++) {
		const struct trial *t = &c->trials[i];
		if (t->note && has_runs(c, t) && (i == 0 || t->note != t[-1].note))
			fprintf(f.stream, "- %s: %s\n", t->label, t->note);
	}
	fprintf(f.stream, "\n");
	return file_commit(&f, e);
}

/* Reports what has no result, and why.  Consecutive trials that fail for the same reason, such as
 * unreadable data, are reported once. */
static void put_skipped(const struct campaign *c, json_t *out)
{
	json_t *skipped = json_copy(c->skipped);
	const char *last = "";
	for (int i = 0; i < c->n_trials; i++) {
		const struct trial *t = &c->trials[i];
		if (!has_runs(c, t) && t->trouble[0] && strcmp(t->trouble, last))
			json_array_append_new(skipped, json_pack("{s:o, s:s, s:s}", "data",
								 report_string(t->data), "why",
								 t->trouble, "system", t->label));
		last = t->trouble;
	}
	if (json_array_size(skipped) > 0)
		json_object_set(out, "skipped", skipped);
	json_decref(skipped);
}

static int finish_reproduce(struct session *s, struct campaign *c, json_t *out, struct err *e)
{
	json_t *rows = json_array(), *files = json_array();
	char path[1024];
	json_object_set_new(out, "table", json_string(c->title));
	json_object_set_new(out, "files", files);
	json_object_set_new(out, "rows", rows);
	put_skipped(c, out);
	for (int i = 0; i < c->n_trials; i++)
		if (has_runs(c, &c->trials[i]))
			json_array_append_new(rows, reproduce_row_of(c, &c->trials[i]));
	if (json_array_size(rows) == 0)
		return err_set(e, ERR_FAILED, NULL, "no run finished%s%s",
			       c->trials[0].trouble[0] ? "; " : "", c->trials[0].trouble);
	static const char *const endings[] = { "csv", "json", "md" };
	int status = 0;
	snprintf(path, sizeof path, "%s/", c->folder);
	home_make_folders(path);
	for (int i = 0; i < 3 && status == 0; i++) {
		snprintf(path, sizeof path, "%s/%s.%s", c->folder, c->title, endings[i]);
		status = i == 2 ? save_markdown(c, path, e)
				: table_save(path, i ? out : rows, false, e);
		json_array_append_new(files, report_string(path));
	}
	return status < 0 ? status : save_figures(c, c->folder, files, e);
}

/* ---- the trials --------------------------------------------------------- */

static int add_trial(struct campaign *c, const struct recipe *r, const char *data, bool quick,
		     double paper, struct err *e)
{
	struct trial *t = campaign_add(c, r->label, model_ops_find(r->model), e);
	if (!t)
		return ERR_NOMEM;
	snprintf(t->options, sizeof t->options, "%s", quick ? r->quick : r->options);
	t->data = data;
	/* Training on small data improves slowly at first, so a quick trial has the default
	 * patience. */
	t->patience = quick ? 0 : r->patience;
	t->x = r->x > 0 ? r->x : NAN;
	t->note = quick ? NULL : r->note;
	t->evidence = quick ? NULL : r->evidence;
	if (paper > 0)
		t->paper = paper;
	return 0;
}

static bool belongs(const struct recipe *r, const char *table, int published)
{
	return param_choose(r->tables, table) >= 0 && (published <= 0 || r->paper[published] > 0);
}

static bool is_published(const char *table, int data)
{
	for (const struct recipe *r = recipes; r->label; r++)
		if (belongs(r, table, data))
			return true;
	return false;
}

/* Adds every recipe of the table for one data set.  `published` is the data set's index in
 * recipe_data; -1 makes quick trials, without the paper's results. */
static int add_trials(struct campaign *c, const char *table, const char *data, int published,
		      struct err *e)
{
	int status = 0;
	for (const struct recipe *r = recipes; r->label && status == 0; r++)
		if (belongs(r, table, published))
			status = add_trial(c, r, data, published < 0,
					   published < 0 ? 0 : r->paper[published], e);
	return status;
}

/* The paper's data set of this name, as a string that is never freed.  NULL if there is none. */
static const char *paper_data(const char *name)
{
	for (int i = 0; i < RECIPE_DATA; i++)
		if (!strcmp(recipe_data[i], name))
			return recipe_data[i];
	return NULL;
}

/* Is the data set on this machine?  If not, adds it to the list of skipped ones. */
static bool reproduce_is_there(struct campaign *c, const char *data)
{
	char place[1024], text[sizeof(struct err)];
	struct err why = { 0 };
	if (known_locate(data, place, sizeof place, &why) == 0 && access(place, F_OK) == 0)
		return true;
	if (!why.code)
		err_set(&why, ERR_DATA, data, "is not in $AUTOREC_DATA or ~/.local/share/autorec");
	json_array_append_new(c->skipped, json_pack("{s:o, s:s}", "data", report_string(data),
						    "why", err_text(&why, text, sizeof text)));
	return false;
}

static int reproduce_fill(struct campaign *c, const struct args *a, const char *table, bool quick,
			  struct err *e)
{
	const struct value *data = args_get(a, "data");
	bool published = false;
	int status = 0;
	if (quick) {
		snprintf(c->data, sizeof c->data, "%s", data->given ? data->text : "sample");
		return add_trials(c, table, c->data, -1, e);
	}
	if (data->given && !paper_data(data->text))
		return err_set(e, ERR_USAGE, "data",
			       "the paper's data sets are ml-1m, ml-10m and netflix; for others "
			       "use reproduce %s quick data=%s",
			       table, data->text);
	for (int i = 0; i < RECIPE_DATA && status == 0; i++) {
		if ((data->given && strcmp(data->text, recipe_data[i])) || !is_published(table, i))
			continue;
		published = true;
		if (reproduce_is_there(c, recipe_data[i]))
			status = add_trials(c, table, recipe_data[i], i, e);
	}
	if (status == 0 && !published)
		return err_set(e, ERR_FAILED, "data", "the paper's %s has no results for %s", table,
			       data->text);
	if (status == 0 && c->n_trials == 0)
		return err_set(e, ERR_DATA, NULL, "%s",
			       json_string_value(
				       json_object_get(json_array_get(c->skipped, 0), "why")));
	return status;
}

static int run_reproduce(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const bool quick = args_get(a, "size")->given && args_get(a, "size")->i == 0;
	const struct value *splits = args_get(a, "splits"), *file = args_get(a, "file");
	struct campaign *c;
	char table[32];
	int status = campaign_new("reproduce",
				  splits->given ? (int)splits->i
				  : quick       ? 3
						: 5,
				  command_answer, &c, e);
	if (status < 0)
		return status;
	param_choice(RECIPE_TABLE_NAMES, (int)args_get(a, "table")->i, table, sizeof table);
	snprintf(c->title, sizeof c->title, "%s", table);
	snprintf(c->folder, sizeof c->folder, "%s", args_get(a, "folder")->text);
	snprintf(c->file, sizeof c->file, "%s", file->given ? file->text : "");
	c->holdout = c->valid_share = 0.1; /* the paper's protocol */
	c->epochs = 1000;
	c->patience = 20;
	c->scored = true;
	c->basis = "default=3 unit=1"; /* as the paper */
	c->finish = finish_reproduce;
	c->fresh = args_get(a, "fresh")->given && args_get(a, "fresh")->i;
	c->skipped = json_array();
	status = reproduce_fill(c, a, table, quick, e);
	if (status == 0)
		return campaign_begin(s, c, out, e);
	campaign_free(c);
	return status;
}

const struct command cmd_reproduce = {
	.name = "reproduce",
	.summary = "rerun a table or figure of the paper: every system on random 90/10 splits "
		   "(seeds from 1), results beside the published ones, as CSV, JSON, Markdown and "
		   "SVG; quick: small models on the sample data, as a demonstration",
	.example = "reproduce table1a quick",
	.keys = "event=\"run\": as in repeat; then: table files "
		"rows:[{system,data,paper,mean,half_width_95,splits,valid_rmse,epochs,cold,"
		"seconds,model}] skipped:[{data,why}]",
	.params = { { "table", PARAM_CHOICE, .choices = RECIPE_TABLE_NAMES, .help = "what to rerun",
		      .required = true },
		    { "size", PARAM_CHOICE, .choices = "quick full", .fallback = "full",
		      .help = "quick: small models on a small data set", .bare = true,
		      .shown = "quick" },
		    { "splits", PARAM_INT, 1, 1000,
		      .help = "number of random 90/10 splits; by default 5, quick: 3" },
		    { "data", PARAM_DATASET,
		      .help = "use only this data set; by default each of the paper's that is "
			      "installed; quick: the sample" },
		    { "folder", PARAM_PATH, .fallback = "reproduced",
		      .help = "the folder for the results" },
		    { "file", PARAM_PATH,
		      .help = "file of finished runs, which a later call reuses; by default in the "
			      "program's state folder" },
		    { "fresh", PARAM_FLAG,
		      .help = "train anew instead of taking finished runs from the file" } },
	.disturbs = true,
	.run = run_reproduce,
};
