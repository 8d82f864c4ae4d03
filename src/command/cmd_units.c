/* SPDX-License-Identifier: GPL-3.0-or-later
 * units: statistics of all hidden units.  unit: one of them in detail. */
#include <stdlib.h>

#include "autorec/ablation.h"
#include "autorec/command.h"
#include "autorec/mem.h"
#include "autorec/report.h"
#include "autorec/unit_card.h"

static bool effects_go_on(void *ctx, double fraction)
{
	return session_go_on(ctx, "measuring units", fraction);
}

/* Measures what each unit is worth, and keeps it. */
static int measure_effects(struct session *s, const struct args *a, const struct weights *w,
			   json_t *out, struct err *e)
{
	const enum rating_set on = (enum rating_set)args_get(a, "on")->i;
	const struct progress p = { effects_go_on, s };
	const struct ratings *set;
	double rmse, *effect;
	int status = session_rating_set(s, on, &set, e);
	if (status < 0 || !(effect = mem_array((size_t)w->hidden.k + 1, sizeof *effect, e)))
		return status < 0 ? status : ERR_NOMEM;
	status = ablation_effects(trainer_model(session_trainer(s)), w, set, &p, effect, &rmse, e);
	if (status < 0) {
		free(effect);
		return status;
	}
	free(s->effects.effect);
	s->effects = (struct unit_effects){ .run = document_run_number(&s->doc),
					    .epoch = w->epoch,
					    .on = on,
					    .k = w->hidden.k,
					    .effect = effect };
	session_put_set(out, on);
	json_object_set_new(out, "rmse", report_real(rmse));
	return 0;
}

static json_t *unit_json(const struct unit *u, int32_t index)
{
	return json_pack("{s:i, s:o, s:o, s:o, s:b, s:o, s:o}", "unit", index, "mean",
			 report_real((double)u->mean), "sd", report_real((double)u->sd),
			 "saturated", report_real((double)u->saturated), "dead", u->dead, "norm_in",
			 report_real((double)u->norm_in), "norm_out",
			 report_real((double)u->norm_out));
}

static int run_units(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const struct value *sort = args_get(a, "sort"), *reverse = args_get(a, "reverse");
	const int64_t by = sort->given ? sort->i : 0;
	const bool backwards = reverse->given && reverse->i;
	struct unit_table table;
	int status = session_need_trainer(s, e);
	if (status < 0)
		return status;
	const struct weights *w = session_pin(s);
	if (by == UNIT_BY_EFFECT)
		status = measure_effects(s, a, w, out, e);
	if (status == 0)
		status = unit_table_measure(trainer_model(session_trainer(s)), w,
					    session_effects(s, w), (enum unit_sort)by, backwards,
					    &table, e);
	session_unpin(s, w);
	if (status < 0)
		return status;
	json_object_set_new(out, "units", json_integer(table.k));
	json_object_set_new(out, "dead", json_integer(table.summary.dead));
	json_object_set_new(out, "saturated", report_real(table.summary.saturated));
	json_object_set_new(out, "mean", report_real(table.summary.mean));
	if (!a->host->interactive) {
		json_t *rows = json_array();
		json_object_set_new(out, "rows", rows);
		const int64_t top = args_get(a, "top")->i;
		for (int32_t i = 0; i < table.k && (top == 0 || i < top); i++) {
			const int32_t j = table.order[i];
			json_t *row = unit_json(&table.units[j], j);
			if (table.effect)
				json_object_set_new(row, "effect", report_real(table.effect[j]));
			json_array_append_new(rows, row);
		}
	}
	unit_table_done(&table);
	a->focus->unit_sort = by;
	a->focus->unit_reverse = backwards;
	a->focus->view = VIEW_UNITS;
	a->focus->unit = -1;
	return 0;
}

static json_t *strongest_json(const struct session *s, const struct strengths *of,
			      const struct strongest *list, bool users)
{
	static const char *const keys[] = { "activation", "weight", "effect" };
	json_t *rows = json_array();
	for (int i = 0; i < list->n; i++) {
		json_t *row = json_object();
		if (users)
			session_put_user(s, row, list->index[i]);
		else
			session_put_item(s, row, list->index[i]);
		json_object_set_new(row, keys[of->kind], report_real((double)list->value[i]));
		if (of->kind == STRENGTH_ACTIVATION)
			json_object_set_new(row, "distinct",
					    report_real((double)list->distinct[i]));
		json_array_append_new(rows, row);
	}
	return rows;
}

/* The genre that most of the items at one end have. */
static void put_genre(const struct session *s, const char *key, const char *key_of_count,
		      const struct strongest *list, json_t *out)
{
	const struct genres *g = &s->doc.data->genres;
	int count;
	const int genre = genres_commonest(g, list->index, list->n, &count);
	if (genre < 0)
		return;
	json_object_set_new(out, key, json_string(g->names[genre]));
	json_object_set_new(out, key_of_count, json_integer(count));
}

static void put_strongest(const struct session *s, const struct unit_card *c, json_t *out)
{
	put_genre(s, "top_genre", "top_genre_items", &c->items.top, out);
	put_genre(s, "bottom_genre", "bottom_genre_items", &c->items.bottom, out);
	json_object_set_new(out, "top_items", strongest_json(s, &c->items, &c->items.top, false));
	json_object_set_new(out, "bottom_items",
			    strongest_json(s, &c->items, &c->items.bottom, false));
	json_object_set_new(out, "top_users", strongest_json(s, &c->users, &c->users.top, true));
	json_object_set_new(out, "bottom_users",
			    strongest_json(s, &c->users, &c->users.bottom, true));
}

static int run_unit(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	struct unit_card card;
	const int64_t unit = args_get(a, "unit")->i;
	int status = session_need_trainer(s, e);
	if (status < 0)
		return status;
	const struct weights *w = session_pin(s);
	status = unit_card_measure(trainer_model(session_trainer(s)), w, (int32_t)unit, &card, e);
	session_unpin(s, w);
	if (status < 0)
		return status;
	json_t *numbers = unit_json(&card.unit, (int32_t)unit), *bins = json_array();
	json_object_update(out, numbers);
	json_decref(numbers);
	json_object_set_new(out, "mu", report_real(card.mu));
	for (int i = 0; i < UNIT_BINS; i++)
		json_array_append_new(bins, json_integer(card.histogram[i]));
	if (a->host->interactive) {
		json_decref(bins);
	} else {
		json_object_set_new(out, "low", report_real(card.low));
		json_object_set_new(out, "high", report_real(card.high));
		json_object_set_new(out, "histogram", bins);
		put_strongest(s, &card, out);
	}
	a->focus->unit = (int32_t)unit;
	a->focus->view = VIEW_UNITS;
	return 0;
}

const struct command cmd_units = {
	.name = "units",
	.summary = "show statistics of the hidden units",
	.example = "units sort=sd",
	.keys = "units dead saturated mean rows:[{unit,mean,sd,saturated,dead,norm_in,norm_out}]; "
		"sort=effect: on rmse rows:[{...,effect}]",
	.params = {
		{ "sort", PARAM_CHOICE, .choices = UNIT_SORTS,
		  .help = "column to sort by, largest first; effect: by how much the RMSE rises "
			  "without the unit" },
		{ "top", PARAM_INT, 0, 1e6, .fallback = "20", .help = "rows to print; 0: all" },
		{ "reverse", PARAM_FLAG, .help = "reverse the order" },
		{ "on", PARAM_CHOICE, .choices = RATING_SET_NAMES, .fallback = "valid",
		  .help = "sort=effect: ratings to score" },
	},
	.run = run_units,
};
const struct command cmd_unit = {
	.name = "unit",
	.summary = "show one hidden unit: its statistics, histogram, strongest items and users",
	.example = "unit 3",
	.keys = "unit mean sd saturated dead norm_in norm_out mu low high histogram top_items and "
		"bottom_items:[{id,title,activation,distinct}] top_users and "
		"bottom_users:[{id,weight or effect}]; where genres are known: top_genre "
		"top_genre_items bottom_genre bottom_genre_items",
	.params = { { "unit", PARAM_UNIT, 0, 1e6, .help = "the unit's number, from 0", .shown = "J",
		      .required = true } },
	.run = run_unit,
};
