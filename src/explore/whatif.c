/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/whatif.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/clock.h"
#include "autorec/evaluate.h"
#include "autorec/kernel.h"
#include "autorec/mem.h"

/* Predicts for the user or the item `who`, before the change (index 0) and after it (index 1). */
typedef int both_predictor(const struct model *m, const struct weights *w,
			   const struct overlay *const o[2], int32_t who, real *const out[2],
			   struct err *e);

void whatif_done(struct whatif *w)
{
	free(w->items.rows);
	free(w->users.rows);
	*w = (struct whatif){ 0 };
}

/* How far a prediction moved, as an integer in the same order.  The bits of a nonnegative float are
 * such an integer. */
static uint32_t distance(const struct moved *x)
{
	const float size = fabsf(x->delta);
	uint32_t bits;
	memcpy(&bits, &size, sizeof bits);
	return bits;
}

/* Sorts the rows so that those that moved farthest come first, and equal ones stay in the order of
 * their indices.  This is a stable radix sort that starts with the lowest digit.  Every edit ranks
 * all users again, and a sort by comparisons would take most of its time. */
static int whatif_rank(struct moved *rows, int32_t n, struct err *e)
{
	enum { BITS = 11, DIGITS = 1 << BITS };
	struct moved *other = mem_array((size_t)n, sizeof *other, e), *from = rows, *to = other;
	if (!other)
		return ERR_NOMEM;
	for (int shift = 0; shift < 32; shift += BITS) {
		int32_t place[DIGITS] = { 0 }, before = 0;
		for (int32_t i = 0; i < n; i++)
			place[distance(&from[i]) >> shift & (DIGITS - 1)]++;
		for (int digit = DIGITS - 1; digit >= 0; digit--) {
			before += place[digit];
			place[digit] = before - place[digit];
		}
		for (int32_t i = 0; i < n; i++)
			to[place[distance(&from[i]) >> shift & (DIGITS - 1)]++] = from[i];
		struct moved *swap = from;
		from = to;
		to = swap;
	}
	/* After three digits the sorted rows are in `other`. */
	memcpy(rows, from, (size_t)n * sizeof *rows);
	free(other);
	return 0;
}

static bool is_known(const struct sparse *train, int32_t row)
{
	return sparse_row_size(train, row) > 0;
}

/* Predicts all items for a user, from the ratings with the edits in force.  The ridge regression
 * needs at least one rating; a user without ratings is predicted from the trained row, and a
 * newcomer without ratings as a cold user. */
static int predict_user(const struct model *m, const struct weights *w, const struct overlay *o,
			int32_t user, real *out, struct err *e)
{
	struct rating_vector v;
	int status = overlay_user_vector(o, m->train, user, &v, e);
	if (status == 0 && v.n == 0 && !is_known(&m->train->by_user, user))
		for (int32_t i = 0; i < m->train->by_item.n_rows; i++)
			out[i] = (real)evaluate_prediction(m, -1, i, 0);
	else if (status == 0)
		status = m->ops->refit && v.n > 0 ? m->ops->refit(m, w, &v, out, e)
						  : model_predict_user(m, w, o, user, out, e);
	rating_vector_done(&v);
	return status;
}

/* Predicts for a user before the change and after it.  The two ridge fits take most of the time, so
 * each runs on its own core. */
static int users_both(const struct model *m, const struct weights *w,
		      const struct overlay *const o[2], int32_t user, real *const out[2],
		      struct err *e)
{
	struct err errors[2] = { 0 };
	int status[2];
#pragma omp parallel for schedule(static, 1) num_threads(kernel_threads())
	for (int i = 0; i < 2; i++)
		status[i] = predict_user(m, w, o[i], user, out[i], &errors[i]);
	for (int i = 0; i < 2; i++)
		if (status[i] < 0)
			return err_set(e, status[i], errors[i].where, "%s", errors[i].message);
	return 0;
}

/* Predicts an item for all users, from one vector of its ratings. */
static int predict_item(const struct model *m, const struct weights *w,
			const struct rating_vector *v, real *out, struct err *e)
{
	if (v->n > 0)
		return m->ops->refit_item(m, w, v, out, e);
	for (int32_t u = 0; u < m->train->by_user.n_rows; u++)
		out[u] = (real)evaluate_prediction(m, u, -1, 0);
	return 0;
}

/* Predicts an item for all users, before the change and after it.  The model encodes items, or fits
 * the row of a new one. */
static int items_both(const struct model *m, const struct weights *w,
		      const struct overlay *const o[2], int32_t item, real *const out[2],
		      struct err *e)
{
	struct rating_vector v[2] = { 0 };
	int status = 0;
	for (int i = 0; i < 2 && status == 0; i++)
		status = overlay_item_vector(o[i], m->train, item, &v[i], e);
	if (status == 0 && m->ops->by_item)
		status = m->ops->predict_vectors(m, w, 2, v, out, e);
	for (int i = 0; i < 2 && status == 0 && !m->ops->by_item; i++)
		status = predict_item(m, w, &v[i], out[i], e);
	for (int i = 0; i < 2; i++)
		rating_vector_done(&v[i]);
	return status;
}

struct scored {
	real score;
	int32_t item;
};

static int best_first(const void *x, const void *y)
{
	const struct scored *a = x, *b = y;
	return a->score < b->score ? 1 : a->score > b->score ? -1 : a->item - b->item;
}

/* Sets the places of the user's unrated items, before the change and after it.  rows: [n], in the
 * order of the items. */
static int set_places(const struct model *m, const struct overlay *o, int32_t user,
		      real *const x[2], struct moved *rows, int32_t n, struct err *e)
{
	struct scored *list = mem_array((size_t)n, sizeof *list, e);
	bool *rated = mem_array((size_t)n, sizeof *rated, e);
	struct rating_vector v = { 0 };
	int status = list && rated ? overlay_user_vector(o, m->train, user, &v, e) : ERR_NOMEM;
	for (int64_t t = 0; status == 0 && t < v.n; t++)
		rated[v.col[t]] = true;
	for (int side = 0; status == 0 && side < 2; side++) {
		int32_t unrated = 0;
		for (int32_t i = 0; i < n; i++)
			if (!rated[i])
				list[unrated++] = (struct scored){ x[side][i], i };
		qsort(list, (size_t)unrated, sizeof *list, best_first);
		for (int32_t i = 0; i < unrated; i++)
			*(side == 0 ? &rows[list[i].item].rank_before
				    : &rows[list[i].item].rank_after) = i + 1;
	}
	rating_vector_done(&v);
	free(list);
	free(rated);
	return status;
}

/* Measures the predictions before the change and after it, and ranks them by how far they moved.
 * Predictions are clipped as usual, but a cold item or user keeps the model's own output, because
 * the default prediction would hide the effect of the change. */
static int whatif_measure_both(const struct model *m, const struct weights *w,
			       const struct overlay *const o[2], both_predictor *predict,
			       int32_t who, int32_t n, struct moves *out, struct err *e)
{
	real *const x[2] = { mem_array((size_t)n, sizeof **x, e),
			     mem_array((size_t)n, sizeof **x, e) };
	struct moved *rows = mem_array((size_t)n, sizeof *rows, e);
	int status = x[0] && x[1] && rows ? 0 : ERR_NOMEM;
	if (status == 0)
		status = predict(m, w, o, who, x, e);
	for (int32_t i = 0; status == 0 && i < n; i++) {
		const double before = model_clip(m, (double)x[0][i]),
			     after = model_clip(m, (double)x[1][i]);
		rows[i] = (struct moved){ .index = i,
					  .before = (float)before,
					  .after = (float)after,
					  .delta = (float)(after - before) };
	}
	if (status == 0 && predict == users_both)
		status = set_places(m, o[1], who, x, rows, n, e);
	free(x[0]);
	free(x[1]);
	if (status == 0)
		status = whatif_rank(rows, n, e);
	if (status < 0) {
		free(rows);
		return status;
	}
	out->rows = rows;
	out->n = n;
	return 0;
}

#define REFITTED "refit by ridge regression: predictions for other items move"
#define ITEM_REFITTED                                                                              \
	"the new item's row is fitted by ridge regression: everyone's prediction for it moves"
#define ITEM_ENCODED "the item is encoded again: everyone's prediction for it moves"

/* How the user's predictions move, and how all users' predictions for the item do; NULL: they do
 * not move. */
static const struct {
	const char *user, *item;
} meanings[] = {
	[MOVES_NOTHING].user = "this model looks at single ratings only during training: "
			       "nothing moves",
	[MOVES_USER].user = "the user is encoded again: all of the user's predictions move",
	[MOVES_ITEM].user = "the item is encoded again: only the user's prediction for this item "
			    "moves",
	[MOVES_ITEM].item = ITEM_ENCODED,
	[MOVES_ITEM_AND_ROW].user = "the user's output row is " REFITTED,
	[MOVES_ITEM_AND_ROW].item = ITEM_ENCODED,
	[MOVES_FACTORS].user = "the user's bias and factors are " REFITTED,
	[MOVES_ROWS].user = "the user's rows are " REFITTED,
	[MOVES_RESIDUALS].user = "similarities stay fixed, and the edited rating counts at once: "
				 "the user's predictions move",
};

int whatif_measure(const struct model *m, const struct weights *w, struct overlay *o,
		   const struct edit *edit, bool undone, struct whatif *out, struct err *e)
{
	const double began = clock_seconds();
	const int32_t n_items = m->train->by_item.n_rows, n_users = m->train->by_user.n_rows;
	struct overlay other = *o; /* the same edits, with one more or one fewer in force */
	const struct overlay *const both[2] = { &other, o };
	struct whatif found = {
		.valid = true, .edit = *edit, .epoch = w->epoch, .applied = o->applied
	};
	other.applied = undone ? o->applied + 1 : o->applied - 1;

	int status = whatif_measure_both(m, w, both, users_both, edit->user, n_items, &found.items,
					 e);
	found.items.meaning = meanings[m->ops->moves].user;
	found.users.meaning = meanings[m->ops->moves].item;
	if (!is_known(&m->train->by_user, edit->user)) /* no item was ever encoded with them */
		found.users.meaning = NULL;
	else if (!is_known(&m->train->by_item, edit->item) && m->ops->refit_item)
		found.users.meaning = ITEM_REFITTED;
	if (status == 0 && found.users.meaning)
		status = whatif_measure_both(m, w, both, items_both, edit->item, n_users,
					     &found.users, e);
	found.latency_ms = 1e3 * (clock_seconds() - began);
	if (status < 0) {
		whatif_done(&found);
		return status;
	}
	whatif_done(out);
	*out = found;
	return 0;
}

/* ---- frozen and retrained ----------------------------------------------- */

void frozen_done(struct frozen *f)
{
	free(f->before);
	free(f->instant);
	*f = (struct frozen){ 0 };
}

int frozen_init(struct frozen *f, const struct model *m, const struct weights *w,
		const struct overlay *o, struct err *e)
{
	const int32_t n = m->train->by_item.n_rows;
	size_t last = o->applied;
	while (last > 0 && !edit_counts(&o->edits[last - 1]))
		last--;
	if (last == 0)
		return err_set(e, ERR_FAILED, NULL, "no rating is edited");
	*f = (struct frozen){ .edit = o->edits[last - 1],
			      .applied = o->applied,
			      .n = n,
			      .before = mem_array((size_t)n, sizeof(real), e),
			      .instant = mem_array((size_t)n, sizeof(real), e) };
	int status = f->before && f->instant ? 0 : ERR_NOMEM;
	if (status == 0)
		status = predict_user(m, w, NULL, f->edit.user, f->before, e);
	if (status == 0)
		status = predict_user(m, w, o, f->edit.user, f->instant, e);
	if (status < 0)
		frozen_done(f);
	return status;
}

int whatif_retrained(const struct frozen *f, const struct model *m, const struct weights *w,
		     struct whatif *out, struct err *e)
{
	real *x = mem_array((size_t)f->n, sizeof *x, e);
	struct moved *rows = mem_array((size_t)f->n, sizeof *rows, e);
	int status = x && rows ? model_predict_user(m, w, NULL, f->edit.user, x, e) : ERR_NOMEM;
	for (int32_t i = 0; status == 0 && i < f->n; i++) {
		const float instant = (float)model_clip(m, (double)f->instant[i]),
			    retrained = (float)model_clip(m, (double)x[i]);
		rows[i] = (struct moved){ .index = i,
					  .before = (float)model_clip(m, (double)f->before[i]),
					  .after = instant,
					  .delta = retrained - instant,
					  .retrained = retrained };
	}
	if (status == 0)
		status = whatif_rank(rows, f->n, e);
	free(x);
	if (status < 0) {
		free(rows);
		return status;
	}
	whatif_done(out);
	*out = (struct whatif){ .valid = true,
				.retrained = true,
				.edit = f->edit,
				.epoch = w->epoch,
				.applied = f->applied,
				.items = { "what frozen weights said at once, and what training on "
					   "the edits makes of it",
					   rows, f->n } };
	return 0;
}
