/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every kernel of every instruction set that this machine has, beside a loop that says the same
 * slowly. */
#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/activation.h"
#include "autorec/dense.h"
#include "autorec/kernel.h"
#include "autorec/mem.h"
#include "autorec/rng.h"
#include "check.h"

enum { LONGEST = 100, ROWS = 150, TOUCHED = 37 };
static const double roundoff = sizeof(real) == sizeof(float)
				       ? 2e-6
				       : 1e-13; /* of a sum of up to 100 terms */

static void close_to(const char *what, int64_t i, double ours, double expected, double tolerance)
{
	if (ours != expected && !(fabs(ours - expected) <= tolerance)) /* infinities are equal */
		fail_msg("%s %s[%ld]: %.9g, the plain loop has %.9g", kernel_use()->name, what,
			 (long)i, ours, expected);
}

/* Runs `check` with each instruction set. */
static void with_every_set(void (*check)(void))
{
	static const char *const names[] = { "v2", "v3", "v4" };
	int ran = 0;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (kernel_select(names[i])) {
			assert_string_equal(names[i], kernel_use()->name);
			check();
			ran++;
		}
	kernel_select(kernel_best()->name);
	assert_true(ran >= 1);
}

static void select_by_name(void **state)
{
	assert_false(kernel_select("v1"));
	assert_string_equal(kernel_best()->name, kernel_use()->name);
}

static real *random_array(size_t n, uint64_t stream)
{
	real *x = mem_array(n, sizeof *x, NULL);
	struct rng rng;
	assert_non_null(x);
	rng_init(&rng, 42, stream);
	for (size_t i = 0; i < n; i++)
		x[i] = (real)rng_normal(&rng);
	return x;
}

static void random_columns(int32_t *col, int n)
{
	struct rng rng;
	rng_init(&rng, 7, (uint64_t)n);
	for (int t = 0; t < n; t++)
		col[t] = (int32_t)rng_below(&rng, TOUCHED);
}

/* A strip of random numbers; `rounded` gets what they are when they are brief, which `strip` is
 * then, too. */
static real *random_strip(int width, uint64_t stream, brief **rounded)
{
	const size_t n = (size_t)TOUCHED * (size_t)width;
	real *strip = random_array(n, stream);
	if (!rounded)
		return strip;
	*rounded = mem_array(n, sizeof **rounded, NULL);
	kernel_use()->shorten(*rounded, strip, n);
	memset(strip, 0, n * sizeof *strip);
	kernel_use()->combine(strip, &(const real){ 1 }, *rounded, 1, n);
	return strip;
}

static void check_gather_of(bool is_brief)
{
	int32_t col[LONGEST];
	real *val = random_array(LONGEST, 1), out[STRIP];
	for (int width = LANES; width <= STRIP; width += LANES) {
		brief *rounded = NULL;
		real *strip = random_strip(width, 2, is_brief ? &rounded : NULL);
		for (int n = 0; n <= LONGEST; n++) {
			random_columns(col, n);
			strip_gather(&(struct strip){ strip, rounded, width }, out, col, val, n);
			for (int j = 0; j < width; j++) {
				double sum = 0, size = 0;
				for (int t = 0; t < n; t++) {
					double term = (double)val[t] *
						      (double)strip[col[t] * width + j];
					sum += term;
					size += fabs(term);
				}
				close_to("gather", j, (double)out[j], sum, roundoff * size);
			}
		}
		free(strip);
		free(rounded);
	}
	free(val);
}

static void check_gather(void)
{
	check_gather_of(false);
	check_gather_of(true);
}

static void gather(void **state)
{
	with_every_set(check_gather);
}

static void check_dots_of(bool is_brief)
{
	int32_t col[LONGEST];
	real *row = random_array(STRIP, 3), *before = random_array(LONGEST + 1, 4),
	     out[LONGEST + 1];
	for (int width = LANES; width <= STRIP; width += LANES) {
		brief *rounded = NULL;
		real *strip = random_strip(width, 5, is_brief ? &rounded : NULL);
		for (int n = 0; n <= LONGEST; n++) {
			random_columns(col, n);
			memcpy(out, before, sizeof out);
			strip_dots(&(struct strip){ strip, rounded, width }, out, col, n, row);
			for (int t = 0; t < n; t++) {
				double sum = (double)before[t], size = fabs(sum);
				for (int j = 0; j < width; j++) {
					double term = (double)row[j] *
						      (double)strip[col[t] * width + j];
					sum += term;
					size += fabs(term);
				}
				close_to("dots", t, (double)out[t], sum, roundoff * size);
			}
			close_to("dots behind the end", n, (double)out[n], (double)before[n], 0);
		}
		free(strip);
		free(rounded);
	}
	free(row);
	free(before);
}

static void check_dots(void)
{
	check_dots_of(false);
	check_dots_of(true);
}

static void dots(void **state)
{
	with_every_set(check_dots);
}

static void check_sigmoid(void)
{
	static const real special[] = { 0,     -0.0f,  1e-30f,         -1e-30f,
					86.9f, -86.9f, 87.1f,          -87.1f,
					1e30f, -1e30f, (real)HUGE_VAL, -(real)HUGE_VAL };
	const double relative = sizeof(real) == sizeof(float) ? 1e-6 : 1e-14, least = 1e-37;
	real *in = random_array(LONGEST + 1, 6), out[LONGEST + 1];
	for (int i = 0; i <= LONGEST; i++)
		in[i] *= 20;
	memcpy(in, special, sizeof special);
	for (size_t n = 0; n <= LONGEST; n++) {
		memcpy(out, in, sizeof out);
		kernel_use()->sigmoid(out, n);
		for (size_t i = 0; i < n; i++) {
			double expected = 1 / (1 + exp(-(double)in[i]));
			close_to("sigmoid", (int64_t)i, (double)out[i], expected,
				 relative * expected + least);
		}
		close_to("sigmoid behind the end", (int64_t)n, (double)out[n], (double)in[n], 0);
	}
	free(in);
}

static void sigmoid(void **state)
{
	with_every_set(check_sigmoid);
}

static void check_exp(void)
{
	const double relative = sizeof(real) == sizeof(float) ? 1e-6 : 1e-14;
	real *in = random_array(LONGEST + 1, 10), out[LONGEST + 1];
	for (int i = 0; i <= LONGEST; i++)
		in[i] *= 20;
	in[0] = 0;
	in[1] = -87;
	for (size_t n = 0; n <= LONGEST; n++) {
		memcpy(out, in, sizeof out);
		kernel_use()->exp(out, n);
		for (size_t i = 0; i < n; i++)
			close_to("exp", (int64_t)i, (double)out[i], exp((double)in[i]),
				 relative * exp((double)in[i]));
		close_to("exp behind the end", (int64_t)n, (double)out[n], (double)in[n], 0);
	}
	out[0] = (real)NAN;
	kernel_use()->exp(out, 1);
	assert_true(isnan(out[0]));
	free(in);
}

static void exponential(void **state)
{
	with_every_set(check_exp);
}

static void check_momentum(void)
{
	const struct momentum c = { .keep = (real)0.9, .rate = (real)0.25, .decay = (real)0.01 };
	real *before = random_array(LONGEST + 1, 11), *gradient = random_array(LONGEST, 12),
	     *speed = random_array(LONGEST + 1, 13);
	for (size_t n = 0; n <= LONGEST; n++) {
		real x[LONGEST + 1], velocity[LONGEST + 1];
		memcpy(x, before, sizeof x);
		memcpy(velocity, speed, sizeof velocity);
		kernel_use()->momentum(&c, x, gradient, velocity, n);
		for (size_t i = 0; i < n; i++) {
			const double v = 0.9 * (double)speed[i] +
					 0.25 * ((double)gradient[i] - 0.01 * (double)before[i]);
			close_to("velocity", (int64_t)i, (double)velocity[i], v, 1e-6);
			close_to("moved", (int64_t)i, (double)x[i], (double)before[i] + v, 1e-6);
		}
		close_to("momentum behind the end", (int64_t)n, (double)x[n], (double)before[n], 0);
		close_to("velocity behind the end", (int64_t)n, (double)velocity[n],
			 (double)speed[n], 0);
	}
	free(before);
	free(gradient);
	free(speed);
}

static void momentum(void **state)
{
	with_every_set(check_momentum);
}

/* A diverged training must be seen: NaN is never turned into a number. */
static void check_nan(void)
{
	for (int f = IDENTITY; f <= TANH; f++)
		for (size_t place = 0; place < 40; place++) {
			real x[40] = { 0 };
			x[place] = (real)NAN;
			activation_apply((enum activation)f, x, 40);
			for (size_t i = 0; i < 40; i++)
				if (isnan(x[i]) != (i == place))
					fail_msg("%s activation %d: NaN at %zu gives %g at %zu",
						 kernel_use()->name, f, place, (double)x[i], i);
		}
}

static void nan_goes_through(void **state)
{
	with_every_set(check_nan);
}

static const struct rprop constants = {
	.eta_minus = 0.5, .eta_plus = 1.2, .step_min = (real)1e-6, .step_max = 1
};

/* One weight through iRprop-, case by case, as Igel and Huesken 2003 have it. */
static real plain_rprop(real from, real gradient, real *step, int8_t *sign)
{
	int now = gradient > 0 ? 1 : gradient < 0 ? -1 : 0;
	if (now * *sign > 0) {
		*step = *step * constants.eta_plus;
		if (*step > constants.step_max)
			*step = constants.step_max;
	} else if (now * *sign < 0) {
		*step = *step * constants.eta_minus;
		if (*step < constants.step_min)
			*step = constants.step_min;
		now = 0;
	}
	*sign = (int8_t)now;
	return now > 0 ? from - *step : now < 0 ? from + *step : from;
}

static void check_rprop_by_hand(void)
{
	static const struct {
		real gradient;
		double to, step;
		int sign;
	} path[] = {
		{ 3, -0.1, 0.1, 1 }, /* the first step */
		{ 0.5, -0.22, 0.12,
		  1 },                  /* same sign: longer; the gradient's size does not matter */
		{ 0, -0.22, 0.12, 0 },  /* exactly zero: no move, same step */
		{ 2, -0.34, 0.12, 1 },  /* after zero: neither longer nor shorter */
		{ -1, -0.34, 0.06, 0 }, /* change of sign: shorter, no move, counts as zero */
		{ -1, -0.28, 0.06, -1 }, /* so the next one moves with that step */
		{ -1, -0.208, 0.072, -1 },
	};
	real theta = 0, step = (real)0.1;
	int8_t sign = 0;
	for (size_t i = 0; i < sizeof path / sizeof path[0]; i++) {
		kernel_use()->rprop(&constants, &theta, &theta, &path[i].gradient, &step, &sign, 1);
		close_to("rprop by hand: weight", (int64_t)i, (double)theta, path[i].to, 1e-6);
		close_to("rprop by hand: step", (int64_t)i, (double)step, path[i].step, 1e-7);
		close_to("rprop by hand: sign", (int64_t)i, sign, path[i].sign, 0);
	}
}

/* Long enough for steps to reach both bounds: weights that always go one way, that alternate, and
 * in between. */
static void check_rprop_at(size_t n)
{
	real from[LONGEST + 1], to[LONGEST + 1], step[LONGEST + 1], expected_step[LONGEST + 1];
	int8_t sign[LONGEST + 1] = { 0 }, expected_sign[LONGEST + 1] = { 0 };
	struct rng rng;
	rng_init(&rng, 11, n);
	for (size_t i = 0; i <= n; i++) {
		from[i] = to[i] = (real)rng_normal(&rng);
		step[i] = expected_step[i] = (real)1e-4;
	}
	for (int round = 0; round < 120; round++) {
		real gradient[LONGEST];
		for (size_t i = 0; i < n; i++)
			gradient[i] = i % 4 == 0   ? 1
				      : i % 4 == 1 ? (round % 4 < 2 ? 1 : -1)
						   : (real)((int)rng_below(&rng, 3) - 1);
		kernel_use()->rprop(&constants, to, from, gradient, step, sign, n);
		for (size_t i = 0; i < n; i++) {
			real expected = plain_rprop(from[i], gradient[i], &expected_step[i],
						    &expected_sign[i]);
			close_to("rprop weight", (int64_t)i, (double)to[i], (double)expected, 0);
			close_to("rprop step", (int64_t)i, (double)step[i],
				 (double)expected_step[i], 0);
			close_to("rprop sign", (int64_t)i, sign[i], expected_sign[i], 0);
		}
		memcpy(from, to, n * sizeof *from);
	}
	if (n > 0)
		close_to("longest step", 0, (double)step[0], 1, 0);
	if (n > 1)
		close_to("shortest step", 1, (double)step[1], 1e-6, 1e-12);
	close_to("rprop behind the end", (int64_t)n, (double)to[n], (double)from[n], 0);
}

static void check_rprop(void)
{
	check_rprop_by_hand();
	for (size_t n = 0; n <= LONGEST; n++)
		check_rprop_at(n);
}

static void rprop(void **state)
{
	with_every_set(check_rprop);
}

/* A run of SGD with items that come again, for one strip, two, and a narrow last one. */
static void check_descent(int32_t k)
{
	enum { ITEMS = 7, RUN = 20, MOST = 200 };
	const struct descent c = { (real)0.02, (real)0.1, (real)3.5, 1 };
	const double tolerance = 50 * roundoff;
	const struct panel q = { mem_array(panel_size(ITEMS, k), sizeof *q.data, NULL), ITEMS, k };
	real *p = mem_array((size_t)panel_columns(k), sizeof *p, NULL),
	     *val = random_array(RUN, 61), *bias = random_array(ITEMS, 62);
	real *start = random_array((size_t)k, 63), *row = random_array((size_t)k, 64),
	     user = (real)0.3;
	double plain_q[ITEMS][MOST], plain_p[MOST], plain_bias[ITEMS], plain_user = (double)user;
	int32_t col[RUN];
	assert_true(p && q.data);
	for (int i = 0; i < ITEMS; i++) {
		for (int j = 0; j < k; j++)
			plain_q[i][j] = (double)(row[j] = (real)(0.1 * (i + 1)) *
							  start[(j + i) % k]);
		panel_write_row(&q, i, row);
		plain_bias[i] = (double)bias[i];
	}
	for (int j = 0; j < k; j++)
		plain_p[j] = (double)(p[j] = (real)0.3 * start[j]);
	for (int t = 0; t < RUN; t++)
		col[t] = t * t % ITEMS;
	kernel_use()->descend(&c, p, &user, &q, bias, col, val, RUN);
	for (int t = 0; t < RUN; t++) {
		double e = (double)val[t] - (double)c.mean - plain_user - plain_bias[col[t]],
		       *other = plain_q[col[t]];
		for (int j = 0; j < k; j++)
			e -= plain_p[j] * other[j];
		plain_user += (double)c.rate * (e - (double)c.lambda * plain_user);
		plain_bias[col[t]] += (double)c.rate * (e - (double)c.lambda * plain_bias[col[t]]);
		for (int j = 0; j < k; j++) {
			const double x = plain_p[j], y = other[j];
			plain_p[j] += (double)c.rate * (e * y - (double)c.lambda * x);
			other[j] += (double)c.rate * (e * x - (double)c.lambda * y);
		}
	}
	close_to("user bias", 0, (double)user, plain_user, tolerance);
	for (int j = 0; j < panel_columns(k); j++)
		close_to("p", j, (double)p[j], j < k ? plain_p[j] : 0, tolerance);
	for (int i = 0; i < ITEMS; i++) {
		close_to("item bias", i, (double)bias[i], plain_bias[i], tolerance);
		for (int j = 0; j < k; j++)
			close_to("q", i * k + j, (double)panel_get(&q, i, j), plain_q[i][j],
				 tolerance);
	}
	free(q.data);
	free(p);
	free(val);
	free(bias);
	free(start);
	free(row);
}

static void check_descents(void)
{
	check_descent(5);
	check_descent(64);
	check_descent(80);
	check_descent(200);
}

static void descent(void **state)
{
	with_every_set(check_descents);
}

static void check_moments(void)
{
	const real low = (real)-0.5, high = 1;
	for (int width = LANES; width <= STRIP; width += LANES) {
		real *strip = random_array((size_t)ROWS * (size_t)width, 8);
		for (int32_t rows = 0; rows <= ROWS; rows++) {
			double sum[STRIP], squares[STRIP], outside[STRIP];
			for (int j = 0; j < width; j++)
				sum[j] = 1, squares[j] = 2, outside[j] = 3; /* is added to */
			kernel_use()->moments(strip, rows, width, low, high, sum, squares, outside);
			for (int j = 0; j < width; j++) {
				double s = 1, q = 2, o = 3;
				for (int32_t r = 0; r < rows; r++) {
					const double x = (double)strip[r * width + j];
					s += x;
					q += x * x;
					o += x < (double)low || x > (double)high;
				}
				close_to("sum", j, sum[j], s, 1e-4);
				close_to("squares", j, squares[j], q, 1e-4);
				close_to("outside", j, outside[j], o, 0);
			}
		}
		free(strip);
	}
}

static void moments(void **state)
{
	with_every_set(check_moments);
}

static void check_square(void)
{
	real *x = random_array(LONGEST, 9);
	double sum = 0;
	for (size_t n = 0; n <= LONGEST; n++) {
		close_to("square", (int64_t)n, kernel_use()->square(x, n), sum, 1e-12 * sum);
		if (n < LONGEST)
			sum += (double)x[n] * (double)x[n];
	}
	free(x);
}

static void square(void **state)
{
	with_every_set(check_square);
}

/* ---- panels ------------------------------------------------------------- */

static void check_panel(int32_t rows, int32_t k)
{
	struct panel p = { mem_array(panel_size(rows, k), sizeof(real), NULL), rows, k };
	real *x = random_array((size_t)panel_columns(k), 10),
	     *out = random_array((size_t)rows + 1, 11), *back;
	const real behind = out[rows];
	memset(x + k, 0, (size_t)(panel_columns(k) - k) * sizeof *x);
	for (int32_t r = 0; r < rows; r++) {
		real *row = random_array((size_t)k, (uint64_t)(100 + r));
		panel_write_row(&p, r, row);
		free(row);
	}
	for (int32_t r = 0; r < rows; r++) {
		real *row = random_array((size_t)k, (uint64_t)(100 + r));
		back = mem_array((size_t)k, sizeof *back, NULL);
		panel_read_row(&p, r, back);
		for (int32_t j = 0; j < k; j++) {
			close_to("panel_read_row", j, (double)back[j], (double)row[j], 0);
			close_to("panel_get", j, (double)panel_get(&p, r, j), (double)row[j], 0);
		}
		free(back);
		free(row);
	}
	memset(out, 0, (size_t)rows * sizeof *out);
	panel_times(&p, x, out);
	for (int32_t r = 0; r < rows; r++) {
		double sum = 0, size = 0;
		for (int32_t j = 0; j < k; j++) {
			sum += (double)panel_get(&p, r, j) * (double)x[j];
			size += fabs((double)panel_get(&p, r, j) * (double)x[j]);
		}
		close_to("panel_times", r, (double)out[r], sum, roundoff * size);
	}
	close_to("panel_times behind the end", rows, (double)out[rows], (double)behind, 0);
	free(out);
	free(x);
	free(p.data);
}

static void check_panels(void)
{
	static const int32_t widths[] = { 1, 15, 16, 17, 63, 64, 65, 100, 128, 130 };
	for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
		check_panel(1, widths[i]);
		check_panel(33, widths[i]);
	}
	check_panel(2049, 70); /* more rows than panel_times takes at a time */
}

static void panels(void **state)
{
	with_every_set(check_panels);
}

/* ---- activations, ridge ------------------------------------------------- */

static double plain_activation(int f, double x)
{
	switch (f) {
	case SIGMOID: return 1 / (1 + exp(-x));
	case RELU: return x > 0 ? x : 0;
	case TANH: return tanh(x);
	default: return x;
	}
}

static void activations(void **state)
{
	const double h = 1e-5;
	for (int f = IDENTITY; f <= TANH; f++)
		for (int i = -20; i <= 20; i++) {
			const double x = i / 4.0 + 0.1, slope = (plain_activation(f, x + h) -
								 plain_activation(f, x - h)) /
								(2 * h);
			real a = (real)x, one = 3;
			activation_apply((enum activation)f, &a, 1);
			close_to("activation", f, (double)a, plain_activation(f, x),
				 1e-6 * fmax(1, fabs(x)));
			activation_slope((enum activation)f, &a, &one, 1);
			close_to("slope", f, (double)one, 3 * slope, 1e-5);
		}
}

static void activation_limits(void **state)
{
	static const struct {
		enum activation f;
		double low, high;
	} cases[] = {
		{ IDENTITY, -HUGE_VAL, HUGE_VAL },
		{ SIGMOID, 0, 1 },
		{ RELU, -HUGE_VAL, HUGE_VAL },
		{ TANH, -1, 1 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		double low, high;
		activation_bounds(cases[i].f, &low, &high);
		assert_true(low == cases[i].low);
		assert_true(high == cases[i].high);
	}
}

/* At the solution the objective's derivative by every w_j and by b is zero. */
static void check_ridge(int32_t n, int32_t k, double penalty)
{
	const double tolerance = sizeof(real) == sizeof(float) ? 2e-3 : 1e-9;
	real *x = random_array((size_t)n * (size_t)k, 20), *y = random_array((size_t)n, 21),
	     *w = random_array((size_t)k, 22), b;
	real *kept = mem_array((size_t)n * (size_t)k, sizeof *kept, NULL);
	struct err e = { 0 };
	for (int32_t t = 0; t < n; t++)
		y[t] += 3;
	memcpy(kept, x, (size_t)n * (size_t)k * sizeof *kept);
	assert_int_equal(0, dense_ridge(x, y, NULL, n, k, penalty, w, &b, &e));
	for (int32_t j = -1; j < k; j++) {
		double gradient = j < 0 ? 0 : penalty * (double)w[j];
		for (int32_t t = 0; t < n; t++) {
			double error = (double)b - (double)y[t];
			for (int32_t l = 0; l < k; l++)
				error += (double)w[l] * (double)kept[t * k + l];
			gradient += error * (j < 0 ? 1 : (double)kept[t * k + j]);
		}
		close_to("ridge gradient", j, gradient, 0, tolerance);
	}
	free(kept);
	free(w);
	free(y);
	free(x);
}

static void ridge(void **state)
{
	check_ridge(50, 7, 2); /* k x k */
	check_ridge(7, 50, 2); /* n x n */
	check_ridge(12, 12, 0.5);
	check_ridge(1, 5, 20); /* one rating: the intercept says it all */
}

/* ---- OpenBLAS's choice -------------------------------------------------- */

/* A product of panels with more than one strip each way, and a ridge regression. */
static void check_dense(void)
{
	enum { N = 70, INNER = 130, K = 90 };
	struct panel a = { NULL, N, INNER }, b = { NULL, INNER, K }, c = { NULL, N, K };
	a.data = random_array(panel_size(N, INNER), 31);
	b.data = random_array(panel_size(INNER, K), 32);
	c.data = random_array(panel_size(N, K), 33);
	dense_times(&a, &b, &c, 0, N);
	for (int32_t i = 0; i < N; i++)
		for (int32_t j = 0; j < K; j++) {
			double sum = 0, size = 0;
			for (int32_t l = 0; l < INNER; l++) {
				const double term = (double)panel_get(&a, i, l) *
						    (double)panel_get(&b, l, j);
				sum += term;
				size += fabs(term);
			}
			close_to(dense_core(), i * K + j, (double)panel_get(&c, i, j), sum,
				 roundoff * size);
		}
	free(a.data);
	free(b.data);
	free(c.data);
	ridge(NULL);
}

static int count_threads(void)
{
	DIR *threads = opendir("/proc/self/task");
	int n = 0;
	while (threads && readdir(threads))
		n++;
	if (threads)
		closedir(threads);
	return n;
}

static bool has_avx2_kernels(void)
{
	return !strcmp(dense_core(), "Haswell") || !strcmp(dense_core(), "SkylakeX");
}

/* As on a processor that OpenBLAS does not know; then as a user who names a core type; then on an
 * old processor. */
static void old_kernels_are_replaced(void **state)
{
	static const char variable[] = "OPENBLAS_CORETYPE", *const old[] = { "Prescott", "Nehalem",
									     "Barcelona",
									     "Sandybridge" };
	const char *const set = kernel_use()->name, *const first = dense_core();
	if (!strcmp(set, "v2") || !dense_select("Prescott"))
		skip(); /* no AVX2; or an OpenBLAS with one kind of kernels, or that cannot choose
			   again */
	const int n_threads = count_threads();
	for (size_t i = 0; i < sizeof old / sizeof old[0]; i++) {
		assert_true(dense_select(old[i]));
		assert_string_equal(dense_core(), old[i]);
		dense_start(set);
		if (!has_avx2_kernels())
			fail_msg("%s became %s, which has no AVX2", old[i], dense_core());
		assert_null(getenv(variable));
		check_dense();
	}
	assert_true(dense_select("Prescott"));
	setenv(variable, "Prescott", 1);
	dense_start(set);
	assert_string_equal(dense_core(), "Prescott");
	assert_string_equal(getenv(variable), "Prescott");
	unsetenv(variable);
	dense_start("v2");
	assert_string_equal(dense_core(), "Prescott");
	check_dense();
	assert_true(count_threads() <=
		    n_threads); /* one that has ended may still be listed before */
	dense_select(first);
}

/* No processor has both the instructions of Bulldozer and those of SkylakeX. */
static void kernels_that_cannot_run_are_replaced(void **state)
{
	static const char variable[] = "OPENBLAS_CORETYPE", *const cores[] = { "Bulldozer",
									       "SkylakeX" };
	const char *const set = kernel_use()->name, *const first = dense_core();
	int replaced = 0;
	for (size_t i = 0; i < sizeof cores / sizeof cores[0]; i++) {
		if (!dense_select(cores[i]))
			skip();
		setenv(variable, cores[i], 1);
		dense_start(set);
		replaced += strcmp(dense_core(), cores[i]) != 0;
		assert_int_equal(getenv(variable) == NULL, strcmp(dense_core(), cores[i]) != 0);
		check_dense();
	}
	assert_true(replaced > 0);
	unsetenv(variable);
	dense_select(first);
}

static void good_kernels_stay(void **state)
{
	const char *const first = dense_core();
	if (!strcmp(kernel_use()->name, "v2") || !dense_select("Zen"))
		skip();
	dense_start(kernel_use()->name);
	assert_string_equal(dense_core(), "Zen");
	check_dense();
	assert_false(dense_select("Nonesuch"));
	dense_select(first);
}

/* ---- brief numbers ------------------------------------------------------ */

enum { BRIEF = 5 * LANES };

static void lengthened(real *out, const brief *x)
{
	memset(out, 0, BRIEF * sizeof *out);
	kernel_use()->combine(out, &(const real){ 1 }, x, 1, BRIEF);
}

static void check_brief(void)
{
	static const double precision = sizeof(real) == sizeof(float) ? 1.0 / 256 : 0;
	real *x = random_array(BRIEF, 21), back[BRIEF];
	brief *short_x = mem_array(BRIEF, sizeof *short_x, NULL),
	      *again = mem_array(BRIEF, sizeof *again, NULL);
	x[0] = 0;
	x[1] = (real)-3e38;
	x[2] = (real)1e-38;
	kernel_use()->shorten(short_x, x, BRIEF);
	lengthened(back, short_x);
	for (int i = 0; i < BRIEF; i++)
		close_to("brief", i, (double)back[i], (double)x[i], precision * fabs((double)x[i]));
	kernel_use()->shorten(again, back, BRIEF); /* what is brief already is not rounded */
	assert_memory_equal(again, short_x, BRIEF * sizeof *again);
	free(x);
	free(short_x);
	free(again);
}

/* Every number of rows up to one that is several times what a kernel takes together, and some more.
 */
enum { BRIEF_ROWS = 13 };

static void check_dot_three(const brief *x, int rows, const real *with)
{
	double dots[BRIEF_ROWS + 1][3];
	real row[BRIEF];
	dots[rows][0] = 7;
	kernel_use()->dot_three(dots, x, rows, with, BRIEF);
	assert_true(dots[rows][0] == 7);
	for (int r = 0; r < rows; r++) {
		lengthened(row, x + r * BRIEF);
		for (int w = 0; w < 3; w++) {
			double sum = 0, size = 0;
			for (int i = 0; i < BRIEF; i++) {
				sum += (double)row[i] * (double)with[w * BRIEF + i];
				size += fabs((double)row[i] * (double)with[w * BRIEF + i]);
			}
			close_to("dot of brief rows", r, dots[r][w], sum, roundoff * size);
		}
	}
}

static void check_combine(const brief *x, int rows, const real *c)
{
	real *sum = random_array(BRIEF, 23), row[BRIEF];
	double expected[BRIEF], size[BRIEF];
	for (int i = 0; i < BRIEF; i++)
		expected[i] = size[i] = (double)sum[i];
	kernel_use()->combine(sum, c, x, rows, BRIEF);
	for (int r = 0; r < rows; r++) {
		lengthened(row, x + r * BRIEF);
		for (int i = 0; i < BRIEF; i++) {
			expected[i] += (double)c[r] * (double)row[i];
			size[i] = fabs(size[i]) + fabs((double)c[r] * (double)row[i]);
		}
	}
	for (int i = 0; i < BRIEF; i++)
		close_to("sum of brief rows", i, (double)sum[i], expected[i],
			 4 * roundoff * (1 + size[i]));
	free(sum);
}

static void check_brief_rows(void)
{
	real *x = random_array(BRIEF_ROWS * (size_t)BRIEF, 24),
	     *with = random_array(3 * (size_t)BRIEF, 22), *c = random_array(BRIEF_ROWS, 25);
	brief *rows = mem_array(BRIEF_ROWS * (size_t)BRIEF, sizeof *rows, NULL);
	kernel_use()->shorten(rows, x, BRIEF_ROWS * (size_t)BRIEF);
	for (int n = 0; n <= BRIEF_ROWS; n++) {
		check_dot_three(rows, n, with);
		check_combine(rows, n, c);
	}
	free(x);
	free(with);
	free(c);
	free(rows);
}

static void brief_numbers(void **state)
{
	with_every_set(check_brief);
	with_every_set(check_brief_rows);
}

#ifndef AUTOREC_DOUBLE
/* To the nearest, ties to even; the kinds of numbers that rounding must not change. */
static void check_rounding(void)
{
	static const struct {
		uint32_t bits;
		uint16_t brief;
	} cases[] = {
		{ 0x3f800000, 0x3f80 }, { 0x3f807fff, 0x3f80 }, { 0x3f808000, 0x3f80 },
		{ 0x3f808001, 0x3f81 }, { 0x3f818000, 0x3f82 }, { 0x80000000, 0x8000 },
		{ 0x7f800000, 0x7f80 }, { 0xff800000, 0xff80 }, { 0x7f7fffff, 0x7f80 },
		{ 0x00000001, 0x0000 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		float x;
		brief y;
		memcpy(&x, &cases[i].bits, sizeof x);
		kernel_use()->shorten(&y, &x, 1);
		if (y != cases[i].brief)
			fail_msg("%s: %08x is rounded to %04x, not %04x", kernel_use()->name,
				 cases[i].bits, y, cases[i].brief);
	}
	const float nan = NAN;
	brief y;
	kernel_use()->shorten(&y, &nan, 1);
	assert_true((y & 0x7f80) == 0x7f80 && (y & 0x7f) != 0);
}

static void rounding(void **state)
{
	with_every_set(check_rounding);
}
#endif

static void threads_setting(void **state)
{
	kernel_set_threads(0);
	assert_true(kernel_threads() >= 1);
	kernel_set_threads(3);
	assert_int_equal(kernel_threads(), 3);
	kernel_set_threads(0);
}

#ifdef _OPENMP
/* OpenMP takes memory for a team in a team, and ends the program where there is none. */
static void no_team_in_a_team(void **state)
{
	int inner = 0;
	assert_true(kernel_shares(true));
	assert_false(kernel_shares(false));
	kernel_set_threads(3);
#pragma omp parallel num_threads(kernel_threads()) reduction(+ : inner)
	inner += kernel_shares(true);
	assert_int_equal(inner, 0);
	kernel_set_threads(1);
#pragma omp parallel num_threads(kernel_threads()) reduction(+ : inner)
	inner += kernel_shares(true);
	assert_int_equal(inner, 0);
	kernel_set_threads(0);
}

/* Large enough for a team: the sums are those of one thread. */
static void large_panel(void **state)
{
	enum { K = 1024, MORE = 8192 + 3 };
	struct panel p = { random_array(panel_size(MORE, K), 12), MORE, K };
	real *x = random_array((size_t)panel_columns(K), 13),
	     *alone = mem_array(MORE, sizeof *alone, NULL),
	     *shared = mem_array(MORE, sizeof *shared, NULL);
	assert_true(panel_is_large(p.rows, p.k));
	kernel_set_threads(1);
	panel_times(&p, x, alone);
	kernel_set_threads(3);
	panel_times(&p, x, shared);
	assert_memory_equal(alone, shared, MORE * sizeof *alone);
	kernel_set_threads(0);
	free(shared);
	free(alone);
	free(x);
	free(p.data);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(select_by_name),
		cmocka_unit_test(gather),
		cmocka_unit_test(dots),
		cmocka_unit_test(sigmoid),
		cmocka_unit_test(exponential),
		cmocka_unit_test(momentum),
		cmocka_unit_test(nan_goes_through),
		cmocka_unit_test(rprop),
		cmocka_unit_test(descent),
		cmocka_unit_test(moments),
		cmocka_unit_test(square),
		cmocka_unit_test(panels),
		cmocka_unit_test(activations),
		cmocka_unit_test(activation_limits),
		cmocka_unit_test(ridge),
		cmocka_unit_test(threads_setting),
#ifdef _OPENMP
		cmocka_unit_test(no_team_in_a_team),
		cmocka_unit_test(large_panel),
#endif
		cmocka_unit_test(brief_numbers),
		cmocka_unit_test(old_kernels_are_replaced),
		cmocka_unit_test(kernels_that_cannot_run_are_replaced),
		cmocka_unit_test(good_kernels_stay),
#ifndef AUTOREC_DOUBLE
		cmocka_unit_test(rounding),
#endif
	};
	return cmocka_run_group_tests_name("kernel", tests, NULL, NULL);
}
