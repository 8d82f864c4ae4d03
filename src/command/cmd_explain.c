/* SPDX-License-Identifier: GPL-3.0-or-later
 * explain: why the model predicts what it predicts. */
#include <math.h>

#include "autorec/clock.h"
#include "autorec/command.h"
#include "autorec/explain.h"
#include "autorec/nudge.h"
#include "autorec/report.h"
#include "autorec/unit_card.h"

struct telling {
	struct session *s;
	const struct explanation *x;
	const struct model *m;
	const struct weights *w;
	int64_t top; /* rows of each part; 0: all */
	double ms;   /* that the explanation took */
};

static void put_real(json_t *out, const char *key, double x)
{
	json_object_set_new(out, key, report_real(x));
}

static bool shown(const struct telling *t, int64_t i)
{
	return t->top == 0 || i < t->top;
}

/* The titles of the two items for which the unit is strongest. */
static void put_stands_for(const struct telling *t, json_t *row, int32_t unit)
{
	int32_t items[2];
	struct text titles = { 0 };
	const int n = unit_top_items(t->m, t->w, unit, 2, items);
	for (int i = 0; i < n; i++) {
		const char *title = dataset_title(t->s->doc.data, items[i]);
		text_addf(&titles, "%s%s", i ? "; " : "",
			  *title ? title : ids_name(t->s->doc.data->items, items[i]));
	}
	if (n)
		json_object_set_new(row, "stands_for", report_string(titles.bytes));
	text_done(&titles);
}

static json_t *term_json(const struct telling *t, const struct term *term)
{
	json_t *row = json_object();
	if (term->kind == TERM_UNIT) {
		json_object_set_new(row, "unit", json_integer(term->index));
	} else {
		json_object_set_new(row, "term", json_string(term_kind_name(term->kind)));
		if (term->kind == TERM_NEIGHBOR)
			session_put_item(t->s, row, term->index);
		else if (term->kind == TERM_FACTOR || term->kind == TERM_ANCHOR)
			json_object_set_new(row, "index", json_integer(term->index));
	}
	if (t->x->sum.n_levels)
		put_real(row, "value", t->x->sum.level[term->level].value);
	put_real(row, "weight", term->weight);
	put_real(row, "activation", term->activation);
	put_real(row, "product", term->product);
	if (term->kind == TERM_UNIT)
		put_stands_for(t, row, term->index);
	return row;
}

static void put_levels(const struct telling *t, json_t *out)
{
	const struct terms *sum = &t->x->sum;
	json_t *rows = json_array();
	for (int v = 0; v < sum->n_levels; v++)
		json_array_append_new(rows,
				      json_pack("{s:f,s:f,s:f}", "value", sum->level[v].value,
						"sum", sum->level[v].sum, "p", sum->level[v].p));
	json_object_set_new(out, "values", rows);
}

/* The bias, the strongest terms, and the sum of the others in one line. */
static void put_sum(const struct telling *t, json_t *out)
{
	const struct terms *sum = &t->x->sum;
	const char *key = sum->n && t->w->hidden.rows ? "units" : "terms";
	json_t *rows = json_array();
	double rest = 0;
	int64_t listed = 0, others = 0;
	for (int64_t i = 0; i < sum->n; i++) {
		if (sum->at[i].kind == TERM_BIAS && !sum->n_levels) {
			put_real(out, "bias", sum->at[i].product);
		} else if (shown(t, listed)) {
			json_array_append_new(rows, term_json(t, &sum->at[i]));
			listed++;
		} else {
			rest += sum->at[i].product;
			others++;
		}
	}
	if (sum->n_levels) {
		put_levels(t, out);
	} else {
		json_object_set_new(out, "others", json_integer(others));
		put_real(out, "rest", rest);
		put_real(out, "sum", sum->sum);
	}
	json_object_set_new(out, key, rows);
}

static void put_influences(const struct telling *t, json_t *out, const char *key,
			   const struct influences *list)
{
	json_t *rows = json_array();
	if (list->refusal) {
		struct text sentence = { 0 };
		struct text name = { 0 };
		text_addf(&sentence, "%s %s", t->m->ops->name, list->refusal);
		text_addf(&name, "no_%s", key);
		json_object_set_new(out, name.bytes, json_string(sentence.bytes));
		text_done(&sentence);
		text_done(&name);
	}
	for (int64_t i = 0; i < list->n && shown(t, i); i++) {
		json_t *row = json_object();
		if (list->of_users)
			session_put_user(t->s, row, list->at[i].index);
		else
			session_put_item(t->s, row, list->at[i].index);
		put_real(row, "rating", list->at[i].rating);
		put_real(row, "influence", list->at[i].influence);
		if (!isnan(list->at[i].linear))
			put_real(row, "linear", list->at[i].linear);
		session_put_edited(t->s, row, list->of_users ? list->at[i].index : t->x->user,
				   list->of_users ? t->x->item : list->at[i].index);
		json_array_append_new(rows, row);
	}
	json_object_set_new(out, key, rows);
}

static void put_explanation(const struct telling *t, json_t *out)
{
	const struct explanation *x = t->x;
	const struct dataset *d = t->s->doc.data;
	json_object_set_new(out, "user", json_string(ids_name(d->users, x->user)));
	json_object_set_new(out, "item", json_string(ids_name(d->items, x->item)));
	json_object_set_new(out, "title", json_string(dataset_title(d, x->item)));
	put_real(out, "predicted", x->predicted);
	put_real(out, "clipped", x->clipped);
	put_real(out, "observed", x->observed);
	json_object_set_new(out, "kind", json_string(row_kind_name(x->kind)));
	session_put_weights(t->s, out, x->epoch);
	json_object_set_new(out, "edited", json_boolean(x->edited));
	put_sum(t, out);
	if (!x->inputs.refusal) {
		put_real(out, "without_inputs", x->empty);
		put_real(out, "interaction", x->interaction);
	}
	put_influences(t, out, "inputs", &x->inputs);
	if (!x->person.refusal)
		put_real(out, "refitted", x->refitted);
	put_influences(t, out, "person", &x->person);
	put_real(out, "latency_ms", t->ms);
}

static bool explain_go_on(void *ctx, double fraction)
{
	return session_go_on(ctx, "explaining", fraction);
}

static void put_nudge(const struct session *s, const struct wish *wish, const struct nudge *x,
		      json_t *out)
{
	json_t *edits = json_array();
	json_object_set_new(out, "user", json_string(ids_name(s->doc.data->users, wish->user)));
	json_object_set_new(out, "item", json_string(ids_name(s->doc.data->items, wish->item)));
	json_object_set_new(out, "title", json_string(dataset_title(s->doc.data, wish->item)));
	json_object_set_new(out, "reached", json_boolean(x->reached));
	put_real(out, "before", x->before);
	put_real(out, "after", x->after);
	if (wish->into) {
		json_object_set_new(out, "rank_before", json_integer(x->rank_before));
		json_object_set_new(out, "rank_after", json_integer(x->rank_after));
	}
	session_put_weights(s, out, x->epoch);
	for (int i = 0; i < x->n; i++) {
		json_t *row = json_object();
		session_put_item(s, row, x->edit[i].item);
		put_real(row, "from", x->edit[i].from);
		put_real(row, "to", x->edit[i].to);
		put_real(row, "predicted", x->edit[i].predicted);
		json_array_append_new(edits, row);
	}
	json_object_set_new(out, "edits", edits);
}

/* explain U I by=STARS or into=N: edits that would move the prediction. */
static int run_nudge(struct session *s, const struct args *a, struct wish *wish,
		     const struct progress *p, json_t *out, struct err *e)
{
	struct nudge x;
	const struct value *by = args_get(a, "by"), *into = args_get(a, "into");
	float rating;
	if (by->given && into->given)
		return err_set(e, ERR_USAGE, "into", "give either by=STARS or into=N, not both");
	if (by->given && !(fabs(by->x) > 0))
		return err_set(e, ERR_USAGE, "by", "by how many stars? by=+1 or by=-0.5");
	if (into->given && overlay_get(&s->doc.overlay, wish->user, wish->item, &rating))
		return err_set(e, ERR_FAILED, "into",
			       "the user has rated this item, so it has no rank among the unseen "
			       "ones; use by=STARS");
	wish->by = by->given ? by->x : 0;
	wish->into = into->given ? (int32_t)into->i : 0;
	const struct weights *w = session_pin(s);
	const int status = nudge(trainer_model(session_trainer(s)), w, &s->doc.overlay,
				 s->doc.split, wish, p, &x, e);
	session_unpin(s, w);
	if (status == 0)
		put_nudge(s, wish, &x, out);
	return status;
}

static int run_explain(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	struct explanation x;
	const struct progress p = { explain_go_on, s };
	int32_t user, item;
	int status = session_need_trainer(s, e);
	if (status == 0)
		status = dataset_find_user(s->doc.data, args_get(a, "user")->text, &user, e);
	if (status == 0)
		status = dataset_find_item(s->doc.data, args_get(a, "item")->text, &item, e);
	if (status < 0)
		return status;
	if (args_get(a, "by")->given || args_get(a, "into")->given)
		return run_nudge(s, a, &(struct wish){ user, item, 0, 0 }, &p, out, e);
	const struct model *m = trainer_model(session_trainer(s));
	const struct weights *w = session_pin(s);
	const double began = clock_seconds();
	status = explain(m, w, &s->doc.overlay, s->doc.split, user, item, &p, &x, e);
	if (status == 0) {
		put_explanation(&(struct telling){ s, &x, m, w, args_get(a, "top")->i,
						   1e3 * (clock_seconds() - began) },
				out);
		explanation_done(&x);
	}
	session_unpin(s, w);
	return status;
}

const struct command cmd_explain = {
	.name = "explain",
	.summary = "show why: the sum over hidden units, each rating's influence, the user's side",
	.example = "explain 1 345",
	.keys = "user item title predicted clipped observed kind epoch weights edited bias others "
		"rest sum units:[{unit,weight,activation,product,stands_for}] without_inputs "
		"interaction inputs:[{id,title,rating,influence,linear}] refitted "
		"person:[{id,title,rating,influence}] latency_ms; with by or into: reached before "
		"after rank_before rank_after edits:[{id,title,from,to,predicted}]; while edits "
		"are in force, inputs and "
		"person have edited,was",
	.params = { { "user", PARAM_USER, .help = "the user's id", .required = true },
		    { "item", PARAM_ITEM, .help = "the item's id, or its title in quotes",
		      .required = true },
		    { "top", PARAM_INT, 0, 1e8, .fallback = "10",
		      .help = "rows of each part; 0: all" },
		    { "by", PARAM_REAL, -100, 100, .shown = "STARS",
		      .help = "instead, list edits of the user's ratings that move it so far" },
		    { "into", PARAM_INT, 1, 1e6, .shown = "N",
		      .help = "instead, list edits that bring it into the user's best N" } },
	.replay = REPLAY_NOT,
	.run = run_explain,
};
