/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The number type of ratings, parameters and kernels: float; double when the core is built for the tests
 * that hold it against float64 reference values (AUTOREC_DOUBLE).  Losses and metrics are double always. */
#ifndef AUTOREC_REAL_H
#define AUTOREC_REAL_H

#ifdef AUTOREC_DOUBLE
typedef double real;
#else
typedef float real;
#endif

#endif
