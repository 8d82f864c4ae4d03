/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/residuals.h"

#include <math.h>
#include <stdlib.h>

#include "autorec/evaluate.h"
#include "autorec/mem.h"

enum { LEVELS = 8, MOST_VALUES = 12, VALUE_RANGES = 10 };

/* ---- the bounds of the groups ------------------------------------------- */

/* 0, 1-4, 5-9, 10-19, 20-49, 50-99 and so on, up to `most`. */
static int count_groups(int64_t most, struct residual_group *groups)
{
	static const int64_t steps[] = { 2, 5, 10 };
	int64_t from = 5, unit = 1;
	int n = 0;
	groups[n++] = (struct residual_group){ .from = 0, .to = 0 };
	groups[n++] = (struct residual_group){ .from = 1, .to = 4 };
	for (int i = 2; from <= most && n < MOST_RESIDUAL_GROUPS; i = (i + 1) % 3) {
		const int64_t next = unit * steps[i];
		groups[n++] = (struct residual_group){ .from = (double)from,
						       .to = (double)(next - 1) };
		from = next;
		unit *= i == 2 ? 10 : 1;
	}
	return n;
}

static int64_t longest_row(const struct sparse *x)
{
	int64_t most = 0;
	for (int32_t r = 0; r < x->n_rows; r++)
		most = sparse_row_size(x, r) > most ? sparse_row_size(x, r) : most;
	return most;
}

static int equal_parts(double low, double high, int n, struct residual_group *groups)
{
	for (int i = 0; i < n; i++)
		groups[i] = (struct residual_group){ .from = low + (high - low) * i / n,
						     .to = low + (high - low) * (i + 1) / n };
	return n;
}

static int by_size(const void *x, const void *y)
{
	const double a = *(const double *)x, b = *(const double *)y;
	return (a > b) - (a < b);
}

/* One group for each different rating, or equal ranges if there are too many. */
static int value_groups(const struct sparse *x, struct residual_group *groups)
{
	double values[MOST_VALUES] = { 0 };
	float low = INFINITY, high = -INFINITY;
	int n = 0;
	for (int64_t t = 0; t < x->nnz && n <= MOST_VALUES; t++) {
		int i = 0;
		while (i < n && values[i] != (double)x->val[t])
			i++;
		if (i == n && n < MOST_VALUES)
			values[n++] = (double)x->val[t];
		else if (i == n)
			n = MOST_VALUES + 1;
	}
	if (n > MOST_VALUES) {
		sparse_range(x, &low, &high);
		return equal_parts((double)low, (double)high, VALUE_RANGES, groups);
	}
	qsort(values, (size_t)n, sizeof *values, by_size);
	for (int i = 0; i < n; i++)
		groups[i] = (struct residual_group){ .from = values[i], .to = values[i] };
	return n;
}

static void set_groups(const struct model *m, const struct sparse *x, const struct genres *genres,
		       struct residuals *r)
{
	for (int i = 0; i < genres->n; i++)
		r->group[RESIDUALS_BY_GENRE][i] = (struct residual_group){ .from = i, .to = i };
	r->n_groups[RESIDUALS_BY_GENRE] = genres->n;
	r->n_groups[RESIDUALS_BY_USER] = count_groups(longest_row(&m->train->by_user),
						      r->group[RESIDUALS_BY_USER]);
	r->n_groups[RESIDUALS_BY_ITEM] = count_groups(longest_row(&m->train->by_item),
						      r->group[RESIDUALS_BY_ITEM]);
	r->n_groups[RESIDUALS_BY_VALUE] = value_groups(x, r->group[RESIDUALS_BY_VALUE]);
	r->n_groups[RESIDUALS_BY_LEVEL] = equal_parts(m->low, m->high, LEVELS,
						      r->group[RESIDUALS_BY_LEVEL]);
}

/* ---- sums --------------------------------------------------------------- */

/* The last group that begins at or before x; the first one if x lies before all. */
static struct residual_group *group_of(struct residuals *r, enum residual_grouping by, double x)
{
	int i = r->n_groups[by] - 1;
	while (i > 0 && r->group[by][i].from > x)
		i--;
	return &r->group[by][i];
}

static void add(struct residual_group *g, const struct residual *x)
{
	g->n++;
	g->observed += x->observed;
	g->predicted += x->predicted;
	g->rmse += (x->predicted - x->observed) * (x->predicted - x->observed);
}

static void finish(struct residual_group *g)
{
	g->rmse = g->n ? sqrt(g->rmse / (double)g->n) : NAN;
	g->observed = g->n ? g->observed / (double)g->n : NAN;
	g->predicted = g->n ? g->predicted / (double)g->n : NAN;
}

static double size_of(const struct residual *x)
{
	return fabs(x->predicted - x->observed);
}

/* Is a less wrong than b?  The order of the set decides between equal ones. */
static bool less_wrong(const struct residual *a, const struct residual *b)
{
	const double x = size_of(a), y = size_of(b);
	if (x != y)
		return x < y;
	return a->user != b->user ? a->user > b->user : a->item > b->item;
}

/* Keeps the worst in a heap whose first element is the least wrong. */
static void heap_down(struct residual *heap, int64_t n, int64_t at)
{
	const struct residual moving = heap[at];
	for (int64_t child; (child = 2 * at + 1) < n; at = child) {
		if (child + 1 < n && less_wrong(&heap[child + 1], &heap[child]))
			child++;
		if (!less_wrong(&heap[child], &moving))
			break;
		heap[at] = heap[child];
	}
	heap[at] = moving;
}

static void keep_worst(struct residuals *r, int64_t most, const struct residual *x)
{
	if (r->n_worst < most) {
		r->worst[r->n_worst++] = *x;
		for (int64_t at = r->n_worst == most ? most / 2 : 0; at-- > 0;)
			heap_down(r->worst, most, at);
	} else if (most > 0 && less_wrong(&r->worst[0], x)) {
		r->worst[0] = *x;
		heap_down(r->worst, most, 0);
	}
}

static int worst_first(const void *x, const void *y)
{
	return less_wrong(x, y) ? 1 : -1;
}

static void add_everywhere(const struct model *m, const struct genres *genres, struct residuals *r,
			   const struct residual *x)
{
	const double users = (double)sparse_row_size(&m->train->by_user, x->user),
		     items = (double)sparse_row_size(&m->train->by_item, x->item);
	add(&r->all, x);
	add(group_of(r, RESIDUALS_BY_USER, users), x);
	add(group_of(r, RESIDUALS_BY_ITEM, items), x);
	add(group_of(r, RESIDUALS_BY_VALUE, x->observed), x);
	add(group_of(r, RESIDUALS_BY_LEVEL, x->predicted), x);
	for (int i = 0; i < genres->n; i++)
		if (genres->of_item[x->item] >> i & 1)
			add(&r->group[RESIDUALS_BY_GENRE][i], x);
}

static int most_ratings_first(const void *x, const void *y)
{
	const struct residual_group *a = x, *b = y;
	if (a->n != b->n)
		return a->n < b->n ? 1 : -1;
	return (a->from > b->from) - (a->from < b->from);
}

int residuals_measure(const struct model *m, const struct weights *w, const struct ratings *set,
		      const struct genres *genres, int64_t most, struct residuals *out,
		      struct err *e)
{
	const struct sparse *x = &set->by_user;
	real *predicted = mem_array((size_t)x->nnz, sizeof *predicted, e);
	struct residuals r = { .all = { .from = m->low, .to = m->high } };
	most = most < x->nnz ? most : x->nnz;
	r.worst = predicted ? mem_array((size_t)most, sizeof *r.worst, e) : NULL;
	if (!r.worst) {
		free(predicted);
		return ERR_NOMEM;
	}
	m->ops->predict_pairs(m, w, set, predicted);
	set_groups(m, x, genres, &r);
	for (int32_t u = 0; u < x->n_rows; u++)
		for (int64_t t = x->start[u]; t < x->start[u + 1]; t++) {
			const struct residual one = {
				.user = u,
				.item = x->col[t],
				.observed = (double)x->val[t],
				.predicted = evaluate_prediction(m, u, x->col[t],
								 (double)predicted[t]),
				.cold = evaluate_cold(m, u, x->col[t]),
			};
			add_everywhere(m, genres, &r, &one);
			keep_worst(&r, most, &one);
		}
	finish(&r.all);
	for (int by = 0; by < N_RESIDUAL_GROUPINGS; by++)
		for (int i = 0; i < r.n_groups[by]; i++)
			finish(&r.group[by][i]);
	qsort(r.group[RESIDUALS_BY_GENRE], (size_t)genres->n, sizeof(struct residual_group),
	      most_ratings_first);
	qsort(r.worst, (size_t)r.n_worst, sizeof *r.worst, worst_first);
	free(predicted);
	*out = r;
	return 0;
}

void residuals_done(struct residuals *r)
{
	free(r->worst);
	*r = (struct residuals){ 0 };
}
