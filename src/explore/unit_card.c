/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/unit_card.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"

void unit_table_done(struct unit_table *t)
{
	free(t->units);
	free(t->order);
	free(t->effect);
	*t = (struct unit_table){ 0 };
}

static double unit_card_key_of(const struct unit_table *t, int32_t index, enum unit_sort sort)
{
	const struct unit *u = &t->units[index];
	switch (sort) {
	case UNIT_BY_MEAN: return (double)u->mean;
	case UNIT_BY_SD: return (double)u->sd;
	case UNIT_BY_SATURATED: return (double)u->saturated;
	case UNIT_BY_DEAD: return u->dead;
	case UNIT_BY_NORM_IN: return (double)u->norm_in;
	case UNIT_BY_NORM_OUT: return (double)u->norm_out;
	case UNIT_BY_EFFECT: return t->effect ? t->effect[index] : -index;
	case UNIT_BY_INDEX: break;
	}
	return -index;
}

struct keyed {
	double key;
	int32_t index;
};

static int greatest_first(const void *x, const void *y)
{
	const struct keyed *a = x, *b = y;
	return a->key < b->key ? 1 : a->key > b->key ? -1 : a->index - b->index;
}

static int sort_units(struct unit_table *t, enum unit_sort sort, bool reverse, struct err *e)
{
	struct keyed *keyed = mem_array((size_t)t->k, sizeof *keyed, e);
	if (!keyed)
		return ERR_NOMEM;
	for (int32_t j = 0; j < t->k; j++)
		keyed[j] = (struct keyed){ unit_card_key_of(t, j, sort), j };
	qsort(keyed, (size_t)t->k, sizeof *keyed, greatest_first);
	for (int32_t j = 0; j < t->k; j++)
		t->order[j] = keyed[reverse ? t->k - 1 - j : j].index;
	free(keyed);
	return 0;
}

int unit_table_measure(const struct model *m, const struct weights *w, const double *effect,
		       enum unit_sort sort, bool reverse, struct unit_table *out, struct err *e)
{
	struct unit_table t = { .k = w->hidden.k, .epoch = w->epoch };
	t.units = mem_array((size_t)t.k, sizeof *t.units, e);
	t.order = mem_array((size_t)t.k, sizeof *t.order, e);
	t.effect = effect ? mem_array((size_t)t.k, sizeof *t.effect, e) : NULL;
	int status = t.units && t.order && (!effect || t.effect)
			     ? units_measure(m, w, t.units, &t.summary, e)
			     : ERR_NOMEM;
	if (status == 0 && effect)
		memcpy(t.effect, effect, (size_t)t.k * sizeof *effect);
	if (status == 0)
		status = sort_units(&t, sort, reverse, e);
	if (status < 0) {
		unit_table_done(&t);
		return status;
	}
	units_histogram_of_all(m, w, &t.low, &t.high, t.histogram);
	*out = t;
	return 0;
}

/* The STRONGEST of n by sign * key. */
static void pick_end(struct strongest *s, const real *value, const real *key, int32_t n, int sign)
{
	*s = (struct strongest){ 0 };
	for (int32_t i = 0; i < n; i++) {
		const float size = (float)sign * (float)key[i];
		int place = s->n;
		while (place > 0 && (float)sign * s->distinct[place - 1] < size)
			place--;
		if (place == STRONGEST)
			continue;
		for (int j = s->n < STRONGEST ? s->n : STRONGEST - 1; j > place; j--) {
			s->index[j] = s->index[j - 1];
			s->value[j] = s->value[j - 1];
			s->distinct[j] = s->distinct[j - 1];
		}
		s->index[place] = i;
		s->value[place] = (float)value[i];
		s->distinct[place] = (float)key[i];
		s->n += s->n < STRONGEST;
	}
}

static void pick(struct strengths *s, const real *value, const real *key, int32_t n, int kind)
{
	s->kind = kind;
	pick_end(&s->top, value, key, n, 1);
	pick_end(&s->bottom, value, key, n, -1);
}

static int column(const struct panel *p, int32_t unit, real **out, struct err *e)
{
	*out = mem_array((size_t)p->rows, sizeof **out, e);
	for (int32_t r = 0; *out && r < p->rows; r++)
		(*out)[r] = panel_get(p, r, unit);
	return *out ? 0 : ERR_NOMEM;
}

/* Subtracts from the unit's activations the mean of each vector over the units that are not dead.
 */
static int subtract_means(const struct model *m, const struct weights *w, real *x, struct err *e)
{
	const struct panel *h = &w->hidden;
	struct unit *units = mem_array((size_t)h->k, sizeof *units, e);
	struct unit_summary summary;
	int status = units ? units_measure(m, w, units, &summary, e) : ERR_NOMEM;
	const int32_t live = status == 0 ? h->k - summary.dead : 0;
	for (int32_t i = 0; live > 0 && i < h->rows; i++) {
		double sum = 0;
		for (int s = 0; s < panel_strips(h->k); s++)
			for (int j = 0; j < panel_used(h->k, s); j++)
				sum += units[s * STRIP + j].dead ? 0
								 : (double)panel_row(h, s, i)[j];
		x[i] -= (real)(sum / live);
	}
	free(units);
	return status;
}

static double bias_of(const struct model *m, const struct weights *w, int32_t unit)
{
	const int tensor = w->into == 0 ? model_tensor(m, "mu") : w->into + 1;
	return (double)weights_vector(m, w, tensor)[unit];
}

/* The unit's weight to each output, or its effect on each output if the model defines effects. */
static int outputs_of(const struct model *m, const struct weights *w, int32_t unit, real **out,
		      int32_t *n, struct err *e)
{
	const struct panel p = weights_panel(m, w, m->out_of);
	if (!m->ops->unit_effects) {
		*n = p.rows;
		return column(&p, unit, out, e);
	}
	*n = (m->ops->by_item ? &m->train->by_user : &m->train->by_item)->n_rows;
	*out = mem_array((size_t)*n, sizeof **out, e);
	return *out ? m->ops->unit_effects(m, w, unit, *out, e) : ERR_NOMEM;
}

int unit_card_measure(const struct model *m, const struct weights *w, int32_t unit,
		      struct unit_card *out, struct err *e)
{
	const int32_t k = w->hidden.k;
	struct unit *units = mem_array((size_t)k, sizeof *units, e);
	struct unit_summary summary;
	struct unit_card card = { .epoch = w->epoch };
	real *activations = NULL, *distinct = NULL, *outputs = NULL;
	int status = units ? units_measure(m, w, units, &summary, e) : ERR_NOMEM;
	if (status == 0 && unit >= k)
		status = err_set(e, ERR_FAILED, "unit", "there is no unit %d; the model has 0..%d",
				 (int)unit, (int)k - 1);
	if (status < 0)
		goto done;
	const bool by_item = m->ops->by_item;
	int32_t n_outputs;
	card.unit = units[unit];
	card.mu = bias_of(m, w, unit);
	if ((status = column(&w->hidden, unit, &activations, e)) < 0 ||
	    (status = column(&w->hidden, unit, &distinct, e)) < 0 ||
	    (status = subtract_means(m, w, distinct, e)) < 0 ||
	    (status = outputs_of(m, w, unit, &outputs, &n_outputs, e)) < 0)
		goto done;
	units_histogram((enum activation)m->config.hidden, activations, w->hidden.rows, &card.low,
			&card.high, card.histogram);
	pick(by_item ? &card.items : &card.users, activations, distinct, w->hidden.rows,
	     STRENGTH_ACTIVATION);
	pick(by_item ? &card.users : &card.items, outputs, outputs, n_outputs,
	     m->ops->unit_effects ? STRENGTH_EFFECT : STRENGTH_WEIGHT);
	*out = card;
done:
	free(units);
	free(activations);
	free(distinct);
	free(outputs);
	return status;
}

int unit_top_items(const struct model *m, const struct weights *w, int32_t unit, int n,
		   int32_t *index)
{
	const bool by_item = m->ops->by_item;
	const struct panel of = by_item ? w->hidden : weights_panel(m, w, m->out_of);
	struct strongest top = { 0 };
	real *x = NULL;
	if (of.rows == m->train->by_item.n_rows && column(&of, unit, &x, NULL) == 0 &&
	    (!by_item || subtract_means(m, w, x, NULL) == 0))
		pick_end(&top, x, x, of.rows, 1);
	free(x);
	n = top.n < n ? top.n : n;
	memcpy(index, top.index, (size_t)n * sizeof *index);
	return n;
}
