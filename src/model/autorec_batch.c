/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Mini-batches and dropout. A batch is a set of vectors, drawn once from the seed. It has its own
 * ratings, those of its vectors, and goes through the same passes as the whole. Each epoch takes
 * the batches in another order. Dropout hides each input rating with probability p and multiplies
 * the others by 1 / (1 - p); the targets stay (a denoising autoencoder). */
#include <stdlib.h>

#include "autorec.h"
#include "autorec/mem.h"
#include "autorec/rng.h"

enum { STREAM_BATCHES = 1000, STREAM_ORDER, STREAM_DROPOUT };

static int by_number(const void *x, const void *y)
{
	return *(const int32_t *)x - *(const int32_t *)y;
}

/* Makes the ratings of the vectors order[from .. to), which are numbered from 0. */
static int make_batch(const struct model *m, const int32_t *order, int32_t from, int32_t to,
		      struct ratings **out, struct err *e)
{
	const struct sparse *x = autorec_vectors(m, m->train);
	const bool by_item = m->ops->by_item;
	int64_t n = 0;
	for (int32_t i = from; i < to; i++)
		n += sparse_row_size(x, order[i]);
	struct rating *list = mem_array((size_t)n, sizeof *list, e);
	if (!list)
		return ERR_NOMEM;
	n = 0;
	for (int32_t i = from; i < to; i++)
		for (int64_t t = x->start[order[i]]; t < x->start[order[i] + 1]; t++)
			list[n++] = (struct rating){ by_item ? x->col[t] : i - from,
						     by_item ? i - from : x->col[t],
						     (float)x->val[t] };
	int status = ratings_new(by_item ? x->n_cols : to - from, by_item ? to - from : x->n_cols,
				 list, n, out, NULL, e);
	free(list);
	return status;
}

static int split_into_batches(struct model *m, int32_t size, struct err *e)
{
	struct trainee *a = m->impl;
	struct rng rng;
	rng_init(&rng, (uint64_t)m->config.seed, STREAM_BATCHES);
	int32_t *order = a->order = mem_array((size_t)m->n_vectors, sizeof *order, e);
	const int n = (m->n_vectors + size - 1) / size;
	a->batches = mem_array((size_t)n, sizeof *a->batches, e);
	int status = order && a->batches ? 0 : ERR_NOMEM;
	if (order)
		rng_order(&rng, order, m->n_vectors);
	for (int32_t i = 0; i < n && status == 0; i++) {
		const int32_t from = i * size,
			      to = from + size < m->n_vectors ? from + size : m->n_vectors;
		/* in the order in which they lie in memory */
		qsort(order + from, (size_t)(to - from), sizeof *order, by_number);
		status = make_batch(m, order, from, to, &a->batches[i], e);
		a->n_batches += status == 0;
	}
	return status;
}

static bool has_batches(const struct model *m)
{
	return m->config.batch > 0 && m->config.batch < m->n_vectors;
}

size_t autorec_batches_bytes(const struct model *m)
{
	const size_t nnz = (size_t)m->train->by_user.nnz,
		     both = 2 * (sizeof(int32_t) + sizeof(real)) + sizeof(uint32_t);
	return (has_batches(m) ? both * nnz : 0) +
	       (m->config.dropout > 0 ? 2 * sizeof(real) * nnz : 0);
}

int autorec_batches_init(struct model *m, struct err *e)
{
	struct trainee *a = m->impl;
	const size_t nnz = (size_t)m->train->by_user.nnz;
	if (m->config.dropout > 0 &&
	    (!(a->kept_by_vector = mem_array(nnz, sizeof *a->kept_by_vector, e)) ||
	     !(a->kept_by_dim = mem_array(nnz, sizeof *a->kept_by_dim, e))))
		return ERR_NOMEM;
	if (has_batches(m))
		return split_into_batches(m, (int32_t)m->config.batch, e);
	a->n_batches = m->config.dropout > 0; /* one batch, of everything */
	return 0;
}

void autorec_batches_done(struct trainee *a)
{
	for (int i = 0; a->batches && i < a->n_batches; i++)
		ratings_free(a->batches[i]);
	free(a->batches);
	free(a->order);
	free(a->kept_by_vector);
	free(a->kept_by_dim);
}

/* Fills both orders of the inputs that are kept. Whether a rating is kept depends on a hash of the
 * epoch's key and the rating's place. */
static void drop_inputs(const struct model *m, const struct ratings *on, uint64_t key)
{
	const struct trainee *a = m->impl;
	const double p = m->config.dropout, scale = 1 / (1 - p);
	const uint64_t limit = (uint64_t)(p * 0x1p63) * 2;
	const bool by_item = m->ops->by_item;
	real *by_user = by_item ? a->kept_by_dim : a->kept_by_vector,
	     *by_items = by_item ? a->kept_by_vector : a->kept_by_dim;
	for (int64_t t = 0; t < on->by_user.nnz; t++)
		by_user[t] = rng_mix(key + (uint64_t)t) < limit
				     ? 0
				     : (real)((double)on->by_user.val[t] * scale);
	for (int64_t t = 0; t < on->by_item.nnz; t++)
		by_items[t] = by_user[on->item_to_user[t]];
}

/* The number of the i-th batch. The walk through the batches has a stride that shares no factor
 * with their number, so it visits each once. */
static int nth_batch(const struct model *m, int64_t epoch, int i)
{
	const struct trainee *a = m->impl;
	struct rng rng;
	rng_init(&rng, (uint64_t)m->config.seed + (uint64_t)epoch, STREAM_ORDER);
	const uint64_t n = (uint64_t)a->n_batches, first = rng_below(&rng, n);
	uint64_t stride = 1 + rng_below(&rng, n), x = stride, y = n;
	/* x becomes the greatest common divisor of stride and n */
	while (y) {
		const uint64_t rest = x % y;
		x = y;
		y = rest;
	}
	if (x != 1)
		stride = 1;
	return (int)((first + (uint64_t)i * stride) % n);
}

struct step autorec_batch_step(const struct model *m, int64_t epoch, int i)
{
	const struct trainee *a = m->impl;
	const struct ratings *on = a->batches ? a->batches[nth_batch(m, epoch, i)] : m->train;
	struct step step = { .on = on,
			     .by_vector = autorec_vectors(m, on)->val,
			     .by_dim = autorec_dims(m, on)->val,
			     .share = (double)on->by_user.nnz / (double)m->train->by_user.nnz };
	if (m->config.dropout > 0) {
		struct rng rng;
		rng_init(&rng, (uint64_t)m->config.seed + (uint64_t)epoch,
			 STREAM_DROPOUT + (uint64_t)i);
		drop_inputs(m, on, rng_u64(&rng));
		step.by_vector = a->kept_by_vector;
		step.by_dim = a->kept_by_dim;
	}
	return step;
}
