/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Weighted ridge regression of one row of a factor model, and the loss that a sweep of such fits
 * lowers.
 */
#include "llorma.h"

#include <math.h>
#include <string.h>

#include "autorec/dense.h"
#include "autorec/kernel.h"

double llorma_distance(const real *x, const real *y, int32_t n)
{
	double xy = 0, xx = 0, yy = 0;
	for (int32_t j = 0; j < n; j++) {
		xy += (double)x[j] * (double)y[j];
		xx += (double)x[j] * (double)x[j];
		yy += (double)y[j] * (double)y[j];
	}
	if (xx == 0 || yy == 0)
		return 1;
	return 2 / M_PI * acos(fmax(-1, fmin(1, xy / sqrt(xx) / sqrt(yy))));
}

double llorma_kernel(double distance, double bandwidth)
{
	const double t = distance / bandwidth;
	return t < 1 ? 0.75 * (1 - t * t) : 0;
}

static double weight_of(const struct factors *f, int32_t row)
{
	return f->kernel ? (double)f->kernel[row] : 1;
}

/* The sum of the weights of a row's ratings, without the row's own factor. */
static double ratings_weight(const struct factors *other, const int32_t *col, int64_t n)
{
	double total = 0;
	for (int64_t t = 0; other->kernel && t < n; t++)
		total += (double)other->kernel[col[t]];
	return other->kernel ? total : (double)n;
}

enum { BLOCK = 256 }; /* ratings at a time */

/* The unknown columns are contiguous: all but the first of a user's row, all but the last of an
 * item's. */
static int32_t first_unknown(const struct half *h)
{
	return h->self.fixed == 0;
}

int llorma_fit_row(const struct half *h, double own, const int32_t *col, const real *val, int64_t n,
		   real *row, struct err *e)
{
	const int32_t unknowns = h->columns - 1, first = first_unknown(h);
	const double weight = own * ratings_weight(&h->other, col, n);
	real x[BLOCK * STRIP], y[BLOCK], gram[STRIP * STRIP], right[STRIP] = { 0 };
	int32_t filled = 0;
	int status = 0;
	memset(gram, 0, (size_t)unknowns * (size_t)unknowns * sizeof *gram);
	for (int64_t t = 0; t < n; t++) {
		const real *from = h->other.rows + (size_t)col[t] * h->other.stride;
		const real root = (real)sqrt(own * weight_of(&h->other, col[t]));
		if (root > 0) {
			for (int32_t j = 0; j < unknowns; j++)
				x[filled * unknowns + j] = root * from[first + j];
			y[filled++] = root * ((val[t] - (real)h->mean) / (real)h->unit -
					      from[h->self.fixed]);
		}
		if (filled == BLOCK || t + 1 == n) {
			dense_normal(x, y, filled, unknowns, gram, right);
			filled = 0;
		}
	}
	if (weight > 0) /* without weight the row is zero */
		status = dense_solve(gram, right, unknowns, h->penalty * sqrt(weight), e);
	if (status == 0)
		memcpy(row + first, right, (size_t)unknowns * sizeof *row);
	return status;
}

int llorma_fit(const struct half *h, int32_t r, struct err *e)
{
	const struct sparse *x = h->x;
	const double own = weight_of(&h->self, r);
	if (own == 0) /* no prediction uses this row */
		return 0;
	return llorma_fit_row(h, own, x->col + x->start[r], x->val + x->start[r],
			      sparse_row_size(x, r), h->self.rows + (size_t)r * h->self.stride, e);
}

/* The penalty on the rows of self. */
static double llorma_penalty(const struct half *h)
{
	double total = 0;
	for (int32_t r = 0; r < h->x->n_rows; r++) {
		const double own = weight_of(&h->self, r);
		const real *row = h->self.rows + (size_t)r * h->self.stride;
		double squares = 0;
		for (int32_t j = 0; j < h->columns; j++)
			squares += j == h->self.fixed ? 0 : (double)row[j] * (double)row[j];
		if (own > 0)
			total += squares *
				 sqrt(own * ratings_weight(&h->other, h->x->col + h->x->start[r],
							   sparse_row_size(h->x, r)));
	}
	return h->penalty * total;
}

/* The weighted squared error of at most BLOCK ratings of a row. */
static double block_error(const struct half *h, int32_t r, int64_t from, int64_t n)
{
	const int32_t *col = h->x->col + from;
	real dot[BLOCK] = { 0 };
	double total = 0;
	kernel_use()->dots(dot, col, n, h->self.rows + (size_t)r * h->self.stride, h->other.rows,
			   (int)h->other.stride);
	for (int64_t t = 0; t < n; t++) {
		const double error = ((double)h->x->val[from + t] - h->mean) / h->unit -
				     (double)dot[t];
		total += weight_of(&h->other, col[t]) * error * error;
	}
	return weight_of(&h->self, r) * total;
}

double llorma_loss(const struct half *h, const struct sparse *other_x)
{
	const struct half mirrored = { other_x, h->other, h->self,   h->columns,
				       h->mean, h->unit,  h->penalty };
	double total = llorma_penalty(h) + llorma_penalty(&mirrored);
	for (int32_t r = 0; r < h->x->n_rows; r++)
		if (weight_of(&h->self, r) > 0)
			for (int64_t t = h->x->start[r]; t < h->x->start[r + 1]; t += BLOCK)
				total += block_error(h, r, t,
						     h->x->start[r + 1] - t < BLOCK
							     ? h->x->start[r + 1] - t
							     : BLOCK);
	return total;
}
