/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Explanations against brute force: encode again and refit again without each rating. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/contrast.h"
#include "autorec/explain.h"
#include "autorec/nudge.h"
#include "autorec/similar.h"
#include "check.h"
#include "sample.h"

/* In double, and in float. */
#ifdef AUTOREC_DOUBLE
#define CLOSE 1e-6
#else
#define CLOSE 1e-4
#endif

enum { USERS = 40, ITEMS = 30, EPOCHS = 60, MOST = USERS };

struct scene {
	struct ratings *train, *none;
	struct split split;
	struct model *m;
	struct weights *w;
	struct overlay o;
};

static void scene_init(struct scene *s, const char *name, const char *more)
{
	struct text options = { 0 };
	*s = (struct scene){ .train = sample_ratings(USERS, ITEMS, 0.4, 9) };
	must(ratings_new(USERS, ITEMS, NULL, 0, &s->none, NULL, NULL), NULL);
	s->split = (struct split){ .train = s->train, .valid = s->none, .test = s->none };
	text_addf(&options,
		  "clip=off k=8 layers=8,8 pretrain=10 anchors=3 neighbours=5 lambda=%s %s",
		  strcmp(name, "biased-mf") ? "1" : "0.03", more);
	s->m = sample_model(name, options.bytes, s->train);
	s->w = sample_weights(s->m, EPOCHS);
	overlay_init(&s->o, s->train);
	text_done(&options);
}

static void scene_done(struct scene *s)
{
	overlay_done(&s->o);
	weights_free(s->w);
	model_free(s->m);
	ratings_free(s->train);
	ratings_free(s->none);
}

static void close_to(const struct scene *s, const char *what, double ours, double expected)
{
	if (!(fabs(ours - expected) < CLOSE))
		fail_msg("%s, %s: %.12g, expected %.12g", s->m->ops->name, what, ours, expected);
}

static struct explanation explained(struct scene *s, int32_t user, int32_t item)
{
	struct explanation x;
	struct err e = { 0 };
	must(explain(s->m, s->w, &s->o, &s->split, user, item, NULL, &x, &e), &e);
	return x;
}

/* What the model itself predicts for the pair. */
static double predicted(struct scene *s, int32_t user, int32_t item)
{
	real out[MOST];
	struct err e = { 0 };
	must(model_predict_user(s->m, s->w, &s->o, user, out, &e), &e);
	return (double)out[item];
}

static double refitted(struct scene *s, int32_t user, int32_t item)
{
	real out[MOST];
	sample_refit(s->m, s->w, &s->o, user, out);
	return (double)out[item];
}

static void adds_up(struct scene *s, const struct explanation *x)
{
	double total[MAX_LEVELS] = { 0 };
	for (int64_t i = 0; i < x->sum.n; i++) {
		const struct term *t = &x->sum.at[i];
		assert_true(t->product == t->weight * t->activation);
		assert_true(i == 0 || fabs(t->product) <= fabs(x->sum.at[i - 1].product));
		total[t->level] += t->product;
	}
	for (int v = 0; v < x->sum.n_levels; v++)
		assert_true(fabs(total[v] - x->sum.level[v].sum) < 1e-6);
	if (x->sum.n_levels == 0)
		assert_true(fabs(total[0] - x->sum.sum) < 1e-6);
	close_to(s, "prediction", x->predicted, predicted(s, x->user, x->item));
}

/* Each rating is taken away, and everything encoded again. */
static void inputs_are_exact(struct scene *s, const struct explanation *x)
{
	double total = 0;
	for (int64_t t = 0; t < x->inputs.n; t++) {
		const struct influence *in = &x->inputs.at[t];
		const int32_t user = x->inputs.of_users ? in->index : x->user,
			      item = x->inputs.of_users ? x->item : in->index;
		struct err e = { 0 };
		must(overlay_unrate(&s->o, user, item, NULL, &e), &e);
		close_to(s, "influence", in->influence,
			 x->predicted - predicted(s, x->user, x->item));
		must(overlay_undo(&s->o, NULL, &e), &e);
		total += in->influence;
	}
	if (!x->inputs.refusal)
		close_to(s, "interaction", x->interaction, x->predicted - x->empty - total);
}

/* A hundredth of a star of each rating moves the prediction by a hundredth of its linear part per
 * star. */
static void linear_is_the_slope(struct scene *s, const struct explanation *x)
{
#ifdef AUTOREC_DOUBLE
	const double small = 1e-4;
	for (int64_t t = 0; t < x->inputs.n && strncmp(s->m->ops->name + 2, "autorec", 7) == 0;
	     t++) {
		const struct influence *in = &x->inputs.at[t];
		const int32_t user = x->inputs.of_users ? in->index : x->user,
			      item = x->inputs.of_users ? x->item : in->index;
		double at[2];
		for (int i = 0; i < 2; i++) {
			must(overlay_rate(&s->o, user, item,
					  (float)(in->rating + (i ? small : -small)), NULL, NULL),
			     NULL);
			float given;
			overlay_get(&s->o, user, item, &given);
			at[i] = (predicted(s, x->user, x->item) - x->predicted) /
				((double)given - in->rating);
			must(overlay_undo(&s->o, NULL, NULL), NULL);
		}
		if (!(fabs((at[0] + at[1]) / 2 * in->rating - in->linear) < 1e-5))
			fail_msg("linear: %.9g, expected %.9g", in->linear,
				 (at[0] + at[1]) / 2 * in->rating);
	}
#endif
}

/* Puts the units of the target into the weights as they are with the edits in force. */
static void encode_target(struct scene *s, const struct explanation *x)
{
	struct explanation now = explained(s, x->user, x->item);
	real units[STRIP] = { 0 };
	for (int64_t i = 0; i < now.sum.n; i++)
		if (now.sum.at[i].kind == TERM_UNIT)
			units[now.sum.at[i].index] = (real)now.sum.at[i].activation;
	panel_write_row(&s->w->hidden, x->item, units);
	explanation_done(&now);
}

/* Each rating is taken away, and the user's row refitted.  Without the target's own rating the
 * target is encoded again. */
static void person_is_exact(struct scene *s, const struct explanation *x)
{
	if (x->person.refusal)
		return;
	close_to(s, "refitted", x->refitted, refitted(s, x->user, x->item));
	for (int64_t t = 0; t < x->person.n; t++) {
		const struct influence *in = &x->person.at[t];
		const bool alone = in->index == x->item && s->m->ops->by_item;
		struct err e = { 0 };
		real before[STRIP];
		must(overlay_unrate(&s->o, x->user, in->index, NULL, &e), &e);
		if (alone) {
			panel_read_row(&s->w->hidden, x->item, before);
			encode_target(s, x);
		}
		close_to(s, "person", in->influence, x->refitted - refitted(s, x->user, x->item));
		if (alone)
			panel_write_row(&s->w->hidden, x->item, before);
		must(overlay_undo(&s->o, NULL, &e), &e);
	}
}

static void check_pair(struct scene *s, int32_t user, int32_t item)
{
	struct explanation x = explained(s, user, item);
	float rating;
	adds_up(s, &x);
	inputs_are_exact(s, &x);
	linear_is_the_slope(s, &x);
	person_is_exact(s, &x);
	assert_int_equal(overlay_get(&s->o, user, item, &rating) ? ROW_INPUT : ROW_UNSEEN, x.kind);
	explanation_done(&x);
}

static void check_model(const char *name, const char *more)
{
	struct scene s;
	scene_init(&s, name, more);
	for (int32_t user = 0; user < 6; user++)
		check_pair(&s, user, user * 4 % ITEMS);
	/* Edits are part of what is explained. */
	must(overlay_rate(&s.o, 2, 8, 5, NULL, NULL), NULL);
	must(overlay_rate(&s.o, 2, 9, 1, NULL, NULL), NULL);
	check_pair(&s, 2, 8);
	check_pair(&s, 2, 10);
	scene_done(&s);
}

static void all_models(void **state)
{
	for (int i = 0; model_ops_at(i); i++)
		check_model(model_ops_at(i)->name, "");
}

static void other_functions(void **state)
{
	check_model("i-autorec", "hidden=tanh");
	check_model("u-autorec", "hidden=tanh output=sigmoid scale=1,5");
	check_model("i-autorec", "output=sigmoid scale=1,5");
}

/* ---- edits that move a prediction --------------------------------------- */

static double moved_to(struct scene *s, int32_t user, int32_t item)
{
	return s->m->ops->refit ? refitted(s, user, item) : predicted(s, user, item);
}

/* Makes the edits one by one: each is of the user's own rating, once, and the model predicts what
 * was said. */
static void check_nudge(struct scene *s, const struct wish *wish)
{
	struct nudge x;
	struct err e = { 0 };
	must(nudge(s->m, s->w, &s->o, &s->split, wish, NULL, &x, &e), &e);
	assert_true(s->o.applied == 0);
	close_to(s, "before", x.before, moved_to(s, wish->user, wish->item));
	assert_in_range(x.n, 0, MOST_NUDGES);
	for (int i = 0; i < x.n; i++) {
		float rating;
		assert_true(overlay_get(&s->o, wish->user, x.edit[i].item, &rating));
		assert_true((double)rating == x.edit[i].from && x.edit[i].from != x.edit[i].to);
		assert_int_not_equal(wish->item, x.edit[i].item);
		must(overlay_rate(&s->o, wish->user, x.edit[i].item, (float)x.edit[i].to, NULL, &e),
		     &e);
		close_to(s, "after an edit", x.edit[i].predicted,
			 moved_to(s, wish->user, wish->item));
		if (!wish->into)
			assert_true(
				(x.edit[i].predicted - (i ? x.edit[i - 1].predicted : x.before)) *
					wish->by >
				0);
	}
	if (wish->by != 0)
		assert_int_equal((x.after - x.before) / wish->by >= 1, x.reached);
	else
		assert_int_equal(x.rank_after <= wish->into, x.reached);
	assert_true(x.reached || x.n > 0 || !strcmp(s->m->ops->name, "u-rbm"));
	overlay_revert(&s->o);
}

static void edits_move_a_prediction(void **state)
{
	static const char *const models[] = { "i-autorec", "u-autorec", "deep-autorec",
					      "u-rbm",     "biased-mf", "item-knn" };
	for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
		struct scene s;
		scene_init(&s, models[i], "");
		int32_t item = 0;
		float rating;
		while (overlay_get(&s.o, 3, item, &rating))
			item++;
		check_nudge(&s, &(struct wish){ 3, item, .by = 0.01 });
		check_nudge(&s, &(struct wish){ 3, item, .by = -0.2 });
		check_nudge(&s, &(struct wish){ 3, item, .by = 3 });
		check_nudge(&s, &(struct wish){ 3, item, .into = 2 });
		scene_done(&s);
	}
}

static void other_models_say_that_edits_move_nothing(void **state)
{
	struct scene s;
	struct nudge x;
	struct err e = { 0 };
	scene_init(&s, "baseline", "");
	assert_int_equal(ERR_FAILED, nudge(s.m, s.w, &s.o, &s.split,
					   &(struct wish){ 3, 0, .by = 1 }, NULL, &x, &e));
	assert_non_null(strstr(e.message, "baseline does not move"));
	scene_done(&s);
}

/* ---- reasons ------------------------------------------------------------ */

/* The reason is the rating of the user's own with the greatest influence above 0. */
static void reasons_are_the_strongest(void **state)
{
	static const char *const models[] = { "i-autorec", "u-autorec", "biased-mf", "item-knn",
					      "u-rbm" };
	for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
		struct scene s;
		int32_t items[ITEMS], n = 0;
		struct reason reasons[ITEMS];
		struct err e = { 0 };
		float rating;
		scene_init(&s, models[i], "");
		for (int32_t j = 0; j < ITEMS; j++)
			if (!overlay_get(&s.o, 5, j, &rating))
				items[n++] = j;
		must(explain_reasons(s.m, s.w, &s.o, 5, items, n, NULL, reasons, &e), &e);
		for (int32_t j = 0; j < n; j++) {
			struct explanation x = explained(&s, 5, items[j]);
			const struct influences *list = x.person.refusal ? &x.inputs : &x.person;
			int64_t t = 0;
			while (t < list->n && !(list->at[t].influence > 0))
				t++;
			assert_int_equal(t < list->n ? list->at[t].index : -1, reasons[j].item);
			if (t < list->n)
				close_to(&s, "reason", reasons[j].influence, list->at[t].influence);
			explanation_done(&x);
		}
		scene_done(&s);
	}
}

static void other_models_give_no_reasons(void **state)
{
	struct scene s;
	struct reason reason;
	const int32_t item = 2;
	scene_init(&s, "baseline", "");
	must(explain_reasons(s.m, s.w, &s.o, 5, &item, 1, NULL, &reason, NULL), NULL);
	assert_int_equal(-1, reason.item);
	scene_done(&s);
}

/* ---- side by side ------------------------------------------------------- */

static double part_of(const struct terms *t, const struct contrasted *row)
{
	for (int64_t i = 0; i < t->n; i++)
		if (t->at[i].kind == row->kind && t->at[i].index == row->index)
			return t->at[i].product;
	return 0;
}

static void contrasts_add_up_to_the_difference(void **state)
{
	static const char *const models[] = { "i-autorec", "item-knn", "llorma" };
	for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
		struct scene s;
		struct contrasted *rows;
		int64_t n;
		double total = 0;
		scene_init(&s, models[i], "");
		struct explanation a = explained(&s, 5, 3), b = explained(&s, 5, 7);
		must(contrast_terms(&a.sum, &b.sum, &rows, &n, NULL), NULL);
		for (int64_t t = 0; t < n; t++) {
			const double *part = rows[t].part;
			total += part[0] - part[1];
			assert_true(part[0] == part_of(&a.sum, &rows[t]));
			assert_true(part[1] == part_of(&b.sum, &rows[t]));
			assert_true(t == 0 || fabs(part[0] - part[1]) <= fabs(rows[t - 1].part[0] -
									      rows[t - 1].part[1]));
		}
		assert_true(fabs(total - (a.predicted - b.predicted)) < 1e-9);
		free(rows);
		explanation_done(&a);
		explanation_done(&b);
		scene_done(&s);
	}
}

/* ---- neighbors ---------------------------------------------------------- */

/* By the definition, one pair at a time. */
static double cosine_of(const struct panel *p, int32_t a, int32_t b)
{
	double xy = 0, xx = 0, yy = 0;
	for (int32_t j = 0; j < p->k; j++) {
		double mean = 0;
		for (int32_t r = 0; r < p->rows; r++)
			mean += (double)panel_get(p, r, j) / p->rows;
		const double x = (double)panel_get(p, a, j) - mean,
			     y = (double)panel_get(p, b, j) - mean;
		xy += x * y;
		xx += x * x;
		yy += y * y;
	}
	return xy / sqrt(xx * yy);
}

static void check_similar(const char *model, bool of_item, const char *tensor)
{
	struct scene s;
	struct alike *list;
	int32_t n;
	struct err e = { 0 };
	scene_init(&s, model, "");
	const struct panel p = tensor ? weights_panel(s.m, s.w, model_tensor(s.m, tensor))
				      : s.w->hidden;
	must(similar_list(s.m, s.w, NULL, of_item, 4, &list, &n, &e), &e);
	assert_int_equal((of_item ? ITEMS : USERS) - 1, n);
	for (int32_t i = 0; i < n; i++) {
		int32_t common = 0;
		for (int32_t j = 0; j < (of_item ? USERS : ITEMS); j++)
			common += of_item ? sparse_find(&s.train->by_user, j, 4) >= 0 &&
						    sparse_find(&s.train->by_user, j,
								list[i].index) >= 0
					  : sparse_find(&s.train->by_user, 4, j) >= 0 &&
						    sparse_find(&s.train->by_user, list[i].index,
								j) >= 0;
		assert_int_equal(common, list[i].common);
		assert_int_not_equal(4, list[i].index);
		assert_true(i == 0 || list[i].similarity <= list[i - 1].similarity);
		assert_true(fabs(list[i].similarity - cosine_of(&p, 4, list[i].index)) < 1e-6);
	}
	free(list);
	scene_done(&s);
}

static void neighbors_are_by_cosine(void **state)
{
	check_similar("i-autorec", true, NULL);
	check_similar("i-autorec", false, "W");
	check_similar("u-autorec", true, "W");
	check_similar("u-autorec", false, NULL);
	check_similar("biased-mf", true, "Q");
	check_similar("biased-mf", false, "P");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_models),
		cmocka_unit_test(other_functions),
		cmocka_unit_test(edits_move_a_prediction),
		cmocka_unit_test(other_models_say_that_edits_move_nothing),
		cmocka_unit_test(reasons_are_the_strongest),
		cmocka_unit_test(other_models_give_no_reasons),
		cmocka_unit_test(contrasts_add_up_to_the_difference),
		cmocka_unit_test(neighbors_are_by_cosine),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
