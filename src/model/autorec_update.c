/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From the two passes to the next parameters:
 *
 *     gradients W: D H^T + lambda W    V: R S^T + lambda V    b: row sums of D    mu: row sums of S
 *
 * where H holds the units of the last layer and S belongs to the lowest.
 *
 * Two more products with the sparse R and D.  A piece of gradient goes to the optimizer as soon as
 * it is there, while its row is in the cache; no gradient is stored.  A batch carries its share of
 * the penalty. */
#include "autorec.h"
#include "autorec/kernel.h"

/* One strip of row u of V or W: gradient = sum over t of val[t] * other[col[t]] + lambda * row. It
 * goes to the optimizer at once. */
static void update_row(const struct model *m, const struct weights *from, struct weights *to,
		       const struct step *step, int tensor, int s, int32_t u, const real *val,
		       const struct strip *other)
{
	const struct trainee *a = m->impl;
	const struct sparse *x = autorec_dims(m, step->on);
	const struct panel p = weights_panel(m, from, tensor);
	const int width = other->width;
	const real *row = panel_row(&p, s, u), lambda = (real)(m->config.lambda * step->share),
		   share = tensor == V ? (real)(1 / m->config.unit) : 1;
	const int64_t t = x->start[u];
	real gradient[STRIP];
	strip_gather(other, gradient, x->col + t, val + t, x->start[u + 1] - t);
	for (int j = 0; j < width; j++)
		gradient[j] = gradient[j] * share + lambda * row[j];
	a->optim.ops->update(&a->optim, m->tensors[tensor].offset + panel_offset(&p, s, u),
			     (size_t)width, to->theta, from->theta, gradient);
}

static void update_strip(const struct model *m, const struct weights *from, struct weights *to,
			 const struct step *step, int tensor, int s, const real *val,
			 const struct panel *others)
{
	const struct trainee *a = m->impl;
	const struct strip other = panel_strip(others, s, a->rounded);
#pragma omp parallel for schedule(dynamic, 16) num_threads(kernel_threads())
	for (int32_t u = 0; u < autorec_dims(m, step->on)->n_rows; u++)
		if (gate_pass(m->gate))
			update_row(m, from, to, step, tensor, s, u, val, &other);
}

static void autorec_update_b(const struct model *m, const struct weights *from, struct weights *to,
			     const struct step *step)
{
	const struct trainee *a = m->impl;
	const struct sparse *x = autorec_dims(m, step->on);
#pragma omp parallel for schedule(dynamic, 64) num_threads(kernel_threads())
	for (int32_t u = 0; u < x->n_rows; u++) {
		double total = 0;
		for (int64_t t = x->start[u]; t < x->start[u + 1]; t++)
			total += (double)a->delta[t];
		const real gradient = (real)total;
		a->optim.ops->update(&a->optim, m->tensors[B].offset + (size_t)u, 1, to->theta,
				     from->theta, &gradient);
	}
}

/* The gradient of a layer's mu: the column sums of its S. One thread sums each strip. */
static void autorec_update_mu(const struct model *m, const struct weights *from, struct weights *to,
			      int tensor, const struct panel *s)
{
	const struct trainee *a = m->impl;
#pragma omp parallel for schedule(static, 1) num_threads(kernel_threads())
	for (int strip = 0; strip < panel_strips(s->k); strip++) {
		const int width = panel_width(s->k, strip);
		double total[STRIP] = { 0 };
		real gradient[STRIP];
		for (int32_t i = 0; i < s->rows && gate_pass(m->gate); i++) {
			const real *row = panel_row(s, strip, i);
			for (int j = 0; j < width; j++)
				total[j] += (double)row[j];
		}
		for (int j = 0; j < width; j++)
			gradient[j] = (real)total[j];
		a->optim.ops->update(&a->optim, m->tensors[tensor].offset + (size_t)strip * STRIP,
				     (size_t)width, to->theta, from->theta, gradient);
	}
}

void autorec_update(const struct model *m, const struct weights *from, struct weights *to,
		    const struct step *step)
{
	struct trainee *a = m->impl;
	const struct panel units = autorec_units(m, from, step, autorec_stack(from) - 1),
			   s = autorec_s(m, step, 0);
	optim_begin(&a->optim);
	for (int strip = 0;
	     strip < panel_strips(units.k > s.k ? units.k : s.k) && gate_pass(m->gate); strip++) {
		if (strip < panel_strips(units.k))
			update_strip(m, from, to, step, W, strip, a->delta, &units);
		if (strip < panel_strips(s.k))
			update_strip(m, from, to, step, V, strip, step->by_dim, &s);
	}
	autorec_update_b(m, from, to, step);
	autorec_update_mu(m, from, to, MU, &s);
	for (int layer = 1; layer < autorec_stack(from); layer++) {
		autorec_dense_update(m, from, to, step, layer);
		const struct panel s_layer = autorec_s(m, step, layer);
		autorec_update_mu(m, from, to, autorec_tensor(layer) + 1, &s_layer);
	}
}
