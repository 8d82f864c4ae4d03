/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "titles.h"

#include <stdio.h>
#include <stdlib.h>

#include "autorec/mem.h"
#include "autorec/text.h"
#include "format.h"

enum { TITLE_LONGEST = 500 }; /* bytes; the rest is cut off */

/* Skips lines without a title, and those of items that nobody rated. */
static int titles_take_line(const struct layout *l, char *line, size_t length, bool *latin,
			    const struct ids *items, char **titles, struct err *e)
{
	struct field fields[MAX_COLUMNS];
	char clean[3 * TITLE_LONGEST + 1];
	if (layout_split(l, line, length, fields) < l->needed)
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
	const bool utf8 = text_is_utf8(title->text, title->length);
	*latin = *latin || !utf8;
	size_t n = utf8 ? text_cut(title->text, title->length, TITLE_LONGEST)
		   : title->length < TITLE_LONGEST ? title->length
						   : TITLE_LONGEST;
	if (item < 0 || text_clean(title->text, n, utf8, clean, sizeof clean) == 0)
		return 0;
	free(titles[item]);
	titles[item] = mem_text(clean, e);
	return titles[item] ? 0 : ERR_NOMEM;
}

static int titles_read_titles(struct reader *r, const char *told, bool *latin,
			      const struct ids *items, char **titles, struct err *e)
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
	if (status == 0 && l.header)
		got = reader_next(r, &line, &length, e);
	while (status == 0 && (got = reader_next(r, &line, &length, e)) > 0)
		status = titles_take_line(&l, line, length, latin, items, titles, e);
	return status < 0 ? status : got;
}

int titles_load(char *path, bool inside, const struct load_options *options, struct dataset *d,
		struct err *e)
{
	struct reader r;
	bool latin = false;
	const int32_t n = ids_count(d->items);
	int32_t titled = 0;
	struct load_options files = *options;
	files.pipes = false; /* one is never beside the ratings */
	const char *told = inside ? options->columns : options->title_columns;
	int status = told && !inside
			     ? layout_check_columns("titlecolumns", told, &columns_of_titles, e)
			     : 0;
	if (status < 0 || (status = reader_open(&r, &path, 1, &files, e)) < 0)
		return status;
	char **titles = mem_array((size_t)n, sizeof *titles, e);
	status = titles ? reader_skip(&r, inside ? options->skip : 0, e) : ERR_NOMEM;
	if (status == 0)
		status = titles_read_titles(&r, told, &latin, d->items, titles, e);
	reader_close(&r);
	for (int32_t i = 0; status == 0 && i < n; i++)
		titled += titles[i] != NULL;
	if (status == 0 && titled == 0)
		status = err_set(
			e, ERR_DATA, path,
			"no line has the id of a rated item; is this the right titles file?");
	if (status < 0) {
		dataset_free_titles(titles, n);
		return status;
	}
	d->titles = titles;
	d->report.titled = titled;
	snprintf(d->report.encoding, sizeof d->report.encoding, "%s",
		 latin ? "Windows-1252" : "UTF-8");
	return 0;
}
