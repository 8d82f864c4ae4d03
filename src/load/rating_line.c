/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rating_line.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "autorec/num.h"
#include "autorec/text.h"
#include "autorec/missing.h"
#include "autorec/times.h"
#include "sample.h"

static int bad_columns(struct rating_line *l, const struct layout *layout, int found,
		       const struct field *first, struct err *e)
{
	char columns[128];
	l->bad = found < 0 ? first->text - 1 : l->text;
	if (found < 0 && layout->shape == OBJECTS)
		return err_set(e, ERR_DATA, NULL, "not a JSON object, expected one in each line");
	if (found < 0)
		return err_set(e, ERR_DATA, NULL,
			       "a quote is not closed, expected \"...\" and then \"%s\"",
			       layout->separator);
	layout_describe(layout, columns, sizeof columns);
	return err_set(e, ERR_DATA, NULL, "%d column%s, expected %s", found, found == 1 ? "" : "s",
		       columns);
}

static int bad_field(struct rating_line *l, const struct field *f, struct err *e, const char *what,
		     const char *expected)
{
	char shown[3 * 40 + 1];
	size_t n = text_cut(f->text, f->length, 40);
	text_clean(f->text, n, text_is_utf8(f->text, n), shown, sizeof shown);
	l->bad = f->text;
	return err_set(e, ERR_DATA, NULL, "%s \"%s\"%s", what, shown, expected);
}

static int outside_scale(struct rating_line *l, const struct field *f, const struct load_options *o,
			 double value, struct err *e)
{
	char rating[NUM_TEXT], min[NUM_TEXT], max[NUM_TEXT];
	l->bad = f->text;
	return err_set(e, ERR_DATA, NULL,
		       "rating %s, expected %s to %s; set the scale with scale=MIN,MAX",
		       num_text(value, rating), num_text(o->min, min), num_text(o->max, max));
}

static bool line_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The fast path for nearly all ratings: 4, or 3.5. */
static bool parse_short(const struct field *f, double *value)
{
	const char *c = f->text;
	if (f->length == 1 && line_is_digit(c[0]))
		*value = c[0] - '0';
	else if (f->length == 3 && line_is_digit(c[0]) && c[1] == '.' && line_is_digit(c[2]))
		*value = (10 * (c[0] - '0') + c[2] - '0') / 10.0;
	else
		return false;
	return true;
}

static int parse_rating(struct rating_line *l, const struct field *f, bool comma,
			const struct load_options *o, float *out, struct err *e)
{
	double value;
	l->blank = false;
	if (!parse_short(f, &value) && (!cell_number(f, comma, &value) || value > (double)FLT_MAX ||
					value < -(double)FLT_MAX)) {
		l->missing = l->blank = cell_is_missing(f);
		return l->blank ? 0
				: bad_field(l, f, e, "rating",
					    ", expected a number such as 4 or 3.5");
	}
	l->missing = o->missing && missing_has(o->missing, value);
	if (l->missing)
		return 0;
	if (o->min < o->max && (value < o->min || value > o->max))
		return outside_scale(l, f, o, value, e);
	if (o->log && value < 0)
		return bad_field(l, f, e, "count", ", expected 0 or more with log=on");
	*out = (float)(o->log ? log1p(value) : value);
	return 0;
}

static int check_odd_id(struct rating_line *l, struct field *f, const char *what, struct err *e)
{
	if (f->quoted)
		field_unquote(f);
	if (f->length == 0)
		return bad_field(l, f, e, what, ", expected an id");
	if (f->length > ID_LONGEST)
		return bad_field(l, f, e, what, "..., expected an id of at most 255 bytes");
	return 0;
}

static inline int check_id(struct rating_line *l, struct field *f, const char *what, struct err *e)
{
	const bool usual = !f->quoted && f->length > 0 && f->length <= ID_LONGEST;
	return usual ? 0 : check_odd_id(l, f, what, e);
}

static int check_text(struct rating_line *l, struct err *e)
{
	const char *nul = l->has_no_nul ? NULL : memchr(l->text, 0, l->length);
	l->bad = l->length > LINE_LONGEST ? l->text : nul;
	if (l->length > LINE_LONGEST)
		return err_set(e, ERR_DATA, NULL,
			       "the line is longer than %d bytes, expected a rating", LINE_LONGEST);
	return nul ? err_set(e, ERR_DATA, NULL, "a NUL byte, expected text") : 0;
}

int rating_line_parse(struct rating_line *l, const struct layout *layout,
		      const struct load_options *o, struct err *e)
{
	struct field *const fields = l->fields;
	int status = check_text(l, e);
	if (status < 0)
		return status;
	int found = layout_split(layout, l->text, l->length, fields);
	if (found < layout->needed)
		return bad_columns(l, layout, found, &fields[0], e);
	if (layout->sections != USER) {
		l->user = &fields[layout->column[USER]];
		if ((status = check_id(l, l->user, "user", e)) < 0)
			return status;
	}
	if (layout->sections != ITEM) {
		l->item = &fields[layout->column[ITEM]];
		if ((status = check_id(l, l->item, "item", e)) < 0)
			return status;
	}
	const int time = layout->column[TIMESTAMP];
	l->time = time >= 0 && time < found ? time_parse(fields[time].text, fields[time].length)
					    : NO_TIME;
	return parse_rating(l, &fields[layout->column[RATING]], layout->decimal_comma, o, &l->value,
			    e);
}

int rating_line_section(struct rating_line *l, const struct layout *layout, struct err *e)
{
	const bool item = layout->sections == ITEM;
	const int status = check_text(l, e);
	return status < 0 ? status
			  : check_id(l, item ? l->item : l->user, role_name(layout->sections), e);
}

int rating_line_row(struct rating_line *l, const struct layout *layout, struct field *fields,
		    struct err *e)
{
	int status = check_text(l, e);
	if (status < 0)
		return status;
	const int n = layout->n_columns,
		  found = fields_cut(layout->separator, false, l->text, l->length, fields, n + 1);
	if (found != n) {
		l->bad = found < 0 ? fields[0].text - 1 : l->text;
		return err_set(e, ERR_DATA, NULL, "%d columns, expected %d in a line of the matrix",
			       found, n);
	}
	if (layout->row_id < 0)
		return 0;
	l->user = &fields[layout->row_id];
	return check_id(l, l->user, role_name(layout->rows), e);
}

bool rating_line_names_rows(const struct layout *l, const struct field *fields)
{
	const size_t n = strlen(l->rows_name);
	int j = 1;
	while (j < l->n_columns && fields[j].length == 0)
		j++;
	return n > 0 && fields[0].length == n && !memcmp(fields[0].text, l->rows_name, n) &&
	       j == l->n_columns;
}

int rating_line_cell(struct rating_line *l, const struct field *f, const struct layout *layout,
		     const struct load_options *o, struct err *e)
{
	return parse_rating(l, f, layout->decimal_comma, o, &l->value, e);
}
