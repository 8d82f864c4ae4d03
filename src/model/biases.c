/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "biases.h"

#include <string.h>

#include "autorec/kernel.h"
#include "internal.h"

void biases_add_tensors(struct model *m)
{
	model_add_tensor(m, "mean", 1, 1, false);
	model_add_tensor(m, "user_bias", m->train->by_user.n_rows, 1, false);
	model_add_tensor(m, "item_bias", m->train->by_item.n_rows, 1, false);
}

struct biases biases_of(const struct model *m, const struct weights *w)
{
	return (struct biases){ weights_vector(m, w, MEAN), weights_vector(m, w, USER_BIAS),
				weights_vector(m, w, ITEM_BIAS) };
}

void biases_start(const struct model *m, struct weights *w)
{
	const struct biases b = biases_of(m, w);
	*b.mean = (real)ratings_mean(m->train);
	memset(b.user, 0, (size_t)m->train->by_user.n_rows * sizeof *b.user);
	memset(b.item, 0, (size_t)m->train->by_item.n_rows * sizeof *b.item);
}

real biases_fit_row(const int32_t *col, const real *val, int64_t n, real mean, const real *other,
		    double half_lambda)
{
	const double weight = (double)n + half_lambda;
	double total = 0;
	for (int64_t t = 0; t < n; t++)
		total += (double)val[t] - (double)mean - (double)other[col[t]];
	return weight > 0 ? (real)(total / weight) : 0;
}

static void biases_fit_side(const struct sparse *x, real mean, const real *other,
			    double half_lambda, real *bias)
{
#pragma omp parallel for schedule(dynamic, 64) num_threads(kernel_threads())
	for (int32_t r = 0; r < x->n_rows; r++) {
		const int64_t t = x->start[r];
		bias[r] = biases_fit_row(x->col + t, x->val + t, x->start[r + 1] - t, mean, other,
					 half_lambda);
	}
}

void biases_fit(const struct model *m, struct weights *w, double half_lambda)
{
	const struct biases b = biases_of(m, w);
	biases_fit_side(&m->train->by_item, *b.mean, b.user, half_lambda, b.item);
	biases_fit_side(&m->train->by_user, *b.mean, b.item, half_lambda, b.user);
}

static void biases_predict(real fixed, const real *biases, int32_t n, real *out)
{
	for (int32_t i = 0; i < n; i++)
		out[i] = fixed + biases[i];
}

int biases_predict_vectors(const struct model *m, const struct weights *w, int n,
			   const struct rating_vector *v, real *const *out, struct err *e)
{
	const struct biases b = biases_of(m, w);
	for (int i = 0; i < n; i++)
		biases_predict(*b.mean + b.user[v[i].row], b.item, m->train->by_item.n_rows,
			       out[i]);
	return 0;
}

int biases_predict_dim(const struct model *m, const struct weights *w, int32_t dim, int n,
		       const struct rating_vector *edited, real *out, struct err *e)
{
	const struct biases b = biases_of(m, w);
	biases_predict(*b.mean + b.item[dim], b.user, m->train->by_user.n_rows, out);
	return 0;
}

void biases_predict_pairs(const struct model *m, const struct weights *w, const struct ratings *set,
			  real *out)
{
	const struct sparse *x = &set->by_user;
	const struct biases b = biases_of(m, w);
#pragma omp parallel for schedule(dynamic, 64) num_threads(kernel_threads())
	for (int32_t u = 0; u < x->n_rows; u++)
		for (int64_t t = x->start[u]; t < x->start[u + 1]; t++)
			out[t] = *b.mean + b.user[u] + b.item[x->col[t]];
}

int biases_terms(const struct model *m, const struct weights *w, int32_t user, int32_t item,
		 const struct rating_vector *v, struct terms *out, struct err *e)
{
	const struct biases b = biases_of(m, w);
	int status = terms_add(out, TERM_MEAN, 0, (double)*b.mean, 1, e);
	if (status == 0)
		status = terms_add(out, TERM_USER, 0, (double)b.user[user], 1, e);
	if (status == 0)
		status = terms_add(out, TERM_ITEM, 0, (double)b.item[item], 1, e);
	out->prediction = out->sum;
	return status;
}
