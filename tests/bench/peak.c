/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peak.h"

/* The widest register of the instruction set that this is compiled for. */
enum { BYTES = __BIGGEST_ALIGNMENT__, LANES = BYTES / sizeof(float), CHAINS = 12 };
typedef float vec __attribute__((vector_size(BYTES)));

/* As many chains as hide the latency, of two multiply-adds a cycle. */
static float multiply_add(int64_t rounds)
{
	vec sum[CHAINS], x = { 0 }, y = { 0 };
	x += 0.5f;
	y += 1;
	for (int c = 0; c < CHAINS; c++)
		sum[c] = x + (float)c; /* all different, or one would do for all */
	for (int64_t i = 0; i < rounds; i++)
		for (int c = 0; c < CHAINS; c++)
			sum[c] = sum[c] * x + y;
	for (int c = 1; c < CHAINS; c++)
		sum[0] += sum[c];
	return sum[0][0];
}

static float read_all(const float *x, size_t n)
{
	enum { SUMS = 8 };
	const vec *v = (const vec *)x;
	vec sum[SUMS] = { 0 };
	for (size_t i = 0; i < n / LANES; i += SUMS)
		for (int c = 0; c < SUMS; c++)
			sum[c] += v[i + c];
	for (int c = 1; c < SUMS; c++)
		sum[0] += sum[c];
	return sum[0][0];
}

static void triad(float *restrict a, const float *restrict b, const float *restrict c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		a[i] = b[i] + 3 * c[i];
}

#define NAME(isa)  NAME_(isa)
#define NAME_(isa) peak_##isa
#define TEXT(isa)  TEXT_(isa)
#define TEXT_(isa) #isa
extern const struct peak_loops NAME(KERNEL_ISA);
const struct peak_loops NAME(KERNEL_ISA) = {
	.isa = TEXT(KERNEL_ISA),
	.flops_per_round = (int64_t)2 * LANES * CHAINS,
	.multiply_add = multiply_add,
	.read = read_all,
	.triad = triad,
};
