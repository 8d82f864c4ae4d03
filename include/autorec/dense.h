/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Dense algebra, by OpenBLAS and its LAPACK; src/kernel/dense.c is the only place that names them.
 */
#ifndef AUTOREC_DENSE_H
#define AUTOREC_DENSE_H

#include <stdbool.h>
#include <stdint.h>

#include "autorec/err.h"
#include "autorec/panel.h"
#include "autorec/real.h"

/* Before anything is computed, while there is one thread.  OpenBLAS in one thread, since our own
 * loops are the parallel ones; and with kernels for the processor, which has `set` (see struct
 * kernels), where OpenBLAS chose older ones because it does not know the processor.  A core type
 * that the user has named in OPENBLAS_CORETYPE stays, unless the processor lacks its instructions:
 * then the variable goes. */
void dense_start(const char *set);
/* The core type whose kernels OpenBLAS uses: "Haswell". */
const char *dense_core(void);
/* Chooses by name, for tests and measurements, while nothing is computed; false when this OpenBLAS
 * has no such kernels or cannot choose again.  The processor must be able to run them.  Removes
 * OPENBLAS_CORETYPE. */
bool dense_select(const char *core);
/* Takes OpenBLAS's memory for n calls at a time: one that finds none waits for it for ever. */
void dense_reserve(int n);

/* Ridge regression with a free intercept,
 *
 *     min over w, b of  sum over s < n of weight_s (y_s - w . x_s - b)^2  +  penalty * ||w||^2,
 *
 * x: [n x k] row-major, is destroyed (centred); y: [n]; weight: [n], their sum above 0, or NULL:
 * all 1; w: [k] and *b are the solution.  Solved by Cholesky on the smaller of the two normal
 * equations: k x k (primal) or n x n (dual).  penalty > 0, n > 0. */
int dense_ridge(real *x, const real *y, const real *weight, int32_t n, int32_t k, double penalty,
		real *w, real *b, struct err *e);

/* The same without an intercept, piece by piece.  dense_normal: lower triangle of gram [k x k] +=
 * x' x, right [k] += x' y; x: [n x k] row-major, y: [n].  dense_solve: right = (gram + penalty
 * I)^-1 right, by Cholesky; gram is destroyed. */
void dense_normal(const real *x, const real *y, int32_t n, int32_t k, real *gram, real *right);
int dense_solve(real *gram, real *right, int32_t k, double penalty, struct err *e);
/* Products of panels in pieces, which threads share among them as they like: each piece has the
 * same bits whoever computes it.  Padding of what is written is zero where that of b is, or stays
 * as it was. */

/* Rows first .. first + n - 1 of c = a b.  a: [rows x k], b: [k x j], c: [rows x j]. */
void dense_times(const struct panel *a, const struct panel *b, const struct panel *c, int32_t first,
		 int32_t n);
/* The same of c = a b^T.  a: [rows x j], b: [k x j], c: [rows x k]. */
void dense_times_transposed(const struct panel *a, const struct panel *b, const struct panel *c,
			    int32_t first, int32_t n);
/* The rows that a's strip s is for, and the columns of b's strip t, of a^T b, where both have
 * `rows`: tile: [columns in use of strip s x panel_width of strip t]. */
void dense_tile(const struct panel *a, int s, const struct panel *b, int t, real *tile);

#endif
