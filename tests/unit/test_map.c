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

static const struct genres no_genres;

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
	must(map_measure(m, w, of_item, MAP_BY_MEAN, &no_genres, &map, &e), &e);
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
	must(map_measure(m, w, true, MAP_BY_MEAN, &no_genres, &map, &e), &e);
	assert_true(fabs(map.explained[0] - 1) < 1e-9 && map.explained[1] == 0);
	for (int32_t i = 0; i < map.n; i++)
		assert_true(map.y[i] == 0);
	map_done(&map);
	weights_free(w);
	model_free(m);
	ratings_free(train);
}

/* Seven genres: genre g is that of the items whose index is below 26 - 4 g, but for genre 1, which
 * has none. So the five commonest are 0, 2, 3, 4, 5, and an item is in the group of its last. */
static void test_genres(void **state)
{
	enum { RATED = ITEMS - 1 };
	struct rating list[RATED * 2];
	struct ratings *train;
	struct err e = { 0 };
	uint64_t of_item[ITEMS] = { 0 };
	const struct genres genres = { .n = 7,
				       .names = { "a", "b", "c", "d", "e", "f", "g" },
				       .of_item = of_item };
	struct map map;
	(void)state;
	for (int32_t i = 0; i < RATED; i++)
		for (int32_t u = 0; u < 2; u++)
			list[2 * i + u] = (struct rating){ (i + u) % 5, i, (float)(1 + i % 5) };
	must(ratings_new(5, ITEMS, list, RATED * 2, &train, NULL, &e), &e);
	for (int32_t i = 0; i < ITEMS; i++)
		for (int g = 0; g < 7; g++)
			if (g != 1 && i < 26 - 4 * g)
				of_item[i] |= (uint64_t)1 << g;
	of_item[ITEMS - 1] = 2; /* not rated: it does not count */
	struct model *m = sample_model("i-autorec", "k=4 init=0.3 rate=0.05", train);
	struct weights *w = sample_weights(m, 3);
	must(map_measure(m, w, true, MAP_BY_GENRE, &genres, &map, &e), &e);
	assert_int_equal(map.n_groups, 6);
	static const int commonest[] = { 0, 2, 3, 4, 5 };
	assert_memory_equal(map.genre, commonest, sizeof commonest);
	for (int32_t i = 0; i < ITEMS; i++) {
		const int expected = i == ITEMS - 1 ? 6
				     : i >= 26      ? 5
				     : i >= 18      ? 0
				     : i >= 14      ? 1
				     : i >= 10      ? 2
				     : i >= 6       ? 3
						    : 4;
		assert_int_equal(map.group[i], expected);
		assert_true(i == ITEMS - 1 || map.value[i] == 1 + i % 5);
	}
	map_done(&map);
	must(map_measure(m, w, true, MAP_BY_GENRE, &no_genres, &map, &e), &e);
	assert_int_equal(map.n_groups, 1);
	assert_int_equal(map.group[0], 0);
	map_done(&map);
	must(map_measure(m, w, true, MAP_BY_POPULARITY, &genres, &map, &e), &e);
	assert_int_equal(map.n_groups, MAP_THIRDS);
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
	assert_int_equal(map_measure(m, w, true, MAP_BY_MEAN, &no_genres, &map, &e), ERR_FAILED);
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
		cmocka_unit_test(test_genres),
		cmocka_unit_test(test_models_without_vectors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
