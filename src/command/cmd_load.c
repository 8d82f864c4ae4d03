/* SPDX-License-Identifier: GPL-3.0-or-later
 * load: ratings from a file, a folder, or by name. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "autorec/load.h"
#include "autorec/command.h"
#include "autorec/input.h"
#include "autorec/known.h"
#include "autorec/missing.h"
#include "autorec/num.h"
#include "autorec/report.h"

static bool load_go_on(void *ctx, double fraction)
{
	return session_go_on(ctx, "reading", fraction);
}

static void put_report(const struct dataset *d, json_t *out)
{
	const struct load_report *r = &d->report;
	json_object_set_new(out, "name", json_string(d->name));
	json_object_set_new(out, "users", json_integer(r->users));
	json_object_set_new(out, "items", json_integer(r->items));
	json_object_set_new(out, "ratings", json_integer(r->ratings));
	json_object_set_new(out, "rating_min", json_real((double)d->min));
	json_object_set_new(out, "rating_max", json_real((double)d->max));
	/* early, for a small screen shows only the beginning */
	json_t *warnings = json_array();
	for (int i = 0; i < r->n_warnings; i++)
		json_array_append_new(warnings, json_string(r->warnings[i]));
	json_object_set_new(out, "warnings", warnings);
	json_object_set_new(out, "duplicates", json_integer(r->duplicates));
	json_object_set_new(out, "rejected", json_integer(r->rejected));
	json_object_set_new(out, "test_ratings", json_integer(r->test_ratings));
	json_object_set_new(out, "seconds", json_real(r->seconds));
	json_object_set_new(out, "format", json_string(r->format));
	json_object_set_new(out, "columns", json_string(r->columns));
	if (r->test_path[0])
		json_object_set_new(out, "test_file", report_string(r->test_path));
	if (r->files > 1)
		json_object_set_new(out, "files", json_integer(r->files));
	if (r->titled > 0) {
		json_object_set_new(out, "titles", json_integer(r->titled));
		json_object_set_new(out, "encoding", json_string(r->encoding));
		if (d->genres.n > 0)
			json_object_set_new(out, "genres", json_integer(d->genres.n));
		json_object_set_new(out, "titles_file", report_string(r->titles_path));
	}
	if (r->no_titles[0])
		json_object_set_new(out, "no_titles", json_string(r->no_titles));
	if (r->missing > 0)
		json_object_set_new(out, "missing", json_integer(r->missing));
	if (r->rejected > 0)
		json_object_set_new(out, "first_rejected", json_string(r->first_rejected));
	json_object_set_new(out, "file", report_string(r->path));
	if (r->others[0])
		json_object_set_new(out, "others", json_string(r->others));
}

/* ---- for people --------------------------------------------------------- */

/* "1 user", "1,682 items" */
static void say_count(struct text *out, int64_t n, const char *thing)
{
	char number[NUM_TEXT];
	text_addf(out, "%s %s%s", num_grouped(n, number), thing, n == 1 ? "" : "s");
}

static int64_t number_of(const json_t *answer, const char *key)
{
	return json_integer_value(json_object_get(answer, key));
}

static const char *string_of(const json_t *answer, const char *key)
{
	const char *text = json_string_value(json_object_get(answer, key));
	return text ? text : "";
}

static void say_size(const json_t *answer, struct text *out)
{
	char least[NUM_TEXT], most[NUM_TEXT];
	text_addf(out, "%s: ", string_of(answer, "name"));
	say_count(out, number_of(answer, "users"), "user");
	text_addf(out, ", ");
	say_count(out, number_of(answer, "items"), "item");
	text_addf(out, ", ");
	say_count(out, number_of(answer, "ratings"), "rating");
	text_addf(out, " from %s to %s\n",
		  num_text(json_real_value(json_object_get(answer, "rating_min")), least),
		  num_text(json_real_value(json_object_get(answer, "rating_max")), most));
}

/* Which files, and what was understood of them. */
static void say_source(const json_t *answer, struct text *out)
{
	char number[NUM_TEXT];
	const char *columns = string_of(answer, "columns");
	const int64_t files = number_of(answer, "files"), test = number_of(answer, "test_ratings"),
		      titles = number_of(answer, "titles"), genres = number_of(answer, "genres"),
		      missing = number_of(answer, "missing"),
		      repeats = number_of(answer, "duplicates");
	text_addf(out, "from %s", string_of(answer, "file"));
	if (files > 1)
		text_addf(out, " and %s more", num_grouped(files - 1, number));
	if (!strncmp(columns, "a matrix", 8))
		text_addf(out, " (%s)", columns);
	else
		text_addf(out, " (%s: %s)", string_of(answer, "format"), columns);
	if (test > 0) {
		text_addf(out, "; ");
		say_count(out, test, "test rating");
		text_addf(out, " from %s", string_of(answer, "test_file"));
	}
	if (titles > 0) {
		text_addf(out, "; titles of ");
		say_count(out, titles, "item");
		if (genres > 0) {
			text_addf(out, " and ");
			say_count(out, genres, "genre");
		}
		text_addf(out, " from %s (%s)", string_of(answer, "titles_file"),
			  string_of(answer, "encoding"));
	}
	if (missing > 0) {
		text_addf(out, "; left out ");
		say_count(out, missing, "value");
		text_addf(out, " for \"no rating\"");
	}
	if (repeats > 0) {
		text_addf(out, "; ");
		say_count(out, repeats, "repeated rating");
	}
	text_addf(out, "\n");
	if (string_of(answer, "others")[0])
		text_addf(out, "also there: %s\n", string_of(answer, "others"));
}

static void say_warnings(const json_t *answer, struct text *out)
{
	size_t i;
	const json_t *warning;
	const int64_t rejected = number_of(answer, "rejected");
	json_array_foreach (json_object_get(answer, "warnings"), i, warning)
		text_addf(out, "warning: %s\n", json_string_value(warning));
	if (rejected > 0) {
		text_addf(out, "warning: ");
		say_count(out, rejected, "bad line");
		text_addf(out, "; the first: %s\n", string_of(answer, "first_rejected"));
	}
	if (string_of(answer, "no_titles")[0])
		text_addf(out, "warning: no titles: %s\n", string_of(answer, "no_titles"));
}

static void say_load(const json_t *answer, bool in_short, struct text *out)
{
	say_size(answer, out);
	if (!in_short)
		say_source(answer, out);
	say_warnings(answer, out);
}

/* ---- the command -------------------------------------------------------- */

/* The path of "-". Neither a screen nor a script that comes from there can share it. */
static int locate_stdin(const struct session *s, char *out, size_t size, struct err *e)
{
	const char *why = s->commands_on_stdin   ? "the commands come from there"
			  : s->host.enqueue      ? "the screen uses it"
			  : isatty(STDIN_FILENO) ? "it is a terminal"
						 : NULL;
	if (why)
		return err_set(e, ERR_USAGE, "-",
			       "is standard input, but %s; name a file, or type for example: "
			       "autorec -b -c 'load -' < FILE",
			       why);
	snprintf(out, size, INPUT_STDIN);
	return 0;
}

static int locate(const struct session *s, const char *path, char *out, size_t size, struct err *e)
{
	return strcmp(path, "-") != 0 ? known_locate(path, out, size, e)
				      : locate_stdin(s, out, size, e);
}

static int run_load(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	char place[4096];
	const struct value *scale = args_get(a, "scale");
	const struct value *users = args_get(a, "users");
	const char *missing = args_get(a, "missing")->text;
	struct missing none = { 0 };
	struct load_options options = {
		.format = args_get(a, "format")->text,
		.test = args_get(a, "test")->text,
		.titles = args_get(a, "titles")->text,
		.title_columns = args_get(a, "titlecolumns")->text,
		.separator = args_get(a, "sep")->text,
		.columns = args_get(a, "columns")->text,
		.skip = args_get(a, "skip")->i,
		.users_in_rows = users->given && users->i == 0,
		.users_in_columns = users->given && users->i == 1,
		.missing = missing ? &none : NULL,
		.repeats = (enum repeats)args_get(a, "repeats")->i,
		.log = args_get(a, "log")->i,
		.min = scale->given ? scale->x : s->config.min,
		.max = scale->given ? scale->y : s->config.max,
		.pipes = !a->host->interactive,
		.progress = load_go_on,
		.ctx = s,
	};
	struct dataset *d;
	int status = missing ? missing_parse(&none, missing, e) : 0;
	if (status == 0)
		status = locate(s, args_get(a, "path")->text, place, sizeof place, e);
	if (status == 0)
		status = dataset_load(place, &options, &d, e);
	if (status < 0)
		return status;
	session_set_data(s, d);
	a->focus->view = VIEW_TRAIN;
	put_report(d, out);
	return 0;
}

const struct command cmd_load = {
	.name = "load",
	.loses = true,
	.summary =
		"read ratings from a file, a folder, an archive, or by name (ml-100k, ml-1m, "
		"ml-10m, sample)",
	.example = "load sample",
	.keys =
		"name users items ratings rating_min rating_max duplicates rejected "
		"test_ratings seconds "
		"format columns file warnings; where they apply: files titles encoding "
		"genres no_titles "
		"missing first_rejected others test_file titles_file",
	.params = {
		{ "path", PARAM_DATASET,
		  .help = "a ratings file, a data set's folder or archive (.zip, .tar), "
			  "or its name; \"-\" reads standard input in a batch",
		  .required = true },
		{ "format", PARAM_FORMAT, .help = "the file format; detected by default" },
		{ "test", PARAM_PATH, .help = "a file of test ratings, e.g. u1.test" },
		{ "titles", PARAM_PATH,
		  .help = "a file of item titles; by default the one beside the ratings" },
		{ "titlecolumns", PARAM_TEXT,
		  .help = "the columns of the file of titles, such as item,-,title" },
		{ "scale", PARAM_RANGE,
		  .help = "lowest and highest rating; by default those of the training ratings" },
		{ "sep", PARAM_TEXT,
		  .help = "column separator: one or two characters, tab, or blanks" },
		{ "columns", PARAM_TEXT,
		  .help = "the columns in order, such as item,-,user,rating" },
		{ "users", PARAM_CHOICE, .choices = "rows columns",
		  .help = "the side of a matrix on which the users are" },
		{ "missing", PARAM_TEXT,
		  .help = "values that mean \"no rating\", such as 0 or -1,99 or -9..-1" },
		{ "repeats", PARAM_CHOICE, .choices = REPEATS_NAMES, .fallback = "last",
		  .help = "what stands for several ratings of an item by a user" },
		{ "log", PARAM_FLAG, .fallback = "off",
		  .help = "take log(1 + x) of counts, such as plays" },
		{ "skip", PARAM_INT, 0, 1000000, .fallback = "0",
		  .help = "lines to skip at the top" },
	},
	.disturbs = true,
	.run = run_load,
	.say = say_load,
};
