/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * LLORMA against plain loops in double: distance and kernel (tests/oracle.json), a sweep of ridge
 * regressions, the weighted mean of the models; and what must hold of any training: the loss falls,
 * threads do not matter. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/model/llorma.h"
#include "autorec/kernel.h"
#include "autorec/whatif.h"
#include "autorec/mem.h"
#include "check.h"
#include "sample.h"

enum { USERS = 40, ITEMS = 30, ANCHORS = 4, MAX_COLUMNS = 16, GLOBAL_EPOCHS = 6 };
static const double tolerance = sizeof(real) == sizeof(float) ? 1e-4 : 1e-9;

static void same(const char *what, int64_t i, double ours, double expected)
{
	if (!(fabs(ours - expected) <= tolerance * fmax(1, fabs(expected))))
		fail_msg("%s[%ld]: %.12g, expected %.12g", what, (long)i, ours, expected);
}

struct scene {
	struct ratings *train;
	struct model *model;
	struct weights *w;
};

static struct scene scene_new(const char *options, int epochs)
{
	char all[200];
	snprintf(all, sizeof all, "k=3 lambda=2 init=0.1 anchors=4 bandwidth=1.1 %s", options);
	struct scene s = { .train = sample_ratings(USERS, ITEMS, 0.4, 9) };
	struct epoch_result r;
	struct err e = { 0 };
	s.model = sample_model("llorma", all, s.train);
	must(weights_new(s.model, &s.w, &e), &e);
	must(s.model->ops->init(s.model, s.w, &e), &e);
	for (int i = 0; i < epochs; i++) {
		must(s.model->ops->epoch(s.model, s.w, s.w, &r, &e), &e);
		s.w->epoch++;
	}
	return s;
}

static void scene_done(struct scene *s)
{
	weights_free(s->w);
	model_free(s->model);
	ratings_free(s->train);
}

/* ---- distance and kernel ------------------------------------------------ */

static double number(const json_t *node)
{
	assert_true(json_is_number(node));
	return json_number_value(node);
}

static void distance_and_kernel_of_the_oracle(void **state)
{
	json_t *oracle = json_load_file("tests/oracle.json", 0, NULL),
	       *block = json_object_get(oracle, "llorma"), *pair;
	real a[4], b[4];
	size_t i;
	assert_non_null(block);
	for (i = 0; i < 4; i++) {
		a[i] = (real)number(json_array_get(json_object_get(block, "row_a"), i));
		b[i] = (real)number(json_array_get(json_object_get(block, "row_b"), i));
	}
	same("distance", 0, llorma_distance(a, b, 4),
	     number(json_object_get(block, "arccos_distance")));
	const double bandwidth = number(json_object_get(block, "bandwidth"));
	assert_true(json_array_size(json_object_get(block, "epanechnikov")) > 3);
	json_array_foreach (json_object_get(block, "epanechnikov"), i, pair)
		same("kernel", (int64_t)i,
		     llorma_kernel(number(json_array_get(pair, 0)), bandwidth),
		     number(json_array_get(pair, 1)));
	json_decref(oracle);
}

static void distances_at_the_ends(void **state)
{
	const real x[2] = { 0.3f, -0.7f }, opposite[2] = { -0.6f, 1.4f },
		   across[2] = { 0.7f, 0.3f }, zero[2] = { 0, 0 };
	assert_true(fabs(llorma_distance(x, x, 2)) < 1e-6);
	assert_true(fabs(llorma_distance(x, opposite, 2) - 2) < 1e-3);
	assert_true(fabs(llorma_distance(x, across, 2) - 1) < 1e-6);
	assert_true(llorma_distance(x, zero, 2) == 1);
}

/* ---- a sweep ------------------------------------------------------------ */

/* Solves a x = b by elimination with pivots; b becomes x. */
static void eliminate(int n, double a[][MAX_COLUMNS], double *b)
{
	for (int c = 0; c < n; c++) {
		int pivot = c;
		for (int r = c + 1; r < n; r++)
			if (fabs(a[r][c]) > fabs(a[pivot][c]))
				pivot = r;
		for (int j = 0; j < n; j++) {
			const double swap = a[c][j];
			a[c][j] = a[pivot][j];
			a[pivot][j] = swap;
		}
		const double swap = b[c];
		b[c] = b[pivot];
		b[pivot] = swap;
		for (int r = 0; r < n; r++) {
			const double f = r == c ? 0 : a[r][c] / a[c][c];
			for (int j = 0; j < n; j++)
				a[r][j] -= f * a[c][j];
			b[r] -= f * b[c];
		}
	}
	for (int c = 0; c < n; c++)
		b[c] /= a[c][c];
}

/* One model as plain numbers. */
struct plain {
	double user[USERS][MAX_COLUMNS],
		item[ITEMS][MAX_COLUMNS]; /* their first, their last column is 1 */
	double user_weight[USERS], item_weight[ITEMS];
	double mean, penalty;
	int columns;
};

static struct plain plain_of(const struct scene *s, int anchor)
{
	const bool global = anchor == GLOBAL;
	const struct panel p = weights_panel(s->model, s->w,
					     model_tensor(s->model, global ? "U" : "P"));
	const struct panel q = weights_panel(s->model, s->w,
					     model_tensor(s->model, global ? "V" : "Q"));
	const real *of_users = weights_vector(s->model, s->w,
					      model_tensor(s->model, "user_kernel"));
	const real *of_items = weights_vector(s->model, s->w,
					      model_tensor(s->model, "item_kernel"));
	struct plain out = { .mean = ratings_mean(s->train),
			     .columns = p.k,
			     .penalty = s->model->config.lambda / 2 * (global ? 4 : 1) };
	const int32_t a = global ? 0 : anchor;
	for (int32_t u = 0; u < USERS; u++) {
		for (int32_t j = 0; j < p.k; j++)
			out.user[u][j] = (double)panel_get(&p, a * USERS + u, j);
		out.user_weight[u] = global ? 1 : (double)of_users[a * USERS + u];
	}
	for (int32_t i = 0; i < ITEMS; i++) {
		for (int32_t j = 0; j < p.k; j++)
			out.item[i][j] = (double)panel_get(&q, a * ITEMS + i, j);
		out.item_weight[i] = global ? 1 : (double)of_items[a * ITEMS + i];
	}
	return out;
}

/* The row that minimises the weighted squared error + penalty * sqrt(weight) * |row|^2, its column
 * `fixed` being 1. */
static void plain_fit(const struct plain *p, double (*other)[MAX_COLUMNS], const double *weight,
		      double own, int fixed, const int32_t *col, const real *val, int64_t n,
		      double *row)
{
	double a[MAX_COLUMNS][MAX_COLUMNS] = { 0 }, b[MAX_COLUMNS] = { 0 }, total = 0;
	for (int64_t t = 0; t < n; t++) {
		const double w = own * weight[col[t]], *x = other[col[t]];
		total += w;
		for (int i = 0; i < p->columns; i++) {
			b[i] += w * x[i] * ((double)val[t] - p->mean - x[fixed]);
			for (int j = 0; j < p->columns; j++)
				a[i][j] += w * x[i] * x[j];
		}
	}
	for (int i = 0; i < p->columns; i++) {
		a[i][i] += p->penalty * sqrt(total);
		a[i][fixed] = a[fixed][i] = 0;
	}
	a[fixed][fixed] = b[fixed] = 1; /* makes it 1 and leaves the others alone */
	eliminate(p->columns, a, b);
	memcpy(row, b, sizeof b);
}

static void plain_sweep(const struct ratings *r, struct plain *p)
{
	for (int32_t i = 0; i < ITEMS; i++)
		if (p->item_weight[i] > 0)
			plain_fit(p, p->user, p->user_weight, p->item_weight[i], p->columns - 1,
				  r->by_item.col + r->by_item.start[i],
				  r->by_item.val + r->by_item.start[i],
				  sparse_row_size(&r->by_item, i), p->item[i]);
	for (int32_t u = 0; u < USERS; u++)
		if (p->user_weight[u] > 0)
			plain_fit(p, p->item, p->item_weight, p->user_weight[u], 0,
				  r->by_user.col + r->by_user.start[u],
				  r->by_user.val + r->by_user.start[u],
				  sparse_row_size(&r->by_user, u), p->user[u]);
}

static double plain_loss(const struct ratings *r, const struct plain *p)
{
	double total = 0, user_total[USERS] = { 0 }, item_total[ITEMS] = { 0 };
	for (int32_t u = 0; u < USERS; u++)
		for (int64_t t = r->by_user.start[u]; t < r->by_user.start[u + 1]; t++) {
			const int32_t i = r->by_user.col[t];
			const double w = p->user_weight[u] * p->item_weight[i];
			double error = (double)r->by_user.val[t] - p->mean;
			for (int j = 0; j < p->columns; j++)
				error -= p->user[u][j] * p->item[i][j];
			total += w * error * error;
			user_total[u] += w;
			item_total[i] += w;
		}
	for (int j = 0; j < p->columns; j++) {
		for (int32_t u = 0; u < USERS && j > 0; u++)
			total += p->penalty * sqrt(user_total[u]) * p->user[u][j] * p->user[u][j];
		for (int32_t i = 0; i < ITEMS && j < p->columns - 1; i++)
			total += p->penalty * sqrt(item_total[i]) * p->item[i][j] * p->item[i][j];
	}
	return total;
}

/* The epoch behind `epochs` does to each model of its phase what plain ridge regressions do. */
static void check_sweep(int epochs, int first_model, int n_models)
{
	struct scene s = scene_new("", epochs);
	struct plain expected[ANCHORS];
	struct epoch_result r;
	double loss = 0;
	for (int i = 0; i < n_models; i++) {
		expected[i] = plain_of(&s, first_model + i);
		plain_sweep(s.train, &expected[i]);
		loss += plain_loss(s.train, &expected[i]);
	}
	assert_int_equal(0, s.model->ops->epoch(s.model, s.w, s.w, &r, NULL));
	for (int i = 0; i < n_models; i++) {
		const struct plain found = plain_of(&s, first_model + i);
		for (int j = 0; j < found.columns; j++) {
			for (int32_t u = 0; u < USERS; u++)
				if (found.user_weight[u] > 0)
					same("user", u, found.user[u][j], expected[i].user[u][j]);
			for (int32_t t = 0; t < ITEMS; t++)
				if (found.item_weight[t] > 0)
					same("item", t, found.item[t][j], expected[i].item[t][j]);
		}
	}
	same("loss", epochs, r.loss, loss);
	scene_done(&s);
}

static void a_global_sweep_is_ridge_regression(void **state)
{
	check_sweep(0, GLOBAL, 1);
	check_sweep(3, GLOBAL, 1);
}

static void a_local_sweep_is_weighted_ridge_regression(void **state)
{
	check_sweep(GLOBAL_EPOCHS + 1, 0, ANCHORS);
	check_sweep(GLOBAL_EPOCHS + 4, 0, ANCHORS);
}

static void the_loss_falls_in_each_phase(void **state)
{
	struct scene s = scene_new("", 0);
	struct epoch_result r, before = { 0 };
	for (int i = 0; i < 3 * GLOBAL_EPOCHS; i++) {
		assert_int_equal(0, s.model->ops->epoch(s.model, s.w, s.w, &r, NULL));
		assert_true(r.loss > 0);
		if (i != 0 && i != GLOBAL_EPOCHS && !(r.loss < before.loss))
			fail_msg("epoch %d: loss %.9g after %.9g", i + 1, r.loss, before.loss);
		before = r;
		s.w->epoch++;
	}
	scene_done(&s);
}

static void bits_depend_neither_on_threads_nor_on_place(void **state)
{
	kernel_set_threads(1);
	struct scene one = scene_new("", GLOBAL_EPOCHS + 3);
	kernel_set_threads(2);
	struct scene two = scene_new("", GLOBAL_EPOCHS + 2);
	struct weights *next;
	struct epoch_result r;
	assert_int_equal(0, weights_new(two.model, &next, NULL));
	assert_int_equal(0, two.model->ops->epoch(two.model, two.w, next, &r, NULL));
	assert_memory_equal(one.w->theta, next->theta, one.model->n_theta * sizeof(real));
	kernel_set_threads(0);
	weights_free(next);
	scene_done(&one);
	scene_done(&two);
}

/* ---- predictions -------------------------------------------------------- */

static double plain_dot(const struct plain *p, const double *user, int32_t i)
{
	double total = p->mean;
	for (int j = 0; j < p->columns; j++)
		total += user[j] * p->item[i][j];
	return total;
}

/* How many of the models cover the pair. */
static int plain_predict(const struct plain *global, const struct plain *local, int32_t u,
			 int32_t i, double *out)
{
	double sum = 0, weight = 0;
	int covering = 0;
	for (int a = 0; a < ANCHORS; a++) {
		const double w = local[a].user_weight[u] * local[a].item_weight[i];
		sum += w * plain_dot(&local[a], local[a].user[u], i);
		weight += w;
		covering += w > 0;
	}
	*out = weight > 0 ? sum / weight : plain_dot(global, global->user[u], i);
	return covering;
}

static void check_predictions(const char *options, int epochs, int *covered, int *uncovered)
{
	struct scene s = scene_new(options, epochs);
	struct plain global = plain_of(&s, GLOBAL), local[ANCHORS];
	real of_user[ITEMS], of_item[USERS],
		*pairs = mem_array((size_t)s.train->by_user.nnz, sizeof *pairs, NULL);
	*covered = *uncovered = 0;
	for (int a = 0; a < ANCHORS; a++)
		local[a] = plain_of(&s, a);
	s.model->ops->predict_pairs(s.model, s.w, s.train, pairs);
	for (int32_t u = 0; u < USERS; u++) {
		assert_int_equal(0, model_predict_user(s.model, s.w, NULL, u, of_user, NULL));
		for (int32_t i = 0; i < ITEMS; i++) {
			double expected;
			const int64_t t = sparse_find(&s.train->by_user, u, i);
			*(plain_predict(&global, local, u, i, &expected) ? covered
									 : uncovered) += 1;
			same("predict_user", i, (double)of_user[i], expected);
			assert_int_equal(0,
					 model_predict_item(s.model, s.w, NULL, i, of_item, NULL));
			same("predict_item", u, (double)of_item[u], expected);
			if (t >= 0)
				same("predict_pairs", t, (double)pairs[t], expected);
		}
	}
	free(pairs);
	scene_done(&s);
}

static void predictions_are_weighted_means(void **state)
{
	int covered, uncovered;
	check_predictions("", GLOBAL_EPOCHS + 2, &covered, &uncovered);
	assert_true(covered > USERS * ITEMS / 2);
}

static void what_no_anchor_covers_is_the_global_models(void **state)
{
	int covered, uncovered;
	check_predictions("bandwidth=0.3", GLOBAL_EPOCHS + 2, &covered, &uncovered);
	assert_true(covered >= ANCHORS / 2); /* the anchors themselves at least */
	assert_true(uncovered > USERS * ITEMS / 2);
	check_predictions("", GLOBAL_EPOCHS, &covered, &uncovered);
	assert_int_equal(0, covered);
}

/* ---- edits -------------------------------------------------------------- */

/* The user's row of every model fitted to the edited ratings on frozen items. */
static void plain_refit(const struct scene *s, const struct overlay *o, int32_t user, double *out)
{
	struct plain global = plain_of(s, GLOBAL), local[ANCHORS];
	struct rating_vector row;
	assert_int_equal(0, overlay_user_vector(o, s->train, user, &row, NULL));
	plain_fit(&global, global.item, global.item_weight, 1, 0, row.col, row.val, row.n,
		  global.user[user]);
	for (int a = 0; a < ANCHORS; a++) {
		local[a] = plain_of(s, a);
		if (local[a].user_weight[user] > 0)
			plain_fit(&local[a], local[a].item, local[a].item_weight,
				  local[a].user_weight[user], 0, row.col, row.val, row.n,
				  local[a].user[user]);
	}
	for (int32_t i = 0; i < ITEMS; i++)
		plain_predict(&global, local, user, i, &out[i]);
	rating_vector_done(&row);
}

static void an_edit_refits_the_user_in_every_model(void **state)
{
	struct scene s = scene_new("", GLOBAL_EPOCHS + 3);
	struct overlay o;
	struct edit edit;
	struct whatif moves = { 0 };
	struct err e = { 0 };
	real trained[ITEMS], refitted[ITEMS];
	double expected[ITEMS];
	const int32_t user = 7;
	overlay_init(&o, s.train);
	must(model_predict_user(s.model, s.w, &o, user, trained, &e), &e);
	sample_refit(s.model, s.w, &o, user, refitted);
	for (int32_t i = 0; i < ITEMS;
	     i++) /* an epoch ends with the users: nothing is left to fit */
		same("unedited", i, (double)refitted[i], (double)trained[i]);

	must(overlay_rate(&o, user, s.train->by_user.col[s.train->by_user.start[user]], 1, &edit,
			  &e),
	     &e);
	must(overlay_rate(&o, user, 11, 5, &edit, &e), &e);
	sample_refit(s.model, s.w, &o, user, refitted);
	plain_refit(&s, &o, user, expected);
	for (int32_t i = 0; i < ITEMS; i++)
		same("edited", i, (double)refitted[i], expected[i]);

	must(whatif_measure(s.model, s.w, &o, &edit, false, &moves, &e), &e);
	assert_true(fabsf(moves.items.rows[0].delta) > 0.01f);
	assert_non_null(strstr(moves.items.meaning, "ridge"));
	assert_null(moves.users.meaning); /* the items' rows stay: nobody else moves */
	whatif_done(&moves);
	overlay_done(&o);
	scene_done(&s);
}

/* ---- refusals ----------------------------------------------------------- */

static void what_does_not_fit_is_refused(void **state)
{
	struct ratings *train = sample_ratings(USERS, ITEMS, 0.4, 9);
	struct config c = sample_config("k=63");
	struct model *m = NULL;
	struct err e = { 0 };
	assert_int_equal(ERR_USAGE, model_new(model_ops_find("llorma"), &c, train, &m, &e));
	assert_string_equal("k", e.where);
	assert_non_null(strstr(e.message, "up to 62"));
	ratings_free(train);
}

static void a_singular_system_is_told(void **state)
{
	const struct rating one[] = { { 0, 0, 4 }, { 1, 1, 2 } };
	struct ratings *train;
	struct config c = sample_config("k=3 lambda=0 anchors=2");
	struct model *m;
	struct weights *w;
	struct epoch_result r;
	struct err e = { 0 };
	must(ratings_new(2, 2, one, 2, &train, NULL, &e), &e);
	must(model_new(model_ops_find("llorma"), &c, train, &m, &e), &e);
	must(weights_new(m, &w, &e), &e);
	must(m->ops->init(m, w, &e), &e);
	assert_int_equal(ERR_FAILED, m->ops->epoch(m, w, w, &r, &e));
	assert_non_null(strstr(e.message, "lambda"));
	weights_free(w);
	model_free(m);
	ratings_free(train);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distance_and_kernel_of_the_oracle),
		cmocka_unit_test(distances_at_the_ends),
		cmocka_unit_test(a_global_sweep_is_ridge_regression),
		cmocka_unit_test(a_local_sweep_is_weighted_ridge_regression),
		cmocka_unit_test(the_loss_falls_in_each_phase),
		cmocka_unit_test(bits_depend_neither_on_threads_nor_on_place),
		cmocka_unit_test(predictions_are_weighted_means),
		cmocka_unit_test(what_no_anchor_covers_is_the_global_models),
		cmocka_unit_test(an_edit_refits_the_user_in_every_model),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(a_singular_system_is_told),
	};
	return cmocka_run_group_tests_name("llorma", tests, NULL, NULL);
}
