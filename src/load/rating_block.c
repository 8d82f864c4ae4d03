/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rating_block.h"

#include <string.h>

#include "autorec/mem.h"
#include "autorec/times.h"
#include "preamble.h"

static int find_id(struct block_ids *b, const struct ids *known, const struct field *id,
		   int32_t *index)
{
	const size_t n = id->length;
	/* The last bytes differ more often than the first ones. */
	if (n > 0 && n == b->last.length && id->text[n - 1] == b->last.text[n - 1] &&
	    !memcmp(id->text, b->last.text, n)) {
		*index = b->last_index;
		return 0;
	}
	*index = ids_find(known, id->text, id->length);
	if (*index < 0) {
		if (mem_grow(&b->list, &b->capacity, b->n + 1, sizeof *b->list, NULL) < 0)
			return ERR_NOMEM;
		b->list[b->n] = (struct new_id){ .text = id->text, .length = (uint32_t)id->length };
		*index = ~(int32_t)b->n++;
	}
	b->last = *id;
	b->last_index = *index;
	return 0;
}

/* Makes room for another rating, with a time where lines have one. */
static int add_room(struct block *b, bool timed)
{
	if (b->n < b->capacity)
		return 0;
	if (mem_grow(&b->list, &b->capacity, b->n + 1, sizeof *b->list, NULL) < 0)
		return ERR_NOMEM;
	return timed ? times_grow(&b->time, b->n, b->capacity, false, NULL) : 0;
}

/* Takes a line such as "7:". If it is bad, the ratings below it belong to no known item. */
static int take_section(struct block *b, struct rating_line *l, const struct context *c)
{
	const int status = rating_line_section(l, &c->file->layout, &b->bad);
	if (status < 0)
		return status;
	return c->file->layout.sections == ITEM
		       ? find_id(&b->items, c->items, l->item, &b->section)
		       : find_id(&b->users, c->users, l->user, &b->section);
}

/* Takes one line of a list. A bad line is ERR_DATA and adds no user or item. */
static int take_line(struct block *b, struct rating_line *l, const struct context *c)
{
	const struct layout *layout = &c->file->layout;
	int32_t user = b->section; /* or the item, which the section's line names */
	int32_t item = user;
	int status = rating_line_parse(l, layout, c->options, b->rejected == 0 ? &b->bad : NULL);
	if (status < 0 || l->missing) {
		b->missing += status == 0;
		b->blank += status == 0 && l->blank;
		return status;
	}
	if (layout->sections != USER)
		status = find_id(&b->users, c->users, l->user, &user);
	if (status == 0 && layout->sections != ITEM)
		status = find_id(&b->items, c->items, l->item, &item);
	if (status == 0)
		status = add_room(b, c->timed);
	if (status < 0)
		return status;
	if (c->timed) {
		const int64_t time = l->time;
		const bool wide = !time_fits(time);
		if (wide && !b->time.ms)
			status = times_grow(&b->time, b->n, b->capacity, true, NULL);
		if (status < 0)
			return status;
		times_set(&b->time, b->n, time);
		b->untimed += time == NO_TIME;
	}
	b->list[b->n++] = (struct rating){ user, item, l->value };
	return 0;
}

/* The user or item of a line without id, which will be numbered. */
static int number_row(struct block_ids *ids, uint32_t row, int32_t *index)
{
	if (mem_grow(&ids->list, &ids->capacity, ids->n + 1, sizeof *ids->list, NULL) < 0)
		return ERR_NOMEM;
	ids->list[ids->n] = (struct new_id){ .length = row };
	*index = ~(int32_t)ids->n++;
	return 0;
}

/* Takes one line of a matrix; nothing of it if it is bad. */
static int take_row(struct block *b, struct rating_line *l, const struct context *c)
{
	const struct layout *layout = &c->file->layout;
	const size_t n = b->n;
	struct err *bad = b->rejected == 0 ? &b->bad : NULL;
	const bool user = layout->rows == USER;
	struct block_ids *ids = user ? &b->users : &b->items;
	int32_t row = 0;
	int64_t missing = 0;
	const uint32_t place = b->rows++;
	int status = rating_line_row(l, layout, b->fields, bad);
	if (status == 0 && rating_line_names_rows(layout, b->fields))
		return 0;
	if (status == 0 && layout->row_id >= 0 &&
	    column_is_summary(l->user->text, l->user->length)) {
		if (b->n_summaries++ == 0)
			b->summary = *l->user;
		return 0;
	}
	if (status == 0)
		status = layout->row_id < 0
				 ? number_row(ids, place, &row)
				 : find_id(ids, user ? c->users : c->items, l->user, &row);
	for (int j = layout->first_cell; status == 0 && j < layout->n_columns; j++) {
		if (c->file->column[j] < 0)
			continue;
		status = rating_line_cell(l, &b->fields[j], layout, c->options, bad);
		missing += l->missing;
		if (status < 0 || l->missing)
			continue;
		const int32_t other = c->file->column[j];
		status = add_room(b, false);
		if (status == 0)
			b->list[b->n++] = user ? (struct rating){ row, other, l->value }
					       : (struct rating){ other, row, l->value };
	}
	if (status == 0)
		b->missing += missing;
	else
		b->n = n;
	return status;
}

static int parse_line(struct block *b, struct rating_line *l, const struct context *c)
{
	const struct layout *layout = &c->file->layout;
	struct field id;
	const bool section = layout->sections != NO_ROLE &&
			     layout_section(layout, l->text, l->length, &id);
	if (section)
		l->user = l->item = &id;
	const int status = section                   ? take_section(b, l, c)
			   : layout->shape == MATRIX ? take_row(b, l, c)
						     : take_line(b, l, c);
	if (status != ERR_DATA)
		return status;
	if (section || b->rejected++ == 0) {
		b->bad_comment = comment_mark(l->text, l->length) > 0;
		b->bad_line = b->lines.number;
		b->bad_offset = (size_t)(l->bad - l->text);
	}
	return section ? status : 0;
}

void rating_block_parse(struct block *b, const struct context *c)
{
	struct rating_line l = { .has_no_nul = !memchr(b->lines.at, 0,
						       (size_t)(b->lines.end - b->lines.at)) };
	b->n = b->users.n = b->items.n = 0;
	b->untimed = 0;
	b->users.last.length = b->items.last.length = 0; /* matches no id */
	b->section = INHERITED;
	b->rejected = b->missing = b->blank = 0;
	b->rows = 0;
	b->n_summaries = 0;
	b->status = 0;
	if (c->file->layout.shape == MATRIX && !b->fields) {
		b->fields = mem_array((size_t)c->file->layout.n_columns + 1, sizeof *b->fields,
				      NULL);
		b->status = b->fields ? 0 : ERR_NOMEM;
	}
	while (b->status == 0 && lines_next(&b->lines, &l.text, &l.length))
		b->status = parse_line(b, &l, c);
}
