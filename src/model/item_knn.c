/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Item-based nearest neighbors (Sarwar, Karypis, Konstan, Riedl 2001) on the residuals of the
 * biases, z = r - (mean + b_u + b_i):
 *
 *     s_ij  = sum z_ui z_uj / sqrt(sum z_ui^2 sum z_uj^2) * n / (n + shrink)
 *     r_hat = mean + b_u + b_i + sum s_ij z_uj / sum s_ij
 *
 * The sums in s_ij are over the n users who rated both items. The sums in r_hat are over the
 * `neighbours` items most similar to i, with positive s_ij, among those that u rated. Nothing is
 * iterative: one epoch finds everything. Each item keeps only its KEPT most similar items, so
 * memory grows with the number of items, not with its square. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/kernel.h"
#include "autorec/mem.h"
#include "biases.h"
#include "internal.h"

/* Tensors: [n_items][kept], the most similar first; similarity 0 ends the list. */
enum { NEIGHBOUR = N_BIASES, SIMILARITY };
enum { KEPT = 500, BIAS_TURNS = 20, MOST_PAIRS = INT32_MAX - LANES /* numbers in a tensor */ };

struct knn {
	struct scoring scoring;
	/* the weights whose neighbors were found under `lambda`; NULL: none are known */
	const struct weights *found;
	double lambda;
	struct epoch_result result;
};

/* Sums over the users who rated items i and j. */
struct common {
	real n, xy, xx, yy;
};

struct similar {
	real similarity;
	int32_t item;
};

/* The scratch of one thread. */
struct bench {
	struct common *sums;  /* [n_items] */
	struct similar *heap; /* [kept] */
};

static int32_t kept(const struct model *m)
{
	const int64_t n = m->train->by_item.n_rows,
		      most = m->config.neighbours > KEPT ? m->config.neighbours : KEPT;
	return (int32_t)(most < n ? most : n);
}

/* Where an item's neighbors begin in the tensors. */
static size_t neighbours_at(const struct model *m, int32_t item)
{
	return (size_t)item * (size_t)kept(m);
}

static size_t knn_shape(struct model *m)
{
	const int32_t n = m->train->by_item.n_rows,
		      pairs = n * (int64_t)kept(m) < MOST_PAIRS ? n * kept(m) : MOST_PAIRS;
	biases_add_tensors(m);
	model_add_tensor(m, "neighbour", pairs, 1, false);
	m->tensors[NEIGHBOUR].below = n;
	model_add_tensor(m, "similarity", pairs, 1, false);
	return scoring_bytes(m) +
	       (size_t)kernel_threads() * (size_t)n *
		       (sizeof(struct common) + sizeof(struct similar) + sizeof(real));
}

static int knn_open_model(struct model *m, struct err *e)
{
	const int64_t n = m->train->by_item.n_rows;
	if (n * kept(m) >
	    MOST_PAIRS) /* then an item's number is below 2^24, which a float holds exactly */
		return err_set(e, ERR_FAILED, NULL,
			       "item-knn supports at most %d items; this data set has %ld",
			       MOST_PAIRS / kept(m), (long)n);
	struct knn *k = m->impl = calloc(1, sizeof *k);
	if (!k)
		return err_set(e, ERR_NOMEM, NULL, "out of memory");
	m->overwrites = true;
	return scoring_init(&k->scoring, m, e);
}

static void knn_close_model(struct model *m)
{
	struct knn *k = m->impl;
	if (k)
		scoring_done(&k->scoring);
	free(k);
}

static int knn_init(struct model *m, struct weights *w, struct err *e)
{
	mem_zero(w->theta, m->n_theta * sizeof *w->theta);
	biases_start(m, w);
	return 0;
}

static void knn_forward(struct model *m, struct weights *w, struct epoch_result *result)
{
	struct knn *k = m->impl;
	const int64_t nnz = m->train->by_user.nnz;
	result->loss = scoring_sse(&k->scoring, m, w);
	result->train_rmse = nnz ? sqrt(result->loss / (double)nnz) : 0;
	k->found = NULL;
}

/* ---- similarities ------------------------------------------------------- */

/* Sums of item i with every item, over their common users. z: [nnz], in by_user's order. */
static void sum_common(const struct ratings *train, const real *z, int32_t i, struct common *sums)
{
	const struct sparse *users = &train->by_user, *items = &train->by_item;
	memset(sums, 0, (size_t)items->n_rows * sizeof *sums);
	for (int64_t t = items->start[i]; t < items->start[i + 1]; t++) {
		const int32_t u = items->col[t];
		const real x = z[train->item_to_user[t]];
		for (int64_t v = users->start[u]; v < users->start[u + 1]; v++) {
			struct common *c = &sums[users->col[v]];
			const real y = z[v];
			*c = (struct common){ c->n + 1, c->xy + x * y, c->xx + x * x,
					      c->yy + y * y };
		}
	}
}

static real similarity(const struct common *c, double shrink)
{
	const double size = sqrt((double)c->xx * (double)c->yy);
	return size > 0 ? (real)((double)c->xy / size * (double)c->n / ((double)c->n + shrink)) : 0;
}

/* Breaks ties by index, so the order is always the same. */
static bool less_similar(const struct similar *a, const struct similar *b)
{
	return a->similarity < b->similarity ||
	       (a->similarity == b->similarity && a->item > b->item);
}

/* Puts x into a heap of n whose top, the least similar item, has been removed. */
static void sink(struct similar *heap, int32_t n, struct similar x)
{
	int32_t at = 0;
	for (int32_t child; (child = 2 * at + 1) < n; at = child) {
		if (child + 1 < n && less_similar(&heap[child + 1], &heap[child]))
			child++;
		if (!less_similar(&heap[child], &x))
			break;
		heap[at] = heap[child];
	}
	heap[at] = x;
}

/* Finds the most similar items of item i, with positive similarity. */
static void find_neighbours(const struct model *m, const struct weights *w, int32_t i,
			    const struct bench *b)
{
	const int32_t n = kept(m);
	real *neighbour = weights_vector(m, w, NEIGHBOUR) + neighbours_at(m, i);
	real *similarities = weights_vector(m, w, SIMILARITY) + neighbours_at(m, i);
	memset(b->heap, 0, (size_t)n * sizeof *b->heap);
	for (int32_t j = 0; j < m->train->by_item.n_rows; j++) {
		const struct similar x = { j == i ? 0 : similarity(&b->sums[j], m->config.shrink),
					   j };
		if (x.similarity > 0 && less_similar(&b->heap[0], &x))
			sink(b->heap, n, x);
	}
	for (int32_t left = n; left > 0; left--) { /* the least similar item comes out first */
		neighbour[left - 1] = (real)b->heap[0].item;
		similarities[left - 1] = b->heap[0].similarity;
		sink(b->heap, left - 1, b->heap[left - 1]);
	}
}

static int find_all_neighbours(const struct model *m, const struct weights *w, const real *z)
{
	const int32_t n = m->train->by_item.n_rows;
	int status = 0;
#pragma omp parallel num_threads(kernel_threads()) reduction(min : status)
	{
		const struct bench b = { mem_array((size_t)n, sizeof *b.sums, NULL),
					 mem_array((size_t)kept(m), sizeof *b.heap, NULL) };
		status = b.sums && b.heap ? 0 : ERR_NOMEM;
#pragma omp for schedule(dynamic, 4)
		for (int32_t i = 0; i < n; i++)
			if (status == 0 && gate_pass(m->gate)) {
				sum_common(m->train, z, i, b.sums);
				find_neighbours(m, w, i, &b);
			}
		free(b.sums);
		free(b.heap);
	}
	return status;
}

/* Computes the biases, their residuals, and the neighbors from the residuals. */
static int knn_fit(struct model *m, struct weights *w, struct err *e)
{
	const struct sparse *x = &m->train->by_user;
	struct knn *k = m->impl;
	real *z = k->scoring.predicted;
	biases_start(m, w);
	for (int i = 0; i < BIAS_TURNS && gate_pass(m->gate); i++)
		biases_fit(m, w, m->config.lambda / 2);
	biases_predict_pairs(m, w, m->train, z);
	for (int64_t t = 0; t < x->nnz; t++)
		z[t] = x->val[t] - z[t];
	if (find_all_neighbours(m, w, z) < 0)
		return err_set(e, ERR_NOMEM, NULL, "out of memory for the similarities of %d items",
			       (int)x->n_cols);
	return 0;
}

/* A second epoch would find the same as the first. */
static int knn_epoch(struct model *m, const struct weights *from, struct weights *to,
		     struct epoch_result *result, struct err *e)
{
	struct knn *k = m->impl;
	if (k->found == from && k->lambda == m->config.lambda) {
		if (to != from)
			memcpy(to->theta, from->theta, m->n_theta * sizeof *to->theta);
	} else {
		if (knn_fit(m, to, e) < 0)
			return ERR_NOMEM;
		knn_forward(m, to, &k->result);
	}
	k->found = to;
	k->lambda = m->config.lambda;
	*result = k->result;
	return 0;
}

/* ---- predictions -------------------------------------------------------- */

/* A user's residuals: a number for each item, NAN if it is not rated. */
static real *new_residuals(const struct model *m, struct err *e)
{
	const int32_t n = m->train->by_item.n_rows;
	real *z = mem_room((size_t)n, sizeof *z, e);
	for (int32_t i = 0; z && i < n; i++)
		z[i] = NAN;
	return z;
}

static void knn_mark(real *z, const struct biases *b, real bias, const int32_t *col,
		     const real *val, int64_t n)
{
	for (int64_t t = 0; t < n; t++)
		z[col[t]] = val[t] - (*b->mean + bias + b->item[col[t]]);
}

static void unmark(real *z, const int32_t *col, int64_t n)
{
	for (int64_t t = 0; t < n; t++)
		z[col[t]] = NAN;
}

/* The partial sums of sum s_ij z_uj / sum s_ij. */
struct opinion {
	double weighted, weight;
	int64_t n;
};

static void knn_ask(struct opinion *o, double similarity, real z)
{
	o->weighted += similarity * (double)z;
	o->weight += similarity;
	o->n++;
}

static real opinion_of(const struct opinion *o)
{
	return o->n ? (real)(o->weighted / o->weight) : 0;
}

static real knn_predict(const struct model *m, const struct weights *w, const real *z, real bias,
			int32_t item)
{
	const struct biases b = biases_of(m, w);
	const real *neighbour = weights_vector(m, w, NEIGHBOUR) + neighbours_at(m, item);
	const real *similarities = weights_vector(m, w, SIMILARITY) + neighbours_at(m, item);
	const int32_t n = kept(m);
	struct opinion o = { 0 };
	for (int32_t t = 0; t < n && o.n < m->config.neighbours && similarities[t] > 0; t++) {
		const real of = z[(int32_t)neighbour[t]];
		if (!isnan(of))
			knn_ask(&o, (double)similarities[t], of);
	}
	return *b.mean + bias + b.item[item] + opinion_of(&o);
}

/* A user's bias for ratings other than those in training, by the same fit that ends training. */
static real bias_of(const struct model *m, const struct weights *w, const struct rating_vector *v)
{
	const struct biases b = biases_of(m, w);
	return model_knows(v) ? b.user[v->row]
			      : biases_fit_row(v->col, v->val, v->n, *b.mean, b.item,
					       m->config.lambda / 2);
}

static int knn_predict_vectors(const struct model *m, const struct weights *w, int n,
			       const struct rating_vector *v, real *const *out, struct err *e)
{
	const struct biases b = biases_of(m, w);
	real *z = new_residuals(m, e);
	if (!z)
		return ERR_NOMEM;
	for (int j = 0; j < n; j++) {
		const real bias = bias_of(m, w, &v[j]);
		knn_mark(z, &b, bias, v[j].col, v[j].val, v[j].n);
		for (int32_t i = 0; i < m->train->by_item.n_rows; i++)
			out[j][i] = knn_predict(m, w, z, bias, i);
		unmark(z, v[j].col, v[j].n);
	}
	free(z);
	return 0;
}

/* Predicts one item for all users, from the training ratings: for each neighbor in turn, visits all
 * its users. */
static int predict_trained(const struct model *m, const struct weights *w, int32_t item, real *out,
			   struct err *e)
{
	const struct sparse *x = &m->train->by_item;
	const struct biases b = biases_of(m, w);
	const real *neighbour = weights_vector(m, w, NEIGHBOUR) + neighbours_at(m, item);
	const real *similarities = weights_vector(m, w, SIMILARITY) + neighbours_at(m, item);
	struct opinion *opinions = mem_array((size_t)x->n_cols, sizeof *opinions, e);
	if (!opinions)
		return ERR_NOMEM;
	for (int32_t t = 0; t < kept(m) && similarities[t] > 0; t++) {
		const int32_t j = (int32_t)neighbour[t];
		for (int64_t v = x->start[j]; v < x->start[j + 1]; v++) {
			const int32_t u = x->col[v];
			if (opinions[u].n < m->config.neighbours)
				knn_ask(&opinions[u], (double)similarities[t],
					x->val[v] - (*b.mean + b.user[u] + b.item[j]));
		}
	}
	for (int32_t u = 0; u < x->n_cols; u++)
		out[u] = *b.mean + b.user[u] + b.item[item] + opinion_of(&opinions[u]);
	free(opinions);
	return 0;
}

static int knn_predict_dim(const struct model *m, const struct weights *w, int32_t item, int n,
			   const struct rating_vector *edited, real *out, struct err *e)
{
	const struct biases b = biases_of(m, w);
	int status = predict_trained(m, w, item, out, e);
	if (status < 0 || n == 0)
		return status;
	real *z = new_residuals(m, e);
	if (!z)
		return ERR_NOMEM;
	for (int j = 0; j < n; j++) {
		const struct rating_vector *v = &edited[j];
		const real bias = bias_of(m, w, v);
		knn_mark(z, &b, bias, v->col, v->val, v->n);
		out[v->row] = knn_predict(m, w, z, bias, item);
		unmark(z, v->col, v->n);
	}
	free(z);
	return 0;
}

/* If there is no memory for a row of residuals, the predictions are NaN. */
static void knn_predict_pairs(const struct model *m, const struct weights *w,
			      const struct ratings *set, real *out)
{
	const struct sparse *x = &set->by_user, *train = &m->train->by_user;
	const struct biases b = biases_of(m, w);
#pragma omp parallel num_threads(kernel_threads())
	{
		real *z = new_residuals(m, NULL);
#pragma omp for schedule(dynamic, 16)
		for (int32_t u = 0; u < x->n_rows; u++) {
			const int64_t from = train->start[u], n = train->start[u + 1] - from;
			if (!gate_pass(m->gate))
				continue;
			if (z)
				knn_mark(z, &b, b.user[u], train->col + from, train->val + from, n);
			for (int64_t t = x->start[u]; t < x->start[u + 1]; t++)
				out[t] = z ? knn_predict(m, w, z, b.user[u], x->col[t]) : (real)NAN;
			if (z)
				unmark(z, train->col + from, n);
		}
		free(z);
	}
}

/* The neighbors with their share of the similarities, and the user's residuals.  v: the user's
 * ratings. */
static int knn_terms(const struct model *m, const struct weights *w, int32_t user, int32_t item,
		     const struct rating_vector *v, struct terms *out, struct err *e)
{
	const struct biases b = biases_of(m, w);
	const real *neighbour = weights_vector(m, w, NEIGHBOUR) + neighbours_at(m, item);
	const real *similarities = weights_vector(m, w, SIMILARITY) + neighbours_at(m, item);
	const real bias = bias_of(m, w, v);
	real *z = new_residuals(m, e);
	struct opinion all = { 0 };
	int status = z ? terms_add(out, TERM_MEAN, 0, (double)*b.mean, 1, e) : ERR_NOMEM;
	if (status == 0)
		status = terms_add(out, TERM_USER, 0, (double)bias, 1, e);
	if (status == 0)
		status = terms_add(out, TERM_ITEM, 0, (double)b.item[item], 1, e);
	if (status == 0)
		knn_mark(z, &b, bias, v->col, v->val, v->n);
	/* The first turn adds up the similarities. */
	for (int turn = 0; status == 0 && turn < 2; turn++) {
		struct opinion o = { 0 };
		for (int32_t t = 0; status == 0 && t < kept(m) && o.n < m->config.neighbours &&
				    similarities[t] > 0;
		     t++) {
			const int32_t of = (int32_t)neighbour[t];
			if (isnan(z[of]))
				continue;
			knn_ask(&o, (double)similarities[t], z[of]);
			if (turn == 1)
				status = terms_add(out, TERM_NEIGHBOR, of,
						   (double)similarities[t] / all.weight,
						   (double)z[of], e);
		}
		all = o;
	}
	out->prediction = out->sum;
	free(z);
	return status;
}

const struct model_ops item_knn_ops = {
	.name = "item-knn",
	.help = "nearest neighbors of items, after removing biases (Sarwar): a simple yardstick, "
		"done in one epoch",
	.options = "neighbours shrink lambda scale clip default",
	.defaults = "lambda=10",
	.takes_new = true,
	.grows = true,
	.moves = MOVES_RESIDUALS,
	.shape = knn_shape,
	.open = knn_open_model,
	.close = knn_close_model,
	.init = knn_init,
	.forward = knn_forward,
	.epoch = knn_epoch,
	.predict_vectors = knn_predict_vectors,
	.predict_dim = knn_predict_dim,
	.predict_pairs = knn_predict_pairs,
	.terms = knn_terms,
	.reads_ratings = true,
};
