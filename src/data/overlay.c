/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The overlay is a journal of edits.  The last edit of a pair that is in force determines its
 * rating; without one, the base does.  A person makes only tens of edits, so a search starts at the
 * end of the journal, and a copied row takes the edits one by one. */
#include "autorec/overlay.h"

#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"

void overlay_init(struct overlay *o, const struct ratings *base)
{
	*o = (struct overlay){ .base = base,
			       .known_users = base ? base->by_user.n_rows : 0,
			       .known_items = base ? base->by_item.n_rows : 0 };
}

void overlay_done(struct overlay *o)
{
	for (size_t i = 0; i < o->n_newcomers; i++)
		free(o->newcomers[i].name);
	free(o->newcomers);
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
	int64_t place = user < 0 || item < 0 ? -1 : sparse_find(&o->base->by_user, user, item);
	if (place >= 0)
		*rating = (float)o->base->by_user.val[place];
	return place >= 0;
}

bool overlay_differs(const struct overlay *o, int32_t user, int32_t item, bool *had, float *before)
{
	float now;
	const struct edit *first = NULL;
	for (size_t t = o->applied; t-- > 0;)
		if (o->edits[t].user == user && o->edits[t].item == item)
			first = &o->edits[t];
	if (!first)
		return false;
	*had = first->had;
	*before = first->before;
	const bool has = overlay_get(o, user, item, &now);
	return has != *had || (has && now != *before);
}

int overlay_apply(struct overlay *o, struct edit edit, struct edit *done, struct err *e)
{
	if (mem_grow(&o->edits, &o->capacity, o->applied + 1, sizeof *o->edits, e) < 0)
		return ERR_NOMEM;
	o->changes++;
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
	return overlay_apply(o, edit, done, e);
}

int overlay_unrate(struct overlay *o, int32_t user, int32_t item, struct edit *done, struct err *e)
{
	struct edit edit = { .user = user, .item = item };
	edit.had = overlay_get(o, user, item, &edit.before);
	if (!edit.had)
		return err_set(
			e, ERR_FAILED, NULL,
			"there is no such rating to remove; list a user's ratings with user ID");
	return overlay_apply(o, edit, done, e);
}

int overlay_undo(struct overlay *o, struct edit *undone, struct err *e)
{
	if (o->applied == 0)
		return err_set(e, ERR_FAILED, NULL, "nothing to undo: no edit is in force");
	o->applied--;
	o->changes++;
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
	o->changes++;
	return 0;
}

void overlay_revert(struct overlay *o)
{
	o->n_edits = o->applied = 0;
	o->changes++;
}

struct overlay_mark overlay_mark(const struct overlay *o)
{
	struct overlay_mark mark = { .applied = o->applied, .n_edits = o->n_edits };
	if (o->applied < o->n_edits)
		mark.next = o->edits[o->applied];
	return mark;
}

void overlay_return(struct overlay *o, const struct overlay_mark *mark)
{
	const bool one = o->applied <= mark->applied + 1;
	o->applied = mark->applied;
	o->n_edits = one ? mark->n_edits : mark->applied;
	o->changes++;
	if (o->applied < o->n_edits)
		o->edits[o->applied] = mark->next;
}

/* A copy of a row to edit.  The columns ascend, with room for the ratings that edits add. */
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

/* Is it an edit of a rating in this row? */
static bool edits_row(const struct edit *edit, bool of_items, int32_t row)
{
	return edit_counts(edit) && row == (of_items ? edit->item : edit->user);
}

static int32_t overlay_row_of(const struct edit *edit, bool of_items)
{
	return of_items ? edit->item : edit->user;
}

static int edited_vector(const struct overlay *o, const struct ratings *base, bool of_items,
			 int32_t row, struct rating_vector *out, struct err *e)
{
	*out = sparse_vector(of_items ? &base->by_item : &base->by_user, row);
	int64_t n_edits = 0;
	for (size_t t = 0; o && t < o->applied; t++)
		n_edits += edits_row(&o->edits[t], of_items, row);
	if (n_edits == 0)
		return 0;

	struct draft d = { .n = out->n };
	d.val = mem_array((size_t)(out->n + n_edits), sizeof *d.val + sizeof *d.col, e);
	if (!d.val)
		return ERR_NOMEM;
	d.col = (int32_t *)(d.val + out->n + n_edits);
	memcpy(d.col, out->col, (size_t)out->n * sizeof *d.col);
	memcpy(d.val, out->val, (size_t)out->n * sizeof *d.val);
	for (size_t t = 0; t < o->applied; t++)
		if (edits_row(&o->edits[t], of_items, row))
			draft_edit(&d, overlay_row_of(&o->edits[t], !of_items), &o->edits[t]);
	*out = (struct rating_vector){ d.col,      d.val,          d.n,
				       .row = row, .edited = true, .memory = d.val };
	return 0;
}

int overlay_user_vector(const struct overlay *o, const struct ratings *base, int32_t user,
			struct rating_vector *out, struct err *e)
{
	return edited_vector(o, base, false, user, out, e);
}

int overlay_item_vector(const struct overlay *o, const struct ratings *base, int32_t item,
			struct rating_vector *out, struct err *e)
{
	return edited_vector(o, base, true, item, out, e);
}

static bool is_among(const struct rating_vector *v, int n, int32_t row)
{
	while (n > 0 && v[n - 1].row != row)
		n--;
	return n > 0;
}

int overlay_edited(const struct overlay *o, const struct ratings *base, bool of_items,
		   struct rating_vector **out, int *n, struct err *e)
{
	const size_t n_edits = o ? o->applied : 0;
	struct rating_vector *v = mem_array(n_edits, sizeof *v, e);
	int status = v ? 0 : ERR_NOMEM;
	*n = 0;
	for (size_t t = 0; t < n_edits && status == 0; t++) {
		const int32_t row = overlay_row_of(&o->edits[t], of_items);
		if (edit_counts(&o->edits[t]) && !is_among(v, *n, row) &&
		    (status = edited_vector(o, base, of_items, row, &v[*n], e)) == 0)
			(*n)++;
	}
	if (status < 0)
		rating_vectors_free(v, *n);
	else
		*out = v;
	return status;
}

void rating_vectors_free(struct rating_vector *v, int n)
{
	for (int i = 0; i < n; i++)
		rating_vector_done(&v[i]);
	free(v);
}

int overlay_materialise(const struct overlay *o, struct ratings **out, struct err *e)
{
	const struct sparse *base = &o->base->by_user;
	struct rating *list = mem_array((size_t)base->nnz + o->applied, sizeof *list, e);
	int64_t n = 0;
	int status = list ? 0 : ERR_NOMEM;
	for (int32_t u = 0; status == 0 && u < base->n_rows; u++) {
		struct rating_vector row;
		if ((status = overlay_user_vector(o, o->base, u, &row, e)) < 0)
			break;
		for (int64_t t = 0; t < row.n; t++)
			list[n++] = (struct rating){ u, row.col[t], (float)row.val[t] };
		rating_vector_done(&row);
	}
	if (status == 0)
		status = ratings_new(base->n_rows, base->n_cols, list, n, out, NULL, e);
	free(list);
	return status;
}
