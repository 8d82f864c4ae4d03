/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The dense layers of a deep AutoRec, between the sparse products with V and with W.  With H_l the
 * units of layer l, a row per vector, and S_l the gradient of the loss with respect to the
 * argument of its g:
 *
 *     forward   H_l = g(H_l-1 W_l + mu_l)
 *     backward  S_l-1 = (S_l W_l^T) g'(H_l-1)
 *     gradient  W_l: H_l-1^T S_l + lambda W_l
 *
 * Threads share the rows, or the tiles of a gradient. The way they are divided does not depend on
 * the number of threads. */
#include "autorec.h"
#include "autorec/dense.h"
#include "autorec/kernel.h"

enum { BLOCK = 64 }; /* rows; few enough to stay in the cache between strips */

static int32_t block_rows(const struct panel *p, int32_t first)
{
	return p->rows - first < BLOCK ? p->rows - first : BLOCK;
}

static void encode_block(const struct model *m, const struct weights *w, int layer,
			 const struct panel *below, const struct panel *units, int32_t first)
{
	const struct panel weights_l = weights_panel(m, w, autorec_tensor(layer));
	const int32_t n = block_rows(units, first);
	if (!gate_pass(m->gate))
		return;
	dense_times(below, &weights_l, units, first, n);
	for (int s = 0; s < panel_strips(units->k); s++)
		for (int32_t i = first; i < first + n; i++)
			autorec_hide(m, w, layer, s, panel_row(units, s, i));
}

void autorec_dense_encode(const struct model *m, const struct weights *w, int layer,
			  const struct panel *below, const struct panel *units)
{
	/* a single prediction, which may run in a thread of a team */
	if (units->rows <= BLOCK) {
		encode_block(m, w, layer, below, units, 0);
		return;
	}
#pragma omp parallel for schedule(dynamic) num_threads(kernel_threads())
	for (int32_t first = 0; first < units->rows; first += BLOCK)
		encode_block(m, w, layer, below, units, first);
}

/* Computes S of the layer below. */
static void backward(const struct model *m, const struct weights *w, const struct step *step,
		     int layer)
{
	const struct panel weights_l = weights_panel(m, w, autorec_tensor(layer)),
			   below = autorec_units(m, w, step, layer - 1);
	const struct panel s = autorec_s(m, step, layer), s_below = autorec_s(m, step, layer - 1);
#pragma omp parallel for schedule(dynamic) num_threads(kernel_threads())
	for (int32_t first = 0; first < below.rows; first += BLOCK) {
		const int32_t n = block_rows(&below, first);
		if (!gate_pass(m->gate))
			continue;
		dense_times_transposed(&s, &weights_l, &s_below, first, n);
		for (int t = 0; t < panel_strips(below.k); t++)
			activation_slope((enum activation)m->config.hidden,
					 panel_row(&below, t, first), panel_row(&s_below, t, first),
					 (size_t)n * (size_t)panel_width(below.k, t));
	}
}

void autorec_dense_backward(const struct model *m, const struct weights *w, const struct step *step)
{
	for (int layer = autorec_stack(w) - 1; layer > 0; layer--)
		backward(m, w, step, layer);
}

/* Computes one tile of W_l's gradient and passes it to the optimizer at once. Within a strip of W_l
 * the rows of a tile are contiguous. */
static void update_tile(const struct model *m, const struct weights *from, struct weights *to,
			const struct step *step, int layer, const struct panel *below,
			const struct panel *above, int s, int t)
{
	const struct trainee *a = m->impl;
	const int tensor = autorec_tensor(layer);
	const struct panel p = weights_panel(m, from, tensor);
	const real *row = panel_row(&p, t, s * STRIP),
		   lambda = (real)(m->config.lambda * step->share);
	const size_t n = (size_t)panel_used(below->k, s) * (size_t)panel_width(p.k, t);
	real gradient[STRIP * STRIP];
	dense_tile(below, s, above, t, gradient);
	for (size_t j = 0; j < n; j++)
		gradient[j] += lambda * row[j];
	a->optim.ops->update(&a->optim, m->tensors[tensor].offset + panel_offset(&p, t, s * STRIP),
			     n, to->theta, from->theta, gradient);
}

void autorec_dense_update(const struct model *m, const struct weights *from, struct weights *to,
			  const struct step *step, int layer)
{
	const struct panel below = autorec_units(m, from, step, layer - 1),
			   above = autorec_s(m, step, layer);
	const int across = panel_strips(above.k), tiles = panel_strips(below.k) * across;
#pragma omp parallel for schedule(dynamic) num_threads(kernel_threads())
	for (int tile = 0; tile < tiles; tile++)
		if (gate_pass(m->gate))
			update_tile(m, from, to, step, layer, &below, &above, tile / across,
				    tile % across);
}
