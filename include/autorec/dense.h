/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Dense linear algebra by OpenBLAS and its LAPACK. Only src/kernel/dense.c calls them. */
#ifndef AUTOREC_DENSE_H
#define AUTOREC_DENSE_H

#include <stdbool.h>
#include <stdint.h>

#include "autorec/err.h"
#include "autorec/panel.h"
#include "autorec/real.h"

/* Call this first, while the program has one thread. OpenBLAS then runs in one thread, because this
 * program's own loops are the parallel ones. An OpenBLAS that does not know the processor chooses
 * kernels for an older one; this call gives it kernels for `set` (see struct kernels). A core type
 * that the user names in OPENBLAS_CORETYPE is kept unless the processor lacks its instructions; in
 * that case the variable is removed. */
void dense_start(const char *set);
/* The core type whose kernels OpenBLAS uses: "Haswell". */
const char *dense_core(void);
/* Chooses kernels by name, for tests and benchmarks, while nothing is being computed. The processor
 * must be able to run them. Removes OPENBLAS_CORETYPE. Returns false if this OpenBLAS lacks these
 * kernels or cannot switch. */
bool dense_select(const char *core);
/* Reserves OpenBLAS memory for n calls at a time. A call that finds no memory would wait
 * forever. */
void dense_reserve(int n);

/* Ridge regression with an unpenalized intercept:
 *
 *     min over w, b of  sum over s < n of weight_s (y_s - w . x_s - b)^2  +  penalty * ||w||^2
 *
 * x: [n x k] row-major, is centered in place; y: [n]; weight: [n] with a sum above 0, or NULL: all
 * 1; w: [k] and *b receive the solution. Requires penalty > 0 and n > 0. Solved by Cholesky
 * factorization of the smaller of the two normal equations: k x k (primal) or n x n (dual). */
int dense_ridge(real *x, const real *y, const real *weight, int32_t n, int32_t k, double penalty,
		real *w, real *b, struct err *e);

/* The same without an intercept, for rows that arrive in pieces. dense_normal adds x' x to the
 * lower triangle of gram [k x k], and x' y to right [k]; x: [n x k] row-major, y: [n]. dense_solve
 * computes right = (gram + penalty I)^-1 right by Cholesky factorization and destroys gram. */
void dense_normal(const real *x, const real *y, int32_t n, int32_t k, real *gram, real *right);
int dense_solve(real *gram, real *right, int32_t k, double penalty, struct err *e);

/* Replaces each row x of `rows` [(n + more) x k] by L^-1 x, where L L' is the ridge matrix of the
 * first n rows, all in double:
 *
 *     L L' = sum over s < n of x_s x_s'  +  penalty * I, except for column 0, the intercept
 *
 * The dot product of two such rows is x' (L L')^-1 y. */
int dense_whiten(double *rows, int32_t n, int32_t more, int32_t k, double penalty, struct err *e);

/* The two directions in which the rows of x [n x k], whose columns have mean 0, vary most: the
 * eigenvectors of x' x with the largest eigenvalues, which are value[0] >= value[1].  axes: [2 x
 * k]; with k = 1 the second is 0.  *total: the sum of all eigenvalues.  Signs are arbitrary. */
int dense_components(const double *x, int32_t n, int32_t k, double *axes, double value[2],
		     double *total, struct err *e);

/* Products of panels in pieces, which threads may share in any way. Each piece has the same bits
 * whichever thread computes it. The padding of the result is zero if the padding of b is zero;
 * otherwise it is left as it was. */

/* Rows first .. first + n - 1 of c = a b. a: [rows x k], b: [k x j], c: [rows x j]. */
void dense_times(const struct panel *a, const struct panel *b, const struct panel *c, int32_t first,
		 int32_t n);
/* The same rows of c = a b^T. a: [rows x j], b: [k x j], c: [rows x k]. */
void dense_times_transposed(const struct panel *a, const struct panel *b, const struct panel *c,
			    int32_t first, int32_t n);
/* The same rows as plain numbers, in place: out[n x k] += rows first .. first + n - 1 of a b^T. */
void dense_add_dots(const struct panel *a, const struct panel *b, int32_t first, int32_t n,
		    real *out);
/* One tile of a^T b, where a and b have the same number of rows: its rows come from strip s of a,
 * its columns from strip t of b. tile: [columns in use of strip s x panel_width of strip t]. */
void dense_tile(const struct panel *a, int s, const struct panel *b, int t, real *tile);

#endif
