/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/panel.h"

#include <string.h>

#include "autorec/kernel.h"

void panel_read_row(const struct panel *p, int32_t row, real *out)
{
	for (int s = 0; s < panel_strips(p->k); s++)
		memcpy(out + s * STRIP, panel_row(p, s, row), (size_t)panel_used(p->k, s) * sizeof *out);
}

void panel_write_row(const struct panel *p, int32_t row, const real *in)
{
	for (int s = 0; s < panel_strips(p->k); s++)
		memcpy(panel_row(p, s, row), in + s * STRIP, (size_t)panel_used(p->k, s) * sizeof *in);
}

struct strip panel_strip(const struct panel *p, int s, brief *room)
{
	enum { ROWS = 64 };
	const struct strip strip = { panel_row(p, s, 0), room, panel_width(p->k, s) };
#pragma omp parallel for schedule(static) num_threads(kernel_threads()) if (room)
	for (int32_t row = 0; row < (room ? p->rows : 0); row += ROWS) {
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

void panel_times(const struct panel *p, const real *x, real *out)
{
	enum { BLOCK = 1024 };
	int32_t all[BLOCK];
	for (int i = 0; i < BLOCK; i++)
		all[i] = i;
#pragma omp parallel for schedule(static) num_threads(kernel_threads()) if (panel_is_large(p->rows, p->k))
	for (int32_t row = 0; row < p->rows; row += BLOCK)
		for (int s = 0; s < panel_strips(p->k); s++) {
			int n = p->rows - row < BLOCK ? p->rows - row : BLOCK;
			kernel_use()->dots(out + row, all, n, x + s * STRIP, panel_row(p, s, row), panel_width(p->k, s));
		}
}
