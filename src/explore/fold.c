/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/fold.h"

#include <stdlib.h>

#include "autorec/mem.h"

void fold_done(struct fold *f)
{
	weights_free(f->w);
	free(f->is_in[0]);
	free(f->is_in[1]);
	*f = (struct fold){ 0 };
}

/* Is the user or the item on this side of an edit unknown to training? */
static bool is_new(const struct model *m, const struct edit *edit, bool of_item)
{
	return edit_counts(edit) &&
	       (of_item ? sparse_row_size(&m->train->by_item, edit->item)
			: sparse_row_size(&m->train->by_user, edit->user)) == 0;
}

/* Marks in `in` who is to be folded in, and gives them rows in w unless it is NULL. */
static int fold_side(const struct model *m, struct weights *w, const struct overlay *o,
		     bool of_item, bool *in, struct err *e)
{
	int status = 0;
	for (size_t t = 0; t < o->applied && status == 0; t++) {
		const struct edit *edit = &o->edits[t];
		struct rating_vector v = { 0 };
		const int32_t index = of_item ? edit->item : edit->user;
		if (!is_new(m, edit, of_item) || in[index])
			continue;
		status = (of_item ? overlay_item_vector : overlay_user_vector)(o, m->train, index,
									       &v, e);
		if (status < 0)
			break;
		in[index] = v.n > 0;
		if (w && in[index] && m->ops->fold)
			status = m->ops->fold(m, w, of_item, &v, e);
		rating_vector_done(&v);
	}
	return status;
}

/* Vectors come first, because the rows of dims are fitted to their hidden units. */
static int fold_both(const struct model *m, struct weights *w, const struct overlay *o,
		     bool *const in[2], struct err *e)
{
	int status = 0;
	for (int turn = 0; turn < 2 && status == 0; turn++) {
		const bool of_item = m->ops->by_item == (turn == 0);
		if (model_needs_new(m->ops, of_item, NULL) == 0)
			status = fold_side(m, w, o, of_item, in[of_item], e);
	}
	return status;
}

static int new_flags(const struct model *m, bool *in[2], struct err *e)
{
	in[0] = mem_array((size_t)m->train->by_user.n_rows, sizeof *in[0], e);
	in[1] = mem_array((size_t)m->train->by_item.n_rows, sizeof *in[1], e);
	return in[0] && in[1] ? 0 : ERR_NOMEM;
}

static bool is_any(const bool *in, int32_t n)
{
	int32_t i = 0;
	while (i < n && !in[i])
		i++;
	return i < n;
}

/* Was somebody in who is not any more? */
static bool has_left(const struct fold *f, bool *const in[2], const int32_t n[2])
{
	for (int side = 0; side < 2; side++)
		for (int32_t i = 0; i < f->n[side]; i++)
			if (f->is_in[side][i] && !(i < n[side] && in[side][i]))
				return true;
	return false;
}

static int renew(struct fold *f, const struct model *m, const struct weights *w,
		 const struct overlay *o, uint64_t training, struct err *e)
{
	const int32_t n[2] = { m->train->by_user.n_rows, m->train->by_item.n_rows };
	bool *in[2], *again[2];
	int status = new_flags(m, in, e);
	if (new_flags(m, again, e) < 0)
		status = ERR_NOMEM;
	if (status == 0)
		status = fold_both(m, NULL, o, in, e);
	const bool same = status == 0 && f->w && f->training == training && f->epoch == w->epoch &&
			  !has_left(f, in, n);
	if (!same) {
		weights_free(f->w);
		f->w = NULL;
	}
	if (status == 0 && !same && (is_any(in[0], n[0]) || is_any(in[1], n[1])))
		status = weights_copy(m, w, m, &f->w, e);
	if (status == 0 && f->w)
		status = fold_both(m, f->w, o, again, e);
	free(again[0]);
	free(again[1]);
	free(f->is_in[0]);
	free(f->is_in[1]);
	f->is_in[0] = in[0];
	f->is_in[1] = in[1];
	f->n[0] = n[0];
	f->n[1] = n[1];
	return status;
}

const struct weights *fold_weights(struct fold *f, const struct model *m, const struct weights *w,
				   const struct overlay *o, uint64_t training, struct err *e)
{
	const bool known = f->is_in[0] && f->training == training && f->epoch == w->epoch &&
			   f->changes == o->changes && f->lambda == m->config.lambda;
	bool any = false;
	for (size_t t = 0; t < o->applied && !any; t++)
		any = is_new(m, &o->edits[t], false) || is_new(m, &o->edits[t], true);
	if (!any || (!known && renew(f, m, w, o, training, e) < 0)) {
		fold_done(f);
		return w;
	}
	f->training = training;
	f->epoch = w->epoch;
	f->changes = o->changes;
	f->lambda = m->config.lambda;
	return f->w ? f->w : w;
}

int fold_into(const struct model *m, struct weights *w, const struct overlay *o, struct err *e)
{
	bool *in[2];
	int status = new_flags(m, in, e);
	if (status == 0)
		status = fold_both(m, w, o, in, e);
	free(in[0]);
	free(in[1]);
	return status;
}
