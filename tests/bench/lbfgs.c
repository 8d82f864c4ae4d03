/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * L-BFGS with 10 pairs: an iteration on MovieLens 1M at k = 500 beside an epoch of RProp; and the
 * optimiser's own work, without the gradient, beside liblbfgs doing as many iterations with the
 * same line search on a function of as many variables. liblbfgs is in double and runs in one
 * thread. */
#include <lbfgs.h>
#include <stdlib.h>

#include "autorec/clock.h"
#include "autorec/kernel.h"
#include "autorec/mem.h"
#include "autorec/optim.h"
#include "bench.h"

enum { WARM = 12 /* until there are 10 pairs */, TIMES = 15, STEPS = WARM + TIMES, PIECE = 4096 };

/* ---- on ratings --------------------------------------------------------- */

static int iterations(const struct bench *b, struct subject *rprop, struct subject *lbfgs,
		      struct err *e)
{
	double epoch[STEPS], iteration[STEPS], bare;
	for (int i = 0; i < STEPS; i++)
		if (subject_epoch(rprop, &bare, &epoch[i], e) < 0 ||
		    subject_epoch(lbfgs, &bare, &iteration[i], e) < 0)
			return e->code;
	const double by_rprop = bench_median(epoch + WARM, TIMES),
		     by_lbfgs = bench_median(iteration + WARM, TIMES);
	bench_row(b, (struct figure){ .value = by_rprop, .unit = "s" },
		  "i-autorec, scored, an epoch of RProp");
	bench_row(b, (struct figure){ .value = by_lbfgs, .unit = "s" },
		  "i-autorec, scored, an iteration of L-BFGS");
	bench_row(b, (struct figure){ .value = by_lbfgs / by_rprop, .unit = "x", .at_most = 1.5 },
		  "the iteration's time by the epoch's");
	return 0;
}

/* ---- the optimiser alone ------------------------------------------------ */

/* f = sum of a_i (x_i - 1)^2, from x = 0. */
static double steepness(size_t i)
{
	return 1 + 10 * (double)(i % 997);
}

/* The clock stands still while f is computed. */
struct stopwatch {
	double began, seconds[STEPS];
	int steps;
};

static lbfgsfloatval_t their_loss(void *instance, const lbfgsfloatval_t *x, lbfgsfloatval_t *g,
				  int n, lbfgsfloatval_t step)
{
	struct stopwatch *w = instance;
	const double began = clock_seconds();
	double f = 0;
	for (int i = 0; i < n; i++) {
		const double a = steepness((size_t)i), d = x[i] - 1;
		f += a * d * d;
		g[i] = 2 * a * d;
	}
	w->began += clock_seconds() - began;
	return f;
}

static int progress(void *instance, const lbfgsfloatval_t *x, const lbfgsfloatval_t *g,
		    lbfgsfloatval_t fx, lbfgsfloatval_t xnorm, lbfgsfloatval_t gnorm,
		    lbfgsfloatval_t step, int n, int k, int ls)
{
	struct stopwatch *w = instance;
	const double now = clock_seconds();
	if (w->steps < STEPS)
		w->seconds[w->steps++] = now - w->began;
	w->began = now;
	return 0;
}

/* Median seconds of an iteration's own work once there are 10 pairs; 0: it did not get there. */
static double own_work(struct stopwatch *w)
{
	return w->steps > WARM ? bench_median(w->seconds + WARM, w->steps - WARM) : 0;
}

static double theirs(size_t n)
{
	lbfgs_parameter_t param;
	lbfgs_parameter_init(&param);
	param.m = 10;
	param.linesearch = LBFGS_LINESEARCH_BACKTRACKING_ARMIJO;
	param.max_iterations = STEPS;
	param.epsilon = 1e-30; /* goes on as long as it is told to */
	struct stopwatch w = { .began = clock_seconds() };
	lbfgsfloatval_t *x = lbfgs_malloc((int)n), value;
	if (!x)
		return 0;
	for (size_t i = 0; i < n; i++)
		x[i] = 0;
	lbfgs((int)n, x, &value, their_loss, progress, &w, &param);
	lbfgs_free(x);
	return own_work(&w);
}

static double our_loss(const real *x, real *g, size_t n)
{
	double f = 0;
	for (size_t i = 0; i < n; i++) {
		const double a = steepness(i), d = (double)x[i] - 1;
		f += a * d * d;
		g[i] = (real)(2 * a * d);
	}
	return f;
}

/* Hands the gradient over in pieces, as a model does. */
static void hand_over(struct optim *o, real *to, const real *from, const real *g)
{
	optim_begin(o);
#pragma omp parallel for schedule(dynamic) num_threads(kernel_threads())
	for (size_t at = 0; at < o->n; at += PIECE)
		o->ops->update(o, at, o->n - at < PIECE ? o->n - at : PIECE, to, from, g + at);
}

/* x: [2][n], from one to the other and back; g: [n]. */
static double ours(struct optim *o, real *x, real *g)
{
	struct stopwatch w = { 0 };
	double loss = our_loss(x, g, o->n);
	while (w.steps < STEPS) {
		const real *from = x + (size_t)(w.steps % 2) * o->n;
		real *to = x + (size_t)((w.steps + 1) % 2) * o->n;
		double began = clock_seconds(), seconds = 0;
		bool more = true;
		hand_over(o, to, from, g);
		o->ops->set_out(o, loss, to, from);
		while (more) {
			seconds += clock_seconds() - began;
			loss = our_loss(to, g, o->n);
			began = clock_seconds();
			more = o->ops->again(o, loss, to, from);
		}
		w.seconds[w.steps++] = seconds + clock_seconds() - began;
	}
	return own_work(&w);
}

static int alone(const struct bench *b, size_t n, struct err *e)
{
	struct optim o = { 0 };
	real *x = mem_array(n, 2 * sizeof *x, e), *g = mem_array(n, sizeof *g, e);
	int status = x && g ? optim_init(&o, optim_ops_at(param_choose(OPTIMIZER_NAMES, "lbfgs")),
					 0, n, e)
			    : ERR_NOMEM;
	if (status == 0)
		bench_row(b,
			  (struct figure){ .value = ours(&o, x, g),
					   .unit = "s",
					   .peer = "liblbfgs",
					   .peers = theirs(n) },
			  "an iteration's own work, %.2f M variables", (double)n / 1e6);
	if (o.ops)
		optim_done(&o);
	free(x);
	free(g);
	return status;
}

int bench_lbfgs(struct bench *b, struct err *e)
{
	struct session s;
	struct subject rprop = { 0 }, lbfgs = { 0 };
	int status = bench_session(&s, "ml-1m", e);
	if (status == 0)
		status = subject_new(&rprop, "i-autorec", "optimizer", "rprop", s.doc.split, e);
	if (status == 0)
		status = subject_new(&lbfgs, "i-autorec", "optimizer", "lbfgs", s.doc.split, e);
	if (status == 0)
		status = iterations(b, &rprop, &lbfgs, e);
	const size_t n = status == 0 ? lbfgs.model->n_theta : 0;
	subject_done(&rprop);
	subject_done(&lbfgs);
	session_done(&s);
	return status < 0 ? status : alone(b, n, e);
}
