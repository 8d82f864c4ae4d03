/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The two passes of AutoRec over the ratings of a step (all of them, or a batch of vectors).  With
 * O the observed pairs, E = f(P) - R on O and zero elsewhere, and the ratings R in
 * the model's unit:
 *
 *     forward   H = g(V^T R + mu)    P = W H + b on O
 *     loss      sum E^2 + lambda/2 (|W|^2 + |V|^2)
 *     backward  D = 2 E f'(P)        S = (W^T D) g'(H)
 *
 * The passes take three products with the sparse R or D, each 2 nnz k operations; there is no
 * dense matrix of users x items. One thread sums every row of a result in a fixed order, so the
 * bits do not depend on the number of threads. */
#include <math.h>
#include <string.h>

#include "autorec.h"
#include "autorec/kernel.h"

/* ---- the two sides ------------------------------------------------------ */

const struct sparse *autorec_vectors(const struct model *m, const struct ratings *r)
{
	return model_vectors(m, r);
}

const struct sparse *autorec_dims(const struct model *m, const struct ratings *r)
{
	return model_dims(m, r);
}

/* ---- the layers --------------------------------------------------------- */

int autorec_tensor(int layer)
{
	return layer == 0 ? V : DENSE + 2 * (layer - 1);
}

int autorec_layers(const struct model *m)
{
	return 1 + (m->n_tensors - DENSE) / 2;
}

int32_t autorec_width(const struct model *m, int layer)
{
	return m->tensors[autorec_tensor(layer)].cols;
}

int autorec_stack(const struct weights *w)
{
	return w->into == V ? 1 : 2 + (w->into - DENSE) / 2;
}

void autorec_set_stack(const struct model *m, struct weights *w, int layers)
{
	w->into = autorec_tensor(layers - 1);
	w->hidden.k = autorec_width(m, layers - 1);
}

/* The panel's memory, with as many rows as the step has vectors. */
static struct panel autorec_rows_of(struct panel p, const struct model *m, const struct step *step)
{
	p.rows = autorec_vectors(m, step->on)->n_rows;
	return p;
}

struct panel autorec_units(const struct model *m, const struct weights *w, const struct step *step,
			   int layer)
{
	const struct trainee *a = m->impl;
	return autorec_rows_of(layer == autorec_stack(w) - 1 ? w->hidden : a->below[layer], m,
			       step);
}

struct panel autorec_s(const struct model *m, const struct step *step, int layer)
{
	const struct trainee *a = m->impl;
	return autorec_rows_of(a->s[layer], m, step);
}

/* ---- ratings and outputs ------------------------------------------------ */

static double output_low(const struct model *m)
{
	return m->config.output == TANH ? -1 : 0;
}

static bool bounded(const struct model *m)
{
	return m->config.output == SIGMOID || m->config.output == TANH;
}

/* How much one unit of output is on the rating scale. */
static double output_unit(const struct model *m)
{
	return bounded(m) && m->high > m->low ? (m->high - m->low) / (1 - output_low(m))
					      : m->config.unit;
}

real autorec_to_net(const struct model *m, double rating)
{
	return (real)(bounded(m) ? output_low(m) + (rating - m->low) / output_unit(m)
				 : rating / output_unit(m));
}

double autorec_from_net(const struct model *m, double output)
{
	return bounded(m) ? m->low + (output - output_low(m)) * output_unit(m)
			  : output * output_unit(m);
}

/* ---- forward ------------------------------------------------------------ */

void autorec_hide(const struct model *m, const struct weights *w, int layer, int s, real *h)
{
	const real *mu = weights_vector(m, w, layer == 0 ? MU : autorec_tensor(layer) + 1) +
			 s * STRIP;
	const int32_t k = autorec_width(m, layer);
	const int used = panel_used(k, s), width = panel_width(k, s);
	const real share = layer == 0 ? (real)(1 / m->config.unit) : 1;
	for (int j = 0; j < used; j++)
		h[j] = h[j] * share + mu[j];
	activation_apply((enum activation)m->config.hidden, h, (size_t)used);
	for (int j = used; j < width; j++)
		h[j] = 0;
}

/* Row i of out = sum over the ratings t of row i of val[t] * row col[t] of the source. Rows without
 * a rating are left alone. A source that is larger than the cache is read in blocks of rows that
 * fit, each of them for all rows of x. */
static void product(const struct model *m, const struct sparse *x, const real *val,
		    const struct strip *source, real *out)
{
	const int32_t block = strip_cached_rows(source);
	for (int32_t first = 0; first < x->n_cols; first += block) {
#pragma omp parallel for schedule(dynamic, 16) num_threads(kernel_threads())
		for (int32_t i = 0; i < x->n_rows; i++) {
			if (sparse_row_size(x, i) == 0 || !gate_pass(m->gate))
				continue;
			real more[STRIP], *row = out + (size_t)i * (size_t)source->width;
			const int64_t t = first == 0 ? x->start[i] : sparse_from(x, i, first);
			const int64_t n = (first + block >= x->n_cols
						   ? x->start[i + 1]
						   : sparse_from(x, i, first + block)) -
					  t;
			strip_gather(source, first == 0 ? row : more, x->col + t, val + t, n);
			for (int j = 0; j < source->width && first > 0; j++)
				row[j] += more[j];
		}
	}
}

/* Encodes the lowest layer, from the ratings. */
static void autorec_encode_ratings(const struct model *m, const struct weights *w,
				   const struct step *step)
{
	const struct trainee *a = m->impl;
	const struct sparse *x = autorec_vectors(m, step->on);
	const struct panel weights_v = weights_panel(m, w, V), units = autorec_units(m, w, step, 0);
	for (int s = 0; s < panel_strips(units.k) && gate_pass(m->gate); s++) {
		const struct strip v = panel_strip(&weights_v, s, a->rounded);
		product(m, x, step->by_vector, &v, panel_row(&units, s, 0));
#pragma omp parallel for schedule(static) num_threads(kernel_threads())
		for (int32_t i = 0; i < x->n_rows; i++) {
			real *h = panel_row(&units, s, i);
			if (sparse_row_size(x, i) == 0)
				memset(h, 0, (size_t)v.width * sizeof *h);
			autorec_hide(m, w, 0, s, h);
		}
	}
}

void autorec_encode(const struct model *m, const struct weights *w, const struct step *step,
		    int layers)
{
	if (layers > 0)
		autorec_encode_ratings(m, w, step);
	for (int layer = 1; layer < layers; layer++) {
		const struct panel below = autorec_units(m, w, step, layer - 1),
				   units = autorec_units(m, w, step, layer);
		autorec_dense_encode(m, w, layer, &below, &units);
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

/* |V|^2 + |W|^2 + the same for the dense layers. The sum is over sums of chunks, so the order is
 * fixed. */
static double autorec_penalty(const struct model *m, const struct weights *w)
{
	enum { CHUNK = 1 << 14, MOST = 1 << 10 };
	double total = 0, part[MOST];
	for (int tensor = V; tensor < m->n_tensors; tensor++) {
		if (!m->tensors[tensor].panel || (tensor >= DENSE && tensor > w->into))
			continue;
		const struct panel p = weights_panel(m, w, tensor);
		const size_t size = panel_size(p.rows, p.k);
		for (size_t from = 0; from < size && gate_pass(m->gate);
		     from += (size_t)CHUNK * MOST) {
			const size_t left = size - from;
			const int chunks = left >= (size_t)CHUNK * MOST
						   ? MOST
						   : (int)((left + CHUNK - 1) / CHUNK);
#pragma omp parallel for schedule(static) num_threads(kernel_threads())
			for (int c = 0; c < chunks; c++) {
				const size_t at = (size_t)c * CHUNK;
				part[c] = kernel_use()->square(
					p.data + from + at, left - at < CHUNK ? left - at : CHUNK);
			}
			total += sum(part, chunks);
		}
	}
	return total;
}

void autorec_outputs(const struct model *m, const struct weights *w, const struct step *step,
		     struct epoch_result *result)
{
	struct trainee *a = m->impl;
	const struct sparse *x = autorec_dims(m, step->on);
	const struct panel weights_w = weights_panel(m, w, W),
			   units = autorec_units(m, w, step, autorec_stack(w) - 1);
	const real *b = weights_vector(m, w, B);
#pragma omp parallel for schedule(dynamic, 64) num_threads(kernel_threads())
	for (int32_t u = 0; u < x->n_rows; u++)
		for (int64_t t = x->start[u]; t < x->start[u + 1]; t++)
			a->delta[t] = b[u];
	model_pair_dots(m, x, &weights_w, &units, a->rounded, a->delta);
#pragma omp parallel for schedule(dynamic, 64) num_threads(kernel_threads())
	for (int32_t u = 0; u < x->n_rows; u++)
		a->row_sum[u] = errors_of_row(m, x, u, a->delta);

	a->errors_of = step->share == 1 ? w : NULL;
	if (!result)
		return;
	const double squares = sum(a->row_sum, x->n_rows);
	a->lambda = m->config.lambda;
	result->loss = a->loss = squares + a->lambda / 2 * autorec_penalty(m, w); /* eq. (2) */
	result->train_rmse = x->nnz ? sqrt(squares / (double)x->nnz) * output_unit(m) : 0;
}

/* ---- backward ----------------------------------------------------------- */

/* Copies D into the order of the vectors. */
static void transpose_delta(const struct model *m, const struct ratings *on)
{
	struct trainee *a = m->impl;
	const uint32_t *to_user = on->item_to_user;
	const int64_t nnz = on->by_user.nnz;
	const bool gather = m->ops->by_item;
#pragma omp parallel for schedule(static) num_threads(kernel_threads())
	for (int64_t t = 0; t < nnz; t++)
		if (gather)
			a->delta_by_vector[t] = a->delta[to_user[t]];
		else
			a->delta_by_vector[to_user[t]] = a->delta[t];
}

void autorec_backward(const struct model *m, const struct weights *w, const struct step *step)
{
	const struct trainee *a = m->impl;
	const struct sparse *x = autorec_vectors(m, step->on);
	const int last = autorec_stack(w) - 1;
	const struct panel weights_w = weights_panel(m, w, W),
			   units = autorec_units(m, w, step, last),
			   s_panel = autorec_s(m, step, last);
	transpose_delta(m, step->on);
	for (int s = 0; s < panel_strips(s_panel.k) && gate_pass(m->gate); s++) {
		const struct strip strip = panel_strip(&weights_w, s, a->rounded);
		product(m, x, a->delta_by_vector, &strip, panel_row(&s_panel, s, 0));
#pragma omp parallel for schedule(static) num_threads(kernel_threads())
		for (int32_t i = 0; i < x->n_rows; i++)
			if (sparse_row_size(x, i) > 0)
				activation_slope((enum activation)m->config.hidden,
						 panel_row(&units, s, i), panel_row(&s_panel, s, i),
						 (size_t)strip.width);
			else /* without an observed rating no error comes back */
				memset(panel_row(&s_panel, s, i), 0,
				       (size_t)strip.width * sizeof(real));
	}
	autorec_dense_backward(m, w, step);
}
