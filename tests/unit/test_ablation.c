/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Hidden units that are switched off: the effects against scoring without each unit, and what
 * readers and training see meanwhile. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/ablation.h"
#include "autorec/evaluate.h"
#include "check.h"
#include "sample.h"
#include "scratch.h"
#include "stage.h"
#include "training.h"

enum { USERS = 60, ITEMS = 40 };

/* The last user and the last two items have no training rating. */
static struct ratings *training_ratings(void)
{
	struct ratings *some = sample_ratings(USERS - 1, ITEMS - 2, 0.4, 5), *out;
	static struct rating list[USERS * ITEMS];
	const struct sparse *x = &some->by_user;
	struct err e = { 0 };
	int64_t n = 0;
	for (int32_t u = 0; u < x->n_rows; u++)
		for (int64_t t = x->start[u]; t < x->start[u + 1]; t++)
			list[n++] = (struct rating){ u, x->col[t], (float)x->val[t] };
	must(ratings_new(USERS, ITEMS, list, n, &out, NULL, &e), &e);
	ratings_free(some);
	return out;
}

static void same_effects(const char *model, const char *options)
{
	struct ratings *train = training_ratings(), *test = sample_ratings(USERS, ITEMS, 0.3, 6);
	struct model *m = sample_model(model, options, train);
	struct weights *w = sample_weights(m, 40), *without;
	struct err e = { 0 };
	struct score all, score;
	double effect[100], rmse;
	bool some = false;
	assert_true(w->hidden.k <= 100);
	must(ablation_effects(m, w, test, NULL, effect, &rmse, &e), &e);
	must(evaluate(m, w, test, &all, &e), &e);
	assert_true(all.cold > 0);
	assert_true(rmse == all.rmse);
	must(weights_new(m, &without, &e), &e);
	for (int32_t j = 0; j < w->hidden.k; j++) {
		weights_assign(m, w, without);
		weights_switch_off(m, without, j);
		must(evaluate(m, without, test, &score, &e), &e);
		if (!(fabs(effect[j] - (score.rmse - all.rmse)) < 1e-6))
			fail_msg("%s %s, unit %d: %.9g, expected %.9g", model, options, (int)j,
				 effect[j], score.rmse - all.rmse);
		some = some || fabs(effect[j]) > 1e-3;
	}
	if (!some)
		fail_msg("%s %s: no unit has an effect", model, options);
	weights_free(without);
	weights_free(w);
	model_free(m);
	ratings_free(train);
	ratings_free(test);
}

static void test_effects_as_scoring_without_each_unit(void **state)
{
	(void)state;
	same_effects("i-autorec", "k=70 lambda=1 init=0.1 rate=0.01");
	same_effects("u-autorec", "k=5 lambda=0.1 init=0.1 rate=0.01");
	same_effects("i-autorec", "k=9 lambda=0.1 init=0.1 rate=0.01 output=sigmoid");
	same_effects("i-autorec", "k=9 lambda=0.1 init=0.1 rate=0.01 clip=off");
	same_effects("deep-autorec", "layers=9,7 lambda=0.1 init=0.1 rate=0.01");
	same_effects("i-rbm", "k=6 lambda=0.01 batch=5 init=0.3 anneal=0");
	same_effects("u-rbm", "k=6 lambda=0.01 batch=5 init=0.3 anneal=0");
}

static void test_models_without_units(void **state)
{
	struct ratings *train = training_ratings();
	struct model *m = sample_model("baseline", "", train);
	struct weights *w = sample_weights(m, 2);
	double rmse;
	struct err e = { 0 };
	(void)state;
	assert_int_equal(ablation_effects(m, w, train, NULL, NULL, &rmse, &e), ERR_FAILED);
	assert_non_null(strstr(e.message, "no hidden units"));
	weights_free(w);
	model_free(m);
	ratings_free(train);
}

static double scored(struct training *r)
{
	struct score s;
	struct err e = { 0 };
	const struct weights *w = trainer_pin(r->trainer);
	must(evaluate(trainer_model(r->trainer), w, r->test, &s, &e), &e);
	trainer_unpin(r->trainer, w);
	return s.rmse;
}

/* Readers see the weights without the units; restore brings the same bits back. */
static void test_ablate_and_restore(void **state)
{
	struct training *r = training_new("i-autorec", "k=8 lambda=1 init=0.3 rate=0.05");
	struct err e = { 0 };
	int64_t epoch;
	int32_t off[8];
	(void)state;
	train(r, 20, 0, 0);
	real *before = theta_of(r, &epoch);
	const double rmse = scored(r);
	must(trainer_ablate(r->trainer, 3, &e), &e);
	const double without_3 = scored(r);
	must(trainer_ablate(r->trainer, 5, &e), &e);
	const double without_both = scored(r);
	assert_true(without_3 != rmse && without_both != without_3);
	assert_int_equal(trainer_ablated(r->trainer, off, 8), 2);
	assert_true(off[0] == 3 && off[1] == 5);
	assert_int_equal(trainer_ablate(r->trainer, 5, &e), ERR_FAILED);
	assert_int_equal(trainer_ablate(r->trainer, 8, &e), ERR_FAILED);
	assert_int_equal(trainer_ablate(r->trainer, -1, &e), ERR_FAILED);
	assert_int_equal(trainer_train(r->trainer, 5, 0, 0, &e), ERR_FAILED);
	assert_int_equal(trainer_step(r->trainer, &e), ERR_FAILED);
	assert_true(scored(r) == without_both);
	assert_int_equal(trainer_restore(r->trainer), 2);
	assert_int_equal(trainer_restore(r->trainer), 0);
	assert_true(scored(r) == rmse);
	real *after = theta_of(r, &epoch);
	same_theta(r, "after restore", before, after);
	free(before);
	free(after);

	/* Training goes on as if nothing had happened. */
	struct training *other = training_new("i-autorec", "k=8 lambda=1 init=0.3 rate=0.05");
	train(other, 20, 0, 0);
	train(other, 5, 0, 0);
	train(r, 5, 0, 0);
	real *ours = theta_of(r, &epoch), *expected = theta_of(other, &epoch);
	same_theta(r, "trained on", ours, expected);
	free(ours);
	free(expected);
	training_free(other);
	training_free(r);
}

/* A reset ends it. */
static void test_reset_restores(void **state)
{
	struct training *r = training_new("u-autorec", "k=8 lambda=1 init=0.3 rate=0.05");
	struct err e = { 0 };
	(void)state;
	train(r, 3, 0, 0);
	must(trainer_ablate(r->trainer, 0, &e), &e);
	must(trainer_reset(r->trainer, &e), &e);
	rest(r);
	assert_int_equal(trainer_ablated(r->trainer, NULL, 0), 0);
	train(r, 2, 0, 0);
	assert_int_equal(status_of(r).epoch, 2);
	training_free(r);
}

/* A saved model has all its units. */
static void test_saved_whole(void **state)
{
	struct stage *st = stage_new();
	(void)state;
	run(st, "load %/ratings.csv");
	run(st, "split holdout=0.3 valid=0.2 seed=1");
	run(st, "model i-autorec k=4 lambda=0.1 init=0.1 rate=0.01");
	run(st, "train 40");
	run(st, "evaluate ranking=off");
	const double rmse = number(st, "rmse");
	run(st, "ablate 1 on=test");
	assert_true(number(st, "rmse_before") == rmse);
	const double without = number(st, "rmse_after");
	assert_true(without != rmse);
	run(st, "evaluate ranking=off");
	assert_true(number(st, "rmse") == without);
	run(st, "save %/whole.safetensors");
	assert_non_null(json_object_get(st->last, "note")); /* and says so */
	run(st, "open %/whole.safetensors");
	run(st, "evaluate ranking=off");
	assert_true(number(st, "rmse") == rmse);
	stage_free(st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_effects_as_scoring_without_each_unit),
		cmocka_unit_test(test_models_without_units),
		cmocka_unit_test(test_ablate_and_restore),
		cmocka_unit_test(test_reset_restores),
		cmocka_unit_test(test_saved_whole),
	};
	return cmocka_run_group_tests(tests, write_sample, scratch_remove);
}
