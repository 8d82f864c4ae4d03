/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * OpenBLAS with the core type that it has since the start, beside its others that this processor
 * runs, on what the program asks of it: a product of panels, and the ridge regression of a user
 * with 1,000 ratings at k = 500.  A goal that is not met is a reason to choose another core type at
 * the start (dense_start). */
#include <stdlib.h>
#include <string.h>

#include "autorec/clock.h"
#include "autorec/dense.h"
#include "autorec/kernel.h"
#include "autorec/mem.h"
#include "bench.h"

enum { TIMES = 30, N = 1024, K = 500, RATINGS = 1000 };

struct core {
	const char *name, *set; /* set: the least of ours that a processor has which runs it (see
				   struct kernels) */
	bool runs;
	double product[TIMES], ridge[TIMES]; /* its seconds by those of the core type in use, one
						right after the other */
};

/* What is asked, and the last seconds of it. */
struct work {
	struct panel a, b, c;      /* [N x K], [K x K], [N x K] */
	real *x, *scratch, *y, *w; /* [RATINGS x K], the same, [RATINGS], [K] */
	double product, ridge;
};

static real *numbers(size_t n, struct err *e)
{
	real *x = mem_array(n, sizeof *x, e);
	for (size_t i = 0; x && i < n; i++)
		x[i] = (real)((double)(i * 7919 % 1000) / 1000 - 0.5);
	return x;
}

static int begin(struct work *w, struct err *e)
{
	w->a = (struct panel){ numbers(panel_size(N, K), e), N, K };
	w->b = (struct panel){ numbers(panel_size(K, K), e), K, K };
	w->c = (struct panel){ numbers(panel_size(N, K), e), N, K };
	w->x = numbers((size_t)RATINGS * K, e);
	w->scratch = numbers((size_t)RATINGS * K, e);
	w->y = numbers(RATINGS, e);
	w->w = numbers(K, e);
	return w->a.data && w->b.data && w->c.data && w->x && w->scratch && w->y && w->w
		       ? 0
		       : ERR_NOMEM;
}

static void end(struct work *w)
{
	free(w->a.data);
	free(w->b.data);
	free(w->c.data);
	free(w->x);
	free(w->scratch);
	free(w->y);
	free(w->w);
}

static int once(struct work *w, const char *core, struct err *e)
{
	real intercept;
	dense_select(core);
	const double began = clock_seconds();
	dense_times(&w->a, &w->b, &w->c, 0, N);
	w->product = clock_seconds() - began;
	memcpy(w->scratch, w->x, (size_t)RATINGS * K * sizeof *w->x);
	const double between = clock_seconds();
	const int status = dense_ridge(w->scratch, w->y, NULL, RATINGS, K, 1, w->w, &intercept, e);
	w->ridge = clock_seconds() - between;
	return status;
}

static int measure(struct work *w, struct core *c, const char *in_use, int round, struct err *e)
{
	if (once(w, in_use, e) < 0)
		return e->code;
	const double product = w->product, ridge = w->ridge;
	if (once(w, c->name, e) < 0)
		return e->code;
	c->product[round] = w->product / product;
	c->ridge[round] = w->ridge / ridge;
	return 0;
}

static int compare(struct work *w, struct core *cores, const char *in_use, struct err *e)
{
	for (int round = 0; round < TIMES; round++)
		for (struct core *c = cores; c->name; c++) {
			c->runs = strcmp(c->set, kernel_best()->name) <= 0 && dense_select(c->name);
			if (c->runs && measure(w, c, in_use, round, e) < 0)
				return e->code;
		}
	return 0;
}

/* The core type in use may be 20 % slower than another. */
static void print(const struct bench *b, struct core *cores, const char *in_use)
{
	for (struct core *c = cores; c->name; c++) {
		if (!c->runs)
			continue;
		bench_row(b,
			  (struct figure){ .value = bench_median(c->product, TIMES),
					   .unit = "x",
					   .at_least = 1 / 1.2 },
			  "product of panels, %s's time by %s's", c->name, in_use);
		bench_row(b,
			  (struct figure){ .value = bench_median(c->ridge, TIMES),
					   .unit = "x",
					   .at_least = 1 / 1.2 },
			  "ridge, %d ratings, %s's time by %s's", RATINGS, c->name, in_use);
	}
}

int bench_blas(struct bench *b, struct err *e)
{
	struct core cores[] = {
		{ "Prescott", "v2" },
		{ "Nehalem", "v3" },
		{ "Sandybridge", "v3" },
		{ "Haswell", "v3" },
		{ "Zen", "v3" },
		{ "SkylakeX", "v4" },
		{ NULL },
	};
	struct work w;
	kernel_use();
	const char *const in_use = dense_core();
	int status = begin(&w, e);
	if (status == 0)
		status = compare(&w, cores, in_use, e);
	if (status == 0)
		print(b, cores, in_use);
	end(&w);
	return status;
}
