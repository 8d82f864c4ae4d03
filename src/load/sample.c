/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample.h"

#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"
#include "autorec/num.h"
#include "columns.h"

void sample_take(struct sample *s, const struct lines *from, bool file_ended)
{
	struct lines ahead = *from;
	s->n = 0;
	while (s->n < SAMPLE_LINES &&
	       lines_next(&ahead, &s->line[s->n].text, &s->line[s->n].length))
		s->n++;
	s->whole = file_ended && ahead.at == ahead.end;
}

/* ---- cells -------------------------------------------------------------- */

bool cell_is_missing(const struct field *f)
{
	static const char *const words[] = { "",    "nan",  "NaN",  "NAN", "NA", "na", "N/A",
					     "n/a", "null", "NULL", "?",   "-",  ".",  "None" };
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (f->length == strlen(words[i]) && !memcmp(f->text, words[i], f->length))
			return true;
	return false;
}

bool cell_number(const struct field *f, bool comma, double *value)
{
	char copy[NUM_TEXT];
	const char *mark = comma ? memchr(f->text, ',', f->length) : NULL;
	if (!mark)
		return num_parse_real(f->text, f->length, value);
	if (f->length >= sizeof copy)
		return false;
	memcpy(copy, f->text, f->length);
	copy[mark - f->text] = '.';
	return num_parse_real(copy, f->length, value);
}

/* Would no other separator cut it? A comma may be within a number, or followed by a blank. */
static bool is_clean(const struct field *f)
{
	double value;
	int quotes = 0;
	if (f->quoted)
		return true;
	if (f->length == 0)
		return false;
	if (cell_number(f, true, &value))
		return true;
	for (size_t i = 0; i < f->length; i++) {
		quotes += f->text[i] == '"';
		const char next = i + 1 < f->length ? f->text[i + 1] : 0;
		if (memchr("\t;|", f->text[i], 3) || (f->text[i] == ',' && next != ' ') ||
		    (f->text[i] == ':' && next == ':'))
			return false;
	}
	return quotes % 2 == 0;
}

/* ---- the table ---------------------------------------------------------- */

/* The number of fields that most rows below the first have; the greater of two. */
static int most_frequent(const int *found, int n, double *share)
{
	int best = 0, most = 0;
	const int first = n > 1;
	for (int i = first; i < n; i++) {
		int alike = 0;
		for (int j = first; j < n; j++)
			alike += found[j] == found[i];
		if (alike > most || (alike == most && found[i] > best)) {
			most = alike;
			best = found[i];
		}
	}
	*share = n > first ? (double)most / (n - first) : 0;
	return best;
}

int table_cut(struct table *t, const struct sample *s, const char *separator, struct err *e)
{
	size_t longest = 0;
	int clean = 0;
	*t = (struct table){ .separator = separator, .sample = s, .n_rows = s->n };
	for (int i = 0; i < s->n; i++)
		longest = s->line[i].length > longest ? s->line[i].length : longest;
	const int room = (int)longest + 1; /* fields that a line may have */
	struct field *fields = mem_array((size_t)room, sizeof *fields, e);
	t->found = mem_array((size_t)s->n + 1, sizeof *t->found, e);
	for (int i = 0; fields && t->found && i < s->n; i++)
		t->found[i] = fields_cut(separator, false, s->line[i].text, s->line[i].length,
					 fields, room);
	if (fields && t->found) {
		t->n_columns = most_frequent(t->found, s->n, &t->even);
		t->n_columns = t->n_columns > 0 ? t->n_columns : 0;
		t->cell = mem_array((size_t)(s->n * t->n_columns) + 1, sizeof *t->cell, e);
	}
	for (int i = 0; t->cell && i < s->n; i++) {
		const int n = fields_cut(separator, false, s->line[i].text, s->line[i].length,
					 fields, room);
		for (int j = 0; j < t->n_columns; j++) {
			struct field *cell = &t->cell[i * t->n_columns + j];
			*cell = j < n ? fields[j] : (struct field){ .text = s->line[i].text };
			clean += j < n && is_clean(cell);
		}
	}
	t->clean = t->n_columns > 0 ? (double)clean / (s->n * t->n_columns) : 0;
	free(fields);
	return t->cell ? 0 : ERR_NOMEM;
}

void table_done(struct table *t)
{
	free(t->cell);
	free(t->found);
	*t = (struct table){ 0 };
}

const struct field *table_cell(const struct table *t, int row, int column)
{
	return &t->cell[row * t->n_columns + column];
}

const struct field *table_line(const struct table *t, int row)
{
	return &t->sample->line[row];
}

bool table_is_new(const struct table *t, int row, int column, int first_row)
{
	const struct field *f = table_cell(t, row, column);
	for (int i = first_row; i < row; i++) {
		const struct field *other = table_cell(t, i, column);
		if (f->length == other->length && !memcmp(f->text, other->text, f->length))
			return false;
	}
	return true;
}

/* Have all cells of a row but the first the same text as its last one? */
static bool is_repeated(const struct table *t, int row)
{
	const struct field *last = table_cell(t, row, t->n_columns - 1);
	for (int j = 1; j < t->n_columns; j++) {
		const struct field *f = table_cell(t, row, j);
		if (f->length != last->length || memcmp(f->text, last->text, f->length) != 0)
			return false;
	}
	return true;
}

static bool is_rows_name(const struct table *t, int row)
{
	const struct field *f = table_cell(t, row, 0);
	const enum role role = column_name(f->text, f->length).role;
	return (role == USER || role == ITEM || role == TITLE) && is_repeated(t, row) &&
	       table_cell(t, row, 1)->length == 0;
}

int table_find_rows_name(const struct table *t)
{
	if (t->n_columns < 3 || t->n_rows < 3)
		return 0;
	if (is_rows_name(t, 1))
		return 1;
	return t->n_rows > 3 && table_cell(t, 0, 0)->length == 0 && is_repeated(t, 0) &&
			       is_rows_name(t, 2)
		       ? 2
		       : 0;
}

void table_take_rows_name(struct table *t)
{
	const size_t below = (size_t)(t->n_rows - 2), width = (size_t)t->n_columns;
	t->rows_name = *table_cell(t, 1, 0);
	memmove(&t->cell[width], &t->cell[2 * width], below * width * sizeof *t->cell);
	memmove(&t->found[1], &t->found[2], below * sizeof *t->found);
	t->n_rows--;
}

struct column_values table_column(const struct table *t, int column, int first_row)
{
	struct column_values v = { .distinct = true, .rising = true };
	double value, last = 0;
	for (int i = first_row; i < t->n_rows; i++) {
		const struct field *f = table_cell(t, i, column);
		v.distinct = v.distinct && table_is_new(t, i, column, first_row);
		if (cell_is_missing(f))
			continue;
		v.filled++;
		if (!cell_number(f, true, &value))
			continue;
		v.commas += memchr(f->text, ',', f->length) != NULL;
		v.min = v.numbers == 0 || value < v.min ? value : v.min;
		v.max = v.numbers == 0 || value > v.max ? value : v.max;
		v.rising = v.rising && (v.numbers == 0 || value > last);
		v.numbers++;
		v.whole += value == (double)(int64_t)value;
		last = value;
	}
	return v;
}
