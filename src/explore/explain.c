/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/explain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/evaluate.h"
#include "autorec/mem.h"

void explanation_done(struct explanation *x)
{
	terms_done(&x->sum);
	free(x->inputs.at);
	free(x->person.at);
	*x = (struct explanation){ 0 };
}

/* The ratings of both sides, with the edits in force. */
struct both {
	struct rating_vector user, item;
};

static int both_init(struct both *b, const struct model *m, const struct overlay *o, int32_t user,
		     int32_t item, struct err *e)
{
	*b = (struct both){ 0 };
	int status = overlay_user_vector(o, m->train, user, &b->user, e);
	return status < 0 ? status : overlay_item_vector(o, m->train, item, &b->item, e);
}

static void both_done(struct both *b)
{
	rating_vector_done(&b->user);
	rating_vector_done(&b->item);
}

/* A copy of v without its rating of col; it owns its memory. */
static int copy_without(const struct rating_vector *v, int32_t col, struct rating_vector *out,
			struct err *e)
{
	const size_t n = (size_t)v->n;
	char *memory = mem_array(n + 1, sizeof(real) + sizeof(int32_t), e);
	if (!memory)
		return ERR_NOMEM;
	real *val = (real *)(void *)memory;
	int32_t *cols = (int32_t *)(void *)(val + n + 1);
	int64_t kept = 0;
	for (int64_t t = 0; t < v->n; t++)
		if (v->col[t] != col) {
			cols[kept] = v->col[t];
			val[kept++] = v->val[t];
		}
	*out = (struct rating_vector){ cols, val, kept, v->row, true, memory };
	return 0;
}

static int greater_product(const void *x, const void *y)
{
	const struct term *a = x, *b = y;
	const double p = fabs(a->product), q = fabs(b->product);
	return p < q ? 1 : p > q ? -1 : a->index - b->index;
}

static int greater_influence(const void *x, const void *y)
{
	const struct influence *a = x, *b = y;
	const double p = isnan(a->influence) ? -1 : fabs(a->influence),
		     q = isnan(b->influence) ? -1 : fabs(b->influence);
	return p < q ? 1 : p > q ? -1 : a->index - b->index;
}

static int list_ratings(struct influences *list, const struct rating_vector *v, struct err *e)
{
	list->at = mem_array((size_t)v->n, sizeof *list->at, e);
	if (!list->at)
		return ERR_NOMEM;
	list->n = v->n;
	for (int64_t t = 0; t < v->n; t++)
		list->at[t] = (struct influence){ v->col[t], (double)v->val[t], NAN, NAN };
	return 0;
}

/* ---- the inputs --------------------------------------------------------- */

/* out[t]: the prediction without rating t, for a model that has no faster way. */
static int encode_each(const struct model *m, const struct weights *w, int32_t user, int32_t item,
		       const struct rating_vector *v, double *out, struct err *e)
{
	int status = 0;
	for (int64_t t = 0; status == 0 && t < v->n; t++) {
		struct rating_vector less = { 0 };
		struct terms sum = { 0 };
		status = copy_without(v, v->col[t], &less, e);
		if (status == 0)
			status = m->ops->terms(m, w, user, item, &less, &sum, e);
		out[t] = sum.prediction;
		terms_done(&sum);
		rating_vector_done(&less);
	}
	return status;
}

static int without_each(const struct model *m, const struct weights *w, int32_t user, int32_t item,
			const struct rating_vector *v, double *out, double *linear, struct err *e)
{
	double *nothing = mem_array((size_t)v->n, sizeof *nothing, e);
	if (!nothing)
		return ERR_NOMEM;
	for (int64_t t = 0; t < v->n; t++)
		nothing[t] = linear[t] = NAN;
	int status = m->ops->replace_each
			     ? m->ops->replace_each(m, w, m->ops->by_item ? user : item, v, nothing,
						    out, linear, e)
			     : encode_each(m, w, user, item, v, out, e);
	free(nothing);
	return status;
}

static int measure_inputs(struct explanation *x, const struct model *m, const struct weights *w,
			  const struct rating_vector *v, struct err *e)
{
	const struct rating_vector none = { .row = v->row, .edited = true };
	struct terms empty = { 0 };
	x->inputs.of_users = m->ops->by_item;
	x->empty = x->interaction = NAN;
	if (!m->ops->reads_ratings) {
		x->inputs.refusal = "encodes no ratings: its factors and biases are learned, so a "
				    "rating moves nothing until it trains again";
		return 0;
	}
	double *without = mem_array((size_t)v->n, sizeof *without, e),
	       *linear = mem_array((size_t)v->n, sizeof *linear, e);
	int status = without && linear ? list_ratings(&x->inputs, v, e) : ERR_NOMEM;
	if (status == 0)
		status = without_each(m, w, x->user, x->item, v, without, linear, e);
	if (status == 0)
		status = m->ops->terms(m, w, x->user, x->item, &none, &empty, e);
	x->empty = empty.prediction;
	x->interaction = x->sum.prediction - x->empty;
	for (int64_t t = 0; status == 0 && t < v->n; t++) {
		x->inputs.at[t].influence = x->sum.prediction - without[t];
		x->inputs.at[t].linear = -linear[t];
		x->interaction -= x->inputs.at[t].influence;
	}
	if (status == 0)
		qsort(x->inputs.at, (size_t)v->n, sizeof *x->inputs.at, greater_influence);
	terms_done(&empty);
	free(without);
	free(linear);
	return status;
}

/* ---- the person --------------------------------------------------------- */

/* The item's units without the user's rating of it; NULL if the model encodes no items. */
static int encode_alone(const struct explanation *x, const struct model *m, const struct weights *w,
			const struct rating_vector *item, double **out, struct err *e)
{
	struct rating_vector less = { 0 };
	struct terms sum = { 0 };
	int32_t n = 0;
	*out = NULL;
	if (!m->ops->reads_ratings || !m->ops->by_item)
		return 0;
	*out = mem_array((size_t)w->hidden.k, sizeof **out, e);
	int status = *out ? copy_without(item, x->user, &less, e) : ERR_NOMEM;
	if (status == 0)
		status = m->ops->terms(m, w, x->user, x->item, &less, &sum, e);
	for (int64_t t = 0; status == 0 && t < sum.n; t++)
		if (sum.at[t].kind == TERM_UNIT)
			(*out)[n++] = sum.at[t].activation;
	terms_done(&sum);
	rating_vector_done(&less);
	return status;
}

static int measure_person(struct explanation *x, const struct model *m, const struct weights *w,
			  const struct both *v, struct err *e)
{
	struct person p = { 0 };
	double *alone = NULL;
	x->refitted = NAN;
	x->person.refusal = person_refusal(m, w, &v->user);
	if (x->person.refusal)
		return 0;
	int status = encode_alone(x, m, w, &v->item, &alone, e);
	if (status == 0)
		status = person_measure(m, w, &v->user, x->item, alone, &p, e);
	if (status == 0)
		status = list_ratings(&x->person, &v->user, e);
	if (status == 0)
		x->refitted = p.refitted;
	for (int64_t t = 0; status == 0 && t < v->user.n; t++)
		x->person.at[t].influence = p.refitted - p.without[t];
	if (status == 0)
		qsort(x->person.at, (size_t)v->user.n, sizeof *x->person.at, greater_influence);
	free(alone);
	person_done(&p);
	return status;
}

/* ---- all ---------------------------------------------------------------- */

static void set_kind(struct explanation *x, const struct split *split,
		     const struct rating_vector *rated)
{
	float held_out;
	x->observed = NAN;
	x->kind = ROW_UNSEEN;
	if (split_held_out(split, x->user, x->item, &held_out)) {
		x->kind = ROW_HELD_OUT;
		x->observed = (double)held_out;
	}
	for (int64_t t = 0; t < rated->n; t++)
		if (rated->col[t] == x->item) {
			x->kind = ROW_INPUT;
			x->observed = (double)rated->val[t];
		}
}

static int stop(struct err *e)
{
	return err_set(e, ERR_INTERRUPTED, NULL, "interrupted");
}

int explain(const struct model *m, const struct weights *w, const struct overlay *o,
	    const struct split *split, int32_t user, int32_t item, const struct progress *p,
	    struct explanation *out, struct err *e)
{
	struct both v;
	struct explanation x = { .user = user, .item = item, .epoch = w->epoch };
	int status = both_init(&v, m, o, user, item, e);
	const struct rating_vector *encoded = m->ops->by_item ? &v.item : &v.user;
	if (status == 0)
		status = m->ops->terms(m, w, user, item, encoded, &x.sum, e);
	if (status == 0) {
		set_kind(&x, split, &v.user);
		x.edited = v.user.edited || v.item.edited;
		x.predicted = x.sum.prediction;
		x.clipped = evaluate_prediction(m, user, item, x.predicted);
		if (x.sum.n)
			qsort(x.sum.at, (size_t)x.sum.n, sizeof *x.sum.at, greater_product);
		status = measure_inputs(&x, m, w, encoded, e);
	}
	if (status == 0 && !progress_go_on(p, 0.5))
		status = stop(e);
	if (status == 0)
		status = measure_person(&x, m, w, &v, e);
	both_done(&v);
	if (status < 0)
		explanation_done(&x);
	else
		*out = x;
	return status;
}

/* The strongest reason among the user's encoded ratings. */
static int find_reason(const struct model *m, const struct weights *w,
		       const struct rating_vector *v, int32_t item, double *room,
		       struct reason *out, struct err *e)
{
	struct terms sum = { 0 };
	int status = m->ops->terms(m, w, v->row, item, v, &sum, e);
	if (status == 0)
		status = without_each(m, w, v->row, item, v, room, room + v->n, e);
	for (int64_t t = 0; status == 0 && t < v->n; t++)
		if (sum.prediction - room[t] > out->influence)
			*out = (struct reason){ v->col[t], sum.prediction - room[t] };
	terms_done(&sum);
	return status;
}

int explain_reasons(const struct model *m, const struct weights *w, const struct overlay *o,
		    int32_t user, const int32_t *items, int32_t n, const struct progress *p,
		    struct reason *out, struct err *e)
{
	struct rating_vector v;
	int status = overlay_user_vector(o, m->train, user, &v, e);
	if (status < 0)
		return status;
	double *room = mem_array(2 * (size_t)v.n, sizeof *room, e);
	if (!room)
		status = ERR_NOMEM;
	for (int32_t i = 0; i < n; i++)
		out[i] = (struct reason){ -1, 0 };
	if (status == 0 && n > 0 && !person_refusal(m, w, &v))
		status = person_reasons(m, w, &v, items, n, out, e);
	else
		for (int32_t i = 0;
		     status == 0 && m->ops->reads_ratings && !m->ops->by_item && i < n; i++)
			status = progress_go_on(p, (double)i / n)
					 ? find_reason(m, w, &v, items[i], room, &out[i], e)
					 : stop(e);
	free(room);
	rating_vector_done(&v);
	return status;
}
