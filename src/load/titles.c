/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "titles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"
#include "autorec/text.h"
#include "format.h"
#include "genre_cells.h"

enum {
	TITLE_LONGEST = 500, /* bytes; the rest is cut off */
	DIFFERENT_PER_HUNDRED = 10,
};

struct titles {
	char **of; /* [n]: of each item, or NULL */
	int32_t n;
	struct genre_cells genres;
	bool latin;                 /* some are not UTF-8 */
	int64_t repeats, different; /* lines of an item that has one already, and another one */
};

/* Skips lines without a title, and those of items that nobody rated. */
static int titles_take_line(struct titles *t, const struct layout *l, char *line, size_t length,
			    const struct ids *items, struct err *e)
{
	struct field fields[MAX_COLUMNS];
	char clean[3 * TITLE_LONGEST + 1];
	const int n_fields = layout_split(l, line, length, fields);
	if (n_fields < l->needed)
		return 0;
	struct field *id = &fields[l->column[ITEM]], *title = &fields[l->column[TITLE]];
	if (title->quoted)
		field_unquote(title);
	if (id->quoted)
		field_unquote(id);
	for (size_t i = 0; i < title->length; i++) /* line breaks and tabs within quotes */
		if (title->text[i] == '\n' || title->text[i] == '\r' || title->text[i] == '\t')
			title->text[i] = ' ';
	const int32_t item = ids_find(items, id->text, id->length);
	if (item >= 0 && genre_cells_take(&t->genres, l, fields, n_fields, item, e) < 0)
		return ERR_NOMEM;
	const bool utf8 = text_is_utf8(title->text, title->length);
	t->latin = t->latin || !utf8;
	size_t n = utf8 ? text_cut(title->text, title->length, TITLE_LONGEST)
		   : title->length < TITLE_LONGEST ? title->length
						   : TITLE_LONGEST;
	if (item < 0 || text_clean(title->text, n, utf8, clean, sizeof clean) == 0)
		return 0;
	if (t->of[item]) {
		const bool different = strcmp(t->of[item], clean) != 0;
		t->repeats++;
		t->different += different;
		if (!different)
			return 0;
	}
	free(t->of[item]);
	t->of[item] = mem_text(clean, e);
	return t->of[item] ? 0 : ERR_NOMEM;
}

/* The header, if there is one, is the next line of r. */
static int titles_begin(struct titles *t, const struct layout *l, struct reader *r, struct err *e)
{
	struct field names[MAX_COLUMNS];
	char *line;
	size_t length;
	if (!l->header)
		return genre_cells_begin(&t->genres, l, r->lines.path, NULL, r->options, t->n, e);
	const int got = reader_next(r, &line, &length, e);
	if (got <= 0)
		return got;
	const int n = layout_split(l, line, length, names);
	return genre_cells_begin(&t->genres, l, r->lines.path, n < l->used ? NULL : names,
				 r->options, t->n, e);
}

static int titles_read_titles(struct titles *t, struct reader *r, const char *told,
			      const struct ids *items, struct err *e)
{
	struct layout l;
	char *line;
	size_t length;
	const struct layout_hint as_told = { .columns = told },
				 of_name = format_of_titles(r->lines.path);
	int status = layout_find(&l, r, &as_told, &columns_of_titles, e), got = 1;
	if (!told && of_name.columns &&
	    !(status == 0 && l.header)) /* a file that matches in name and contents */
		status = layout_find(&l, r, &of_name, &columns_of_titles, e);
	if (status == 0)
		status = titles_begin(t, &l, r, e);
	while (status == 0 && (got = reader_next(r, &line, &length, e)) > 0)
		status = titles_take_line(t, &l, line, length, items, e);
	return status < 0 ? status : got;
}

static int titles_judge(const struct titles *t, const char *path, bool inside, struct err *e)
{
	for (int32_t i = 0; i < t->n; i++)
		if (t->of[i])
			return !inside || t->different * 100 <= t->repeats * DIFFERENT_PER_HUNDRED
				       ? 0
				       : err_set(e, ERR_DATA, path,
						 "the titles are not used, because the lines of "
						 "an item have different ones; are they those of "
						 "reviews?");
	return err_set(e, ERR_DATA, path,
		       "no line has the id of a rated item; is this the right titles file?");
}

int titles_load(char *path, bool inside, const struct load_options *options, struct dataset *d,
		struct err *e)
{
	struct reader r;
	struct titles t = { .n = ids_count(d->items) };
	int32_t titled = 0;
	struct load_options files = *options;
	files.pipes = false; /* one is never beside the ratings */
	const char *told = inside ? options->columns : options->title_columns;
	int status = told && !inside
			     ? layout_check_columns("titlecolumns", told, &columns_of_titles, e)
			     : 0;
	if (status < 0 || (status = reader_open(&r, &path, 1, &files, e)) < 0)
		return status;
	t.of = mem_array((size_t)t.n, sizeof *t.of, e);
	status = t.of ? reader_skip(&r, inside ? options->skip : 0, e) : ERR_NOMEM;
	if (status == 0)
		status = titles_read_titles(&t, &r, told, d->items, e);
	reader_close(&r);
	if (status == 0)
		status = titles_judge(&t, path, inside, e);
	if (status < 0) {
		dataset_free_titles(t.of, t.n);
		genres_done(&t.genres.genres);
		return status;
	}
	for (int32_t i = 0; i < t.n; i++)
		titled += t.of[i] != NULL;
	d->titles = t.of;
	d->report.titled = titled;
	genre_cells_end(&t.genres, &d->genres);
	snprintf(d->report.encoding, sizeof d->report.encoding, "%s",
		 t.latin ? "Windows-1252" : "UTF-8");
	return 0;
}
