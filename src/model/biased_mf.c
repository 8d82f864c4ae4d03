/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Biased matrix factorization (Koren, Bell, Volinsky: Matrix factorization techniques for
 * recommender systems, 2009):
 *
 *     r_hat = mean + b_u + b_i + p_u . q_i
 *     loss  = sum over observed of (r - r_hat)^2 + lambda (b_u^2 + b_i^2 + |p_u|^2 + |q_i|^2)
 *
 * lambda is Koren's: it counts once per rating, so a row with many ratings has a larger penalty.
 * A published 0.05 is 0.05 here. (Eq. (2) of the AutoRec paper has lambda / 2 once per row
 * instead.)
 *
 * Ratings in another unit have factors that are larger by its root: then
 *
 *     loss  = sum over observed of (r - r_hat)^2 + lambda (b_u^2 + b_i^2 + unit (|p_u|^2 +
 * |q_i|^2))
 *
 * An epoch is one pass of stochastic gradient descent. Two ratings that share neither user nor
 * item do not affect each other. So the ratings are cut into GRID x GRID blocks of users x items,
 * and the blocks of a diagonal run in parallel (Gemulla et al. 2011). The cuts depend only on the
 * ratings, so the bits do not depend on the number of threads. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/dense.h"
#include "autorec/kernel.h"
#include "autorec/mem.h"
#include "autorec/rng.h"
#include "biases.h"
#include "internal.h"

enum { P = N_BIASES, Q }; /* tensors: [n_users x k], [n_items x k] */
enum { GRID = 16, STREAM_ORDER = 1000 };
static const double RATE = 0.005; /* used if the option is 0 */

struct grid {
	struct scoring scoring;
	int32_t users[GRID + 1], items[GRID + 1]; /* where the rows and columns of the grid begin */
};

static size_t mf_shape(struct model *m)
{
	const int32_t k = (int32_t)m->config.k;
	biases_add_tensors(m);
	model_add_tensor(m, "P", m->train->by_user.n_rows, k, true);
	model_add_tensor(m, "Q", m->train->by_item.n_rows, k, true);
	return scoring_bytes(m);
}

/* Cuts the rows into GRID runs with about the same number of ratings. */
static void cut(const struct sparse *x, int32_t *cuts)
{
	int32_t row = 0;
	for (int g = 0; g < GRID; g++) {
		cuts[g] = row;
		while (row < x->n_rows && x->start[row] < x->nnz * (g + 1) / GRID)
			row++;
	}
	cuts[GRID] = x->n_rows;
}

static int mf_open_model(struct model *m, struct err *e)
{
	struct grid *g = m->impl = calloc(1, sizeof *g);
	if (!g)
		return err_set(e, ERR_NOMEM, NULL, "out of memory");
	m->overwrites = true;
	cut(&m->train->by_user, g->users);
	cut(&m->train->by_item, g->items);
	return scoring_init(&g->scoring, m, e);
}

static void mf_close_model(struct model *m)
{
	struct grid *g = m->impl;
	if (g)
		scoring_done(&g->scoring);
	free(g);
}

static int mf_init(struct model *m, struct weights *w, struct err *e)
{
	biases_start(m, w);
	const double sd = m->config.init * sqrt(m->config.unit);
	int status = model_draw_normal(m, w, P, P, sd, e);
	return status < 0 ? status : model_draw_normal(m, w, Q, Q, sd, e);
}

/* ---- an epoch ----------------------------------------------------------- */

/* sum over the rows of n (b^2 + unit |row|^2), where n is the row's number of ratings. */
static double mf_penalty(const struct sparse *x, const struct panel *p, const real *bias,
			 double unit)
{
	double total = 0;
	for (int32_t r = 0; r < x->n_rows; r++) {
		double squares = (double)bias[r] * (double)bias[r];
		for (int s = 0; s < panel_strips(p->k); s++)
			squares += unit * kernel_use()->square(panel_row(p, s, r),
							       (size_t)panel_width(p->k, s));
		total += (double)sparse_row_size(x, r) * squares;
	}
	return total;
}

static void mf_forward(struct model *m, struct weights *w, struct epoch_result *result)
{
	struct grid *g = m->impl;
	const struct biases b = biases_of(m, w);
	const struct panel p = weights_panel(m, w, P), q = weights_panel(m, w, Q);
	const double sse = scoring_sse(&g->scoring, m, w);
	result->loss = sse + m->config.lambda *
				     (mf_penalty(&m->train->by_user, &p, b.user, m->config.unit) +
				      mf_penalty(&m->train->by_item, &q, b.item, m->config.unit));
	result->train_rmse = m->train->by_user.nnz ? sqrt(sse / (double)m->train->by_user.nnz) : 0;
}

/* Trains on all ratings of a block, user by user. factors: room for a row of P. */
static void run_block(const struct model *m, const struct weights *w, const struct descent *c,
		      int row, int column, real *factors)
{
	const struct grid *g = m->impl;
	const struct sparse *x = &m->train->by_user;
	const struct biases b = biases_of(m, w);
	const struct panel p = weights_panel(m, w, P), q = weights_panel(m, w, Q);
	for (int32_t u = g->users[row]; u < g->users[row + 1]; u++) {
		const int64_t from = sparse_from(x, u, g->items[column]),
			      to = sparse_from(x, u, g->items[column + 1]);
		if (from == to || !gate_pass(m->gate))
			continue;
		panel_read_row(&p, u, factors);
		kernel_use()->descend(c, factors, &b.user[u], &q, b.item, x->col + from,
				      x->val + from, to - from);
		panel_write_row(&p, u, factors);
	}
}

/* The order in which an epoch takes the diagonals. */
static void shuffle(const struct model *m, int64_t epoch, int *order)
{
	struct rng rng;
	rng_init(&rng, (uint64_t)m->config.seed + (uint64_t)epoch, STREAM_ORDER);
	for (int i = 0; i < GRID; i++) {
		const int j = (int)rng_below(&rng, (uint64_t)i + 1);
		order[i] = order[j];
		order[j] = i;
	}
}

static int mf_epoch(struct model *m, const struct weights *from, struct weights *to,
		    struct epoch_result *result, struct err *e)
{
	const double rate = m->config.rate > 0 ? m->config.rate : RATE;
	const struct descent c = { (real)rate, (real)m->config.lambda, *biases_of(m, from).mean,
				   (real)(1 / m->config.unit) };
	const size_t columns = (size_t)panel_columns((int32_t)m->config.k);
	int order[GRID];
	/* a row of P for each block of a diagonal */
	real *factors = mem_array(GRID * columns, sizeof *factors, e);
	if (!factors)
		return ERR_NOMEM;
	if (to != from)
		memcpy(to->theta, from->theta, m->n_theta * sizeof *to->theta);
	shuffle(m, from->epoch, order);
	for (int d = 0; d < GRID; d++)
#pragma omp parallel for schedule(dynamic, 1) num_threads(kernel_threads())
		for (int row = 0; row < GRID; row++)
			run_block(m, to, &c, row, (row + order[d]) % GRID,
				  factors + (size_t)row * columns);
	free(factors);
	mf_forward(m, to, result);
	return 0;
}

/* ---- predictions -------------------------------------------------------- */

/* out[i] += row `row` of one side . row i of the other. */
static int add_dots(const struct panel *one, int32_t row, const struct panel *others, real *out,
		    struct err *e)
{
	real *factors = mem_array((size_t)panel_columns(one->k), sizeof *factors, e);
	if (!factors)
		return ERR_NOMEM;
	panel_read_row(one, row, factors);
	panel_times(others, factors, out);
	free(factors);
	return 0;
}

/* Fitted biases and factors do not depend on the ratings in v; refit uses them. */
static int mf_predict_vectors(const struct model *m, const struct weights *w, int n,
			      const struct rating_vector *v, real *const *out, struct err *e)
{
	const struct panel p = weights_panel(m, w, P), q = weights_panel(m, w, Q);
	int status = biases_predict_vectors(m, w, n, v, out, e);
	for (int i = 0; i < n && status == 0; i++)
		status = add_dots(&p, v[i].row, &q, out[i], e);
	return status;
}

static int mf_predict_dim(const struct model *m, const struct weights *w, int32_t dim, int n,
			  const struct rating_vector *edited, real *out, struct err *e)
{
	const struct panel p = weights_panel(m, w, P), q = weights_panel(m, w, Q);
	int status = biases_predict_dim(m, w, dim, n, edited, out, e);
	return status < 0 ? status : add_dots(&q, dim, &p, out, e);
}

static void mf_predict_users(const struct model *m, const struct weights *w, int32_t first,
			     int32_t n, real *out)
{
	const struct panel p = weights_panel(m, w, P), q = weights_panel(m, w, Q);
	const struct biases b = biases_of(m, w);
	for (int32_t j = 0; j < n; j++)
		for (int32_t i = 0; i < q.rows; i++)
			out[(size_t)j * (size_t)q.rows + (size_t)i] = *b.mean + b.user[first + j] +
								      b.item[i];
	dense_add_dots(&p, &q, first, n, out);
}

static void mf_predict_pairs(const struct model *m, const struct weights *w,
			     const struct ratings *set, real *out)
{
	const struct panel p = weights_panel(m, w, P), q = weights_panel(m, w, Q);
	biases_predict_pairs(m, w, set, out);
	model_pair_dots(m, &set->by_user, &p, &q, NULL, out);
}

/* Fits a user's bias and factors to r - mean - b_i, or an item's to r - mean - b_u. This minimizes
 * the loss above with all else fixed, except that the ridge does not penalize the bias. */
static int fit_row(const struct model *m, const struct weights *w, bool of_item,
		   const struct rating_vector *rated, real *row, real *bias, struct err *e)
{
	const struct biases b = biases_of(m, w);
	const real *others = of_item ? b.user : b.item;
	const struct panel vectors = weights_panel(m, w, of_item ? P : Q);
	real *y = mem_array((size_t)rated->n, sizeof *y, e);
	for (int64_t t = 0; y && t < rated->n; t++)
		y[t] = rated->val[t] - *b.mean - others[rated->col[t]];
	const int status = y ? model_fit_row(&vectors, rated, y,
					     m->config.lambda * m->config.unit * (double)rated->n,
					     row, bias, e)
			     : ERR_NOMEM;
	free(y);
	return status;
}

static int refit_side(const struct model *m, const struct weights *w, bool of_item,
		      const struct rating_vector *rated, real *out, struct err *e)
{
	const struct biases b = biases_of(m, w);
	const real *others = of_item ? b.user : b.item;
	const struct panel vectors = weights_panel(m, w, of_item ? P : Q);
	real *row = mem_array((size_t)panel_columns(vectors.k), sizeof *row, e), bias = 0;
	const int status = row ? fit_row(m, w, of_item, rated, row, &bias, e) : ERR_NOMEM;
	for (int32_t i = 0; status == 0 && i < vectors.rows; i++)
		out[i] = *b.mean + bias + others[i];
	if (status == 0)
		panel_times(&vectors, row, out);
	free(row);
	return status;
}

static int mf_refit(const struct model *m, const struct weights *w,
		    const struct rating_vector *rated, real *out, struct err *e)
{
	return refit_side(m, w, false, rated, out, e);
}

static int mf_refit_item(const struct model *m, const struct weights *w,
			 const struct rating_vector *rated, real *out, struct err *e)
{
	return refit_side(m, w, true, rated, out, e);
}

static int mf_fold(const struct model *m, struct weights *w, bool of_item,
		   const struct rating_vector *v, struct err *e)
{
	const struct biases b = biases_of(m, w);
	const struct panel to = weights_panel(m, w, of_item ? Q : P);
	real *row = mem_array((size_t)panel_columns(to.k), sizeof *row, e);
	const int status = row ? fit_row(m, w, of_item, v, row,
					 &(of_item ? b.item : b.user)[v->row], e)
			       : ERR_NOMEM;
	if (status == 0)
		panel_write_row(&to, v->row, row);
	free(row);
	return status;
}

static int mf_terms(const struct model *m, const struct weights *w, int32_t user, int32_t item,
		    const struct rating_vector *v, struct terms *out, struct err *e)
{
	const struct panel p = weights_panel(m, w, P), q = weights_panel(m, w, Q);
	int status = biases_terms(m, w, user, item, v, out, e);
	for (int32_t j = 0; status == 0 && j < p.k; j++)
		status = terms_add(out, TERM_FACTOR, j, (double)panel_get(&p, user, j),
				   (double)panel_get(&q, item, j), e);
	out->prediction = out->sum;
	return status;
}

static bool mf_user_ridge(const struct model *m, const struct weights *w, struct user_ridge *out)
{
	const struct biases b = biases_of(m, w);
	*out = (struct user_ridge){ .rows = weights_panel(m, w, Q),
				    .offset = b.item,
				    .constant = (double)*b.mean,
				    .per_rating = m->config.lambda };
	return true;
}

const struct model_ops biased_mf_ops = {
	.name = "biased-mf",
	.help = "biased matrix factorization by SGD (Koren); lambda counts once per rating: try "
		"0.03",
	.options = "k lambda init rate seed scale unit clip default",
	.defaults = "k=80 lambda=0.03 init=0.01",
	.takes_new = true,
	.grows = true,
	.moves = MOVES_FACTORS,
	.shape = mf_shape,
	.open = mf_open_model,
	.close = mf_close_model,
	.init = mf_init,
	.forward = mf_forward,
	.epoch = mf_epoch,
	.predict_vectors = mf_predict_vectors,
	.predict_dim = mf_predict_dim,
	.predict_pairs = mf_predict_pairs,
	.predict_users = mf_predict_users,
	.refit = mf_refit,
	.refit_item = mf_refit_item,
	.fold = mf_fold,
	.terms = mf_terms,
	.user_ridge = mf_user_ridge,
};
