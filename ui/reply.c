/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reply.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "autorec/clock.h"

enum { ESC = 27, BEL = 7 };

void reply_expect(struct reply *r)
{
	*r = (struct reply){ .asked = clock_seconds() };
}

bool reply_expected(const struct reply *r)
{
	const double longest = 5; /* seconds */
	return r->asked > 0 && clock_seconds() - r->asked < longest;
}

bool reply_add(struct reply *r, int c)
{
	const bool ends = c == BEL || (c == '\\' && r->n > 1 && r->bytes[r->n - 1] == ESC);
	if (r->n + 1 < sizeof r->bytes)
		r->bytes[r->n++] = (char)c;
	r->bytes[r->n] = 0;
	if (ends) {
		r->n = 0;
		r->asked = 0;
	}
	return ends;
}

/* Returns a channel of "ffff" or "ff", 0 to 1. */
static double channel(unsigned value, int digits)
{
	return value / (double)((1u << 4 * digits) - 1);
}

enum theme reply_theme(const char *reply)
{
	/* Equally far in contrast from black and from white (WCAG 2.1). */
	const double middle = 0.179;
	unsigned red, green, blue;
	int before = 0, first = 0, second = 0, third = 0;
	if (!strncmp(reply, "\033[?997;1n", 10))
		return THEME_DARK;
	if (!strncmp(reply, "\033[?997;2n", 10))
		return THEME_LIGHT;
	if (sscanf(reply, "\033]11;rgb:%n%4x%n/%4x%n/%4x%n", &before, &red, &first, &green, &second,
		   &blue, &third) != 3 ||
	    first <= before || second <= first + 1 || third <= second + 1)
		return THEME_AUTO;
	const double luminance = 0.2126 * pow(channel(red, first - before), 2.2) +
				 0.7152 * pow(channel(green, second - first - 1), 2.2) +
				 0.0722 * pow(channel(blue, third - second - 1), 2.2);
	return luminance > middle ? THEME_LIGHT : THEME_DARK;
}
