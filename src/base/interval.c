/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/interval.h"

#include <math.h>

double interval_mean(const double *x, int n)
{
	double total = 0;
	for (int i = 0; i < n; i++)
		total += x[i];
	return n > 0 ? total / n : NAN;
}

/* The probability that |t| of Student's distribution with `freedom` degrees stays below x: the
 * finite trigonometric sums of Abramowitz and Stegun, 26.7.3 (odd) and 26.7.4 (even). */
static double inside(double x, int freedom)
{
	const double theta = atan(x / sqrt(freedom)), c = cos(theta);
	const int odd = freedom % 2;
	double term = odd ? c : 1, sum = 0;
	for (int j = odd ? 3 : 2; j <= freedom; j += 2) {
		sum += term;
		term *= c * c * (j - 1) / j;
	}
	return odd ? 2 / M_PI * (theta + sin(theta) * sum) : sin(theta) * sum;
}

/* The x with 95 % inside, by halving: one degree of freedom has the largest, 12.7. */
static double student_975(int freedom)
{
	double low = 0, high = 16;
	for (int i = 0; i < 60; i++) {
		const double middle = (low + high) / 2;
		if (inside(middle, freedom) < 0.95)
			low = middle;
		else
			high = middle;
	}
	return high;
}

double interval_half_width_95(const double *x, int n)
{
	const double mean = interval_mean(x, n);
	double squares = 0;
	if (n < 2)
		return NAN;
	for (int i = 0; i < n; i++)
		squares += (x[i] - mean) * (x[i] - mean);
	return student_975(n - 1) * sqrt(squares / (n - 1) / n);
}
