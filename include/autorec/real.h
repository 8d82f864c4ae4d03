/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The number type of ratings, parameters and kernels: float. It is double when the core is
 * built with AUTOREC_DOUBLE, for tests against float64 reference values. Losses and metrics
 * are always double.
 *
 * `brief` is a rounded number of half the size, for long arrays that are read often: the upper
 * half of a float (bfloat16: the range of a float, 8 bits of precision). The double build
 * rounds nothing. */
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
