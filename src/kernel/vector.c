/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The inner loops of kernel.h, compiled once for each instruction set, which KERNEL_ISA names.
 * `vec` is one register of the machine: VL numbers. */
#include <math.h>
#include <string.h>

#include "autorec/kernel.h"

#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#elif defined(__AVX2__)
#define VECTOR_BYTES 32
#else
#define VECTOR_BYTES 16
#endif
#ifdef AUTOREC_DOUBLE
#define VL (VECTOR_BYTES / 8)
typedef int64_t lane;
#else
#define VL (VECTOR_BYTES / 4)
typedef int32_t lane;
#endif
typedef real vec __attribute__((vector_size(VECTOR_BYTES)));
typedef lane ivec __attribute__((vector_size(VECTOR_BYTES)));

enum { VECTORS = STRIP / VL }; /* in the width of a whole strip */

/* `unused` because VL decides which of the folds below are called. */
#define INLINE static inline __attribute__((always_inline, unused))

INLINE vec load(const real *p)
{
	return *(const vec *)p;
}

/* Rows of panels are aligned; everything else goes through these two. */
INLINE vec load_anywhere(const real *p)
{
	vec v;
	memcpy(&v, p, sizeof v);
	return v;
}

INLINE void store_anywhere(real *p, vec v)
{
	memcpy(p, &v, sizeof v);
}

#if defined(__clang__)
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (ivec){ __VA_ARGS__ })
#endif
#if VL == 16
#define EVEN          0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define ODD           1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#define FIRST_OF_EACH 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define LAST_OF_EACH  8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#elif VL == 8
#define EVEN          0, 2, 4, 6, 8, 10, 12, 14
#define ODD           1, 3, 5, 7, 9, 11, 13, 15
#define FIRST_OF_EACH 0, 8, 1, 9, 2, 10, 3, 11
#define LAST_OF_EACH  4, 12, 5, 13, 6, 14, 7, 15
#elif VL == 4
#define EVEN          0, 2, 4, 6
#define ODD           1, 3, 5, 7
#define FIRST_OF_EACH 0, 4, 1, 5
#define LAST_OF_EACH  2, 6, 3, 7
#else
#define EVEN          0, 2
#define ODD           1, 3
#define FIRST_OF_EACH 0, 2
#define LAST_OF_EACH  1, 3
#endif

/* ---- brief numbers ------------------------------------------------------ */

/* Loads 2 VL adjacent numbers as two vectors. A float whose lower half is zero is a brief
 * number. So for brief numbers, one vector has the even halves of the 32-bit words and the
 * other the odd ones. */
INLINE void load_two(vec *two, const void *p, bool is_brief)
{
#ifndef AUTOREC_DOUBLE
	if (is_brief) {
		const ivec words = *(const ivec *)p;
		two[0] = (vec)(words << 16);
		two[1] = (vec)(words & (lane)0xffff0000);
		return;
	}
#endif
	two[0] = load(p);
	two[1] = load((const real *)p + VL);
}

static const bool by_halves = sizeof(brief) != sizeof(real);

/* Converts from the order in memory to that of load_two, and back. */
INLINE void to_halves(vec *two, bool is_brief)
{
	const vec a = two[0], b = two[1];
	if (!is_brief || !by_halves)
		return;
	two[0] = SHUFFLE(a, b, EVEN);
	two[1] = SHUFFLE(a, b, ODD);
}

INLINE void from_halves(vec *two, bool is_brief)
{
	const vec a = two[0], b = two[1];
	if (!is_brief || !by_halves)
		return;
	two[0] = SHUFFLE(a, b, FIRST_OF_EACH);
	two[1] = SHUFFLE(a, b, LAST_OF_EACH);
}

INLINE brief rounded(real x)
{
#ifdef AUTOREC_DOUBLE
	return x;
#else
	uint32_t bits;
	memcpy(&bits, &x, sizeof bits);
	const uint32_t nearest = (bits + 0x7fff + (bits >> 16 & 1)) >> 16,
		       quiet = bits >> 16 | 0x40;
	return (brief)(x == x ? nearest : quiet);
#endif
}

static void shorten(brief *to, const real *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = rounded(from[i]);
}

/* How many rows of brief numbers x [rows][n] are processed at a time. Each piece of the sum or the
 * multiplier is then read from the cache once for all of them, and all fit in the registers. */
enum { TOGETHER = VECTOR_BYTES == 64 ? 5 : 2 };

/* Prefetches the rows of the next round, because hardware prefetchers stop at the end of a page and
 * a row is about as long as one. Goes to the second-level cache only: in the first, these rows
 * would evict what all rows use. */
INLINE void expect_next(const brief *x, int rows, size_t n)
{
	for (int r = 0; r < rows; r++)
		__builtin_prefetch(x + (size_t)(rows + r) * n, 0, 2);
}

INLINE void combine_rows(real *sum, const real *c, const brief *x, int rows, size_t n)
{
	for (size_t i = 0; i < n; i += 2 * VL) {
		vec total[2] = { load_anywhere(sum + i), load_anywhere(sum + i + VL) }, two[2];
		expect_next(x + i, rows, n);
		to_halves(total, true);
		for (int r = 0; r < rows; r++) {
			load_two(two, x + (size_t)r * n + i, true);
			total[0] += c[r] * two[0];
			total[1] += c[r] * two[1];
		}
		from_halves(total, true);
		store_anywhere(sum + i, total[0]);
		store_anywhere(sum + i + VL, total[1]);
	}
}

static void combine(real *sum, const real *c, const brief *x, int rows, size_t n)
{
	int r = 0;
	for (; r + TOGETHER <= rows; r += TOGETHER)
		combine_rows(sum, c + r, x + (size_t)r * n, TOGETHER, n);
	for (; r < rows; r++)
		combine_rows(sum, c + r, x + (size_t)r * n, 1, n);
}

INLINE void dot_rows(double (*out)[3], const brief *x, int rows, const real *with, size_t n)
{
	vec sum[TOGETHER][3] = { 0 };
	for (size_t i = 0; i < n; i += 2 * VL) {
		vec other[3][2], two[2];
		expect_next(x + i, rows, n);
		for (int w = 0; w < 3; w++) {
			for (int j = 0; j < 2; j++)
				other[w][j] = load_anywhere(with + (size_t)w * n + i + j * VL);
			to_halves(other[w], true);
		}
		for (int r = 0; r < rows; r++) {
			load_two(two, x + (size_t)r * n + i, true);
			for (int w = 0; w < 3; w++)
				sum[r][w] += two[0] * other[w][0] + two[1] * other[w][1];
		}
	}
	for (int r = 0; r < rows; r++)
		for (int w = 0; w < 3; w++) {
			out[r][w] = 0;
			for (int l = 0; l < VL; l++)
				out[r][w] += (double)sum[r][w][l];
		}
}

static void dot_three(double (*out)[3], const brief *x, int rows, const real *with, size_t n)
{
	int r = 0;
	for (; r + TOGETHER <= rows; r += TOGETHER)
		dot_rows(out + r, x + (size_t)r * n, TOGETHER, with, n);
	for (; r < rows; r++)
		dot_rows(out + r, x + (size_t)r * n, 1, with, n);
}

/* ---- rows of a strip ---------------------------------------------------- */

/* Calls strip_function with the number of vectors in a width, as a constant for the compiler. */
#define FOR_WIDTH(strip_function, width, ...)                                                      \
	do {                                                                                       \
		if ((width) == LANES)                                                              \
			strip_function(__VA_ARGS__, LANES / VL);                                   \
		else                                                                               \
			strip_function(__VA_ARGS__, STRIP / VL);                                   \
	} while (0)

INLINE size_t row_bytes(int nv, bool is_brief)
{
	return (size_t)nv * VL * (is_brief ? sizeof(brief) : sizeof(real));
}

INLINE const char *row_at(const void *strip, int32_t col, int nv, bool is_brief)
{
	return (const char *)strip + (size_t)col * row_bytes(nv, is_brief);
}

/* Loads vectors v and v + 1 of a row. */
INLINE void row_two(vec *two, const char *row, int v, bool is_brief)
{
	load_two(two, row + row_bytes(v, is_brief), is_brief);
}

INLINE void prefetch_row(const char *row, int nv, bool is_brief)
{
	enum { LINE = 64 };
	for (size_t at = 0; at < row_bytes(nv, is_brief); at += LINE)
		__builtin_prefetch(row + at);
}

/* ---- gather: a sparse row times a strip --------------------------------- */

/* The nv vectors of the sum stay in registers over the whole row. If there are enough registers,
 * even and odd ratings have separate sums, so a multiply-add need not wait for the previous one. */
INLINE void gather_strip(real *out, const int32_t *col, const real *val, int64_t n,
			 const void *strip, bool is_brief, int nv)
{
	enum { CHAINS = VECTOR_BYTES == 64 ? 2 : 1, AHEAD = 4 };
	vec sum[CHAINS][VECTORS], x[2];
	for (int c = 0; c < CHAINS; c++)
		for (int v = 0; v < nv; v++)
			sum[c][v] = (vec){ 0 };
	int64_t t = 0;
	for (; t + CHAINS <= n; t += CHAINS)
		for (int c = 0; c < CHAINS; c++) {
			/* Hardware prefetchers cannot guess which row comes next. */
			prefetch_row(row_at(strip, col[t + c + AHEAD < n ? t + c + AHEAD : n - 1],
					    nv, is_brief),
				     nv, is_brief);
			const char *row = row_at(strip, col[t + c], nv, is_brief);
			for (int v = 0; v < nv; v += 2) {
				row_two(x, row, v, is_brief);
				sum[c][v] += val[t + c] * x[0];
				sum[c][v + 1] += val[t + c] * x[1];
			}
		}
	for (; t < n; t++)
		for (int v = 0; v < nv; v += 2) {
			row_two(x, row_at(strip, col[t], nv, is_brief), v, is_brief);
			sum[0][v] += val[t] * x[0];
			sum[0][v + 1] += val[t] * x[1];
		}
	for (int v = 0; v < nv; v += 2) {
		for (int j = 0; j < 2; j++)
			x[j] = CHAINS == 2 ? sum[0][v + j] + sum[CHAINS - 1][v + j] : sum[0][v + j];
		from_halves(x, is_brief);
		store_anywhere(out + v * VL, x[0]);
		store_anywhere(out + (v + 1) * VL, x[1]);
	}
}

static void vector_gather(real *out, const int32_t *col, const real *val, int64_t n,
			  const real *strip, int width)
{
	FOR_WIDTH(gather_strip, width, out, col, val, n, strip, false);
}

static void gather_brief(real *out, const int32_t *col, const real *val, int64_t n,
			 const brief *strip, int width)
{
	FOR_WIDTH(gather_strip, width, out, col, val, n, strip, true);
}

/* ---- dots: one row against many rows of a strip ------------------------- */

/* Adds adjacent lanes of two vectors. The low half of the result comes from a, the
 * high half from b. */
INLINE vec fold(vec a, vec b)
{
	return SHUFFLE(a, b, EVEN) + SHUFFLE(a, b, ODD);
}

/* `row` is in the order of load_two. */
INLINE vec product(const vec *row, int32_t col, const void *strip, bool is_brief, int nv)
{
	const char *other = row_at(strip, col, nv, is_brief);
	vec sum = { 0 }, x[2];
	for (int v = 0; v < nv; v += 2) {
		row_two(x, other, v, is_brief);
		sum = v ? sum + row[v] * x[0] : row[v] * x[0];
		sum += row[v + 1] * x[1];
	}
	return sum;
}

INLINE vec fold_two(const vec *row, const int32_t *col, const void *strip, bool is_brief, int nv)
{
	return fold(product(row, col[0], strip, is_brief, nv),
		    product(row, col[1], strip, is_brief, nv));
}

INLINE vec fold_four(const vec *row, const int32_t *col, const void *strip, bool is_brief, int nv)
{
	return fold(fold_two(row, col, strip, is_brief, nv),
		    fold_two(row, col + 2, strip, is_brief, nv));
}

INLINE vec fold_eight(const vec *row, const int32_t *col, const void *strip, bool is_brief, int nv)
{
	return fold(fold_four(row, col, strip, is_brief, nv),
		    fold_four(row, col + 4, strip, is_brief, nv));
}

/* Computes VL dot products at a time. Rounds of pairwise sums leave one of them in each lane, so
 * the horizontal sums are shared. */
INLINE vec one_a_lane(const vec *row, const int32_t *col, const void *strip, bool is_brief, int nv)
{
#if VL == 16
	return fold(fold_eight(row, col, strip, is_brief, nv),
		    fold_eight(row, col + 8, strip, is_brief, nv));
#elif VL == 8
	return fold_eight(row, col, strip, is_brief, nv);
#elif VL == 4
	return fold_four(row, col, strip, is_brief, nv);
#else
	return fold_two(row, col, strip, is_brief, nv);
#endif
}

INLINE void dots_strip(real *out, const int32_t *col, int64_t n, const real *r, const void *strip,
		       bool is_brief, int nv)
{
	vec row[VECTORS];
	for (int v = 0; v < nv; v++)
		row[v] = load_anywhere(r + v * VL);
	for (int v = 0; v < nv; v += 2)
		to_halves(row + v, is_brief);
	int64_t t = 0;
	for (; t + VL <= n; t += VL)
		store_anywhere(out + t, load_anywhere(out + t) +
						one_a_lane(row, col + t, strip, is_brief, nv));
	if (t < n) { /* fewer than VL left: repeat the last one to fill the lanes */
		int32_t rest[VL];
		for (int i = 0; i < VL; i++)
			rest[i] = col[t + i < n ? t + i : n - 1];
		vec sum = one_a_lane(row, rest, strip, is_brief, nv);
		for (int i = 0; t + i < n; i++)
			out[t + i] += sum[i];
	}
}

static void dots(real *out, const int32_t *col, int64_t n, const real *row, const real *strip,
		 int width)
{
	FOR_WIDTH(dots_strip, width, out, col, n, row, strip, false);
}

static void dots_brief(real *out, const int32_t *col, int64_t n, const real *row,
		       const brief *strip, int width)
{
	FOR_WIDTH(dots_strip, width, out, col, n, row, strip, true);
}

/* ---- element by element ------------------------------------------------- */

#ifdef AUTOREC_DOUBLE
INLINE real power(real y)
{
	return exp(y);
}
#else
/* exp(y) = 2^n * exp(r) with |r| <= ln 2 / 2, where exp(r) is its Taylor series to the sixth
 * power. The relative error is 1e-7. NaN stays NaN: the comparisons that bound y let it pass, and
 * r carries it on. */
INLINE real power(real y)
{
	const float bound = 87, log2e = 1.44269504f, ln2_high = 0.693359375f,
		    ln2_low = -2.12194440e-4f;
	/* Adding 1.5 * 2^23 rounds to nearest, because a float that large has no fraction. */
	const float round = 12582912.0f;
	y = y < -bound ? -bound : y;
	y = y > bound ? bound : y;
	float whole = (y * log2e + round) - round;
	float r = y - whole * ln2_high - whole * ln2_low;
	float p = 1 +
		  r * (1 + r * (1 / 2.0f +
				r * (1 / 6.0f + r * (1 / 24.0f + r * (1 / 120.0f + r / 720.0f)))));
	int32_t exponent = (int32_t)(whole == whole ? whole : 0);
	int32_t bits = (exponent + 127) << 23;
	float two_to_the;
	memcpy(&two_to_the, &bits, sizeof two_to_the);
	return two_to_the * p;
}
#endif

static void sigmoid(real *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		x[i] = 1 / (1 + power(-x[i]));
}

static void exponential(real *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		x[i] = power(x[i]);
}

static void momentum(const struct momentum *c, real *x, const real *gradient, real *velocity,
		     size_t n)
{
	const real keep = c->keep, rate = c->rate, decay = c->decay;
	for (size_t i = 0; i < n; i++) {
		velocity[i] = keep * velocity[i] + rate * (gradient[i] - decay * x[i]);
		x[i] += velocity[i];
	}
}

static void rprop(const struct rprop *c, real *to, const real *from, const real *gradient,
		  real *step, int8_t *sign, size_t n)
{
	const real up = c->eta_plus, down = c->eta_minus, least = c->step_min, most = c->step_max;
	for (size_t i = 0; i < n; i++) {
		real g = gradient[i], d = step[i];
		int now = (g > 0) - (g < 0), agree = now * sign[i];
		real longer = d * up, shorter = d * down;
		longer = longer < most ? longer : most;
		shorter = shorter > least ? shorter : least;
		d = agree > 0 ? longer : agree < 0 ? shorter : d;
		/* A change of sign: do not move, and count the gradient as 0. */
		now = agree < 0 ? 0 : now;
		to[i] = from[i] - (real)now * d;
		step[i] = d;
		sign[i] = (int8_t)now;
	}
}

#ifdef AUTOREC_DOUBLE
#define ROOT sqrt
#else
#define ROOT sqrtf
#endif

static void adam(const struct adam *c, real rate, real *to, const real *from, const real *gradient,
		 real *mean, real *squares, size_t n)
{
	const real b1 = c->beta1, b2 = c->beta2;
	for (size_t i = 0; i < n; i++) {
		const real g = gradient[i], m = b1 * mean[i] + (1 - b1) * g,
			   q = b2 * squares[i] + (1 - b2) * g * g;
		to[i] = from[i] - rate * m / (ROOT(q) + c->epsilon);
		mean[i] = m;
		squares[i] = q;
	}
}

/* ---- stochastic gradient descent ---------------------------------------- */

INLINE real total(vec v)
{
	for (int lanes = VL; lanes > 1; lanes /= 2)
		v = fold(v, v);
	return v[0];
}

/* p . q_i; p has the strips of q's row end to end. */
INLINE real dot_row(const real *p, const struct panel *q, int32_t i)
{
	vec sum[2] = { 0 };
	for (int s = 0; s < panel_strips(q->k); s++) {
		const real *row = panel_row(q, s, i);
		for (int j = 0; j < panel_width(q->k, s); j += 2 * VL) {
			sum[0] += load_anywhere(p + s * STRIP + j) * load(row + j);
			sum[1] += load_anywhere(p + s * STRIP + j + VL) * load(row + j + VL);
		}
	}
	return total(sum[0] + sum[1]);
}

INLINE void descend_row(real *p, const struct panel *q, int32_t i, real pull, real keep)
{
	for (int s = 0; s < panel_strips(q->k); s++) {
		real *row = panel_row(q, s, i);
		for (int j = 0; j < panel_width(q->k, s); j += VL) {
			const vec x = load_anywhere(p + s * STRIP + j), y = load(row + j);
			store_anywhere(p + s * STRIP + j, keep * x + pull * y);
			store_anywhere(row + j, keep * y + pull * x);
		}
	}
}

static void descend(const struct descent *c, real *p, real *user_bias, const struct panel *q,
		    real *item_bias, const int32_t *col, const real *val, int64_t n)
{
	const real keep = 1 - c->rate * c->lambda;
	real b = *user_bias;
	for (int64_t t = 0; t < n; t++) {
		const int32_t i = col[t], next = col[t + 1 < n ? t + 1 : t];
		for (int s = 0; s < panel_strips(q->k); s++)
			prefetch_row((const char *)panel_row(q, s, next), panel_width(q->k, s) / VL,
				     false);
		const real pull = c->rate *
				  (val[t] - (c->mean + b + item_bias[i] + dot_row(p, q, i)));
		b = keep * b + pull;
		item_bias[i] = keep * item_bias[i] + pull;
		descend_row(p, q, i, pull * c->share, keep);
	}
	*user_bias = b;
}

/* Blocks of rows are short enough for float sums, which are then added to the double sums. */
static void moments(const real *strip, int32_t rows, int width, real low, real high, double *sum,
		    double *squares, double *outside)
{
	enum { BLOCK = 64 };
	for (int32_t r = 0; r < rows; r += BLOCK) {
		const int32_t end = rows - r < BLOCK ? rows : r + BLOCK;
		for (int j = 0; j < width; j += LANES) {
			real s[LANES] = { 0 }, q[LANES] = { 0 }, o[LANES] = { 0 };
			for (int32_t i = r; i < end; i++) {
				const real *x = strip + (size_t)i * (size_t)width + j;
				for (int l = 0; l < LANES; l++) {
					s[l] += x[l];
					q[l] += x[l] * x[l];
					o[l] += (real)((x[l] < low) | (x[l] > high));
				}
			}
			for (int l = 0; l < LANES; l++) {
				sum[j + l] += (double)s[l];
				squares[j + l] += (double)q[l];
				outside[j + l] += (double)o[l];
			}
		}
	}
}

static double square(const real *x, size_t n)
{
	/* One sum per lane, then their total. The order is fixed, and float squares are
	 * exact in double. */
	double sum[LANES] = { 0 };
	size_t i = 0;
	for (; i + LANES <= n; i += LANES)
		for (int j = 0; j < LANES; j++)
			sum[j] += (double)x[i + j] * (double)x[i + j];
	for (int j = 0; i < n; i++, j++)
		sum[j] += (double)x[i] * (double)x[i];
	for (int half = LANES / 2; half > 0; half /= 2)
		for (int j = 0; j < half; j++)
			sum[j] += sum[j + half];
	return sum[0];
}

#define NAME(isa)  NAME_(isa)
#define NAME_(isa) kernels_##isa
#define TEXT(isa)  TEXT_(isa)
#define TEXT_(isa) #isa
extern const struct kernels NAME(KERNEL_ISA);
const struct kernels NAME(KERNEL_ISA) = {
	.name = TEXT(KERNEL_ISA),
	.gather = vector_gather,
	.gather_brief = gather_brief,
	.dots = dots,
	.dots_brief = dots_brief,
	.sigmoid = sigmoid,
	.exp = exponential,
	.momentum = momentum,
	.rprop = rprop,
	.adam = adam,
	.descend = descend,
	.moments = moments,
	.square = square,
	.shorten = shorten,
	.combine = combine,
	.dot_three = dot_three,
};
