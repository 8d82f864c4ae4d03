/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The activations f (output) and g (hidden) of AutoRec. */
#ifndef AUTOREC_ACTIVATION_H
#define AUTOREC_ACTIVATION_H

#include <stddef.h>

#include "autorec/param.h"
#include "autorec/real.h"

#define ACTIVATIONS(ROW)                                                                           \
	ROW(IDENTITY, "identity")                                                                  \
	ROW(SIGMOID, "sigmoid")                                                                    \
	ROW(RELU, "relu")                                                                          \
	ROW(TANH, "tanh")
enum activation { ACTIVATIONS(PARAM_CONSTANT) };
#define ACTIVATION_NAMES PARAM_WORDS(ACTIVATIONS(PARAM_WORD))

/* x = f(x), n numbers in place. */
void activation_apply(enum activation f, real *x, size_t n);
/* x *= f'(z) for n numbers, where a = f(z): every slope here is a function of the activation
 * itself. */
void activation_slope(enum activation f, const real *a, real *x, size_t n);
/* x with f(x) = a; where there is none, the nearest that is not far out. */
double activation_inverse(enum activation f, double a);
/* The bounds that units saturate at; a unit without one has -HUGE_VAL or HUGE_VAL. */
void activation_bounds(enum activation f, double *low, double *high);

#endif
