/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Biased matrix factorisation: the blocks of a grid against plain loops, and what an edit moves. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/dense.h"
#include "autorec/whatif.h"
#include "autorec/mem.h"
#include "autorec/rng.h"
#include "check.h"
#include "sample.h"

enum { USERS = 50, ITEMS = 40, K = 70, GRID = 16, ORDER_STREAM = 1000 };
#define LAMBDA  0.04
#define RATE    0.02
#define OPTIONS "k=70 lambda=0.04 rate=0.02 init=0.2 clip=off scale=1,5"

/* The parameters in double. */
struct plain {
	double mean, user[USERS], item[ITEMS], p[USERS][K], q[ITEMS][K];
};

static void read_rows(const struct model *m, const struct weights *w, const char *name,
		      int32_t rows, double (*out)[K])
{
	const struct panel panel = weights_panel(m, w, model_tensor(m, name));
	assert_int_equal(rows, panel.rows);
	for (int32_t r = 0; r < rows; r++)
		for (int32_t j = 0; j < K; j++)
			out[r][j] = (double)panel_get(&panel, r, j);
}

static void read_plain(const struct model *m, const struct weights *w, struct plain *out)
{
	out->mean = (double)*weights_vector(m, w, model_tensor(m, "mean"));
	for (int32_t u = 0; u < USERS; u++)
		out->user[u] = (double)weights_vector(m, w, model_tensor(m, "user_bias"))[u];
	for (int32_t i = 0; i < ITEMS; i++)
		out->item[i] = (double)weights_vector(m, w, model_tensor(m, "item_bias"))[i];
	read_rows(m, w, "P", USERS, out->p);
	read_rows(m, w, "Q", ITEMS, out->q);
}

static double plain_predict(const struct plain *x, int32_t u, int32_t i)
{
	double r = x->mean + x->user[u] + x->item[i];
	for (int j = 0; j < K; j++)
		r += x->p[u][j] * x->q[i][j];
	return r;
}

static void plain_step(struct plain *x, int32_t u, int32_t i, double rating)
{
	const double e = rating - plain_predict(x, u, i);
	x->user[u] += RATE * (e - LAMBDA * x->user[u]);
	x->item[i] += RATE * (e - LAMBDA * x->item[i]);
	for (int j = 0; j < K; j++) {
		const double p = x->p[u][j], q = x->q[i][j];
		x->p[u][j] += RATE * (e * q - LAMBDA * p);
		x->q[i][j] += RATE * (e * p - LAMBDA * q);
	}
}

/* Of GRID runs of rows with about as many ratings each, the one that a row is in. */
static int run_of(const struct sparse *x, int32_t row)
{
	int run = 0;
	while (run < GRID - 1 && x->start[row] >= x->nnz * (run + 1) / GRID)
		run++;
	return run;
}

/* Every rating once, in the order in which the diagonals come. */
static void plain_epoch(const struct ratings *train, int64_t seed, struct plain *x)
{
	const struct sparse *users = &train->by_user;
	int order[GRID];
	struct rng rng;
	rng_init(&rng, (uint64_t)seed, ORDER_STREAM);
	for (int i = 0; i < GRID; i++) {
		const int j = (int)rng_below(&rng, (uint64_t)i + 1);
		order[i] = order[j];
		order[j] = i;
	}
	for (int d = 0; d < GRID; d++)
		for (int32_t u = 0; u < USERS; u++)
			for (int64_t t = users->start[u]; t < users->start[u + 1]; t++)
				if (run_of(&train->by_item, users->col[t]) ==
				    (run_of(users, u) + order[d]) % GRID)
					plain_step(x, u, users->col[t], (double)users->val[t]);
}

static void same(const char *what, int r, int j, double ours, double expected)
{
	if (!(fabs(ours - expected) <= 2e-5 * fmax(1, fabs(expected))))
		fail_msg("%s[%d][%d]: %.9g, expected %.9g", what, r, j, ours, expected);
}

static void same_parameters(const struct plain *ours, const struct plain *expected)
{
	same("mean", 0, 0, ours->mean, expected->mean);
	for (int u = 0; u < USERS; u++) {
		same("user bias", u, 0, ours->user[u], expected->user[u]);
		for (int j = 0; j < K; j++)
			same("P", u, j, ours->p[u][j], expected->p[u][j]);
	}
	for (int i = 0; i < ITEMS; i++) {
		same("item bias", i, 0, ours->item[i], expected->item[i]);
		for (int j = 0; j < K; j++)
			same("Q", i, j, ours->q[i][j], expected->q[i][j]);
	}
}

/* What epoch 3 arrives at, and its loss, are those of plain loops over the ratings. */
static void epochs_are_those_of_plain_loops(void **state)
{
	struct ratings *train = sample_ratings(USERS, ITEMS, 0.3, 4);
	struct model *m = sample_model("biased-mf", OPTIONS, train);
	struct weights *w = sample_weights(m, 0);
	struct plain plain, ours;
	struct epoch_result result;
	struct err e = { 0 };
	double sse = 0, penalty = 0;
	read_plain(m, w, &plain);
	for (w->epoch = 0; w->epoch < 3; w->epoch++) {
		plain_epoch(train, m->config.seed + w->epoch, &plain);
		must(m->ops->epoch(m, w, w, &result, &e), &e);
	}
	read_plain(m, w, &ours);
	same_parameters(&ours, &plain);
	for (int32_t u = 0; u < USERS; u++)
		for (int64_t t = train->by_user.start[u]; t < train->by_user.start[u + 1]; t++) {
			const int32_t i = train->by_user.col[t];
			sse += pow((double)train->by_user.val[t] - plain_predict(&plain, u, i), 2);
			penalty += pow(plain.user[u], 2) + pow(plain.item[i], 2);
			for (int j = 0; j < K; j++)
				penalty += pow(plain.p[u][j], 2) + pow(plain.q[i][j], 2);
		}
	same("loss", 3, 0, result.loss, sse + LAMBDA * penalty);
	same("rmse", 3, 0, result.train_rmse, sqrt(sse / (double)train->by_user.nnz));
	weights_free(w);
	model_free(m);
	ratings_free(train);
}

/* Where rate is 0 there is one, and it learns. */
static void learns_by_default(void **state)
{
	struct ratings *train = sample_ratings(USERS, ITEMS, 0.5, 4);
	struct model *m = sample_model("biased-mf", "k=8 lambda=0.04 init=0.1", train);
	struct weights *first = sample_weights(m, 0), *last = sample_weights(m, 200);
	struct epoch_result before, after;
	m->ops->forward(m, first, &before);
	m->ops->forward(m, last, &after);
	if (!(after.train_rmse < 0.75 * before.train_rmse))
		fail_msg("RMSE %.4f after 200 epochs, %.4f before them", after.train_rmse,
			 before.train_rmse);
	weights_free(first);
	weights_free(last);
	model_free(m);
	ratings_free(train);
}

static void all_ways_to_predict_agree(void **state)
{
	struct ratings *train = sample_ratings(USERS, ITEMS, 0.3, 4);
	struct model *m = sample_model("biased-mf", OPTIONS, train);
	struct weights *w = sample_weights(m, 4);
	struct plain plain;
	struct err e = { 0 };
	real of_user[ITEMS], of_item[USERS];
	real *pairs = mem_array((size_t)train->by_user.nnz, sizeof *pairs, NULL);
	assert_non_null(pairs);
	read_plain(m, w, &plain);
	m->ops->predict_pairs(m, w, train, pairs);
	for (int32_t u = 0; u < USERS; u++) {
		must(model_predict_user(m, w, NULL, u, of_user, &e), &e);
		for (int32_t i = 0; i < ITEMS; i++) {
			const int64_t t = sparse_find(&train->by_user, u, i);
			must(model_predict_item(m, w, NULL, i, of_item, &e), &e);
			same("of the user", u, i, (double)of_user[i], plain_predict(&plain, u, i));
			same("of the item", u, i, (double)of_item[u], plain_predict(&plain, u, i));
			if (t >= 0)
				same("of the pair", u, i, (double)pairs[t],
				     plain_predict(&plain, u, i));
		}
	}
	free(pairs);
	weights_free(w);
	model_free(m);
	ratings_free(train);
}

/* ---- what-if ------------------------------------------------------------ */

/* Ridge of what the items leave on their factors, lambda once a rating. */
static void plain_refit(const struct plain *x, const struct rating_vector *rated, double *out)
{
	real rows[ITEMS][K], y[ITEMS], fitted[K], b;
	struct err e = { 0 };
	for (int64_t t = 0; t < rated->n; t++) {
		const int32_t i = rated->col[t];
		y[t] = (real)((double)rated->val[t] - x->mean - x->item[i]);
		for (int j = 0; j < K; j++)
			rows[t][j] = (real)x->q[i][j];
	}
	must(dense_ridge(rows[0], y, NULL, (int32_t)rated->n, K, LAMBDA * (double)rated->n, fitted,
			 &b, &e),
	     &e);
	for (int32_t i = 0; i < ITEMS; i++) {
		out[i] = x->mean + x->item[i] + (double)b;
		for (int j = 0; j < K; j++)
			out[i] += (double)fitted[j] * x->q[i][j];
	}
}

/* Ratings of everybody but the last user, who comes anew. */
static struct ratings *ratings_without_last(void)
{
	struct ratings *some = sample_ratings(USERS - 1, ITEMS, 0.4, 6), *out;
	struct err e = { 0 };
	struct rating list[USERS * ITEMS];
	int64_t n = 0;
	for (int32_t u = 0; u < USERS - 1; u++)
		for (int64_t t = some->by_user.start[u]; t < some->by_user.start[u + 1]; t++)
			list[n++] = (struct rating){ u, some->by_user.col[t],
						     (float)some->by_user.val[t] };
	must(ratings_new(USERS, ITEMS, list, n, &out, NULL, &e), &e);
	ratings_free(some);
	return out;
}

static void check_edit(int32_t user)
{
	struct ratings *train = ratings_without_last();
	struct model *m = sample_model("biased-mf", OPTIONS, train);
	struct weights *w = sample_weights(m, 30);
	struct overlay o;
	struct edit edit;
	struct whatif found = { 0 };
	struct plain plain;
	struct rating_vector row;
	struct err e = { 0 };
	double expected[ITEMS];
	overlay_init(&o, train);
	read_plain(m, w, &plain);
	must(overlay_rate(&o, user, 3, 5, NULL, &e), &e);
	must(overlay_rate(&o, user, 8, 1, &edit, &e), &e);
	must(whatif_measure(m, w, &o, &edit, false, &found, &e), &e);
	must(overlay_user_vector(&o, train, user, &row, &e), &e);
	plain_refit(&plain, &row, expected);
	rating_vector_done(&row);
	assert_int_equal(ITEMS, found.items.n);
	assert_non_null(strstr(found.items.meaning, "ridge"));
	assert_null(found.users.meaning);
	int moved = 0;
	for (int32_t t = 0; t < ITEMS; t++) {
		const struct moved *one = &found.items.rows[t];
		if (fabs((double)one->after - expected[one->index]) > 1e-3)
			fail_msg("item %d: %.6f after the edit, expected %.6f", (int)one->index,
				 (double)one->after, expected[one->index]);
		moved += fabs((double)one->delta) > 1e-3;
	}
	assert_true(moved > ITEMS / 2);
	whatif_done(&found);
	overlay_done(&o);
	weights_free(w);
	model_free(m);
	ratings_free(train);
}

static void an_edit_moves_the_users_predictions(void **state)
{
	check_edit(5);
}

static void a_newcomer_is_fitted(void **state)
{
	check_edit(USERS - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(epochs_are_those_of_plain_loops),
		cmocka_unit_test(learns_by_default),
		cmocka_unit_test(all_ways_to_predict_agree),
		cmocka_unit_test(an_edit_moves_the_users_predictions),
		cmocka_unit_test(a_newcomer_is_fitted),
	};
	return cmocka_run_group_tests_name("biased_mf", tests, NULL, NULL);
}
