/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/num.h"
#include "autorec/text.h"
#include "autorec/times.h"
#include "json_line.h"
#include "kind.h"
#include "preamble.h"
#include "sample.h"
#include "shape.h"
#include "title_columns.h"

const struct columns columns_of_ratings = {
	.what = "user, item and rating",
	.least = 3,
	.n = 4,
	.role = { USER, ITEM, RATING, TIMESTAMP },
};
const struct columns columns_of_titles = {
	.what = "item and title", .least = 2, .n = 3, .role = { ITEM, TITLE, GENRES }
};

const struct columns columns_of_pairs = {
	.what = "user and item", .least = 2, .n = 2, .role = { USER, ITEM }
};

const struct columns columns_of_one_user = {
	.what = "item and rating", .least = 2, .n = 2, .role = { ITEM, RATING }
};

/* Are these files always lists? */
static bool is_list(const struct columns *want)
{
	return want == &columns_of_pairs || want == &columns_of_one_user;
}

/* For files with sections. */
static const struct columns columns_below_item = {
	.what = "user and rating after an item line such as \"7:\"",
	.least = 2,
	.n = 3,
	.role = { USER, RATING, TIMESTAMP },
};
static const struct columns columns_below_user = {
	.what = "item and rating after a user line such as \"7|120\"",
	.least = 2,
	.n = 3,
	.role = { ITEM, RATING, TIMESTAMP },
};

/* Between two that cut the lines equally well, the earlier one. */
static const char *const separators[] = { "\t", "::", ",", ";", "|", " " };
enum { N_SEPARATORS = sizeof separators / sizeof *separators };

/* The values of the keys in use. The strings are unescaped, once all have been found. */
static int cut_object(const struct layout *l, char *line, size_t length, struct field *fields)
{
	struct json_member m;
	char *p = line, *end = line + length;
	int got;
	for (int i = 0; i < N_ROLES; i++)
		fields[i] = (struct field){ .text = line };
	while ((got = json_next(&p, end, &m)) > 0)
		for (int i = 0; i < N_ROLES; i++)
			if (l->column[i] >= 0 && m.key.length == l->key_length[i] &&
			    !memcmp(m.key.text, l->key[i], m.key.length))
				fields[i] = m.value;
	for (int i = 0; got == 0 && i < N_ROLES; i++) {
		if (fields[i].quoted)
			json_unescape(&fields[i]);
		fields[i].quoted = false;
		field_trim(&fields[i]);
	}
	fields[0].text = got < 0 ? p + 1 : fields[0].text;
	return got < 0 ? -1 : N_ROLES;
}

int layout_split(const struct layout *l, char *line, size_t length,
		 struct field fields[MAX_COLUMNS])
{
	if (l->shape == OBJECTS)
		return cut_object(l, line, length, fields);
	return fields_cut(l->separator, l->open_ended, line, length, fields, l->used);
}

bool layout_timed(const struct layout *l)
{
	return l->shape != MATRIX && l->column[TIMESTAMP] >= 0;
}

/* ---- what people say of a file ------------------------------------------ */

int layout_parse_separator(const char *text, const char **out, struct err *e)
{
	const char *not_between = "0123456789+-.\"'\r\n";
	size_t n = strlen(text);
	bool good = n == 1 || n == 2;
	if (!strcmp(text, "tab") || !strcmp(text, "blanks")) {
		*out = text[0] == 't' ? "\t" : " ";
		return 0;
	}
	for (size_t i = 0; i < n && good; i++) {
		const char c = (char)(text[i] | ' ');
		good = !(c >= 'a' && c <= 'z') && !strchr(not_between, text[i]);
	}
	*out = text;
	return good ? 0
		    : err_set(e, ERR_USAGE, "sep",
			      "\"%.*s\" is not a separator, expected one or two characters such as "
			      ", ; | or ::, or the word tab or blanks",
			      text_head(text, ERR_WORD), text);
}

int layout_check_columns(const char *option, const char *text, const struct columns *want,
			 struct err *e)
{
	int column[N_ROLES];
	bool open_ended;
	const char *bad = columns_parse(text, column, &open_ended);
	if (bad)
		return err_set(
			e, ERR_USAGE, option,
			"\"%.*s\" is wrong at \"%.*s\", expected %s once each, as in %s where "
			"- skips a column",
			text_head(text, ERR_WORD), text, text_head(bad, ERR_WORD), bad, want->what,
			want == &columns_of_titles ? "item,-,title" : "item,-,user,rating");
	for (int i = 0; i < want->least; i++)
		if (column[want->role[i]] < 0)
			return err_set(e, ERR_USAGE, option,
				       "\"%.*s\" has no %s, expected %s in the order of the file",
				       text_head(text, ERR_WORD), text, role_name(want->role[i]),
				       want->what);
	return 0;
}

/* ---- sections ----------------------------------------------------------- */

/* "7|120": the id and the number of lines below it. */
static bool counted_section(const struct field *line, struct field *id, int64_t *n)
{
	char *bar = memchr(line->text, '|', line->length);
	if (!bar || bar == line->text)
		return false;
	*id = (struct field){ .text = line->text, .length = (size_t)(bar - line->text) };
	return num_parse_int(bar + 1, line->length - id->length - 1, n) && *n > 0;
}

static bool item_section(const struct field *line, struct field *id)
{
	const size_t n = line->length;
	if (n < 2 || line->text[n - 1] != ':' || line->text[n - 2] == ':')
		return false;
	*id = (struct field){ .text = line->text, .length = n - 1 };
	field_trim(id);
	return true;
}

bool layout_section(const struct layout *l, char *line, size_t length, struct field *id)
{
	const struct field all = { .text = line, .length = length };
	int64_t n;
	return l->sections == USER   ? counted_section(&all, id, &n)
	       : l->sections == ITEM ? item_section(&all, id)
				     : false;
}

/* The first line and the one after the lines that it counts begin sections, those between do
 * not. */
static bool has_user_sections(const struct sample *s)
{
	struct field id;
	int64_t n, none;
	if (s->n < 2 || !counted_section(&s->line[0], &id, &n))
		return false;
	for (int i = 1; i < s->n && i <= n; i++)
		if (counted_section(&s->line[i], &id, &none))
			return false;
	return n + 1 >= s->n || counted_section(&s->line[n + 1], &id, &none);
}

/* Removes the lines that begin sections from the sample. */
static void drop_sections(struct sample *s, const struct layout *l)
{
	struct field id;
	int n = 0;
	for (int i = 0; i < s->n; i++)
		if (!layout_section(l, s->line[i].text, s->line[i].length, &id))
			s->line[n++] = s->line[i];
	s->n = n;
}

/* ---- separators --------------------------------------------------------- */

/* Do tabs separate? Blanks, which cut at tabs as well, would also cut names. Tabs that only align
 * the columns leave empty cells. */
static bool are_tabs(const struct table *t)
{
	return t->found[0] == t->n_columns && t->clean > 0.7;
}

/* Does a cut the lines better than b? First, more lines have the same number of fields, and
 * enough; then, fewer fields look as if they should be cut. */
static bool cuts_better(const struct table *a, const struct table *b, int least)
{
	const bool enough = a->n_columns >= least, other = b->n_columns >= least;
	if (a->n_columns < 2 || enough != other)
		return enough && !other;
	if (b->n_columns < 2)
		return true;
	if (a->separator[0] == ' ' && b->separator[0] == '\t' && enough && are_tabs(b))
		return b->even < a->even;
	return a->even > b->even || (a->even >= b->even && a->clean > b->clean);
}

/* The table of the best separator, or of the only one if `told`. */
static int cut_best(struct table *best, const struct sample *s, const char *told, int least,
		    struct err *e)
{
	*best = (struct table){ 0 };
	for (int i = 0; i < (told ? 1 : N_SEPARATORS); i++) {
		struct table t;
		if (table_cut(&t, s, told ? told : separators[i], e) < 0) {
			table_done(&t);
			return ERR_NOMEM;
		}
		if (!best->separator || cuts_better(&t, best, least)) {
			table_done(best);
			*best = t;
		} else {
			table_done(&t);
		}
	}
	return 0;
}

static int too_few_columns(const struct lines *at, const struct table *t,
			   const struct columns *want, struct err *e)
{
	char place[256];
	reader_place(at->path, at->passed + 1, 0, place, sizeof place);
	if (t->n_columns == 2 && t->even > 0.9 && want->least == 3)
		return err_set(e, ERR_DATA, place,
			       "only two columns: pairs without ratings? Expected %s; clicks or "
			       "purchases cannot be trained on, for all of them would be alike",
			       want->what);
	return err_set(e, ERR_DATA, place,
		       "too few columns, expected %s (separated by tabs, \"::\", commas, "
		       "semicolons, \"|\" or blanks)",
		       want->what);
}

/* ---- columns of a list -------------------------------------------------- */

/* Does the fourth column hold numbers that are no times? */
static bool has_no_times(const struct table *t)
{
	enum { LEAST_TIME = 10000000 }; /* 19950101 is a day */
	if (t->n_columns < 4)
		return false;
	const struct column_values v = table_column(t, 3, 0);
	return v.numbers > 0 && v.numbers == v.filled && v.max < LEAST_TIME && v.max != 0;
}

/* May the rating be in another column than the third? */
static bool is_doubtful(const struct table *t)
{
	return t->even < 0.9 || has_no_times(t);
}

/* Which of the first two columns, which are to be ids, holds dates? -1: none does. */
static int dates_as_ids(const struct table *t)
{
	double value;
	for (int j = 0; j < 2 && j < t->n_columns; j++) {
		int dates = 0;
		for (int i = 0; i < t->n_rows; i++) {
			const struct field *f = table_cell(t, i, j);
			dates += !cell_number(f, true, &value) &&
				 time_parse(f->text, f->length) != NO_TIME;
		}
		if (dates > 0 && dates == t->n_rows)
			return j;
	}
	return -1;
}

static int refuse_dates(const struct lines *at, int column, struct err *e)
{
	char place[256];
	reader_place(at->path, at->passed + 1, 0, place, sizeof place);
	return err_set(e, ERR_DATA, place,
		       "column %d holds dates, expected user, item and rating first; type "
		       "columns= with user, item, rating, timestamp or - for each column",
		       column + 1);
}

/* The usual order, from a column on. */
static void assume_order(struct layout *l, const struct columns *want, int first)
{
	for (int i = 0; i < N_ROLES; i++)
		l->column[i] = -1;
	for (int i = 0; i < want->n; i++)
		if (i < want->least || first + i < l->n_columns)
			l->column[want->role[i]] = first + i;
}

/* Are numbers with a comma such as 4,5, or may they all be such as 1,234? */
static void note_commas(struct layout *l, const struct table *t)
{
	double value;
	int thousands = 0;
	const int rating = l->column[RATING], commas = table_column(t, rating, l->header).commas;
	for (int i = l->header; i < t->n_rows; i++) {
		const struct field *f = table_cell(t, i, rating);
		const char *comma = memchr(f->text, ',', f->length);
		thousands += comma && f->text + f->length - comma == 4 && f->text[0] != '0' &&
			     cell_number(f, true, &value);
	}
	l->decimal_comma = commas > 0;
	l->thousands = commas > 0 && thousands == commas;
}

static void finish_list(struct layout *l, const struct table *t, const struct columns *want)
{
	for (int i = 0; i < want->n; i++)
		if (i < want->least && l->column[want->role[i]] >= l->needed)
			l->needed = l->column[want->role[i]] + 1;
	l->used = l->needed;
	for (int i = want->least; i < want->n; i++)
		if (l->column[want->role[i]] >= l->used)
			l->used = l->column[want->role[i]] + 1;
	if (l->n_flags > 0)
		l->used = l->first_flag + l->n_flags;
	if (l->column[RATING] >= 0 && l->column[RATING] < t->n_columns)
		note_commas(l, t);
}

/* Three columns of the same few numbers, where lines begin alike and are in no order, are more like
 * a matrix of three items than like a list. */
static bool is_like_matrix(const struct table *t)
{
	enum { FEW = 10, LEAST_ROWS = 4 };
	bool ordered[2] = { true, true };
	double last[2] = { 0 }, value;
	if (t->n_columns != 3 || t->n_rows < LEAST_ROWS)
		return false;
	for (int i = 0; i < t->n_rows; i++)
		for (int j = 0; j < 3; j++) {
			if (!cell_number(table_cell(t, i, j), false, &value) || value < 0 ||
			    value > FEW)
				return false;
			if (j == 2)
				continue;
			ordered[j] = ordered[j] && (i == 0 || value >= last[j]);
			last[j] = value;
		}
	return !ordered[0] && !ordered[1];
}

/* The columns as a person told them. */
static void take_told(struct layout *l, const char *told)
{
	columns_parse(told, l->column, &l->open_ended);
}

/* Is there a number in the first line where the rating is? */
static bool is_rated(const struct layout *l, const struct table *t)
{
	const int rating = l->column[RATING];
	double value;
	return rating >= 0 && rating < t->n_columns && t->n_rows > 0 &&
	       cell_number(table_cell(t, 0, rating), true, &value);
}

/* How many lines of too few fields, such as "My ratings", are above a header. 0: the first line is
 * as good as any. */
static int header_below(const struct table *t, const struct columns *want)
{
	int row = 0, named = 0;
	while (row < t->n_rows && t->found[row] != t->n_columns)
		row++;
	for (int j = 0; row > 0 && row < t->n_rows && j < t->n_columns; j++) {
		const struct field *f = table_cell(t, row, j);
		for (int i = 0; i < want->least; i++)
			named += column_name(f->text, f->length).role == want->role[i];
	}
	return named > 1 ? row : 0;
}

static int refuse_title(const struct lines *at, int rows, struct err *e)
{
	struct lines ahead = *at;
	char place[256], *line;
	size_t length;
	for (int i = 0; i <= rows; i++)
		lines_next(&ahead, &line, &length);
	reader_place(at->path, at->passed + 1, 0, place, sizeof place);
	return err_set(e, ERR_DATA, place,
		       "the header is in line %lld; type skip=%lld to skip what is above it",
		       (long long)ahead.number, (long long)ahead.number - 1);
}

static int decide(struct layout *l, const struct lines *at, const struct table *t,
		  const struct preamble *p, const struct layout_hint *hint,
		  const struct columns *want, struct err *e)
{
	struct names names;
	int status = names_read(&names, l, t, p, want, e);
	l->header = names.header;
	if (status < 0)
		return status;
	if (hint->columns) {
		take_told(l, hint->columns);
		if (is_rated(l, t) && !names.numbered)
			l->header = false;
	} else if (!names.header && header_below(t, want) > 0) {
		status = refuse_title(at, header_below(t, want), e);
	} else if (names.found == want->least && want == &columns_of_ratings &&
		   !names_fit(t, &names)) {
		status = names_refuse(at, &names, e);
	} else if (names.found == want->least) {
		memcpy(l->column, names.column, sizeof l->column);
		l->rivals = want == &columns_of_ratings ? names.rivals : NO_ROLE;
	} else if (want == &columns_of_titles) {
		title_columns_guess(l, t, &names);
	} else if (is_list(want) && !names.header) {
		assume_order(l, want, 0);
	} else if (is_list(want)) {
		status = names_missing(at, &names, want, e);
	} else {
		const enum verdict matrix = hint->matrix ? YES : is_matrix(t, &names);
		if (matrix == YES && l->sections == NO_ROLE)
			shape_matrix(l, t, &names, hint->rows);
		else if (names.header && !names.numbered)
			status = names_missing(at, &names, want, e);
		else if (matrix == UNSURE && l->sections == NO_ROLE)
			status = shape_unsure(at, t, e);
		else if (want == &columns_of_ratings && dates_as_ids(t) >= 0)
			status = refuse_dates(at, dates_as_ids(t), e);
		else {
			assume_order(l, want, names.index);
			if (want == &columns_of_ratings && !names.index && has_no_times(t))
				l->column[TIMESTAMP] = -1;
			l->doubtful = want == &columns_of_ratings && !names.index &&
				      (is_doubtful(t) || is_like_matrix(t));
		}
	}
	if (status == 0 && want == &columns_of_titles && !hint->columns)
		title_columns_find_genres(l, t);
	if (status == 0)
		finish_list(l, t, want);
	names_done(&names);
	return status;
}

/* ---- objects ------------------------------------------------------------ */

/* Takes the keys of the sampled objects as names. ERR_DATA if a wanted one is missing. */
static int find_keys(struct layout *l, struct reader *r, const struct sample *s,
		     const struct columns *want, struct err *e)
{
	const struct lines *at = &r->lines;
	int strength[N_ROLES] = { 0 };
	struct json_member m;
	l->shape = OBJECTS;
	l->separator = "{";
	reader_set_plain_quotes(r);
	l->needed = N_ROLES;
	for (int i = 0; i < N_ROLES; i++)
		l->column[i] = -1;
	for (int i = 0; i < s->n; i++)
		for (char *p = s->line[i].text, *end = p + s->line[i].length;
		     json_next(&p, end, &m) > 0;) {
			const struct column_name n = column_name(m.key.text, m.key.length);
			if (n.role >= N_ROLES || n.strength <= strength[n.role] ||
			    m.key.length >= KEY_ROOM || json_is_nested(&m.value))
				continue;
			strength[n.role] = n.strength;
			l->column[n.role] = (int)n.role;
			memcpy(l->key[n.role], m.key.text, m.key.length);
			l->key[n.role][m.key.length] = 0;
			l->key_length[n.role] = m.key.length;
		}
	for (int i = 0; i < want->least; i++)
		if (l->column[want->role[i]] < 0) {
			const int status = kind_refuse_objects(at, e);
			if (status < 0)
				return status;
			char place[256];
			reader_place(at->path, at->passed + 1, 0, place, sizeof place);
			return err_set(e, ERR_DATA, place,
				       "no key of the JSON objects is known for the %s, expected "
				       "one such as \"%s\"; rename it, for example with jq",
				       role_name(want->role[i]), role_name(want->role[i]));
		}
	return 0;
}

int layout_find(struct layout *l, struct reader *r, const struct layout_hint *hint,
		const struct columns *want, struct err *e)
{
	struct preamble p;
	struct sample s;
	struct table t = { 0 };
	int status = preamble_pass(&p, r, want, e);
	*l = (struct layout){ .sections = NO_ROLE, .rivals = NO_ROLE };
	if (status == 0) {
		sample_take(&s, &r->lines, r->file_ended);
		status = kind_refuse(&r->lines, &s, e);
		if (status == 0 && s.line[0].text[strspn(s.line[0].text, " \t")] == '{') {
			preamble_done(&p);
			return find_keys(l, r, &s, want, e);
		}
	}
	if (status == 0) {
		struct field id;
		const bool ratings = want == &columns_of_ratings;
		l->sections = ratings && item_section(&s.line[0], &id) ? ITEM
			      : ratings && has_user_sections(&s)       ? USER
								       : NO_ROLE;
		drop_sections(&s, l);
		want = l->sections == ITEM   ? &columns_below_item
		       : l->sections == USER ? &columns_below_user
					     : want;
		memcpy(l->told, p.separator, sizeof l->told);
		const char *told = hint->separator ? hint->separator
				   : p.coordinates ? " "
				   : l->told[0]    ? l->told
						   : NULL;
		status = cut_best(&t, &s, told, want->least, e);
		if (status == 0 && ratings && table_find_rows_name(&t) == 2) {
			struct field above;
			lines_next(&r->lines, &above.text, &above.length);
			table_done(&t);
			sample_take(&s, &r->lines, r->file_ended);
			status = cut_best(&t, &s, told, want->least, e);
		}
		if (status == 0 && ratings && table_find_rows_name(&t) == 1)
			table_take_rows_name(&t);
	}
	if (status == 0 &&
	    (t.n_columns < (hint->matrix ? 2 : want->least) && !hint->columns && !hint->separator))
		status = too_few_columns(&r->lines, &t, want, e);
	l->separator = t.separator;
	l->n_columns = t.n_columns;
	if (status == 0)
		status = decide(l, &r->lines, &t, &p, hint, want, e);
	table_done(&t);
	preamble_done(&p);
	return status;
}

void layout_describe(const struct layout *l, char *out, size_t size)
{
	if (l->shape == OBJECTS) {
		size_t n = 0;
		for (enum role role = 0; role < N_ROLES && n < size; role++)
			if (l->column[role] >= 0)
				n += (size_t)snprintf(out + n, size - n, "%s%s=%s", n ? " " : "",
						      role_name(role), l->key[role]);
		return;
	}
	if (l->shape == MATRIX) {
		snprintf(out, size, "a matrix: %ss in rows, %ss in columns", role_name(l->rows),
			 role_name(l->rows == USER ? ITEM : USER));
		return;
	}
	size_t n = l->sections != NO_ROLE
			   ? (size_t)snprintf(out, size, "%s: ", role_name(l->sections))
			   : 0;
	out[n] = 0;
	for (int i = 0; (i < l->n_columns || i < l->needed) && n < size; i++) {
		const char *name = "-";
		for (enum role role = 0; role < N_ROLES; role++)
			if (l->column[role] == i)
				name = role_name(role);
		n += (size_t)snprintf(out + n, size - n, "%s%s", i > 0 ? " " : "", name);
	}
}
