/* SPDX-License-Identifier: GPL-3.0-or-later
 * Options that are chosen from the ratings, and the independence of the scale. */
#include "autorec/model.h"

#include <math.h>

#include "autorec/evaluate.h"
#include "autorec/rng.h"
#include "check.h"
#include "sample.h"

enum { USERS = 40, ITEMS = 30, RATINGS = 500 };

/* Ratings of 1..5 times `factor`; the last user and the last item have none. */
static struct ratings *some_ratings(double factor)
{
	struct rating list[RATINGS];
	struct ratings *r;
	struct rng rng;
	struct err e = { 0 };
	rng_init(&rng, 3, 0);
	for (int t = 0; t < RATINGS; t++) {
		list[t].user = (int32_t)rng_below(&rng, USERS - 1);
		list[t].item = (int32_t)rng_below(&rng, ITEMS - 1);
		list[t].value = (float)(factor * (double)(1 + rng_below(&rng, 5)));
	}
	must(ratings_new(USERS, ITEMS, list, RATINGS, &r, NULL, &e), &e);
	return r;
}

static double rmse_after(const char *name, const struct ratings *train, int epochs)
{
	struct model *m = sample_model(name, "init=0.1", train);
	struct weights *w = sample_weights(m, epochs);
	struct epoch_result result;
	m->ops->forward(m, w, &result);
	weights_free(w);
	model_free(m);
	return result.train_rmse;
}

static void a_larger_scale_trains_alike(void **state)
{
	static const char *const names[] = { "i-autorec", "u-autorec", "deep-autorec", "biased-mf",
					     "llorma" };
	struct ratings *one = some_ratings(1), *twenty = some_ratings(20);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const double a = rmse_after(names[i], one, 40),
			     b = rmse_after(names[i], twenty, 40);
		if (!(fabs(b / 20 - a) < 0.01 * a))
			fail_msg("%s: %g on 1..5, %g on 20..100", names[i], a, b);
	}
	ratings_free(one);
	ratings_free(twenty);
}

static void choices_are_kept_and_numbers_win(void **state)
{
	struct ratings *r = some_ratings(1);
	const struct config_option *lambda = option_find("lambda");
	char text[64];
	struct err e = { 0 };
	struct model *m = sample_model("i-autorec", "", r), *again;
	assert_true(m->config.lambda > 0 && m->config.k > 0 && m->config.unit == 1);
	option_show(lambda, &m->config, text, sizeof text);
	assert_memory_equal("auto (", text, 6);
	assert_true(option_is_word(lambda, &m->config) && !option_waits(lambda, &m->config));
	/* a chosen value stays when the ratings change */
	struct ratings *twenty = some_ratings(20);
	must(model_new(m->ops, &m->config, twenty, &again, &e), &e);
	assert_true(again->config.lambda == m->config.lambda && again->config.k == m->config.k);
	must(option_set(lambda, "7", &m->config, &e), &e);
	assert_string_equal("7", option_show(lambda, &m->config, text, sizeof text));
	must(option_set(lambda, "auto", &m->config, &e), &e);
	assert_true(option_waits(lambda, &m->config));
	model_choose(m, &m->config);
	assert_true(m->config.lambda == again->config.lambda);
	model_free(again);
	model_free(m);
	ratings_free(twenty);
	ratings_free(r);
}

static double mean_of(const struct sparse *x, int32_t row)
{
	double total = 0;
	for (int64_t t = x->start[row]; t < x->start[row + 1]; t++)
		total += (double)x->val[t];
	return total / (double)sparse_row_size(x, row);
}

static void cold_pairs_get_a_mean(void **state)
{
	struct ratings *r = some_ratings(20);
	struct model *m = sample_model("baseline", "", r),
		     *three = sample_model("baseline", "default=3", r);
	assert_true(evaluate_prediction(m, 2, ITEMS - 1, 50) == mean_of(&r->by_user, 2));
	assert_true(evaluate_prediction(m, USERS - 1, 4, 50) == mean_of(&r->by_item, 4));
	assert_true(evaluate_prediction(m, USERS - 1, ITEMS - 1, 50) == ratings_mean(r));
	assert_true(evaluate_prediction(m, 2, 4, 50) == 50);
	assert_true(evaluate_prediction(three, 2, ITEMS - 1, 50) == 3);
	model_free(m);
	model_free(three);
	ratings_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_larger_scale_trains_alike),
		cmocka_unit_test(choices_are_kept_and_numbers_win),
		cmocka_unit_test(cold_pairs_get_a_mean),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
