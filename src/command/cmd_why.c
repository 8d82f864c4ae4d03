/* SPDX-License-Identifier: GPL-3.0-or-later
 * why A over B for U: two explanations side by side. */
#include <stdlib.h>

#include "autorec/command.h"
#include "autorec/contrast.h"
#include "autorec/report.h"

static json_t *contrasted_json(const struct session *s, const struct contrasted *x, bool of_term)
{
	json_t *row = json_object();
	if (!of_term) {
		session_put_item(s, row, x->index);
		json_object_set_new(row, "rating", report_real(x->rating));
	} else if (x->kind == TERM_NEIGHBOR) {
		json_object_set_new(row, "term", json_string(term_kind_name(x->kind)));
		session_put_item(s, row, x->index);
	} else {
		json_object_set_new(row, "term", json_string(term_kind_name(x->kind)));
		json_object_set_new(row, "index", json_integer(x->index));
	}
	json_object_set_new(row, "a", report_real(x->part[0]));
	json_object_set_new(row, "b", report_real(x->part[1]));
	json_object_set_new(row, "difference", report_real(x->part[0] - x->part[1]));
	return row;
}

static void put_contrast(const struct session *s, json_t *out, const char *key,
			 struct contrasted *list, int64_t n, int64_t top, bool of_term)
{
	json_t *rows = json_array();
	for (int64_t i = 0; i < n && (top == 0 || i < top); i++)
		json_array_append_new(rows, contrasted_json(s, &list[i], of_term));
	json_object_set_new(out, key, rows);
	free(list);
}

static void put_side(const struct session *s, json_t *out, const char *key,
		     const struct explanation *x)
{
	json_t *side = json_object();
	session_put_item(s, side, x->item);
	json_object_set_new(side, "predicted", report_real(x->predicted));
	json_object_set_new(side, "kind", json_string(row_kind_name(x->kind)));
	json_t *sides = json_object_get(out, key);
	json_array_append_new(sides, side);
}

/* x: of A and of B */
static int put_both(const struct session *s, const struct explanation x[2], int64_t top,
		    json_t *out, struct err *e)
{
	struct contrasted *list;
	int64_t n;
	int status = 0;
	json_object_set_new(out, "user", json_string(ids_name(s->doc.data->users, x[0].user)));
	json_object_set_new(out, "difference", report_real(x[0].predicted - x[1].predicted));
	session_put_weights(s, out, x[0].epoch);
	json_object_set_new(out, "items", json_array());
	put_side(s, out, "items", &x[0]);
	put_side(s, out, "items", &x[1]);
	if (x[0].sum.n_levels == 0) {
		status = contrast_terms(&x[0].sum, &x[1].sum, &list, &n, e);
		if (status == 0)
			put_contrast(s, out, "terms", list, n, top, true);
	}
	/* Users' ratings of A and of B are not the same inputs. */
	if (status == 0 && !x[0].inputs.of_users) {
		status = contrast_influences(&x[0].inputs, &x[1].inputs, &list, &n, e);
		if (status == 0)
			put_contrast(s, out, "inputs", list, n, top, false);
	}
	if (status == 0) {
		status = contrast_influences(&x[0].person, &x[1].person, &list, &n, e);
		if (status == 0)
			put_contrast(s, out, "person", list, n, top, false);
	}
	return status;
}

static bool why_go_on(void *ctx, double fraction)
{
	return session_go_on(ctx, "explaining", fraction);
}

static int run_why(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	static const char *const names[2] = { "a", "b" };
	const struct progress p = { why_go_on, s };
	struct explanation x[2] = { { 0 }, { 0 } };
	int32_t user, item[2] = { 0, 0 };
	int status = session_need_trainer(s, e);
	for (int i = 0; status == 0 && i < 2; i++)
		status = dataset_find_item(s->doc.data, args_get(a, names[i])->text, &item[i], e);
	if (status == 0)
		status = dataset_find_user(s->doc.data, args_get(a, "user")->text, &user, e);
	if (status < 0)
		return status;
	const struct model *m = trainer_model(session_trainer(s));
	const struct weights *w = session_pin(s);
	for (int i = 0; status == 0 && i < 2; i++)
		status = explain(m, w, &s->doc.overlay, s->doc.split, user, item[i], &p, &x[i], e);
	if (status == 0)
		status = put_both(s, x, args_get(a, "top")->i, out, e);
	session_unpin(s, w);
	explanation_done(&x[0]);
	explanation_done(&x[1]);
	return status;
}

const struct command cmd_why = {
	.name = "why",
	.summary = "show side by side why the model predicts more for one item than for another",
	.example = "why 345 over 270 for 1",
	.keys = "user difference epoch weights items:[{id,title,predicted,kind}] "
		"terms:[{term,index,a,b,difference}] inputs:[{id,title,rating,a,b,difference}] "
		"person:[{id,title,rating,a,b,difference}]",
	.params = { { "a", PARAM_ITEM, .help = "one item", .required = true },
		    { "over", PARAM_CHOICE, .choices = "over", .shown = "over",
		      .help = "the word over", .required = true },
		    { "b", PARAM_ITEM, .help = "the other item", .required = true },
		    { "for", PARAM_CHOICE, .choices = "for", .shown = "for", .help = "the word for",
		      .required = true },
		    { "user", PARAM_USER, .help = "the user's id", .required = true },
		    { "top", PARAM_INT, 0, 1e8, .fallback = "10",
		      .help = "rows of each part; 0: all" } },
	.replay = REPLAY_NOT,
	.run = run_why,
};
