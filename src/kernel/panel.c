/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/panel.h"

#include <string.h>

#include "autorec/kernel.h"

static int used(int32_t k, int s)
{
	return k - s * STRIP < STRIP ? k - s * STRIP : STRIP;
}

void panel_read_row(const struct panel *p, int32_t row, real *out)
{
	for (int s = 0; s < panel_strips(p->k); s++)
		memcpy(out + s * STRIP, panel_row(p, s, row), (size_t)used(p->k, s) * sizeof *out);
}

void panel_write_row(const struct panel *p, int32_t row, const real *in)
{
	for (int s = 0; s < panel_strips(p->k); s++)
		memcpy(panel_row(p, s, row), in + s * STRIP, (size_t)used(p->k, s) * sizeof *in);
}

void panel_times(const struct panel *p, const real *x, real *out)
{
	enum { BLOCK = 1024 };
	int32_t all[BLOCK];
	for (int i = 0; i < BLOCK; i++)
		all[i] = i;
	for (int s = 0; s < panel_strips(p->k); s++)
		for (int32_t row = 0; row < p->rows; row += BLOCK) {
			int n = p->rows - row < BLOCK ? p->rows - row : BLOCK;
			kernel_use()->dots(out + row, all, n, x + s * STRIP, panel_row(p, s, row), panel_width(p->k, s));
		}
}
