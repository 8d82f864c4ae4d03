/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A panel is a rows x k matrix stored in strips of STRIP columns:
 *
 *     strip 0: rows x STRIP   strip 1: rows x STRIP   ...   last strip: rows x (rest, padded to
 * LANES)
 *
 * A sparse product visits the rows of one strip in any order. A strip of a few thousand rows stays
 * in the second-level cache, where whole rows of k = 500 would not. Padding columns are always
 * zero. A panel does not own its data. */
#ifndef AUTOREC_PANEL_H
#define AUTOREC_PANEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "autorec/real.h"

enum { LANES = 32, STRIP = 64 };

struct panel {
	real *data; /* [panel_size], aligned to 64 bytes */
	int32_t rows;
	int32_t k; /* columns in use */
};

static inline int panel_strips(int32_t k)
{
	return (k + STRIP - 1) / STRIP;
}

/* Columns of strip s, padding included: a multiple of LANES, at most STRIP. */
static inline int panel_width(int32_t k, int s)
{
	int left = k - s * STRIP;
	return left >= STRIP ? STRIP : (left + LANES - 1) / LANES * LANES;
}

/* Columns in use of strip s. */
static inline int panel_used(int32_t k, int s)
{
	return k - s * STRIP < STRIP ? k - s * STRIP : STRIP;
}

/* Columns, padding included. */
static inline int32_t panel_columns(int32_t k)
{
	return (k + LANES - 1) / LANES * LANES;
}

/* Numbers in a panel, padding included. */
static inline size_t panel_size(int32_t rows, int32_t k)
{
	return (size_t)rows * (size_t)panel_columns(k);
}

/* Offset in data of the first number of a row within strip s. */
static inline size_t panel_offset(const struct panel *p, int s, int32_t row)
{
	return (size_t)s * STRIP * (size_t)p->rows + (size_t)row * (size_t)panel_width(p->k, s);
}

static inline real *panel_row(const struct panel *p, int s, int32_t row)
{
	return p->data + panel_offset(p, s, row);
}

static inline real panel_get(const struct panel *p, int32_t row, int32_t column)
{
	return panel_row(p, column / STRIP, row)[column % STRIP];
}

/* Copy one whole row of k numbers out of the strips, and into them. */
void panel_read_row(const struct panel *p, int32_t row, real *out);
void panel_write_row(const struct panel *p, int32_t row, const real *in);

/* One strip as the source of sparse products: the panel's own numbers, or a rounded copy, which is
 * faster to read. */
struct strip {
	const real *exact;
	const brief *rounded; /* NULL: use exact */
	int width;
};

/* Strip s of a panel. Unless `room` [p->rows * panel_width] is NULL, all threads round
 * the strip into it. */
struct strip panel_strip(const struct panel *p, int s, brief *room);
/* How many rows of the strip fit in the last-level cache. */
int32_t strip_cached_rows(const struct strip *x);
/* The kernels of these names, for a strip. */
void strip_gather(const struct strip *x, real *out, const int32_t *col, const real *val, int64_t n);
void strip_dots(const struct strip *x, real *out, const int32_t *col, int64_t n, const real *row);

/* Is the panel large enough to read it with several threads? Work of less than a few milliseconds
 * is not, because a training may need the cores. */
static inline bool panel_is_large(int64_t rows, int32_t k)
{
	const int64_t large = 8 << 20;
	return rows * k > large;
}

/* out[r] += row r . x for every row; x: [panel_columns(k)], zero in the padding. */
void panel_times(const struct panel *p, const real *x, real *out);
/* The same for n vectors, out[i] from x[i]. Reads the panel once for all of them. */
void panel_times_each(const struct panel *p, int n, const real *const *x, real *const *out);

#endif
