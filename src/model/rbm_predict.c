/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Mean-field predictions of an RBM, with or without what-if edits.  An edit changes one vector,
 * which alone is encoded again; an edited rating that is none of the values counts as the nearest
 * of them. */
#include "rbm.h"

#include <stdlib.h>
#include <string.h>

#include "autorec/kernel.h"
#include "autorec/mem.h"

static int rbm_encode_alone(const struct model *m, const struct weights *w,
			    const struct rating_vector *row, real *h, struct err *e)
{
	const struct panel one = { h, 1, (int32_t)m->config.k };
	const struct rbm_weights in = rbm_weights_of(m, w, NULL);
	int32_t *rows = mem_array((size_t)row->n, sizeof *rows, e);
	real *ones = mem_array((size_t)row->n, sizeof *ones, e);
	const int status = rows && ones ? 0 : ERR_NOMEM;
	for (int64_t t = 0; status == 0 && t < row->n; t++) {
		rows[t] = row->col[t] * in.n_values +
			  rbm_nearest(in.values, in.n_values, row->val[t]);
		ones[t] = 1;
	}
	if (status == 0)
		rbm_encode(&in, rows, ones, row->n, &one, 0);
	free(rows);
	free(ones);
	return status;
}

static int rbm_new_row(const struct model *m, struct panel *h, struct err *e)
{
	*h = (struct panel){ .rows = 1, .k = (int32_t)m->config.k };
	h->data = mem_array(panel_size(1, h->k), sizeof *h->data, e);
	return h->data ? 0 : ERR_NOMEM;
}

/* Predictions for n dims from the hidden units in a row of h. */
static void predict_dims(const struct model *m, const struct weights *w, const struct panel *h,
			 int32_t row, const int32_t *dim, int64_t n, real *out)
{
	const struct rbm_weights in = rbm_weights_of(m, w, NULL);
	const int64_t most = BLOCK / in.n_values;
	for (int64_t t = 0, some; t < n; t += some) {
		real p[BLOCK];
		some = n - t < most ? n - t : most;
		rbm_visible(&in, h, row, dim + t, some, p);
		for (int64_t j = 0; j < some; j++)
			out[t + j] = (real)rbm_mean(&in, p + j * in.n_values);
	}
}

/* Predictions of one dim for n vectors, from rows of `hidden`. */
static void rbm_predict_rows(const struct model *m, const struct weights *w,
			     const struct panel *hidden, int32_t dim, const int32_t *vector,
			     int64_t n, real *out)
{
	const struct rbm_weights in = rbm_weights_of(m, w, NULL);
	const int64_t most = BLOCK / in.n_values;
	for (int64_t t = 0, some; t < n; t += some) {
		real p[BLOCK], x[BLOCK];
		some = n - t < most ? n - t : most;
		for (int v = 0; v < in.n_values; v++) {
			const int32_t row = dim * in.n_values + v;
			for (int64_t j = 0; j < some; j++)
				x[j] = in.b[row];
			for (int s = 0; s < panel_strips(hidden->k) && gate_pass(m->gate); s++)
				kernel_use()->dots(x, vector + t, some, panel_row(&in.w, s, row),
						   panel_row(hidden, s, 0),
						   panel_width(hidden->k, s));
			for (int64_t j = 0; j < some; j++)
				p[j * in.n_values + v] = x[j];
		}
		rbm_softmax(p, some, in.n_values);
		for (int64_t j = 0; j < some; j++)
			out[t + j] = (real)rbm_mean(&in, p + j * in.n_values);
	}
}

static int32_t *all_of(int32_t n, struct err *e)
{
	int32_t *all = mem_array((size_t)n, sizeof *all, e);
	for (int32_t i = 0; all && i < n; i++)
		all[i] = i;
	return all;
}

static int predict_one(const struct model *m, const struct weights *w,
		       const struct rating_vector *v, const int32_t *dims, real *out, struct err *e)
{
	struct panel h;
	int status = rbm_new_row(m, &h, e);
	if (status == 0)
		status = model_hidden_row(m, w, v, rbm_encode_alone, h.data, e);
	if (status == 0)
		predict_dims(m, w, &h, 0, dims, model_dims(m, m->train)->n_rows, out);
	free(h.data);
	return status;
}

int rbm_fold(const struct model *m, struct weights *w, bool of_item, const struct rating_vector *v,
	     struct err *e)
{
	struct panel h;
	int status = rbm_new_row(m, &h, e);
	if (status == 0)
		status = rbm_encode_alone(m, w, v, h.data, e);
	if (status == 0)
		panel_write_row(&w->hidden, v->row, h.data);
	free(h.data);
	return status;
}

int rbm_predict_vectors(const struct model *m, const struct weights *w, int n,
			const struct rating_vector *v, real *const *out, struct err *e)
{
	int32_t *dims = all_of(model_dims(m, m->train)->n_rows, e);
	int status = dims ? 0 : ERR_NOMEM;
	if (status == 0 && !kernel_shares(n > 1)) {
		for (int i = 0; i < n && status == 0; i++)
			status = predict_one(m, w, &v[i], dims, out[i], e);
	} else if (status == 0) {
#pragma omp parallel for reduction(min : status) num_threads(kernel_threads())
		for (int i = 0; i < n; i++)
			if (predict_one(m, w, &v[i], dims, out[i], NULL) < 0)
				status = ERR_NOMEM;
	}
	free(dims);
	return status < 0 ? err_set(e, ERR_NOMEM, NULL, "out of memory") : 0;
}

int rbm_predict_dim(const struct model *m, const struct weights *w, int32_t dim, int n,
		    const struct rating_vector *edited, real *out, struct err *e)
{
	struct panel h;
	int32_t *vectors = all_of(m->n_vectors, e);
	int status = rbm_new_row(m, &h, e);
	status = vectors && status == 0 ? 0 : ERR_NOMEM;
	if (status == 0)
		rbm_predict_rows(m, w, &w->hidden, dim, vectors, m->n_vectors, out);
	for (int j = 0; j < n && status == 0; j++) {
		status = model_hidden_row(m, w, &edited[j], rbm_encode_alone, h.data, e);
		if (status == 0)
			predict_dims(m, w, &h, 0, &dim, 1, out + edited[j].row);
	}
	free(vectors);
	free(h.data);
	return status;
}

void rbm_predict_pairs(const struct model *m, const struct weights *w, const struct ratings *set,
		       real *out)
{
	const struct sparse *x = &set->by_user;
#pragma omp parallel for schedule(dynamic, 16) num_threads(kernel_threads())
	for (int32_t u = 0; u < x->n_rows; u++) {
		const int64_t t = x->start[u], n = sparse_row_size(x, u);
		if (m->ops->by_item)
			rbm_predict_rows(m, w, &w->hidden, u, x->col + t, n, out + t);
		else
			predict_dims(m, w, &w->hidden, u, x->col + t, n, out + t);
	}
}

/* The prediction with the unit on minus the prediction with it off, with all other units at their
 * mean over the vectors. */
int rbm_unit_effects(const struct model *m, const struct weights *w, int32_t unit, real *out,
		     struct err *e)
{
	const int32_t n = model_dims(m, m->train)->n_rows;
	struct panel h;
	int32_t *dims = all_of(n, e);
	real *off = mem_array((size_t)n, sizeof *off, e);
	int status = rbm_new_row(m, &h, e);
	status = dims && off ? status : ERR_NOMEM;
	for (int32_t j = 0; status == 0 && j < h.k; j++) {
		double sum = 0;
		for (int32_t i = 0; i < w->hidden.rows; i++)
			sum += (double)panel_get(&w->hidden, i, j);
		h.data[j] = (real)(sum / w->hidden.rows);
	}
	if (status == 0) {
		h.data[unit] = 0;
		predict_dims(m, w, &h, 0, dims, n, off);
		h.data[unit] = 1;
		predict_dims(m, w, &h, 0, dims, n, out);
		for (int32_t d = 0; d < n; d++)
			out[d] -= off[d];
	}
	free(dims);
	free(off);
	free(h.data);
	return status;
}
