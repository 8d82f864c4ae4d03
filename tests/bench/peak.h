/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Loops that do nothing but what a machine can do at most, compiled once for each instruction set
 * like the kernels. */
#ifndef TESTS_BENCH_PEAK_H
#define TESTS_BENCH_PEAK_H

#include <stddef.h>
#include <stdint.h>

struct peak_loops {
	const char *isa;         /* as the kernels call it */
	int64_t flops_per_round; /* of multiply_add */
	float (*multiply_add)(int64_t rounds);
	float (*read)(const float *x, size_t n); /* sums; n: a multiple of 256 */
	void (*triad)(float *a, const float *b, const float *c, size_t n); /* a = b + 3 c */
};

#endif
