/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "format.h"

#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "autorec/text.h"

/* The titles beside ratings in CSV. */
#define TITLES                                                                                     \
	"?(bx-|bx_)@(movie|book|item|game|song|track|artist|product|title|anime|joke)?(s).csv"

static const struct format_info formats[] = {
	{ "ml-100k", "MovieLens 100K: u.data or u1.base, titles in u.item", "MovieLens 100K", "\t",
	  .files = "u?(?).@(data|base|test)", .folder = "u.data", .titles = "u.item" },
	{ "ml-1m", "MovieLens 1M and 10M: ratings.dat or r1.train, titles in movies.dat",
	  "MovieLens 1M or 10M", "::", .files = "@(ratings.dat|r[1-5ab].@(train|test))",
	  .folder = "ratings.dat", .titles = "movies.dat" },
	{ "ml-csv", "MovieLens 20M and later: ratings.csv, titles in movies.csv", "CSV", ",",
	  .files = "*rating*.csv", .folder = "rating?(s).csv", .example = "ratings.csv",
	  .titles = TITLES },
	{ "book-crossing", "Book-Crossing: BX-Book-Ratings.csv, titles in BX-Books.csv",
	  "Book-Crossing", ";", .files = "?(bx-)*rating*.csv", .folder = "bx-book-ratings.csv",
	  .example = "BX-Book-Ratings.csv", .titles = TITLES },
	{ "netflix",
	  "Netflix Prize: mv_0000001.txt or combined_data_1.txt and so on, titles in "
	  "movie_titles.txt or .csv",
	  "Netflix Prize", ",", .sections = true, .many = true, .files = "*",
	  .folder = "@(mv|combined_data)_+([0-9]).txt",
	  .example = "mv_0000001.txt, combined_data_1.txt", .titles = "movie_titles.@(txt|csv)",
	  .title_columns = "item,-,title..." },
	{ "recbole", "RecBole: NAME.inter, titles in NAME.item", "RecBole", "\t",
	  .files = "*.inter", .folder = "*.inter", .titles = "*.item" },
	{ "csv", "commas between columns", "CSV", ",", .files = "*" },
	{ "tsv", "tabs between columns", "TSV", "\t", .files = "*" },
	{ "colons", "\"::\" between columns", "\"::\" between columns", "::", .files = "*" },
	{ "semicolons", "semicolons between columns", "semicolons between columns", ";",
	  .files = "*" },
	{ "bars", "\"|\" between columns", "\"|\" between columns", "|", .files = "*" },
	{ "blanks", "blanks between columns", "blanks between columns", " ", .files = "*" },
	{ "jsonl", "JSON Lines: an object in each line", "JSON Lines", "{", .files = "*" },
	{ "matrix", "a line for each user and a column for each item, or the reverse", "matrix",
	  .matrix = true, .files = "*" },
	{ 0 },
};

/* A separator that a person told. */
static const struct format_info own = { "own", "a custom separator", "custom separator",
					.files = "*" };

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
	err_set(e, ERR_USAGE, "format", "\"%.*s\" is not one of:%s", text_head(name, ERR_WORD),
		name, names.bytes ? names.bytes : "");
	text_done(&names);
	return ERR_USAGE;
}

bool format_fits_name(const char *pattern, const char *path)
{
	char name[NAME_MAX + 1];
	int length = snprintf(name, sizeof name, "%s", path_base(path));
	static const char *const packed[] = { ".gz", ".xz", ".zst", ".bz2" };
	for (size_t i = 0; i < sizeof packed / sizeof *packed; i++) {
		const int ending = (int)strlen(packed[i]);
		if (length > ending && length < (int)sizeof name &&
		    !strcmp(name + length - ending, packed[i])) {
			name[length - ending] = 0;
			break;
		}
	}
	return fnmatch(pattern, name, FNM_EXTMATCH | FNM_CASEFOLD) == 0;
}

const struct format_info *format_of_file(const char *path, const struct layout *layout)
{
	for (const struct format_info *f = formats; f->name; f++)
		if ((f->matrix ? layout->shape == MATRIX
			       : layout->shape != MATRIX &&
					 !strcmp(f->separator, layout->separator)) &&
		    f->sections == (layout->sections == ITEM) && format_fits_name(f->files, path))
			return f;
	return &own;
}

struct layout_hint format_of_titles(const char *path)
{
	for (const struct format_info *f = formats; f->name; f++)
		if (f->title_columns && format_fits_name(f->titles, path))
			return (struct layout_hint){ f->separator, f->title_columns };
	return (struct layout_hint){ 0 };
}
