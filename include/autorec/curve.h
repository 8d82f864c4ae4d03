/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What pictures of the RMSE curve need to know. */
#ifndef AUTOREC_CURVE_H
#define AUTOREC_CURVE_H

#include <stddef.h>

/* The first fall of the error is many times what follows.  Once a third of the run lies behind it,
 * the error axis serves what follows: this is the first of the n epochs behind the fall; else 0. */
size_t curve_settled(const double *rmse, size_t n);

#endif
