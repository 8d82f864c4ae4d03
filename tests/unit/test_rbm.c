/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The RBMs: their distributions against float64 reference values (tests/oracle.json), contrastive
 * divergence against the gradient of the log-likelihood, which a tiny machine has by going through
 * all its states. */
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "autorec/kernel.h"
#include "autorec/rng.h"
#include "check.h"
#include "sample.h"

enum { USERS = 6, ITEMS = 6, VALUES = 5, K = 3 };
static const double tolerance = sizeof(real) == sizeof(float) ? 1e-4 : 1e-9;

static void same(const char *what, int64_t i, double ours, double expected, double within)
{
	if (!(fabs(ours - expected) <= within))
		fail_msg("%s[%ld]: %.12g, expected %.12g", what, (long)i, ours, expected);
}

/* ---- the oracle --------------------------------------------------------- */

static double at(const json_t *node, int i, int j, int l)
{
	node = json_array_get(node, (size_t)i);
	node = j >= 0 ? json_array_get(node, (size_t)j) : node;
	node = l >= 0 ? json_array_get(node, (size_t)l) : node;
	assert_true(json_is_number(node));
	return json_number_value(node);
}

/* The first vector is the oracle's; the second has every value, the others nothing. */
static struct ratings *oracle_ratings(const json_t *first, bool by_item)
{
	struct rating list[16];
	struct ratings *r;
	struct err e = { 0 };
	int n = 0;
	for (size_t t = 0; t < json_array_size(first); t++)
		list[n++] = (struct rating){ 0, (int32_t)at(first, (int)t, 0, -1),
					     (float)at(first, (int)t, 1, -1) };
	for (int v = 0; v < VALUES; v++)
		list[n++] = (struct rating){ 1, v, (float)(v + 1) };
	for (int t = 0; by_item && t < n; t++)
		list[t] = (struct rating){ list[t].item, list[t].user, list[t].value };
	must(ratings_new(USERS, ITEMS, list, n, &r, NULL, &e), &e);
	return r;
}

static void take_oracle(const struct model *m, struct weights *w, const json_t *rbm)
{
	const struct panel p = weights_panel(m, w, model_tensor(m, "W"));
	real *b = weights_vector(m, w, model_tensor(m, "b")),
	     *mu = weights_vector(m, w, model_tensor(m, "mu"));
	for (int row = 0; row < ITEMS * VALUES; row++) {
		real in[K];
		for (int j = 0; j < K; j++)
			in[j] = (real)at(json_object_get(rbm, "W"), row / VALUES, row % VALUES, j);
		panel_write_row(&p, row, in);
		b[row] = (real)at(json_object_get(rbm, "visible_bias"), row / VALUES, row % VALUES,
				  -1);
	}
	for (int j = 0; j < K; j++)
		mu[j] = (real)at(json_object_get(rbm, "hidden_bias"), j, -1, -1);
}

/* The first vector's predictions, by all three ways to ask for them. */
static void predictions(const struct model *m, const struct weights *w, bool by_item,
			real out[3][ITEMS])
{
	struct err e = { 0 };
	struct rating list[ITEMS];
	struct ratings *pairs;
	real one[ITEMS];
	must((by_item ? model_predict_item : model_predict_user)(m, w, NULL, 0, out[0], &e), &e);
	for (int32_t d = 0; d < ITEMS; d++) {
		must((by_item ? model_predict_user : model_predict_item)(m, w, NULL, d, one, &e),
		     &e);
		out[1][d] = one[0];
		list[d] = by_item ? (struct rating){ d, 0, 1 } : (struct rating){ 0, d, 1 };
	}
	must(ratings_new(USERS, ITEMS, list, ITEMS, &pairs, NULL, &e), &e);
	m->ops->predict_pairs(m, w, pairs, out[2]);
	ratings_free(pairs);
}

static void check_oracle(const json_t *rbm, const char *name, bool by_item)
{
	struct ratings *train = oracle_ratings(json_object_get(rbm, "user_ratings"), by_item);
	struct model *m = sample_model(name, "k=3", train);
	struct weights *w = sample_weights(m, 0);
	struct epoch_result r;
	real *values = weights_vector(m, w, model_tensor(m, "values")), out[3][ITEMS];
	for (int v = 0; v < VALUES; v++)
		same("values", v, (double)values[v], v + 1, 0);
	take_oracle(m, w, rbm);
	m->ops->forward(m, w, &r);
	for (int j = 0; j < K; j++)
		same("hidden", j, (double)panel_get(&w->hidden, 0, j),
		     at(json_object_get(rbm, "hidden_probability"), j, -1, -1), tolerance);
	predictions(m, w, by_item, out);
	for (int i = 0; i < 3 * ITEMS; i++)
		same("expected rating", i, (double)out[i / ITEMS][i % ITEMS],
		     at(json_object_get(rbm, "expected_rating"), i % ITEMS, -1, -1), 5 * tolerance);
	for (int v = 0; v < VALUES; v++) { /* were this value 1 and all others 0, the expected
					      rating would be its probability */
		for (int other = 0; other < VALUES; other++)
			values[other] = other == v;
		predictions(m, w, by_item, out);
		for (int i = 0; i < 3 * ITEMS; i++)
			same("softmax", i, (double)out[i / ITEMS][i % ITEMS],
			     at(json_object_get(rbm, "softmax"), i % ITEMS, v, -1), tolerance);
	}
	weights_free(w);
	model_free(m);
	ratings_free(train);
}

static void oracle(void **state)
{
	json_t *all = json_load_file("tests/oracle.json", 0, NULL),
	       *rbm = json_object_get(all, "u_rbm");
	static const char *const sets[] = { "v2", "v3", "v4" };
	assert_non_null(rbm);
	for (int i = 0; i < 3; i++)
		if (kernel_select(sets[i])) {
			check_oracle(rbm, "u-rbm", false);
			check_oracle(rbm, "i-rbm", true);
		}
	kernel_select(kernel_best()->name);
	json_decref(all);
}

/* ---- contrastive divergence --------------------------------------------- */

enum {
	TINY_DIMS = 3,
	TINY_VALUES = 3,
	TINY_K = 2,
	TINY_VECTORS = 20000,
	TINY_ROWS = TINY_DIMS * TINY_VALUES,
	TINY_STATES = 27
};

/* Vectors of which the dims agree more often than not. */
static struct ratings *tiny_ratings(void)
{
	static struct rating list[TINY_VECTORS * TINY_DIMS];
	struct ratings *r;
	struct err e = { 0 };
	struct rng rng;
	int n = 0;
	rng_init(&rng, 4, 0);
	for (int32_t u = 0; u < TINY_VECTORS; u++) {
		const uint64_t kind = rng_below(&rng, TINY_VALUES);
		for (int32_t i = 0; i < TINY_DIMS; i++)
			list[n++] = (struct rating){
				u, i,
				(float)(rng_unit(&rng) < 0.6 ? kind : rng_below(&rng, TINY_VALUES))
			};
	}
	must(ratings_new(TINY_VECTORS, TINY_DIMS, list, n, &r, NULL, &e), &e);
	return r;
}

/* The rows of W that state s of all softmax units turns on. */
static void rows_of_state(int s, int rows[TINY_DIMS])
{
	for (int d = 0; d < TINY_DIMS; d++, s /= TINY_VALUES)
		rows[d] = d * TINY_VALUES + s % TINY_VALUES;
}

static double hidden_input(const struct model *m, const struct weights *w,
			   const int rows[TINY_DIMS], int j)
{
	const struct panel p = weights_panel(m, w, model_tensor(m, "W"));
	double x = (double)weights_vector(m, w, model_tensor(m, "mu"))[j];
	for (int d = 0; d < TINY_DIMS; d++)
		x += (double)panel_get(&p, rows[d], j);
	return x;
}

/* log of the sum over hidden states of exp(-energy). */
static double log_weight(const struct model *m, const struct weights *w, int s)
{
	const real *b = weights_vector(m, w, model_tensor(m, "b"));
	int rows[TINY_DIMS];
	double x = 0;
	rows_of_state(s, rows);
	for (int d = 0; d < TINY_DIMS; d++)
		x += (double)b[rows[d]];
	for (int j = 0; j < TINY_K; j++)
		x += log1p(exp(hidden_input(m, w, rows, j)));
	return x;
}

struct gradient {
	double w[TINY_ROWS][TINY_K], b[TINY_ROWS], mu[TINY_K], log_likelihood;
};

/* Of the mean log-likelihood of a vector: the data's statistics less the model's, over all states.
 */
static struct gradient exact_gradient(const struct model *m, const struct weights *w)
{
	const struct sparse *x = &m->train->by_user;
	struct gradient g = { .log_likelihood = 0 };
	double share[TINY_STATES] = { 0 }, weight[TINY_STATES], z = 0;
	for (int32_t u = 0; u < TINY_VECTORS; u++) {
		const real *v = x->val + x->start[u];
		share[(int)v[0] + TINY_VALUES * ((int)v[1] + TINY_VALUES * (int)v[2])] +=
			1.0 / TINY_VECTORS;
	}
	for (int s = 0; s < TINY_STATES; s++)
		z += weight[s] = exp(log_weight(m, w, s));
	for (int s = 0; s < TINY_STATES; s++) {
		const double by = share[s] - weight[s] / z;
		int rows[TINY_DIMS];
		rows_of_state(s, rows);
		g.log_likelihood += share[s] * log(weight[s] / z);
		for (int d = 0; d < TINY_DIMS; d++)
			g.b[rows[d]] += by;
		for (int j = 0; j < TINY_K; j++) {
			const double h = 1 / (1 + exp(-hidden_input(m, w, rows, j)));
			g.mu[j] += by * h;
			for (int d = 0; d < TINY_DIMS; d++)
				g.w[rows[d]][j] += by * h;
		}
	}
	return g;
}

/* After many steps a chain forgets where it began, and contrastive divergence is the gradient, but
 * for the noise of its samples: 1 / sqrt(20000) = 0.007, of which five are allowed. */
static void long_chains_give_the_gradient(void **state)
{
	const double noise = 5 / sqrt(TINY_VECTORS);
	struct ratings *train = tiny_ratings();
	struct model *m = sample_model(
		"u-rbm", "k=2 init=0.8 lambda=0 batch=0 cd=30 grow=0 momentum=0 rate=1", train);
	struct weights *w = sample_weights(m, 0), *moved = sample_weights(m, 0);
	struct epoch_result r;
	struct err e = { 0 };
	real *mu = weights_vector(m, w, model_tensor(m, "mu"));
	mu[0] = (real)0.5; /* away from where the statistics of data and model agree */
	mu[1] = (real)-0.7;
	const struct gradient g = exact_gradient(m, w);
	must(m->ops->epoch(m, w, moved, &r, &e), &e);
	const struct panel p = weights_panel(m, w, model_tensor(m, "W")),
			   q = weights_panel(m, moved, model_tensor(m, "W"));
	double greatest = 0;
	for (int row = 0; row < TINY_ROWS; row++) {
		const int b = model_tensor(m, "b");
		same("b", row,
		     (double)weights_vector(m, moved, b)[row] -
			     (double)weights_vector(m, w, b)[row],
		     g.b[row], noise);
		for (int j = 0; j < TINY_K; j++) {
			same("W", row * TINY_K + j,
			     (double)panel_get(&q, row, j) - (double)panel_get(&p, row, j),
			     g.w[row][j], noise);
			greatest = fmax(greatest, fabs(g.w[row][j]));
		}
	}
	for (int j = 0; j < TINY_K; j++)
		same("mu", j,
		     (double)weights_vector(m, moved, model_tensor(m, "mu"))[j] - (double)mu[j],
		     g.mu[j], noise);
	assert_true(greatest > 3 * noise); /* so that a gradient of zero would be seen */
	weights_free(w);
	weights_free(moved);
	model_free(m);
	ratings_free(train);
}

static void the_likelihood_rises(void **state)
{
	struct ratings *train = tiny_ratings();
	struct model *m = sample_model("u-rbm", "k=2 lambda=0 batch=500 cd=2 rate=0.2 init=0.1",
				       train);
	struct weights *first = sample_weights(m, 0), *last = sample_weights(m, 12);
	const double before = exact_gradient(m, first).log_likelihood,
		     after = exact_gradient(m, last).log_likelihood;
	if (!(after > before + 0.05))
		fail_msg("log-likelihood of a vector: %.6f, then %.6f", before, after);
	weights_free(first);
	weights_free(last);
	model_free(m);
	ratings_free(train);
}

/* ---- values ------------------------------------------------------------- */

/* `n` different ratings, half a star apart, on a line of pairs. */
static struct ratings *ratings_of_values(int n)
{
	struct rating list[256];
	struct ratings *r;
	struct err e = { 0 };
	for (int t = 0; t < n; t++)
		list[t] = (struct rating){ t % 16, t / 16, (float)((t * 103 % n) - 3) / 2 };
	must(ratings_new(16, 16, list, n, &r, NULL, &e), &e);
	return r;
}

static void any_hundred_values(void **state)
{
	for (int n = 1; n <= 100; n += 9) {
		struct ratings *train = ratings_of_values(n);
		struct model *m = sample_model(n % 2 ? "u-rbm" : "i-rbm", "k=4 rate=0.1 batch=5",
					       train);
		struct weights *w = sample_weights(m, 3);
		struct epoch_result r;
		const int values = model_tensor(m, "values");
		assert_int_equal(n, m->tensors[values].rows);
		for (int v = 0; v < n; v++)
			same("value", v, (double)weights_vector(m, w, values)[v], (v - 3) / 2.0, 0);
		m->ops->forward(m, w, &r);
		assert_true(isfinite(r.loss) && isfinite(r.train_rmse));
		weights_free(w);
		model_free(m);
		ratings_free(train);
	}
}

static void more_values_are_refused(void **state)
{
	struct ratings *train = ratings_of_values(101);
	const struct config c = config_default();
	struct model *m = NULL;
	struct err e = { 0 };
	assert_int_equal(ERR_USAGE, model_new(model_ops_find("i-rbm"), &c, train, &m, &e));
	assert_string_equal("i-rbm needs at most 100 distinct rating values, and these ratings "
			    "have more; use i-autorec, which takes any values",
			    e.message);
	assert_null(m);
	ratings_free(train);
}

static void no_ratings_at_all(void **state)
{
	struct ratings *train = ratings_of_values(0);
	struct model *m = sample_model("u-rbm", "k=4", train);
	struct weights *w = sample_weights(m, 2);
	for (size_t i = 0; i < m->n_theta; i++)
		assert_true(isfinite(w->theta[i]));
	weights_free(w);
	model_free(m);
	ratings_free(train);
}

/* A rating between two values reads as the nearest, the lower one in the middle. */
static void edits_read_as_the_nearest_value(void **state)
{
	static const struct {
		float rating, nearest;
	} cases[] = { { 2.4f, 2 }, { 2.5f, 2 }, { 2.6f, 3 }, { -9, 1 }, { 9, 5 } };
	struct ratings *train = sample_ratings(30, 20, 0.5, 3);
	struct model *m = sample_model("u-rbm", "k=8 rate=0.3 lambda=0 batch=10", train);
	struct weights *w = sample_weights(m, 10);
	struct err e = { 0 };
	for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
		real out[2][20];
		for (int i = 0; i < 2; i++) {
			struct overlay o;
			overlay_init(&o, train);
			must(overlay_rate(&o, 4, 7, i ? cases[c].nearest : cases[c].rating, NULL,
					  &e),
			     &e);
			must(model_predict_user(m, w, &o, 4, out[i], &e), &e);
			overlay_done(&o);
		}
		for (int i = 0; i < 20; i++)
			same("prediction", i, (double)out[0][i], (double)out[1][i], 0);
	}
	weights_free(w);
	model_free(m);
	ratings_free(train);
}

/* ---- units -------------------------------------------------------------- */

/* The rating that is expected of a dim, all hidden units at their mean but for one. */
static double plain_mean(const struct model *m, const struct weights *w, int32_t dim, int32_t unit,
			 double state)
{
	const int values = model_tensor(m, "values"), n = m->tensors[values].rows;
	const struct panel p = weights_panel(m, w, model_tensor(m, "W")), *h = &w->hidden;
	double sum = 0, mean = 0;
	for (int v = 0; v < n; v++) {
		double x = (double)weights_vector(m, w, model_tensor(m, "b"))[dim * n + v];
		for (int32_t j = 0; j < p.k; j++) {
			double average = 0;
			for (int32_t i = 0; i < h->rows; i++)
				average += (double)panel_get(h, i, j) / h->rows;
			x += (double)panel_get(&p, dim * n + v, j) * (j == unit ? state : average);
		}
		sum += exp(x);
		mean += exp(x) * (double)weights_vector(m, w, values)[v];
	}
	return mean / sum;
}

static void units_are_known_by_their_effects(void **state)
{
	struct ratings *train = sample_ratings(30, 20, 0.5, 3);
	for (int by_item = 0; by_item < 2; by_item++) {
		struct model *m = sample_model(by_item ? "i-rbm" : "u-rbm",
					       "k=8 rate=0.3 lambda=0 batch=5", train);
		struct weights *w = sample_weights(m, 10);
		struct err e = { 0 };
		real effects[30];
		for (int32_t unit = 0; unit < 8; unit += 7) {
			double greatest = 0;
			must(m->ops->unit_effects(m, w, unit, effects, &e), &e);
			for (int32_t d = 0; d < (by_item ? 30 : 20); d++) {
				const double expected = plain_mean(m, w, d, unit, 1) -
							plain_mean(m, w, d, unit, 0);
				same("effect", d, (double)effects[d], expected, tolerance);
				greatest = fmax(greatest, fabs(expected));
			}
			assert_true(greatest > 0.01);
		}
		weights_free(w);
		model_free(m);
	}
	ratings_free(train);
}

/* ---- state -------------------------------------------------------------- */

/* An epoch from the weights and the state of another model is the other's next one; without the
 * state it is not. */
static void state_carries_training_on(void **state)
{
	struct ratings *train = sample_ratings(30, 20, 0.5, 3);
	struct model *a = sample_model("i-rbm", "k=8 rate=0.1 batch=6", train);
	struct model *b = sample_model("i-rbm", "k=8 rate=0.1 batch=6", train);
	struct weights *from = sample_weights(a, 4), *next = sample_weights(b, 0);
	struct weights *copy = sample_weights(b, 0), *other = sample_weights(b, 0);
	struct state_array mine, theirs, none;
	struct epoch_result r;
	struct err e = { 0 };
	assert_true(a->ops->state(a, 0, &theirs) && b->ops->state(b, 0, &mine));
	assert_false(a->ops->state(a, 1, &none));
	assert_int_equal(theirs.n, mine.n);
	must(b->ops->epoch(b, from, other, &r, &e), &e);
	memcpy(mine.data, theirs.data, mine.n * sizeof(real));
	must(a->ops->epoch(a, from, next, &r, &e), &e);
	must(b->ops->epoch(b, from, copy, &r, &e), &e);
	assert_memory_equal(next->theta, copy->theta, a->n_theta * sizeof(real));
	assert_memory_not_equal(next->theta, other->theta, a->n_theta * sizeof(real));
	weights_free(from);
	weights_free(copy);
	weights_free(next);
	weights_free(other);
	model_free(a);
	model_free(b);
	ratings_free(train);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(oracle),
		cmocka_unit_test(long_chains_give_the_gradient),
		cmocka_unit_test(the_likelihood_rises),
		cmocka_unit_test(any_hundred_values),
		cmocka_unit_test(more_values_are_refused),
		cmocka_unit_test(no_ratings_at_all),
		cmocka_unit_test(edits_read_as_the_nearest_value),
		cmocka_unit_test(units_are_known_by_their_effects),
		cmocka_unit_test(state_carries_training_on),
	};
	kernel_set_threads(1); /* loops this short would mostly wait for each other */
	return cmocka_run_group_tests_name("rbm", tests, NULL, NULL);
}
