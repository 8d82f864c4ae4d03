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

/* The x with P(|t| < x) = 0.95 for Student's t: Abramowitz and Stegun, table 26.10 with more
 * digits, and their expansion 26.7.5 for more degrees of freedom. */
static double student_975(int freedom)
{
	static const double table[] = {
		12.7062047362, 4.3026527297, 3.1824463053, 2.7764451052, 2.5705818356,
		2.4469118511,  2.3646242516, 2.3060041352, 2.2621571628, 2.2281388520,
		2.2009851601,  2.1788128297, 2.1603686565, 2.1447866879, 2.1314495456,
		2.1199052992,  2.1098155778, 2.1009220402, 2.0930240544, 2.0859634473,
	};
	const double x = 1.959963984540054, n = freedom; /* x: of the normal distribution */
	if (freedom <= (int)(sizeof table / sizeof table[0]))
		return table[freedom - 1];
	return x + (pow(x, 3) + x) / (4 * n) +
	       (5 * pow(x, 5) + 16 * pow(x, 3) + 3 * x) / (96 * pow(n, 2)) +
	       (3 * pow(x, 7) + 19 * pow(x, 5) + 17 * pow(x, 3) - 15 * x) / (384 * pow(n, 3)) +
	       (79 * pow(x, 9) + 776 * pow(x, 7) + 1482 * pow(x, 5) - 1920 * pow(x, 3) - 945 * x) /
		       (92160 * pow(n, 4));
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
