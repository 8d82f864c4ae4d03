/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/fold.h"

#include <stdlib.h>

#include "autorec/mem.h"
#include "autorec/rng.h"

static void side_done(struct fold_side *s)
{
	free(s->in);
	free(s->print);
	*s = (struct fold_side){ 0 };
}

/* Its readers keep it. */
static void drop_copy(struct fold *f)
{
	if (f->w && f->w->pins == 0)
		weights_free(f->w);
	f->w = NULL;
}

void fold_unpin(struct fold *f, const struct weights *w)
{
	struct weights *copy = (struct weights *)w;
	if (--copy->pins == 0 && copy != f->w)
		weights_free(copy);
}

void fold_done(struct fold *f)
{
	drop_copy(f);
	side_done(&f->users);
	side_done(&f->items);
	*f = (struct fold){ 0 };
}

static int side_init(struct fold_side *s, int32_t n, struct err *e)
{
	*s = (struct fold_side){ .in = mem_array((size_t)n, sizeof *s->in, e),
				 .print = mem_array((size_t)n, sizeof *s->print, e),
				 .n = n };
	return s->in && s->print ? 0 : ERR_NOMEM;
}

/* Is the user or the item on this side of an edit unknown to training? */
static bool is_new(const struct model *m, const struct edit *edit, bool of_item)
{
	return edit_counts(edit) &&
	       (of_item ? sparse_row_size(&m->train->by_item, edit->item)
			: sparse_row_size(&m->train->by_user, edit->user)) == 0;
}

static int vector_of(const struct model *m, const struct overlay *o, bool of_item, int32_t index,
		     struct rating_vector *v, struct err *e)
{
	return (of_item ? overlay_item_vector : overlay_user_vector)(o, m->train, index, v, e);
}

/* Tells the ratings, and the rows of those among the others that are folded in (NULL: they do not
 * count). */
static uint64_t print_of(const struct rating_vector *v, const struct fold_side *others)
{
	uint64_t sum = 1 + rng_hash(v->col, (size_t)v->n * sizeof *v->col) +
		       rng_mix(rng_hash(v->val, (size_t)v->n * sizeof *v->val));
	for (int64_t t = 0; others && t < v->n; t++)
		sum = rng_mix(sum + others->print[v->col[t]]);
	return sum | 1;
}

/* Finds out who is to be folded in. */
static int look(const struct model *m, const struct overlay *o, bool of_item,
		const struct fold_side *others, struct fold_side *out, struct err *e)
{
	int status = 0;
	if (model_needs_new(m->ops, of_item, NULL) < 0)
		return 0;
	for (size_t t = 0; t < o->applied && status == 0; t++) {
		const struct edit *edit = &o->edits[t];
		const int32_t index = of_item ? edit->item : edit->user;
		struct rating_vector v = { 0 };
		if (!is_new(m, edit, of_item) || out->in[index])
			continue;
		status = vector_of(m, o, of_item, index, &v, e);
		if (status == 0 && v.n > 0) {
			out->in[index] = true;
			out->print[index] = print_of(&v, others);
		}
		rating_vector_done(&v);
	}
	return status;
}

/* Vectors come first, because the rows of dims are fitted to their hidden units. */
static int look_at_both(const struct model *m, const struct overlay *o, struct fold_side *users,
			struct fold_side *items, struct err *e)
{
	const bool by_item = m->ops->by_item;
	struct fold_side *vectors = by_item ? items : users, *dims = by_item ? users : items;
	int status = side_init(users, m->train->by_user.n_rows, e);
	if (status == 0)
		status = side_init(items, m->train->by_item.n_rows, e);
	if (status == 0)
		status = look(m, o, by_item, NULL, vectors, e);
	return status < 0 ? status : look(m, o, !by_item, vectors, dims, e);
}

/* Gives those rows whose prints differ from the old ones (NULL: all). */
static int fold_side(const struct model *m, struct weights *w, const struct overlay *o,
		     bool of_item, const struct fold_side *s, const struct fold_side *old,
		     struct err *e)
{
	int status = 0;
	for (int32_t i = 0; i < s->n && status == 0 && m->ops->fold; i++) {
		struct rating_vector v = { 0 };
		if (!s->in[i] || (old && i < old->n && old->print[i] == s->print[i]))
			continue;
		status = vector_of(m, o, of_item, i, &v, e);
		if (status == 0)
			status = m->ops->fold(m, w, of_item, &v, e);
		rating_vector_done(&v);
	}
	return status;
}

static int fold_both(const struct model *m, struct weights *w, const struct overlay *o,
		     const struct fold_side *users, const struct fold_side *items,
		     const struct fold *old, struct err *e)
{
	int status = 0;
	for (int turn = 0; turn < 2 && status == 0; turn++) {
		const bool of_item = m->ops->by_item == (turn == 0);
		status = fold_side(m, w, o, of_item, of_item ? items : users,
				   !old      ? NULL
				   : of_item ? &old->items
					     : &old->users,
				   e);
	}
	return status;
}

/* Was somebody in who is not any more?  The row must become what it was. */
static bool has_left(const struct fold_side *old, const struct fold_side *s)
{
	for (int32_t i = 0; i < old->n; i++)
		if (old->in[i] && !(i < s->n && s->in[i]))
			return true;
	return false;
}

static int renew(struct fold *f, const struct model *m, const struct weights *w,
		 const struct overlay *o, uint64_t training, struct err *e)
{
	struct fold_side users = { 0 }, items = { 0 };
	int status = look_at_both(m, o, &users, &items, e);
	const bool same = status == 0 && f->w && f->training == training && f->epoch == w->epoch &&
			  f->lambda == m->config.lambda && !has_left(&f->users, &users) &&
			  !has_left(&f->items, &items);
	if (!same)
		drop_copy(f);
	if (status == 0 && !same && m->ops->fold && (status = weights_copy(m, w, m, &f->w, e)) == 0)
		f->w->folded = true;
	if (status == 0 && f->w)
		status = fold_both(m, f->w, o, &users, &items, same ? f : NULL, e);
	side_done(&f->users);
	side_done(&f->items);
	f->users = users;
	f->items = items;
	return status;
}

const struct weights *fold_pin(struct fold *f, const struct model *m, const struct weights *w,
			       const struct overlay *o, uint64_t training, struct err *e)
{
	const bool known = f->users.in && f->training == training && f->epoch == w->epoch &&
			   f->changes == o->changes && f->lambda == m->config.lambda;
	bool any = overlay_count(o, false) > o->known_users ||
		   overlay_count(o, true) > o->known_items;
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
	if (!f->w)
		return w;
	f->w->pins++;
	return f->w;
}

int fold_into(const struct model *m, struct weights *w, const struct overlay *o, struct err *e)
{
	struct fold_side users = { 0 }, items = { 0 };
	int status = look_at_both(m, o, &users, &items, e);
	if (status == 0)
		status = fold_both(m, w, o, &users, &items, NULL, e);
	side_done(&users);
	side_done(&items);
	return status;
}
