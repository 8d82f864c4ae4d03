/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What an edit moves: equal to the same parameters given the edited ratings, for both meanings. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/dense.h"
#include "autorec/kernel.h"
#include "autorec/whatif.h"
#include "autorec/mem.h"
#include "check.h"
#include "sample.h"

enum { USERS = 40, ITEMS = 30, K = 20 };
#define AUTOREC_OPTIONS "k=20 lambda=4 init=0.2 rate=0.01 scale=1,5 clip=off"
#define RBM_OPTIONS     "k=20 lambda=0 rate=0.3 batch=7 clip=off"
#define LAMBDA          4.0
static const double tolerance = sizeof(real) == sizeof(float) ? 2e-4 : 1e-9;

struct scene {
	struct ratings *train;
	struct model *model;
	struct weights *w;
	struct overlay overlay;
};

static struct scene scene_new(const char *name, const char *options)
{
	struct scene s = { .train = sample_ratings(USERS, ITEMS, 0.4, 9) };
	s.model = sample_model(name, options, s.train);
	s.w = sample_weights(s.model, 25);
	overlay_init(&s.overlay, s.train);
	return s;
}

static void scene_done(struct scene *s)
{
	overlay_done(&s->overlay);
	weights_free(s->w);
	model_free(s->model);
	ratings_free(s->train);
}

static void same(const char *what, int32_t i, double ours, double expected)
{
	if (!(fabs(ours - expected) <= tolerance * fmax(1, fabs(expected))))
		fail_msg("%s[%d]: %.9g, expected %.9g", what, (int)i, ours, expected);
}

/* What the model's parameters say when they are given the overlay's ratings as their own. */
struct truth {
	real of_user[ITEMS], of_item[USERS];
};

/* Ridge regression of a user's ratings on the hidden vectors, straight from eq. (2) with the rest
 * fixed. */
static void plain_refit(const struct model *m, const struct weights *w, int32_t user, real *out)
{
	const struct sparse *x = &m->train->by_user;
	const int64_t start = x->start[user], n = x->start[user + 1] - start;
	real h[ITEMS][K], fitted[K], b;
	struct err e = { 0 };
	for (int64_t t = 0; t < n; t++)
		panel_read_row(&w->hidden, x->col[start + t], h[t]);
	must(dense_ridge(h[0], x->val + start, NULL, (int32_t)n, K, LAMBDA / 2, fitted, &b, &e),
	     &e);
	for (int32_t i = 0; i < ITEMS; i++) {
		panel_read_row(&w->hidden, i, h[0]);
		out[i] = b;
		for (int j = 0; j < K; j++)
			out[i] += fitted[j] * h[0][j];
	}
}

/* In I-AutoRec the refit stands on the hidden vectors as they were: frozen; the ratings are the
 * edited ones. */
static struct truth truth_of(struct scene *s, int32_t user, int32_t item)
{
	struct truth t;
	struct ratings *edited;
	struct model *m;
	struct weights *w;
	struct epoch_result r;
	struct err e = { 0 };
	must(overlay_materialise(&s->overlay, &edited, &e), &e);
	must(model_new(s->model->ops, &s->model->config, edited, &m, &e), &e);
	must(weights_new(m, &w, &e), &e);
	memcpy(w->theta, s->w->theta, m->n_theta * sizeof *w->theta);
	m->ops->forward(m, w, &r);
	if (m->ops->refit)
		plain_refit(m, s->w, user, t.of_user);
	else
		must(model_predict_user(m, w, NULL, user, t.of_user, &e), &e);
	must(model_predict_item(m, w, NULL, item, t.of_item, &e), &e);
	weights_free(w);
	model_free(m);
	ratings_free(edited);
	return t;
}

static void check_moves(const char *what, const struct moves *m, const real *before,
			const real *after, int32_t n)
{
	bool seen[USERS] = { false };
	assert_int_equal(n, m->n);
	for (int32_t i = 0; i < n; i++) {
		const struct moved *row = &m->rows[i];
		assert_false(seen[row->index]);
		seen[row->index] = true;
		same(what, row->index, (double)row->before, (double)before[row->index]);
		same(what, row->index, (double)row->after, (double)after[row->index]);
		assert_true(row->delta == row->after - row->before ||
			    fabs((double)(row->delta - (row->after - row->before))) < 1e-6);
		if (i > 0 && fabsf(row->delta) > fabsf(m->rows[i - 1].delta))
			fail_msg("%s: row %d moved more than search backward", what, (int)i);
	}
}

static void check_edit(struct scene *s, const struct edit *edit, bool undone,
		       const struct truth *before)
{
	struct whatif w = { 0 };
	struct err e = { 0 };
	const struct truth after = truth_of(s, edit->user, edit->item);
	must(whatif_measure(s->model, s->w, &s->overlay, edit, undone, &w, &e), &e);
	assert_true(w.valid);
	assert_int_equal(s->overlay.applied, w.applied);
	assert_true(w.latency_ms > 0 && w.latency_ms < 10000);
	check_moves("items", &w.items, before->of_user, after.of_user, ITEMS);
	if (s->model->ops->by_item)
		check_moves("users", &w.users, before->of_item, after.of_item, USERS);
	else
		assert_null(w.users.meaning);
	whatif_done(&w);
	assert_false(w.valid);
}

/* Edits of every kind, one upon the other, then back and forth. */
static void check_model(const char *name, const char *options)
{
	struct scene s = scene_new(name, options);
	const struct sparse *x = &s.train->by_user;
	int32_t unseen = 0;
	while (sparse_find(x, 3, unseen) >= 0)
		unseen++;
	const struct {
		int32_t user, item;
		float rating;
	} edits[] = {
		{ 3, x->col[x->start[3]], 5 },
		{ 3, unseen, 1 },
		{ 3, unseen, 4 },
		{ 3, x->col[x->start[3] + 1], 0 },
		{ 17, x->col[x->start[17]], 2 },
	};
	struct edit edit;
	struct err e = { 0 };
	for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
		const struct truth before = truth_of(&s, edits[i].user, edits[i].item);
		if (edits[i].rating > 0)
			must(overlay_rate(&s.overlay, edits[i].user, edits[i].item, edits[i].rating,
					  &edit, &e),
			     &e);
		else
			must(overlay_unrate(&s.overlay, edits[i].user, edits[i].item, &edit, &e),
			     &e);
		check_edit(&s, &edit, false, &before);
	}
	for (int back = 0; back < 3; back++) {
		const struct edit last = s.overlay.edits[s.overlay.applied - 1];
		const struct truth before = truth_of(&s, last.user, last.item);
		must(overlay_undo(&s.overlay, &edit, &e), &e);
		check_edit(&s, &edit, true, &before);
	}
	const struct edit next = s.overlay.edits[s.overlay.applied];
	const struct truth before = truth_of(&s, next.user, next.item);
	must(overlay_redo(&s.overlay, &edit, &e), &e);
	check_edit(&s, &edit, false, &before);
	scene_done(&s);
}

static void i_autorec(void **state)
{
	check_model("i-autorec", AUTOREC_OPTIONS);
}

static void u_autorec(void **state)
{
	check_model("u-autorec", AUTOREC_OPTIONS);
}

static void rbms(void **state)
{
	check_model("i-rbm", RBM_OPTIONS);
	check_model("u-rbm", RBM_OPTIONS);
}

static void deep_autorec(void **state)
{
	check_model("deep-autorec", AUTOREC_OPTIONS " layers=12,7,20");
}

static struct whatif rate(struct scene *s, int32_t user, int32_t item, float rating)
{
	struct whatif w = { 0 };
	struct edit edit;
	struct err e = { 0 };
	must(overlay_rate(&s->overlay, user, item, rating, &edit, &e), &e);
	must(whatif_measure(s->model, s->w, &s->overlay, &edit, false, &w, &e), &e);
	return w;
}

/* In I-AutoRec an edit re-encodes its item alone: predict_user sees it move, and no other. */
static void an_edit_moves_one_item_for_all_users(void **state)
{
	struct scene s = scene_new("i-autorec", AUTOREC_OPTIONS);
	real before[ITEMS], after[ITEMS];
	const int32_t item = 4;
	const struct overlay none = { .base = s.train };
	struct whatif w = rate(&s, 2, item, 5);
	int moved = 0;
	for (int32_t u = 0; u < USERS; u++) {
		assert_int_equal(0, model_predict_user(s.model, s.w, &none, u, before, NULL));
		assert_int_equal(0, model_predict_user(s.model, s.w, &s.overlay, u, after, NULL));
		for (int32_t i = 0; i < ITEMS; i++)
			if (i != item)
				same("untouched", i, (double)after[i], (double)before[i]);
		moved += before[item] != after[item];
	}
	assert_true(moved > USERS * 9 / 10);
	assert_non_null(strstr(w.items.meaning, "ridge"));
	assert_non_null(strstr(w.users.meaning, "encoded again"));
	whatif_done(&w);
	scene_done(&s);
}

static void nothing_moves_without_a_hidden_layer(void **state)
{
	struct scene s = scene_new("baseline", "lambda=4");
	struct whatif w = rate(&s, 1, 1, 5);
	assert_non_null(strstr(w.items.meaning, "nothing moves"));
	for (int32_t i = 0; i < w.items.n; i++)
		assert_true(w.items.rows[i].delta == 0);
	whatif_done(&w);
	scene_done(&s);
}

/* Somebody without any rating: his first one makes him, taking it away leaves the trained row. */
static void the_last_rating_can_be_taken_away(void **state)
{
	struct scene s = scene_new("i-autorec", AUTOREC_OPTIONS);
	struct whatif w = { 0 };
	struct edit edit;
	struct rating_vector row;
	struct err e = { 0 };
	real trained[ITEMS];
	for (;;) {
		must(overlay_user_vector(&s.overlay, s.train, 5, &row, &e), &e);
		const int64_t left = row.n;
		const int32_t item = left ? row.col[0] : -1;
		rating_vector_done(&row);
		if (left == 0)
			break;
		must(overlay_unrate(&s.overlay, 5, item, &edit, &e), &e);
		must(whatif_measure(s.model, s.w, &s.overlay, &edit, false, &w, &e), &e);
	}
	assert_int_equal(0, model_predict_user(s.model, s.w, &s.overlay, 5, trained, NULL));
	for (int32_t i = 0; i < ITEMS; i++)
		same("trained row", w.items.rows[i].index, (double)w.items.rows[i].after,
		     (double)trained[w.items.rows[i].index]);
	whatif_done(&w);
	scene_done(&s);
}

/* So many users that threads share the work: the same bits as in one thread, which are those of the
 * plain sums. */
static void many_users_share_the_work(void **state)
{
	enum { MANY = 20000, UNITS = 500, FEW = 2, WHICH = 1 };
	struct ratings *train = sample_ratings(MANY, FEW, 0.9, 3);
	struct model *m = sample_model("i-autorec",
				       "k=500 init=0.02 clip=off scale=1,5 precision=float", train);
	struct weights *w = sample_weights(m, 0);
	struct overlay o;
	struct edit done;
	struct err e = { 0 };
	real *out[2], h[UNITS];
	overlay_init(&o, train);
	must(overlay_rate(&o, 5, WHICH, 3, &done, &e), &e);
	for (int threads = 1; threads <= 2; threads++) {
		out[threads - 1] = mem_array(MANY, sizeof **out, NULL);
		kernel_set_threads(threads);
		must(model_predict_item(m, w, &o, WHICH, out[threads - 1], &e), &e);
	}
	kernel_set_threads(0);
	assert_memory_equal(out[0], out[1], MANY * sizeof **out);

	const struct panel v = weights_panel(m, w, model_tensor(m, "V")),
			   decoder = weights_panel(m, w, model_tensor(m, "W"));
	const real *mu = weights_vector(m, w, model_tensor(m, "mu")),
		   *b = weights_vector(m, w, model_tensor(m, "b"));
	real row[UNITS];
	double z[UNITS];
	for (int j = 0; j < UNITS; j++)
		z[j] = (double)mu[j];
	for (int32_t u = 0; u < MANY; u++) {
		float rating;
		if (!overlay_get(&o, u, WHICH, &rating))
			continue;
		panel_read_row(&v, u, row);
		for (int j = 0; j < UNITS; j++)
			z[j] += (double)rating * (double)row[j];
	}
	for (int j = 0; j < UNITS; j++)
		h[j] = (real)(1 / (1 + exp(-z[j])));
	for (int32_t u = 0; u < MANY; u += 997) {
		double r = (double)b[u];
		panel_read_row(&decoder, u, row);
		for (int j = 0; j < UNITS; j++)
			r += (double)h[j] * (double)row[j];
		same("out", u, (double)out[0][u], r);
	}

	/* Both at once are the same bits as each by itself. */
	struct rating_vector both[2] = { { .row = -1 }, sparse_vector(&train->by_item, WHICH) };
	real *twice[2] = { mem_array(MANY, sizeof **twice, NULL),
			   mem_array(MANY, sizeof **twice, NULL) };
	must(overlay_item_vector(&o, train, WHICH, &both[0], &e), &e);
	must(m->ops->predict_vectors(m, w, 2, both, twice, &e), &e);
	rating_vector_done(&both[0]);
	must(model_predict_item(m, w, NULL, WHICH, out[1], &e), &e);
	for (int i = 0; i < 2; i++) {
		assert_memory_equal(twice[i], out[i], MANY * sizeof **out);
		free(twice[i]);
	}
	free(out[0]);
	free(out[1]);
	overlay_done(&o);
	weights_free(w);
	model_free(m);
	ratings_free(train);
}

/* At the least loss of a user's row, with errors e = t - f(z) at the rated items s,
 *
 *     w = 2 / lambda * sum e_s f'(z_s) h_s,      0 = sum e_s f'(z_s),
 *
 * so that z_i = b + 2 / lambda * sum e_s f'(z_s) h_s . h_i of every item i. */
static void check_refit(const char *options, double (*f_inverse)(double), double (*slope)(double),
			double low, double unit)
{
	struct scene s = scene_new("i-autorec", options);
	struct err e = { 0 };
	struct edit edit;
	struct rating_vector row;
	const int32_t user = 7;
	real out[ITEMS], h[ITEMS][K];
	double b = 0, total = 0, size = 0;
	must(overlay_rate(&s.overlay, user, s.train->by_user.col[s.train->by_user.start[user]], 1,
			  &edit, &e),
	     &e);
	must(overlay_rate(&s.overlay, user, 11, 5, &edit, &e), &e);
	sample_refit(s.model, s.w, &s.overlay, user, out);
	must(overlay_user_vector(&s.overlay, s.train, user, &row, &e), &e);
	for (int32_t i = 0; i < ITEMS; i++)
		panel_read_row(&s.w->hidden, i, h[i]);
	for (int32_t i = 0; i < ITEMS; i++) {
		double z = f_inverse(((double)out[i] - 1) / unit + low);
		for (int64_t t = 0; t < row.n; t++) {
			const double force = ((double)row.val[t] - (double)out[row.col[t]]) / unit *
					     slope(((double)out[row.col[t]] - 1) / unit + low);
			total += i == 0 ? force : 0;
			size += i == 0 ? fabs(force) : 0;
			for (int j = 0; j < K; j++)
				z -= 2 / s.model->config.lambda * force * (double)h[row.col[t]][j] *
				     (double)h[i][j];
		}
		b = i == 0 ? z : b;
		if (!(fabs(z - b) < 0.005))
			fail_msg("%s: item %d says b = %.9g, item 0 %.9g", options, (int)i, z, b);
	}
	if (!(fabs(total) < 0.005 * size))
		fail_msg("%s: errors times slopes sum to %.9g, of %.9g", options, total, size);
	rating_vector_done(&row);
	scene_done(&s);
}

static double logit(double a)
{
	return log(a / (1 - a));
}

static double sigmoid_slope(double a)
{
	return a * (1 - a);
}

static double tanh_slope(double a)
{
	return 1 - a * a;
}

static void a_refit_is_in_the_outputs_own_range(void **state)
{
	check_refit("k=20 lambda=0.2 init=0.1 rate=0.01 output=sigmoid", logit, sigmoid_slope, 0,
		    4);
	check_refit("k=20 lambda=0.2 init=0.1 rate=0.01 output=tanh", atanh, tanh_slope, -1, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(i_autorec),
		cmocka_unit_test(u_autorec),
		cmocka_unit_test(rbms),
		cmocka_unit_test(deep_autorec),
		cmocka_unit_test(an_edit_moves_one_item_for_all_users),
		cmocka_unit_test(nothing_moves_without_a_hidden_layer),
		cmocka_unit_test(the_last_rating_can_be_taken_away),
		cmocka_unit_test(many_users_share_the_work),
		cmocka_unit_test(a_refit_is_in_the_outputs_own_range),
	};
	return cmocka_run_group_tests_name("whatif", tests, NULL, NULL);
}
