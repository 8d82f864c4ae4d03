/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/person.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/dense.h"
#include "autorec/mem.h"

void person_done(struct person *p)
{
	free(p->without);
	free(p->lever);
	*p = (struct person){ 0 };
}

const char *person_refusal(const struct model *m, const struct weights *w,
			   const struct rating_vector *rated)
{
	struct user_ridge ridge;
	if (!m->ops->user_ridge)
		return "has no person's side: no ridge regression fits a user's row; i-autorec and "
		       "biased-mf have one";
	if (!m->ops->user_ridge(m, w, &ridge))
		return "has a person's side only with output=identity";
	if (rated->n == 0)
		return "has no person's side here: the user has no rating to fit a row to";
	if (!(ridge.penalty + ridge.per_rating > 0))
		return "has no person's side with lambda=0";
	return NULL;
}

/* The rows x = (1, row of the item) of the rated items, of the target, and of the target alone. */
struct design {
	const struct user_ridge *ridge;
	const struct rating_vector *rated;
	int32_t item, columns;
	const double *alone;
	double *x;  /* [n + 2][columns] */
	double *y;  /* [n] */
	real *room; /* [columns - 1] */
};

static double *row_of(const struct design *d, int64_t s)
{
	return d->x + s * d->columns;
}

static void person_read(const struct design *d, int32_t item, double *row)
{
	panel_read_row(&d->ridge->rows, item, d->room);
	row[0] = 1;
	for (int32_t j = 1; j < d->columns; j++)
		row[j] = (double)d->room[j - 1];
}

/* The ratings without the part that is not fitted. */
static double unfitted(const struct user_ridge *r, int32_t item)
{
	return r->constant + (r->offset ? (double)r->offset[item] : 0);
}

/* Fills and whitens the rows, with the penalty of n ratings. */
static int whiten(struct design *d, int64_t n, struct err *e)
{
	const struct rating_vector *v = d->rated;
	for (int64_t s = 0; s < v->n; s++) {
		person_read(d, v->col[s], row_of(d, s));
		d->y[s] = (double)v->val[s] - unfitted(d->ridge, v->col[s]);
	}
	person_read(d, d->item, row_of(d, v->n));
	person_read(d, d->item, row_of(d, v->n + 1));
	if (d->alone)
		memcpy(row_of(d, v->n + 1) + 1, d->alone,
		       (size_t)(d->columns - 1) * sizeof *d->alone);
	return dense_whiten(d->x, (int32_t)v->n, 2, d->columns,
			    d->ridge->penalty + d->ridge->per_rating * (double)n, e);
}

static double product(const struct design *d, const double *a, const double *b)
{
	double total = 0;
	for (int32_t j = 0; j < d->columns; j++)
		total += a[j] * b[j];
	return total;
}

static void set_levers(const struct design *d, struct person *out)
{
	const int64_t n = d->rated->n;
	out->refitted = unfitted(d->ridge, d->item);
	for (int64_t s = 0; s < n; s++) {
		out->lever[s] = product(d, row_of(d, s), row_of(d, n));
		out->refitted += out->lever[s] * d->y[s];
	}
}

/* fit: [columns], zero */
static void set_without(const struct design *d, double *fit, struct person *out)
{
	const int64_t n = d->rated->n;
	for (int64_t s = 0; s < n; s++)
		for (int32_t j = 0; j < d->columns; j++)
			fit[j] += row_of(d, s)[j] * d->y[s];
	for (int64_t s = 0; s < n; s++) {
		const double *x = row_of(d, s),
			     *target = row_of(d, d->rated->col[s] == d->item ? n + 1 : n);
		const double own = product(d, x, x), error = d->y[s] - product(d, x, fit);
		out->without[s] = n == 1 ? NAN
					 : unfitted(d->ridge, d->item) + product(d, target, fit) -
						   product(d, target, x) * error / (1 - own);
	}
}

int person_measure(const struct model *m, const struct weights *w,
		   const struct rating_vector *rated, int32_t item, const double *alone,
		   struct person *out, struct err *e)
{
	struct user_ridge ridge;
	m->ops->user_ridge(m, w, &ridge);
	struct design d = { &ridge, rated, item, ridge.rows.k + 1, alone, NULL, NULL, NULL };
	double *fit = mem_array((size_t)d.columns, sizeof *fit, e);
	d.x = mem_array((size_t)(rated->n + 2) * (size_t)d.columns, sizeof *d.x, e);
	d.room = mem_array((size_t)d.columns, sizeof *d.room, e);
	d.y = mem_array((size_t)rated->n, sizeof *d.y, e);
	out->without = mem_array((size_t)rated->n, sizeof *out->without, e);
	out->lever = mem_array((size_t)rated->n, sizeof *out->lever, e);
	int status = fit && d.x && d.y && d.room && out->without && out->lever ? 0 : ERR_NOMEM;
	if (status == 0)
		status = whiten(&d, rated->n, e);
	if (status == 0)
		set_levers(&d, out);
	/* One rating fewer lowers a penalty that counts once a rating. */
	if (status == 0 && ridge.per_rating > 0 && rated->n > 1)
		status = whiten(&d, rated->n - 1, e);
	if (status == 0)
		set_without(&d, fit, out);
	if (status < 0)
		person_done(out);
	free(fit);
	free(d.x);
	free(d.y);
	free(d.room);
	return status;
}
