/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * I-AutoRec and U-AutoRec as models: their memory, their first weights, one epoch of steps, their tables. */
#include "autorec.h"

#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"
#include "autorec/rng.h"

/* ---- an epoch --------------------------------------------------------------------------------------- */

/* All ratings as they are. */
static struct step full_step(const struct model *m)
{
	return (struct step){ .on = m->train, .by_vector = autorec_vectors(m, m->train)->val,
			      .by_dim = autorec_dims(m, m->train)->val, .share = 1 };
}

static void forward(struct model *m, struct weights *w, struct epoch_result *result)
{
	const struct step all = full_step(m);
	autorec_encode(m, w, &all);
	autorec_outputs(m, w, &all, result);
}

/* Several steps on batches, each from where the last one arrived.  The hidden units of `to` are scratch until the end. */
static void run_steps(struct model *m, const struct weights *from, struct weights *to)
{
	const struct trainee *a = m->impl;
	if (to != from)
		memcpy(to->theta, from->theta, m->n_theta * sizeof *to->theta);
	for (int i = 0; i < a->n_batches; i++) {
		const struct step step = autorec_batch_step(m, from->epoch, i);
		autorec_encode(m, to, &step);
		autorec_outputs(m, to, &step, NULL);
		autorec_backward(m, to, &step);
		autorec_update(m, to, to, &step);
	}
}

/* One step on all ratings, with as many trials as the optimiser wants. */
static void run_step(struct model *m, const struct weights *from, struct weights *to, struct epoch_result *result)
{
	struct trainee *a = m->impl;
	const struct optim_ops *ops = a->optim.ops;
	const struct step all = full_step(m);
	if (a->errors_of != from || a->lambda != m->config.lambda) /* training goes on from a kept epoch, or to another end */
		autorec_outputs(m, from, &all, result);
	autorec_backward(m, from, &all);
	autorec_update(m, from, to, &all);
	if (ops->set_out)
		ops->set_out(&a->optim, a->loss, to->theta, from->theta);
	do
		forward(m, to, result);
	while (ops->again && ops->again(&a->optim, result->loss, to->theta, from->theta));
}

static int epoch(struct model *m, const struct weights *from, struct weights *to, struct epoch_result *result, struct err *e)
{
	const struct trainee *a = m->impl;
	if (a->n_batches > 0) {
		run_steps(m, from, to);
		forward(m, to, result);
	} else {
		run_step(m, from, to, result);
	}
	return 0;
}

/* ---- life ------------------------------------------------------------------------------------------ */

static void close_model(struct model *m)
{
	struct trainee *a = m->impl;
	if (!a)
		return;
	optim_done(&a->optim);
	autorec_batches_done(a);
	free(a->delta);
	free(a->delta_by_vector);
	free(a->s);
	free(a->row_sum);
	free(a->rounded);
	free(a);
}

/* Of the room for a strip of the longest panel. */
static size_t rounded_bytes(const struct model *m)
{
	const struct sparse *dims = autorec_dims(m, m->train);
	const size_t rows = (size_t)(dims->n_rows > dims->n_cols ? dims->n_rows : dims->n_cols);
	return m->config.precision == PRECISION_MIXED ? rows * STRIP * sizeof(brief) : 0;
}

static size_t shape(struct model *m)
{
	const struct sparse *dims = autorec_dims(m, m->train);
	const int32_t d = dims->n_rows, k = (int32_t)m->config.k;
	m->n_vectors = dims->n_cols;
	model_add_tensor(m, "V", d, k, true);
	model_add_tensor(m, "W", d, k, true);
	model_add_tensor(m, "mu", k, 1, false);
	model_add_tensor(m, "b", d, 1, false);
	return sizeof(real) * (2 * (size_t)dims->nnz + panel_size(m->n_vectors, k)) + sizeof(double) * (size_t)d + rounded_bytes(m) +
	       optim_ops_at(m->config.optimizer)->bytes_per_parameter * m->n_theta + autorec_batches_bytes(m);
}

static int open_model(struct model *m, struct err *e)
{
	const int32_t d = autorec_dims(m, m->train)->n_rows, k = (int32_t)m->config.k;
	const size_t nnz = (size_t)m->train->by_user.nnz;
	const struct optim_ops *optim = optim_ops_at(m->config.optimizer);
	if (optim->again && (m->config.batch > 0 || m->config.dropout > 0))
		return err_set(e, ERR_USAGE, NULL,
			       "optimizer=%s compares losses on the same inputs: it takes neither batch nor dropout; optimizer=adam does",
			       optim->name);
	m->overwrites = !optim->again; /* who searches along a line goes back to its beginning */
	struct trainee *a = m->impl = calloc(1, sizeof *a);
	if (!a)
		return err_set(e, ERR_NOMEM, NULL, "out of memory");
	if (!(a->delta = mem_array(nnz, sizeof *a->delta, e)) ||
	    !(a->delta_by_vector = mem_array(nnz, sizeof *a->delta, e)) ||
	    !(a->s = mem_array(panel_size(m->n_vectors, k), sizeof *a->s, e)) ||
	    !(a->row_sum = mem_array((size_t)d, sizeof *a->row_sum, e)) ||
	    (rounded_bytes(m) > 0 && !(a->rounded = mem_array(rounded_bytes(m), 1, e))))
		return ERR_NOMEM;
	int status = optim_init(&a->optim, optim, m->config.rate, m->n_theta, e);
	return status < 0 ? status : autorec_batches_init(m, e);
}

/* b such that f(b) is each dim's mean rating, drawn towards the mean of all as if by a few ratings more: training begins
 * where the biases have been learnt. */
static void start_at_means(const struct model *m, struct weights *w)
{
	enum { SHRINK = 5 };
	const struct sparse *x = autorec_dims(m, m->train);
	const double mean = ratings_mean(m->train);
	real *b = weights_vector(m, w, B);
	for (int32_t u = 0; u < x->n_rows; u++) {
		double total = SHRINK * mean;
		for (int64_t t = x->start[u]; t < x->start[u + 1]; t++)
			total += (double)x->val[t];
		const double target = (double)autorec_to_net(m, total / (double)(SHRINK + sparse_row_size(x, u)));
		b[u] = (real)activation_inverse((enum activation)m->config.output, target);
	}
}

/* V, W ~ init N(0, 1); biases a tenth of it.  Row after row, so that the numbers do not depend on the strips. */
static int init(struct model *m, struct weights *w, struct err *e)
{
	struct trainee *a = m->impl;
	const int32_t k = (int32_t)m->config.k;
	real *row = mem_array((size_t)k, sizeof *row, e);
	if (!row)
		return ERR_NOMEM;
	for (int tensor = 0; tensor < m->n_tensors; tensor++) {
		const struct panel p = weights_panel(m, w, tensor);
		const double scale = m->tensors[tensor].panel ? m->config.init : m->config.init / 10;
		struct rng rng;
		rng_init(&rng, (uint64_t)m->config.seed, (uint64_t)tensor);
		for (int32_t r = 0; r < p.rows; r++) {
			for (int32_t j = 0; j < p.k; j++)
				row[j] = (real)(scale * rng_normal(&rng));
			if (m->tensors[tensor].panel)
				panel_write_row(&p, r, row);
			else
				p.data[r] = row[0];
		}
	}
	free(row);
	if (m->config.start == START_MEANS)
		start_at_means(m, w);
	a->optim.ops->reset(&a->optim);
	return 0;
}

static bool state(const struct model *m, int i, struct state_array *out)
{
	const struct trainee *a = m->impl;
	return optim_state(&a->optim, i, out);
}

/* What the two have in common; they differ in which side of the ratings is encoded. */
#define AUTOREC \
	.options = "k lambda hidden output optimizer start init rate batch dropout precision seed scale clip default", .shape = shape, \
	.open = open_model, .close = close_model, .init = init, .forward = forward, .epoch = epoch, .state = state, \
	.predict_user = autorec_predict_user, .predict_item = autorec_predict_item, .predict_pairs = autorec_predict_pairs

extern const struct model_ops i_autorec_ops, u_autorec_ops;
const struct model_ops i_autorec_ops = {
	AUTOREC,
	.name = "i-autorec",
	.help = "AutoRec on items: reads all ratings of an item, predicts everybody's",
	.by_item = true,
	.refit_user = autorec_refit_user,
};
const struct model_ops u_autorec_ops = {
	AUTOREC,
	.name = "u-autorec",
	.help = "AutoRec on users: reads all ratings by a user, predicts all items",
	.defaults = "lambda=200",
};
