/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Statistics of a few repeated measurements: the mean, and the half-width of its 95 % confidence
 * interval by Student's t. */
#ifndef AUTOREC_INTERVAL_H
#define AUTOREC_INTERVAL_H

/* Mean of x[0..n-1]; NaN without values. */
double interval_mean(const double *x, int n);
/* t(0.975, n - 1) * sd / sqrt(n), where sd divides by n - 1; NaN for fewer than two values. */
double interval_half_width_95(const double *x, int n);

#endif
