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
	free(map->value);
	free(map->group);
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

static int by_size(const void *x, const void *y)
{
	const double a = *(const double *)x, b = *(const double *)y;
	return (a > b) - (a < b);
}

/* Divides what is rated into thirds. */
static int divide(struct map *map, const struct model *m, const struct sparse *x, struct err *e)
{
	double *sorted = mem_array((size_t)map->n, sizeof *sorted, e);
	int32_t n = 0;
	if (!sorted)
		return ERR_NOMEM;
	for (int32_t r = 0; r < map->n; r++) {
		map->value[r] = (map->color == MAP_BY_POPULARITY ? size_of : mean_of)(m, x, r);
		if (sparse_row_size(x, r) > 0)
			sorted[n++] = map->value[r];
	}
	qsort(sorted, (size_t)n, sizeof *sorted, by_size);
	map->n_groups = MAP_THIRDS;
	for (int i = 0; i <= MAP_THIRDS; i++)
		map->bounds[i] = n ? sorted[(int64_t)(n - 1) * i / MAP_THIRDS] : 0;
	for (int32_t r = 0; r < map->n; r++) {
		map->group[r] = sparse_row_size(x, r) == 0        ? MAP_THIRDS
				: map->value[r] <= map->bounds[1] ? 0
				: map->value[r] <= map->bounds[2] ? 1
								  : 2;
	}
	free(sorted);
	return 0;
}

/* Finds the genres that most of the rated items have; of equal ones, the first. */
static void find_genres(struct map *map, const struct sparse *x, const struct genres *g)
{
	int64_t count[MOST_GENRES] = { 0 };
	for (int32_t r = 0; r < map->n; r++)
		for (int i = 0; i < g->n && sparse_row_size(x, r) > 0; i++)
			count[i] += g->of_item[r] >> i & 1;
	map->n_groups = 0;
	while (map->n_groups < MAP_GENRES) {
		int best = -1;
		for (int i = 0; i < g->n; i++)
			if (count[i] > 0 && (best < 0 || count[i] > count[best]))
				best = i;
		if (best < 0)
			break;
		map->genre[map->n_groups++] = best;
		count[best] = 0;
	}
	map->n_groups++;
}

/* Puts each rated item into the group of its genre. */
static void group_genres(struct map *map, const struct sparse *x, const struct genres *g)
{
	find_genres(map, x, g);
	for (int32_t r = 0; r < map->n; r++) {
		int group = map->n_groups - 1;
		for (int i = map->n_groups - 1; i-- > 0 && group == map->n_groups - 1;)
			if (g->of_item[r] >> map->genre[i] & 1)
				group = i;
		map->group[r] = (uint8_t)(sparse_row_size(x, r) == 0 ? map->n_groups : group);
	}
}

/* The two coordinates of each row of p. */
static int place(struct map *map, const struct panel *p, struct err *e)
{
	const size_t n = (size_t)p->rows, k = (size_t)p->k;
	double value[2], total = 0;
	double *x = mem_array(n * k, sizeof *x, e), *axes = mem_array(2 * k, sizeof *axes, e);
	int status = x && axes ? 0 : ERR_NOMEM;
	if (status == 0) {
		center(p, x);
		status = dense_components(x, p->rows, p->k, axes, value, &total, e);
	}
	if (status == 0) {
		project(x, p->rows, p->k, axes, map->x);
		project(x, p->rows, p->k, axes + k, map->y);
		for (int i = 0; i < 2; i++)
			map->explained[i] = total > 0 ? value[i] / total : 0;
	}
	free(x);
	free(axes);
	return status;
}

int map_measure(const struct model *m, const struct weights *w, bool of_item, enum map_color color,
		const struct genres *genres, struct map *out, struct err *e)
{
	const struct sparse *ratings = of_item ? &m->train->by_item : &m->train->by_user;
	struct panel p;
	struct map map = { .of_item = of_item,
			   .color = color == MAP_BY_GENRE && !of_item ? MAP_BY_MEAN : color,
			   .epoch = w->epoch };
	int status = similar_vectors(m, w, of_item, &p, e);
	if (status < 0)
		return status;
	const size_t n = (size_t)p.rows;
	map.n = p.rows;
	map.x = mem_array(n, sizeof *map.x, e);
	map.y = mem_array(n, sizeof *map.y, e);
	map.value = mem_array(n, sizeof *map.value, e);
	map.group = mem_array(n, sizeof *map.group, e);
	status = map.x && map.y && map.value && map.group ? place(&map, &p, e) : ERR_NOMEM;
	if (status == 0)
		status = divide(&map, m, ratings, e);
	if (status == 0 && map.color == MAP_BY_GENRE)
		group_genres(&map, ratings, genres);
	if (status < 0) {
		map_done(&map);
		return status;
	}
	turn(m, ratings, map.x, size_of);
	turn(m, ratings, map.y, mean_of);
	*out = map;
	return 0;
}
