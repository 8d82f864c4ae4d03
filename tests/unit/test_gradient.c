/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The gradient of every output f with every hidden g, and for one strip of units or two, against
 * central differences of the loss.  Built with the core in double the agreement is close; in float
 * it shows slips. */
#include <math.h>
#include <stdio.h>

#include "autorec/kernel.h"
#include "check.h"
#include "sample.h"

#ifdef AUTOREC_DOUBLE
#define STEP      1e-5
#define TOLERANCE 1e-6
#define KINKS     0.2     /* share of places that may have none */
#define PRECISION "mixed" /* rounds nothing in this build */
#else
#define STEP      1e-2
#define TOLERANCE 3e-2
#define KINKS     0.5     /* its steps are long */
#define PRECISION "float" /* the loss of rounded weights has steps, not slopes */
#endif

struct problem {
	struct ratings *train;
	struct model *model;
	struct weights *w, *moved;
};

static double loss(struct problem *p)
{
	struct epoch_result r;
	p->model->ops->forward(p->model, p->w, &r);
	return r.loss;
}

struct slopes {
	double central, bend; /* right minus left: proportional to h where the loss is smooth */
};

/* The steps that were really made count: x + h is rounded. */
static struct slopes slopes(struct problem *p, real *x, double here, double h)
{
	const real kept = *x;
	*x = (real)((double)kept + h);
	const double up = loss(p), above = (double)*x;
	*x = (real)((double)kept - h);
	const double down = loss(p), below = (double)*x;
	*x = kept;
	return (struct slopes){ (up - down) / (above - below),
				(up - here) / (above - (double)kept) -
					(here - down) / ((double)kept - below) };
}

struct counts {
	int checked, kinks;
};

/* A kink of relu nearby shows when the step is halved; there is no derivative to compare with. */
static void check_place(struct problem *p, const char *what, size_t at, struct counts *n)
{
	real *x = &p->w->theta[at];
	const double here = loss(p), analytic = (double)(p->w->theta[at] - p->moved->theta[at]);
	const struct slopes wide = slopes(p, x, here, STEP), narrow = slopes(p, x, here, STEP / 2);
	const double allowed = TOLERANCE * fmax(1, fabs(narrow.central));
	n->checked++;
	if (fabs(wide.central - narrow.central) > allowed ||
	    fabs(wide.bend - 2 * narrow.bend) > allowed)
		n->kinks++;
	else if (!(fabs(analytic - narrow.central) <= allowed))
		fail_msg("%s theta[%zu]: gradient %.9g, central difference %.9g", what, at,
			 analytic, narrow.central);
}

/* Gradient descent with rate 1 moves theta by minus the gradient. */
static void check_pair(const char *name, const char *f, const char *g, const char *units, int every)
{
	char options[192], what[240];
	struct epoch_result r;
	struct err e = { 0 };
	struct counts n = { 0 };
	struct problem p = { .train = sample_ratings(7, 6, 0.7, 5) };
	snprintf(options, sizeof options,
		 "%s lambda=0.8 output=%s hidden=%s optimizer=sgd rate=1 init=0.2 seed=3 scale=0,6 "
		 "precision=" PRECISION,
		 units, f, g);
	snprintf(what, sizeof what, "%s %s", name, options);
	p.model = sample_model(name, options, p.train);
	p.w = sample_weights(p.model, 0);
	must(weights_new(p.model, &p.moved, &e), &e);
	must(p.model->ops->epoch(p.model, p.w, p.moved, &r, &e), &e);
	for (int i = 0; i < p.model->n_tensors; i++) {
		const struct tensor *t = &p.model->tensors[i];
		const struct panel panel = weights_panel(p.model, p.w, i);
		for (int32_t c = 0; c < t->rows * t->cols; c += every) {
			const int32_t row = c / t->cols, column = c % t->cols;
			const size_t within = t->panel ? panel_offset(&panel, column / STRIP, row) +
								 (size_t)(column % STRIP)
						       : (size_t)row;
			check_place(&p, what, t->offset + within, &n);
		}
	}
	if (n.kinks > KINKS * n.checked)
		fail_msg("%s: %d of %d places have no derivative", what, n.kinks, n.checked);
	weights_free(p.moved);
	weights_free(p.w);
	model_free(p.model);
	ratings_free(p.train);
}

/* Units that fit one strip, and those that take two. */
static void check_all(const char *model, const char *few, const char *many)
{
	char f[16], g[16];
	kernel_set_threads(1);
	for (int i = 0; param_choice(ACTIVATION_NAMES, i, f, sizeof f); i++)
		for (int j = 0; param_choice(ACTIVATION_NAMES, j, g, sizeof g); j++) {
			check_pair(model, f, g, few, 1);
			check_pair(model, f, g, many, 11);
		}
	kernel_set_threads(0);
}

static void i_autorec(void **state)
{
	check_all("i-autorec", "k=3", "k=67");
}

static void u_autorec(void **state)
{
	check_all("u-autorec", "k=3", "k=67");
}

static void deep_autorec(void **state)
{
#ifdef AUTOREC_DOUBLE
	check_all("deep-autorec", "layers=4,2,3", "layers=67,35,70");
#else
	print_message("a step that is long enough for float bends this loss; the core in double is "
		      "where this test runs\n");
	skip();
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(i_autorec),
					    cmocka_unit_test(u_autorec),
					    cmocka_unit_test(deep_autorec) };
	return cmocka_run_group_tests_name("gradient", tests, NULL, NULL);
}
