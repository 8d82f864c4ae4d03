/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/ticks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* 1, 2 or 5 times a power of ten, at least `least`. */
static double round_step(double least)
{
	double power = pow(10, floor(log10(least)));
	for (int i = 0; i < 3; i++) {
		double step = power * (double[]){ 1, 2, 5 }[i];
		if (step >= least * (1 - 1e-9))
			return step;
	}
	return 10 * power;
}

struct ticks ticks_linear(double low, double high, int most, double least_step)
{
	struct ticks t = { 0 };
	double step = round_step(fmax((high - low) / (most > 1 ? most : 1), least_step));
	t.decimals = step < 1 ? (int)ceil(-log10(step) - 1e-9) : 0;
	double first = ceil(low / step - 1e-9);
	while (t.n < MOST_TICKS && (first + t.n) * step <= high + 1e-9 * step) {
		t.at[t.n] = (first + t.n) * step + 0.0; /* + 0.0 avoids minus zero */
		t.n++;
	}
	return t;
}

struct ticks ticks_log(double low, double high, int most)
{
	if (high < 10 * low)
		return ticks_linear(low, high, most, 0);
	struct ticks t = { .decimals = -1 };
	double every = ceil(log10(high / low) / most);
	for (double power = floor(log10(low)); power <= log10(high); power += every) {
		bool all = log10(high / low) * 3 <= most; /* 1, 2 and 5 of each decade */
		for (int i = 0; i < (all ? 3 : 1); i++) {
			double at = pow(10, power) * (double[]){ 1, 2, 5 }[i];
			if (at >= low * (1 - 1e-9) && at <= high * (1 + 1e-9) && t.n < MOST_TICKS)
				t.at[t.n++] = at;
		}
	}
	return t;
}

void ticks_text(const struct ticks *t, int i, char *out, size_t size)
{
	if (t->decimals < 0 || fabs(t->at[i]) >= 1e7 || t->decimals > 9)
		snprintf(out, size, "%.3g", t->at[i]);
	else
		snprintf(out, size, "%.*f", t->decimals, t->at[i]);
}

int ticks_width(const struct ticks *t)
{
	char text[32];
	int widest = 0;
	for (int i = 0; i < t->n; i++) {
		ticks_text(t, i, text, sizeof text);
		widest = (int)strlen(text) > widest ? (int)strlen(text) : widest;
	}
	return widest;
}
