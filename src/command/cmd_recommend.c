/* SPDX-License-Identifier: GPL-3.0-or-later
 * recommend: the best unseen items, each with its strongest reason. */
#include <stdlib.h>

#include "autorec/command.h"
#include "autorec/explain.h"
#include "autorec/mem.h"
#include "autorec/ranking.h"
#include "autorec/report.h"
#include "item_choice.h"

struct recommended {
	const struct reconstruction *r;
	const struct sparse *ratings; /* of the items */
	int32_t *items;               /* [n], best first */
	struct reason *reasons;       /* [n] */
	int32_t n, left_out;
};

/* Keeps the first `most` of the ranked places whose items have enough ratings, or are new. */
static void choose(struct recommended *x, const int32_t *places, int32_t n, int64_t least,
		   int64_t most)
{
	for (int32_t i = 0; i < n && x->n < most && x->r->rows[places[i]].rank; i++)
		if (sparse_row_size(x->ratings, places[i]) >= least ||
		    sparse_row_size(x->ratings, places[i]) == 0)
			x->items[x->n++] = places[i];
		else
			x->left_out++;
}

static json_t *recommended_json(const struct session *s, const struct recommended *x, int32_t i)
{
	const int32_t item = x->items[i];
	json_t *row = json_pack("{s:i}", "rank", i + 1);
	session_put_item(s, row, item);
	json_object_set_new(row, "predicted", report_real((double)x->r->rows[item].raw));
	json_object_set_new(row, "ratings", json_integer(sparse_row_size(x->ratings, item)));
	if (x->reasons[i].item >= 0) {
		const struct dataset *d = s->doc.data;
		const char *title = dataset_title(d, x->reasons[i].item);
		json_object_set_new(row, "because",
				    json_string(*title ? title
						       : ids_name(d->items, x->reasons[i].item)));
		json_object_set_new(row, "influence", report_real(x->reasons[i].influence));
	}
	return row;
}

static bool recommend_go_on(void *ctx, double fraction)
{
	return session_go_on(ctx, "explaining", fraction);
}

static int recommend(struct session *s, const struct args *a, const struct weights *w,
		     const struct reconstruction *r, const struct item_filter *filter,
		     int64_t least, json_t *out, struct err *e)
{
	/* items with few ratings are counted, so the list has them */
	const struct listing best = { .sort = SORT_RANK,
				      .filter = ROW_UNSEEN + 1,
				      .items = { .genre = filter->genre,
						 .first_year = filter->first_year,
						 .last_year = filter->last_year } };
	const struct model *m = trainer_model(session_trainer(s));
	struct recommended x = { .r = r, .ratings = &m->train->by_item };
	const struct progress p = { recommend_go_on, s };
	int32_t *places, n;
	int status = reconstruction_list(r, s->doc.data, m->train, &best, &places, &n, e);
	if (status < 0)
		return status;
	x.items = mem_array((size_t)n, sizeof *x.items, e);
	x.reasons = mem_array((size_t)n, sizeof *x.reasons, e);
	status = x.items && x.reasons ? 0 : ERR_NOMEM;
	if (status == 0) {
		choose(&x, places, n, least, args_get(a, "n")->i);
		status = explain_reasons(m, w, &s->doc.overlay, r->who, x.items, x.n, &p, x.reasons,
					 e);
	}
	if (status == 0) {
		json_t *rows = json_array();
		json_object_set_new(out, "user", json_string(ids_name(s->doc.data->users, r->who)));
		session_put_weights(s, out, w->epoch);
		json_object_set_new(out, "min", json_integer(least));
		json_object_set_new(out, "left_out", json_integer(x.left_out));
		for (int32_t i = 0; i < x.n; i++)
			json_array_append_new(rows, recommended_json(s, &x, i));
		json_object_set_new(out, "rows", rows);
	}
	free(x.items);
	free(x.reasons);
	free(places);
	return status;
}

static int run_recommend(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	struct reconstruction *r;
	struct item_filter filter;
	int32_t user;
	int64_t least = args_get(a, "min")->i;
	int status = session_need_trainer(s, e);
	if (status == 0)
		status = dataset_find_user(s->doc.data, args_get(a, "user")->text, &user, e);
	if (status == 0)
		status = item_choice_read(s, a, &filter, out, e);
	if (status < 0)
		return status;
	const struct model *m = trainer_model(session_trainer(s));
	const struct weights *w = session_pin(s);
	if (!args_get(a, "min")->given)
		status = ranking_usual_least(&m->train->by_item, &least, e);
	if (status == 0)
		status = reconstruct(m, w, &s->doc.overlay, s->doc.split, false, user, &r, e);
	if (status == 0) {
		status = recommend(s, a, w, r, &filter, least, out, e);
		reconstruction_free(r);
	}
	session_unpin(s, w);
	return status;
}

const struct command cmd_recommend = {
	.name = "recommend",
	.summary = "list the unrated items that the model predicts highest for a user, and why",
	.example = "recommend 1 5",
	.keys = "user epoch weights min left_out "
		"rows:[{rank,id,title,predicted,ratings,because,influence}]; " ITEM_CHOICE_KEYS,
	.params = { { "user", PARAM_USER, .help = "the user's id", .required = true },
		    { "n", PARAM_INT, 1, 100000, .fallback = "10", .help = "number of items",
		      .bare = true },
		    { "min", PARAM_INT, 0, 1e9, .shown = "RATINGS",
		      .help = "leave out items with fewer ratings; by default 20, or the median "
			      "if that is less" },
		    ITEM_CHOICE_PARAMS },
	.run = run_recommend,
};
