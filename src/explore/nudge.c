/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/nudge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/evaluate.h"
#include "autorec/mem.h"
#include "autorec/person.h"

/* An edit that promises no more than this is none. */
static const double LEAST_GAIN = 1e-6;

/* The user's ratings as they are edited, and what the model predicts from them. */
struct search {
	const struct model *m;
	const struct weights *w;
	const struct wish *wish;
	struct rating_vector v; /* val is edited */
	real *val;              /* [v.n] */
	bool *closed;           /* [v.n] edited already, or the wished item's own rating */
	bool *unseen;           /* [n_items] */
	real *predicted;        /* [n_items] */
	double *at[2][2];       /* [v.n] with a rating at the least and the greatest value: the
				   prediction of the wished item and of its rival */
};

static void search_done(struct search *s)
{
	free(s->val);
	free(s->closed);
	free(s->unseen);
	free(s->predicted);
	for (int i = 0; i < 4; i++)
		free(s->at[i / 2][i % 2]);
}

static int search_init(struct search *s, const struct rating_vector *v, const struct split *split,
		       struct err *e)
{
	const int32_t n_items = s->m->train->by_item.n_rows;
	const size_t n = (size_t)v->n;
	bool got = (s->val = mem_array(n, sizeof *s->val, e)) &&
		   (s->closed = mem_array(n, sizeof *s->closed, e)) &&
		   (s->unseen = mem_array((size_t)n_items, sizeof *s->unseen, e)) &&
		   (s->predicted = mem_array((size_t)n_items, sizeof *s->predicted, e));
	for (int i = 0; i < 4; i++)
		got = got && (s->at[i / 2][i % 2] = mem_array(n, sizeof(double), e));
	if (!got)
		return ERR_NOMEM;
	memcpy(s->val, v->val, n * sizeof *s->val);
	s->v = *v;
	s->v.val = s->val;
	for (int32_t i = 0; i < n_items; i++) {
		float held_out;
		s->unseen[i] = !evaluate_cold(s->m, s->wish->user, i) &&
			       !split_held_out(split, s->wish->user, i, &held_out);
	}
	for (int64_t t = 0; t < v->n; t++) {
		s->unseen[v->col[t]] = false;
		s->closed[t] = v->col[t] == s->wish->item;
	}
	return 0;
}

/* Predicts all items for the user from the edited ratings. */
static int predict_all(struct search *s, struct err *e)
{
	s->v.edited = true;
	return s->m->ops->refit
		       ? s->m->ops->refit(s->m, s->w, &s->v, s->predicted, e)
		       : s->m->ops->predict_vectors(s->m, s->w, 1, &s->v, &s->predicted, e);
}

/* out[t]: the prediction of `item` if rating t were `to`. */
static int predict_each(struct search *s, int32_t item, double to, double *out, struct err *e)
{
	const struct model_ops *ops = s->m->ops;
	struct person p = { 0 };
	int status = 0;
	if (ops->user_ridge) {
		status = person_measure(s->m, s->w, &s->v, item, NULL, &p, e);
		for (int64_t t = 0; status == 0 && t < s->v.n; t++)
			out[t] = p.refitted + p.lever[t] * (to - (double)s->val[t]);
		person_done(&p);
		return status;
	}
	if (ops->replace_each) {
		double *all = mem_array((size_t)s->v.n, sizeof *all, e);
		for (int64_t t = 0; all && t < s->v.n; t++)
			all[t] = to;
		status = all ? ops->replace_each(s->m, s->w, item, &s->v, all, out, NULL, e)
			     : ERR_NOMEM;
		free(all);
		return status;
	}
	for (int64_t t = 0; status == 0 && t < s->v.n; t++) {
		const real was = s->val[t];
		struct terms sum = { 0 };
		s->val[t] = (real)to;
		status = ops->terms(s->m, s->w, s->wish->user, item, &s->v, &sum, e);
		s->val[t] = was;
		out[t] = sum.prediction;
		terms_done(&sum);
	}
	return status;
}

/* The rank of the wished item, and the last item within the wished rank besides it; -1 if there is
 * none. */
static int32_t rank_of(const struct search *s, int32_t *rival)
{
	const int32_t item = s->wish->item, n = s->m->train->by_item.n_rows;
	int32_t rank = 1;
	*rival = -1;
	for (int32_t i = 0; i < n; i++)
		if (s->unseen[i] && i != item && s->predicted[i] > s->predicted[item]) {
			int32_t ahead = 1;
			rank++;
			for (int32_t j = 0; j < n && ahead <= s->wish->into; j++)
				ahead += s->unseen[j] && j != item &&
					 s->predicted[j] > s->predicted[i];
			if (ahead == s->wish->into)
				*rival = i;
		}
	return rank;
}

/* What is to grow: the wished item's prediction, its fall, or its lead over the rival. */
static double lead(const struct search *s, double item, double rival)
{
	return s->wish->into ? item - rival : s->wish->by > 0 ? item : -item;
}

static double lead_now(const struct search *s, int32_t rival)
{
	return lead(s, (double)s->predicted[s->wish->item],
		    rival < 0 ? 0 : (double)s->predicted[rival]);
}

/* Finds the best edit: rating *t to the least (0) or the greatest (1) value.  False if none
 * helps. */
static int find_edit(struct search *s, int32_t rival, int64_t *t, int *end, bool *found,
		     struct err *e)
{
	const double ends[2] = { s->m->low, s->m->high };
	double most = lead_now(s, rival) + LEAST_GAIN;
	int status = 0;
	*found = false;
	for (int i = 0; status == 0 && i < 2; i++) {
		status = predict_each(s, s->wish->item, ends[i], s->at[i][0], e);
		if (status == 0 && rival >= 0)
			status = predict_each(s, rival, ends[i], s->at[i][1], e);
		for (int64_t c = 0; status == 0 && c < s->v.n; c++) {
			const double led = lead(s, s->at[i][0][c], rival < 0 ? 0 : s->at[i][1][c]);
			if (!s->closed[c] && (double)s->val[c] != ends[i] && led > most) {
				most = led;
				*t = c;
				*end = i;
				*found = true;
			}
		}
	}
	return status;
}

static bool reached(const struct search *s, const struct nudge *out)
{
	const double moved = out->after - out->before;
	return s->wish->into ? out->rank_after <= s->wish->into
			     : fabs(moved) >= fabs(s->wish->by) && moved * s->wish->by > 0;
}

/* Makes one more edit.  *grew: the model agrees that it helps; otherwise it is taken back. */
static int make_edit(struct search *s, struct nudge *out, bool *grew, struct err *e)
{
	int32_t rival;
	int64_t t = 0;
	int end = 0;
	rank_of(s, &rival);
	rival = s->wish->into ? rival : -1;
	int status = find_edit(s, rival, &t, &end, grew, e);
	if (status < 0 || !*grew)
		return status;
	const real was = s->val[t];
	const real to = (real)(end ? s->m->high : s->m->low);
	const double before = lead_now(s, rival);
	s->val[t] = to;
	s->closed[t] = true;
	status = predict_all(s, e);
	*grew = status == 0 && lead_now(s, rival) > before;
	if (!*grew) {
		s->val[t] = was;
		return status;
	}
	out->edit[out->n].item = s->v.col[t];
	out->edit[out->n].from = (double)was;
	out->edit[out->n].to = (double)to;
	out->after = out->edit[out->n++].predicted = (double)s->predicted[s->wish->item];
	out->rank_after = rank_of(s, &rival);
	return 0;
}

static int search_on(struct search *s, const struct progress *p, struct nudge *out, struct err *e)
{
	int32_t rival;
	bool grew = true;
	int status = predict_all(s, e);
	if (status < 0)
		return status;
	out->before = out->after = (double)s->predicted[s->wish->item];
	out->rank_before = out->rank_after = rank_of(s, &rival);
	while (!(out->reached = reached(s, out)) && out->n < MOST_NUDGES && grew) {
		if (!progress_go_on(p, (double)out->n / MOST_NUDGES))
			return err_set(e, ERR_INTERRUPTED, NULL, "interrupted");
		if ((status = make_edit(s, out, &grew, e)) < 0)
			return status;
	}
	return 0;
}

/* Why the user's ratings do not move the prediction; NULL: they do. */
static const char *nudge_refusal(const struct model *m, const struct weights *w,
				 const struct rating_vector *rated)
{
	if (rated->n == 0)
		return "the user has no ratings to edit";
	if (m->ops->user_ridge)
		return person_refusal(m, w, rated);
	if (m->ops->by_item || !m->ops->reads_ratings)
		return "does not move a prediction when the user's ratings are edited; i-autorec, "
		       "u-autorec, u-rbm, item-knn and biased-mf do";
	return NULL;
}

int nudge(const struct model *m, const struct weights *w, const struct overlay *o,
	  const struct split *split, const struct wish *wish, const struct progress *p,
	  struct nudge *out, struct err *e)
{
	struct rating_vector rated;
	struct search s = { .m = m, .w = w, .wish = wish };
	int status = overlay_user_vector(o, m->train, wish->user, &rated, e);
	if (status < 0)
		return status;
	const char *refusal = nudge_refusal(m, w, &rated);
	*out = (struct nudge){ .epoch = w->epoch };
	status = refusal ? err_set(e, ERR_FAILED, NULL, "%s %s", m->ops->name, refusal)
			 : search_init(&s, &rated, split, e);
	if (status == 0)
		status = search_on(&s, p, out, e);
	search_done(&s);
	rating_vector_done(&rated);
	return status;
}
