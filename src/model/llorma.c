/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * LLORMA as a model: its memory, its anchors, its epochs, and its table of functions. */
#include "llorma.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/kernel.h"
#include "autorec/mem.h"
#include "autorec/rng.h"

enum {
	STREAM_GLOBAL,
	STREAM_ANCHORS,
	STREAM_LOCAL
}; /* from the last one on, a stream per anchor */

/* Sweeps of the global model. After these it converges slowly, and distances hardly change. */
enum { GLOBAL_EPOCHS = 6 };

/* The ratio of the global model's lambda to the local ones'. In the global model a rating weighs 1,
 * in a local one about a fourth (a product of two kernels at half their height). Chosen on
 * validation. */
enum { GLOBAL_LAMBDA = 4 };

/* Cannot overflow: open refuses sizes that do not fit. */
static int32_t times(int64_t a, int32_t b)
{
	return a * b > INT32_MAX ? INT32_MAX : (int32_t)(a * b);
}

/* A set of weights takes little more than 4 bytes times (users + items) * anchors * (k + 2, rounded
 * up to LANES). */
static size_t llorma_shape(struct model *m)
{
	const int32_t users = m->train->by_user.n_rows, items = m->train->by_item.n_rows,
		      k = (int32_t)m->config.k + BIASES;
	const int64_t q = m->config.anchors;
	model_add_tensor(m, "mean", 1, 1, false);
	model_add_tensor(m, "U", users, GLOBAL_RANK + BIASES, true);
	model_add_tensor(m, "V", items, GLOBAL_RANK + BIASES, true);
	model_add_tensor(m, "user_kernel", times(q, users), 1, false);
	model_add_tensor(m, "item_kernel", times(q, items), 1, false);
	model_add_tensor(m, "P", times(q, users), k, true);
	model_add_tensor(m, "Q", times(q, items), k, true);
	return sizeof(real) * (size_t)m->train->by_user.nnz + sizeof(double) * (size_t)q;
}

/* The trainer's scratch. */
struct room {
	real *predicted; /* [nnz] */
	double *loss;    /* [anchors] */
};

static int llorma_open_model(struct model *m, struct err *e)
{
	if (m->config.k > STRIP - BIASES)
		return err_set(e, ERR_USAGE, "k",
			       "llorma takes k up to %d, because it has many models of low rank",
			       STRIP - BIASES);
	if (m->tensors[P].rows == INT32_MAX || m->tensors[Q].rows == INT32_MAX)
		return err_set(
			e, ERR_USAGE, "anchors",
			"%ld anchors are too many for this number of users and items; use fewer",
			(long)m->config.anchors);
	m->overwrites = true;
	struct room *room = m->impl = calloc(1, sizeof *room);
	if (!room)
		return err_set(e, ERR_NOMEM, NULL, "out of memory");
	room->predicted = mem_array((size_t)m->train->by_user.nnz, sizeof *room->predicted, e);
	room->loss = mem_array((size_t)m->config.anchors, sizeof *room->loss, e);
	return room->predicted && room->loss ? 0 : ERR_NOMEM;
}

static void llorma_close_model(struct model *m)
{
	struct room *room = m->impl;
	if (!room)
		return;
	free(room->predicted);
	free(room->loss);
	free(room);
}

/* The users' or items' rows of an anchor's model, or of the global one. */
static struct factors factors_of(const struct model *m, const struct weights *w, int anchor,
				 bool users)
{
	const int tensor = (anchor == GLOBAL ? U : P) + !users;
	const size_t n = (size_t)(users ? &m->train->by_user : &m->train->by_item)->n_rows;
	const size_t before = anchor == GLOBAL ? 0 : (size_t)anchor * n;
	const size_t stride = (size_t)panel_columns(m->tensors[tensor].cols);
	return (struct factors){
		.rows = weights_vector(m, w, tensor) + before * stride,
		.stride = stride,
		.fixed = users ? 0 : m->tensors[tensor].cols - 1,
		.kernel = anchor == GLOBAL
				  ? NULL
				  : weights_vector(m, w, users ? USER_KERNEL : ITEM_KERNEL) + before
	};
}

struct half llorma_half(const struct model *m, const struct weights *w, int anchor, bool users)
{
	return (struct half){ .x = users ? &m->train->by_user : &m->train->by_item,
			      .self = factors_of(m, w, anchor, users),
			      .other = factors_of(m, w, anchor, !users),
			      .columns = m->tensors[anchor == GLOBAL ? U : P].cols,
			      .mean = (double)*weights_vector(m, w, MEAN),
			      .unit = m->config.unit,
			      .penalty = m->config.lambda / 2 *
					 (anchor == GLOBAL ? GLOBAL_LAMBDA : 1) };
}

/* ---- first weights ------------------------------------------------------ */

/* Sets 1 in the fixed column, and scale * N(0, 1) in the others. */
static void init_rows(const struct model *m, const struct factors *f, int32_t n, int32_t columns,
		      double scale, struct rng *rng)
{
	for (int32_t r = 0; r < n && gate_pass(m->gate); r++)
		for (int32_t j = 0; j < columns; j++)
			f->rows[(size_t)r * f->stride + (size_t)j] =
				j == f->fixed ? 1 : (real)(scale * rng_normal(rng));
}

/* Each sweep begins from the users' rows; items' rows are zero until the first sweep. */
static int llorma_init(struct model *m, struct weights *w, struct err *e)
{
	mem_zero(w->theta, m->n_theta * sizeof *w->theta);
	*weights_vector(m, w, MEAN) = (real)ratings_mean(m->train);
	for (int a = GLOBAL; a < m->config.anchors; a++) {
		const struct half h = llorma_half(m, w, a, true);
		struct rng rng;
		rng_init(&rng, (uint64_t)m->config.seed,
			 a == GLOBAL ? STREAM_GLOBAL : STREAM_LOCAL + (uint64_t)a);
		init_rows(m, &h.self, h.x->n_rows, h.columns, m->config.init, &rng);
		init_rows(m, &h.other, h.x->n_cols, h.columns, 0, &rng);
	}
	return 0;
}

/* ---- anchors ------------------------------------------------------------ */

/* kernel[r] = K_h(d(row `anchor`, row r)), over the columns that are not biases. */
static void llorma_measure(const struct factors *global, int32_t n, int32_t anchor,
			   double bandwidth, real *kernel)
{
	const real *rows = global->rows + 1, *at = rows + (size_t)anchor * global->stride;
	for (int32_t r = 0; r < n; r++)
		kernel[r] = (real)llorma_kernel(
			llorma_distance(at, rows + (size_t)r * global->stride, GLOBAL_RANK),
			bandwidth);
}

/* Draws the anchors and weights every user and item by the distance to each anchor. */
static void set_anchors(const struct model *m, struct weights *w)
{
	const struct sparse *x = &m->train->by_user;
	const struct half global = llorma_half(m, w, GLOBAL, true);
	struct rng rng;
	rng_init(&rng, (uint64_t)m->config.seed, STREAM_ANCHORS);
	for (int a = 0; x->nnz > 0 && a < m->config.anchors && gate_pass(m->gate); a++) {
		const struct half local = llorma_half(m, w, a, true);
		const int64_t t = (int64_t)rng_below(&rng, (uint64_t)x->nnz);
		int32_t user = 0;
		while (x->start[user + 1] <= t)
			user++;
		llorma_measure(&global.self, x->n_rows, user, m->config.bandwidth,
			       local.self.kernel);
		llorma_measure(&global.other, x->n_cols, x->col[t], m->config.bandwidth,
			       local.other.kernel);
	}
}

/* True once the anchors are set: an anchor has a positive weight for itself. */
static bool has_anchors(const struct model *m, const struct weights *w)
{
	const real *kernel = weights_vector(m, w, USER_KERNEL);
	for (int32_t u = 0; u < m->train->by_user.n_rows; u++)
		if (kernel[u] > 0)
			return true;
	return false;
}

/* ---- an epoch ----------------------------------------------------------- */

/* The loss of the models in training. */
static double loss(const struct model *m, const struct weights *w)
{
	const struct room *room = m->impl;
	double total = 0;
	if (!has_anchors(m, w)) {
		const struct half h = llorma_half(m, w, GLOBAL, true);
		return llorma_loss(&h, &m->train->by_item);
	}
#pragma omp parallel for schedule(dynamic, 1) num_threads(kernel_threads())
	for (int a = 0; a < m->config.anchors; a++) {
		const struct half h = llorma_half(m, w, a, true);
		if (gate_pass(m->gate))
			room->loss[a] = llorma_loss(&h, &m->train->by_item);
	}
	for (int a = 0; a < m->config.anchors; a++)
		total += room->loss[a];
	return total;
}

static void llorma_forward(struct model *m, struct weights *w, struct epoch_result *result)
{
	const struct room *room = m->impl;
	const struct sparse *x = &m->train->by_user;
	double sse = 0;
	llorma_predict_pairs(m, w, m->train, room->predicted);
	for (int64_t t = 0; t < x->nnz; t++) {
		const double error = (double)room->predicted[t] - (double)x->val[t];
		sse += error * error;
	}
	result->train_rmse = x->nnz ? sqrt(sse / (double)x->nnz) : 0;
	result->loss = loss(m, w);
}

/* Fits one half, then the other; all threads share the rows. False if a system was singular. */
static bool sweep_global(const struct model *m, struct weights *w)
{
	bool solved = true;
	for (int users = 0; users < 2; users++) {
		const struct half h = llorma_half(m, w, GLOBAL, users);
#pragma omp parallel for schedule(dynamic, 16) reduction(&& : solved) num_threads(kernel_threads())
		for (int32_t r = 0; r < h.x->n_rows; r++)
			solved = (!gate_pass(m->gate) || llorma_fit(&h, r, NULL) == 0) && solved;
	}
	return solved;
}

/* One thread fits each local model. False if a system was singular. */
static bool sweep_local(const struct model *m, struct weights *w)
{
	bool solved = true;
#pragma omp parallel for schedule(dynamic, 1) reduction(&& : solved) num_threads(kernel_threads())
	for (int a = 0; a < m->config.anchors; a++)
		for (int users = 0; users < 2; users++) {
			const struct half h = llorma_half(m, w, a, users);
			for (int32_t r = 0; r < h.x->n_rows && gate_pass(m->gate); r++)
				solved = llorma_fit(&h, r, NULL) == 0 && solved;
		}
	return solved;
}

static int llorma_epoch(struct model *m, const struct weights *from, struct weights *to,
			struct epoch_result *result, struct err *e)
{
	if (to != from)
		memcpy(to->theta, from->theta, m->n_theta * sizeof *to->theta);
	if (from->epoch == GLOBAL_EPOCHS)
		set_anchors(m, to);
	if (!(from->epoch < GLOBAL_EPOCHS ? sweep_global : sweep_local)(m, to))
		return err_set(
			e, ERR_FAILED, "lambda",
			"the ratings of a row do not determine its factors; set lambda above 0");
	llorma_forward(m, to, result);
	return 0;
}

static bool llorma_phase(const struct model *m, int i, struct phase *out)
{
	static const struct phase phases[] = { { 0, "global model" },
					       { GLOBAL_EPOCHS + 1, "local models" } };
	if (i >= 2)
		return false;
	*out = phases[i];
	return true;
}

const struct model_ops llorma_ops = {
	.name = "llorma",
	.help = "LLORMA: local factor models around anchors, averaged by distance",
	.options = "k lambda anchors bandwidth init seed scale unit clip default",
	.defaults = "k=20 lambda=0.35 init=0.1",
	.moves = MOVES_ROWS,
	.shape = llorma_shape,
	.open = llorma_open_model,
	.close = llorma_close_model,
	.init = llorma_init,
	.forward = llorma_forward,
	.epoch = llorma_epoch,
	.phase = llorma_phase,
	.predict_vectors = llorma_predict_vectors,
	.predict_dim = llorma_predict_dim,
	.predict_pairs = llorma_predict_pairs,
	.refit = llorma_refit,
	.terms = llorma_terms,
};
