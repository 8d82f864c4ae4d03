/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "format.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "autorec/text.h"
#include "reader.h"

static const struct format_info formats[] = {
	{ "ml-100k", "MovieLens 100K: u.data or u1.base, titles in u.item", "MovieLens 100K", "\t",
	  .files = "u?(?).@(data|base|test)*", .folder = "u.data", .titles = "u.item" },
	{ "ml-1m", "MovieLens 1M and 10M: ratings.dat, titles in movies.dat", "MovieLens 1M", "::",
	  .files = "ratings.dat*", .folder = "ratings.dat", .titles = "movies.dat" },
	{ "ml-csv", "MovieLens 20M and later: ratings.csv, titles in movies.csv", "CSV", ",",
	  .files = "ratings.csv*", .folder = "ratings.csv", .titles = "movies.csv" },
	{ "csv", "commas between columns", "CSV", ",", .files = "*" },
	{ "tsv", "tabs between columns", "TSV", "\t", .files = "*" },
	{ "colons", "\"::\" between columns", "\"::\" between columns", "::", .files = "*" },
	{ "semicolons", "semicolons between columns", "semicolons between columns", ";", .files = "*" },
	{ "bars", "\"|\" between columns", "\"|\" between columns", "|", .files = "*" },
	{ "blanks", "blanks between columns", "blanks between columns", " ", .files = "*" },
	{ 0 },
};

const struct format_info *dataset_formats(void)
{
	return formats;
}

int format_by_name(const char *name, const struct format_info **out, struct err *e)
{
	struct text names = { 0 };
	for (const struct format_info *f = formats; f->name; f++) {
		if (!strcmp(f->name, name)) {
			text_done(&names);
			*out = f;
			return 0;
		}
		text_addf(&names, " %s", f->name);
	}
	err_set(e, ERR_USAGE, "format", "\"%.40s\" is not one of:%s", name, names.bytes ? names.bytes : "");
	text_done(&names);
	return ERR_USAGE;
}

const struct format_info *format_of_file(const char *path, const char *separator)
{
	const struct format_info *f = formats;
	while (strcmp(f->separator, separator) != 0 || fnmatch(f->files, path_base(path), FNM_EXTMATCH) != 0)
		f++;
	return f;
}

static bool file_in(const char *folder, int length, const char *name, char *out)
{
	static const char *const endings[] = { "", ".gz" };
	for (int i = 0; i < 2; i++) {
		int n = snprintf(out, PATH_SIZE, "%.*s%s%s", length, folder, name, endings[i]);
		if (n < PATH_SIZE && access(out, F_OK) == 0)
			return true;
	}
	return false;
}

int format_resolve(const char *path, char *out, struct err *e)
{
	struct stat st;
	if (strlen(path) + 2 > PATH_SIZE)
		return err_set(e, ERR_DATA, NULL, "a path of %zu bytes is too long", strlen(path));
	if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode)) {
		strcpy(out, path); /* opening it tells what is wrong with it */
		return 0;
	}
	if (access(path, X_OK) < 0)
		return err_set(e, ERR_DATA, path, "cannot be opened: %s", strerror(errno));
	char folder[PATH_SIZE];
	int length = snprintf(folder, sizeof folder, "%s/", path);
	struct text known = { 0 };
	for (const struct format_info *f = formats; f->name; f++) {
		if (!f->folder)
			continue;
		if (file_in(folder, length, f->folder, out)) {
			text_done(&known);
			return 0;
		}
		text_addf(&known, "%s%s", known.length ? ", " : "", f->folder);
	}
	err_set(e, ERR_DATA, path, "has no ratings file of a known name, expected one of %s; or name the file itself",
		known.bytes ? known.bytes : "");
	text_done(&known);
	return ERR_DATA;
}

bool format_beside(const char *path, const char *name, char *out)
{
	return file_in(path, (int)(path_base(path) - path), name, out);
}
