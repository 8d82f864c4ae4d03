/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/ask.h"

#include <stdlib.h>

#include "autorec/mem.h"
#include "autorec/person.h"

static int most_first(const void *x, const void *y)
{
	const int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
	return (a < b) - (a > b);
}

static int most_informative(const void *x, const void *y)
{
	const struct question *a = x, *b = y;
	return a->variance < b->variance ? 1 : a->variance > b->variance ? -1 : a->item - b->item;
}

/* ENOUGH ratings, or as many as the most rated SHARE-th of the items have if those are more
 * items. */
static int find_least(const struct sparse *items, int64_t *least, struct err *e)
{
	enum { ENOUGH = 50, SHARE = 5 };
	int64_t *sizes = mem_array((size_t)items->n_rows, sizeof *sizes, e);
	if (!sizes)
		return ERR_NOMEM;
	for (int32_t i = 0; i < items->n_rows; i++)
		sizes[i] = sparse_row_size(items, i);
	qsort(sizes, (size_t)items->n_rows, sizeof *sizes, most_first);
	*least = sizes[(items->n_rows - 1) / SHARE];
	if (*least > ENOUGH)
		*least = ENOUGH;
	if (*least < 1)
		*least = 1;
	free(sizes);
	return 0;
}

/* items: [n_items]; returns how many. */
static int32_t find_candidates(const struct sparse *ratings, const struct rating_vector *rated,
			       int64_t least, int32_t *items)
{
	int64_t t = 0;
	int32_t n = 0;
	for (int32_t i = 0; i < ratings->n_rows; i++) {
		while (t < rated->n && rated->col[t] < i)
			t++;
		const bool is_rated = t < rated->n && rated->col[t] == i;
		if (!is_rated && sparse_row_size(ratings, i) >= least)
			items[n++] = i;
	}
	return n;
}

static int list_candidates(const struct model *m, const struct weights *w,
			   const struct rating_vector *rated, int64_t least, struct question **out,
			   int32_t *n, struct err *e)
{
	const size_t most = (size_t)m->train->by_item.n_rows;
	int32_t *items = mem_array(most, sizeof *items, e);
	double *variance = mem_array(most, sizeof *variance, e);
	struct question *list = mem_array(most, sizeof *list, e);
	int status = items && variance && list ? 0 : ERR_NOMEM;
	if (status == 0) {
		*n = find_candidates(&m->train->by_item, rated, least, items);
		status = person_variances(m, w, rated, items, *n, variance, e);
	}
	for (int32_t i = 0; status == 0 && i < *n; i++)
		list[i] = (struct question){ items[i], variance[i] };
	if (status == 0) {
		qsort(list, (size_t)*n, sizeof *list, most_informative);
		*out = list;
	} else {
		free(list);
	}
	free(items);
	free(variance);
	return status;
}

int ask_list(const struct model *m, const struct weights *w, const struct overlay *o, int32_t user,
	     struct question **out, int32_t *n, int64_t *least, struct err *e)
{
	const char *refusal = person_model_refusal(m, w);
	struct rating_vector rated;
	if (refusal)
		return err_set(e, ERR_FAILED, NULL, "%s %s", m->ops->name, refusal);
	int status = overlay_user_vector(o, m->train, user, &rated, e);
	if (status < 0)
		return status;
	status = find_least(&m->train->by_item, least, e);
	if (status == 0)
		status = list_candidates(m, w, &rated, *least, out, n, e);
	rating_vector_done(&rated);
	return status;
}
