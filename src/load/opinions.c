/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/opinions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"
#include "autorec/num.h"
#include "autorec/text.h"
#include "layout.h"

static int bad(const struct reader *r, struct err *e, const char *what)
{
	char place[512];
	reader_place(r->lines.path, r->lines.number, 0, place, sizeof place);
	return err_set(e, ERR_DATA, place, "%s", what);
}

static int find_item(const struct reader *r, struct field *f, const struct dataset *d,
		     int32_t *item, struct err *e)
{
	char name[4 * ID_LONGEST];
	struct err why;
	if (f->quoted)
		field_unquote(f);
	if (f->length == 0 || f->length >= sizeof name || memchr(f->text, 0, f->length) ||
	    !text_is_utf8(f->text, f->length))
		return bad(r, e, "no valid item, expected an id or a title");
	memcpy(name, f->text, f->length);
	name[f->length] = 0;
	return dataset_find_item(d, name, item, &why) < 0 ? bad(r, e, why.message) : 0;
}

static int opinions_add(struct opinions *o, const struct reader *r, const struct layout *l,
			char *line, size_t length, const struct dataset *d, double low, double high,
			struct err *e)
{
	struct field fields[MAX_COLUMNS];
	char text[160], least[NUM_TEXT], most[NUM_TEXT];
	double rating;
	int32_t item;
	if (layout_split(l, line, length, fields) < l->needed)
		return bad(r, e, "too few columns, expected an item and a rating");
	const struct field *f = &fields[l->column[RATING]];
	if (!num_parse_real(f->text, f->length, &rating) || !(rating >= low && rating <= high)) {
		snprintf(text, sizeof text, "\"%.*s\" is no rating, expected a number in %s..%s",
			 (int)(f->length < 40 ? f->length : 40), f->text, num_text(low, least),
			 num_text(high, most));
		return bad(r, e, text);
	}
	int status = find_item(r, &fields[l->column[ITEM]], d, &item, e);
	if (status == 0)
		status = mem_grow(&o->list, &o->capacity, o->n + 1, sizeof *o->list, e);
	if (status == 0)
		o->list[o->n++] = (struct opinion){ item, (float)rating };
	return status;
}

int opinions_read(struct opinions *o, const char *path, const struct load_options *options,
		  const struct dataset *d, double low, double high, struct err *e)
{
	struct reader r;
	struct layout l;
	const struct layout_hint hint = { .columns = options->columns };
	char *paths[] = { (char *)path }, *line;
	size_t length;
	int got = 1;
	*o = (struct opinions){ 0 };
	int status = reader_open(&r, paths, 1, options, e);
	if (status < 0)
		return status;
	status = layout_find(&l, &r, &hint, &columns_of_one_user, e);
	if (status == 0 && l.header)
		got = reader_next(&r, &line, &length, e);
	while (status == 0 && got > 0 && (got = reader_next(&r, &line, &length, e)) > 0)
		status = opinions_add(o, &r, &l, line, length, d, low, high, e);
	reader_close(&r);
	if (status == 0 && got == 0 && o->n == 0)
		return err_set(e, ERR_DATA, path, "has no ratings, only a header");
	return status < 0 ? status : got;
}

void opinions_done(struct opinions *o)
{
	free(o->list);
	*o = (struct opinions){ 0 };
}
