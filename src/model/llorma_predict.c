/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Predictions: the kernel-weighted mean of the local models, or the global model's prediction if
 * no anchor covers the pair. Fitted parameters ignore edits. The user's rows can be refitted to
 * the edits, in every model. */
#include "llorma.h"

#include <stdlib.h>
#include <string.h>

#include "autorec/kernel.h"
#include "autorec/mem.h"

enum { BLOCK = 256 }; /* pairs at a time */

/* Row r of one model: the trained row, or the refitted one. Refitted rows have STRIP numbers each;
 * the global model's comes first. */
static const real *llorma_row_of(const struct half *h, int anchor, int32_t r, const real *refitted)
{
	return refitted ? refitted + (anchor - GLOBAL) * STRIP
			: h->self.rows + (size_t)r * h->self.stride;
}

/* out[t] = the prediction for row r (a user's or an item's) and col[t], for at most BLOCK columns.
 */
static void predict_block(const struct model *m, const struct weights *w, bool users, int32_t r,
			  const real *refitted, const int32_t *col, int64_t n, real *out)
{
	real sum[BLOCK] = { 0 }, weight[BLOCK] = { 0 }, global[BLOCK] = { 0 };
	for (int a = GLOBAL; a < m->config.anchors; a++) {
		const struct half h = llorma_half(m, w, a, users);
		const real own = h.self.kernel ? h.self.kernel[r] : 1;
		real local[BLOCK] = { 0 };
		if (own > 0)
			kernel_use()->dots(a == GLOBAL ? global : local, col, n,
					   llorma_row_of(&h, a, r, refitted), h.other.rows,
					   (int)h.other.stride);
		for (int64_t t = 0; a != GLOBAL && own > 0 && t < n; t++) {
			const real k = own * h.other.kernel[col[t]];
			sum[t] += k * local[t];
			weight[t] += k;
		}
	}
	const real mean = *weights_vector(m, w, MEAN), unit = (real)m->config.unit;
	for (int64_t t = 0; t < n; t++)
		out[t] = mean + unit * (weight[t] > 0 ? sum[t] / weight[t] : global[t]);
}

/* Predicts row r for every column. */
static void llorma_predict_row(const struct model *m, const struct weights *w, bool users,
			       int32_t r, const real *refitted, real *out)
{
	const int32_t n = (users ? &m->train->by_item : &m->train->by_user)->n_rows;
	for (int32_t from = 0; from < n; from += BLOCK) {
		int32_t col[BLOCK], in_block = n - from < BLOCK ? n - from : BLOCK;
		for (int32_t i = 0; i < in_block; i++)
			col[i] = from + i;
		predict_block(m, w, users, r, refitted, col, in_block, out + from);
	}
}

int llorma_predict_vectors(const struct model *m, const struct weights *w, int n,
			   const struct rating_vector *v, real *const *out, struct err *e)
{
	for (int i = 0; i < n; i++)
		llorma_predict_row(m, w, true, v[i].row, NULL, out[i]);
	return 0;
}

int llorma_predict_dim(const struct model *m, const struct weights *w, int32_t dim, int n,
		       const struct rating_vector *edited, real *out, struct err *e)
{
	llorma_predict_row(m, w, false, dim, NULL, out);
	return 0;
}

void llorma_predict_pairs(const struct model *m, const struct weights *w, const struct ratings *set,
			  real *out)
{
	const struct sparse *x = &set->by_user;
#pragma omp parallel for schedule(dynamic, 16) num_threads(kernel_threads())
	for (int32_t u = 0; u < x->n_rows; u++)
		for (int64_t t = x->start[u]; t < x->start[u + 1] && gate_pass(m->gate); t += BLOCK)
			predict_block(m, w, true, u, NULL, x->col + t,
				      x->start[u + 1] - t < BLOCK ? x->start[u + 1] - t : BLOCK,
				      out + t);
}

int llorma_refit(const struct model *m, const struct weights *w, const struct rating_vector *rated,
		 real *out, struct err *e)
{
	real *rows = mem_array((size_t)(m->config.anchors - GLOBAL) * STRIP, sizeof *rows, e);
	int status = rows ? 0 : ERR_NOMEM;
	for (int a = GLOBAL; status == 0 && a < m->config.anchors; a++) {
		const struct half h = llorma_half(m, w, a, true);
		const double own = h.self.kernel ? (double)h.self.kernel[rated->row] : 1;
		real *row = rows + (a - GLOBAL) * STRIP;
		row[h.self.fixed] = 1;
		if (own > 0)
			status = llorma_fit_row(&h, own, rated->col, rated->val, rated->n, row, e);
	}
	if (status == 0)
		llorma_predict_row(m, w, true, rated->row, rows, out);
	free(rows);
	return status;
}

/* p . q of one model, for the trained rows. */
static double dot_of(const struct half *h, int32_t user, int32_t item)
{
	const real *p = h->self.rows + (size_t)user * h->self.stride,
		   *q = h->other.rows + (size_t)item * h->other.stride;
	double total = 0;
	for (int32_t j = 0; j < h->columns; j++)
		total += (double)p[j] * (double)q[j];
	return total;
}

int llorma_terms(const struct model *m, const struct weights *w, int32_t user, int32_t item,
		 const struct rating_vector *v, struct terms *out, struct err *e)
{
	const struct half global = llorma_half(m, w, GLOBAL, true);
	double weight = 0;
	int status = terms_add(out, TERM_MEAN, 0, (double)*weights_vector(m, w, MEAN), 1, e);
	/* The first turn adds up the kernels. */
	for (int turn = 0; turn < 2; turn++)
		for (int a = 0; status == 0 && a < m->config.anchors; a++) {
			const struct half h = llorma_half(m, w, a, true);
			const double k = (double)h.self.kernel[user] * (double)h.other.kernel[item];
			if (turn == 0)
				weight += k;
			else if (k > 0)
				status = terms_add(out, TERM_ANCHOR, a, k / weight,
						   dot_of(&h, user, item), e);
		}
	if (status == 0 && !(weight > 0))
		status = terms_add(out, TERM_GLOBAL, 0, 1, dot_of(&global, user, item), e);
	out->prediction = out->sum;
	return status;
}
