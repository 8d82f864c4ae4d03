/* SPDX-License-Identifier: GPL-3.0-or-later
 * evaluate, predict. */
#include <stdlib.h>

#include "autorec/command.h"
#include "autorec/ranking.h"
#include "autorec/report.h"
#include "evaluate_foldin.h"
#include "pair_rows.h"
#include "sentences.h"

static bool rank_go_on(void *ctx, double fraction)
{
	return session_go_on(ctx, "ranking", fraction);
}

/* Candidates are the items that the user has not rated in training or validation. */
static int put_ranking(struct session *s, const struct weights *w, const struct ratings *set,
		       const struct value *relevant, json_t *out, struct err *e)
{
	const struct split *split = s->doc.split;
	const struct model *m = trainer_model(session_trainer(s));
	const struct progress p = { rank_go_on, s };
	struct ranking_task t = { .m = m, .w = w, .known = { m->train }, .cold = true };
	struct ranking r;
	if (set != split->valid)
		t.known[1] = split->valid;
	const double from = relevant->given ? relevant->x : m->low + 0.75 * (m->high - m->low);
	const int status = ranking_measure(&t, set, from, &p, &r, e);
	if (status < 0)
		return status;
	json_object_set_new(out, "ndcg_10", report_real(r.ndcg));
	json_object_set_new(out, "recall_10", report_real(r.recall));
	json_object_set_new(out, "precision_10", report_real(r.precision));
	json_object_set_new(out, "catalogue_share", report_real(r.catalogue_share));
	json_object_set_new(out, "relevant", report_real(from));
	json_object_set_new(out, "ranked_users", json_integer(r.users));
	json_object_set_new(out, "users_without", json_integer(r.without));
	return 0;
}

static int run_evaluate(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const enum rating_set on = (enum rating_set)args_get(a, "on")->i;
	const struct ratings *set;
	struct score score;
	int status = session_need_trainer(s, e);
	if (status == 0 && args_get(a, "foldin")->i)
		return evaluate_foldin(s, out, e);
	if (status == 0)
		status = session_rating_set(s, on, &set, e);
	if (status < 0)
		return status;
	const struct weights *w = session_pin(s);
	status = evaluate(trainer_model(session_trainer(s)), w, set, &score, e);
	session_put_set(out, on);
	json_object_set_new(out, "rmse", report_real(score.rmse));
	json_object_set_new(out, "mae", report_real(score.mae));
	json_object_set_new(out, "n", json_integer(score.n));
	json_object_set_new(out, "cold", json_integer(score.cold));
	json_object_set_new(out, "epoch", json_integer(w->epoch));
	if (status == 0 && on != SET_TRAIN && args_get(a, "ranking")->i)
		status = put_ranking(s, w, set, args_get(a, "relevant"), out, e);
	session_unpin(s, w);
	return status;
}

/* Reconstructs the user's ratings with the current weights. */
static int reconstruct_user(struct session *s, const struct args *a, struct reconstruction **out,
			    int32_t *user, struct err *e)
{
	int status = session_need_trainer(s, e);
	if (status == 0)
		status = dataset_find_user(s->doc.data, args_get(a, "user")->text, user, e);
	if (status < 0)
		return status;
	const struct weights *w = session_pin(s);
	status = reconstruct(trainer_model(session_trainer(s)), w, &s->doc.overlay, s->doc.split,
			     false, *user, out, e);
	session_unpin(s, w);
	return status;
}

static int run_predict(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	struct reconstruction *r;
	int32_t user, item;
	int status = session_need_trainer(s, e);
	if (status == 0 && !args_get(a, "item")->given)
		return predict_file(s, a, out, e);
	if (status == 0)
		status = dataset_find_item(s->doc.data, args_get(a, "item")->text, &item, e);
	if (status == 0)
		status = reconstruct_user(s, a, &r, &user, e);
	if (status < 0)
		return status;
	const struct reconstructed *row = &r->rows[item];
	json_object_set_new(out, "user", json_string(ids_name(s->doc.data->users, user)));
	json_object_set_new(out, "item", json_string(ids_name(s->doc.data->items, item)));
	json_object_set_new(out, "title", json_string(dataset_title(s->doc.data, item)));
	json_object_set_new(out, "predicted", report_real((double)row->raw));
	json_object_set_new(out, "clipped", report_real((double)row->predicted));
	json_object_set_new(out, "observed",
			    row->kind == ROW_UNSEEN ? json_null()
						    : report_real((double)row->observed));
	json_object_set_new(out, "kind", json_string(row_kind_name(row->kind)));
	reconstruction_free(r);
	return 0;
}

const struct command cmd_evaluate = {
	.name = "evaluate",
	.summary = "score the model; after training with patience, at the best validation epoch",
	.example = "evaluate on=test",
	.keys = "on rmse mae n cold epoch; on=test and on=valid: ndcg_10 recall_10 precision_10 "
		"catalogue_share relevant ranked_users users_without; foldin=on: on users n rmse "
		"mae cold trained_rmse difference epoch seconds",
	.params = { { "on", PARAM_CHOICE, .choices = RATING_SET_NAMES, .fallback = "test",
		      .help = "ratings to score" },
		    { "relevant", PARAM_REAL, -1e9, 1e9,
		      .help = "least rating that a top 10 should find; by default the lowest + 3/4 "
			      "of the range" },
		    { "ranking", PARAM_FLAG, .fallback = "on",
		      .help = "also rank all items for each user" },
		    { "foldin", PARAM_FLAG, .fallback = "off",
		      .help = "instead fold in the users set aside by split foldin=0.1, and "
			      "compare "
			      "with a second model that is trained with them" } },
	.run = run_evaluate,
	.say = say_evaluate,
};
const struct command cmd_predict = {
	.name = "predict",
	.summary = "predict one rating, or each pair of a file: predict pairs.csv out=scored.csv",
	.example = "predict 1 345",
	.keys = "user item title predicted clipped observed kind; of a file: file n cold unknown "
		"rows:[{user,item,predicted,cold,unknown}]",
	.params = { { "user", PARAM_USER, .help = "the user's id, or a file of pairs: user, item",
		      .required = true },
		    { "item", PARAM_ITEM, .help = "the item's id, or its title in quotes",
		      .bare = true },
		    { "out", PARAM_PATH, .help = "file of pairs: the .csv or .json file to write" },
		    { "columns", PARAM_TEXT,
		      .help = "file of pairs: its columns, such as item,-,user" } },
	.run = run_predict,
	.say = say_predict,
};
