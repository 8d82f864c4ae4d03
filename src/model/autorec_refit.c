/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A user's (in U-AutoRec an item's) output row fitted anew to edited ratings, all else frozen: w
 * and b that minimize the model's loss
 *
 *     sum over rated items of (t - f(b + w . h))^2  +  lambda/2 |w|^2
 *
 * where t is the rating on the scale of f. The fit takes Gauss-Newton steps from the trained row.
 * Each step is a ridge regression. Let z = b + w . h be the argument of f and f'(z) the slope
 * there. Then the item has weight f'(z)^2 and target z + (t - f(z)) / f'(z). If f is the
 * identity, the first step gives the answer. */
#include "autorec.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/dense.h"
#include "autorec/mem.h"

enum { MOST_STEPS = 50, MOST_HALVINGS = 10 };
/* The last step is one that lowers the loss by no more than this fraction, which is about the
 * precision of a float. */
static const double LEAST_GAIN = 1e-8;

/* The row, and its loss. */
struct candidate {
	real *w, b; /* w: [k] */
	double loss;
};

struct fit {
	enum activation f;
	int32_t n, k;
	double penalty;
	/* [n x k]: h: hidden vectors of the rated items; room: a copy for the ridge to destroy */
	real *h, *room;
	real *t; /* [n] */
	/* [n]: for the current row. y: targets; slope: f'(z), squared for the ridge. */
	real *z, *out, *slope, *y;
	struct candidate row, next, step; /* step: where the ridge leads */
};

static void fit_done(struct fit *f)
{
	real *const arrays[] = { f->h,     f->room, f->t,     f->z,      f->out,
				 f->slope, f->y,    f->row.w, f->next.w, f->step.w };
	for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
		free(arrays[i]);
}

/* Starts at the trained row; for a new user, at the row that predicts the mean rating of every
 * item. */
static void set_start(struct fit *f, const struct model *m, const struct weights *w, int32_t user)
{
	const struct panel outputs = weights_panel(m, w, W);
	double mean = 0;
	if (user >= 0) {
		panel_read_row(&outputs, user, f->row.w);
		f->row.b = weights_vector(m, w, B)[user];
		return;
	}
	for (int32_t s = 0; s < f->n; s++)
		mean += (double)f->t[s] / f->n;
	f->row.b = (real)activation_inverse(f->f, mean);
}

static int fit_init(struct fit *f, const struct model *m, const struct weights *w,
		    const struct rating_vector *rated, struct err *e)
{
	const int32_t k = w->hidden.k, n = (int32_t)rated->n;
	const size_t columns = (size_t)panel_columns(k), rows = (size_t)n;
	*f = (struct fit){ .f = (enum activation)m->config.output,
			   .n = n,
			   .k = k,
			   .penalty = m->config.lambda / 2 };
	real **const arrays[] = { &f->t, &f->z, &f->out, &f->slope, &f->y },
		     **const vectors[] = { &f->row.w, &f->next.w, &f->step.w };
	bool got = (f->h = mem_array(rows * (size_t)k, sizeof *f->h, e)) &&
		   (f->room = mem_array(rows * (size_t)k, sizeof *f->room, e));
	for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
		got = got && (*arrays[i] = mem_array(rows, sizeof(real), e));
	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
		got = got && (*vectors[i] = mem_array(columns, sizeof(real), e));
	if (!got)
		return ERR_NOMEM;
	for (int32_t s = 0; s < n; s++) {
		panel_read_row(&w->hidden, rated->col[s], f->h + (size_t)s * (size_t)k);
		f->t[s] = autorec_to_net(m, (double)rated->val[s]);
	}
	set_start(f, m, w, rated->row);
	return 0;
}

/* Returns the loss of a candidate, and sets its z and out. */
static double look(const struct fit *f, const struct candidate *c)
{
	double total = 0;
	for (int32_t s = 0; s < f->n; s++) {
		const real *h = f->h + (size_t)s * (size_t)f->k;
		double z = (double)c->b;
		for (int32_t j = 0; j < f->k; j++)
			z += (double)c->w[j] * (double)h[j];
		f->out[s] = f->z[s] = (real)z;
	}
	activation_apply(f->f, f->out, (size_t)f->n);
	for (int32_t s = 0; s < f->n; s++)
		total += pow((double)f->t[s] - (double)f->out[s], 2);
	for (int32_t j = 0; j < f->k; j++)
		total += f->penalty * (double)c->w[j] * (double)c->w[j];
	return total;
}

/* Sets the row to which the ridge regression at the current row leads. False if every slope is 0,
 * so there is no direction. */
static bool set_target(struct fit *f)
{
	bool any = false;
	for (int32_t s = 0; s < f->n; s++)
		f->slope[s] = 1;
	activation_slope(f->f, f->out, f->slope, (size_t)f->n);
	for (int32_t s = 0; s < f->n; s++) {
		const real slope = f->slope[s], error = f->t[s] - f->out[s];
		f->y[s] = f->z[s] + (slope > 0 ? error / slope : 0);
		f->slope[s] = slope * slope;
		any = any || f->slope[s] > 0;
	}
	memcpy(f->room, f->h, (size_t)f->n * (size_t)f->k * sizeof *f->h);
	return any;
}

/* Moves toward the target as far as that lowers the loss. */
static bool advance(struct fit *f)
{
	double share = 1;
	for (int i = 0; i < MOST_HALVINGS; i++, share /= 2) {
		for (int32_t j = 0; j < f->k; j++)
			f->next.w[j] = (real)((1 - share) * (double)f->row.w[j] +
					      share * (double)f->step.w[j]);
		f->next.b = (real)((1 - share) * (double)f->row.b + share * (double)f->step.b);
		f->next.loss = look(f, &f->next);
		if (f->next.loss < f->row.loss) {
			const struct candidate before = f->row;
			f->row = f->next;
			f->next = before;
			return true;
		}
	}
	return false;
}

static int improve(struct fit *f, struct err *e)
{
	f->row.loss = look(f, &f->row);
	for (int i = 0; i < MOST_STEPS && set_target(f); i++) {
		int status = dense_ridge(f->room, f->y, f->slope, f->n, f->k, f->penalty, f->step.w,
					 &f->step.b, e);
		if (status < 0)
			return status;
		const double before = f->row.loss;
		if (!advance(f) || before - f->row.loss <= LEAST_GAIN * before)
			break;
	}
	return 0;
}

static int refit_by_steps(const struct model *m, const struct weights *w,
			  const struct rating_vector *rated, real *row, real *b, struct err *e)
{
	struct fit f;
	int status = fit_init(&f, m, w, rated, e);
	if (status == 0)
		status = improve(&f, e);
	if (status == 0) {
		memcpy(row, f.row.w, (size_t)f.k * sizeof *row);
		*b = f.row.b;
	}
	fit_done(&f);
	return status;
}

int autorec_fit_row(const struct model *m, const struct weights *w,
		    const struct rating_vector *rated, real *row, real *b, struct err *e)
{
	if (m->config.output == IDENTITY || rated->n == 0)
		return model_fit_row(&w->hidden, rated, rated->val, m->config.lambda / 2, row, b,
				     e);
	return refit_by_steps(m, w, rated, row, b, e);
}

int autorec_refit(const struct model *m, const struct weights *w, const struct rating_vector *rated,
		  real *out, struct err *e)
{
	real *row = mem_array((size_t)panel_columns(w->hidden.k), sizeof *row, e), b = 0;
	int status = row ? autorec_fit_row(m, w, rated, row, &b, e) : ERR_NOMEM;
	for (int32_t i = 0; status == 0 && i < w->hidden.rows; i++)
		out[i] = b;
	if (status == 0) {
		panel_times(&w->hidden, row, out);
		autorec_to_ratings(m, out, w->hidden.rows);
	}
	free(row);
	return status;
}
