/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/panel.h"

#include <string.h>

#include "autorec/kernel.h"

void panel_read_row(const struct panel *p, int32_t row, real *out)
{
	for (int s = 0; s < panel_strips(p->k); s++)
		memcpy(out + s * STRIP, panel_row(p, s, row),
		       (size_t)panel_used(p->k, s) * sizeof *out);
}

void panel_write_row(const struct panel *p, int32_t row, const real *in)
{
	for (int s = 0; s < panel_strips(p->k); s++)
		memcpy(panel_row(p, s, row), in + s * STRIP,
		       (size_t)panel_used(p->k, s) * sizeof *in);
}

struct strip panel_strip(const struct panel *p, int s, brief *room)
{
	enum { ROWS = 64 };
	const struct strip strip = { panel_row(p, s, 0), room, panel_width(p->k, s) };
	if (!room)
		return strip;
#pragma omp parallel for schedule(static) num_threads(kernel_threads())
	for (int32_t row = 0; row < p->rows; row += ROWS) {
		const int32_t n = p->rows - row < ROWS ? p->rows - row : ROWS;
		const size_t at = (size_t)row * (size_t)strip.width;
		kernel_use()->shorten(room + at, strip.exact + at, (size_t)n * (size_t)strip.width);
	}
	return strip;
}

int32_t strip_cached_rows(const struct strip *x)
{
	enum { CACHE = 8 << 20 }; /* bytes of the cache that all cores share */
	return CACHE / (x->width * (int32_t)(x->rounded ? sizeof *x->rounded : sizeof *x->exact));
}

void strip_gather(const struct strip *x, real *out, const int32_t *col, const real *val, int64_t n)
{
	if (x->rounded)
		kernel_use()->gather_brief(out, col, val, n, x->rounded, x->width);
	else
		kernel_use()->gather(out, col, val, n, x->exact, x->width);
}

void strip_dots(const struct strip *x, real *out, const int32_t *col, int64_t n, const real *row)
{
	if (x->rounded)
		kernel_use()->dots_brief(out, col, n, row, x->rounded, x->width);
	else
		kernel_use()->dots(out, col, n, row, x->exact, x->width);
}

enum { BLOCK = 32 /* rows of a strip, which stay in a core's cache for the next x */ };

/* Prefetches the next rows into the second-level cache while the previous ones are used, because
 * hardware prefetchers stop at the end of each page. Inline, because GCC drops calls of a function
 * that only prefetches. */
static inline __attribute__((always_inline)) void expect_rows(const struct panel *p, int s,
							      int32_t row, int32_t n)
{
	enum { LINE = 64 };
	const char *first = (const char *)panel_row(p, s, row);
	const size_t bytes = (size_t)n * (size_t)panel_width(p->k, s) * sizeof *p->data;
	for (size_t at = 0; at < bytes; at += LINE)
		__builtin_prefetch(first + at, 0, 2);
}

static void times_block(const struct panel *p, int n, const real *const *x, real *const *out,
			int32_t row)
{
	const struct kernels *kernels = kernel_use();
	const int32_t rows = p->rows - row < BLOCK ? p->rows - row : BLOCK, next = row + rows;
	int32_t all[BLOCK];
	for (int i = 0; i < BLOCK; i++)
		all[i] = i;
	for (int s = 0; s < panel_strips(p->k); s++) {
		for (int i = 0; i < n; i++) {
			if (i == n - 1) /* these rows are in the cache by now */
				expect_rows(p, s, next,
					    p->rows - next < BLOCK ? p->rows - next : BLOCK);
			kernels->dots(out[i] + row, all, rows, x[i] + s * STRIP,
				      panel_row(p, s, row), panel_width(p->k, s));
		}
	}
}

void panel_times_each(const struct panel *p, int n, const real *const *x, real *const *out)
{
	if (!kernel_shares(panel_is_large(p->rows, p->k))) {
		for (int32_t row = 0; row < p->rows; row += BLOCK)
			times_block(p, n, x, out, row);
		return;
	}
#pragma omp parallel for schedule(static) num_threads(kernel_threads())
	for (int32_t row = 0; row < p->rows; row += BLOCK)
		times_block(p, n, x, out, row);
}

void panel_times(const struct panel *p, const real *x, real *out)
{
	panel_times_each(p, 1, &x, &out);
}
