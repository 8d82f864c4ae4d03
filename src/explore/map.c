/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/map.h"

#include <math.h>
#include <stdlib.h>

#include "autorec/dense.h"
#include "autorec/kernel.h"
#include "autorec/mem.h"
#include "autorec/similar.h"

void map_done(struct map *map)
{
	free(map->x);
	free(map->y);
	*map = (struct map){ 0 };
}

/* x [rows x k] = the rows of p minus their mean */
static void center(const struct panel *p, double *x)
{
	const size_t k = (size_t)p->k;
#pragma omp parallel for schedule(static) num_threads(kernel_threads())
	for (int32_t j = 0; j < p->k; j++) {
		double mean = 0;
		for (int32_t r = 0; r < p->rows; r++)
			mean += (double)panel_get(p, r, j);
		mean /= p->rows;
		for (int32_t r = 0; r < p->rows; r++)
			x[(size_t)r * k + (size_t)j] = (double)panel_get(p, r, j) - mean;
	}
}

static void project(const double *x, int32_t n, int32_t k, const double *axis, double *out)
{
#pragma omp parallel for schedule(static) num_threads(kernel_threads())
	for (int32_t r = 0; r < n; r++) {
		out[r] = 0;
		for (int32_t j = 0; j < k; j++)
			out[r] += x[(size_t)r * (size_t)k + (size_t)j] * axis[j];
	}
}

static double size_of(const struct model *m, const struct sparse *x, int32_t row)
{
	(void)m;
	return (double)sparse_row_size(x, row);
}

static double mean_of(const struct model *m, const struct sparse *x, int32_t row)
{
	double sum = 0;
	for (int64_t t = x->start[row]; t < x->start[row + 1]; t++)
		sum += (double)x->val[t];
	return sparse_row_size(x, row) ? sum / (double)sparse_row_size(x, row) : m->mean;
}

/* Turns an axis around if it runs against `of`.  The coordinates have mean 0. */
static void turn(const struct model *m, const struct sparse *x, double *coordinate,
		 double (*of)(const struct model *m, const struct sparse *x, int32_t row))
{
	double along = 0;
	for (int32_t r = 0; r < x->n_rows; r++)
		along += coordinate[r] * of(m, x, r);
	for (int32_t r = 0; along < 0 && r < x->n_rows; r++)
		coordinate[r] = -coordinate[r];
}

int map_measure(const struct model *m, const struct weights *w, bool of_item, struct map *out,
		struct err *e)
{
	const struct sparse *ratings = of_item ? &m->train->by_item : &m->train->by_user;
	struct panel p;
	struct map map = { .of_item = of_item, .epoch = w->epoch };
	double value[2], total = 0;
	int status = similar_vectors(m, w, of_item, &p, e);
	if (status < 0)
		return status;
	map.n = p.rows;
	map.x = mem_array((size_t)p.rows, sizeof *map.x, e);
	map.y = mem_array((size_t)p.rows, sizeof *map.y, e);
	double *x = mem_array((size_t)p.rows * (size_t)p.k, sizeof *x, e),
	       *axes = mem_array(2 * (size_t)p.k, sizeof *axes, e);
	status = map.x && map.y && x && axes ? 0 : ERR_NOMEM;
	if (status == 0) {
		center(&p, x);
		status = dense_components(x, p.rows, p.k, axes, value, &total, e);
	}
	if (status == 0) {
		project(x, p.rows, p.k, axes, map.x);
		project(x, p.rows, p.k, axes + p.k, map.y);
		turn(m, ratings, map.x, size_of);
		turn(m, ratings, map.y, mean_of);
		for (int i = 0; i < 2; i++)
			map.explained[i] = total > 0 ? value[i] / total : 0;
		*out = map;
	} else {
		map_done(&map);
	}
	free(x);
	free(axes);
	return status;
}
