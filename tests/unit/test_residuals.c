/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Residuals and their groups against plain loops. */
#include <math.h>
#include <stdlib.h>

#include "autorec/evaluate.h"
#include "autorec/residuals.h"
#include "check.h"
#include "sample.h"

static const struct genres no_genres;

enum { USERS = 70, ITEMS = 40, MOST = 15 };

struct scene {
	struct ratings *train, *test;
	struct model *m;
	struct weights *w;
	real *predicted; /* [test] */
};

/* The last user and the last two items have no training rating. */
static struct scene scene_new(float factor)
{
	struct scene s = { .train = sample_ratings(USERS - 1, ITEMS - 2, 0.3, 5) };
	struct ratings *held = sample_ratings(USERS, ITEMS, 0.4, 6);
	static struct rating list[USERS * ITEMS];
	struct err e = { 0 };
	int64_t n = 0;
	for (int32_t u = 0; u < USERS; u++)
		for (int64_t t = held->by_user.start[u]; t < held->by_user.start[u + 1]; t++)
			list[n++] = (struct rating){ u, held->by_user.col[t],
						     (float)held->by_user.val[t] *
							     (factor + (float)(factor > 1) *
									       (float)(t % 7)) };
	must(ratings_new(USERS, ITEMS, list, n, &s.test, NULL, &e), &e);
	ratings_free(held);
	/* all users and items have a row in training as well */
	n = 0;
	for (int32_t u = 0; u < USERS - 1; u++)
		for (int64_t t = s.train->by_user.start[u]; t < s.train->by_user.start[u + 1]; t++)
			list[n++] = (struct rating){ u, s.train->by_user.col[t],
						     (float)s.train->by_user.val[t] };
	ratings_free(s.train);
	must(ratings_new(USERS, ITEMS, list, n, &s.train, NULL, &e), &e);
	s.m = sample_model("i-autorec", "k=8 lambda=1", s.train);
	s.w = sample_weights(s.m, 8);
	s.predicted = calloc((size_t)s.test->by_user.nnz, sizeof *s.predicted);
	assert_non_null(s.predicted);
	s.m->ops->predict_pairs(s.m, s.w, s.test, s.predicted);
	return s;
}

static void scene_done(struct scene *s)
{
	free(s->predicted);
	weights_free(s->w);
	model_free(s->m);
	ratings_free(s->train);
	ratings_free(s->test);
}

/* What test entry t of user u is grouped by. */
static double key_of(const struct scene *s, enum residual_grouping by, int32_t u, int64_t t)
{
	const struct sparse *x = &s->test->by_user;
	switch (by) {
	case RESIDUALS_BY_USER: return (double)sparse_row_size(&s->train->by_user, u);
	case RESIDUALS_BY_ITEM: return (double)sparse_row_size(&s->train->by_item, x->col[t]);
	case RESIDUALS_BY_VALUE: return (double)x->val[t];
	default: return evaluate_prediction(s->m, u, x->col[t], (double)s->predicted[t]);
	}
}

/* Is the key in this group?  Ranges of real numbers meet at their bounds; the last has its own. */
static bool belongs(const struct residuals *r, int by, int i, double key)
{
	const struct residual_group *g = &r->group[by][i];
	const bool ranges = by == RESIDUALS_BY_LEVEL ||
			    (by == RESIDUALS_BY_VALUE && g->from < g->to);
	return key >= g->from &&
	       (ranges && i + 1 < r->n_groups[by] ? key < r->group[by][i + 1].from : key <= g->to);
}

static void same_group(const struct scene *s, const struct residuals *r, int by, int i)
{
	const struct sparse *x = &s->test->by_user;
	const struct residual_group *g = &r->group[by][i];
	double squares = 0, observed = 0, predicted = 0;
	int64_t n = 0;
	for (int32_t u = 0; u < x->n_rows; u++)
		for (int64_t t = x->start[u]; t < x->start[u + 1]; t++) {
			if (!belongs(r, by, i, key_of(s, (enum residual_grouping)by, u, t)))
				continue;
			const double p = evaluate_prediction(s->m, u, x->col[t],
							     (double)s->predicted[t]);
			squares += (p - (double)x->val[t]) * (p - (double)x->val[t]);
			observed += (double)x->val[t];
			predicted += p;
			n++;
		}
	assert_int_equal(g->n, n);
	if (n == 0) {
		assert_true(isnan(g->rmse));
		return;
	}
	assert_true(fabs(g->rmse - sqrt(squares / (double)n)) < 1e-9);
	assert_true(fabs(g->observed - observed / (double)n) < 1e-9);
	assert_true(fabs(g->predicted - predicted / (double)n) < 1e-9);
}

static void check_groups(float factor, int n_values)
{
	struct scene s = scene_new(factor);
	struct residuals r;
	struct score score;
	struct err e = { 0 };
	must(residuals_measure(s.m, s.w, s.test, &no_genres, MOST, &r, &e), &e);
	must(evaluate(s.m, s.w, s.test, &score, &e), &e);
	assert_int_equal(r.all.n, score.n);
	assert_true(fabs(r.all.rmse - score.rmse) < 1e-9);
	assert_int_equal(r.n_groups[RESIDUALS_BY_VALUE], n_values);
	assert_int_equal(r.n_groups[RESIDUALS_BY_GENRE], 0);
	for (int by = 0; by < RESIDUALS_BY_GENRE; by++) {
		int64_t n = 0;
		for (int i = 0; i < r.n_groups[by]; i++) {
			same_group(&s, &r, by, i);
			n += r.group[by][i].n;
		}
		assert_int_equal(n, score.n); /* each rating is in one group */
	}
	residuals_done(&r);
	scene_done(&s);
}

static void test_groups_as_plain_loops(void **state)
{
	(void)state;
	check_groups(1, 4);
}

static void test_many_values_become_ranges(void **state)
{
	(void)state;
	check_groups(1.01F, 10);
}

/* A rating counts in each genre of its item, and in none if the item has none. Items have the
 * genres of the bits of their index; the fourth genre has no item. */
static void test_genres_as_plain_loops(void **state)
{
	struct scene s = scene_new(1);
	uint64_t of_item[ITEMS];
	const struct genres genres = { .n = 4,
				       .names = { "low", "middle", "high", "none" },
				       .of_item = of_item };
	const struct sparse *x = &s.test->by_user;
	struct residuals r;
	struct err e = { 0 };
	int seen = 0;
	(void)state;
	for (int32_t i = 0; i < ITEMS; i++)
		of_item[i] = (uint64_t)i & 7;
	must(residuals_measure(s.m, s.w, s.test, &genres, MOST, &r, &e), &e);
	assert_int_equal(r.n_groups[RESIDUALS_BY_GENRE], 4);
	for (int i = 0; i < 4; i++) {
		const struct residual_group *g = &r.group[RESIDUALS_BY_GENRE][i];
		const int genre = (int)g->from;
		double squares = 0, predicted = 0;
		int64_t n = 0;
		for (int32_t u = 0; u < x->n_rows; u++)
			for (int64_t t = x->start[u]; t < x->start[u + 1]; t++) {
				const double p = evaluate_prediction(s.m, u, x->col[t],
								     (double)s.predicted[t]);
				if (!(x->col[t] >> genre & 1) || genre == 3)
					continue;
				squares += (p - (double)x->val[t]) * (p - (double)x->val[t]);
				predicted += p;
				n++;
			}
		seen |= 1 << genre;
		assert_int_equal(g->n, n);
		assert_true(i == 0 || g->n <= g[-1].n);
		assert_int_equal(n == 0, genre == 3);
		assert_true(n == 0 || fabs(g->rmse - sqrt(squares / (double)n)) < 1e-9);
		assert_true(n == 0 || fabs(g->predicted - predicted / (double)n) < 1e-9);
	}
	assert_int_equal(seen, 15);
	residuals_done(&r);
	scene_done(&s);
}

/* Each of the worst has as many that are worse as its rank says. */
static void test_worst_first(void **state)
{
	struct scene s = scene_new(1);
	const struct sparse *x = &s.test->by_user;
	struct residuals r;
	struct err e = { 0 };
	(void)state;
	must(residuals_measure(s.m, s.w, s.test, &no_genres, MOST, &r, &e), &e);
	assert_int_equal(r.n_worst, MOST);
	bool cold = false;
	for (int i = 0; i < MOST; i++) {
		const struct residual *one = &r.worst[i];
		const double size = fabs(one->predicted - one->observed);
		int before = 0;
		for (int32_t u = 0; u < x->n_rows; u++)
			for (int64_t t = x->start[u]; t < x->start[u + 1]; t++) {
				const double other = fabs(
					evaluate_prediction(s.m, u, x->col[t],
							    (double)s.predicted[t]) -
					(double)x->val[t]);
				const bool first = u < one->user ||
						   (u == one->user && x->col[t] < one->item);
				before += other > size || (other == size && first);
				if (u == one->user && x->col[t] == one->item) {
					assert_true(other == size);
					assert_true((double)x->val[t] == one->observed);
					assert_int_equal(one->cold,
							 evaluate_cold(s.m, u, x->col[t]));
				}
			}
		assert_int_equal(before, i);
		cold = cold || one->cold;
	}
	residuals_done(&r);
	must(residuals_measure(s.m, s.w, s.test, &no_genres, 0, &r, &e), &e);
	assert_int_equal(r.n_worst, 0);
	residuals_done(&r);
	must(residuals_measure(s.m, s.w, s.test, &no_genres, 1000000, &r, &e), &e);
	assert_int_equal(r.n_worst, x->nnz);
	for (int64_t i = 1; i < r.n_worst; i++)
		assert_true(fabs(r.worst[i].predicted - r.worst[i].observed) <=
			    fabs(r.worst[i - 1].predicted - r.worst[i - 1].observed));
	residuals_done(&r);
	scene_done(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_groups_as_plain_loops),
		cmocka_unit_test(test_many_values_become_ranges),
		cmocka_unit_test(test_genres_as_plain_loops),
		cmocka_unit_test(test_worst_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
