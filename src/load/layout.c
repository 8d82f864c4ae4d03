/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "layout.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "autorec/text.h"

const struct columns columns_of_ratings = {
	.what = "user, item and rating",
	.least = 3,
	.n = 4,
	.role = { USER, ITEM, RATING, TIMESTAMP },
};
const struct columns columns_of_titles = {
	.what = "item and title", .least = 2, .n = 2, .role = { ITEM, TITLE }
};

static const char *const role_names[N_ROLES] = { "user", "item", "rating", "timestamp", "title" };

/* In the order in which they are tried. A rarer one comes before one that may occur within a
 * field. */
static const char *const separators[] = { "\t", "::", ",", ";", "|", " " };
enum { N_SEPARATORS = sizeof separators / sizeof *separators, SAMPLE_LINES = 20 };

/* For files with sections. */
static const struct columns columns_below_item = {
	.what = "user and rating after an item line such as \"7:\"",
	.least = 2,
	.n = 3,
	.role = { USER, RATING, TIMESTAMP },
};

/* Names of columns: lower case, without punctuation, a final "id" or RecBole's ":type". */
static const struct {
	const char *name;
	enum role role;
} column_names[] = {
	{ "user", USER },       { "customer", USER },     { "reviewer", USER },
	{ "viewer", USER },     { "item", ITEM },         { "movie", ITEM },
	{ "film", ITEM },       { "product", ITEM },      { "book", ITEM },
	{ "isbn", ITEM },       { "asin", ITEM },         { "joke", ITEM },
	{ "song", ITEM },       { "track", ITEM },        { "artist", ITEM },
	{ "anime", ITEM },      { "business", ITEM },     { "parentasin", ITEM },
	{ "rating", RATING },   { "ratings", RATING },    { "score", RATING },
	{ "stars", RATING },    { "value", RATING },      { "overall", RATING },
	{ "grade", RATING },    { "bookrating", RATING }, { "timestamp", TIMESTAMP },
	{ "time", TIMESTAMP },  { "date", TIMESTAMP },    { "unixreviewtime", TIMESTAMP },
	{ "title", TITLE },     { "name", TITLE },        { "movietitle", TITLE },
	{ "booktitle", TITLE }, { "itemname", TITLE },
};

static bool layout_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The end of the field that starts at p. */
static char *find_separator(const char *separator, char *p, char *end)
{
	if (separator[0] == ' ') {
		while (p < end && !layout_is_blank(*p))
			p++;
		return p;
	}
	for (; p < end; p++)
		if (*p == separator[0] && (!separator[1] || (p + 1 < end && p[1] == separator[1])))
			break;
	return p;
}

static char *skip_blanks(char *p, const char *end)
{
	while (p < end && layout_is_blank(*p))
		p++;
	return p;
}

static bool is_margin(char c)
{
	return layout_is_blank(c) || c == '\r';
}

static void trim(struct field *f)
{
	while (f->length > 0 && is_margin(f->text[0]))
		f->text++, f->length--;
	while (f->length > 0 && is_margin(f->text[f->length - 1]))
		f->length--;
}

/* RFC 4180: p is after the opening quote. Returns the place after the closing one; NULL
 * if there is none. */
static char *take_quoted(struct field *f, char *p, char *end)
{
	*f = (struct field){ .text = p, .quoted = true };
	for (; p < end; p++) {
		if (*p != '"')
			continue;
		if (p + 1 == end || p[1] != '"') {
			f->length = (size_t)(p - f->text);
			return p + 1;
		}
		p++;
	}
	return NULL;
}

/* Takes the field at p and returns its end. Skips blanks after a quoted field. Returns NULL if a
 * quote is invalid. */
static inline char *take_field(struct field *f, const char *separator, char *p, char *end)
{
	/* RFC 4180 and its relatives use only these two. In other files a quote is a
	 * plain character. */
	bool quotes = separator[0] == ',' || separator[0] == ';';
	char *start = skip_blanks(p, separator[0] == ' ' || quotes ? end : p);
	if (!quotes || start == end || *start != '"') {
		p = find_separator(separator, start, end);
		*f = (struct field){ .text = start, .length = (size_t)(p - start) };
	} else {
		p = take_quoted(f, start + 1, end);
		p = p ? skip_blanks(p, end) : NULL;
		if (p && p < end && *p != separator[0])
			p = NULL;
	}
	if (p && f->length > 0 && (f->text[0] <= ' ' || f->text[f->length - 1] <= ' ')) /* rare */
		trim(f);
	return p;
}

/* Takes the rest of the line, whatever it contains. */
static void take_rest(struct field *f, char *p, const char *end)
{
	*f = (struct field){ .text = p, .length = (size_t)(end - p) };
	trim(f);
}

/* Cuts a line into up to `max` fields. If open_ended, the last of them is the rest of the line. */
static int split(const char *separator, bool open_ended, char *line, size_t length,
		 struct field *fields, int max)
{
	bool blanks = separator[0] == ' ';
	size_t width = blanks ? 0 : separator[1] ? 2 : 1;
	char *p = line, *end = line + length;
	for (int n = 0; n < max;) {
		struct field *f = &fields[n++];
		if (open_ended && n == max) {
			take_rest(f, p, end);
			return n;
		}
		p = take_field(f, separator, p, end);
		if (!p) {
			fields[0] = *f;
			return -1;
		}
		if (blanks)
			p = skip_blanks(p, end);
		if (p == end)
			return n;
		p += width;
	}
	return max;
}

int layout_split(const struct layout *l, char *line, size_t length,
		 struct field fields[MAX_COLUMNS])
{
	return split(l->separator, l->open_ended, line, length, fields, l->needed);
}

bool layout_section(char *line, size_t length, struct field *id)
{
	if (length < 2 || line[length - 1] != ':' || line[length - 2] == ':')
		return false;
	take_rest(id, line, line + length - 1);
	return true;
}

void field_unquote(struct field *f)
{
	size_t n = 0;
	for (size_t i = 0; i < f->length; i++) {
		f->text[n++] = f->text[i];
		if (f->text[i] == '"')
			i++;
	}
	f->length = n;
	trim(f);
}

/* Counts those of the first lines that have enough columns. *gaps: how many of these have an
 * empty second column. */
static int count_fitting(const struct reader *r, const char *separator, int least, int *gaps)
{
	struct lines sample = r->lines;
	struct field fields[MAX_COLUMNS];
	char *line;
	size_t length;
	int fitting = 0;
	*gaps = 0;
	for (int i = 0; i < SAMPLE_LINES && lines_next(&sample, &line, &length); i++) {
		bool fits = split(separator, false, line, length, fields, MAX_COLUMNS) >= least;
		fitting += fits;
		*gaps += fits && fields[1].length == 0;
	}
	return fitting;
}

static const char *find_best(const struct reader *r, int least)
{
	const char *best = NULL;
	int most = 0, gaps;
	for (int i = 0; i < N_SEPARATORS; i++) {
		int fitting = count_fitting(r, separators[i], least, &gaps);
		if (fitting > most &&
		    !(separators[i][0] == '\t' &&
		      gaps == fitting)) { /* else pairs of tabs: a run of blanks */
			most = fitting;
			best = separators[i];
		}
	}
	return best;
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
	for (size_t i = 0; i < n && good; i++)
		good = !isalpha((unsigned char)text[i]) && !strchr(not_between, text[i]);
	*out = text;
	return good ? 0
		    : err_set(e, ERR_USAGE, "sep",
			      "\"%.*s\" is not a separator, expected one or two characters such as "
			      ", ; | or ::, or the word tab or blanks",
			      text_head(text, ERR_WORD), text);
}

/* Fills in the columns that text names. Returns 0, or the place of a word that is
 * unknown or repeated. */
static const char *read_columns(struct layout *l, const char *text)
{
	for (int i = 0; i < N_ROLES; i++)
		l->column[i] = -1;
	for (int n = 0; n < MAX_COLUMNS; n++) {
		int role = 0;
		size_t length = strcspn(text, ",.");
		while (role < N_ROLES && (strlen(role_names[role]) != length ||
					  strncmp(text, role_names[role], length) != 0))
			role++;
		if (role < N_ROLES ? l->column[role] >= 0 : length != 1 || *text != '-')
			return text;
		if (role < N_ROLES)
			l->column[role] = n;
		text += length;
		l->open_ended = !strcmp(text, "...");
		if (!*text || l->open_ended)
			return NULL;
		if (*text++ != ',')
			return text;
	}
	return text;
}

int layout_check_columns(const char *text, const struct columns *want, struct err *e)
{
	struct layout l = { 0 };
	const char *bad = read_columns(&l, text);
	if (bad)
		return err_set(e, ERR_USAGE, "columns",
			       "\"%.*s\" is wrong at \"%.*s\", expected user, item and rating once "
			       "each, as in item,-,user,rating where - skips a column",
			       text_head(text, ERR_WORD), text, text_head(bad, ERR_WORD), bad);
	for (int i = 0; i < want->least; i++)
		if (l.column[want->role[i]] < 0)
			return err_set(e, ERR_USAGE, "columns",
				       "\"%.*s\" has no %s, expected %s in the order of the file",
				       text_head(text, ERR_WORD), text, role_names[want->role[i]],
				       want->what);
	return 0;
}

/* ---- what the file says itself ------------------------------------------ */

static enum role role_of_name(const struct field *f)
{
	char word[32];
	size_t n = 0;
	for (size_t i = 0; i < f->length && f->text[i] != ':' && n + 1 < sizeof word; i++)
		if (isalnum((unsigned char)f->text[i]))
			word[n++] = (char)tolower((unsigned char)f->text[i]);
	if (n > 2 && word[n - 2] == 'i' && word[n - 1] == 'd')
		n -= 2;
	word[n] = 0;
	for (size_t i = 0; i < sizeof column_names / sizeof *column_names; i++)
		if (!strcmp(word, column_names[i].name))
			return column_names[i].role;
	return N_ROLES;
}

/* Fills in the columns that a header names; returns how many of the required ones it names. */
static int layout_read_header(struct layout *l, const struct field *fields,
			      const struct columns *want)
{
	int found = 0;
	for (int i = 0; i < N_ROLES; i++)
		l->column[i] = -1;
	for (int i = 0; i < l->n_columns; i++) {
		enum role role = role_of_name(&fields[i]);
		if (role < N_ROLES && l->column[role] < 0)
			l->column[role] = i;
	}
	for (int i = 0; i < want->least; i++)
		found += l->column[want->role[i]] >= 0;
	return found;
}

static void assume_order(struct layout *l, const struct columns *want)
{
	for (int i = 0; i < N_ROLES; i++)
		l->column[i] = -1;
	for (int i = 0; i < want->n; i++)
		if (i < want->least || i < l->n_columns)
			l->column[want->role[i]] = i;
}

static int missing_column(const struct layout *l, const struct lines *at,
			  const struct columns *want, struct err *e)
{
	char place[256];
	int i = 0;
	while (l->column[want->role[i]] >= 0)
		i++;
	return err_set(e, ERR_DATA, reader_place(at->path, at->number, 0, place, sizeof place),
		       "the header has no column \"%s\", expected %s", role_names[want->role[i]],
		       want->what);
}

static int too_few_columns(const struct lines *at, const struct columns *want, struct err *e)
{
	char place[256];
	return err_set(e, ERR_DATA, reader_place(at->path, at->number, 0, place, sizeof place),
		       "too few columns, expected %s (separated by tabs, \"::\", commas, "
		       "semicolons, \"|\" or blanks)",
		       want->what);
}

/* Finds the columns as given, or by the header, or in the usual order. */
static int find_columns(struct layout *l, const struct lines *at, const struct field *fields,
			const char *told, const struct columns *want, struct err *e)
{
	int named = l->sections ? 0 : layout_read_header(l, fields, want);
	l->header = named == want->least;
	if (told)
		read_columns(l, told);
	else if (named > 1 && named == want->least - 1) /* too much like a header to be a rating */
		return missing_column(l, at, want, e);
	else if (!l->header)
		assume_order(l, want);
	for (int i = 0; i < want->least; i++)
		if (l->column[want->role[i]] >= l->needed)
			l->needed = l->column[want->role[i]] + 1;
	return 0;
}

int layout_find(struct layout *l, struct reader *r, const struct layout_hint *hint,
		const struct columns *want, struct err *e)
{
	struct field fields[MAX_COLUMNS];
	char *line;
	size_t length;
	int status = reader_find_first(r, e);
	if (status < 0)
		return status;
	struct lines sample = r->lines;
	lines_next(&sample, &line, &length);
	*l = (struct layout){ .sections = want == &columns_of_ratings &&
					  layout_section(line, length, fields) };
	if (l->sections)
		want = &columns_below_item;
	l->separator = hint->separator ? hint->separator : find_best(r, want->least);
	if (!l->separator)
		return too_few_columns(&sample, want, e);
	while (l->sections && layout_section(line, length, fields))
		if (!lines_next(&sample, &line, &length))
			return too_few_columns(&sample, want, e);
	l->n_columns = split(l->separator, false, line, length, fields, MAX_COLUMNS);
	return find_columns(l, &sample, fields, hint->columns, want, e);
}

void layout_describe(const struct layout *l, char *out, size_t size)
{
	size_t n = l->sections ? (size_t)snprintf(out, size, "item: ") : 0;
	out[n] = 0;
	for (int i = 0; (i < l->n_columns || i < l->needed) && n < size; i++) {
		const char *name = "-";
		for (int role = 0; role < N_ROLES; role++)
			if (l->column[role] == i)
				name = role_names[role];
		n += (size_t)snprintf(out + n, size - n, "%s%s", i > 0 ? " " : "", name);
	}
}
