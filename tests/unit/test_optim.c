/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Optimisers against a plain loop of their formulas; batches and dropout against what they promise.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/model/autorec.h"
#include "autorec/optim.h"
#include "autorec/rng.h"
#include "check.h"

enum { N = 37, STEPS = 50 };

static const double ANNEAL = 20; /* epochs until the rate is half */

static void optim_of(struct optim *o, const char *name, double rate)
{
	assert_int_equal(0, optim_init(o, optim_ops_at(param_choose(OPTIMIZER_NAMES, name)), rate,
				       N, NULL));
	assert_string_equal(name, optim_name(param_choose(OPTIMIZER_NAMES, name)));
}

/* The gradient of sum a_i (x_i - 1)^2, with a_0 = 0: one that is always zero. */
static double gradient_at(int i, double x)
{
	return 2 * (0.1 * i) * (x - 1);
}

static void run(struct optim *o, real *x)
{
	real g[N], next[N];
	for (int i = 0; i < N; i++)
		g[i] = (real)gradient_at(i, (double)x[i]);
	optim_begin(o);
	/* In two pieces, as kernels do it. */
	o->ops->update(o, 0, 16, next, x, g);
	o->ops->update(o, 16, N - 16, next, x, g + 16);
	memcpy(x, next, sizeof next);
}

static void compare(const char *name, int step, const real *x, const double *reference)
{
	for (int i = 0; i < N; i++)
		if (!(fabs((double)x[i] - reference[i]) <= 1e-4 * (1 + fabs(reference[i]))))
			fail_msg("%s, step %d, x[%d]: %.9g, the reference has %.9g", name, step, i,
				 (double)x[i], reference[i]);
}

static void adam_is_kingma_and_ba(void **state)
{
	double mean[N] = { 0 }, square[N] = { 0 }, reference[N] = { 0 };
	real x[N] = { 0 };
	struct optim o;
	optim_of(&o, "adam", 0.01);
	for (int t = 1; t <= STEPS; t++) {
		optim_anneal(&o, t, ANNEAL);
		run(&o, x);
		for (int i = 0; i < N; i++) {
			const double g = gradient_at(i, reference[i]);
			mean[i] = 0.9 * mean[i] + 0.1 * g;
			square[i] = 0.999 * square[i] + 0.001 * g * g;
			const double m = mean[i] / (1 - pow(0.9, t)),
				     v = square[i] / (1 - pow(0.999, t));
			reference[i] -= 0.01 / (1 + t / ANNEAL) * m / (sqrt(v) + 1e-8);
		}
		compare("adam", t, x, reference);
	}
	assert_true(x[0] == 0); /* no gradient, no move */
	optim_done(&o);
}

static void sgd_is_gradient_descent(void **state)
{
	double reference[N] = { 0 };
	real x[N] = { 0 };
	struct optim o;
	optim_of(&o, "sgd", 0.05);
	for (int t = 1; t <= STEPS; t++) {
		optim_anneal(&o, t, ANNEAL);
		run(&o, x);
		for (int i = 0; i < N; i++)
			reference[i] -= 0.05 / (1 + t / ANNEAL) * gradient_at(i, reference[i]);
		compare("sgd", t, x, reference);
	}
	optim_done(&o);
}

static void rprop_is_irprop_minus(void **state)
{
	double reference[N] = { 0 }, step[N], last[N] = { 0 };
	real x[N] = { 0 };
	struct optim o;
	for (int i = 0; i < N; i++)
		step[i] = 0.01;
	optim_of(&o, "rprop", 0.01);
	for (int t = 1; t <= STEPS; t++) {
		run(&o, x);
		for (int i = 0; i < N; i++) {
			double g = gradient_at(i, reference[i]);
			if (g * last[i] > 0)
				step[i] = fmin(step[i] * 1.2, 1);
			if (g * last[i] < 0) {
				step[i] = fmax(step[i] * 0.5, 1e-6);
				g = 0;
			}
			reference[i] -= (g > 0) * step[i] - (g < 0) * step[i];
			last[i] = g;
		}
		compare("rprop", t, x, reference);
	}
	assert_true(x[0] == 0);
	optim_done(&o);
}

static void every_optimiser_finds_the_minimum(void **state)
{
	/* lbfgs: test_lbfgs */
	static const struct {
		const char *name;
		double rate;
		int steps;
	} all[] = { { "rprop", 0.01, 300 }, { "adam", 0.05, 2000 }, { "sgd", 0.05, 2000 } };
	for (size_t k = 0; k < sizeof all / sizeof all[0]; k++) {
		real x[N] = { 0 };
		struct optim o;
		optim_of(&o, all[k].name, all[k].rate);
		for (int t = 0; t < all[k].steps; t++)
			run(&o, x);
		for (int i = 1; i < N; i++)
			if (!(fabs((double)x[i] - 1) < 1e-2))
				fail_msg("%s: x[%d] is %.9g, not 1", all[k].name, i, (double)x[i]);
		optim_done(&o);
	}
}

/* ---- batches ------------------------------------------------------------ */

static struct ratings *some_ratings(void)
{
	struct rating list[600];
	struct ratings *r;
	struct rng rng;
	rng_init(&rng, 7, 0);
	for (int t = 0; t < 600; t++)
		list[t] = (struct rating){ (int32_t)rng_below(&rng, 40),
					   (int32_t)rng_below(&rng, 30),
					   (float)(1 + rng_below(&rng, 5)) };
	assert_int_equal(0, ratings_new(40, 30, list, 600, &r, NULL, NULL));
	return r;
}

static struct model *model_with(const char *name, const struct ratings *r,
				const char *const *options)
{
	struct config c = config_default();
	struct model *m;
	struct err e = { 0 };
	c.k = 5;
	c.layers = (struct int_list){ 3, { 5, 3, 4 } };
	for (; *options; options += 2)
		assert_int_equal(0, option_set(option_find(options[0]), options[1], &c, NULL));
	if (model_new(model_ops_find(name), &c, r, &m, &e) < 0)
		fail_msg("%s", e.message);
	return m;
}

static void check_partition(const char *name)
{
	static const char *const options[] = { "batch", "7", NULL };
	struct ratings *r = some_ratings();
	struct model *m = model_with(name, r, options);
	const struct trainee *a = m->impl;
	const bool by_item = m->ops->by_item;
	assert_int_equal((m->n_vectors + 6) / 7, a->n_batches);
	int *seen = calloc((size_t)r->by_user.nnz, sizeof *seen);
	double share = 0;
	for (int i = 0; i < a->n_batches; i++) {
		const struct step step = autorec_batch_step(m, 3, i);
		const struct sparse *x = &step.on->by_user;
		const int32_t *who = a->order;
		for (int j = 0; a->batches[j] != step.on; j++)
			who += 7;
		share += step.share;
		assert_true(autorec_vectors(m, step.on)->n_rows <= 7);
		for (int32_t u = 0; u < x->n_rows; u++)
			for (int64_t t = x->start[u]; t < x->start[u + 1]; t++)
				seen[sparse_find(&r->by_user, by_item ? u : who[u],
						 by_item ? who[x->col[t]] : x->col[t])]++;
	}
	for (int64_t t = 0; t < r->by_user.nnz; t++)
		assert_int_equal(1, seen[t]); /* every rating in one step of the epoch */
	assert_true(fabs(share - 1) < 1e-12);
	free(seen);
	model_free(m);
	ratings_free(r);
}

static void batches_take_every_rating_once(void **state)
{
	check_partition("i-autorec");
	check_partition("u-autorec");
	check_partition("deep-autorec");
}

/* With a learning rate next to nothing the steps of an epoch add up to one step on everything. */
static void check_sum(const char *name)
{
	static const char *const batched[] = { "batch",  "7", "optimizer", "sgd", "rate", "1e-8",
					       "lambda", "3", "init",      "0.3", NULL };
	static const char *const whole[] = { "optimizer", "sgd",  "rate", "1e-8", "lambda",
					     "3",         "init", "0.3",  NULL };
	struct ratings *r = some_ratings();
	struct model *models[2] = { model_with(name, r, batched), model_with(name, r, whole) };
	struct weights *from[2], *to[2];
	struct epoch_result result;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(0, weights_new(models[i], &from[i], NULL));
		assert_int_equal(0, weights_new(models[i], &to[i], NULL));
		assert_int_equal(0, models[i]->ops->init(models[i], from[i], NULL));
		models[i]->ops->forward(models[i], from[i], &result);
		assert_int_equal(0,
				 models[i]->ops->epoch(models[i], from[i], to[i], &result, NULL));
	}
	for (size_t i = 0; i < models[0]->n_theta; i++) {
		const double ours = (double)(to[0]->theta[i] - from[0]->theta[i]) * 1e8,
			     theirs = (double)(to[1]->theta[i] - from[1]->theta[i]) * 1e8;
		if (fabs(ours - theirs) > 1e-4 * (1 + fabs(theirs)))
			fail_msg("theta[%zu] moved by %.9g in batches, by %.9g as a whole", i, ours,
				 theirs);
	}
	for (int i = 0; i < 2; i++) {
		weights_free(from[i]);
		weights_free(to[i]);
		model_free(models[i]);
	}
	ratings_free(r);
}

static void batches_add_up_to_the_gradient(void **state)
{
#ifndef AUTOREC_DOUBLE
	print_message("differences this small need the core in double, where this test runs\n");
	skip();
#endif
	check_sum("u-autorec");
	check_sum("deep-autorec");
}

/* Under one lambda the loss falls with every step; another one is another loss, which falls too. */
static void lbfgs_descends(void **state)
{
	static const char *const options[] = { "optimizer", "lbfgs", "lambda", "3", NULL };
	struct ratings *r = some_ratings();
	struct model *m = model_with("i-autorec", r, options);
	struct weights *w[2];
	struct epoch_result result;
	for (int i = 0; i < 2; i++)
		assert_int_equal(0, weights_new(m, &w[i], NULL));
	assert_int_equal(0, m->ops->init(m, w[0], NULL));
	m->ops->forward(m, w[0], &result);
	double loss = result.loss, first = loss;
	for (int step = 0; step < 40; step++) {
		if (step == 20)
			m->config.lambda = 8;
		assert_int_equal(0,
				 m->ops->epoch(m, w[step % 2], w[(step + 1) % 2], &result, NULL));
		if (step != 20 && !(result.loss < loss))
			fail_msg("step %d: loss %.9g after %.9g", step, result.loss, loss);
		loss = result.loss;
	}
	assert_true(loss < first / 5);
	for (int i = 0; i < 2; i++)
		weights_free(w[i]);
	model_free(m);
	ratings_free(r);
}

static void dropout_hides_inputs_and_scales_the_others(void **state)
{
	static const char *const options[] = { "dropout", "0.25", NULL };
	struct ratings *r = some_ratings();
	struct model *m = model_with("i-autorec", r, options);
	int64_t hidden = 0, epochs = 200, nnz = r->by_user.nnz;
	for (int64_t epoch = 0; epoch < epochs; epoch++) {
		const struct step step = autorec_batch_step(m, epoch, 0);
		for (int64_t t = 0; t < nnz; t++) {
			const double x = (double)step.by_dim[t], whole = (double)r->by_user.val[t];
			hidden += x == 0;
			assert_true(x == 0 || fabs(x - whole / 0.75) < 1e-5);
		}
		for (int64_t t = 0; t < nnz; t++) /* both orders agree */
			assert_true(step.by_vector[t] == step.by_dim[r->item_to_user[t]]);
	}
	const double share = (double)hidden / (double)(epochs * nnz),
		     sd = sqrt(0.25 * 0.75 / (double)(epochs * nnz));
	if (fabs(share - 0.25) > 5 * sd)
		fail_msg("%.4f of the inputs were hidden, not 0.25 +- %.4f", share, 5 * sd);
	model_free(m);
	ratings_free(r);
}

static void means_are_where_it_starts(void **state)
{
	static const char *const outputs[] = { "identity", "sigmoid", "tanh", "relu" };
	struct ratings *r = some_ratings();
	for (int f = 0; f < 4; f++) {
		const char *options[] = {
			"start", "means", "init", "0", "output", outputs[f], NULL
		};
		struct model *m = model_with("u-autorec", r, options);
		struct weights *w;
		real out[30];
		assert_int_equal(0, weights_new(m, &w, NULL));
		assert_int_equal(0, m->ops->init(m, w, NULL));
		struct epoch_result result;
		m->ops->forward(m, w, &result);
		assert_int_equal(0, model_predict_user(m, w, NULL, 0, out, NULL));
		for (int32_t i = 0; i < 30; i++) {
			double total = 5 * ratings_mean(r), n = 5;
			for (int64_t t = r->by_item.start[i]; t < r->by_item.start[i + 1]; t++, n++)
				total += (double)r->by_item.val[t];
			if (fabs((double)out[i] - total / n) > 1e-4)
				fail_msg("%s: item %d starts at %.6f, its mean is %.6f", outputs[f],
					 (int)i, (double)out[i], total / n);
		}
		weights_free(w);
		model_free(m);
	}
	ratings_free(r);
}

static void too_much_memory_is_refused_beforehand(void **state)
{
	struct ratings *r = some_ratings();
	struct config c = config_default();
	struct model *m = NULL;
	struct err e = { 0 };
	c.k = 2000000000;
	assert_int_equal(ERR_NOMEM, model_new(model_ops_find("i-autorec"), &c, r, &m, &e));
	assert_null(m);
	assert_non_null(strstr(e.message, " would fit"));
	ratings_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adam_is_kingma_and_ba),
		cmocka_unit_test(sgd_is_gradient_descent),
		cmocka_unit_test(rprop_is_irprop_minus),
		cmocka_unit_test(every_optimiser_finds_the_minimum),
		cmocka_unit_test(batches_take_every_rating_once),
		cmocka_unit_test(batches_add_up_to_the_gradient),
		cmocka_unit_test(lbfgs_descends),
		cmocka_unit_test(dropout_hides_inputs_and_scales_the_others),
		cmocka_unit_test(means_are_where_it_starts),
		cmocka_unit_test(too_much_memory_is_refused_beforehand),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
