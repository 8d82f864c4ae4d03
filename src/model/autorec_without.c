/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The squared errors of AutoRec without each of its hidden units.  With a = b + sum over k of W_k
 * h_k, the prediction without unit j is f(a - W_j h_j): one pass over the pairs serves all units.
 */
#include "autorec.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/kernel.h"
#include "autorec/mem.h"

enum { BLOCKS = 64 }; /* of users; fixed, so that the bits do not depend on the number of threads */

/* One user's place among the outputs or the vectors, and what a thread needs for it. */
struct without {
	const struct model *m;
	const struct weights *w;
	struct panel outputs; /* W */
	real *row;            /* [columns]: the user's row of W (by item) or of the hidden units */
	real *other;          /* [columns]: the item's row of the other panel */
	double *left;         /* [columns]: the net inputs without each unit */
	double *squares;      /* [k] */
};

/* The output of a net input x on the rating scale is zero + one * f(x), between low and high. */
static void add_pair(struct without *x, double b, double rating)
{
	const enum activation f = (enum activation)x->m->config.output;
	const double zero = autorec_from_net(x->m, 0), one = autorec_from_net(x->m, 1) - zero,
		     low = model_clip(x->m, -INFINITY), high = model_clip(x->m, INFINITY);
	const int32_t k = x->outputs.k;
	double a = b;
	for (int32_t j = 0; j < k; j++) {
		x->left[j] = (double)x->row[j] * (double)x->other[j];
		a += x->left[j];
	}
	for (int32_t j = 0; j < k; j++)
		x->left[j] = a - x->left[j];
	for (int32_t j = 0; f != IDENTITY && j < k; j++)
		x->left[j] = activation_at(f, x->left[j]);
	for (int32_t j = 0; j < k; j++) {
		double p = zero + one * x->left[j];
		p = p < low ? low : p > high ? high : p;
		x->squares[j] += (p - rating) * (p - rating);
	}
}

static void add_user(struct without *x, const struct sparse *set, int32_t u)
{
	const struct model *m = x->m;
	const bool by_item = m->ops->by_item;
	const struct panel *mine = by_item ? &x->outputs : &x->w->hidden,
			   *others = by_item ? &x->w->hidden : &x->outputs;
	const real *b = weights_vector(m, x->w, B);
	panel_read_row(mine, u, x->row);
	for (int64_t t = set->start[u]; t < set->start[u + 1]; t++) {
		const int32_t i = set->col[t];
		if (sparse_row_size(&m->train->by_item, i) == 0)
			continue;
		panel_read_row(others, i, x->other);
		add_pair(x, (double)b[by_item ? u : i], (double)set->val[t]);
	}
}

static int add_block(const struct model *m, const struct weights *w, const struct sparse *set,
		     int block, double *squares, struct err *e)
{
	struct without x = {
		.m = m, .w = w, .outputs = weights_panel(m, w, W), .squares = squares
	};
	const size_t columns = (size_t)panel_columns(w->hidden.k);
	const int32_t first = (int32_t)((int64_t)set->n_rows * block / BLOCKS),
		      end = (int32_t)((int64_t)set->n_rows * (block + 1) / BLOCKS);
	x.row = mem_array(columns, sizeof *x.row, e);
	x.other = mem_array(columns, sizeof *x.other, e);
	x.left = mem_array(columns, sizeof *x.left, e);
	const int status = x.row && x.other && x.left ? 0 : ERR_NOMEM;
	for (int32_t u = first; status == 0 && u < end; u++)
		if (sparse_row_size(&m->train->by_user, u) > 0)
			add_user(&x, set, u);
	free(x.row);
	free(x.other);
	free(x.left);
	return status;
}

int autorec_squares_without(const struct model *m, const struct weights *w,
			    const struct ratings *set, double *squares, struct err *e)
{
	const size_t k = (size_t)w->hidden.k;
	double *parts = mem_array(BLOCKS * k, sizeof *parts, e);
	int status = parts ? 0 : ERR_NOMEM;
	if (status == 0) {
#pragma omp parallel for schedule(dynamic, 1) reduction(min : status) num_threads(kernel_threads())
		for (int block = 0; block < BLOCKS; block++)
			if (add_block(m, w, &set->by_user, block, parts + (size_t)block * k, NULL) <
			    0)
				status = ERR_NOMEM;
	}
	for (int block = 0; status == 0 && block < BLOCKS; block++)
		for (size_t j = 0; j < k; j++)
			squares[j] += parts[(size_t)block * k + j];
	free(parts);
	return status < 0 ? err_set(e, ERR_NOMEM, NULL, "out of memory") : 0;
}
