/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/evaluate.h"

#include <math.h>
#include <stdlib.h>

#include "autorec/kernel.h"
#include "autorec/mem.h"

static bool is_known(const struct sparse *x, int32_t row, const bool *folded)
{
	return row >= 0 && (sparse_row_size(x, row) > 0 || (folded && folded[row]));
}

bool evaluate_cold(const struct model *m, int32_t user, int32_t item)
{
	return !is_known(&m->train->by_user, user, m->folded_users) ||
	       !is_known(&m->train->by_item, item, m->folded_items);
}

/* The mean rating of a row; the fallback if it has none. */
static double row_mean(const struct sparse *x, int32_t row, double fallback)
{
	double total = 0;
	if (row < 0)
		return fallback;
	for (int64_t t = x->start[row]; t < x->start[row + 1]; t++)
		total += (double)x->val[t];
	return sparse_row_size(x, row) ? total / (double)sparse_row_size(x, row) : fallback;
}

/* The prediction for a pair without training ratings of its user, its item or both. */
static double cold_prediction(const struct model *m, int32_t user, int32_t item)
{
	if (!option_is_word(option_find("default"), &m->config))
		return m->config.fallback;
	return row_mean(&m->train->by_user, user, row_mean(&m->train->by_item, item, m->mean));
}

double evaluate_prediction(const struct model *m, int32_t user, int32_t item, double predicted)
{
	return evaluate_cold(m, user, item) ? cold_prediction(m, user, item)
					    : model_clip(m, predicted);
}

/* What one user's pairs add to the score; rmse and mae are still sums. */
static struct score score_row(const struct model *m, const struct sparse *x, int32_t u,
			      const real *predicted)
{
	struct score s = { .n = x->start[u + 1] - x->start[u] };
	for (int64_t t = x->start[u]; t < x->start[u + 1]; t++) {
		const double error = evaluate_prediction(m, u, x->col[t], (double)predicted[t]) -
				     (double)x->val[t];
		s.rmse += error * error;
		s.mae += fabs(error);
		s.cold += evaluate_cold(m, u, x->col[t]);
	}
	return s;
}

int evaluate(const struct model *m, const struct weights *w, const struct ratings *set,
	     struct score *out, struct err *e)
{
	const struct sparse *x = &set->by_user;
	real *predicted = mem_array((size_t)x->nnz, sizeof *predicted, e);
	struct score *rows = mem_array((size_t)x->n_rows, sizeof *rows, e), s = { 0 };
	if (!predicted || !rows) {
		free(predicted);
		free(rows);
		return ERR_NOMEM;
	}
	m->ops->predict_pairs(m, w, set, predicted);
#pragma omp parallel for schedule(dynamic, 64) num_threads(kernel_threads())
	for (int32_t u = 0; u < x->n_rows; u++)
		rows[u] = score_row(m, x, u, predicted);
	for (int32_t u = 0; u < x->n_rows; u++) { /* user by user: the order is fixed */
		s.rmse += rows[u].rmse;
		s.mae += rows[u].mae;
		s.cold += rows[u].cold;
	}
	s.n = x->nnz;
	s.rmse = s.n ? sqrt(s.rmse / (double)s.n) : NAN;
	s.mae = s.n ? s.mae / (double)s.n : NAN;
	free(predicted);
	free(rows);
	*out = s;
	return 0;
}
