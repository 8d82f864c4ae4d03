/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Predictions of a finished set of AutoRec weights, with or without what-if edits.  An edit of r_ui
 * changes one input vector, so one hidden vector: it alone is encoded again. */
#include "autorec.h"

#include <stdlib.h>
#include <string.h>

#include "autorec/dense.h"
#include "autorec/kernel.h"
#include "autorec/mem.h"

/* Encodes strip s. order: 0 .. row->n - 1. room: [row->n * STRIP] if rows of V are rounded, else
 * NULL. */
static void encode_strip(const struct model *m, const struct weights *w,
			 const struct rating_vector *row, const int32_t *order, brief *room, int s,
			 real *h)
{
	const struct panel v = weights_panel(m, w, V);
	struct strip strip = panel_strip(&v, s, NULL);
	const size_t width = (size_t)strip.width;
	for (int64_t t = 0; room && t < row->n; t++)
		kernel_use()->shorten(room + (size_t)t * width, panel_row(&v, s, row->col[t]),
				      width);
	strip.rounded = room;
	strip_gather(&strip, h + s * STRIP, room ? order : row->col, row->val, row->n);
	autorec_hide(m, w, 0, s, h + s * STRIP);
}

/* Encodes the strips of one thread. */
static int encode_part(const struct model *m, const struct weights *w,
		       const struct rating_vector *row, const int32_t *order, int part, int parts,
		       real *h)
{
	const bool rounds = m->config.precision == PRECISION_MIXED;
	brief *room = rounds ? mem_room((size_t)row->n, STRIP * sizeof *room, NULL) : NULL;
	if (rounds && !room)
		return ERR_NOMEM;
	for (int s = part; s < panel_strips(autorec_width(m, 0)); s += parts)
		encode_strip(m, w, row, order, room, s, h);
	free(room);
	return 0;
}

/* Encodes the lowest layer of one sparse vector as training does: with rounded rows of V where
 * training rounds them. */
static int autorec_predict_encode_ratings(const struct model *m, const struct weights *w,
					  const struct rating_vector *row, real *h, struct err *e)
{
	const int parts = kernel_threads();
	int32_t *order = mem_array((size_t)row->n, sizeof *order, e);
	int status = 0;
	if (!order)
		return ERR_NOMEM;
	for (int32_t t = 0; t < row->n; t++)
		order[t] = t;
	if (!kernel_shares(panel_is_large(row->n, autorec_width(m, 0)))) {
		status = encode_part(m, w, row, order, 0, 1, h);
	} else {
#pragma omp parallel for schedule(static, 1) reduction(min : status) num_threads(kernel_threads())
		for (int part = 0; part < parts; part++)
			if (encode_part(m, w, row, order, part, parts, h) < 0)
				status = ERR_NOMEM;
	}
	free(order);
	return status < 0 ? err_set(e, ERR_NOMEM, NULL, "out of memory") : 0;
}

static real *autorec_new_row(int32_t k, struct err *e)
{
	return mem_array((size_t)panel_columns(k), sizeof(real), e);
}

/* Encodes one vector up to the last layer; the units of each layer are a panel of one row. */
static int autorec_encode_alone(const struct model *m, const struct weights *w,
				const struct rating_vector *row, real *h, struct err *e)
{
	const int layers = autorec_stack(w);
	struct panel below = { NULL, 1, 0 };
	int status = 0;
	for (int layer = 0; layer < layers && status == 0; layer++) {
		const int32_t k = autorec_width(m, layer);
		const struct panel units = { layer == layers - 1 ? h : autorec_new_row(k, e), 1,
					     k };
		if (!units.data)
			status = ERR_NOMEM;
		else if (layer == 0)
			status = autorec_predict_encode_ratings(m, w, row, units.data, e);
		else
			autorec_dense_encode(m, w, layer, &below, &units);
		free(below.data);
		below = units;
	}
	if (below.data != h)
		free(below.data);
	return status;
}

static void to_ratings(const struct model *m, real *out, int64_t n)
{
	activation_apply((enum activation)m->config.output, out, (size_t)n);
	for (int64_t i = 0; i < n; i++)
		out[i] = (real)autorec_from_net(m, (double)out[i]);
}

void autorec_to_ratings(const struct model *m, real *out, int64_t n)
{
	enum { BLOCK = 1 << 12, WORTH_THREADS = 1 << 16 };
	if (!kernel_shares(n >= WORTH_THREADS)) {
		to_ratings(m, out, n);
		return;
	}
#pragma omp parallel for schedule(static) num_threads(kernel_threads())
	for (int64_t at = 0; at < n; at += BLOCK)
		to_ratings(m, out + at, n - at < BLOCK ? n - at : BLOCK);
}

/* Reads W once for all vectors. */
int autorec_predict_vectors(const struct model *m, const struct weights *w, int n,
			    const struct rating_vector *v, real *const *out, struct err *e)
{
	const struct panel weights_w = weights_panel(m, w, W);
	const size_t columns = (size_t)panel_strips(w->hidden.k) * STRIP; /* keeps rows aligned */
	real *hidden = mem_array((size_t)n * columns, sizeof *hidden, e);
	const real **h = mem_array((size_t)n, sizeof *h, e);
	int status = hidden && h ? 0 : ERR_NOMEM;
	for (int j = 0; j < n && status == 0; j++) {
		h[j] = hidden + (size_t)j * columns;
		status = model_hidden_row(m, w, &v[j], autorec_encode_alone,
					  hidden + (size_t)j * columns, e);
		memcpy(out[j], weights_vector(m, w, B), (size_t)weights_w.rows * sizeof *out[j]);
	}
	if (status == 0)
		panel_times_each(&weights_w, n, h, out);
	for (int j = 0; j < n && status == 0; j++)
		autorec_to_ratings(m, out[j], weights_w.rows);
	free(hidden);
	free(h);
	return status;
}

static real dot(const real *a, const real *b, int32_t n)
{
	double total = 0;
	for (int32_t j = 0; j < n; j++)
		total += (double)a[j] * (double)b[j];
	return (real)total;
}

int autorec_predict_dim(const struct model *m, const struct weights *w, int32_t dim, int n,
			const struct rating_vector *edited, real *out, struct err *e)
{
	const struct panel weights_w = weights_panel(m, w, W);
	const real b = weights_vector(m, w, B)[dim];
	real *row = autorec_new_row(w->hidden.k, e), *h = autorec_new_row(w->hidden.k, e);
	int status = row && h ? 0 : ERR_NOMEM;
	if (status < 0)
		goto done;
	panel_read_row(&weights_w, dim, row);
	for (int32_t i = 0; i < w->hidden.rows; i++)
		out[i] = b;
	panel_times(&w->hidden, row, out);
	for (int j = 0; j < n && status == 0; j++) {
		status = model_hidden_row(m, w, &edited[j], autorec_encode_alone, h, e);
		out[edited[j].row] = b + dot(row, h, weights_w.k);
	}
	autorec_to_ratings(m, out, w->hidden.rows);
done:
	free(row);
	free(h);
	return status;
}

void autorec_predict_users(const struct model *m, const struct weights *w, int32_t first, int32_t n,
			   real *out)
{
	const struct panel weights_w = weights_panel(m, w, W);
	const real *b = weights_vector(m, w, B);
	const int32_t n_items = m->train->by_item.n_rows;
	for (int32_t j = 0; j < n; j++)
		for (int32_t i = 0; i < n_items; i++)
			out[(size_t)j * (size_t)n_items + (size_t)i] =
				b[m->ops->by_item ? first + j : i];
	if (m->ops->by_item)
		dense_add_dots(&weights_w, &w->hidden, first, n, out);
	else
		dense_add_dots(&w->hidden, &weights_w, first, n, out);
	to_ratings(m, out, (int64_t)n * n_items);
}

void autorec_predict_pairs(const struct model *m, const struct weights *w,
			   const struct ratings *set, real *out)
{
	const struct sparse *x = &set->by_user;
	const struct panel weights_w = weights_panel(m, w, W);
	const real *b = weights_vector(m, w, B);
	const bool by_item = m->ops->by_item;
#pragma omp parallel for schedule(dynamic, 64) num_threads(kernel_threads())
	for (int32_t u = 0; u < x->n_rows; u++)
		for (int64_t t = x->start[u]; t < x->start[u + 1]; t++)
			out[t] = b[by_item ? u : x->col[t]];
	model_pair_dots(m, x, by_item ? &weights_w : &w->hidden, by_item ? &w->hidden : &weights_w,
			NULL, out);
	autorec_to_ratings(m, out, x->nnz);
}

/* One side is encoded, the other one has output rows. */
int autorec_fold(const struct model *m, struct weights *w, bool of_item,
		 const struct rating_vector *v, struct err *e)
{
	const bool encodes = of_item == m->ops->by_item;
	const struct panel to = encodes ? w->hidden : weights_panel(m, w, W);
	struct rating_vector stranger = *v;
	real *row = autorec_new_row(w->hidden.k, e), b = 0;
	int status = ERR_NOMEM;
	stranger.row = -1;
	if (row)
		status = encodes ? autorec_encode_alone(m, w, &stranger, row, e)
				 : autorec_fit_row(m, w, &stranger, row, &b, e);
	if (status == 0)
		panel_write_row(&to, v->row, row);
	if (status == 0 && !encodes)
		weights_vector(m, w, B)[v->row] = b;
	free(row);
	return status;
}
