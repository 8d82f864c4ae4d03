/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rating_file.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"
#include "autorec/num.h"
#include "autorec/text.h"
#include "format.h"

enum {
	BAD_LINES_FREE = 1, /* let pass in however short a file: perhaps a header in unknown words */
	BAD_LINES_PER_HUNDRED = 1,
};

/* A line that is being read. */
struct line {
	const struct reader *reader;
	char *text;
	size_t length;
};

static const char *place_of(const struct line *l, const char *p, char *out, size_t size)
{
	return reader_place(l->reader, (size_t)(p - l->text), out, size);
}

static int bad_line(const struct line *l, const struct layout *layout, int found, const struct field *first, struct err *e)
{
	char place[256], columns[128];
	if (found < 0)
		return err_set(e, ERR_DATA, place_of(l, first->text - 1, place, sizeof place),
			       "a quote is not closed, expected \"...\" and then \"%s\"", layout->separator);
	layout_describe(layout, columns, sizeof columns);
	return err_set(e, ERR_DATA, place_of(l, l->text, place, sizeof place), "%d column%s, expected %s", found,
		       found == 1 ? "" : "s", columns);
}

static int bad_field(const struct line *l, const struct field *f, struct err *e, const char *what, const char *expected)
{
	char place[256], shown[3 * 40 + 1];
	size_t n = f->length < 40 ? f->length : 40;
	text_clean(f->text, n, text_is_utf8(f->text, n), shown, sizeof shown);
	return err_set(e, ERR_DATA, place_of(l, f->text, place, sizeof place), "%s \"%s\"%s", what, shown, expected);
}

static int outside_scale(const struct line *l, const struct field *f, const struct load_options *o, double value,
			 struct err *e)
{
	char place[256];
	return err_set(e, ERR_DATA, place_of(l, f->text, place, sizeof place),
		       "rating %g, expected %g to %g; set the scale with scale=MIN,MAX", value, o->min, o->max);
}

static int parse_rating(const struct line *l, const struct field *f, const struct load_options *o, float *out,
			struct err *e)
{
	double value;
	if (f->length == 1 && f->text[0] >= '0' && f->text[0] <= '9')
		value = f->text[0] - '0';
	else if (!num_parse_real(f->text, f->length, &value) || value > (double)FLT_MAX || value < -(double)FLT_MAX)
		return bad_field(l, f, e, "rating", ", expected a number such as 4 or 3.5");
	if (o->min < o->max && (value < o->min || value > o->max))
		return outside_scale(l, f, o, value, e);
	*out = (float)value;
	return 0;
}

static int check_id(const struct line *l, struct field *f, const char *what, struct err *e)
{
	if (f->quoted)
		field_unquote(f);
	if (f->length == 0)
		return bad_field(l, f, e, what, ", expected an id");
	if (f->length > ID_LONGEST)
		return bad_field(l, f, e, what, " and so on, expected an id of at most 255 bytes");
	return 0;
}

static int check_text(const struct line *l, struct err *e)
{
	char place[256];
	const char *nul = memchr(l->text, 0, l->length);
	if (l->length > LINE_LONGEST)
		return err_set(e, ERR_DATA, place_of(l, l->text, place, sizeof place),
			       "the line is longer than %d bytes, expected a rating", LINE_LONGEST);
	if (nul)
		return err_set(e, ERR_DATA, place_of(l, nul, place, sizeof place), "a NUL byte, expected text");
	return 0;
}

/* A bad line is ERR_DATA and leaves no trace in users and items. */
static int take_line(struct rating_file *file, const struct line *l, const struct load_options *o,
		     struct ids *users, struct ids *items, struct err *e)
{
	const struct layout *layout = &file->layout;
	struct field fields[MAX_COLUMNS];
	struct rating rating;
	int status = check_text(l, e);
	if (status < 0)
		return status;
	int found = layout_split(layout->separator, l->text, l->length, fields, layout->needed);
	if (found < layout->needed)
		return bad_line(l, layout, found, &fields[0], e);
	struct field *user = &fields[layout->column[USER]], *item = &fields[layout->column[ITEM]];
	if ((status = check_id(l, user, "user", e)) < 0 || (status = check_id(l, item, "item", e)) < 0 ||
	    (status = parse_rating(l, &fields[layout->column[RATING]], o, &rating.value, e)) < 0)
		return status;
	rating.user = ids_add(users, user->text, user->length, e);
	if (rating.user < 0)
		return rating.user;
	rating.item = ids_add(items, item->text, item->length, e);
	if (rating.item < 0)
		return rating.item;
	if (mem_grow(&file->list, &file->capacity, file->n + 1, sizeof *file->list, e) < 0)
		return ERR_NOMEM;
	file->list[file->n++] = rating;
	return 0;
}

static int read_lines(struct rating_file *file, struct reader *r, const struct load_options *o,
		      struct ids *users, struct ids *items, struct err *e)
{
	struct line l = { .reader = r };
	struct err bad;
	int got = 1;
	if (file->layout.header)
		got = reader_next(r, &l.text, &l.length, e);
	while (got > 0 && (got = reader_next(r, &l.text, &l.length, e)) > 0) {
		int status = take_line(file, &l, o, users, items, &bad);
		if (status == ERR_DATA && file->rejected++ == 0)
			file->first_rejected = bad;
		if (status < 0 && status != ERR_DATA) {
			if (e)
				*e = bad;
			return status;
		}
	}
	file->lines = r->line;
	return got;
}

static int judge(const struct rating_file *file, const char *path, struct err *e)
{
	int64_t good = (int64_t)file->n, bad = file->rejected;
	if (good + bad == 0)
		return err_set(e, ERR_DATA, path, "has no rating in it, only a header");
	if (good > 0 && (bad <= BAD_LINES_FREE || bad * 100 <= (good + bad) * BAD_LINES_PER_HUNDRED))
		return 0;
	return err_set(e, ERR_DATA, file->first_rejected.where, "%s (%lld of %lld lines are bad, this is the first)",
		       file->first_rejected.message, (long long)bad, (long long)(good + bad));
}

int rating_file_read(struct rating_file *f, const char *path, const struct load_options *options,
		     struct ids *users, struct ids *items, struct err *e)
{
	struct reader r;
	int status = reader_open(&r, path, options, e);
	if (status < 0)
		return status;
	status = layout_find(&f->layout, &r, f->format ? f->format->separator : NULL, &columns_of_ratings, e);
	if (status == 0 && !f->format)
		f->format = format_of_file(path, f->layout.separator);
	if (status == 0)
		status = read_lines(f, &r, options, users, items, e);
	reader_close(&r);
	return status < 0 ? status : judge(f, path, e);
}

void rating_file_done(struct rating_file *f)
{
	free(f->list);
	f->list = NULL;
}
