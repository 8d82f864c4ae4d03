/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Random numbers that are the same on every machine and in every version: xoshiro256** (Blackman,
 * Vigna 2018), seeded by splitmix64. Stream numbers give independent generators from one seed.
 *
 *     struct rng r;
 *     rng_init(&r, seed, stream);
 *     double u = rng_unit(&r); */
#ifndef AUTOREC_RNG_H
#define AUTOREC_RNG_H

#include <stdint.h>

/* 2^53. A double, and so a JSON number, holds every whole number up to it. */
#define LARGEST_SEED 9007199254740992.0

struct rng {
	uint64_t s[4];
	double spare; /* the second normal variate of a pair */
	int has_spare;
};

void rng_init(struct rng *r, uint64_t seed, uint64_t stream);
uint64_t rng_u64(struct rng *r);
uint64_t rng_below(struct rng *r, uint64_t n); /* uniform in 0..n-1, n > 0, without bias */
void rng_order(struct rng *r, int32_t *order, int32_t n); /* 0 .. n-1 in random order */
double rng_unit(struct rng *r);                           /* uniform in [0, 1), 53 bits */
double rng_normal(struct rng *r);                         /* mean 0, variance 1 */

uint64_t rng_mix(uint64_t x); /* the finalizer of splitmix64, a scattering bijection */
uint64_t rng_hash(const void *bytes, unsigned long size); /* FNV-1a, then scattered */

#endif
