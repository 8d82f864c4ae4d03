/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Our L-BFGS beside liblbfgs with the same line search: in double the same path, in float, where
 * pairs are brief, the same minimum in about as many steps. */
#include <lbfgs.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/config.h"
#include "autorec/kernel.h"
#include "autorec/mem.h"
#include "autorec/optim.h"
#include "check.h"

enum {
	N = 5003,
	MOST_STEPS = 400,
	PIECE = 71
}; /* several blocks, the last one not full, and pieces across their borders */
static const bool exact = sizeof(real) == sizeof(double);

typedef double function(const double *x, double *g);

/* sum a_i (x_i - 1)^2, a_i from 0.01 to 10. */
static double quadratic(const double *x, double *g)
{
	double f = 0;
	for (int i = 0; i < N; i++) {
		const double a = 0.01 * pow(1000, (double)i / N), d = x[i] - 1;
		f += a * d * d;
		g[i] = 2 * a * d;
	}
	return f;
}

/* Rosenbrock's valley in pairs of variables, a little less steep; the last variable is in none. */
static double valleys(const double *x, double *g)
{
	double f = 0;
	g[N - 1] = 0;
	for (int i = 0; i + 1 < N; i += 2) {
		const double p = 1 - x[i], q = 10 * (x[i + 1] - x[i] * x[i]);
		f += p * p + q * q;
		g[i + 1] = 20 * q;
		g[i] = -2 * p - 2 * x[i] * g[i + 1];
	}
	return f;
}

struct path {
	function *f;
	double loss[MOST_STEPS + 1];
	int steps;
};

static void start_at(double *x)
{
	for (int i = 0; i < N; i++)
		x[i] = i % 2 ? 1 : -1.2 + 1e-4 * i;
}

static lbfgsfloatval_t evaluate(void *instance, const lbfgsfloatval_t *x, lbfgsfloatval_t *g, int n,
				lbfgsfloatval_t step)
{
	return ((struct path *)instance)->f(x, g);
}

static int progress(void *instance, const lbfgsfloatval_t *x, const lbfgsfloatval_t *g,
		    lbfgsfloatval_t fx, lbfgsfloatval_t xnorm, lbfgsfloatval_t gnorm,
		    lbfgsfloatval_t step, int n, int k, int ls)
{
	struct path *p = instance;
	p->loss[k] = fx;
	p->steps = k;
	return 0;
}

static void library(struct path *p)
{
	lbfgs_parameter_t param;
	lbfgs_parameter_init(&param);
	param.m = 10;
	param.linesearch = LBFGS_LINESEARCH_BACKTRACKING_ARMIJO;
	param.epsilon = 1e-5;
	param.max_iterations = MOST_STEPS;
	lbfgsfloatval_t *x = lbfgs_malloc(N), value;
	start_at(x);
	lbfgs(N, x, &value, evaluate, progress, p, &param);
	lbfgs_free(x);
}

static double loss_at(const struct path *p, const real *x, real *gradient)
{
	double *point = mem_array(N, sizeof *point, NULL), *g = mem_array(N, sizeof *g, NULL);
	for (int i = 0; i < N; i++)
		point[i] = (double)x[i];
	const double f = p->f(point, g);
	for (int i = 0; i < N; i++)
		gradient[i] = (real)g[i];
	free(point);
	free(g);
	return f;
}

/* At most so many steps, or until the loss is below `until`. */
static void ours(struct path *p, int steps, double until)
{
	struct optim o;
	double first[N];
	real *x = mem_array(N, sizeof *x, NULL), *next = mem_array(N, sizeof *x, NULL),
	     *g = mem_array(N, sizeof *g, NULL);
	assert_int_equal(0, optim_init(&o, optim_ops_at(param_choose(OPTIMIZER_NAMES, "lbfgs")), 0,
				       N, NULL));
	start_at(first);
	for (int i = 0; i < N; i++)
		x[i] = (real)first[i];
	p->loss[0] = loss_at(p, x, g);
	for (p->steps = 0; p->steps < steps && p->loss[p->steps] > until; p->steps++) {
		optim_begin(&o);
		for (size_t at = 0; at < N; at += PIECE)
			o.ops->update(&o, at, N - at < PIECE ? N - at : PIECE, next, x, g + at);
		o.ops->set_out(&o, p->loss[p->steps], next, x);
		double loss;
		do
			loss = loss_at(p, next, g);
		while (o.ops->again(&o, loss, next, x));
		p->loss[p->steps + 1] = loss;
		memcpy(x, next, N * sizeof *x);
	}
	optim_done(&o);
	free(x);
	free(next);
	free(g);
}

static void compare(function *f, const char *name)
{
	struct path theirs = { f }, found = { f };
	library(&theirs);
	assert_true(theirs.steps > 15);
	if (exact) {
		ours(&found, 40, 0);
		for (int k = 1; k <= 40 && k <= theirs.steps; k++)
			if (!(fabs(found.loss[k] - theirs.loss[k]) <= 1e-6 * theirs.loss[k]))
				fail_msg("%s, step %d: loss %.12g, liblbfgs has %.12g", name, k,
					 found.loss[k], theirs.loss[k]);
		return;
	}
	/* Where the library is at two thirds of its way; float's noise is far below. */
	const int at = theirs.steps * 2 / 3;
	ours(&found, MOST_STEPS, theirs.loss[at]);
	if (found.steps > at * 3 / 2)
		fail_msg("%s: %d steps to a loss of %g, liblbfgs takes %d", name, found.steps,
			 theirs.loss[at], at);
}

static void quadratic_as_liblbfgs(void **state)
{
	compare(quadratic, "quadratic");
}

static void valleys_as_liblbfgs(void **state)
{
	compare(valleys, "valleys");
}

static void bits_do_not_depend_on_threads(void **state)
{
	struct path one = { valleys }, two = { valleys };
	kernel_set_threads(1);
	ours(&one, 30, 0);
	kernel_set_threads(2);
	ours(&two, 30, 0);
	kernel_set_threads(0);
	assert_memory_equal(one.loss, two.loss, sizeof one.loss);
}

static double not_a_slope(const double *x, double *g)
{
	for (int i = 0; i < N; i++)
		g[i] = 1;
	g[0] = NAN;
	return 1;
}

static double nowhere_lower(const double *x, double *g)
{
	static double value;
	for (int i = 0; i < N; i++)
		g[i] = 1;
	return value += 1;
}

/* Whatever the function says, a step ends, and where it found nothing theta stays. */
static void every_step_ends(void **state)
{
	struct path p = { not_a_slope }, q = { nowhere_lower };
	ours(&p, 3, -1);
	assert_int_equal(3, p.steps);
	ours(&q, 3, -1);
	assert_int_equal(3, q.steps);
}

/* The loss at `from` is not the one that the last move arrived at (another lambda): its pair is not
 * taken. */
static void another_objective_makes_no_pair(void **state)
{
	struct optim o;
	struct path p = { quadratic };
	real x[N] = { 0 }, next[N], g[N];
	assert_int_equal(0, optim_init(&o, optim_ops_at(param_choose(OPTIMIZER_NAMES, "lbfgs")), 0,
				       N, NULL));
	for (int step = 0; step < 3; step++) {
		const double loss = loss_at(&p, x, g) + 100 * step;
		o.ops->update(&o, 0, N, next, x, g);
		o.ops->set_out(&o, loss, next, x);
		double length = 0;
		for (int i = 0; i < N; i++)
			length += (double)(next[i] - x[i]) * (double)(next[i] - x[i]);
		if (!(fabs(sqrt(length) - 1) <
		      1e-2)) /* the steepest descent's first length, each time */
			fail_msg("step %d moves by %g, not 1", step, sqrt(length));
		assert_false(o.ops->again(&o, -1e9, next, x));
	}
	optim_done(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quadratic_as_liblbfgs),
		cmocka_unit_test(valleys_as_liblbfgs),
		cmocka_unit_test(bits_do_not_depend_on_threads),
		cmocka_unit_test(every_step_ends),
		cmocka_unit_test(another_objective_makes_no_pair),
	};
	return cmocka_run_group_tests_name("lbfgs", tests, NULL, NULL);
}
