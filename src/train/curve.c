/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/curve.h"

#include <math.h>

size_t curve_settled(const double *rmse, size_t n)
{
	/* the fall ends where the curve is within this factor of its lowest point */
	const double near = 1.2;
	double lowest = INFINITY;
	size_t i = 0;
	for (size_t j = 0; j < n; j++)
		lowest = fmin(lowest, rmse[j]);
	while (i < n && !(rmse[i] <= near * lowest))
		i++;
	return n - i >= n / 3 && i < n ? i : 0;
}
