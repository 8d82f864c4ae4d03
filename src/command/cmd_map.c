/* SPDX-License-Identifier: GPL-3.0-or-later
 * map: the items or users in two dimensions. */
#include "autorec/command.h"
#include "autorec/map.h"
#include "autorec/report.h"

/* The most rated come first, as everywhere. */
static json_t *points_json(const struct session *s, const struct map *map, int64_t most)
{
	const struct ratings *train = trainer_model(session_trainer(s))->train;
	const struct sparse *x = map->of_item ? &train->by_item : &train->by_user;
	json_t *rows = json_array();
	for (int32_t i = 0; i < map->n && (most == 0 || i < most); i++) {
		const struct rating_vector v = sparse_vector(x, i);
		json_t *row = json_object();
		double sum = 0;
		for (int64_t t = 0; t < v.n; t++)
			sum += (double)v.val[t];
		if (map->of_item)
			session_put_item(s, row, i);
		else
			session_put_user(s, row, i);
		json_object_set_new(row, "x", report_real(map->x[i]));
		json_object_set_new(row, "y", report_real(map->y[i]));
		json_object_set_new(row, "ratings", json_integer(v.n));
		json_object_set_new(row, "mean",
				    v.n ? report_real(sum / (double)v.n) : json_null());
		json_array_append_new(rows, row);
	}
	return rows;
}

static int run_map(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const bool of_item = args_get(a, "what")->i == 0;
	struct map map;
	int status = session_need_trainer(s, e);
	if (status < 0)
		return status;
	const struct weights *w = trainer_pin(session_trainer(s));
	status = map_measure(trainer_model(session_trainer(s)), w, of_item, &map, e);
	trainer_unpin(session_trainer(s), w);
	if (status < 0)
		return status;
	json_object_set_new(out, "of", json_string(of_item ? "items" : "users"));
	json_object_set_new(out, "epoch", json_integer(map.epoch));
	json_object_set_new(out, "explained_x", report_real(map.explained[0]));
	json_object_set_new(out, "explained_y", report_real(map.explained[1]));
	json_object_set_new(out, "rows", points_json(s, &map, args_get(a, "top")->i));
	map_done(&map);
	return 0;
}

const struct command cmd_map = {
	.name = "map",
	.summary =
		"show items or users in two dimensions: the principal components of their hidden "
		"vectors",
	.keys = "of epoch explained_x explained_y rows:[{id,title,x,y,ratings,mean}]",
	.params = { { "what", PARAM_CHOICE, .choices = "items users", .fallback = "items",
		      .help = "whose vectors" },
		    { "top", PARAM_INT, 0, 1e8, .fallback = "20",
		      .help = "rows to print, the most rated first; 0: all" } },
	.replay = REPLAY_NOT,
	.run = run_map,
};
