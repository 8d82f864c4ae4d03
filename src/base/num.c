/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/num.h"

#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool num_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Numbers of up to 15 digits and powers of ten up to 22 are exact in a double (Clinger 1990), which
 * covers all ratings. Longer numbers go to strtod. */
static const double power_of_ten[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
				       1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
				       1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
enum { EXACT_DIGITS = 15, EXACT_POWER = 22, LONGEST = 400 };

static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT; /* several threads parse files */

static void make_c_locale(void)
{
	c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

static bool parse_slowly(const char *text, size_t length, double *out)
{
	char copy[LONGEST + 1], *end;
	pthread_once(&c_locale_once, make_c_locale);
	locale_t c = c_locale;
	if (length > LONGEST || !c)
		return false;
	memcpy(copy, text, length);
	copy[length] = 0;
	*out = strtod_l(copy, &end, c);
	return *end == 0 && isfinite(*out);
}

bool num_parse_real(const char *text, size_t length, double *out)
{
	const char *p = text, *end = text + length;
	bool negative = false;
	uint64_t digits = 0;
	int n_digits = 0, exponent = 0;

	if (p < end && (*p == '-' || *p == '+'))
		negative = *p++ == '-';
	const char *first = p;
	for (; p < end && num_is_digit(*p); p++, n_digits++)
		digits = digits * 10 + (uint64_t)(*p - '0');
	if (p < end && *p == '.')
		for (p++; p < end && num_is_digit(*p); p++, n_digits++, exponent--)
			digits = digits * 10 + (uint64_t)(*p - '0');
	if (n_digits == 0 || p == first)
		return false;
	if (p < end && (*p == 'e' || *p == 'E')) {
		int e = 0, sign = 1;
		if (++p < end && (*p == '-' || *p == '+'))
			sign = *p++ == '-' ? -1 : 1;
		if (p == end)
			return false;
		for (; p < end && num_is_digit(*p); p++)
			e = e < 10000 ? e * 10 + (*p - '0') : e;
		exponent += sign * e;
	}
	if (p != end)
		return false;
	if (n_digits > EXACT_DIGITS || exponent > EXACT_POWER || exponent < -EXACT_POWER)
		return parse_slowly(text, length, out);
	double value = (double)digits;
	value = exponent < 0 ? value / power_of_ten[-exponent] : value * power_of_ten[exponent];
	*out = negative ? -value : value;
	return true;
}

bool num_parse_int(const char *text, size_t length, int64_t *out)
{
	const char *p = text, *end = text + length;
	bool negative = p < end && *p == '-';
	int64_t value = 0;
	if (p < end && (*p == '-' || *p == '+'))
		p++;
	if (p == end)
		return false;
	for (; p < end; p++) {
		int digit = *p - '0';
		if (!num_is_digit(*p) || __builtin_mul_overflow(value, (int64_t)10, &value) ||
		    __builtin_add_overflow(value, (int64_t)(negative ? -digit : digit), &value))
			return false;
	}
	*out = value;
	return true;
}

const char *num_text(double x, char out[NUM_TEXT])
{
	const double most = 9007199254740992; /* 2^53: above it, doubles skip whole numbers */
	const bool single = x == (double)(float)x;
	if (x == floor(x) && fabs(x) <= most) {
		snprintf(out, NUM_TEXT, "%.0f", x);
		return out;
	}
	for (int digits = 6; digits <= 17; digits += digits == 9 ? 6 : 1) {
		double back;
		snprintf(out, NUM_TEXT, "%.*g", digits, x);
		if (num_parse_real(out, strlen(out), &back) &&
		    (single ? (float)back == (float)x : back == x))
			break;
	}
	return out;
}

const char *num_grouped(int64_t n, char out[NUM_TEXT])
{
	char digits[NUM_TEXT], *to = out;
	const int length = snprintf(digits, sizeof digits, "%" PRId64, n);
	for (int i = 0; i < length; i++) {
		*to++ = digits[i];
		if (digits[i] != '-' && i + 1 < length && (length - i - 1) % 3 == 0)
			*to++ = ',';
	}
	*to = 0;
	return out;
}
