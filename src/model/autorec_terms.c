/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The terms of an AutoRec prediction, a = b + sum over k of W_k h_k, and the same prediction with
 * each rating of the encoded vector replaced in turn.  All sums are in double; V is rounded where
 * training rounds it. */
#include "autorec.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/kernel.h"
#include "autorec/mem.h"

enum { MANY = 256 }; /* vectors that pass the dense layers together */

/* One vector on its way through the layers. */
struct path {
	int layers;
	double *z;             /* [k_1]: the inputs of the lowest units */
	double *h[MAX_LAYERS]; /* the units of each layer */
	double *slope;         /* [k_1]: how a changes with z */
	double *row;           /* [k]: W_dim */
	double b, a;
};

static double *autorec_terms_numbers(int32_t n, struct err *e)
{
	return mem_array((size_t)panel_columns(n), sizeof(double), e);
}

static void path_done(struct path *p)
{
	free(p->z);
	free(p->slope);
	free(p->row);
	for (int layer = 0; layer < MAX_LAYERS; layer++)
		free(p->h[layer]);
}

/* Row `row` of V as encoding reads it: [panel_columns].  room: [STRIP] if rows are rounded. */
static void autorec_terms_read(const struct panel *v, int32_t row, brief *room, real *out)
{
	static const int32_t first = 0;
	static const real one = 1;
	panel_read_row(v, row, out);
	for (int s = 0; room && s < panel_strips(v->k); s++) {
		const int width = panel_width(v->k, s);
		const struct strip strip = { NULL, room, width };
		kernel_use()->shorten(room, panel_row(v, s, row), (size_t)width);
		memset(out + s * STRIP, 0, (size_t)width * sizeof *out);
		strip_gather(&strip, out + s * STRIP, &first, &one, 1);
	}
}

/* Scratch of one thread. */
struct bench {
	real *v;     /* [k_1] a row of V */
	brief *room; /* NULL if rows are not rounded */
};

static int bench_init(struct bench *b, const struct model *m, struct err *e)
{
	const bool rounds = m->config.precision == PRECISION_MIXED;
	b->v = mem_array((size_t)panel_columns(autorec_width(m, 0)), sizeof *b->v, e);
	b->room = rounds ? mem_array(STRIP, sizeof *b->room, e) : NULL;
	return b->v && (!rounds || b->room) ? 0 : ERR_NOMEM;
}

static void bench_done(struct bench *b)
{
	free(b->v);
	free(b->room);
}

static int encode_lowest(struct path *p, const struct model *m, const struct weights *w,
			 const struct rating_vector *v, struct err *e)
{
	const struct panel of = weights_panel(m, w, V);
	const int32_t k = autorec_width(m, 0);
	struct bench b;
	int status = bench_init(&b, m, e);
	for (int32_t j = 0; j < k; j++)
		p->z[j] = (double)weights_vector(m, w, MU)[j];
	for (int64_t t = 0; status == 0 && t < v->n; t++) {
		autorec_terms_read(&of, v->col[t], b.room, b.v);
		for (int32_t j = 0; j < k; j++)
			p->z[j] += (double)b.v[j] * (double)v->val[t];
	}
	bench_done(&b);
	for (int32_t j = 0; j < k; j++)
		p->h[0][j] = activation_at((enum activation)m->config.hidden, p->z[j]);
	return status;
}

/* h of layer `layer` from the layer below; or, backward, the slopes below from those above. */
static void encode_layer(struct path *p, const struct model *m, const struct weights *w, int layer)
{
	const int tensor = autorec_tensor(layer);
	const struct panel of = weights_panel(m, w, tensor);
	const real *mu = weights_vector(m, w, tensor + 1);
	for (int32_t j = 0; j < of.k; j++) {
		double z = (double)mu[j];
		for (int32_t i = 0; i < of.rows; i++)
			z += p->h[layer - 1][i] * (double)panel_get(&of, i, j);
		p->h[layer][j] = activation_at((enum activation)m->config.hidden, z);
	}
}

/* The slope of a with respect to the inputs of the lowest units. */
static int set_slope(struct path *p, const struct model *m, const struct weights *w, struct err *e)
{
	const enum activation g = (enum activation)m->config.hidden;
	double *above = autorec_terms_numbers(w->hidden.k, e);
	if (!above)
		return ERR_NOMEM;
	memcpy(above, p->row, (size_t)w->hidden.k * sizeof *above);
	for (int layer = p->layers - 1; layer >= 0; layer--) {
		const struct panel of = weights_panel(m, w, autorec_tensor(layer));
		for (int32_t j = 0; j < of.k; j++)
			above[j] *= activation_slope_at(g, p->h[layer][j]);
		if (layer == 0)
			break;
		double *below = autorec_terms_numbers(of.rows, e);
		for (int32_t i = 0; below && i < of.rows; i++)
			for (int32_t j = 0; j < of.k; j++)
				below[i] += above[j] * (double)panel_get(&of, i, j);
		free(above);
		if (!(above = below))
			return ERR_NOMEM;
	}
	p->slope = above;
	return 0;
}

static int path_init(struct path *p, const struct model *m, const struct weights *w, int32_t dim,
		     const struct rating_vector *v, struct err *e)
{
	const struct panel outputs = weights_panel(m, w, W);
	*p = (struct path){ .layers = autorec_stack(w), .b = (double)weights_vector(m, w, B)[dim] };
	p->z = autorec_terms_numbers(autorec_width(m, 0), e);
	p->row = autorec_terms_numbers(outputs.k, e);
	bool got = p->z && p->row;
	for (int layer = 0; layer < p->layers; layer++)
		got = (p->h[layer] = autorec_terms_numbers(autorec_width(m, layer), e)) && got;
	if (!got || encode_lowest(p, m, w, v, e) < 0)
		return ERR_NOMEM;
	for (int layer = 1; layer < p->layers; layer++)
		encode_layer(p, m, w, layer);
	p->a = p->b;
	for (int32_t j = 0; j < outputs.k; j++) {
		p->row[j] = (double)panel_get(&outputs, dim, j);
		p->a += p->row[j] * p->h[p->layers - 1][j];
	}
	return set_slope(p, m, w, e);
}

static double autorec_terms_output(const struct model *m, double a)
{
	return autorec_from_net(m, activation_at((enum activation)m->config.output, a));
}

int autorec_terms(const struct model *m, const struct weights *w, int32_t user, int32_t item,
		  const struct rating_vector *v, struct terms *out, struct err *e)
{
	const int32_t dim = m->ops->by_item ? user : item;
	struct path p;
	int status = path_init(&p, m, w, dim, v, e);
	if (status == 0)
		status = terms_add(out, TERM_BIAS, 0, p.b, 1, e);
	for (int32_t j = 0; status == 0 && j < w->hidden.k; j++)
		status = terms_add(out, TERM_UNIT, j, p.row[j], p.h[p.layers - 1][j], e);
	out->prediction = autorec_terms_output(m, out->sum);
	path_done(&p);
	return status;
}

/* The change of rating t. */
static double autorec_terms_change(const struct rating_vector *v, int64_t t, const double *to)
{
	return (isnan(to[t]) ? 0 : to[t]) - (double)v->val[t];
}

/* Everything that the loops over the ratings read. */
struct replacing {
	const struct model *m;
	const struct weights *w;
	const struct path *p;
	const struct rating_vector *v;
	const double *to;
	double *out, *linear;
};

static void set_linear(const struct replacing *r, int64_t t, const real *v)
{
	const enum activation f = (enum activation)r->m->config.output;
	const double scale = autorec_from_net(r->m, 1) - autorec_from_net(r->m, 0);
	double change = 0;
	for (int32_t j = 0; r->linear && j < autorec_width(r->m, 0); j++)
		change += r->p->slope[j] * (double)v[j];
	if (r->linear)
		r->linear[t] = change * autorec_terms_change(r->v, t, r->to) * scale *
			       activation_slope_at(f, activation_at(f, r->p->a));
}

/* One hidden layer: all in double. */
static void replace_one(const struct replacing *r, int64_t t, const real *v)
{
	const enum activation g = (enum activation)r->m->config.hidden;
	const double change = autorec_terms_change(r->v, t, r->to);
	double a = r->p->b;
	for (int32_t j = 0; j < r->w->hidden.k; j++)
		a += r->p->row[j] * activation_at(g, r->p->z[j] + change * (double)v[j]);
	r->out[t] = autorec_terms_output(r->m, a);
	set_linear(r, t, v);
}

static int replace_in_one_layer(const struct replacing *r, struct err *e)
{
	const struct panel of = weights_panel(r->m, r->w, V);
	int status = 0;
#pragma omp parallel num_threads(kernel_threads()) reduction(min : status)
	{
		struct bench b;
		status = bench_init(&b, r->m, NULL);
#pragma omp for schedule(static)
		for (int64_t t = 0; t < r->v->n; t++)
			if (status == 0) {
				autorec_terms_read(&of, r->v->col[t], b.room, b.v);
				replace_one(r, t, b.v);
			}
		bench_done(&b);
	}
	return status < 0 ? err_set(e, ERR_NOMEM, NULL, "out of memory") : 0;
}

/* Several layers: MANY vectors at a time. */
static int replace_many(const struct replacing *r, int64_t from, int32_t n, struct bench *b,
			struct err *e)
{
	const struct panel of = weights_panel(r->m, r->w, V);
	struct panel below = { NULL, n, autorec_width(r->m, 0) };
	real *last = mem_array((size_t)panel_columns(r->w->hidden.k), sizeof *last, e);
	below.data = mem_array(panel_size(n, below.k), sizeof *below.data, e);
	int status = last && below.data ? 0 : ERR_NOMEM;
	for (int32_t i = 0; status == 0 && i < n; i++) {
		autorec_terms_read(&of, r->v->col[from + i], b->room, b->v);
		set_linear(r, from + i, b->v);
		const double change = autorec_terms_change(r->v, from + i, r->to);
		for (int32_t j = 0; j < below.k; j++)
			b->v[j] = (real)activation_at((enum activation)r->m->config.hidden,
						      r->p->z[j] + change * (double)b->v[j]);
		panel_write_row(&below, i, b->v);
	}
	for (int layer = 1; status == 0 && layer < r->p->layers; layer++) {
		struct panel units = { NULL, n, autorec_width(r->m, layer) };
		units.data = mem_array(panel_size(n, units.k), sizeof *units.data, e);
		if (units.data)
			autorec_dense_encode(r->m, r->w, layer, &below, &units);
		status = units.data ? 0 : ERR_NOMEM;
		free(below.data);
		below = units;
	}
	for (int32_t i = 0; status == 0 && i < n; i++) {
		double a = r->p->b;
		panel_read_row(&below, i, last);
		for (int32_t j = 0; j < below.k; j++)
			a += r->p->row[j] * (double)last[j];
		r->out[from + i] = autorec_terms_output(r->m, a);
	}
	free(below.data);
	free(last);
	return status;
}

static int replace_in_layers(const struct replacing *r, struct err *e)
{
	struct bench b;
	int status = bench_init(&b, r->m, e);
	for (int64_t t = 0; status == 0 && t < r->v->n; t += MANY)
		status = replace_many(r, t, (int32_t)(r->v->n - t < MANY ? r->v->n - t : MANY), &b,
				      e);
	bench_done(&b);
	return status;
}

int autorec_replace_each(const struct model *m, const struct weights *w, int32_t dim,
			 const struct rating_vector *v, const double *to, double *out,
			 double *linear, struct err *e)
{
	struct path p;
	const struct replacing r = { m, w, &p, v, to, out, linear };
	int status = path_init(&p, m, w, dim, v, e);
	if (status == 0)
		status = (p.layers == 1 ? replace_in_one_layer : replace_in_layers)(&r, e);
	path_done(&p);
	return status;
}

bool autorec_user_ridge(const struct model *m, const struct weights *w, struct user_ridge *out)
{
	*out = (struct user_ridge){ .rows = w->hidden, .penalty = m->config.lambda / 2 };
	return m->config.output == IDENTITY;
}
