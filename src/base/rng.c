/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/rng.h"

#include <math.h>

uint64_t rng_mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

uint64_t rng_hash(const void *bytes, unsigned long size)
{
	const unsigned char *p = bytes;
	uint64_t h = 0xcbf29ce484222325u;
	for (unsigned long i = 0; i < size; i++)
		h = (h ^ p[i]) * 0x100000001b3u;
	return rng_mix(h);
}

void rng_init(struct rng *r, uint64_t seed, uint64_t stream)
{
	const uint64_t golden = 0x9e3779b97f4a7c15u;
	uint64_t x = rng_mix(seed + golden) ^ rng_mix(rng_mix(stream + 1));
	for (int i = 0; i < 4; i++)
		r->s[i] = rng_mix(x += golden);
	r->has_spare = 0;
}

static uint64_t rotate(uint64_t x, int k)
{
	return x << k | x >> (64 - k);
}

uint64_t rng_u64(struct rng *r)
{
	uint64_t *s = r->s, out = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return out;
}

uint64_t rng_below(struct rng *r, uint64_t n)
{
	/* Lemire 2019: the high half of a product; the few biased low halves are drawn again. */
	for (;;) {
		unsigned __int128 product = (unsigned __int128)rng_u64(r) * n;
		uint64_t low = (uint64_t)product;
		if (low >= n || low >= -n % n)
			return (uint64_t)(product >> 64);
	}
}

void rng_order(struct rng *r, int32_t *order, int32_t n)
{
	for (int32_t i = 0; i < n; i++) {
		const int32_t j = (int32_t)rng_below(r, (uint64_t)i + 1);
		order[i] = order[j];
		order[j] = i;
	}
}

double rng_unit(struct rng *r)
{
	return (double)(rng_u64(r) >> 11) * 0x1p-53;
}

double rng_normal(struct rng *r)
{
	/* Marsaglia's polar method. */
	if (r->has_spare) {
		r->has_spare = 0;
		return r->spare;
	}
	double x, y, s;
	do {
		x = 2 * rng_unit(r) - 1;
		y = 2 * rng_unit(r) - 1;
		s = x * x + y * y;
	} while (s >= 1 || s == 0);
	double scale = sqrt(-2 * log(s) / s);
	r->spare = y * scale;
	r->has_spare = 1;
	return x * scale;
}
