/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Training AutoRec by full batch.  With O the observed pairs, E = f(P) - R on O and zero elsewhere:
 *
 *     forward   H = g(V^T R + mu)           P = W H + b on O       loss = sum E^2 + lambda/2 (|W|^2 + |V|^2)
 *     backward  D = 2 E f'(P)               S = (W^T D) g'(H)
 *     gradients W: D H^T + lambda W    V: R S^T + lambda V    b: row sums of D    mu: row sums of S
 *
 * Five products with the sparse R or D, each 2 nnz k operations; no dense matrix of users x items.  Every row of
 * a result is summed by one thread in a fixed order, so the bits do not depend on how many there are. */
#include "autorec.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/kernel.h"
#include "autorec/mem.h"
#include "autorec/optim.h"
#include "autorec/rng.h"

struct trainee {
	struct optim optim;
	real *delta;           /* [nnz] D, dim after dim */
	real *delta_by_vector; /* [nnz] D, vector after vector */
	real *s;               /* panel n_vectors x k: S, a row per vector */
	double *row_sum;       /* [max(d, n_vectors)] */
	const struct weights *errors_of; /* whose errors delta holds */
};

extern const struct model_ops i_autorec_ops, u_autorec_ops;

bool autorec_by_item(const struct model *m)
{
	return m->ops == &i_autorec_ops;
}

static const struct sparse *side(const struct ratings *r, bool items)
{
	return items ? &r->by_item : &r->by_user;
}

const struct sparse *autorec_vectors(const struct model *m, const struct ratings *r)
{
	return side(r, autorec_by_item(m));
}

const struct sparse *autorec_dims(const struct model *m, const struct ratings *r)
{
	return side(r, !autorec_by_item(m));
}

static double output_low(const struct model *m)
{
	return m->config.output == TANH ? -1 : 0;
}

static bool bounded(const struct model *m)
{
	return m->config.output == SIGMOID || m->config.output == TANH;
}

/* How many units of the rating scale one unit of output is. */
static double output_unit(const struct model *m)
{
	return bounded(m) && m->config.max > m->config.min ? (m->config.max - m->config.min) / (1 - output_low(m)) : 1;
}

real autorec_to_net(const struct model *m, double rating)
{
	return (real)(bounded(m) ? output_low(m) + (rating - m->config.min) / output_unit(m) : rating);
}

double autorec_from_net(const struct model *m, double output)
{
	return bounded(m) ? m->config.min + (output - output_low(m)) * output_unit(m) : output;
}

/* ---- forward --------------------------------------------------------------------------------------- */

void autorec_encode_strip(const struct model *m, const struct weights *w, int s, const int32_t *col, const real *val,
			  int64_t n, real *h)
{
	const struct panel v = weights_panel(m, w, V);
	const real *mu = weights_vector(m, w, MU) + s * STRIP;
	const int width = panel_width(v.k, s), used = v.k - s * STRIP < STRIP ? v.k - s * STRIP : STRIP;
	kernel_use()->gather(h, col, val, n, panel_row(&v, s, 0), width);
	for (int j = 0; j < used; j++)
		h[j] += mu[j];
	activation_apply((enum activation)m->config.hidden, h, (size_t)used);
	for (int j = used; j < width; j++)
		h[j] = 0;
}

static void encode_all(const struct model *m, const struct weights *w)
{
	const struct sparse *x = autorec_vectors(m, m->train);
	for (int s = 0; s < panel_strips(w->hidden.k); s++) {
#pragma omp parallel for schedule(dynamic, 16) num_threads(kernel_threads())
		for (int32_t i = 0; i < x->n_rows; i++) {
			int64_t t = x->start[i];
			autorec_encode_strip(m, w, s, x->col + t, x->val + t, x->start[i + 1] - t, panel_row(&w->hidden, s, i));
		}
	}
}

void autorec_pair_dots(const struct sparse *set, const struct panel *rows, const struct panel *cols, real *out)
{
	for (int s = 0; s < panel_strips(rows->k); s++) {
		const int width = panel_width(rows->k, s);
#pragma omp parallel for schedule(dynamic, 16) num_threads(kernel_threads())
		for (int32_t r = 0; r < set->n_rows; r++) {
			int64_t t = set->start[r];
			kernel_use()->dots(out + t, set->col + t, set->start[r + 1] - t, panel_row(rows, s, r),
					   panel_row(cols, s, 0), width);
		}
	}
}

static double sum(const double *x, int32_t n)
{
	double total = 0;
	for (int32_t i = 0; i < n; i++)
		total += x[i];
	return total;
}

/* Turns outputs P of row r into D = 2 E f'(P) in place and returns the sum of E^2. */
static double errors_of_row(const struct model *m, const struct sparse *x, int32_t r, real *delta)
{
	enum { BLOCK = 256 };
	const enum activation f = (enum activation)m->config.output;
	double squares = 0;
	for (int64_t t = x->start[r], n; t < x->start[r + 1]; t += n) {
		real y[BLOCK];
		n = x->start[r + 1] - t < BLOCK ? x->start[r + 1] - t : BLOCK;
		memcpy(y, delta + t, (size_t)n * sizeof *y);
		activation_apply(f, y, (size_t)n);
		for (int64_t j = 0; j < n; j++) {
			real e = y[j] - autorec_to_net(m, (double)x->val[t + j]);
			squares += (double)e * (double)e;
			delta[t + j] = 2 * e;
		}
		activation_slope(f, y, delta + t, (size_t)n);
	}
	return squares;
}

/* |V|^2 + |W|^2 */
static double penalty(const struct model *m, const struct weights *w)
{
	double total = 0;
	for (int tensor = V; tensor <= W; tensor++) {
		enum { CHUNK = 1 << 14 };
		const struct panel p = weights_panel(m, w, tensor);
		const size_t size = panel_size(p.rows, p.k);
		const int64_t chunks = (int64_t)((size + CHUNK - 1) / CHUNK);
		/* Summed chunk after chunk: ordered, so the bits stay the same. */
#pragma omp parallel for ordered schedule(static, 1) num_threads(kernel_threads())
		for (int64_t c = 0; c < chunks; c++) {
			size_t at = (size_t)c * CHUNK;
			double part = kernel_use()->square(p.data + at, size - at < CHUNK ? size - at : CHUNK);
#pragma omp ordered
			total += part;
		}
	}
	return total;
}

/* Outputs, errors and loss of weights whose hidden units are there. */
static void outputs(const struct model *m, const struct weights *w, struct epoch_result *result)
{
	struct trainee *a = m->impl;
	const struct sparse *x = autorec_dims(m, m->train);
	const struct panel weights_w = weights_panel(m, w, W);
	const real *b = weights_vector(m, w, B);
	for (int32_t u = 0; u < x->n_rows; u++)
		for (int64_t t = x->start[u]; t < x->start[u + 1]; t++)
			a->delta[t] = b[u];
	autorec_pair_dots(x, &weights_w, &w->hidden, a->delta);
#pragma omp parallel for schedule(dynamic, 64) num_threads(kernel_threads())
	for (int32_t u = 0; u < x->n_rows; u++)
		a->row_sum[u] = errors_of_row(m, x, u, a->delta);

	const double squares = sum(a->row_sum, x->n_rows);
	result->loss = squares + m->config.lambda / 2 * penalty(m, w); /* eq. (2) */
	result->train_rmse = x->nnz ? sqrt(squares / (double)x->nnz) * output_unit(m) : 0;
	a->errors_of = w;
}

static void forward(struct model *m, struct weights *w, struct epoch_result *result)
{
	encode_all(m, w);
	outputs(m, w, result);
}

/* ---- backward -------------------------------------------------------------------------------------- */

/* D in the order of the vectors. */
static void transpose_delta(const struct model *m)
{
	struct trainee *a = m->impl;
	const uint32_t *to_user = m->train->item_to_user;
	const int64_t nnz = m->train->by_user.nnz;
	const bool gather = autorec_by_item(m);
#pragma omp parallel for schedule(static) num_threads(kernel_threads())
	for (int64_t t = 0; t < nnz; t++)
		if (gather)
			a->delta_by_vector[t] = a->delta[to_user[t]];
		else
			a->delta_by_vector[to_user[t]] = a->delta[t];
}

/* S = (W^T D) g'(H), a row per vector. */
static void backward(const struct model *m, const struct weights *w, const struct panel *out)
{
	const struct trainee *a = m->impl;
	const struct sparse *x = autorec_vectors(m, m->train);
	const struct panel weights_w = weights_panel(m, w, W);
	transpose_delta(m);
	for (int s = 0; s < panel_strips(out->k); s++) {
		const int width = panel_width(out->k, s);
#pragma omp parallel for schedule(dynamic, 16) num_threads(kernel_threads())
		for (int32_t i = 0; i < x->n_rows; i++) {
			int64_t t = x->start[i];
			real *row = panel_row(out, s, i);
			kernel_use()->gather(row, x->col + t, a->delta_by_vector + t, x->start[i + 1] - t,
					     panel_row(&weights_w, s, 0), width);
			activation_slope((enum activation)m->config.hidden, panel_row(&w->hidden, s, i), row, (size_t)width);
		}
	}
}

/* ---- update ---------------------------------------------------------------------------------------- */

/* One strip of row u of V or W: gradient = sum over t of val[t] * other[col[t]] + lambda * row, handed on at once. */
static void update_row(const struct model *m, const struct weights *from, struct weights *to, int tensor, int s, int32_t u,
		       const real *val, const struct panel *other)
{
	const struct trainee *a = m->impl;
	const struct sparse *x = autorec_dims(m, m->train);
	const struct panel p = weights_panel(m, from, tensor);
	const int width = panel_width(p.k, s);
	const real *row = panel_row(&p, s, u), lambda = (real)m->config.lambda;
	const int64_t t = x->start[u];
	real gradient[STRIP];
	kernel_use()->gather(gradient, x->col + t, val + t, x->start[u + 1] - t, panel_row(other, s, 0), width);
	for (int j = 0; j < width; j++)
		gradient[j] += lambda * row[j];
	a->optim.ops->update(&a->optim, m->tensors[tensor].offset + panel_offset(&p, s, u), (size_t)width, to->theta,
			     from->theta, gradient);
}

static void update_b(const struct model *m, const struct weights *from, struct weights *to)
{
	const struct trainee *a = m->impl;
	const struct sparse *x = autorec_dims(m, m->train);
#pragma omp parallel for schedule(static) num_threads(kernel_threads())
	for (int32_t u = 0; u < x->n_rows; u++) {
		double total = 0;
		for (int64_t t = x->start[u]; t < x->start[u + 1]; t++)
			total += (double)a->delta[t];
		const real gradient = (real)total;
		a->optim.ops->update(&a->optim, m->tensors[B].offset + (size_t)u, 1, to->theta, from->theta, &gradient);
	}
}

/* mu's gradient: the column sums of S, each strip by one thread. */
static void update_mu(const struct model *m, const struct weights *from, struct weights *to, const struct panel *s)
{
	const struct trainee *a = m->impl;
#pragma omp parallel for schedule(static, 1) num_threads(kernel_threads())
	for (int strip = 0; strip < panel_strips(s->k); strip++) {
		const int width = panel_width(s->k, strip);
		double total[STRIP] = { 0 };
		real gradient[STRIP];
		for (int32_t i = 0; i < s->rows; i++) {
			const real *row = panel_row(s, strip, i);
			for (int j = 0; j < width; j++)
				total[j] += (double)row[j];
		}
		for (int j = 0; j < width; j++)
			gradient[j] = (real)total[j];
		a->optim.ops->update(&a->optim, m->tensors[MU].offset + (size_t)strip * STRIP, (size_t)width, to->theta,
				     from->theta, gradient);
	}
}

static int epoch(struct model *m, const struct weights *from, struct weights *to, struct epoch_result *result, struct err *e)
{
	struct trainee *a = m->impl;
	const struct sparse *dims = autorec_dims(m, m->train);
	const struct panel s = { a->s, m->n_vectors, (int32_t)m->config.k };

	if (a->errors_of != from) /* not the last one computed: training goes on from a kept epoch */
		outputs(m, from, result);
	backward(m, from, &s);
	for (int strip = 0; strip < panel_strips(s.k); strip++) {
#pragma omp parallel for schedule(dynamic, 16) num_threads(kernel_threads())
		for (int32_t u = 0; u < dims->n_rows; u++) {
			update_row(m, from, to, W, strip, u, a->delta, &from->hidden);
			update_row(m, from, to, V, strip, u, dims->val, &s);
		}
	}
	update_b(m, from, to);
	update_mu(m, from, to, &s);
	forward(m, to, result);
	return 0;
}

/* ---- life ------------------------------------------------------------------------------------------ */

static void close_model(struct model *m)
{
	struct trainee *a = m->impl;
	if (!a)
		return;
	optim_done(&a->optim);
	free(a->delta);
	free(a->delta_by_vector);
	free(a->s);
	free(a->row_sum);
	free(a);
}

static int open_model(struct model *m, struct err *e)
{
	const struct sparse *vectors = autorec_vectors(m, m->train), *dims = autorec_dims(m, m->train);
	const int32_t d = dims->n_rows, k = (int32_t)m->config.k;
	const size_t nnz = (size_t)dims->nnz;
	struct trainee *a = m->impl = calloc(1, sizeof *a);
	if (!a)
		return err_set(e, ERR_NOMEM, NULL, "out of memory");
	m->n_vectors = vectors->n_rows;
	model_add_tensor(m, "V", d, k, true);
	model_add_tensor(m, "W", d, k, true);
	model_add_tensor(m, "mu", k, 1, false);
	model_add_tensor(m, "b", d, 1, false);
	if (!(a->delta = mem_array(nnz, sizeof *a->delta, e)) ||
	    !(a->delta_by_vector = mem_array(nnz, sizeof *a->delta, e)) ||
	    !(a->s = mem_array(panel_size(m->n_vectors, k), sizeof *a->s, e)) ||
	    !(a->row_sum = mem_array((size_t)d, sizeof *a->row_sum, e)))
		return ERR_NOMEM;
	return optim_init(&a->optim, &m->config, m->n_theta, e);
}

/* V, W ~ init N(0, 1); biases a tenth of it.  Row after row, so that the numbers do not depend on the strips. */
static int init(struct model *m, struct weights *w, struct err *e)
{
	struct trainee *a = m->impl;
	const int32_t k = (int32_t)m->config.k;
	real *row = mem_array((size_t)k, sizeof *row, e);
	if (!row)
		return ERR_NOMEM;
	for (int tensor = 0; tensor < m->n_tensors; tensor++) {
		const struct panel p = weights_panel(m, w, tensor);
		const double scale = m->tensors[tensor].panel ? m->config.init : m->config.init / 10;
		struct rng rng;
		rng_init(&rng, (uint64_t)m->config.seed, (uint64_t)tensor);
		for (int32_t r = 0; r < p.rows; r++) {
			for (int32_t j = 0; j < p.k; j++)
				row[j] = (real)(scale * rng_normal(&rng));
			if (m->tensors[tensor].panel)
				panel_write_row(&p, r, row);
			else
				p.data[r] = row[0];
		}
	}
	free(row);
	a->optim.ops->reset(&a->optim);
	return 0;
}

#define AUTOREC_OPTIONS "k lambda hidden output optimizer init rate seed clip default"

const struct model_ops i_autorec_ops = {
	.name = "i-autorec",
	.help = "AutoRec on items: reads all ratings of an item, predicts everybody's",
	.options = AUTOREC_OPTIONS,
	.open = open_model,
	.close = close_model,
	.init = init,
	.forward = forward,
	.epoch = epoch,
	.predict_user = autorec_predict_user,
	.predict_item = autorec_predict_item,
	.predict_pairs = autorec_predict_pairs,
	.refit_user = autorec_refit_user,
};
const struct model_ops u_autorec_ops = {
	.name = "u-autorec",
	.help = "AutoRec on users: reads all ratings by a user, predicts all items",
	.options = AUTOREC_OPTIONS,
	.defaults = "lambda=200",
	.open = open_model,
	.close = close_model,
	.init = init,
	.forward = forward,
	.epoch = epoch,
	.predict_user = autorec_predict_user,
	.predict_item = autorec_predict_item,
	.predict_pairs = autorec_predict_pairs,
};
