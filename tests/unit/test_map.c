/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The map against principal components by power iteration. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/map.h"
#include "autorec/similar.h"
#include "check.h"
#include "sample.h"

enum { USERS = 50, ITEMS = 30, MOST = 60, K = 16 };

/* x [n x k]: the vectors minus their mean */
static void centered(const struct panel *p, double x[MOST][K])
{
	for (int32_t j = 0; j < p->k; j++) {
		double mean = 0;
		for (int32_t r = 0; r < p->rows; r++)
			mean += (double)panel_get(p, r, j) / p->rows;
		for (int32_t r = 0; r < p->rows; r++)
			x[r][j] = (double)panel_get(p, r, j) - mean;
	}
}

/* The direction of the greatest variance of x, which is then taken out of x.  Returns the sum of
 * squares along it. */
static double next_component(double x[MOST][K], int32_t n, int32_t k, double out[MOST])
{
	double axis[K], total = 0;
	for (int32_t j = 0; j < k; j++)
		axis[j] = 1 + 0.1 * j;
	for (int turn = 0; turn < 20000; turn++) {
		double next[K] = { 0 }, size = 0;
		for (int32_t r = 0; r < n; r++) {
			double along = 0;
			for (int32_t j = 0; j < k; j++)
				along += x[r][j] * axis[j];
			for (int32_t j = 0; j < k; j++)
				next[j] += along * x[r][j];
		}
		for (int32_t j = 0; j < k; j++)
			size += next[j] * next[j];
		for (int32_t j = 0; j < k; j++)
			axis[j] = next[j] / sqrt(size);
	}
	for (int32_t r = 0; r < n; r++) {
		out[r] = 0;
		for (int32_t j = 0; j < k; j++)
			out[r] += x[r][j] * axis[j];
		for (int32_t j = 0; j < k; j++)
			x[r][j] -= out[r] * axis[j];
		total += out[r] * out[r];
	}
	return total;
}

static double correlation(const double *x, const double *y, int32_t n)
{
	double sum = 0;
	for (int32_t i = 0; i < n; i++)
		sum += x[i] * y[i];
	return sum;
}

static void check(const char *model, const char *options, bool of_item)
{
	struct ratings *train = sample_ratings(USERS, ITEMS, 0.5, 3);
	struct model *m = sample_model(model, options, train);
	struct weights *w = sample_weights(m, 30);
	const struct sparse *ratings = of_item ? &train->by_item : &train->by_user;
	static double x[MOST][K];
	double first[MOST], second[MOST], sizes[MOST], means[MOST], total = 0;
	struct panel p;
	struct map map;
	struct err e = { 0 };
	must(similar_vectors(m, w, of_item, &p, &e), &e);
	must(map_measure(m, w, of_item, MAP_BY_MEAN, &map, &e), &e);
	assert_int_equal(map.n, of_item ? ITEMS : USERS);
	centered(&p, x);
	for (int32_t r = 0; r < p.rows; r++)
		for (int32_t j = 0; j < p.k; j++)
			total += x[r][j] * x[r][j];
	const double along_first = next_component(x, p.rows, p.k, first),
		     along_second = next_component(x, p.rows, p.k, second);
	assert_true(fabs(map.explained[0] - along_first / total) < 1e-6);
	assert_true(fabs(map.explained[1] - along_second / total) < 1e-6);
	for (int32_t r = 0; r < p.rows; r++) {
		const struct rating_vector v = sparse_vector(ratings, r);
		sizes[r] = (double)v.n;
		means[r] = 0;
		for (int64_t t = 0; t < v.n; t++)
			means[r] += (double)v.val[t] / (double)v.n;
	}
	const double sign_x = correlation(first, sizes, p.rows) < 0 ? -1 : 1,
		     sign_y = correlation(second, means, p.rows) < 0 ? -1 : 1,
		     scale = sqrt(total / p.rows);
	for (int32_t r = 0; r < p.rows; r++) {
		assert_true(fabs(map.x[r] - sign_x * first[r]) < 1e-5 * scale);
		assert_true(fabs(map.y[r] - sign_y * second[r]) < 1e-4 * scale);
	}
	map_done(&map);
	weights_free(w);
	model_free(m);
	ratings_free(train);
}

static void test_as_power_iteration(void **state)
{
	(void)state;
	check("i-autorec", "k=12 init=0.3 rate=0.05 lambda=0.1", true);
	check("i-autorec", "k=12 init=0.3 rate=0.05 lambda=0.1", false);
	check("u-autorec", "k=12 init=0.3 rate=0.05 lambda=0.1", true);
	check("biased-mf", "k=9 lambda=0.01", false);
}

/* One unit gives a line. */
static void test_one_unit(void **state)
{
	struct ratings *train = sample_ratings(USERS, ITEMS, 0.5, 3);
	struct model *m = sample_model("i-autorec", "k=1 init=0.3 rate=0.05", train);
	struct weights *w = sample_weights(m, 20);
	struct map map;
	struct err e = { 0 };
	(void)state;
	must(map_measure(m, w, true, MAP_BY_MEAN, &map, &e), &e);
	assert_true(fabs(map.explained[0] - 1) < 1e-9 && map.explained[1] == 0);
	for (int32_t i = 0; i < map.n; i++)
		assert_true(map.y[i] == 0);
	map_done(&map);
	weights_free(w);
	model_free(m);
	ratings_free(train);
}

static void test_models_without_vectors(void **state)
{
	struct ratings *train = sample_ratings(USERS, ITEMS, 0.5, 3);
	struct model *m = sample_model("baseline", "", train);
	struct weights *w = sample_weights(m, 2);
	struct map map;
	struct err e = { 0 };
	(void)state;
	assert_int_equal(map_measure(m, w, true, MAP_BY_MEAN, &map, &e), ERR_FAILED);
	assert_non_null(strstr(e.message, "no vector for each item"));
	weights_free(w);
	model_free(m);
	ratings_free(train);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_power_iteration),
		cmocka_unit_test(test_one_unit),
		cmocka_unit_test(test_models_without_vectors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
