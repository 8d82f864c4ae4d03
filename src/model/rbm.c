/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * I-RBM and U-RBM as models: their memory, their first weights, an epoch, and their tables of
 * functions. */
#include "rbm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/kernel.h"
#include "autorec/mem.h"
#include "autorec/rng.h"

enum { STREAM_ORDER = 2000 };

/* ---- the values --------------------------------------------------------- */

int rbm_nearest(const real *values, int n, real rating)
{
	/* finds the least value that is not below the rating, if there is one */
	int low = 0, high = n - 1;
	while (low < high) {
		const int middle = (low + high) / 2;
		if (values[middle] < rating)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && rating - values[low - 1] <= values[low] - rating ? low - 1 : low;
}

/* Finds the distinct values among the ratings, ascending, at most MAX_VALUES + 1 of them. The only
 * value is 0 if there is no rating. */
static int find_values(const struct ratings *ratings, real values[MAX_VALUES + 1])
{
	const struct sparse *x = &ratings->by_user;
	int n = 1;
	values[0] = x->nnz > 0 ? x->val[0] : 0;
	for (int64_t t = 0; t < x->nnz && n <= MAX_VALUES; t++) {
		int at = rbm_nearest(values, n, x->val[t]);
		if (values[at] == x->val[t])
			continue;
		at += values[at] < x->val[t];
		memmove(values + at + 1, values + at, (size_t)(n - at) * sizeof *values);
		values[at] = x->val[t];
		n++;
	}
	return n;
}

/* ---- memory ------------------------------------------------------------- */

static int64_t longest(const struct sparse *x)
{
	int64_t most = 0;
	for (int32_t i = 0; i < x->n_rows; i++)
		most = sparse_row_size(x, i) > most ? sparse_row_size(x, i) : most;
	return most;
}

static int32_t batch_of(const struct model *m)
{
	return m->config.batch > 0 && m->config.batch < m->n_vectors ? (int32_t)m->config.batch
								     : m->n_vectors;
}

/* The most uses of rows of W by one batch, in data and samples together. */
static size_t most_uses(const struct model *m)
{
	const struct sparse *x = model_vectors(m, m->train);
	const int64_t bound = batch_of(m) * longest(x);
	return 2 * (size_t)(bound < x->nnz ? bound : x->nnz);
}

static size_t rounded_size(const struct model *m)
{
	return m->config.precision == PRECISION_MIXED
		       ? panel_size(m->tensors[W].rows, m->tensors[W].cols)
		       : 0;
}

static size_t rbm_shape(struct model *m)
{
	const struct sparse *x = model_vectors(m, m->train);
	const int32_t k = (int32_t)m->config.k;
	real values[MAX_VALUES + 1];
	int n_values = find_values(m->train, values);
	if (n_values > MAX_VALUES || (int64_t)x->n_cols * n_values > INT32_MAX)
		n_values = 0; /* open reports that this is too much */
	m->n_vectors = x->n_rows;
	m->into = m->out_of = W;
	m->k = k;
	m->config.hidden = SIGMOID;
	model_add_tensor(m, "W", x->n_cols * n_values, k, true);
	model_add_tensor(m, "b", x->n_cols * n_values, 1, false);
	model_add_tensor(m, "mu", k, 1, false);
	model_add_tensor(m, "values", n_values, 1, false);
	return sizeof(struct rbm) +
	       sizeof(real) * (m->n_theta + (size_t)longest(x) + panel_size(3 * batch_of(m), k)) +
	       2 * sizeof(int32_t) * (size_t)x->nnz +
	       (sizeof(int32_t) + sizeof(real)) * most_uses(m) +
	       (sizeof(int32_t) + 2 * sizeof(double)) * (size_t)m->n_vectors +
	       sizeof(int64_t) * (size_t)m->tensors[W].rows + sizeof(brief) * rounded_size(m);
}

static void rbm_close_model(struct model *m)
{
	struct rbm *r = m->impl;
	if (!r)
		return;
	free(r->velocity);
	free(r->rounded);
	free(r->data);
	free(r->sampled);
	free(r->ones);
	free(r->order);
	free(r->states);
	free(r->start);
	free(r->use);
	free(r->sign);
	free(r->nats);
	free(r->squares);
	free(r);
}

static int allocate(struct model *m, struct rbm *r, struct err *e)
{
	const struct sparse *x = model_vectors(m, m->train);
	const size_t n = (size_t)m->n_vectors, uses = most_uses(m), rounded = rounded_size(m);
	r->batch = batch_of(m);
	const bool got = (r->velocity = mem_array(m->n_theta, sizeof *r->velocity, e)) &&
			 (rounded == 0 ||
			  (r->rounded = mem_array(rounded, sizeof *r->rounded, e))) &&
			 (r->data = mem_array((size_t)x->nnz, sizeof *r->data, e)) &&
			 (r->sampled = mem_array((size_t)x->nnz, sizeof *r->sampled, e)) &&
			 (r->ones = mem_array((size_t)longest(x), sizeof *r->ones, e)) &&
			 (r->order = mem_array(n, sizeof *r->order, e)) &&
			 (r->states = mem_array(panel_size(3 * r->batch, (int32_t)m->config.k),
						sizeof *r->states, e)) &&
			 (r->start = mem_array((size_t)m->tensors[W].rows + 1, sizeof *r->start,
					       e)) &&
			 (r->use = mem_array(uses, sizeof *r->use, e)) &&
			 (r->sign = mem_array(uses, sizeof *r->sign, e)) &&
			 (r->nats = mem_array(n, sizeof *r->nats, e)) &&
			 (r->squares = mem_array(n, sizeof *r->squares, e));
	return got ? 0 : ERR_NOMEM;
}

static int rbm_open_model(struct model *m, struct err *e)
{
	const struct sparse *x = model_vectors(m, m->train);
	if (m->tensors[VALUES].rows == 0)
		return err_set(e, ERR_USAGE, NULL,
			       "%s needs at most %d distinct rating values, and these ratings have "
			       "more; use %s, which takes any values",
			       m->ops->name, MAX_VALUES,
			       m->ops->by_item ? "i-autorec" : "u-autorec");
	m->overwrites = true;
	struct rbm *r = m->impl = calloc(1, sizeof *r);
	if (!r)
		return err_set(e, ERR_NOMEM, NULL, "out of memory");
	int status = allocate(m, r, e);
	if (status < 0)
		return status;
	r->n_values = find_values(m->train, r->values);
	for (int64_t t = 0; t < x->nnz; t++)
		r->data[t] = x->col[t] * r->n_values +
			     rbm_nearest(r->values, r->n_values, x->val[t]);
	for (int64_t t = 0; t < longest(x); t++)
		r->ones[t] = 1;
	return 0;
}

/* ---- first weights ------------------------------------------------------ */

/* b = log of each value's share among a dim's ratings, shrunk toward its share among all ratings as
 * if by a few more ratings. */
static void start_biases(const struct model *m, const struct rbm *r, real *b)
{
	enum { SHRINK = 5 };
	const struct sparse *x = model_dims(m, m->train);
	const int n_values = r->n_values;
	double all[MAX_VALUES] = { 0 };
	for (int64_t t = 0; t < x->nnz; t++)
		all[r->data[t] % n_values] += SHRINK / (double)x->nnz;
	all[0] = x->nnz > 0 ? all[0] : SHRINK;
	for (int32_t d = 0; d < x->n_rows; d++, b += n_values) {
		double count[MAX_VALUES] = { 0 };
		for (int64_t t = x->start[d]; t < x->start[d + 1]; t++)
			count[rbm_nearest(r->values, n_values, x->val[t])] += 1;
		for (int v = 0; v < n_values; v++)
			b[v] = (real)log((count[v] + all[v]) /
					 (double)(SHRINK + sparse_row_size(x, d)));
	}
}

/* W ~ init N(0, 1), mu = 0. */
static int rbm_init(struct model *m, struct weights *w, struct err *e)
{
	const struct rbm *r = m->impl;
	mem_zero(w->theta, m->n_theta * sizeof *w->theta);
	mem_zero(r->velocity, m->n_theta * sizeof *r->velocity);
	if (model_draw_normal(m, w, W, 0, m->config.init, e) < 0)
		return ERR_NOMEM;
	start_biases(m, r, weights_vector(m, w, B));
	memcpy(weights_vector(m, w, VALUES), r->values, (size_t)r->n_values * sizeof *r->values);
	return 0;
}

/* ---- an epoch ----------------------------------------------------------- */

/* Measures how well the mean field reconstructs a vector's ratings. */
static void look_back(const struct model *m, const struct rbm_weights *in,
		      const struct panel *hidden, int32_t i)
{
	struct rbm *r = m->impl;
	const struct sparse *x = model_vectors(m, m->train);
	const int64_t most = BLOCK / r->n_values, end = x->start[i + 1];
	r->nats[i] = r->squares[i] = 0;
	for (int64_t t = x->start[i], n; t < end; t += n) {
		real p[BLOCK];
		n = end - t < most ? end - t : most;
		rbm_visible(in, hidden, i, x->col + t, n, p);
		for (int64_t j = 0; j < n; j++) {
			const real *of = p + j * r->n_values;
			const double error = rbm_mean(in, of) - (double)x->val[t + j];
			r->nats[i] -= log((double)of[r->data[t + j] % r->n_values]);
			r->squares[i] += error * error;
		}
	}
}

/* Computes the hidden units from the exact W, for all readers, and the result of training from the
 * W that training reads. */
static void rbm_finish(const struct model *m, const struct weights *w, struct epoch_result *result)
{
	const struct rbm *r = m->impl;
	const struct sparse *x = model_vectors(m, m->train);
	const struct rbm_weights exact = rbm_weights_of(m, w, NULL),
				 rounded = rbm_weights_of(m, w, r->rounded);
	double nats = 0, squares = 0;
#pragma omp parallel for schedule(dynamic, 16) num_threads(kernel_threads())
	for (int32_t i = 0; i < x->n_rows; i++) {
		rbm_encode(&exact, r->data + x->start[i], r->ones, sparse_row_size(x, i),
			   &w->hidden, i);
		look_back(m, &rounded, &w->hidden, i);
	}
	for (int32_t i = 0; i < x->n_rows; i++) {
		nats += r->nats[i];
		squares += r->squares[i];
	}
	result->loss = nats;
	result->train_rmse = x->nnz ? sqrt(squares / (double)x->nnz) : 0;
}

static void rbm_forward(struct model *m, struct weights *w, struct epoch_result *result)
{
	rbm_round(m, w);
	rbm_finish(m, w, result);
}

static int rbm_epoch(struct model *m, const struct weights *from, struct weights *to,
		     struct epoch_result *result, struct err *e)
{
	const struct rbm *r = m->impl;
	struct rng rng;
	if (to != from)
		memcpy(to->theta, from->theta, m->n_theta * sizeof *to->theta);
	rng_init(&rng, rng_mix((uint64_t)m->config.seed) + (uint64_t)from->epoch, STREAM_ORDER);
	rng_order(&rng, r->order, m->n_vectors);
	rbm_round(m, to);
	for (int32_t first = 0; first < m->n_vectors && gate_pass(m->gate); first += r->batch)
		rbm_step(m, to, from->epoch, first,
			 m->n_vectors - first < r->batch ? m->n_vectors - first : r->batch);
	rbm_finish(m, to, result);
	return 0;
}

static bool rbm_state(const struct model *m, int i, struct state_array *out)
{
	const struct rbm *r = m->impl;
	*out = (struct state_array){ .name = "velocity",
				     .type = STATE_REAL,
				     .n = m->n_theta,
				     .data = r->velocity,
				     .like_theta = true };
	return i == 0;
}

#define RBM                                                                                        \
	.options = "k lambda init rate batch cd grow momentum anneal precision seed scale clip "   \
		   "default",                                                                      \
	.shape = rbm_shape, .open = rbm_open_model, .close = rbm_close_model, .init = rbm_init,    \
	.forward = rbm_forward, .epoch = rbm_epoch, .state = rbm_state,                            \
	.predict_vectors = rbm_predict_vectors, .predict_dim = rbm_predict_dim,                    \
	.predict_pairs = rbm_predict_pairs, .takes_new = true, .grows = true, .fold = rbm_fold,    \
	.unit_effects = rbm_unit_effects, .terms = rbm_terms, .replace_each = rbm_replace_each,    \
	.reads_ratings = true

/* The defaults are chosen on validation, for MovieLens 1M. */
const struct model_ops i_rbm_ops = {
	RBM,
	.name = "i-rbm",
	.help = "restricted Boltzmann machine on items: softmax units for an item's ratings, "
		"binary hidden units",
	.defaults = "k=500 lambda=8 rate=0.2 batch=300 anneal=6",
	.by_item = true,
	.moves = MOVES_ITEM,
};
const struct model_ops u_rbm_ops = {
	RBM,
	.name = "u-rbm",
	.help = "restricted Boltzmann machine on users: softmax units for a user's ratings, binary "
		"hidden units",
	.moves = MOVES_USER,
	.defaults = "k=200 lambda=5 rate=0.1 batch=200 anneal=10",
};
