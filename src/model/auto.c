/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The values of options that are "auto", from the training ratings.  With N training ratings of
 * variance s^2, measured in the model's unit:
 *
 *     k = 200 (N / 80000)^0.4                   within 20..500
 *     lambda = weight * s^2 * N^(2/3)
 *
 * More ratings support more hidden units.  The squared errors that lambda is weighed against grow
 * with s^2 and with N, but the weights that explain them grow too, because more ratings bring more
 * users and items; so lambda grows more slowly than N.  The exponents are fitted to grids of k and
 * lambda on data sets of 24000 to 810000 ratings, by validation.  README shows how far
 * the values are from the best of a grid, on ten data sets: make defaults.
 *
 * The unit makes the rule, and the first steps of training, independent of the scale: ratings of
 * 20..100 in steps of 20 train like those of 1..5. */
#include <math.h>
#include <string.h>

#include "internal.h"

enum { K_LEAST = 20, K_MOST = 500 };
static const double K_AT = 80000, K_THERE = 200, K_POWER = 0.4;
static const double LAMBDA_POWER = 2.0 / 3;

/* What differs between the models. */
static const struct rule {
	const char *model;
	double weight; /* of lambda */
	double width;  /* times the k of the rule */
	int layers;
} rules[] = {
	{ "i-autorec", 1.0 / 36, 1, 1 },
	{ "u-autorec", 1.0 / 36, 1.5, 1 },
	{ "deep-autorec", 1.0 / 72, 1, 2 },
};

static const struct rule *rule_of(const struct model_ops *ops)
{
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		if (!strcmp(rules[i].model, ops->name))
			return &rules[i];
	return NULL;
}

/* The mean squared difference from the mean. */
static double variance(const struct model *m)
{
	const struct sparse *x = &m->train->by_user;
	double total = 0;
	for (int64_t t = 0; t < x->nnz; t++)
		total += ((double)x->val[t] - m->mean) * ((double)x->val[t] - m->mean);
	return x->nnz > 0 ? total / (double)x->nnz : 0;
}

static double two_digits(double x)
{
	const double step = x > 0 ? pow(10, floor(log10(x)) - 1) : 1;
	/* dividing by 10^n has less rounding than multiplying by 10^-n */
	return step < 1 ? round(x / step) / round(1 / step) : round(x / step) * step;
}

static int64_t chosen_k(const struct rule *r, double n)
{
	const double k = two_digits(r->width * K_THERE * pow(n / K_AT, K_POWER));
	return (int64_t)(k < K_LEAST ? K_LEAST : k > K_MOST ? K_MOST : k);
}

static double chosen_lambda(const struct model *m, const struct rule *r, double unit)
{
	const double n = (double)m->train->by_user.nnz;
	const double lambda = two_digits(r->weight * variance(m) / (unit * unit) *
					 pow(n, LAMBDA_POWER));
	return lambda > 0 ? lambda : 1; /* all ratings are the same */
}

/* Values by the model's own defaults: the rules do not cover it. */
static void choose_defaults(const struct model *m, struct config *c)
{
	struct config usual = config_default();
	if (m->ops->defaults)
		options_set(m->ops->defaults, 0, &usual, NULL);
	c->k = c->k ? c->k : usual.k;
	c->lambda = option_waits(option_find("lambda"), c) ? usual.lambda : c->lambda;
}

void model_choose(const struct model *m, struct config *c)
{
	const struct rule *r = rule_of(m->ops);
	const double n = (double)m->train->by_user.nnz;
	if (option_waits(option_find("unit"), c))
		c->unit = m->high > m->low ? (m->high - m->low) / 4 : 1;
	if (!r) {
		choose_defaults(m, c);
		return;
	}
	if (option_waits(option_find("k"), c))
		c->k = chosen_k(r, n);
	if (option_waits(option_find("layers"), c))
		for (c->layers.n = 0; c->layers.n < r->layers; c->layers.n++)
			c->layers.at[c->layers.n] = (int32_t)chosen_k(r, n);
	if (option_waits(option_find("lambda"), c))
		c->lambda = chosen_lambda(m, r, c->unit);
}
