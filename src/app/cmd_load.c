/* SPDX-License-Identifier: GPL-3.0-or-later
 * load: ratings from a file, a folder, or by name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "autorec/command.h"

/* Data sets that may be named: where they come from, so that somebody who lacks one knows what to fetch. */
static const struct {
	const char *name;
	long bytes; /* of the archive; 0: not published */
	const char *sha256;
} known[] = {
	{ "ml-100k", 4924029, "50d2a982c66986937beb9ffb3aa76efe955bf3d5c6b761f4e3a7cd717c6a3229" },
	{ "ml-1m", 0, "a6898adb50b9ca05aa231689da44c217cb524e7ebd39d264c56e2832f2c54e20" },
	{ "ml-10m", 65566137, "813c411ccb6122564edfe752e7f80c4dcc5aa25fa94c93622f6877a7ba252862" },
};

static bool found(char *out, size_t size, const char *folder, const char *between, const char *name)
{
	if (!folder || !folder[0])
		return false;
	snprintf(out, size, "%s%s/%s", folder, between, name);
	return access(out, F_OK) == 0;
}

/* A folder beside the installed program. */
static bool found_shared(char *out, size_t size, const char *name)
{
	char program[512];
	ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
	if (n <= 0)
		return false;
	program[n] = 0;
	char *slash = strrchr(program, '/');
	if (!slash)
		return false;
	*slash = 0;
	return found(out, size, program, "/../share/autorec", name);
}

/* The path as it is given, else a folder of that name where data sets are kept. */
static const char *locate(const char *path, char *out, size_t size)
{
	if (access(path, F_OK) == 0 || path[0] == '/' || path[0] == '.')
		return path;
	if (found(out, size, getenv("AUTOREC_DATA"), "", path) || found(out, size, getenv("XDG_DATA_HOME"), "/autorec", path) ||
	    found(out, size, getenv("HOME"), "/.local/share/autorec", path) || found_shared(out, size, path))
		return out;
	if (!strcmp(path, "sample") && access("sample-data", F_OK) == 0)
		return "sample-data";
	return path;
}

static int how_to_fetch(const char *path, struct err *e)
{
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (strcmp(known[i].name, path))
			continue;
		char size[32] = "";
		if (known[i].bytes)
			snprintf(size, sizeof size, " (%ld bytes)", known[i].bytes);
		return err_set(e, ERR_DATA, path,
			       "is not in $AUTOREC_DATA or ~/.local/share/autorec. Fetch "
			       "https://files.grouplens.org/datasets/movielens/%s.zip%s, sha256 %s, and unpack it there",
			       path, size, known[i].sha256);
	}
	return 0;
}

static bool go_on(void *ctx, double fraction)
{
	return session_go_on(ctx, fraction);
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
	json_object_set_new(out, "duplicates", json_integer(r->duplicates));
	json_object_set_new(out, "rejected", json_integer(r->rejected));
	json_object_set_new(out, "test_ratings", json_integer(r->test_ratings));
	json_object_set_new(out, "seconds", json_real(r->seconds));
	json_object_set_new(out, "format", json_string(r->format));
	json_object_set_new(out, "columns", json_string(r->columns));
	if (r->titled > 0) {
		json_object_set_new(out, "titles", json_integer(r->titled));
		json_object_set_new(out, "encoding", json_string(r->encoding));
	}
	if (r->rejected > 0)
		json_object_set_new(out, "first_rejected", json_string(r->first_rejected));
}

static int run(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	char place[1024];
	const char *path = args_get(a, "path")->text;
	const struct value *scale = args_get(a, "scale");
	struct load_options options = {
		.format = args_get(a, "format")->text,
		.test = args_get(a, "test")->text,
		.titles = args_get(a, "titles")->text,
		.min = scale->given ? scale->x : s->config.min,
		.max = scale->given ? scale->y : s->config.max,
		.progress = go_on,
		.ctx = s,
	};
	struct dataset *d;
	const char *located = locate(path, place, sizeof place);
	if (access(located, F_OK) != 0 && how_to_fetch(path, e) < 0)
		return ERR_DATA;
	int status = dataset_load(located, &options, &d, e);
	if (status < 0)
		return status;
	session_set_data(s, d);
	s->focus.view = VIEW_TRAIN;
	put_report(d, out);
	return 0;
}

const struct command cmd_load = {
	.name = "load",
	.usage = "PATH [format=F] [test=PATH] [titles=PATH] [scale=MIN,MAX]",
	.summary = "read ratings from a file, a folder, or by name (ml-100k, ml-1m, sample)",
	.keys = "name users items ratings rating_min rating_max duplicates rejected test_ratings seconds format columns",
	.params = {
		{ "path", PARAM_DATASET, .help = "a ratings file, a folder of a data set, or its name", .required = true },
		{ "format", PARAM_FORMAT, .help = "the format; by default found by looking" },
		{ "test", PARAM_PATH, .help = "a file of test ratings, e.g. u1.test" },
		{ "titles", PARAM_PATH, .help = "a file of item titles; by default found beside the ratings" },
		{ "scale", PARAM_RANGE, .help = "least and greatest rating; by default the data's" },
	},
	.disturbs = true,
	.run = run,
};
