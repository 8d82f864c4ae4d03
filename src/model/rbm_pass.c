/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The two conditional distributions of the RBM, and a step of contrastive divergence. Every
 * vector of a batch goes through its own Gibbs chain, with its own random numbers. Then every row
 * of W sums the contributions of its uses. One thread handles each vector and each row, in a
 * fixed order, so the bits do not depend on the number of threads. */
#include "rbm.h"

#include <math.h>
#include <string.h>

#include "autorec/kernel.h"
#include "autorec/rng.h"

enum { STREAM_GIBBS = 3000 };

#define RATE 0.05 /* used if the option is 0 */
/* Momentum starts low (Hinton, A practical guide to training restricted Boltzmann machines, 2010,
 * section 9). */
#define FIRST_MOMENTUM 0.5
enum { FIRST_EPOCHS = 5 };

/* ---- the conditional distributions -------------------------------------- */

struct rbm_weights rbm_weights_of(const struct model *m, const struct weights *w,
				  const brief *rounded)
{
	return (struct rbm_weights){ weights_panel(m, w, W),
				     rounded,
				     weights_vector(m, w, B),
				     weights_vector(m, w, MU),
				     weights_vector(m, w, VALUES),
				     m->tensors[VALUES].rows,
				     m->gate };
}

static struct strip strip_of(const struct rbm_weights *in, int s)
{
	const size_t at = panel_offset(&in->w, s, 0);
	return (struct strip){ in->w.data + at, in->rounded ? in->rounded + at : NULL,
			       panel_width(in->w.k, s) };
}

void rbm_encode(const struct rbm_weights *in, const int32_t *rows, const real *ones, int64_t n,
		const struct panel *hidden, int32_t row)
{
	for (int s = 0; s < panel_strips(hidden->k) && gate_pass(in->gate); s++) {
		const struct strip w = strip_of(in, s);
		const int used = hidden->k - s * STRIP < STRIP ? hidden->k - s * STRIP : STRIP;
		real *h = panel_row(hidden, s, row);
		strip_gather(&w, h, rows, ones, n);
		for (int j = 0; j < used; j++)
			h[j] += in->mu[s * STRIP + j];
		kernel_use()->sigmoid(h, (size_t)used);
		for (int j = used; j < w.width; j++)
			h[j] = 0;
	}
}

/* Turns each group of K among n K numbers into exp(x - the group's maximum): a softmax without its
 * normalization. */
static void powers(real *x, int64_t n, int n_values)
{
	for (real *end = x + n * n_values, *p = x; p < end; p += n_values) {
		real most = p[0];
		for (int v = 1; v < n_values; v++)
			most = p[v] > most ? p[v] : most;
		for (int v = 0; v < n_values; v++)
			p[v] -= most;
	}
	kernel_use()->exp(x, (size_t)(n * n_values));
}

void rbm_softmax(real *x, int64_t n, int n_values)
{
	powers(x, n, n_values);
	for (real *end = x + n * n_values; x < end; x += n_values) {
		real sum = 0;
		for (int v = 0; v < n_values; v++)
			sum += x[v];
		for (int v = 0; v < n_values; v++)
			x[v] /= sum;
	}
}

/* b + W h for all values of n dims, n * K <= BLOCK. */
static void inputs(const struct rbm_weights *in, const struct panel *hidden, int32_t row,
		   const int32_t *dim, int64_t n, real *x)
{
	int32_t rows[BLOCK];
	for (int64_t t = 0, at = 0; t < n; t++)
		for (int v = 0; v < in->n_values; v++, at++) {
			rows[at] = dim[t] * in->n_values + v;
			x[at] = in->b[rows[at]];
		}
	for (int s = 0; s < panel_strips(hidden->k) && gate_pass(in->gate); s++) {
		const struct strip w = strip_of(in, s);
		strip_dots(&w, x, rows, n * in->n_values, panel_row(hidden, s, row));
	}
}

void rbm_visible(const struct rbm_weights *in, const struct panel *hidden, int32_t row,
		 const int32_t *dim, int64_t n, real *p)
{
	inputs(in, hidden, row, dim, n, p);
	rbm_softmax(p, n, in->n_values);
}

double rbm_mean(const struct rbm_weights *in, const real *p)
{
	double mean = 0;
	for (int v = 0; v < in->n_values; v++)
		mean += (double)in->values[v] * (double)p[v];
	return mean;
}

void rbm_round(const struct model *m, const struct weights *w)
{
	const struct rbm *r = m->impl;
	const struct panel p = weights_panel(m, w, W);
	for (int s = 0; s < panel_strips(p.k) && r->rounded && gate_pass(m->gate); s++)
		panel_strip(&p, s, r->rounded + panel_offset(&p, s, 0));
}

/* ---- the Gibbs chain of one vector -------------------------------------- */

static struct panel states(const struct model *m)
{
	const struct rbm *r = m->impl;
	return (struct panel){ r->states, 3 * r->batch, (int32_t)m->config.k };
}

static void draw_hidden(struct rng *rng, const struct panel *p, int32_t from, int32_t to)
{
	for (int s = 0; s < panel_strips(p->k); s++) {
		const real *probability = panel_row(p, s, from);
		real *state = panel_row(p, s, to);
		for (int j = 0; j < STRIP && s * STRIP + j < p->k; j++)
			state[j] = rng_unit(rng) < (double)probability[j];
	}
}

/* Draws a state with probability in proportion to its weight, out of n. */
static int draw_one(struct rng *rng, const real *weight, int n)
{
	real sum = 0, reached = 0;
	for (int v = 0; v < n; v++)
		sum += weight[v];
	const real aim = (real)rng_unit(rng) * sum;
	for (int v = 0; v < n - 1; v++)
		if ((reached += weight[v]) > aim)
			return v;
	return n - 1;
}

/* Draws values for n dims given a row of hidden states, as rows of W. */
static void draw_visible(const struct rbm_weights *in, struct rng *rng, const struct panel *hidden,
			 int32_t row, const int32_t *dim, int64_t n, int32_t *rows)
{
	const int n_values = in->n_values;
	const int64_t most = BLOCK / n_values;
	for (int64_t t = 0, some; t < n; t += some) {
		real x[BLOCK];
		some = n - t < most ? n - t : most;
		inputs(in, hidden, row, dim + t, some, x);
		powers(x, some, n_values);
		for (int64_t j = 0; j < some; j++)
			rows[t + j] = dim[t + j] * n_values +
				      draw_one(rng, x + j * n_values, n_values);
	}
}

static void run_chain(const struct model *m, const struct rbm_weights *in, int64_t epoch,
		      int64_t steps, int32_t vector, int32_t place)
{
	const struct rbm *r = m->impl;
	const struct sparse *x = model_vectors(m, m->train);
	const struct panel p = states(m);
	const int64_t at = x->start[vector], n = x->start[vector + 1] - at;
	const int32_t end = r->batch + place, drawn = 2 * r->batch + place;
	struct rng rng;
	rng_init(&rng, rng_mix((uint64_t)m->config.seed) + (uint64_t)epoch,
		 STREAM_GIBBS + (uint64_t)vector);
	rbm_encode(in, r->data + at, r->ones, n, &p, place);
	for (int64_t step = 0; step < steps; step++) {
		draw_hidden(&rng, &p, step == 0 ? place : end, drawn);
		draw_visible(in, &rng, &p, drawn, x->col + at, n, r->sampled + at);
		rbm_encode(in, r->sampled + at, r->ones, n, &p, end);
	}
}

/* ---- what the weights learn from a batch -------------------------------- */

/* Sorts the batch's uses of rows of W, in data and samples, by row. */
static void sort_uses(const struct model *m, const int32_t *order, int32_t n)
{
	struct rbm *r = m->impl;
	const struct sparse *x = model_vectors(m, m->train);
	const int32_t rows = m->tensors[W].rows;
	/* first counts, then places, and finally the start of the next row */
	int64_t *next = r->start + 1;
	memset(r->start, 0, (size_t)(rows + 1) * sizeof *r->start);
	for (int32_t i = 0; i < n; i++)
		for (int64_t t = x->start[order[i]]; t < x->start[order[i] + 1]; t++) {
			next[r->data[t]]++;
			next[r->sampled[t]]++;
		}
	for (int64_t row = 0, before = 0; row < rows; row++) {
		const int64_t count = next[row];
		next[row] = before;
		before += count;
	}
	for (int32_t i = 0; i < n; i++)
		for (int64_t t = x->start[order[i]]; t < x->start[order[i] + 1]; t++) {
			int64_t place = next[r->data[t]]++;
			r->use[place] = i;
			r->sign[place] = 1;
			place = next[r->sampled[t]]++;
			r->use[place] = r->batch + i;
			r->sign[place] = -1;
		}
}

static void rbm_update_mu(const struct model *m, struct weights *w, const struct momentum *c,
			  int32_t n)
{
	const struct rbm *r = m->impl;
	const struct panel p = states(m);
	real *mu = weights_vector(m, w, MU), *velocity = r->velocity + m->tensors[MU].offset;
	for (int s = 0; s < panel_strips(p.k) && gate_pass(m->gate); s++) {
		const int width = panel_width(p.k, s);
		real gradient[STRIP] = { 0 };
		for (int32_t i = 0; i < n; i++)
			for (int j = 0; j < width; j++)
				gradient[j] += panel_row(&p, s, i)[j] -
					       panel_row(&p, s, r->batch + i)[j];
		kernel_use()->momentum(c, mu + s * STRIP, gradient, velocity + s * STRIP,
				       (size_t)width);
	}
}

static void update_w(const struct model *m, struct weights *w, const struct momentum *c)
{
	const struct rbm *r = m->impl;
	const struct panel weights_w = weights_panel(m, w, W), p = states(m);
	real *velocity = r->velocity + m->tensors[W].offset;
	for (int s = 0; s < panel_strips(p.k); s++) {
		const int width = panel_width(p.k, s);
#pragma omp parallel for schedule(dynamic, 64) num_threads(kernel_threads())
		for (int32_t row = 0; row < weights_w.rows; row++) {
			if (!gate_pass(m->gate))
				continue;
			const int64_t t = r->start[row], n = r->start[row + 1] - t;
			const size_t at = panel_offset(&weights_w, s, row);
			real gradient[STRIP];
			kernel_use()->gather(gradient, r->use + t, r->sign + t, n,
					     panel_row(&p, s, 0), width);
			kernel_use()->momentum(c, weights_w.data + at, gradient, velocity + at,
					       (size_t)width);
			if (r->rounded)
				kernel_use()->shorten(r->rounded + at, weights_w.data + at,
						      (size_t)width);
		}
	}
}

static void rbm_update_b(const struct model *m, struct weights *w, const struct momentum *c)
{
	const struct rbm *r = m->impl;
	real *b = weights_vector(m, w, B), *velocity = r->velocity + m->tensors[B].offset;
#pragma omp parallel for schedule(static) num_threads(kernel_threads())
	for (int32_t row = 0; row < m->tensors[B].rows; row++) {
		real gradient = 0;
		for (int64_t t = r->start[row]; t < r->start[row + 1]; t++)
			gradient += r->sign[t];
		kernel_use()->momentum(c, b + row, &gradient, velocity + row, 1);
	}
}

/* The number T of Gibbs steps, which grows during training as in the paper. */
static int64_t gibbs_steps(const struct config *c, int64_t epoch)
{
	return c->grow > 0 && epoch / c->grow + 1 < c->cd ? epoch / c->grow + 1 : c->cd;
}

static struct momentum momentum_of(const struct config *c, int64_t epoch, int32_t n)
{
	const double rate = (c->rate > 0 ? c->rate : RATE) /
			    (c->anneal > 0 ? 1 + (double)epoch / c->anneal : 1);
	const double keep = epoch < FIRST_EPOCHS && c->momentum > FIRST_MOMENTUM ? FIRST_MOMENTUM
										 : c->momentum;
	return (struct momentum){ .keep = (real)keep, .rate = (real)(rate / n) };
}

void rbm_step(const struct model *m, struct weights *w, int64_t epoch, int32_t first, int32_t n)
{
	const struct config *c = &m->config;
	const struct rbm *r = m->impl;
	const int32_t *order = r->order + first;
	const int64_t steps = gibbs_steps(c, epoch);
	const struct rbm_weights in = rbm_weights_of(m, w, r->rounded);
	struct momentum momentum = momentum_of(c, epoch, n);
#pragma omp parallel for schedule(dynamic, 1) num_threads(kernel_threads())
	for (int32_t i = 0; i < n; i++)
		run_chain(m, &in, epoch, steps, order[i], i);
	sort_uses(m, order, n);
	rbm_update_b(m, w, &momentum);
	rbm_update_mu(m, w, &momentum, n);
	momentum.decay = (real)(c->lambda * n / m->n_vectors);
	update_w(m, w, &momentum);
}
