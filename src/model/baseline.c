/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bias-only baseline: r_hat = mean + b_user + b_item, by alternating least squares with
 * lambda/2 on the squared biases. One epoch fits all items given the users, then all users given
 * the items. */
#include <math.h>
#include <string.h>

#include "biases.h"
#include "internal.h"

static size_t baseline_shape(struct model *m)
{
	biases_add_tensors(m);
	return 0;
}

static double squares(const real *x, int32_t n)
{
	double total = 0;
	for (int32_t i = 0; i < n; i++)
		total += (double)x[i] * (double)x[i];
	return total;
}

static void baseline_forward(struct model *m, struct weights *w, struct epoch_result *result)
{
	const struct sparse *x = &m->train->by_user;
	const struct biases b = biases_of(m, w);
	double sse = 0;
	for (int32_t u = 0; u < x->n_rows; u++)
		for (int64_t t = x->start[u]; t < x->start[u + 1]; t++) {
			double e = (double)*b.mean + (double)b.user[u] + (double)b.item[x->col[t]] -
				   (double)x->val[t];
			sse += e * e;
		}
	result->train_rmse = x->nnz ? sqrt(sse / (double)x->nnz) : 0;
	result->loss = sse + m->config.lambda / 2 *
				     (squares(b.user, x->n_rows) +
				      squares(b.item, m->train->by_item.n_rows));
}

static int baseline_init(struct model *m, struct weights *w, struct err *e)
{
	biases_start(m, w);
	return 0;
}

static int baseline_epoch(struct model *m, const struct weights *from, struct weights *to,
			  struct epoch_result *result, struct err *e)
{
	memcpy(to->theta, from->theta, m->n_theta * sizeof *to->theta);
	biases_fit(m, to, m->config.lambda / 2);
	baseline_forward(m, to, result);
	return 0;
}

const struct model_ops baseline_ops = {
	.name = "baseline",
	.grows = true,
	.help = "mean + user bias + item bias: the model that every other has to beat",
	.options = "lambda scale clip default",
	.defaults = "lambda=10",
	.shape = baseline_shape,
	.init = baseline_init,
	.forward = baseline_forward,
	.epoch = baseline_epoch,
	.predict_vectors = biases_predict_vectors,
	.predict_dim = biases_predict_dim,
	.predict_pairs = biases_predict_pairs,
	.terms = biases_terms,
};
