/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "autorec/mem.h"
#include "autorec/text.h"

static const double MOSTLY = 0.6; /* rows of a matrix that are whole */

enum {
	SURE_COLUMNS = 6,   /* this many of one kind, and more, are a matrix */
	FEW_VALUES = 11,    /* different ratings of a small matrix: 0 .. 10 */
	GREATEST_CELL = 100 /* a rating in a matrix is at most this; ids and times are greater */
};

/* ---- names -------------------------------------------------------------- */

/* Does row 0 hold text where the rows below it hold numbers, or no name above ids? */
static bool is_header(const struct table *t, int shift)
{
	double value;
	for (int j = shift; j < t->n_columns; j++) {
		const struct field *f = table_cell(t, 0, j - shift);
		const struct column_values v = table_column(t, j, 1);
		if (v.numbers > 0 && v.numbers == v.filled && !cell_is_missing(f) &&
		    !cell_number(f, true, &value))
			return true;
	}
	/* as pandas writes an index without a name */
	return t->n_rows > 1 && t->n_columns > 1 && table_cell(t, 0, 0)->length == 0 &&
	       table_column(t, 0, 1).filled == t->n_rows - 1 && table_column(t, 0, 1).distinct;
}

/* Is row 0 the numbers from 0 on, which pandas writes above columns without names? A list whose
 * first user is 0 has more ratings of that user. *index: the lines are numbered, too. */
static bool is_numbered(const struct table *t, bool *index)
{
	double value;
	if (t->n_rows < 2 || t->n_columns < 3)
		return false;
	*index = table_cell(t, 0, 0)->length == 0 && t->n_columns > 3;
	for (int j = *index; j < t->n_columns; j++)
		if (!cell_number(table_cell(t, 0, j), false, &value) || value != j - *index)
			return false;
	if (*index)
		return true;
	for (int i = 1; i < t->n_rows; i++)
		if (cell_number(table_cell(t, i, 0), false, &value) && value == 0)
			return false;
	return true;
}

static bool is_stronger(const struct names *names, int a, int b)
{
	return b < 0 || names->meaning[a].strength > names->meaning[b].strength;
}

/* Do two names begin alike, as "beer_name" and "beer_id"? */
static bool begin_alike(const struct field *a, const struct field *b)
{
	enum { ALIKE = 3 }; /* bytes */
	return a->length >= ALIKE && b->length >= ALIKE && !strncasecmp(a->text, b->text, ALIKE);
}

/* Of names as strong as that of the titles, one that begins like that of the items is theirs. */
static void prefer_own_titles(struct names *names)
{
	const int item = names->column[ITEM], title = names->column[TITLE];
	if (item < 0 || title < 0 || begin_alike(&names->name[title], &names->name[item]))
		return;
	for (int j = 0; j < names->n; j++)
		if (names->meaning[j].role == TITLE && !is_stronger(names, title, j) &&
		    begin_alike(&names->name[j], &names->name[item])) {
			names->column[TITLE] = j;
			return;
		}
}

/* Gives each role the column of its strongest name. */
static void assign_roles(struct names *names)
{
	int second = -1; /* another item column that has no ids: a title */
	for (int i = 0; i < N_ROLES; i++)
		names->column[i] = -1;
	for (int j = 0; j < names->n; j++) {
		const enum role role = names->meaning[j].role;
		if (role < N_ROLES && is_stronger(names, j, names->column[role]))
			names->column[role] = j;
	}
	prefer_own_titles(names);
	for (int j = 0; j < names->n; j++)
		if (names->meaning[j].role == ITEM && j != names->column[ITEM] &&
		    !names->meaning[j].id && names->meaning[names->column[ITEM]].id && second < 0)
			second = j;
	if (names->column[TITLE] < 0)
		names->column[TITLE] = second;
}

/* Is the user, the item or the rating one of several columns? */
static void find_rivals(struct names *names)
{
	names->rivals = NO_ROLE;
	for (enum role role = USER; role <= RATING; role++)
		for (int j = 0; j < names->n; j++) {
			const int taken = names->column[role];
			if (j != taken && j != names->column[TITLE] &&
			    names->meaning[j].role == role &&
			    names->meaning[j].strength == names->meaning[taken].strength)
				names->rivals = role;
		}
}

static void count_found(struct names *names, const struct columns *want)
{
	names->found = 0;
	for (int i = 0; i < want->least; i++)
		names->found += names->column[want->role[i]] >= 0;
}

/* A column "id" of a file of titles holds items, and items may be known by their titles alone. */
static void fill_gaps(struct names *names, const struct columns *want)
{
	const int item = names->column[ITEM];
	const bool id = item >= 0 && names->meaning[item].id;
	for (int j = 0; want == &columns_of_titles && !id && j < names->n; j++)
		if (names->meaning[j].id && names->meaning[j].role == NO_ROLE) {
			names->column[ITEM] = j;
			if (names->column[TITLE] < 0)
				names->column[TITLE] = item;
			break;
		}
	if (want == &columns_of_ratings && names->column[ITEM] < 0 && names->column[USER] >= 0 &&
	    names->column[RATING] >= 0)
		names->column[ITEM] = names->column[TITLE];
}

/* The names are those of a header if they are understood and the rating is none itself. */
static bool are_understood(const struct names *names, const struct columns *want)
{
	double value;
	const int rating = names->column[RATING];
	return names->found == want->least &&
	       !(rating >= 0 && cell_number(&names->name[rating], true, &value));
}

static int names_take(struct names *names, char *text, size_t length, const char *separator,
		      struct err *e)
{
	const int room = (int)length + 1;
	names->name = mem_array((size_t)room, sizeof *names->name, e);
	names->meaning = mem_array((size_t)room, sizeof *names->meaning, e);
	if (!names->name || !names->meaning)
		return ERR_NOMEM;
	const int n = fields_cut(separator, false, text, length, names->name, room);
	names->n = n > 0 ? n : 0;
	for (int j = 0; j < names->n; j++)
		names->meaning[j] = column_name(names->name[j].text, names->name[j].length);
	return 0;
}

/* Do the lines have a field more than the header? A separator at their end is none. */
static bool lines_are_longer(const struct table *t, int n_names)
{
	return n_names == t->n_columns - 1 && table_column(t, n_names, 1).filled > 0;
}

bool names_fit(const struct table *t, const struct names *names)
{
	const struct column_values v = table_column(t, 0, 1);
	const bool text = v.numbers < v.filled || table_cell(t, t->n_rows - 1, 0)->quoted;
	return !names->shift || (v.distinct && (v.rising || text));
}

int names_refuse(const struct lines *at, const struct names *names, struct err *e)
{
	char place[256];
	reader_place(at->path, at->passed + 2, 0, place, sizeof place);
	return err_set(
		e, ERR_DATA, place,
		"%d columns, but the header names %d; if the ratings have a decimal comma, "
		"write 3.5 or \"3,5\"; if a column lacks a name, type skip=1 and columns= with "
		"user, item, rating or - for each column",
		names->n + 1, names->n);
}

int names_read(struct names *names, const struct layout *l, const struct table *t,
	       const struct preamble *p, const struct columns *want, struct err *e)
{
	*names = (struct names){ .rivals = NO_ROLE };
	for (int i = 0; i < N_ROLES; i++)
		names->column[i] = -1;
	if (l->sections != NO_ROLE || t->n_rows == 0)
		return 0;
	const struct field line = *table_line(t, 0);
	const size_t mark = comment_mark(line.text, line.length);
	bool attributes = p->attributes.length > 0;
	int status = attributes
			     ? names_take(names, p->attributes.bytes, p->attributes.length, ",", e)
			     : names_take(names, line.text + mark, line.length - mark, t->separator,
					  e);
	if (status < 0)
		return status;
	if (p->commented && names->n != t->n_columns) { /* a sentence about something else */
		names_done(names);
		attributes = false;
		status = names_take(names, line.text + mark, line.length - mark, t->separator, e);
		if (status < 0)
			return status;
	}
	if (t->rows_name.length > 0 && names->n > 0) {
		names->name[0] = t->rows_name;
		names->meaning[0] = column_name(t->rows_name.text, t->rows_name.length);
	}
	for (int j = 0; want != &columns_of_titles && j < names->n; j++)
		if (names->meaning[j].role == GENRES) /* a word of titles only */
			names->meaning[j].role = NO_ROLE;
	assign_roles(names);
	find_rivals(names);
	fill_gaps(names, want);
	count_found(names, want);
	names->shift = !attributes && names->n > 1 && lines_are_longer(t, names->n);
	names->numbered = !attributes && !t->rows_name.length && is_numbered(t, &names->index);
	names->index = names->index && names->numbered;
	names->header = !attributes && (names->numbered || t->rows_name.length > 0 ||
					are_understood(names, want) ||
					(names->n > 1 && is_header(t, names->shift)));
	if (!names->header && !attributes) {
		names->found = names->n = names->shift = 0;
		for (int i = 0; i < N_ROLES; i++)
			names->column[i] = -1;
	}
	for (int i = 0; i < N_ROLES; i++)
		names->column[i] += names->column[i] >= 0 ? names->shift : 0;
	return 0;
}

void names_done(struct names *names)
{
	free(names->name);
	free(names->meaning);
	*names = (struct names){ 0 };
}

/* "user,item,-,rating" with the columns that are known, as a start of what to type. */
static void suggest(const struct names *names, const struct columns *want, struct text *out)
{
	int unknown = 0; /* columns that may have the only role that is lacking */
	enum role lacking = NO_ROLE;
	for (int i = 0; i < want->least; i++)
		if (names->column[want->role[i]] < 0)
			lacking = want->role[i];
	for (int j = 0; j < names->n; j++)
		unknown += names->meaning[j].role == NO_ROLE && !names->meaning[j].id;
	for (int j = 0; j < names->n && j < 8; j++) {
		const char *word = "-";
		for (int i = 0; i < want->n; i++)
			if (names->column[want->role[i]] == j + names->shift)
				word = role_name(want->role[i]);
		if (unknown == 1 && names->found == want->least - 1 &&
		    names->meaning[j].role == NO_ROLE && !names->meaning[j].id)
			word = role_name(lacking);
		text_addf(out, "%s%s", j > 0 || names->shift ? "," : "", word);
	}
}

int names_missing(const struct lines *at, const struct names *names, const struct columns *want,
		  struct err *e)
{
	char place[256];
	struct text shown = { 0 }, lacking = { 0 }, counts = { 0 }, known = { 0 };
	for (int j = 0; j < names->n && j < 8; j++) {
		char name[3 * 24 + 1];
		const struct field *f = &names->name[j];
		const size_t n = text_cut(f->text, f->length, 24);
		text_clean(f->text, n, text_is_utf8(f->text, n), name, sizeof name);
		text_addf(&shown, "%s%s", j ? ", " : "", name);
		if (names->meaning[j].role == COUNT)
			text_addf(&counts, "%s%s", counts.length ? ", " : "", name);
	}
	for (int i = 0; i < want->least; i++)
		if (names->column[want->role[i]] < 0)
			text_addf(&lacking, "%s%s", lacking.length ? ", no " : "no ",
				  role_name(want->role[i]));
	suggest(names, want, &known);
	reader_place(at->path, at->passed + 1, 0, place, sizeof place);
	if (counts.length > 0 && names->found == want->least - 1 && names->column[RATING] < 0)
		err_set(e, ERR_DATA, place,
			"the header (%s%s) has no rating; %s holds counts: name it the rating with "
			"columns=, and add log=on if a few are very large",
			shown.bytes, names->n > 8 ? ", ..." : "", counts.bytes);
	else if (want->least == 2)
		err_set(e, ERR_DATA, place,
			"the header (%s%s) names %s; type columns= with user, item or - for each "
			"column, such as columns=user,-,item",
			shown.bytes, names->n > 8 ? ", ..." : "", lacking.bytes);
	else
		err_set(e, ERR_DATA, place,
			"the header (%s%s) names %s; type columns= with user, item, rating or - "
			"for each column, such as columns=%s, or format=matrix if a line holds all "
			"ratings of a user%s",
			shown.bytes, names->n > 8 ? ", ..." : "", lacking.bytes,
			names->found > 1 && known.bytes ? known.bytes : "user,item,rating",
			names->column[USER] >= 0 && names->column[ITEM] >= 0
				? "; clicks or purchases without ratings cannot be trained on"
				: "");
	text_done(&shown);
	text_done(&lacking);
	text_done(&counts);
	text_done(&known);
	return ERR_DATA;
}

/* ---- matrices ----------------------------------------------------------- */

/* Are all cells from column `first` on ratings or missing? *different: how many different
 * values. */
static bool are_of_one_kind(const struct table *t, int first, int first_row, int *different)
{
	double seen[FEW_VALUES + 1];
	*different = 0;
	for (int i = first_row; i < t->n_rows; i++)
		for (int j = first; j < t->n_columns; j++) {
			const struct field *f = table_cell(t, i, j);
			double value;
			int k = 0;
			if (cell_is_missing(f))
				continue;
			if (!cell_number(f, t->separator[0] != ',', &value) ||
			    value > GREATEST_CELL || value < -GREATEST_CELL)
				return false;
			while (k < *different && seen[k] != value)
				k++;
			if (k == *different && k <= FEW_VALUES)
				seen[(*different)++] = value;
		}
	return *different > 0;
}

/* How many different roles do the names after the first have? Those of a list have several; those
 * of a matrix, such as "film 1" and "film 2", have one at most, and 0 is the answer if all of them
 * have it. */
static int names_of_a_list(const struct names *names)
{
	bool seen[COUNT + 1] = { false }, alike = names->n > 2;
	int n = 0;
	for (int j = 1; j < names->n; j++) {
		const enum role role = names->meaning[j].role;
		n += role != NO_ROLE && !seen[role];
		seen[role] = true;
		alike = alike && role == names->meaning[1].role;
	}
	return alike ? 0 : n;
}

/* What the first column is by its name. A number, as in "item1", is one of many items. "name" alone
 * may be that of either. */
static enum role role_of_first(const struct names *names)
{
	const struct field *f = names->name;
	const bool numbered = f->length > 0 && f->text[f->length - 1] >= '0' &&
			      f->text[f->length - 1] <= '9';
	const bool either = f->length == 4 && !strncasecmp(f->text, "name", 4);
	return numbered || either ? NO_ROLE : names->meaning[0].role;
}

/* Does the first column hold an id for each line? */
static bool has_row_ids(const struct table *t, const struct names *names)
{
	const struct column_values v = table_column(t, 0, names->header);
	if (names->header && (names->shift || names->name[0].length == 0 || names->meaning[0].id ||
			      role_of_first(names) < N_ROLES))
		return true;
	return v.numbers < v.filled || (v.distinct && v.rising && v.whole == v.filled);
}

/* Are there columns of fractions beside columns of whole numbers only, after the first? */
static bool differ_in_kind(const struct table *t)
{
	bool fractions = false, whole = false;
	for (int j = 1; j < t->n_columns; j++) {
		const struct column_values v = table_column(t, j, 0);
		fractions = fractions || 2 * v.whole <= v.numbers;
		whole = whole || v.whole == v.numbers;
	}
	return fractions && whole;
}

enum verdict is_matrix(const struct table *t, const struct names *names)
{
	int different;
	const int n = t->n_columns - names->index;
	if (n < 3 || t->even < MOSTLY ||
	    !are_of_one_kind(t, 1 + names->index, names->header, &different))
		return NO;
	if (names->header && !names->numbered) {
		if (4 * names_of_a_list(names) >= names->n || names->column[RATING] >= 0)
			return NO;
		return n >= SURE_COLUMNS || (n > 3 && has_row_ids(t, names)) ? YES : UNSURE;
	}
	if (n < SURE_COLUMNS && differ_in_kind(t))
		return NO;
	if (n >= SURE_COLUMNS || (n > 3 && !names->index && table_column(t, 0, 0).numbers == 0 &&
				  table_column(t, 0, 0).distinct))
		return YES;
	return n > 3 && t->n_rows > 2 && different <= FEW_VALUES ? UNSURE : NO;
}

int shape_unsure(const struct lines *at, const struct table *t, struct err *e)
{
	char place[256];
	reader_place(at->path, at->passed + 1, 0, place, sizeof place);
	return err_set(e, ERR_DATA, place,
		       "%d unnamed columns of the same few values may be a matrix or a list; type "
		       "format=matrix if a line holds all ratings of a user (with missing=0 if 0 "
		       "means no rating), or columns=user,item,rating for a rating in a line",
		       t->n_columns);
}

/* Does the first column count the ratings of its line? A value that stands for "none" is the
 * greatest or the least of all. */
static bool first_counts(const struct table *t, int first_row)
{
	double least = 0, most = 0, value;
	bool any = false;
	for (int j = 1; j < t->n_columns; j++) {
		const struct column_values v = table_column(t, j, first_row);
		least = v.numbers > 0 && (!any || v.min < least) ? v.min : least;
		most = v.numbers > 0 && (!any || v.max > most) ? v.max : most;
		any = any || v.numbers > 0;
	}
	for (int i = first_row; i < t->n_rows; i++) {
		int filled = 0, lower = 0, higher = 0;
		double count;
		for (int j = 1; j < t->n_columns; j++) {
			if (!cell_number(table_cell(t, i, j), true, &value))
				continue;
			filled++;
			lower += value <= least;
			higher += value >= most;
		}
		if (!cell_number(table_cell(t, i, 0), false, &count) ||
		    (count != filled && count != filled - lower && count != filled - higher))
			return false;
	}
	return t->n_rows - first_row > 1;
}

void shape_matrix(struct layout *l, const struct table *t, const struct names *names,
		  enum role rows)
{
	const bool named = names->header && !names->shift && names->n > 0;
	const enum role first = named ? role_of_first(names) : NO_ROLE;
	l->shape = MATRIX;
	l->rows = rows != NO_ROLE ? rows : first == ITEM || first == TITLE ? ITEM : USER;
	l->rows_assumed = rows == NO_ROLE && first != USER && first != ITEM && first != TITLE;
	if (first_counts(t, names->header)) {
		l->row_id = -1;
		l->first_cell = 1;
	} else {
		l->row_id = has_row_ids(t, names) ? 0 : -1;
		l->first_cell = l->row_id + 1;
	}
	l->decimal_comma = t->separator[0] != ',';
	snprintf(l->rows_name, sizeof l->rows_name, "%.*s", (int)t->rows_name.length,
		 t->rows_name.text ? t->rows_name.text : "");
	for (int i = 0; i < N_ROLES; i++)
		l->column[i] = -1;
}
