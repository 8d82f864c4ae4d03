/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "autorec/mem.h"
#include "autorec/units.h"
#include "internal.h"

#define MODEL_ENTRY(name) &name##_ops,
static const struct model_ops *const all[] = { MODELS(MODEL_ENTRY) NULL };

const struct model_ops *model_ops_at(int i)
{
	return all[i];
}

const struct model_ops *model_ops_find(const char *name)
{
	for (int i = 0; all[i]; i++)
		if (!strcmp(all[i]->name, name))
			return all[i];
	return NULL;
}

bool model_takes(const struct model_ops *ops, const char *option)
{
	char word[32];
	for (int i = 0; param_choice(ops->options, i, word, sizeof word); i++)
		if (!strcmp(word, option))
			return true;
	return false;
}

/* The option's value as a person gave it. */
static const char *model_word(const struct config_option *o, const struct config *c, char *out,
			      size_t size)
{
	return option_is_word(o, c) ? o->param.word : option_get(o, c, out, size);
}

void model_words(const struct model_ops *ops, const struct config *c, struct text *out)
{
	struct config usual = config_default();
	char is[64], was[64];
	usual.seed = c->seed;
	if (ops->defaults)
		options_set(ops->defaults, 0, &usual, NULL);
	for (int i = 0; i < n_options; i++) {
		const struct config_option *o = &option_table[i];
		if (model_takes(ops, o->param.name) &&
		    strcmp(model_word(o, c, is, sizeof is), model_word(o, &usual, was, sizeof was)))
			text_addf(out, "%s%s=%s", out->length ? " " : "", o->param.name,
				  model_word(o, c, is, sizeof is));
	}
}

const char *model_units_option(const struct model_ops *ops)
{
	static const char *const names[] = { "layers", "k", "neighbours" };
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (model_takes(ops, names[i]))
			return names[i];
	return NULL;
}

static size_t tensor_size(const struct tensor *t)
{
	return t->panel ? panel_size(t->rows, t->cols) : panel_size(1, t->rows);
}

size_t model_bytes(const struct model *m)
{
	enum { SETS = 3 };
	return m->scratch + SETS * sizeof(real) * (m->n_theta + panel_size(m->n_vectors, m->k));
}

static int model_check_memory(const struct model *m, struct err *e)
{
	const double gib = 1 << 30, needed = (double)model_bytes(m),
		     there = (double)mem_available();
	/* 0: the system does not say */
	if (there == 0 || needed <= there)
		return 0;
	if (!model_takes(m->ops, "k"))
		return err_set(e, ERR_NOMEM, NULL,
			       "%s needs %.1f GiB, but the machine has only %.1f GiB free",
			       m->ops->name, needed / gib, there / gib);
	return err_set(e, ERR_NOMEM, NULL,
		       "%s with k=%ld needs %.1f GiB, but the machine has only %.1f GiB free; "
		       "k=%.0f would fit",
		       m->ops->name, (long)m->config.k, needed / gib, there / gib,
		       floor((double)m->config.k * there / needed));
}

void model_describe(struct model *m, const struct model_ops *ops, const struct config *c,
		    const struct ratings *train)
{
	*m = (struct model){ .ops = ops,
			     .config = *c,
			     .low = c->min,
			     .high = c->max,
			     .train = train,
			     .into = -1,
			     .out_of = -1 };
	if (c->min == c->max) {
		float least = 0, greatest = 0;
		sparse_range(&train->by_user, &least, &greatest);
		m->low = (double)least;
		m->high = (double)greatest;
	}
	m->mean = ratings_mean(train);
	model_choose(m, &m->config);
	m->scratch = ops->shape(m);
}

int model_plan(const struct model_ops *ops, const struct config *c, const struct ratings *train,
	       struct model **out, struct err *e)
{
	struct model *m = calloc(1, sizeof *m);
	if (!m)
		return err_set(e, ERR_NOMEM, NULL, "out of memory");
	model_describe(m, ops, c, train);
	int status = model_check_memory(m, e);
	if (status < 0)
		model_free(m);
	else
		*out = m;
	return status;
}

int model_open(struct model *m, struct err *e)
{
	int status = m->ops->open ? m->ops->open(m, e) : 0;
	m->opened = status == 0;
	return status;
}

int model_new(const struct model_ops *ops, const struct config *c, const struct ratings *train,
	      struct model **out, struct err *e)
{
	struct model *m;
	int status = model_plan(ops, c, train, &m, e);
	if (status == 0 && (status = model_open(m, e)) < 0)
		model_free(m);
	if (status == 0)
		*out = m;
	return status;
}

void model_free(struct model *m)
{
	if (!m)
		return;
	if (m->ops->close)
		m->ops->close(m);
	free(m);
}

bool model_state(const struct model *m, int i, struct state_array *out)
{
	return m->ops->state && m->ops->state(m, i, out);
}

bool model_phase(const struct model *m, int i, struct phase *out)
{
	return m->ops->phase && m->ops->phase(m, i, out);
}

int64_t model_parameters(const struct model *m)
{
	int64_t n = 0;
	for (int i = 0; i < m->n_tensors; i++)
		n += (int64_t)m->tensors[i].rows * m->tensors[i].cols;
	return n;
}

void model_add_tensor(struct model *m, const char *name, int32_t rows, int32_t cols, bool panel)
{
	struct tensor *t = &m->tensors[m->n_tensors++];
	*t = (struct tensor){
		.name = name, .rows = rows, .cols = cols, .panel = panel, .offset = m->n_theta
	};
	m->n_theta += tensor_size(t);
}

const struct sparse *model_vectors(const struct model *m, const struct ratings *r)
{
	return m->ops->by_item ? &r->by_item : &r->by_user;
}

const struct sparse *model_dims(const struct model *m, const struct ratings *r)
{
	return m->ops->by_item ? &r->by_user : &r->by_item;
}

int model_tensor(const struct model *m, const char *name)
{
	for (int i = 0; i < m->n_tensors; i++)
		if (!strcmp(m->tensors[i].name, name))
			return i;
	return -1;
}

/* The number of hidden units of the last layer, once all layers exist. */
static int32_t all_hidden(const struct model *m)
{
	return m->into < 0 ? 0 : m->tensors[m->into].cols;
}

int weights_new(const struct model *m, struct weights **out, struct err *e)
{
	struct weights *w = calloc(1, sizeof *w);
	if (!w)
		return err_set(e, ERR_NOMEM, NULL, "out of memory");
	w->into = m->into;
	w->hidden = (struct panel){ .rows = m->n_vectors, .k = all_hidden(m) };
	w->theta = mem_array(m->n_theta, sizeof *w->theta, e);
	w->hidden.data = mem_array(panel_size(m->n_vectors, m->k), sizeof *w->theta, e);
	w->units = mem_array((size_t)m->k, sizeof *w->units, e);
	if (!w->theta || !w->hidden.data || !w->units) {
		weights_free(w);
		return ERR_NOMEM;
	}
	*out = w;
	return 0;
}

void weights_free(struct weights *w)
{
	if (!w)
		return;
	free(w->theta);
	free(w->hidden.data);
	free(w->units);
	free(w);
}

uint32_t weights_fingerprint(const struct model *m, const struct weights *w)
{
	if (w->into != m->into)
		return 0;
	uint64_t hash = 0;
	for (int t = 0; t < m->n_tensors; t++) { /* a panel may have room for more columns */
		const struct tensor *x = &m->tensors[t];
		const size_t n = x->panel ? panel_size(x->rows, model_columns(m, t, w->epoch))
					  : (size_t)x->rows;
		hash = XXH3_64bits_withSeed(w->theta + x->offset, n * sizeof *w->theta, hash);
	}
	return (uint32_t)hash ? (uint32_t)hash : 1;
}

void weights_assign(const struct model *m, const struct weights *from, struct weights *to)
{
	memcpy(to->theta, from->theta, m->n_theta * sizeof *to->theta);
	memcpy(to->hidden.data, from->hidden.data,
	       panel_size(from->hidden.rows, from->hidden.k) * sizeof *to->hidden.data);
	to->epoch = from->epoch;
	to->hidden.rows = from->hidden.rows;
	to->hidden.k = from->hidden.k;
	to->into = from->into;
	to->measured = false;
}

static void switch_off(const struct panel *p, int32_t column)
{
	for (int32_t r = 0; r < p->rows; r++)
		panel_row(p, column / STRIP, r)[column % STRIP] = 0;
}

void weights_switch_off(const struct model *m, struct weights *w, int32_t unit)
{
	const struct panel outputs = weights_panel(m, w, m->out_of);
	switch_off(&outputs, unit);
	switch_off(&w->hidden, unit);
	w->measured = false;
}

int32_t model_hidden(const struct model *m, int64_t epoch)
{
	struct weights w = { .epoch = epoch, .into = m->into, .hidden.k = all_hidden(m) };
	if (m->ops->stand)
		m->ops->stand(m, &w);
	return w.hidden.k;
}

int32_t model_columns(const struct model *m, int tensor, int64_t epoch)
{
	const struct tensor *t = &m->tensors[tensor];
	return tensor == m->out_of ? model_hidden(m, epoch) : t->cols;
}

struct panel weights_panel(const struct model *m, const struct weights *w, int tensor)
{
	const struct tensor *t = &m->tensors[tensor];
	return (struct panel){ w->theta + t->offset, t->rows,
			       tensor == m->out_of ? w->hidden.k : t->cols };
}

real *weights_vector(const struct model *m, const struct weights *w, int tensor)
{
	return w->theta + m->tensors[tensor].offset;
}

double model_clip(const struct model *m, double prediction)
{
	if (!m->config.clip)
		return prediction;
	return prediction < m->low ? m->low : prediction > m->high ? m->high : prediction;
}
