/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/activation.h"

#include <math.h>

#include "autorec/kernel.h"

void activation_apply(enum activation f, real *x, size_t n)
{
	switch (f) {
	case IDENTITY: break;
	case SIGMOID: kernel_use()->sigmoid(x, n); break;
	case RELU: /* NaN passes, so that divergence is visible */
		for (size_t i = 0; i < n; i++)
			x[i] = x[i] < 0 ? 0 : x[i];
		break;
	case TANH:
		for (size_t i = 0; i < n; i++)
			x[i] = (real)tanh((double)x[i]);
		break;
	}
}

void activation_slope(enum activation f, const real *a, real *x, size_t n)
{
	switch (f) {
	case IDENTITY: break;
	case SIGMOID:
		for (size_t i = 0; i < n; i++)
			x[i] *= a[i] * (1 - a[i]);
		break;
	case RELU:
		for (size_t i = 0; i < n; i++)
			x[i] = a[i] > 0 ? x[i] : 0;
		break;
	case TANH:
		for (size_t i = 0; i < n; i++)
			x[i] *= 1 - a[i] * a[i];
		break;
	}
}

double activation_at(enum activation f, double x)
{
	switch (f) {
	case SIGMOID: return 1 / (1 + exp(-x));
	case RELU: return x < 0 ? 0 : x;
	case TANH: return tanh(x);
	default: return x;
	}
}

double activation_slope_at(enum activation f, double a)
{
	switch (f) {
	case SIGMOID: return a * (1 - a);
	case RELU: return a > 0;
	case TANH: return 1 - a * a;
	default: return 1;
	}
}

double activation_inverse(enum activation f, double a)
{
	const double margin = 0.01; /* share of a bound; closer to the bound a unit hardly learns */
	switch (f) {
	case SIGMOID: a = fmin(fmax(a, margin), 1 - margin); return log(a / (1 - a));
	case TANH: return atanh(fmin(fmax(a, margin - 1), 1 - margin));
	case RELU: return fmax(a, margin);
	default: return a;
	}
}

void activation_bounds(enum activation f, double *low, double *high)
{
	*low = f == SIGMOID ? 0 : f == TANH ? -1 : -HUGE_VAL;
	*high = f == SIGMOID || f == TANH ? 1 : HUGE_VAL;
}
