/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/terms.h"

#include <math.h>
#include <stdlib.h>

#include "autorec/mem.h"

const char *term_kind_name(enum term_kind kind)
{
	static const char *const names[] = { TERM_KINDS(PARAM_STRING) };
	return names[kind];
}

static int append(struct terms *t, const struct term *term, struct err *e)
{
	if (t->n == t->capacity) {
		const int64_t capacity = t->capacity ? 2 * t->capacity : 64;
		struct term *at = realloc(t->at, (size_t)capacity * sizeof *at);
		if (!at)
			return err_set(e, ERR_NOMEM, NULL, "out of memory");
		t->at = at;
		t->capacity = capacity;
	}
	t->at[t->n++] = *term;
	return 0;
}

int terms_add(struct terms *t, enum term_kind kind, int32_t index, double weight, double activation,
	      struct err *e)
{
	t->sum += weight * activation;
	return append(t,
		      &(struct term){ .kind = kind,
				      .index = index,
				      .weight = weight,
				      .activation = activation,
				      .product = weight * activation },
		      e);
}

int terms_add_to(struct terms *t, int level, enum term_kind kind, int32_t index, double weight,
		 double activation, struct err *e)
{
	t->level[level].sum += weight * activation;
	return append(t,
		      &(struct term){ kind, index, level, weight, activation, weight * activation },
		      e);
}

void terms_softmax(struct terms *t)
{
	double most = -HUGE_VAL, total = 0;
	for (int v = 0; v < t->n_levels; v++)
		most = fmax(most, t->level[v].sum);
	for (int v = 0; v < t->n_levels; v++)
		total += t->level[v].p = exp(t->level[v].sum - most);
	t->prediction = 0;
	for (int v = 0; v < t->n_levels; v++) {
		t->level[v].p /= total;
		t->prediction += t->level[v].value * t->level[v].p;
	}
}

void terms_done(struct terms *t)
{
	free(t->at);
	*t = (struct terms){ 0 };
}
