/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/similar.h"

#include <math.h>
#include <stdlib.h>

#include "autorec/kernel.h"
#include "autorec/mem.h"

int similar_vectors(const struct model *m, const struct weights *w, bool of_item, struct panel *out,
		    struct err *e)
{
	const int32_t n = (of_item ? &m->train->by_item : &m->train->by_user)->n_rows;
	const int factors = model_tensor(m, of_item ? "Q" : "P");
	*out = (struct panel){ 0 };
	if (w->hidden.rows > 0)
		*out = of_item == m->ops->by_item ? w->hidden : weights_panel(m, w, m->out_of);
	else if (factors >= 0 && m->tensors[factors].panel)
		*out = weights_panel(m, w, factors);
	if (out->rows == n)
		return 0;
	return err_set(e, ERR_FAILED, NULL,
		       "%s has no vector for each %s; i-autorec, u-autorec and biased-mf have",
		       m->ops->name, of_item ? "item" : "user");
}

/* Row `row` minus the mean.  x: [k] */
static void similar_read(const struct panel *p, int32_t row, const double *mean, double *x)
{
	for (int32_t j = 0; j < p->k; j++)
		x[j] = (double)panel_get(p, row, j) - mean[j];
}

static void add_up(const struct panel *p, double *mean)
{
	for (int32_t r = 0; r < p->rows; r++)
		for (int32_t j = 0; j < p->k; j++)
			mean[j] += (double)panel_get(p, r, j) / p->rows;
}

static double cosine(const struct panel *p, int32_t row, const double *mean, const double *x)
{
	double xy = 0, xx = 0, yy = 0;
	for (int32_t j = 0; j < p->k; j++) {
		const double y = (double)panel_get(p, row, j) - mean[j];
		xy += x[j] * y;
		xx += x[j] * x[j];
		yy += y * y;
	}
	return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : 0;
}

/* Both are in ascending order. */
static int32_t count_common(const struct rating_vector *a, const struct rating_vector *b)
{
	int64_t s = 0, t = 0;
	int32_t n = 0;
	while (s < a->n && t < b->n) {
		const int32_t i = a->col[s], j = b->col[t];
		n += i == j;
		s += i <= j;
		t += j <= i;
	}
	return n;
}

static int most_similar(const void *x, const void *y)
{
	const struct alike *a = x, *b = y;
	return a->similarity < b->similarity   ? 1
	       : a->similarity > b->similarity ? -1
					       : a->index - b->index;
}

/* list: [p->rows - 1]. mean: zero; x: room; both [k]. */
static int compare_all(const struct model *m, const struct overlay *o, const struct panel *p,
		       bool of_item, int32_t who, double *mean, double *x, struct alike *list,
		       struct err *e)
{
	struct rating_vector rated = { 0 };
	int status = (of_item ? overlay_item_vector : overlay_user_vector)(o, m->train, who, &rated,
									   e);
	if (status < 0)
		return status;
	add_up(p, mean);
	similar_read(p, who, mean, x);
#pragma omp parallel for schedule(static) reduction(min : status) num_threads(kernel_threads())
	for (int32_t r = 0; r < p->rows; r++) {
		struct rating_vector other = { 0 };
		if (r == who)
			continue;
		if ((of_item ? overlay_item_vector : overlay_user_vector)(o, m->train, r, &other,
									  NULL) < 0)
			status = ERR_NOMEM;
		list[r - (r > who)] = (struct alike){ r, cosine(p, r, mean, x),
						      count_common(&rated, &other) };
		rating_vector_done(&other);
	}
	rating_vector_done(&rated);
	return status < 0 ? err_set(e, ERR_NOMEM, NULL, "out of memory") : 0;
}

int similar_list(const struct model *m, const struct weights *w, const struct overlay *o,
		 bool of_item, int32_t who, struct alike **out, int32_t *n, struct err *e)
{
	struct panel p;
	int status = similar_vectors(m, w, of_item, &p, e);
	if (status < 0)
		return status;
	double *mean = mem_array((size_t)p.k, sizeof *mean, e),
	       *x = mem_array((size_t)p.k, sizeof *x, e);
	struct alike *list = mem_array((size_t)p.rows, sizeof *list, e);
	status = mean && x && list ? 0 : ERR_NOMEM;
	if (status == 0)
		status = compare_all(m, o, &p, of_item, who, mean, x, list, e);
	if (status == 0) {
		*n = p.rows - 1;
		qsort(list, (size_t)*n, sizeof *list, most_similar);
		*out = list;
	} else {
		free(list);
	}
	free(mean);
	free(x);
	return status;
}
