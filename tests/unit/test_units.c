/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Statistics of hidden units against plain loops over the activations; their table and cards. */
#include <math.h>
#include <signal.h>
#include <string.h>

#include "autorec/unit_card.h"
#include "check.h"
#include "sample.h"

enum { USERS = 50, ITEMS = 80, K = 70 };

struct scene {
	struct ratings *train;
	struct model *model;
	struct weights *w;
};

static struct scene scene_new(const char *name, const char *options)
{
	struct scene s = { .train = sample_ratings(USERS, ITEMS, 0.3, 6) };
	s.model = sample_model(name, options, s.train);
	s.w = sample_weights(s.model, 8);
	return s;
}

static void scene_done(struct scene *s)
{
	weights_free(s->w);
	model_free(s->model);
	ratings_free(s->train);
}

static void near(const char *what, int j, double ours, double expected)
{
	if (!(fabs(ours - expected) <= 1e-4 * fmax(1, fabs(expected))))
		fail_msg("%s[%d]: %.9g, the plain loop has %.9g", what, j, ours, expected);
}

static double column_length(const struct panel *p, int32_t j)
{
	double sum = 0;
	for (int32_t r = 0; r < p->rows; r++)
		sum += (double)panel_get(p, r, j) * (double)panel_get(p, r, j);
	return sqrt(sum);
}

static void check_unit(const struct scene *s, const struct unit *u, int32_t j)
{
	const struct panel *h = &s->w->hidden, v = weights_panel(s->model, s->w, s->w->into),
			   w = weights_panel(s->model, s->w, model_tensor(s->model, "W"));
	double mean = 0, variance = 0, saturated = 0;
	const double low = s->model->config.hidden == TANH ? -1 : 0, margin = UNIT_NEAR * (1 - low);
	for (int32_t i = 0; i < h->rows; i++)
		mean += (double)panel_get(h, i, j) / h->rows;
	for (int32_t i = 0; i < h->rows; i++) {
		const double x = (double)panel_get(h, i, j);
		variance += (x - mean) * (x - mean) / h->rows;
		if (s->model->config.hidden == SIGMOID || s->model->config.hidden == TANH)
			saturated += (x < low + margin || x > 1 - margin) / (double)h->rows;
	}
	near("mean", j, (double)u->mean, mean);
	if (sqrt(variance) > 0.02) /* below, float sums of squares show little of it */
		near("sd", j, (double)u->sd, sqrt(variance));
	near("saturated", j, (double)u->saturated, saturated);
	near("norm in", j, (double)u->norm_in, column_length(&v, j));
	near("norm out", j, (double)u->norm_out, column_length(&w, j));
	assert_int_equal((double)u->sd < UNIT_DEAD, u->dead);
}

static void measures(void **state)
{
	static const char *const models[] = { "i-autorec", "u-autorec", "deep-autorec" };
	static const char *const options[] = {
		"k=70 layers=40,70 init=0.3 rate=0.05 hidden=sigmoid lambda=1",
		"k=70 layers=70 init=0.3 hidden=tanh lambda=1",
		"k=70 layers=9,65,70 init=0.3 hidden=relu lambda=1",
		"k=70 layers=30,70 hidden=identity lambda=1"
	};
	for (int m = 0; m < 3; m++)
		for (int o = 0; o < 4; o++) {
			struct scene s = scene_new(models[m], options[o]);
			struct unit units[K];
			struct unit_summary sum;
			struct err e = { 0 };
			double mean = 0, saturated = 0;
			int dead = 0;
			must(units_measure(s.model, s.w, units, &sum, &e), &e);
			for (int32_t j = 0; j < K; j++) {
				check_unit(&s, &units[j], j);
				mean += (double)units[j].mean / K;
				saturated += (double)units[j].saturated / K;
				dead += units[j].dead;
			}
			near("mean of all", o, sum.mean, mean);
			near("saturated of all", o, sum.saturated, saturated);
			assert_int_equal(dead, sum.dead);
			scene_done(&s);
		}
}

/* With all weights zero every unit says the same about everything. */
static void dead_units(void **state)
{
	struct scene s = scene_new("i-autorec", "k=70 init=0 rate=1e-9");
	struct unit units[K];
	struct unit_summary sum;
	struct err e = { 0 };
	must(units_measure(s.model, s.w, units, &sum, &e), &e);
	assert_int_equal(K, sum.dead);
	near("mean", 0, sum.mean, 0.5);
	scene_done(&s);
}

/* The trainer measures the units of every epoch; whoever asks again is given these. */
static void measured_once(void **state)
{
	struct scene s = scene_new("i-autorec", "k=70 init=0.3");
	struct unit units[K];
	struct unit_summary sum;
	struct err e = { 0 };
	must(units_measure(s.model, s.w, s.w->units, &sum, &e), &e);
	s.w->measured = true;
	s.w->units[3].mean = 7;
	must(units_measure(s.model, s.w, units, &sum, &e), &e);
	assert_true(units[3].mean == 7 && sum.mean > 7.0 / K);
	scene_done(&s);
}

static void histograms(void **state)
{
	static const real x[] = { -1, -0.95f, 0, 0.01f, 0.99f, 1, 1, 0.5f };
	double low, high;
	int64_t bins[UNIT_BINS], total = 0;
	units_histogram(TANH, x, 8, &low, &high, bins);
	assert_true(low == -1 && high == 1);
	units_histogram(SIGMOID, x + 5, 3, &low, &high, bins); /* its bounds, whatever occurs */
	assert_true(low == 0 && high == 1);
	units_histogram(IDENTITY, x, 8, &low, &high, bins);
	assert_true(low == -1 && high == 1);
	assert_int_equal(2, bins[0]);
	assert_int_equal(3, bins[UNIT_BINS - 1]); /* the greatest value is in the last bin */
	assert_int_equal(2, bins[UNIT_BINS / 2]);
	assert_int_equal(1, bins[15]);
	units_histogram(RELU, x + 5, 2, &low, &high, bins); /* all equal */
	assert_true(low == 1 && high == 1);
	assert_int_equal(2, bins[0]);

	struct scene s = scene_new("u-autorec", "k=70 init=0.3");
	units_histogram_of_all(s.model, s.w, &low, &high, bins);
	for (int i = 0; i < UNIT_BINS; i++)
		total += bins[i];
	assert_int_equal(USERS * K, total); /* no padding among them */
	assert_true(low == 0 && high == 1); /* the sigmoid's */
	scene_done(&s);
}

static double key(const struct unit *u, int32_t j, int sort)
{
	const double keys[] = {
		-j,      (double)u->mean,    (double)u->sd,      (double)u->saturated,
		u->dead, (double)u->norm_in, (double)u->norm_out
	};
	return keys[sort];
}

static void tables_are_sorted(void **state)
{
	struct scene s = scene_new("i-autorec", "k=70 init=0.3 rate=0.05 lambda=1");
	for (int sort = UNIT_BY_INDEX; sort <= UNIT_BY_NORM_OUT; sort++)
		for (int reverse = 0; reverse < 2; reverse++) {
			struct unit_table t;
			struct err e = { 0 };
			bool seen[K] = { false };
			must(unit_table_measure(s.model, s.w, NULL, (enum unit_sort)sort, reverse,
						&t, &e),
			     &e);
			assert_int_equal(K, t.k);
			assert_int_equal(8, t.epoch);
			for (int32_t i = 0; i < K; i++) {
				const int32_t j = t.order[i], last = t.order[i ? i - 1 : 0];
				const double step = key(&t.units[j], j, sort) -
						    key(&t.units[last], last, sort);
				assert_false(seen[j]);
				seen[j] = true;
				if (reverse ? step < 0 : step > 0)
					fail_msg("sort %d: unit %d stands behind unit %d", sort,
						 (int)j, (int)last);
			}
			unit_table_done(&t);
		}
	scene_done(&s);
}

static double strength(const struct scene *s, bool activation, int32_t i, int32_t unit)
{
	const struct panel w = weights_panel(s->model, s->w, model_tensor(s->model, "W"));
	return activation ? (double)panel_get(&s->w->hidden, i, unit)
			  : (double)panel_get(&w, i, unit);
}

/* What orders index i: an activation less the mean of its vector over the live units, or a weight.
 */
static double order_of(const struct scene *s, bool activation, int32_t i, int32_t unit)
{
	const struct panel *h = &s->w->hidden;
	double mean = 0;
	int live = 0;
	for (int32_t j = 0; activation && j < K; j++) {
		double sum = 0, squares = 0;
		for (int32_t r = 0; r < h->rows; r++) {
			const double x = (double)panel_get(h, r, j);
			sum += x / h->rows;
			squares += x * x / h->rows;
		}
		if (sqrt(fmax(squares - sum * sum, 0)) < UNIT_DEAD)
			continue;
		mean += (double)panel_get(h, i, j);
		live++;
	}
	return strength(s, activation, i, unit) - (live ? mean / live : 0);
}

/* As many as there is room for, the extreme one first, and nobody outside is beyond them. */
static void check_end(const struct scene *s, const struct strongest *list, bool activation,
		      int sign, int32_t n, int32_t unit)
{
	double last = HUGE_VAL;
	assert_int_equal(STRONGEST, list->n);
	for (int i = 0; i < list->n; i++) {
		const double order = order_of(s, activation, list->index[i], unit);
		near("value", i, (double)list->value[i],
		     strength(s, activation, list->index[i], unit));
		near("distinct", i, (double)list->distinct[i], order);
		assert_true(sign * order <= last + 1e-6);
		last = sign * order;
	}
	int beyond = 0;
	for (int32_t i = 0; i < n; i++)
		beyond += sign * order_of(s, activation, i, unit) > last + 1e-6;
	assert_true(beyond < STRONGEST);
}

static void check_strengths(const struct scene *s, const struct strengths *of, bool activation,
			    int32_t n, int32_t unit)
{
	assert_int_equal(activation ? STRENGTH_ACTIVATION : STRENGTH_WEIGHT, of->kind);
	check_end(s, &of->top, activation, 1, n, unit);
	check_end(s, &of->bottom, activation, -1, n, unit);
}

static void cards(void **state)
{
	for (int by_user = 0; by_user < 2; by_user++) {
		struct scene s = scene_new(by_user ? "u-autorec" : "i-autorec",
					   "k=70 init=0.3 rate=0.05 lambda=1");
		struct unit_card card;
		struct err e = { 0 };
		for (int32_t unit = 0; unit < K; unit += 23) {
			int64_t total = 0;
			must(unit_card_measure(s.model, s.w, unit, &card, &e), &e);
			check_unit(&s, &card.unit, unit);
			near("mu", unit, card.mu,
			     (double)weights_vector(s.model, s.w,
						    model_tensor(s.model, "mu"))[unit]);
			check_strengths(&s, &card.items, !by_user, ITEMS, unit);
			check_strengths(&s, &card.users, by_user, USERS, unit);
			for (int i = 0; i < UNIT_BINS; i++)
				total += card.histogram[i];
			assert_int_equal(s.w->hidden.rows, total);
			int32_t top[3];
			assert_int_equal(3, unit_top_items(s.model, s.w, unit, 3, top));
			for (int i = 0; i < 3; i++)
				assert_int_equal(top[i], card.items.top.index[i]);
		}
		assert_int_equal(ERR_FAILED, unit_card_measure(s.model, s.w, K, &card, &e));
		assert_string_equal("there is no unit 70; the model has 0..69", e.message);
		scene_done(&s);
	}
}

static void models_without_units_say_so(void **state)
{
	struct scene s = scene_new("baseline", "lambda=10");
	struct unit units[1];
	struct unit_summary sum;
	struct unit_table table;
	struct err e = { 0 };
	assert_int_equal(ERR_FAILED, units_measure(s.model, s.w, units, &sum, &e));
	assert_non_null(strstr(e.message, "baseline has no hidden units"));
	assert_int_equal(ERR_FAILED,
			 unit_table_measure(s.model, s.w, NULL, UNIT_BY_MEAN, false, &table, &e));
	scene_done(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(measures),
		cmocka_unit_test(dead_units),
		cmocka_unit_test(measured_once),
		cmocka_unit_test(histograms),
		cmocka_unit_test(tables_are_sorted),
		cmocka_unit_test(cards),
		cmocka_unit_test(models_without_units_say_so),
	};
	return cmocka_run_group_tests_name("units", tests, NULL, NULL);
}
