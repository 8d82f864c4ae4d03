/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The inner loops, compiled once for each instruction set (src/kernel/vector.c). The program
 * chooses a set when it starts. All loops sum in a fixed order, so results do not depend on the
 * number of threads or on the load of the machine. */
#ifndef AUTOREC_KERNEL_H
#define AUTOREC_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "autorec/err.h"
#include "autorec/panel.h"
#include "autorec/real.h"
#include "autorec/threads.h"

/* iRprop- (Igel and Huesken 2003). */
struct rprop {
	real eta_minus, eta_plus; /* 0.5, 1.2 */
	real step_min, step_max;  /* 1e-6, 1 */
};

/* Adam (Kingma and Ba 2015). */
struct adam {
	real beta1, beta2; /* 0.9, 0.999 */
	real epsilon;      /* 1e-8 */
};

/* Stochastic gradient descent for biased matrix factorization (Koren, Bell, Volinsky 2009): r_hat =
 * mean + b_u + b_i + p_u . q_i. */
struct descent {
	real rate, lambda, mean;
	real share; /* of the error, for p and q: 1 over the unit of the ratings */
};

/* Gradient ascent with momentum: velocity = keep * velocity + rate * (gradient - decay * x),
 * then x += velocity. */
struct momentum {
	real keep, rate, decay;
};

struct kernels {
	const char *name; /* "v4" (AVX-512), "v3" (AVX2), "v2" (any) */

	/* out[j] = sum over t < n of val[t] * strip[col[t]][j], for the `width` columns of an
	 * aligned strip (width LANES or STRIP). Its rows are `width` numbers apart. */
	void (*gather)(real *out, const int32_t *col, const real *val, int64_t n, const real *strip,
		       int width);
	void (*gather_brief)(real *out, const int32_t *col, const real *val, int64_t n,
			     const brief *strip, int width);

	/* out[t] += sum over j < width of row[j] * strip[col[t]][j], for t < n. */
	void (*dots)(real *out, const int32_t *col, int64_t n, const real *row, const real *strip,
		     int width);
	void (*dots_brief)(real *out, const int32_t *col, int64_t n, const real *row,
			   const brief *strip, int width);

	/* x = 1 / (1 + exp(-x)). */
	void (*sigmoid)(real *x, size_t n);
	/* x = exp(x) for -87 <= x <= 87. Beyond these bounds, the value at the bound. */
	void (*exp)(real *x, size_t n);

	/* One iRprop- step from `from` to `to`, which may be the same array. Updates the step sizes
	 * and the sign of the last gradient (0 after a change of sign). */
	void (*rprop)(const struct rprop *c, real *to, const real *from, const real *gradient,
		      real *step, int8_t *sign, size_t n);

	/* One step of Adam at the given rate. Updates the running means of the gradient
	 * and of its square. */
	void (*adam)(const struct adam *c, real rate, real *to, const real *from,
		     const real *gradient, real *mean, real *squares, size_t n);

	/* Stochastic gradient descent over a user's ratings val[t] of items col[t], one step per
	 * rating. With e = r - r_hat: b_u += rate (e - lambda b_u), p += rate (e q_i - lambda p),
	 * and the same for b_i and q_i, using p from before the step. p: [panel_columns(q->k)]; its
	 * padding is zero, like that of q. */
	void (*descend)(const struct descent *c, real *p, real *user_bias, const struct panel *q,
			real *item_bias, const int32_t *col, const real *val, int64_t n);
	void (*momentum)(const struct momentum *c, real *x, const real *gradient, real *velocity,
			 size_t n);

	/* Column sums of a strip of `width` columns: of the numbers, of their squares, and of how
	 * many are below `low` or above `high`. Adds to the sums given. */
	void (*moments)(const real *strip, int32_t rows, int width, real low, real high,
			double *sum, double *squares, double *outside);

	/* Sum of squares. */
	double (*square)(const real *x, size_t n);

	/* to = from, rounded to nearest, ties to even. NaN stays NaN. */
	void (*shorten)(brief *to, const real *from, size_t n);
	/* sum += sum over r of c[r] * x[r]. x: [rows][n], aligned, n a multiple of LANES. */
	void (*combine)(real *sum, const real *c, const brief *x, int rows, size_t n);
	/* out[r][i] = x[r] . with[i]; with: [3][n]. */
	void (*dot_three)(double (*out)[3], const brief *x, int rows, const real *with, size_t n);
};

/* The best set that this machine runs, or the one that kernel_select chose. */
const struct kernels *kernel_best(void);
const struct kernels *kernel_use(void);
/* Chooses a set by name, for tests and benchmarks. Returns false if the machine or the
 * build lacks it. */
bool kernel_select(const char *name);
/* Selects the set that the variable AUTOREC_KERNELS names, if it is set and not empty. */
int kernel_choose(struct err *e);

#endif
