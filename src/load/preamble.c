/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "preamble.h"

#include <string.h>
#include <strings.h>

#include "sample.h"

size_t comment_mark(const char *line, size_t length)
{
	if (length >= 1 && (line[0] == '#' || line[0] == '%'))
		return 1;
	return length >= 2 && line[0] == '/' && line[1] == '/' ? 2 : 0;
}

static bool begins(const struct field *line, const char *word)
{
	const size_t n = strlen(word);
	return line->length >= n && !strncasecmp(line->text, word, n);
}

/* ---- Matrix Market ------------------------------------------------------ */

static int read_banner(struct preamble *p, const struct reader *r, const struct field *line,
		       struct err *e)
{
	struct field word[6];
	const int n = fields_cut(" ", false, line->text, line->length, word, 6);
	if (n < 4 || !begins(&word[2], "coordinate"))
		return err_set(e, ERR_DATA, r->lines.path,
			       "is a dense matrix in Matrix Market's format; write it as a .csv "
			       "with a line per user and load it with format=matrix");
	if (begins(&word[3], "pattern"))
		return err_set(e, ERR_DATA, r->lines.path,
			       "has no ratings, only which pairs exist (Matrix Market, pattern)");
	if (!begins(&word[3], "real") && !begins(&word[3], "integer"))
		return err_set(e, ERR_DATA, r->lines.path,
			       "has values of a kind that are no ratings, expected "
			       "\"%%%%MatrixMarket matrix coordinate real general\"");
	p->coordinates = true;
	return 0;
}

/* ---- ARFF --------------------------------------------------------------- */

/* Adds the name of "@attribute NAME TYPE". */
static void read_attribute(struct preamble *p, const struct field *line)
{
	struct field word[2];
	if (fields_cut(" ", false, line->text, line->length, word, 2) == 2)
		text_addf(&p->attributes, "%s%.*s", p->attributes.length ? "," : "",
			  (int)word[1].length, word[1].text);
}

/* ---- comments ----------------------------------------------------------- */

/* Do the words name the wanted columns? If so, keeps them. */
static bool take_names(struct preamble *p, const struct field *word, int n,
		       const struct columns *want)
{
	int named = 0;
	for (int i = 0; i < n; i++)
		for (int k = 0; k < want->least; k++)
			named += column_name(word[i].text, word[i].length).role == want->role[k];
	if (named < want->least)
		return false;
	text_clear(&p->attributes);
	for (int i = 0; i < n; i++)
		text_addf(&p->attributes, "%s%.*s", i > 0 ? "," : "", (int)word[i].length,
			  word[i].text);
	p->commented = true;
	return true;
}

/* Takes names from a comment such as "# user item rating" or "# columns: user, item, rating". */
static bool names_columns(struct preamble *p, const struct field *line, const struct columns *want)
{
	static const char *const separators[] = { "\t", ",", ";", "|", " " };
	char *end = line->text + line->length,
	     *starts[] = { line->text + comment_mark(line->text, line->length),
			   memmem(line->text, line->length, ": ", 2) };
	struct field word[16];
	for (int k = 1; k >= 0; k--)
		for (size_t i = 0; starts[k] && i < sizeof separators / sizeof *separators; i++) {
			char *start = starts[k] + k; /* after the colon */
			const int n = fields_cut(separators[i], false, start, (size_t)(end - start),
						 word, 16);
			if (n > 0 && take_names(p, word, n, want))
				return true;
		}
	return false;
}

/* Has row 0 as many fields as the other rows, and a number where the rating is: in the column that
 * row 1 names, if it is a header, or else in the third? If all rows are comments, they must all
 * have one. */
static bool looks_alike(const struct table *t, bool all_comments)
{
	int rating = 2;
	double value;
	for (int j = 0; j < t->n_columns && t->n_rows > 1; j++) {
		const struct field *f = table_cell(t, 1, j);
		if (column_name(f->text, f->length).role == RATING)
			rating = j;
	}
	if (rating >= t->n_columns || t->found[0] != t->n_columns ||
	    (all_comments && table_column(t, rating, 0).numbers < t->n_rows))
		return false;
	return cell_number(table_cell(t, 0, rating), true, &value);
}

/* Removes the comments below the first line; false if there is nothing else. */
static bool drop_comments(struct sample *s)
{
	int n = 1;
	for (int i = 1; i < s->n; i++)
		if (!comment_mark(s->line[i].text, s->line[i].length))
			s->line[n++] = s->line[i];
	if (n > 1)
		s->n = n;
	return n > 1;
}

/* "% 40 8 9", as in KONECT: an id may begin with such a mark, but is more than a mark. */
static bool is_remark(const struct field *line)
{
	const size_t mark = comment_mark(line->text, line->length);
	return line->text[0] != '#' && line->length > mark && line->text[mark] == ' ';
}

/* Is the comment at the reader a line like those below it? */
static int is_data(struct reader *r, bool *data, struct err *e)
{
	static const char *const separators[] = { "\t", "::", ",", ";", "|", " " };
	struct sample s;
	struct table t;
	int status = 0;
	sample_take(&s, &r->lines, r->file_ended);
	const bool others = drop_comments(&s);
	*data = false;
	if (is_remark(&s.line[0]))
		return 0;
	for (size_t i = 0; status == 0 && !*data && i < sizeof separators / sizeof *separators;
	     i++) {
		status = table_cut(&t, &s, separators[i], e);
		*data = status == 0 && s.n > 1 && t.even > 0.9 && looks_alike(&t, !others);
		table_done(&t);
	}
	return status;
}

/* ---- all of them -------------------------------------------------------- */

/* Takes one line; *passed: it is one of these lines. */
static int take_line(struct preamble *p, struct reader *r, const struct field *line,
		     const struct columns *want, bool *passed, struct err *e)
{
	*passed = true;
	if (begins(line, "sep=") && line->length > 4 && line->length < 7 && !p->separator[0]) {
		memcpy(p->separator, line->text + 4, line->length - 4);
		return 0;
	}
	if (begins(line, "%%MatrixMarket"))
		return read_banner(p, r, line, e);
	if (begins(line, "@attribute"))
		read_attribute(p, line);
	if (begins(line, "@relation") || begins(line, "@attribute") || begins(line, "@data"))
		return 0;
	bool data = false;
	*passed = comment_mark(line->text, line->length) > 0;
	if (*passed && !p->attributes.length && names_columns(p, line, want))
		return 0;
	const int status = *passed ? is_data(r, &data, e) : 0;
	*passed = *passed && !data;
	return status;
}

int preamble_pass(struct preamble *p, struct reader *r, const struct columns *want, struct err *e)
{
	struct field line;
	bool passed = true;
	*p = (struct preamble){ 0 };
	for (;;) {
		int status = reader_find_first(r, e);
		if (status < 0)
			return status;
		struct lines ahead = r->lines;
		if (!lines_next(&ahead, &line.text, &line.length))
			return 0;
		status = take_line(p, r, &line, want, &passed, e);
		if (status < 0)
			return status;
		const bool sizes = p->coordinates && !passed;
		if (!passed && !sizes)
			return p->attributes.failed ? err_set(e, ERR_NOMEM, NULL, "out of memory")
						    : 0;
		r->lines = ahead;
		if (sizes)
			return reader_find_first(r, e);
	}
}

void preamble_done(struct preamble *p)
{
	text_done(&p->attributes);
}
