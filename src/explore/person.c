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

const char *person_model_refusal(const struct model *m, const struct weights *w)
{
	struct user_ridge ridge;
	if (!m->ops->user_ridge)
		return "has no person's side: no ridge regression fits a user's row; i-autorec and "
		       "biased-mf have one";
	if (!m->ops->user_ridge(m, w, &ridge))
		return "has a person's side only with output=identity";
	if (!(ridge.penalty + ridge.per_rating > 0))
		return "has no person's side with lambda=0";
	return NULL;
}

const char *person_refusal(const struct model *m, const struct weights *w,
			   const struct rating_vector *rated)
{
	const char *refusal = person_model_refusal(m, w);
	return refusal || rated->n > 0
		       ? refusal
		       : "has no person's side here: the user has no rating to fit a row to";
}

/* The rows x = (1, row of the item) of the rated items, of the targets, and of the first target
 * alone. */
struct design {
	const struct user_ridge *ridge;
	const struct rating_vector *rated;
	const int32_t *target;
	int32_t n_targets, columns;
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
	for (int32_t i = 0; i < d->n_targets; i++)
		person_read(d, d->target[i], row_of(d, v->n + i));
	person_read(d, d->target[0], row_of(d, v->n + d->n_targets));
	if (d->alone)
		memcpy(row_of(d, v->n + d->n_targets) + 1, d->alone,
		       (size_t)(d->columns - 1) * sizeof *d->alone);
	return dense_whiten(d->x, (int32_t)v->n, d->n_targets + 1, d->columns,
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
	out->refitted = unfitted(d->ridge, d->target[0]);
	for (int64_t s = 0; s < n; s++) {
		out->lever[s] = product(d, row_of(d, s), row_of(d, n));
		out->refitted += out->lever[s] * d->y[s];
	}
}

/* fit: [columns], zero; becomes L^-1 of the sum of y x. */
static void set_fit(const struct design *d, double *fit)
{
	for (int64_t s = 0; s < d->rated->n; s++)
		for (int32_t j = 0; j < d->columns; j++)
			fit[j] += row_of(d, s)[j] * d->y[s];
}

/* e_s / (1 - x_s' A^-1 x_s) */
static double pull(const struct design *d, int64_t s, const double *fit)
{
	const double *x = row_of(d, s);
	return (d->y[s] - product(d, x, fit)) / (1 - product(d, x, x));
}

static void set_without(const struct design *d, const double *fit, struct person *out)
{
	const int64_t n = d->rated->n;
	for (int64_t s = 0; s < n; s++) {
		const double *x = row_of(d, s),
			     *target = row_of(d, d->rated->col[s] == d->target[0] ? n + 1 : n);
		out->without[s] = n == 1 ? NAN
					 : unfitted(d->ridge, d->target[0]) +
						   product(d, target, fit) -
						   product(d, target, x) * pull(d, s, fit);
	}
}

static void design_done(struct design *d)
{
	free(d->x);
	free(d->y);
	free(d->room);
}

static int design_init(struct design *d, struct err *e)
{
	const size_t n = (size_t)d->rated->n;
	d->columns = d->ridge->rows.k + 1;
	d->x = mem_array((n + (size_t)d->n_targets + 1) * (size_t)d->columns, sizeof *d->x, e);
	d->room = mem_array((size_t)d->columns, sizeof *d->room, e);
	d->y = mem_array(n, sizeof *d->y, e);
	return d->x && d->y && d->room ? 0 : ERR_NOMEM;
}

int person_measure(const struct model *m, const struct weights *w,
		   const struct rating_vector *rated, int32_t item, const double *alone,
		   struct person *out, struct err *e)
{
	struct user_ridge ridge;
	m->ops->user_ridge(m, w, &ridge);
	struct design d = {
		.ridge = &ridge, .rated = rated, .target = &item, .n_targets = 1, .alone = alone
	};
	int status = design_init(&d, e);
	double *fit = mem_array((size_t)d.columns, sizeof *fit, e);
	out->without = mem_array((size_t)rated->n, sizeof *out->without, e);
	out->lever = mem_array((size_t)rated->n, sizeof *out->lever, e);
	if (!fit || !out->without || !out->lever)
		status = ERR_NOMEM;
	if (status == 0)
		status = whiten(&d, rated->n, e);
	if (status == 0)
		set_levers(&d, out);
	/* One rating fewer lowers a penalty that counts once a rating. */
	if (status == 0 && ridge.per_rating > 0 && rated->n > 1)
		status = whiten(&d, rated->n - 1, e);
	if (status == 0) {
		set_fit(&d, fit);
		set_without(&d, fit, out);
	} else {
		person_done(out);
	}
	free(fit);
	design_done(&d);
	return status;
}

/* The refitted prediction of target i. */
static double prediction_of(const struct design *d, int32_t i, const double *fit)
{
	return unfitted(d->ridge, d->target[i]) + product(d, row_of(d, d->rated->n + i), fit);
}

/* fit: [2][columns], zero: with the penalty of all ratings, and of one fewer. */
static int fit_twice(struct design *d, double *fit, double *refitted, struct err *e)
{
	int status = whiten(d, d->rated->n, e);
	if (status < 0)
		return status;
	set_fit(d, fit);
	for (int32_t i = 0; i < d->n_targets; i++)
		refitted[i] = prediction_of(d, i, fit);
	if (d->ridge->per_rating > 0)
		status = whiten(d, d->rated->n - 1, e);
	if (status == 0)
		set_fit(d, fit + d->columns);
	return status;
}

int person_reasons(const struct model *m, const struct weights *w,
		   const struct rating_vector *rated, const int32_t *items, int32_t n,
		   struct reason *out, struct err *e)
{
	struct user_ridge ridge;
	if (n == 0 || rated->n < 2)
		return 0;
	m->ops->user_ridge(m, w, &ridge);
	struct design d = { .ridge = &ridge, .rated = rated, .target = items, .n_targets = n };
	int status = design_init(&d, e);
	double *fit = mem_array(2 * (size_t)d.columns, sizeof *fit, e),
	       *refitted = mem_array((size_t)n, sizeof *refitted, e);
	if (!fit || !refitted)
		status = ERR_NOMEM;
	if (status == 0)
		status = fit_twice(&d, fit, refitted, e);
	const double *fewer = fit ? fit + d.columns : NULL;
	for (int64_t s = 0; status == 0 && s < rated->n; s++) {
		const double pulls = pull(&d, s, fewer);
		for (int32_t i = 0; i < n; i++) {
			const double *target = row_of(&d, rated->n + i);
			const double without = prediction_of(&d, i, fewer) -
					       product(&d, target, row_of(&d, s)) * pulls;
			if (refitted[i] - without > out[i].influence)
				out[i] = (struct reason){ rated->col[s], refitted[i] - without };
		}
	}
	free(fit);
	free(refitted);
	design_done(&d);
	return status;
}

/* The mean of the targets' rows. */
static void set_average(const struct design *d, double *row)
{
	for (int32_t i = 0; i < d->n_targets; i++)
		for (int32_t j = 0; j < d->columns; j++)
			row[j] += row_of(d, 1 + i)[j] / d->n_targets;
}

int person_variances(const struct model *m, const struct weights *w,
		     const struct rating_vector *rated, const int32_t *items, int32_t n,
		     double *out, struct err *e)
{
	struct user_ridge ridge;
	if (n == 0)
		return 0;
	m->ops->user_ridge(m, w, &ridge);
	struct design d = { .ridge = &ridge, .rated = rated, .target = items, .n_targets = n };
	const int64_t given = rated->n > 0 ? rated->n : 1;
	int status = design_init(&d, e);
	for (int64_t s = 0; status == 0 && s < rated->n; s++)
		person_read(&d, rated->col[s], row_of(&d, s));
	for (int32_t i = 0; status == 0 && i < n; i++)
		person_read(&d, items[i], row_of(&d, given + i));
	if (status == 0 && rated->n == 0)
		set_average(&d, row_of(&d, 0));
	if (status == 0)
		status = dense_whiten(d.x, (int32_t)given, n, d.columns,
				      ridge.penalty + ridge.per_rating * (double)given, e);
	for (int32_t i = 0; status == 0 && i < n; i++) {
		const double *x = row_of(&d, given + i);
		out[i] = product(&d, x, x);
	}
	design_done(&d);
	return status;
}
