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
	if (r->files > 1)
		json_object_set_new(out, "files", json_integer(r->files));
	if (r->titled > 0) {
		json_object_set_new(out, "titles", json_integer(r->titled));
		json_object_set_new(out, "encoding", json_string(r->encoding));
	}
	if (r->no_titles[0])
		json_object_set_new(out, "no_titles", json_string(r->no_titles));
	if (r->missing > 0)
		json_object_set_new(out, "missing", json_integer(r->missing));
	if (r->rejected > 0)
		json_object_set_new(out, "first_rejected", json_string(r->first_rejected));
	json_object_set_new(out, "file", json_string(r->path));
	if (r->others[0])
		json_object_set_new(out, "others", json_string(r->others));
}

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
		"read ratings from a file, a folder, an archive, or by name (ml-100k, ml-1m, ml-10m, sample)",
	.keys =
		"name users items ratings rating_min rating_max duplicates rejected test_ratings seconds "
		"format columns file warnings; where they apply: files titles encoding no_titles "
		"missing first_rejected others",
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
};
