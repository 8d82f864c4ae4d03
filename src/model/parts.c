/* SPDX-License-Identifier: GPL-3.0-or-later
 * Parts that several models share. */
#include <stdlib.h>

#include "autorec/dense.h"
#include "autorec/kernel.h"
#include "autorec/mem.h"
#include "autorec/rng.h"
#include "internal.h"

int model_draw_normal(const struct model *m, struct weights *w, int tensor, uint64_t stream,
		      double sd, struct err *e)
{
	const struct panel p = weights_panel(m, w, tensor);
	real *row = mem_array((size_t)p.k, sizeof *row, e);
	struct rng rng;
	if (!row)
		return ERR_NOMEM;
	rng_init(&rng, (uint64_t)m->config.seed, stream);
	for (int32_t r = 0; r < p.rows && gate_pass(m->gate); r++) {
		for (int32_t j = 0; j < p.k; j++)
			row[j] = (real)(sd * rng_normal(&rng));
		if (m->tensors[tensor].panel)
			panel_write_row(&p, r, row);
		else
			p.data[r] = row[0];
		if (m->gate)
			atomic_fetch_add_explicit(&m->gate->done, p.k, memory_order_relaxed);
	}
	free(row);
	return 0;
}

void model_pair_dots(const struct model *m, const struct sparse *set, const struct panel *rows,
		     const struct panel *cols, brief *room, real *out)
{
	for (int s = 0; s < panel_strips(rows->k) && gate_pass(m->gate); s++) {
		const struct strip others = panel_strip(cols, s, room);
#pragma omp parallel for schedule(dynamic, 16) num_threads(kernel_threads())
		for (int32_t r = 0; r < set->n_rows; r++) {
			const int64_t t = set->start[r];
			if (gate_pass(m->gate))
				strip_dots(&others, out + t, set->col + t, set->start[r + 1] - t,
					   panel_row(rows, s, r));
		}
	}
}

int model_fit_row(const struct panel *vectors, const struct rating_vector *rated, const real *y,
		  double penalty, real *row, real *b, struct err *e)
{
	const int32_t k = vectors->k;
	if (rated->n == 0)
		return err_set(e, ERR_FAILED, NULL,
			       "this user has no ratings left to fit; rate something first");
	real *x = mem_array((size_t)rated->n * (size_t)k, sizeof *x, e);
	for (int64_t t = 0; x && t < rated->n; t++)
		panel_read_row(vectors, rated->col[t], x + t * k);
	const int status = x ? dense_ridge(x, y, NULL, (int32_t)rated->n, k, penalty, row, b, e)
			     : ERR_NOMEM;
	free(x);
	return status;
}

size_t scoring_bytes(const struct model *m)
{
	return (size_t)m->train->by_user.nnz * sizeof(real) +
	       (size_t)m->train->by_user.n_rows * sizeof(double);
}

int scoring_init(struct scoring *s, const struct model *m, struct err *e)
{
	s->predicted = mem_array((size_t)m->train->by_user.nnz, sizeof *s->predicted, e);
	s->squares = mem_array((size_t)m->train->by_user.n_rows, sizeof *s->squares, e);
	return s->predicted && s->squares ? 0 : ERR_NOMEM;
}

void scoring_done(struct scoring *s)
{
	free(s->predicted);
	free(s->squares);
}

double scoring_sse(struct scoring *s, const struct model *m, const struct weights *w)
{
	const struct sparse *x = &m->train->by_user;
	double sse = 0;
	m->ops->predict_pairs(m, w, m->train, s->predicted);
#pragma omp parallel for schedule(dynamic, 64) num_threads(kernel_threads())
	for (int32_t u = 0; u < x->n_rows; u++) {
		s->squares[u] = 0;
		for (int64_t t = x->start[u]; t < x->start[u + 1]; t++) {
			const double error = (double)s->predicted[t] - (double)x->val[t];
			s->squares[u] += error * error;
		}
	}
	for (int32_t u = 0; u < x->n_rows; u++) /* user by user: the order is fixed */
		sse += s->squares[u];
	return sse;
}

bool model_knows(const struct rating_vector *v)
{
	return v->row >= 0 && !v->edited;
}

int model_hidden_row(const struct model *m, const struct weights *w, const struct rating_vector *v,
		     encoder *encode, real *h, struct err *e)
{
	if (!model_knows(v))
		return encode(m, w, v, h, e);
	panel_read_row(&w->hidden, v->row, h);
	return 0;
}
