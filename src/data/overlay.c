/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The journal is the overlay: what holds for a pair is its last edit in force, else the base.  A
 * person makes tens of edits, so they are searched from the end and applied to a copied row one by
 * one. */
#include "autorec/overlay.h"

#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"

void overlay_init(struct overlay *o, const struct ratings *base)
{
	*o = (struct overlay){ .base = base };
}

void overlay_done(struct overlay *o)
{
	free(o->edits);
	*o = (struct overlay){ .base = o->base };
}

bool overlay_get(const struct overlay *o, int32_t user, int32_t item, float *rating)
{
	for (size_t t = o->applied; t-- > 0;)
		if (o->edits[t].user == user && o->edits[t].item == item) {
			*rating = o->edits[t].after;
			return o->edits[t].has;
		}
	int64_t place = sparse_find(&o->base->by_user, user, item);
	if (place >= 0)
		*rating = (float)o->base->by_user.val[place];
	return place >= 0;
}

static int apply(struct overlay *o, struct edit edit, struct edit *done, struct err *e)
{
	if (mem_grow(&o->edits, &o->capacity, o->applied + 1, sizeof *o->edits, e) < 0)
		return ERR_NOMEM;
	o->edits[o->applied++] = edit;
	o->n_edits = o->applied;
	if (done)
		*done = edit;
	return 0;
}

int overlay_rate(struct overlay *o, int32_t user, int32_t item, float rating, struct edit *done,
		 struct err *e)
{
	struct edit edit = { .user = user, .item = item, .has = true, .after = rating };
	edit.had = overlay_get(o, user, item, &edit.before);
	return apply(o, edit, done, e);
}

int overlay_unrate(struct overlay *o, int32_t user, int32_t item, struct edit *done, struct err *e)
{
	struct edit edit = { .user = user, .item = item };
	edit.had = overlay_get(o, user, item, &edit.before);
	if (!edit.had)
		return err_set(
			e, ERR_FAILED, NULL,
			"there is no such rating to take away; `user` lists the ratings of a user");
	return apply(o, edit, done, e);
}

int overlay_undo(struct overlay *o, struct edit *undone, struct err *e)
{
	if (o->applied == 0)
		return err_set(e, ERR_FAILED, NULL, "nothing to undo: no edit is in force");
	o->applied--;
	if (undone)
		*undone = o->edits[o->applied];
	return 0;
}

int overlay_redo(struct overlay *o, struct edit *redone, struct err *e)
{
	if (o->applied == o->n_edits)
		return err_set(
			e, ERR_FAILED, NULL,
			"nothing to redo: no edit has been undone since the last one was made");
	if (redone)
		*redone = o->edits[o->applied];
	o->applied++;
	return 0;
}

void overlay_revert(struct overlay *o)
{
	o->n_edits = o->applied = 0;
}

/* A row while it is edited: columns ascending, with room for what the edits may add. */
struct draft {
	int32_t *col;
	real *val;
	int64_t n;
};

static void draft_edit(struct draft *d, int32_t col, const struct edit *edit)
{
	int64_t place = 0;
	while (place < d->n && d->col[place] < col)
		place++;
	const bool there = place < d->n && d->col[place] == col;
	if (there != edit->has) {
		const int64_t from = place + there, to = place + edit->has;
		memmove(d->col + to, d->col + from, (size_t)(d->n - from) * sizeof *d->col);
		memmove(d->val + to, d->val + from, (size_t)(d->n - from) * sizeof *d->val);
		d->n += to - from;
	}
	if (edit->has) {
		d->col[place] = col;
		d->val[place] = (real)edit->after;
	}
}

/* index: a user when the rows of `base` are users, else an item. */
static int edited_row(const struct overlay *o, const struct sparse *base, bool by_user,
		      int32_t index, struct row *row, struct err *e)
{
	const int64_t start = base->start[index], n = sparse_row_size(base, index);
	int64_t n_edits = 0;
	*row = (struct row){ .col = base->col + start, .val = base->val + start, .n = n };
	for (size_t t = 0; o && t < o->applied; t++)
		n_edits += index == (by_user ? o->edits[t].user : o->edits[t].item);
	if (n_edits == 0)
		return 0;

	struct draft d = { .n = n };
	d.val = mem_array((size_t)(n + n_edits), sizeof *d.val + sizeof *d.col, e);
	if (!d.val)
		return ERR_NOMEM;
	d.col = (int32_t *)(d.val + n + n_edits);
	memcpy(d.col, row->col, (size_t)n * sizeof *d.col);
	memcpy(d.val, row->val, (size_t)n * sizeof *d.val);
	for (size_t t = 0; t < o->applied; t++) {
		const struct edit *edit = &o->edits[t];
		if (index == (by_user ? edit->user : edit->item))
			draft_edit(&d, by_user ? edit->item : edit->user, edit);
	}
	*row = (struct row){ .col = d.col, .val = d.val, .n = d.n, .memory = d.val };
	return 0;
}

int overlay_user_row(const struct overlay *o, const struct ratings *base, int32_t user,
		     struct row *row, struct err *e)
{
	return edited_row(o, &base->by_user, true, user, row, e);
}

int overlay_item_row(const struct overlay *o, const struct ratings *base, int32_t item,
		     struct row *row, struct err *e)
{
	return edited_row(o, &base->by_item, false, item, row, e);
}

void row_done(struct row *row)
{
	free(row->memory);
	*row = (struct row){ 0 };
}

int overlay_materialise(const struct overlay *o, struct ratings **out, struct err *e)
{
	const struct sparse *base = &o->base->by_user;
	struct rating *list = mem_array((size_t)base->nnz + o->applied, sizeof *list, e);
	int64_t n = 0;
	int status = list ? 0 : ERR_NOMEM;
	for (int32_t u = 0; status == 0 && u < base->n_rows; u++) {
		struct row row;
		if ((status = overlay_user_row(o, o->base, u, &row, e)) < 0)
			break;
		for (int64_t t = 0; t < row.n; t++)
			list[n++] = (struct rating){ u, row.col[t], (float)row.val[t] };
		row_done(&row);
	}
	if (status == 0)
		status = ratings_new(base->n_rows, base->n_cols, list, n, out, NULL, e);
	free(list);
	return status;
}
