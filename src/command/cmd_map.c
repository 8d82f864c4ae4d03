/* SPDX-License-Identifier: GPL-3.0-or-later
 * map: the items or users in two dimensions. */
#include "autorec/command.h"
#include "autorec/map.h"
#include "autorec/report.h"
#include "item_choice.h"

/* The most rated come first, as everywhere. */
static json_t *points_json(const struct session *s, const struct map *map, int64_t most)
{
	const struct ratings *train = trainer_model(session_trainer(s))->train;
	const struct sparse *x = map->of_item ? &train->by_item : &train->by_user;
	json_t *rows = json_array();
	for (int32_t i = 0; i < map->n && (most == 0 || i < most); i++) {
		json_t *row = json_object();
		(map->of_item ? session_put_item : session_put_user)(s, row, i);
		json_object_set_new(row, "x", report_real(map->x[i]));
		json_object_set_new(row, "y", report_real(map->y[i]));
		json_object_set_new(row, "ratings", json_integer(sparse_row_size(x, i)));
		json_object_set_new(row, "mean",
				    map->group[i] < map->n_groups ? report_real(map->value[i])
								  : json_null());
		if (map->color == MAP_BY_GENRE && map->group[i] < map->n_groups - 1)
			json_object_set_new(
				row, "genre",
				json_string(s->doc.data->genres.names[map->genre[map->group[i]]]));
		else if (map->color == MAP_BY_GENRE)
			json_object_set_new(row, "genre", json_null());
		json_array_append_new(rows, row);
	}
	return rows;
}

static int need_genres(const struct session *s, bool of_item, struct err *e)
{
	if (!of_item)
		return err_set(e, ERR_FAILED, "color",
			       "users have no genres; type map items color=genre");
	if (s->doc.data->genres.n == 0)
		return err_set(e, ERR_FAILED, "color", NO_GENRES);
	return 0;
}

static int run_map(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const struct value *what = args_get(a, "what"), *color = args_get(a, "color");
	const bool of_item = what->given ? what->i == 0 : !a->focus->map_users;
	const bool by_genre = color->given && color->i == MAP_BY_GENRE;
	struct map map;
	int status = session_need_trainer(s, e);
	if (status == 0 && by_genre)
		status = need_genres(s, of_item, e);
	if (status < 0)
		return status;
	const struct weights *w = session_pin(s);
	status = map_measure(trainer_model(session_trainer(s)), w, of_item,
			     by_genre ? MAP_BY_GENRE : MAP_BY_MEAN, &s->doc.data->genres, &map, e);
	session_unpin(s, w);
	if (status < 0)
		return status;
	json_object_set_new(out, "of", json_string(of_item ? "items" : "users"));
	json_object_set_new(out, "epoch", json_integer(map.epoch));
	json_object_set_new(out, "explained_x", report_real(map.explained[0]));
	json_object_set_new(out, "explained_y", report_real(map.explained[1]));
	if (!a->host->interactive)
		json_object_set_new(out, "rows", points_json(s, &map, args_get(a, "top")->i));
	map_done(&map);
	a->focus->map_users = !of_item;
	if (color->given)
		a->focus->map_color = color->i;
	else if (!of_item && a->focus->map_color == MAP_BY_GENRE)
		a->focus->map_color = MAP_BY_MEAN;
	a->focus->view = VIEW_MAP;
	return 0;
}

const struct command cmd_map = {
	.name = "map",
	.summary =
		"show items or users in two dimensions: the principal components of their hidden "
		"vectors",
	.example = "map users",
	.keys = "of epoch explained_x explained_y rows:[{id,title,x,y,ratings,mean; color=genre: "
		"genre}]",
	.params = { { "what", PARAM_CHOICE, .choices = "items users",
		      .help = "whose vectors; items at first" },
		    { "color", PARAM_CHOICE, .choices = MAP_COLOR_NAMES,
		      .help = "what the colors on the screen mean" },
		    { "top", PARAM_INT, 0, 1e8, .fallback = "20",
		      .help = "rows to print, the most rated first; 0: all" } },
	.replay = REPLAY_VIEW,
	.run = run_map,
};
