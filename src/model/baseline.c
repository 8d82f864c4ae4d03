/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bias-only yardstick: r_hat = mean + b_user + b_item, least squares with lambda/2 on the squared biases, by
 * turns: one epoch fits all items given the users, then all users given the items. */
#include <math.h>
#include <string.h>

#include "internal.h"

enum { MEAN, USERS, ITEMS };

static size_t shape(struct model *m)
{
	model_add_tensor(m, "mean", 1, 1, false);
	model_add_tensor(m, "user_bias", m->train->by_user.n_rows, 1, false);
	model_add_tensor(m, "item_bias", m->train->by_item.n_rows, 1, false);
	return 0;
}

static int open_model(struct model *m, struct err *e)
{
	return 0;
}

static void close_model(struct model *m)
{
}

/* b_r = sum over the row of (value - mean - b_col) / (n + lambda/2) */
static void fit(const struct sparse *x, double mean, double half_lambda, const real *other, real *bias)
{
	for (int32_t r = 0; r < x->n_rows; r++) {
		double total = 0;
		for (int64_t t = x->start[r]; t < x->start[r + 1]; t++)
			total += (double)x->val[t] - mean - (double)other[x->col[t]];
		const double n = (double)(x->start[r + 1] - x->start[r]) + half_lambda;
		bias[r] = n > 0 ? (real)(total / n) : 0;
	}
}

static double squares(const real *x, int32_t n)
{
	double total = 0;
	for (int32_t i = 0; i < n; i++)
		total += (double)x[i] * (double)x[i];
	return total;
}

static void forward(struct model *m, struct weights *w, struct epoch_result *result)
{
	const struct sparse *x = &m->train->by_user;
	const real *users = weights_vector(m, w, USERS), *items = weights_vector(m, w, ITEMS);
	const double mean = (double)*weights_vector(m, w, MEAN);
	double sse = 0;
	for (int32_t u = 0; u < x->n_rows; u++)
		for (int64_t t = x->start[u]; t < x->start[u + 1]; t++) {
			double e = mean + (double)users[u] + (double)items[x->col[t]] - (double)x->val[t];
			sse += e * e;
		}
	result->train_rmse = x->nnz ? sqrt(sse / (double)x->nnz) : 0;
	result->loss = sse + m->config.lambda / 2 *
				     (squares(users, x->n_rows) + squares(items, m->train->by_item.n_rows));
}

static int init(struct model *m, struct weights *w, struct err *e)
{
	memset(w->theta, 0, m->n_theta * sizeof *w->theta);
	*weights_vector(m, w, MEAN) = (real)ratings_mean(m->train);
	return 0;
}

static int epoch(struct model *m, const struct weights *from, struct weights *to, struct epoch_result *result, struct err *e)
{
	memcpy(to->theta, from->theta, m->n_theta * sizeof *to->theta);
	real *users = weights_vector(m, to, USERS), *items = weights_vector(m, to, ITEMS);
	const double mean = (double)*weights_vector(m, to, MEAN);
	fit(&m->train->by_item, mean, m->config.lambda / 2, users, items);
	fit(&m->train->by_user, mean, m->config.lambda / 2, items, users);
	forward(m, to, result);
	return 0;
}

/* Everything the row's fixed bias and the other side's biases say; what-if edits do not move fitted biases. */
static void predict(real fixed, const real *biases, int32_t n, real *out)
{
	for (int32_t i = 0; i < n; i++)
		out[i] = fixed + biases[i];
}

static int predict_user(const struct model *m, const struct weights *w, const struct overlay *o, int32_t user, real *out,
			struct err *e)
{
	predict(*weights_vector(m, w, MEAN) + weights_vector(m, w, USERS)[user], weights_vector(m, w, ITEMS),
		m->train->by_item.n_rows, out);
	return 0;
}

static int predict_item(const struct model *m, const struct weights *w, const struct overlay *o, int32_t item, real *out,
			struct err *e)
{
	predict(*weights_vector(m, w, MEAN) + weights_vector(m, w, ITEMS)[item], weights_vector(m, w, USERS),
		m->train->by_user.n_rows, out);
	return 0;
}

static void predict_pairs(const struct model *m, const struct weights *w, const struct ratings *set, real *out)
{
	const struct sparse *x = &set->by_user;
	const real *users = weights_vector(m, w, USERS), *items = weights_vector(m, w, ITEMS);
	const real mean = *weights_vector(m, w, MEAN);
	for (int32_t u = 0; u < x->n_rows; u++)
		for (int64_t t = x->start[u]; t < x->start[u + 1]; t++)
			out[t] = mean + users[u] + items[x->col[t]];
}

extern const struct model_ops baseline_ops;
const struct model_ops baseline_ops = {
	.name = "baseline",
	.help = "mean + user bias + item bias: what every other model has to beat",
	.options = "lambda scale clip default",
	.defaults = "lambda=10",
	.shape = shape,
	.open = open_model,
	.close = close_model,
	.init = init,
	.forward = forward,
	.epoch = epoch,
	.predict_user = predict_user,
	.predict_item = predict_item,
	.predict_pairs = predict_pairs,
};
