/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Weights of a model for more, or fewer, users and items.  These are the last rows of the tensors,
 * so what remains keeps its place in the rows, and only the strips move. */
#include <string.h>

#include "autorec/model.h"
#include "autorec/units.h"

void weights_copy_rows(const struct model *from, const void *a, const struct model *to, void *b,
		       int64_t epoch, size_t size)
{
	for (int i = 0; i < from->n_tensors; i++) {
		const struct tensor *s = &from->tensors[i], *t = &to->tensors[i];
		const int32_t rows = s->rows < t->rows ? s->rows : t->rows;
		const char *source = (const char *)a + s->offset * size;
		char *target = (char *)b + t->offset * size;
		const struct panel p = { .rows = s->rows, .k = model_columns(from, i, epoch) },
				   q = { .rows = t->rows, .k = p.k };
		if (!t->panel)
			memcpy(target, source, (size_t)rows * size);
		for (int strip = 0; t->panel && strip < panel_strips(p.k); strip++)
			memcpy(target + panel_offset(&q, strip, 0) * size,
			       source + panel_offset(&p, strip, 0) * size,
			       (size_t)rows * (size_t)panel_width(p.k, strip) * size);
	}
}

static void copy_hidden(const struct panel *from, const struct panel *to)
{
	const int32_t rows = from->rows < to->rows ? from->rows : to->rows;
	for (int s = 0; s < panel_strips(from->k); s++)
		memcpy(panel_row(to, s, 0), panel_row(from, s, 0),
		       (size_t)rows * (size_t)panel_width(from->k, s) * sizeof *from->data);
}

int weights_copy(const struct model *from, const struct weights *w, const struct model *to,
		 struct weights **out, struct err *e)
{
	const int status = weights_new(to, out, e);
	if (status < 0)
		return status;
	(*out)->epoch = w->epoch;
	(*out)->into = w->into;
	(*out)->hidden.k = w->hidden.k;
	weights_copy_rows(from, w->theta, to, (*out)->theta, w->epoch, sizeof *w->theta);
	copy_hidden(&w->hidden, &(*out)->hidden);
	if (w->measured && from->k > 0)
		memcpy((*out)->units, w->units, (size_t)from->k * sizeof *w->units);
	(*out)->measured = w->measured;
	return 0;
}
