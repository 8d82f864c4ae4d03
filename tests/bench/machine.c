/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What this machine is and what it does at most: the rooflines that the other sections stand under.
 *
 *     stream   a = b + 3 c on arrays far beyond the caches, 12 bytes a number (McCalpin's triad)
 *     cache    reading half a second-level cache again and again, each core its own
 *     flops    independent multiply-adds in registers, two operations each */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "autorec/clock.h"
#include "autorec/kernel.h"
#include "autorec/machine.h"
#include "autorec/mem.h"
#include "bench.h"
#include "peak.h"

extern const struct peak_loops peak_v2;
#ifdef __x86_64__
extern const struct peak_loops peak_v3, peak_v4;
static const struct peak_loops *const all[] = { &peak_v4, &peak_v3, &peak_v2 };
#else
static const struct peak_loops *const all[] = { &peak_v2 };
#endif

enum { STREAM_BYTES = 256 << 20, CACHE_PASSES = 4000, ROUNDS = 20000000, TRIES = 5 };

struct work {
	const struct peak_loops *loops;
	float *a, *b, *c; /* [stream] */
	float *hot;       /* [threads][cached] */
	size_t stream, cached;
	int threads;
	volatile float sink; /* results go somewhere, or nothing would be computed */
};

static void stream(struct work *w, int thread)
{
	const size_t share = w->stream / (size_t)w->threads, at = share * (size_t)thread;
	w->loops->triad(w->a + at, w->b + at, w->c + at, share);
}

static void cache(struct work *w, int thread)
{
	for (int i = 0; i < CACHE_PASSES; i++)
		w->sink = w->loops->read(w->hot + w->cached * (size_t)thread, w->cached);
}

static void flops(struct work *w, int thread)
{
	w->sink = w->loops->multiply_add(ROUNDS);
}

/* The least seconds of a few tries: a peak is what nothing disturbed. */
static double least_seconds(struct work *w, void (*run)(struct work *w, int thread))
{
	double least = INFINITY;
	for (int i = 0; i < TRIES; i++) {
		const double began = clock_seconds();
#pragma omp parallel for schedule(static, 1) num_threads(w->threads)
		for (int t = 0; t < w->threads; t++)
			run(w, t);
		const double seconds = clock_seconds() - began;
		least = seconds < least ? seconds : least;
	}
	return least;
}

static struct peak measure(struct work *w)
{
	const double n = w->threads;
	return (struct peak){
		.stream = 3.0 * sizeof(float) * (double)w->stream / 1e9 / least_seconds(w, stream),
		.cache = n * CACHE_PASSES * sizeof(float) * (double)w->cached / 1e9 /
			 least_seconds(w, cache),
		.flops = n * ROUNDS * (double)w->loops->flops_per_round / 1e9 /
			 least_seconds(w, flops),
	};
}

static void print_peak(const struct bench *b, const struct peak *p, int cores)
{
	const char *s = cores > 1 ? "s" : "";
	bench_row(b, (struct figure){ .value = p->stream, .unit = "GB/s" },
		  "memory, triad, %d core%s", cores, s);
	bench_row(b, (struct figure){ .value = p->cache, .unit = "GB/s" },
		  "second-level cache, reads, %d core%s", cores, s);
	bench_row(b, (struct figure){ .value = p->flops, .unit = "GFLOP/s" },
		  "multiply-adds, float, %d core%s", cores, s);
}

static void print_machine(const struct bench *b)
{
	struct machine m;
	machine_look(&m);
	const long l1 = sysconf(_SC_LEVEL1_DCACHE_SIZE), l2 = sysconf(_SC_LEVEL2_CACHE_SIZE);
	bench_note(b,
		   "%s, %d core%s, caches %ld KiB and %ld KiB a core, kernels %s (%s), OpenBLAS %s",
		   m.processor, b->cores, b->cores > 1 ? "s" : "", l1 >> 10, l2 >> 10, m.kernels,
		   m.known_as, m.blas);
	if (b->json) {
		fprintf(b->json,
			"{\"section\":\"machine\",\"processor\":\"%s\",\"cores\":%d,\"l1_kib\":%ld,"
			"\"l2_kib\":%ld,\"kernels\":\"%s\","
			"\"openblas\":\"%s\"}\n",
			m.processor, b->cores, l1 >> 10, l2 >> 10, m.kernels, m.blas);
		fflush(b->json);
	}
}

static const struct peak_loops *loops_in_use(void)
{
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		if (!strcmp(all[i]->isa, kernel_use()->name))
			return all[i];
	return &peak_v2;
}

int bench_machine(struct bench *b, struct err *e)
{
	const long l2 = sysconf(_SC_LEVEL2_CACHE_SIZE);
	struct work w = { .loops = loops_in_use(),
			  .stream = STREAM_BYTES / sizeof(float),
			  .threads = 1 };
	w.cached = (size_t)(l2 > 0 ? l2 : 1 << 18) / 2 / sizeof(float) / 256 * 256;
	w.a = mem_array(w.stream, sizeof *w.a, e);
	w.b = mem_array(w.stream, sizeof *w.b, e);
	w.c = mem_array(w.stream, sizeof *w.c, e);
	w.hot = mem_array((size_t)b->cores * w.cached, sizeof *w.hot, e);
	const int status = w.a && w.b && w.c && w.hot ? 0 : ERR_NOMEM;
	print_machine(b);
	if (status == 0) {
		b->one = measure(&w);
		print_peak(b, &b->one, 1);
	}
	w.threads = b->cores;
	if (status == 0)
		b->all = b->cores > 1 ? measure(&w) : b->one;
	if (status == 0 && b->cores > 1)
		print_peak(b, &b->all, b->cores);
	free(w.a);
	free(w.b);
	free(w.c);
	free(w.hot);
	return status;
}
