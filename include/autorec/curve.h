/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What charts of the RMSE curve need to know. */
#ifndef AUTOREC_CURVE_H
#define AUTOREC_CURVE_H

#include <stddef.h>

/* Finds the first of n epochs after the initial fall of the error. This fall is much larger than
 * what follows. Once a third of the run comes after it, the error axis should show only the later
 * part. Returns 0 until then. */
size_t curve_settled(const double *rmse, size_t n);

#endif
