/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/pairs.h"

#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"
#include "autorec/text.h"
#include "layout.h"

static char *copy_id(struct field *f, struct err *e)
{
	if (f->quoted)
		field_unquote(f);
	char *id = mem_room(f->length + 1, 1, e);
	if (id) {
		memcpy(id, f->text, f->length);
		id[f->length] = 0;
	}
	return id;
}

static int bad_pair(const struct reader *r, const char *what, struct err *e)
{
	char place[512];
	reader_place(r->lines.path, r->lines.number, 0, place, sizeof place);
	return err_set(e, ERR_DATA, place, "%s, expected the ids of a user and an item", what);
}

static bool is_id(const struct field *f)
{
	return f->length > 0 && f->length <= ID_LONGEST && !memchr(f->text, 0, f->length) &&
	       text_is_utf8(f->text, f->length);
}

static int pairs_add(struct pairs *p, const struct reader *r, const struct layout *l, char *line,
		     size_t length, const struct dataset *d, struct err *e)
{
	struct field fields[MAX_COLUMNS];
	if (layout_split(l, line, length, fields) < l->needed)
		return bad_pair(r, "too few columns", e);
	struct field *user = &fields[l->column[USER]], *item = &fields[l->column[ITEM]];
	if (!is_id(user) || !is_id(item))
		return bad_pair(r, is_id(user) ? "no valid item" : "no valid user", e);
	if (mem_grow(&p->list, &p->capacity, p->n + 1, sizeof *p->list, e) < 0)
		return ERR_NOMEM;
	struct pair *pair = &p->list[p->n++];
	*pair = (struct pair){ .user = copy_id(user, e), .item = copy_id(item, e) };
	if (!pair->user || !pair->item)
		return ERR_NOMEM;
	pair->user_at = ids_find(d->users, pair->user, strlen(pair->user));
	pair->item_at = ids_find(d->items, pair->item, strlen(pair->item));
	return 0;
}

int pairs_read(struct pairs *p, const char *path, const struct load_options *options,
	       const struct dataset *d, struct err *e)
{
	enum { OFTEN = 1 << 14 };
	struct reader r;
	struct layout l;
	struct layout_hint hint = { .columns = options->columns };
	char *paths[] = { (char *)path }, *line;
	size_t length;
	int got = 1, status = 0;
	*p = (struct pairs){ 0 };
	if (options->columns)
		status = layout_check_columns("columns", options->columns, &columns_of_pairs, e);
	if (status == 0 && options->separator)
		status = layout_parse_separator(options->separator, &hint.separator, e);
	if (status < 0 || (status = reader_open(&r, paths, 1, options, e)) < 0)
		return status;
	status = layout_find(&l, &r, &hint, &columns_of_pairs, e);
	if (status == 0 && l.header)
		got = reader_next(&r, &line, &length, e);
	while (status == 0 && got > 0 && (got = reader_next(&r, &line, &length, e)) > 0) {
		status = pairs_add(p, &r, &l, line, length, d, e);
		if (status == 0 && p->n % OFTEN == 0)
			status = reader_tell(&r, e);
	}
	reader_close(&r);
	if (status == 0 && got == 0 && p->n == 0)
		return err_set(e, ERR_DATA, path, "has no pairs, only a header");
	return status < 0 ? status : got;
}

void pairs_done(struct pairs *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->list[i].user);
		free(p->list[i].item);
	}
	free(p->list);
	*p = (struct pairs){ 0 };
}
