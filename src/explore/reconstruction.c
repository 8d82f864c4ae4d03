/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/reconstruction.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/evaluate.h"
#include "autorec/mem.h"

const char *row_kind_name(enum row_kind kind)
{
	static const char *const names[] = { ROW_KIND_LIST(PARAM_STRING) };
	return names[kind];
}

void reconstruction_free(struct reconstruction *r)
{
	if (!r)
		return;
	free(r->rows);
	free(r);
}

/* Gives this kind to the ratings in `set` that have no kind yet. */
static void reconstruction_mark(struct reconstruction *r, const struct ratings *set,
				enum row_kind kind)
{
	if (!set)
		return;
	const struct sparse *x = r->of_item ? &set->by_item : &set->by_user;
	for (int64_t t = x->start[r->who]; t < x->start[r->who + 1]; t++) {
		struct reconstructed *row = &r->rows[x->col[t]];
		if (row->kind == ROW_UNSEEN) {
			row->kind = kind;
			row->observed = (float)x->val[t];
		}
	}
}

static int mark_inputs(struct reconstruction *r, const struct model *m, const struct overlay *o,
		       struct err *e)
{
	struct rating_vector input;
	int status = r->of_item ? overlay_item_vector(o, m->train, r->who, &input, e)
				: overlay_user_vector(o, m->train, r->who, &input, e);
	if (status < 0)
		return status;
	for (int64_t t = 0; t < input.n; t++) {
		r->rows[input.col[t]].kind = ROW_INPUT;
		r->rows[input.col[t]].observed = (float)input.val[t];
	}
	rating_vector_done(&input);
	return 0;
}

static void predict_rows(struct reconstruction *r, const struct model *m, const real *predicted)
{
	for (int32_t i = 0; i < r->n; i++) {
		const int32_t user = r->of_item ? i : r->who, item = r->of_item ? r->who : i;
		r->rows[i].raw = (float)predicted[i];
		r->rows[i].predicted = (float)evaluate_prediction(m, user, item,
								  (double)predicted[i]);
	}
}

static void score(struct reconstruction *r)
{
	double squares[2] = { 0 };
	int32_t n[2] = { 0 };
	for (int32_t i = 0; i < r->n; i++) {
		const struct reconstructed *row = &r->rows[i];
		if (row->kind == ROW_UNSEEN)
			continue;
		const double error = (double)row->predicted - (double)row->observed;
		squares[row->kind] += error * error;
		n[row->kind]++;
	}
	r->n_input = n[ROW_INPUT];
	r->n_held_out = n[ROW_HELD_OUT];
	/* With no ratings to average, 0/0 makes the RMSE NaN. */
	r->rmse_input = sqrt(squares[ROW_INPUT] / n[ROW_INPUT]);
	r->rmse_held_out = sqrt(squares[ROW_HELD_OUT] / n[ROW_HELD_OUT]);
	r->rmse = sqrt((squares[ROW_INPUT] + squares[ROW_HELD_OUT]) /
		       (n[ROW_INPUT] + n[ROW_HELD_OUT]));
}

/* Orders rows from the best prediction to the worst. */
static int by_raw(const void *x, const void *y)
{
	const struct reconstructed *a = *(const struct reconstructed *const *)x,
				   *b = *(const struct reconstructed *const *)y;
	return a->raw < b->raw ? 1 : a->raw > b->raw ? -1 : a->index - b->index;
}

/* Ranks the unseen rows.  Cold rows get no rank: the model has learned nothing about them. */
static int reconstruction_rank(struct reconstruction *r, const struct model *m, struct err *e)
{
	struct reconstructed **unseen = mem_array((size_t)r->n, sizeof *unseen, e);
	int32_t n = 0;
	if (!unseen)
		return ERR_NOMEM;
	for (int32_t i = 0; i < r->n; i++)
		if (r->rows[i].kind == ROW_UNSEEN &&
		    !evaluate_cold(m, r->of_item ? i : r->who, r->of_item ? r->who : i))
			unseen[n++] = &r->rows[i];
	qsort(unseen, (size_t)n, sizeof *unseen, by_raw);
	for (int32_t i = 0; i < n; i++)
		unseen[i]->rank = i + 1;
	free(unseen);
	return 0;
}

int reconstruct(const struct model *m, const struct weights *w, const struct overlay *o,
		const struct split *split, bool of_item, int32_t who, struct reconstruction **out,
		struct err *e)
{
	const int32_t n = of_item ? m->train->by_user.n_rows : m->train->by_item.n_rows;
	struct reconstruction *r = mem_array(1, sizeof *r, e);
	real *predicted = mem_array((size_t)n, sizeof *predicted, e);
	const struct ratings *held_out[SPLIT_HELD_OUT];
	int status = ERR_NOMEM;
	if (!r || !predicted)
		goto done;
	*r = (struct reconstruction){ .of_item = of_item, .who = who, .epoch = w->epoch, .n = n };
	r->rows = mem_array((size_t)n, sizeof *r->rows, e);
	if (!r->rows)
		goto done;
	for (int32_t i = 0; i < n; i++)
		r->rows[i] = (struct reconstructed){ .index = i,
						     .kind = ROW_UNSEEN,
						     .observed = NAN };
	status = (of_item ? model_predict_item : model_predict_user)(m, w, o, who, predicted, e);
	if (status == 0)
		status = mark_inputs(r, m, o, e);
	if (status < 0)
		goto done;
	split_held_out_parts(split, held_out);
	for (int i = 0; i < SPLIT_HELD_OUT; i++)
		reconstruction_mark(r, held_out[i], ROW_HELD_OUT);
	predict_rows(r, m, predicted);
	score(r);
	status = reconstruction_rank(r, m, e);
done:
	free(predicted);
	if (status < 0)
		reconstruction_free(r);
	else
		*out = r;
	return status;
}

/* ---- lists -------------------------------------------------------------- */

struct keyed {
	double key;
	const char *text;
	int32_t place;
};

static int by_key(const void *x, const void *y)
{
	const struct keyed *a = x, *b = y;
	if (a->text && b->text) {
		int order = strcmp(a->text, b->text);
		return order ? order : a->place - b->place;
	}
	return a->key < b->key ? -1 : a->key > b->key ? 1 : a->place - b->place;
}

/* The key to sort a row by, in ascending order.  The best rating, the largest error and the first
 * rank come first.  Rows without a value come last. */
static double reconstruction_key_of(const struct reconstructed *row, enum row_sort sort)
{
	switch (sort) {
	case SORT_OBSERVED: return row->kind == ROW_UNSEEN ? HUGE_VAL : -(double)row->observed;
	case SORT_PREDICTED: return -(double)row->raw;
	case SORT_ERROR:
		return row->kind == ROW_UNSEEN
			       ? HUGE_VAL
			       : -fabs((double)row->predicted - (double)row->observed);
	case SORT_RANK: return row->rank ? row->rank : HUGE_VAL;
	default: return row->index;
	}
}

int reconstruction_list(const struct reconstruction *r, const struct dataset *d,
			const struct ratings *ratings, const struct listing *l, int32_t **places,
			int32_t *n, struct err *e)
{
	struct keyed *keyed = mem_array((size_t)r->n, sizeof *keyed, e);
	int32_t *out = mem_array((size_t)r->n, sizeof *out, e), count = 0;
	if (!keyed || !out) {
		free(keyed);
		free(out);
		return ERR_NOMEM;
	}
	for (int32_t i = 0; i < r->n; i++) {
		if (l->filter && (int)r->rows[i].kind != l->filter - 1)
			continue;
		if (!r->of_item && !item_filter_takes(&l->items, d, &ratings->by_item, i))
			continue;
		const char *text = l->sort != SORT_TITLE ? NULL
				   : r->of_item          ? ids_name(d->users, i)
							 : dataset_title(d, i);
		keyed[count++] = (struct keyed){
			reconstruction_key_of(&r->rows[i], (enum row_sort)l->sort), text, i
		};
	}
	qsort(keyed, (size_t)count, sizeof *keyed, by_key);
	for (int32_t i = 0; i < count; i++)
		out[i] = keyed[l->reverse ? count - 1 - i : i].place;
	free(keyed);
	*places = out;
	*n = count;
	return 0;
}
