/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The map as a table, or as a figure with a color for each group of points. */
#include <stdlib.h>
#include <string.h>

#include "autorec/map.h"
#include "autorec/mem.h"
#include "autorec/report.h"
#include "export.h"

/* room: [2 x n_groups x n] */
static void draw_map(struct export *x, const struct map *map, double *room)
{
	const struct genres *genres = &x->s->doc.data->genres;
	struct figure_series series[MOST_MAP_GROUPS];
	char names[MOST_MAP_GROUPS][64], note[160], x_title[64], y_title[64];
	const char *what = map->color == MAP_BY_POPULARITY ? "ratings" : "mean rating";
	for (int i = 0; i < map->n_groups; i++) {
		double *px = room + 2 * (size_t)map->n * (size_t)i, *py = px + map->n;
		size_t n = 0;
		for (int32_t r = 0; r < map->n; r++)
			if (map->group[r] == i) {
				px[n] = map->x[r];
				py[n++] = map->y[r];
			}
		if (map->color == MAP_BY_GENRE)
			snprintf(names[i], sizeof names[i], "%s",
				 i < map->n_groups - 1 ? genres->names[map->genre[i]] : "others");
		else
			snprintf(names[i], sizeof names[i], "%s %.3g to %.3g", what, map->bounds[i],
				 map->bounds[i + 1]);
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
			    .n_series = map->n_groups };
	export_figure(x, &f);
	x->rows = map->n;
}

int export_map(struct export *x, struct err *e)
{
	const struct value *what = args_get(x->a, "id");
	const bool of_item = !what->given || strcmp(what->text, "users");
	struct map map;
	if (x->format != EXPORT_SVG)
		return export_ask(x, e, "map %s top=%ld", of_item ? "items" : "users",
				  (long)args_get(x->a, "top")->i);
	const struct weights *w = session_pin(x->s);
	const int status = map_measure(trainer_model(session_trainer(x->s)), w, of_item,
				       (enum map_color)x->a->focus->map_color,
				       &x->s->doc.data->genres, &map, e);
	session_unpin(x->s, w);
	if (status < 0)
		return status;
	double *room = mem_array(2 * (size_t)map.n_groups * (size_t)map.n, sizeof *room, e);
	if (room)
		draw_map(x, &map, room);
	free(room);
	map_done(&map);
	return room ? 0 : ERR_NOMEM;
}
