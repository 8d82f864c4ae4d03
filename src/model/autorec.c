/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * I-AutoRec and U-AutoRec as models: their memory, their first weights, an epoch of steps, and
 * their tables of functions. */
#include "autorec.h"

#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"

/* ---- an epoch ----------------------------------------------------------- */

/* A step on all ratings, unchanged. */
static struct step full_step(const struct model *m)
{
	return (struct step){ .on = m->train,
			      .by_vector = autorec_vectors(m, m->train)->val,
			      .by_dim = autorec_dims(m, m->train)->val,
			      .share = 1 };
}

void autorec_forward(struct model *m, struct weights *w, struct epoch_result *result)
{
	const struct step all = full_step(m);
	autorec_encode(m, w, &all, autorec_stack(w));
	autorec_outputs(m, w, &all, result);
}

/* Several steps on batches, each from the result of the previous one. The hidden units of `to` are
 * scratch until the end. */
static void run_steps(struct model *m, const struct weights *from, struct weights *to)
{
	const struct trainee *a = m->impl;
	if (to != from)
		memcpy(to->theta, from->theta, m->n_theta * sizeof *to->theta);
	for (int i = 0; i < a->n_batches && gate_pass(m->gate); i++) {
		const struct step step = autorec_batch_step(m, from->epoch, i);
		autorec_encode(m, to, &step, autorec_stack(to));
		autorec_outputs(m, to, &step, NULL);
		autorec_backward(m, to, &step);
		autorec_update(m, to, to, &step);
	}
}

/* One step on all ratings, with as many trials as the optimizer wants. */
static void autorec_run_step(struct model *m, const struct weights *from, struct weights *to,
			     struct epoch_result *result)
{
	struct trainee *a = m->impl;
	const struct optim_ops *ops = a->optim.ops;
	const struct step all = full_step(m);
	/* Training returned to a kept epoch, or lambda has changed. The last layer's units are kept
	 * with the weights. */
	if (a->errors_of != from || a->lambda != m->config.lambda) {
		autorec_encode(m, from, &all, autorec_stack(from) - 1);
		autorec_outputs(m, from, &all, result);
	}
	autorec_backward(m, from, &all);
	autorec_update(m, from, to, &all);
	if (ops->set_out)
		ops->set_out(&a->optim, a->loss, to->theta, from->theta);
	do
		autorec_forward(m, to, result);
	while (ops->again && gate_pass(m->gate) &&
	       ops->again(&a->optim, result->loss, to->theta, from->theta));
}

int autorec_epoch(struct model *m, const struct weights *from, struct weights *to,
		  struct epoch_result *result, struct err *e)
{
	struct trainee *a = m->impl;
	autorec_set_stack(m, to, autorec_stack(from));
	optim_anneal(&a->optim, from->epoch, m->config.anneal);
	if (a->n_batches > 0) {
		run_steps(m, from, to);
		autorec_forward(m, to, result);
	} else {
		autorec_run_step(m, from, to, result);
	}
	return 0;
}

/* ---- life --------------------------------------------------------------- */

void autorec_close(struct model *m)
{
	struct trainee *a = m->impl;
	if (!a)
		return;
	optim_done(&a->optim);
	autorec_batches_done(a);
	free(a->delta);
	free(a->delta_by_vector);
	for (int layer = 0; layer < MAX_LAYERS; layer++) {
		free(a->below[layer].data);
		free(a->s[layer].data);
	}
	free(a->row_sum);
	free(a->rounded);
	free(a);
}

/* Bytes of the room for a strip of the longest panel. */
static size_t rounded_bytes(const struct model *m)
{
	const struct sparse *dims = autorec_dims(m, m->train);
	const size_t rows = (size_t)(dims->n_rows > dims->n_cols ? dims->n_rows : dims->n_cols);
	return m->config.precision == PRECISION_MIXED ? rows * STRIP * sizeof(brief) : 0;
}

/* The shape with one hidden layer. */
static size_t autorec_shape_one(struct model *m)
{
	const int32_t k = (int32_t)m->config.k;
	return autorec_shape(m, &(struct int_list){ .n = 1, .at = { k } }, k);
}

size_t autorec_shape(struct model *m, const struct int_list *layers, int32_t most)
{
	static const char *const names[2][MAX_LAYERS] = {
		{ "V", "W1", "W2", "W3", "W4", "W5", "W6", "W7" },
		{ "mu", "mu1", "mu2", "mu3", "mu4", "mu5", "mu6", "mu7" }
	};
	const struct sparse *dims = autorec_dims(m, m->train);
	const int32_t d = dims->n_rows, *k = layers->at;
	size_t hidden = 0;
	m->n_vectors = dims->n_cols;
	m->k = most;
	m->into = autorec_tensor(layers->n - 1);
	m->out_of = W;
	model_add_tensor(m, "V", d, k[0], true);
	/* room for the widest layer */
	model_add_tensor(m, "W", d, most, true);
	m->tensors[W].cols = k[layers->n - 1];
	model_add_tensor(m, "mu", k[0], 1, false);
	model_add_tensor(m, "b", d, 1, false);
	for (int layer = 1; layer < layers->n; layer++) {
		model_add_tensor(m, names[0][layer], k[layer - 1], k[layer], true);
		model_add_tensor(m, names[1][layer], k[layer], 1, false);
	}
	for (int layer = 0; layer < layers->n; layer++)
		hidden += (layer + 1 < layers->n ? 2 : 1) * panel_size(m->n_vectors, k[layer]);
	return sizeof(real) * (2 * (size_t)dims->nnz + hidden) + sizeof(double) * (size_t)d +
	       rounded_bytes(m) +
	       optim_ops_at(m->config.optimizer)->bytes_per_parameter * m->n_theta +
	       autorec_batches_bytes(m);
}

static int new_panel(int32_t rows, int32_t k, struct panel *out, struct err *e)
{
	*out = (struct panel){ mem_array(panel_size(rows, k), sizeof(real), e), rows, k };
	return out->data ? 0 : ERR_NOMEM;
}

/* Allocates the hidden units and S of every layer; the units of the last layer are kept with the
 * weights. */
static int new_layers(struct model *m, struct err *e)
{
	struct trainee *a = m->impl;
	const int n = autorec_layers(m);
	int status = 0;
	for (int layer = 0; layer < n && status == 0; layer++) {
		const int32_t k = autorec_width(m, layer);
		status = new_panel(m->n_vectors, k, &a->s[layer], e);
		if (status == 0 && layer < n - 1)
			status = new_panel(m->n_vectors, k, &a->below[layer], e);
	}
	return status;
}

int autorec_open(struct model *m, struct err *e)
{
	const int32_t d = autorec_dims(m, m->train)->n_rows;
	const size_t nnz = (size_t)m->train->by_user.nnz;
	const struct optim_ops *optim = optim_ops_at(m->config.optimizer);
	if (optim->again && (m->config.batch > 0 || m->config.dropout > 0))
		return err_set(e, ERR_USAGE, NULL,
			       "optimizer=%s needs the same inputs in every step and takes neither "
			       "batch nor dropout; use optimizer=adam",
			       optim_name(m->config.optimizer));
	/* a line search returns to its starting point */
	m->overwrites = !optim->again;
	struct trainee *a = m->impl = calloc(1, sizeof *a);
	if (!a)
		return err_set(e, ERR_NOMEM, NULL, "out of memory");
	if (!(a->delta = mem_array(nnz, sizeof *a->delta, e)) ||
	    !(a->delta_by_vector = mem_array(nnz, sizeof *a->delta, e)) || new_layers(m, e) < 0 ||
	    !(a->row_sum = mem_array((size_t)d, sizeof *a->row_sum, e)) ||
	    (rounded_bytes(m) > 0 && !(a->rounded = mem_array(rounded_bytes(m), 1, e))))
		return ERR_NOMEM;
	int status = optim_init(&a->optim, optim, m->config.rate, m->n_theta, e);
	return status < 0 ? status : autorec_batches_init(m, e);
}

/* Sets b so that f(b) is each dim's mean rating, shrunk toward the overall mean as if by a few more
 * ratings. Training then begins with biases that are already learned. */
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
		const double target = (double)autorec_to_net(
			m, total / (double)(SHRINK + sparse_row_size(x, u)));
		b[u] = (real)activation_inverse((enum activation)m->config.output, target);
	}
}

/* V, W ~ init N(0, 1); the biases a tenth of that. */
static int draw_as_option(const struct model *m, struct weights *w, int tensor,
			  uint64_t first_stream, struct err *e)
{
	const double sd = m->tensors[tensor].panel ? m->config.init : m->config.init / 10;
	return model_draw_normal(m, w, tensor, first_stream + (uint64_t)tensor, sd, e);
}

int autorec_init_outputs(struct model *m, struct weights *w, uint64_t first_stream, struct err *e)
{
	struct trainee *a = m->impl;
	const size_t room = m->tensors[W + 1].offset - m->tensors[W].offset;
	/* the padding moves when the width of W changes */
	mem_zero(weights_vector(m, w, W), room * sizeof *w->theta);
	if (draw_as_option(m, w, W, first_stream, e) < 0 ||
	    draw_as_option(m, w, B, first_stream, e) < 0)
		return ERR_NOMEM;
	if (m->config.start == START_MEANS)
		start_at_means(m, w);
	a->optim.ops->reset(&a->optim);
	return 0;
}

int autorec_init(struct model *m, struct weights *w, struct err *e)
{
	if (draw_as_option(m, w, V, 0, e) < 0 || draw_as_option(m, w, MU, 0, e) < 0)
		return ERR_NOMEM;
	return autorec_init_outputs(m, w, 0, e);
}

bool autorec_state(const struct model *m, int i, struct state_array *out)
{
	const struct trainee *a = m->impl;
	return optim_state(&a->optim, i, out);
}

/* The part that both models share. They differ in the side of the ratings that they encode. */
#define AUTOREC                                                                                    \
	.options = "k lambda hidden output optimizer start init rate anneal batch dropout "        \
		   "precision seed scale unit clip default",                                       \
	.shape = autorec_shape_one, .open = autorec_open, .close = autorec_close,                  \
	.init = autorec_init, .forward = autorec_forward, .epoch = autorec_epoch,                  \
	.state = autorec_state, .predict_vectors = autorec_predict_vectors,                        \
	.predict_dim = autorec_predict_dim, .predict_pairs = autorec_predict_pairs,                \
	.predict_users = autorec_predict_users, .squares_without = autorec_squares_without,        \
	.terms = autorec_terms, .replace_each = autorec_replace_each, .reads_ratings = true,       \
	.takes_new = true, .grows = true, .fold = autorec_fold

const struct model_ops i_autorec_ops = {
	AUTOREC,
	.name = "i-autorec",
	.help = "AutoRec on items: reads all ratings of an item, predicts everyone's rating",
	.by_item = true,
	.moves = MOVES_ITEM_AND_ROW,
	.refit = autorec_refit,
	.user_ridge = autorec_user_ridge,
};
const struct model_ops u_autorec_ops = {
	AUTOREC,
	.name = "u-autorec",
	.help = "AutoRec on users: reads all ratings by a user, predicts every item",
	.moves = MOVES_USER,
	.refit_item = autorec_refit,
};
