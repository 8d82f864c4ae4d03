/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The number type of ratings, parameters and kernels: float; double when the core is built for the
 * tests that hold it against float64 reference values (AUTOREC_DOUBLE).  Losses and metrics are
 * double always.
 *
 * `brief` is a rounded number in half the space, for long arrays that are read often: the upper
 * half of a float (bfloat16: any float's range, 8 bits of precision).  In the double build nothing
 * is rounded. */
#ifndef AUTOREC_REAL_H
#define AUTOREC_REAL_H

#include <stdint.h>

#ifdef AUTOREC_DOUBLE
typedef double real;
typedef double brief;
#else
typedef float real;
typedef uint16_t brief;
#endif

#endif
