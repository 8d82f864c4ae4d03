/* SPDX-License-Identifier: GPL-3.0-or-later
 * residuals: where the model is wrong. */
#include "autorec/command.h"
#include "autorec/report.h"
#include "autorec/residuals.h"

/* genre: its name, which takes the place of the bounds; or NULL */
static json_t *group_json(const struct residual_group *g, const char *genre)
{
	json_t *row = json_object();
	if (genre) {
		json_object_set_new(row, "genre", json_string(genre));
	} else {
		json_object_set_new(row, "from", report_real(g->from));
		json_object_set_new(row, "to", report_real(g->to));
	}
	json_object_set_new(row, "n", json_integer(g->n));
	json_object_set_new(row, "rmse", report_real(g->rmse));
	json_object_set_new(row, "observed", report_real(g->observed));
	json_object_set_new(row, "predicted", report_real(g->predicted));
	return row;
}

static json_t *residual_json(const struct session *s, const struct residual *x)
{
	const struct dataset *d = s->doc.data;
	json_t *row = json_object();
	json_object_set_new(row, "user", json_string(ids_name(d->users, x->user)));
	json_object_set_new(row, "item", json_string(ids_name(d->items, x->item)));
	json_object_set_new(row, "title", json_string(dataset_title(d, x->item)));
	json_object_set_new(row, "observed", report_real(x->observed));
	json_object_set_new(row, "predicted", report_real(x->predicted));
	json_object_set_new(row, "residual", report_real(x->predicted - x->observed));
	json_object_set_new(row, "cold", json_boolean(x->cold));
	return row;
}

static void put_residuals(const struct session *s, const struct residuals *r, json_t *out)
{
#define GROUPING_NAME(constant, key, word) key,
	static const char *const names[] = { RESIDUAL_GROUPINGS(GROUPING_NAME) };
	const struct genres *genres = &s->doc.data->genres;
	json_t *rows = json_array();
	json_object_set_new(out, "n", json_integer(r->all.n));
	json_object_set_new(out, "rmse", report_real(r->all.rmse));
	for (int64_t i = 0; i < r->n_worst; i++)
		json_array_append_new(rows, residual_json(s, &r->worst[i]));
	json_object_set_new(out, "rows", rows);
	for (int by = 0; by < N_RESIDUAL_GROUPINGS; by++) {
		if (by == RESIDUALS_BY_GENRE && r->n_groups[by] == 0)
			continue;
		json_t *groups = json_array();
		for (int i = 0; i < r->n_groups[by]; i++) {
			const struct residual_group *g = &r->group[by][i];
			if (g->n > 0)
				json_array_append_new(
					groups, group_json(g, by == RESIDUALS_BY_GENRE
								      ? genres->names[(int)g->from]
								      : NULL));
		}
		json_object_set_new(out, names[by], groups);
	}
}

static int run_residuals(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	struct residuals r;
	const struct ratings *set;
	const enum rating_set on = (enum rating_set)args_get(a, "on")->i;
	int status = session_rating_set(s, on, &set, e);
	if (status < 0)
		return status;
	session_put_set(out, on);
	const struct weights *w = session_pin(s);
	status = residuals_measure(trainer_model(session_trainer(s)), w, set, &s->doc.data->genres,
				   args_get(a, "n")->i, &r, e);
	if (status == 0) {
		json_object_set_new(out, "epoch", json_integer(w->epoch));
		if (a->host->interactive)
			json_object_set_new(out, "rmse", report_real(r.all.rmse));
		else
			put_residuals(s, &r, out);
		residuals_done(&r);
	}
	session_unpin(s, w);
	if (status == 0) {
		a->focus->residuals_on = on;
		if (args_get(a, "by")->given)
			a->focus->residuals_by = args_get(a, "by")->i;
		a->focus->view = VIEW_ERRORS;
	}
	return status;
}

const struct command cmd_residuals = {
	.name = "residuals",
	.summary = "show where the model is wrong: the worst predictions, and errors by group",
	.example = "residuals valid by=item",
	.keys = "on epoch n rmse rows:[{user,item,title,observed,predicted,residual,cold}] by_user "
		"by_item by_value calibration, each :[{from,to,n,rmse,observed,predicted}]; "
		"where genres are known: by_genre:[{genre,n,rmse,observed,predicted}]",
	.params = { { "on", PARAM_CHOICE, .choices = RATING_SET_NAMES, .fallback = "test",
		      .help = "ratings to score" },
		    { "n", PARAM_INT, 0, 1e6, .fallback = "10", .bare = true,
		      .help = "number of worst predictions" },
		    { "by", PARAM_CHOICE, .choices = RESIDUAL_GROUPING_WORDS,
		      .help = "the groups to show where there is room for one kind only" } },
	.replay = REPLAY_VIEW,
	.run = run_residuals,
};
