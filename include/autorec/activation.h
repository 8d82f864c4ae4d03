/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The activation functions of AutoRec: f for the output, g for the hidden units. */
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

/* Applies f to n numbers in place. */
void activation_apply(enum activation f, real *x, size_t n);
/* x *= f'(z) for n numbers, where a = f(z). The slope of every activation here is a function of
 * a. */
void activation_slope(enum activation f, const real *a, real *x, size_t n);
/* f(x) and f'(z) in double, where a = f(z). */
double activation_at(enum activation f, double x);
double activation_slope_at(enum activation f, double a);
/* Returns x with f(x) = a. If there is none, returns the nearest x that is not extreme. */
double activation_inverse(enum activation f, double a);
/* The values at which a unit saturates; -HUGE_VAL or HUGE_VAL where there is no bound. */
void activation_bounds(enum activation f, double *low, double *high);

#endif
