/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The terms of an RBM's prediction: for each rating value v, a sum b_dv + sum over j of W_dv,j h_j
 * before the softmax; and the prediction with each rating of the vector replaced in turn. */
#include "rbm.h"

#include <math.h>
#include <stdlib.h>

#include "autorec/activation.h"
#include "autorec/kernel.h"
#include "autorec/mem.h"

/* One vector and one dim. */
struct look {
	struct rbm_weights in;
	int32_t dim;
	double *z;     /* [k]: the inputs of the units */
	double *slope; /* [k]: how the prediction changes with z */
};

static int32_t rbm_terms_row(const struct rbm_weights *in, int32_t dim, double rating)
{
	return dim * in->n_values + rbm_nearest(in->values, in->n_values, (real)rating);
}

/* All terms, from the inputs z of the units. */
static int rbm_terms_predict(const struct look *l, const double *z, struct terms *sums,
			     struct err *e)
{
	int status = 0;
	sums->n_levels = l->in.n_values;
	for (int v = 0; status == 0 && v < l->in.n_values; v++) {
		const int32_t row = l->dim * l->in.n_values + v;
		sums->level[v] = (struct level){ .value = (double)l->in.values[v] };
		status = terms_add_to(sums, v, TERM_BIAS, 0, (double)l->in.b[row], 1, e);
		for (int32_t j = 0; status == 0 && j < l->in.w.k; j++)
			status = terms_add_to(sums, v, TERM_UNIT, j,
					      (double)panel_get(&l->in.w, row, j),
					      activation_at(SIGMOID, z[j]), e);
	}
	terms_softmax(sums);
	return status;
}

static int look_init(struct look *l, const struct model *m, const struct weights *w, int32_t dim,
		     const struct rating_vector *v, struct err *e)
{
	*l = (struct look){ .in = rbm_weights_of(m, w, NULL), .dim = dim };
	l->z = mem_array((size_t)l->in.w.k, sizeof *l->z, e);
	l->slope = mem_array((size_t)l->in.w.k, sizeof *l->slope, e);
	if (!l->z || !l->slope)
		return ERR_NOMEM;
	for (int32_t j = 0; j < l->in.w.k; j++) {
		l->z[j] = (double)l->in.mu[j];
		for (int64_t t = 0; t < v->n; t++)
			l->z[j] += (double)panel_get(
				&l->in.w, rbm_terms_row(&l->in, v->col[t], (double)v->val[t]), j);
	}
	return 0;
}

static void look_done(struct look *l)
{
	free(l->z);
	free(l->slope);
}

int rbm_terms(const struct model *m, const struct weights *w, int32_t user, int32_t item,
	      const struct rating_vector *v, struct terms *out, struct err *e)
{
	struct look l;
	int status = look_init(&l, m, w, m->ops->by_item ? user : item, v, e);
	if (status == 0)
		status = rbm_terms_predict(&l, l.z, out, e);
	look_done(&l);
	return status;
}

/* d prediction / d z_j = sum over v of p_v (value_v - prediction) W_dv,j h_j (1 - h_j) */
static void set_slope(struct look *l, const struct terms *sums)
{
	for (int64_t t = 0; t < sums->n; t++) {
		const struct term *term = &sums->at[t];
		const struct level *o = &sums->level[term->level];
		if (term->kind == TERM_UNIT)
			l->slope[term->index] += o->p * (o->value - sums->prediction) *
						 term->weight *
						 activation_slope_at(SIGMOID, term->activation);
	}
}

/* The inputs of the units if a rating of `dim` were `to` instead of `from`. */
static double changed(const struct look *l, int32_t dim, double from, double to, int32_t j)
{
	const double gone = (double)panel_get(&l->in.w, rbm_terms_row(&l->in, dim, from), j);
	const double new_one = isnan(to) ? 0
					 : (double)panel_get(&l->in.w,
							     rbm_terms_row(&l->in, dim, to), j);
	return new_one - gone;
}

static double replace_one(const struct look *l, int32_t dim, double from, double to, double *h,
			  double *linear)
{
	struct terms sums = { .n_levels = l->in.n_values };
	double slope = 0;
	for (int32_t j = 0; j < l->in.w.k; j++) {
		const double change = changed(l, dim, from, to, j);
		slope += l->slope[j] * change;
		h[j] = activation_at(SIGMOID, l->z[j] + change);
	}
	for (int v = 0; v < l->in.n_values; v++) {
		const int32_t row = l->dim * l->in.n_values + v;
		sums.level[v] = (struct level){ (double)l->in.values[v], (double)l->in.b[row], 0 };
		for (int32_t j = 0; j < l->in.w.k; j++)
			sums.level[v].sum += (double)panel_get(&l->in.w, row, j) * h[j];
	}
	terms_softmax(&sums);
	if (linear)
		*linear = slope;
	return sums.prediction;
}

int rbm_replace_each(const struct model *m, const struct weights *w, int32_t dim,
		     const struct rating_vector *v, const double *to, double *out, double *linear,
		     struct err *e)
{
	struct look l;
	struct terms sums = { 0 };
	int status = look_init(&l, m, w, dim, v, e);
	if (status == 0)
		status = rbm_terms_predict(&l, l.z, &sums, e);
	if (status == 0) {
		set_slope(&l, &sums);
#pragma omp parallel num_threads(kernel_threads()) reduction(min : status)
		{
			double *h = mem_array((size_t)l.in.w.k, sizeof *h, NULL);
			status = h ? 0 : ERR_NOMEM;
#pragma omp for schedule(static)
			for (int64_t t = 0; t < v->n; t++)
				if (h)
					out[t] = replace_one(&l, v->col[t], (double)v->val[t],
							     to[t], h, linear ? &linear[t] : NULL);
			free(h);
		}
	}
	terms_done(&sums);
	look_done(&l);
	return status;
}
