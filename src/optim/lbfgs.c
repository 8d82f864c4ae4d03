/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * L-BFGS (Nocedal 1980; Nocedal and Wright 2006, algorithm 7.4) with a backtracking line search
 * (Armijo). It keeps the gradient g and the last PAIRS pairs
 *
 *     s_i = theta_{i+1} - theta_i,    y_i = g_{i+1} - g_i
 *
 * The direction d is a combination of these 2 PAIRS + 1 vectors. The two-loop recursion finds the
 * coefficients from dot products alone (Chen, Wang and Zhou, NIPS 2014). So a step reads the
 * vectors twice, once for the dot products and once for d; the usual recursion reads each four
 * times. Apart from the gradient, a step spends its time on these reads, so s and y are brief. d is
 * rounded before the step, so s is exact, and the dot products are those of the rounded y.
 *
 * theta is divided into blocks. The rows of a block are stored together and fit in the cache.
 * Blocks are summed in order, so the bits do not depend on the number of threads. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/gate.h"
#include "autorec/kernel.h"
#include "autorec/mem.h"
#include "autorec/optim.h"

enum {
	PAIRS = 10,
	S = 0,
	Y = PAIRS,
	G = 2 * PAIRS,
	ROWS = 2 * PAIRS + 1,
	BLOCK = 2048,
	MOST_TRIALS = 20
};

struct lbfgs {
	/* [blocks][G][BLOCK]: s, y. Pair i is in row i % PAIRS of each. The next s is d until its
	 * length is known. */
	brief *rows;
	real *g; /* [blocks][BLOCK] */
	/* [blocks][ROWS][3]: of each row with s and y of the newest pair, and with g. */
	double *dots;
	size_t blocks;
	double sy[PAIRS][PAIRS], yy[PAIRS][PAIRS]; /* s_i . y_j, y_i . y_j */
	int64_t pairs;        /* made so far: the next one goes to row pairs % PAIRS */
	int64_t held;         /* of them, the newest ones */
	int64_t moved;        /* not 0: s of the next pair is the last move ... */
	double loss;          /* ... which arrived at this loss */
	double length, slope; /* of the move: theta + length d, length a power of 1/2; g . d */
	int trials;
};

static brief *row(const struct lbfgs *l, size_t block, int r)
{
	return l->rows + (block * G + (size_t)r) * BLOCK;
}

static int slot(int64_t pair)
{
	return (int)((uint64_t)pair % PAIRS);
}

static void lbfgs_reset(struct optim *o)
{
	o->lbfgs->held = 0;
	o->lbfgs->moved = 0;
	mem_zero(o->lbfgs->g, o->lbfgs->blocks * BLOCK * sizeof *o->lbfgs->g);
}

static int lbfgs_start(struct optim *o, struct err *e)
{
	struct lbfgs *l = o->lbfgs = calloc(1, sizeof *l);
	if (!l)
		return err_set(e, ERR_NOMEM, NULL, "out of memory");
	l->blocks = (o->n + BLOCK - 1) / BLOCK;
	if (!(l->rows = mem_array(l->blocks, G * BLOCK * sizeof *l->rows, e)) ||
	    !(l->g = mem_array(l->blocks, BLOCK * sizeof *l->g, e)) ||
	    !(l->dots = mem_array(l->blocks, 3 * ROWS * sizeof *l->dots, e)))
		return ERR_NOMEM;
	return 0;
}

/* The dot products are computed again before they are used. The layout of `rows` depends on BLOCK,
 * so another BLOCK needs other names. */
static bool lbfgs_state(const struct optim *o, int i, struct state_array *out)
{
	struct lbfgs *l = o->lbfgs;
	const struct state_array arrays[] = {
		{ "pairs", STATE_BYTES, l->blocks * G * BLOCK * sizeof *l->rows, l->rows },
		{ "gradient", STATE_REAL, l->blocks * BLOCK, l->g },
		{ "sy", STATE_F64, PAIRS * PAIRS, l->sy },
		{ "yy", STATE_F64, PAIRS * PAIRS, l->yy },
		{ "pairs_made", STATE_I64, 1, &l->pairs, 0, STATE_MOST },
		{ "pairs_held", STATE_I64, 1, &l->held, 0, PAIRS - 1 },
		{ "moved", STATE_I64, 1, &l->moved, 0, 1 },
		{ "loss", STATE_F64, 1, &l->loss },
		{ "length", STATE_F64, 1, &l->length },
	};
	if ((size_t)i >= sizeof arrays / sizeof *arrays)
		return false;
	*out = arrays[i];
	return true;
}

static void lbfgs_stop(struct optim *o)
{
	if (o->lbfgs) {
		free(o->lbfgs->rows);
		free(o->lbfgs->g);
		free(o->lbfgs->dots);
	}
	free(o->lbfgs);
}

/* Stores a piece of the gradient, and its change since the last step. */
static void lbfgs_update(const struct optim *o, size_t at, size_t n, real *to, const real *from,
			 const real *gradient)
{
	const struct lbfgs *l = o->lbfgs;
	while (n > 0) {
		const size_t block = at / BLOCK, first = at % BLOCK,
			     some = n < BLOCK - first ? n : BLOCK - first;
		real *g = l->g + at, change[BLOCK];
		for (size_t i = 0; i < some; i++)
			change[i] = gradient[i] - g[i];
		kernel_use()->shorten(row(l, block, Y + slot(l->pairs)) + first, change, some);
		memcpy(g, gradient, some * sizeof *g);
		at += some;
		gradient += some;
		n -= some;
	}
}

/* ---- the pair of the last move ------------------------------------------ */

/* Dot products of the rows of a block with s and y of the newest pair, and with g. */
static void block_dots(const struct lbfgs *l, size_t block, int newest)
{
	const real whole = 1, length = (real)l->length;
	real with[3][BLOCK] = { 0 };
	double(*out)[3] = (double(*)[3])(l->dots + block * ROWS * 3);
	kernel_use()->combine(with[0], &length, row(l, block, S + newest), 1, BLOCK);
	if (l->length != 1)
		kernel_use()->shorten(row(l, block, S + newest), with[0], BLOCK);
	kernel_use()->combine(with[1], &whole, row(l, block, Y + newest), 1, BLOCK);
	memcpy(with[2], l->g + block * BLOCK, sizeof with[2]);
	kernel_use()->dot_three(out, row(l, block, 0), G, with[0], BLOCK);
	memset(out[G], 0, sizeof out[G]);
	out[G][2] = kernel_use()->square(with[2], BLOCK);
}

static void all_dots(const struct lbfgs *l, int newest, double dots[3][ROWS])
{
	struct gate *gate = gate_here();
#pragma omp parallel for schedule(static) num_threads(kernel_threads())
	for (size_t b = 0; b < l->blocks; b++)
		if (gate_pass(gate))
			block_dots(l, b, newest);
	memset(dots, 0, sizeof(double[3][ROWS]));
	for (size_t b = 0; b < l->blocks; b++)
		for (int i = 0; i < 3 * ROWS; i++)
			dots[i % 3][i / 3] += l->dots[b * 3 * ROWS + (size_t)i];
}

/* Makes a pair of the last move, unless the slope did not increase along it. So the inverse Hessian
 * stays positive definite. */
static void take_pair(struct lbfgs *l, int newest, double dots[3][ROWS])
{
	if (!(dots[0][Y + newest] > 0))
		return;
	for (int j = 0; j < PAIRS; j++) {
		l->sy[newest][j] = dots[0][Y + j];
		l->sy[j][newest] = dots[1][S + j];
		l->yy[newest][j] = l->yy[j][newest] = dots[1][Y + j];
	}
	l->pairs++;
	l->held++;
}

/* ---- the direction ------------------------------------------------------ */

/* s_i . q for a combination q of the y rows and g; y_i . q for a combination of all rows. */
static double s_times(const struct lbfgs *l, int i, const double *q, const double *with_g)
{
	double total = q[G] * with_g[S + i];
	for (int j = 0; j < PAIRS; j++)
		total += q[Y + j] * l->sy[i][j];
	return total;
}

static double y_times(const struct lbfgs *l, int i, const double *q, const double *with_g)
{
	double total = q[G] * with_g[Y + i];
	for (int j = 0; j < PAIRS; j++)
		total += q[Y + j] * l->yy[i][j] + q[S + j] * l->sy[j][i];
	return total;
}

/* Coefficients of d = -H g: the two loops of algorithm 7.4. */
static void two_loops(const struct lbfgs *l, const double *with_g, double *q)
{
	double alpha[PAIRS];
	q[G] = -1;
	for (int64_t p = l->pairs - 1; p >= l->pairs - l->held; p--) {
		const int i = slot(p);
		alpha[i] = s_times(l, i, q, with_g) / l->sy[i][i];
		q[Y + i] -= alpha[i];
	}
	const int newest = slot(l->pairs - 1);
	for (int r = 0; r < ROWS; r++)
		q[r] *= l->sy[newest][newest] / l->yy[newest][newest];
	for (int64_t p = l->pairs - l->held; p < l->pairs; p++) {
		const int i = slot(p);
		q[S + i] += alpha[i] - y_times(l, i, q, with_g) / l->sy[i][i];
	}
}

static double slope_of(const double *q, const double *with_g)
{
	double total = 0;
	for (int r = 0; r < ROWS; r++)
		total += q[r] * with_g[r];
	return total;
}

/* Writes d = sum of q[r] * row r, rounded, over the oldest s. */
static void block_direction(const struct lbfgs *l, size_t block, const real *q)
{
	real d[BLOCK];
	const real *g = l->g + block * BLOCK;
	for (int i = 0; i < BLOCK; i++)
		d[i] = q[G] * g[i];
	for (int r = 0, end; r < G;
	     r = end) { /* rows without a coefficient are not read: they are in no pair */
		for (end = r + 1; end < G && (q[end] != 0) == (q[r] != 0); end++)
			;
		if (q[r] != 0)
			kernel_use()->combine(d, q + r, row(l, block, r), end - r, BLOCK);
	}
	kernel_use()->shorten(row(l, block, S + slot(l->pairs)), d, BLOCK);
}

/* to = from + length d. */
static void block_go(const struct optim *o, size_t block, real *to, const real *from)
{
	const struct lbfgs *l = o->lbfgs;
	const size_t at = block * BLOCK, n = o->n - at < BLOCK ? o->n - at : BLOCK;
	const real length = (real)l->length;
	real theta[BLOCK] = { 0 };
	memcpy(theta, from + at, n * sizeof *theta);
	kernel_use()->combine(theta, &length, row(l, block, S + slot(l->pairs)), 1, BLOCK);
	memcpy(to + at, theta, n * sizeof *theta);
}

/* Finds the coefficients and the slope of the direction. Without pairs, or if their direction does
 * not descend, takes a steepest descent of length `rate`. */
static void choose_direction(struct lbfgs *l, real rate, const double *with_g, double *q)
{
	memset(q, 0, ROWS * sizeof *q);
	if (l->held > 0) {
		two_loops(l, with_g, q);
		l->slope = slope_of(q, with_g);
		if (l->slope < 0)
			return;
		memset(q, 0, ROWS * sizeof *q);
		l->held = 0;
	}
	q[G] = with_g[G] > 0 ? -(double)rate / sqrt(with_g[G]) : 0;
	l->slope = slope_of(q, with_g);
}

static void set_out(struct optim *o, double loss, real *to, const real *from)
{
	struct lbfgs *l = o->lbfgs;
	double dots[3][ROWS], q[ROWS];
	real coefficients[ROWS];
	all_dots(l, slot(l->pairs), dots);
	/* If the loss is not the one where the move arrived, the point or the objective
	 * (lambda) has changed. */
	if (l->moved && l->loss == loss)
		take_pair(l, slot(l->pairs), dots);
	choose_direction(l, o->rate, dots[2], q);
	for (int r = 0; r < ROWS; r++)
		coefficients[r] = (real)q[r];
	l->length = 1;
	l->loss = loss;
	l->trials = 0;
	struct gate *gate = gate_here();
#pragma omp parallel for schedule(static) num_threads(kernel_threads())
	for (size_t b = 0; b < l->blocks; b++)
		if (gate_pass(gate)) {
			block_direction(l, b, coefficients);
			block_go(o, b, to, from);
		}
	if (l->held == PAIRS)
		l->held--; /* the direction overwrote the oldest pair */
}

/* The first Wolfe condition. If MOST_TRIALS halvings do not meet it, theta does not move and the
 * search starts again without pairs. */
static bool again(struct optim *o, double loss, real *to, const real *from)
{
	static const double sufficient = 1e-4;
	struct lbfgs *l = o->lbfgs;
	l->moved = loss <= l->loss + sufficient * l->length * l->slope;
	if (l->moved || l->length == 0) {
		l->loss = loss;
		return false;
	}
	l->length = ++l->trials < MOST_TRIALS ? l->length / 2 : 0;
	if (l->length == 0)
		l->held = 0;
	struct gate *gate = gate_here();
#pragma omp parallel for schedule(static) num_threads(kernel_threads())
	for (size_t b = 0; b < l->blocks; b++)
		if (gate_pass(gate))
			block_go(o, b, to, from);
	return true;
}

extern const struct optim_ops lbfgs_ops;
const struct optim_ops lbfgs_ops = {
	.bytes_per_parameter = G * sizeof(brief) + sizeof(real),
	.rate = 1,
	.start = lbfgs_start,
	.reset = lbfgs_reset,
	.update = lbfgs_update,
	.set_out = set_out,
	.again = again,
	.state = lbfgs_state,
	.stop = lbfgs_stop,
};
