/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The map as a table, or as a figure with the mean rating as color. */
#include <stdlib.h>
#include <string.h>

#include "autorec/map.h"
#include "autorec/mem.h"
#include "autorec/report.h"
#include "export.h"

enum { THIRDS = 3 };

static int by_size(const void *x, const void *y)
{
	const double a = *(const double *)x, b = *(const double *)y;
	return (a > b) - (a < b);
}

/* The mean rating of each row, and the bounds that cut the rows into thirds. */
static int rate_rows(const struct sparse *x, double *mean, double bounds[THIRDS + 1], struct err *e)
{
	double *sorted = mem_array((size_t)x->n_rows, sizeof *sorted, e);
	int32_t n = 0;
	if (!sorted)
		return ERR_NOMEM;
	for (int32_t r = 0; r < x->n_rows; r++) {
		double sum = 0;
		for (int64_t t = x->start[r]; t < x->start[r + 1]; t++)
			sum += (double)x->val[t];
		if (sparse_row_size(x, r) > 0)
			sorted[n++] = mean[r] = sum / (double)sparse_row_size(x, r);
	}
	qsort(sorted, (size_t)n, sizeof *sorted, by_size);
	for (int i = 0; i <= THIRDS; i++)
		bounds[i] = n ? sorted[(int64_t)(n - 1) * i / THIRDS] : 0;
	free(sorted);
	return 0;
}

static void draw_map(struct export *x, const struct map *map, const struct sparse *ratings,
		     const double *mean, const double *bounds, double *room)
{
	struct figure_series series[THIRDS];
	char names[THIRDS][64], note[160], x_title[64], y_title[64];
	for (int i = 0; i < THIRDS; i++) {
		double *px = room + 2 * (size_t)map->n * (size_t)i, *py = px + map->n;
		size_t n = 0;
		for (int32_t r = 0; r < map->n; r++) {
			const bool here = sparse_row_size(ratings, r) > 0 &&
					  (i == 0 || mean[r] > bounds[i]) &&
					  (i + 1 == THIRDS || mean[r] <= bounds[i + 1]);
			if (here) {
				px[n] = map->x[r];
				py[n++] = map->y[r];
			}
		}
		snprintf(names[i], sizeof names[i], "mean rating %.2f to %.2f", bounds[i],
			 bounds[i + 1]);
		series[i] = (struct figure_series){
			.name = names[i], .x = px, .y = py, .n = n, .points = true, .bare = true
		};
	}
	snprintf(note, sizeof note, "hidden vectors of %s at epoch %ld, without those nobody rated",
		 map->of_item ? "items" : "users", (long)map->epoch);
	snprintf(x_title, sizeof x_title, "first principal component (%.0f %% of the variance)",
		 100 * map->explained[0]);
	snprintf(y_title, sizeof y_title, "second (%.0f %%)", 100 * map->explained[1]);
	struct figure f = { .note = note,
			    .x_title = x_title,
			    .y_title = y_title,
			    .series = series,
			    .n_series = THIRDS };
	export_figure(x, &f);
	x->rows = map->n;
}

int export_map(struct export *x, struct err *e)
{
	const struct value *what = args_get(x->a, "id");
	const bool of_item = !what->given || strcmp(what->text, "users");
	const struct model *m = trainer_model(session_trainer(x->s));
	const struct sparse *ratings = of_item ? &m->train->by_item : &m->train->by_user;
	double bounds[THIRDS + 1];
	struct map map;
	if (x->format != EXPORT_SVG)
		return export_ask(x, e, "map %s top=%ld", of_item ? "items" : "users",
				  (long)args_get(x->a, "top")->i);
	const struct weights *w = trainer_pin(session_trainer(x->s));
	int status = map_measure(m, w, of_item, &map, e);
	trainer_unpin(session_trainer(x->s), w);
	if (status < 0)
		return status;
	double *mean = mem_array((size_t)map.n, sizeof *mean, e),
	       *room = mem_array(2 * THIRDS * (size_t)map.n, sizeof *room, e);
	status = mean && room ? rate_rows(ratings, mean, bounds, e) : ERR_NOMEM;
	if (status == 0)
		draw_map(x, &map, ratings, mean, bounds, room);
	free(mean);
	free(room);
	map_done(&map);
	return status;
}
