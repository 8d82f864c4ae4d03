/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/contrast.h"

#include <math.h>
#include <stdlib.h>

#include "autorec/mem.h"

static int compare_names(const struct contrasted *a, const struct contrasted *b)
{
	return a->level != b->level ? a->level - b->level
	       : a->kind != b->kind ? (int)a->kind - (int)b->kind
				    : (a->index > b->index) - (a->index < b->index);
}

static int by_name(const void *x, const void *y)
{
	return compare_names(x, y);
}

static int by_difference(const void *x, const void *y)
{
	const struct contrasted *a = x, *b = y;
	const double p = fabs(a->part[0] - a->part[1]), q = fabs(b->part[0] - b->part[1]);
	return p < q ? 1 : p > q ? -1 : compare_names(a, b);
}

/* Joins the parts that have the same name; n parts, of which both sides' are adjacent once they are
 * sorted. */
static int64_t join(struct contrasted *rows, int64_t n)
{
	int64_t kept = 0;
	qsort(rows, (size_t)n, sizeof *rows, by_name);
	for (int64_t i = 0; i < n; i++)
		if (kept > 0 && compare_names(&rows[kept - 1], &rows[i]) == 0) {
			rows[kept - 1].part[0] += rows[i].part[0];
			rows[kept - 1].part[1] += rows[i].part[1];
		} else {
			rows[kept++] = rows[i];
		}
	qsort(rows, (size_t)kept, sizeof *rows, by_difference);
	return kept;
}

int contrast_terms(const struct terms *a, const struct terms *b, struct contrasted **out,
		   int64_t *n, struct err *e)
{
	const struct terms *const sides[2] = { a, b };
	int64_t at = 0;
	*out = mem_array((size_t)(a->n + b->n), sizeof **out, e);
	for (int side = 0; *out && side < 2; side++)
		for (int64_t i = 0; i < sides[side]->n; i++) {
			const struct term *t = &sides[side]->at[i];
			(*out)[at] = (struct contrasted){ t->kind, t->level, t->index, NAN, { 0 } };
			(*out)[at++].part[side] = t->product;
		}
	*n = *out ? join(*out, at) : 0;
	return *out ? 0 : ERR_NOMEM;
}

int contrast_influences(const struct influences *a, const struct influences *b,
			struct contrasted **out, int64_t *n, struct err *e)
{
	const struct influences *const sides[2] = { a, b };
	int64_t at = 0;
	*out = mem_array((size_t)(a->n + b->n), sizeof **out, e);
	for (int side = 0; *out && side < 2; side++)
		for (int64_t i = 0; i < sides[side]->n; i++) {
			const struct influence *x = &sides[side]->at[i];
			(*out)[at] = (struct contrasted){ .index = x->index, .rating = x->rating };
			(*out)[at++].part[side] = x->influence;
		}
	*n = *out ? join(*out, at) : 0;
	return *out ? 0 : ERR_NOMEM;
}
