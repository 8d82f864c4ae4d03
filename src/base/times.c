/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/times.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "autorec/mem.h"
#include "autorec/num.h"

static const double second_ms = 1000, minute_ms = 60000, hour_ms = 3600000, day_ms = 86400000;

static bool times_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Takes a number of 1 to `most` digits at *p. Returns how many digits it has. */
static int take_digits(const char **p, const char *end, int most, int *out)
{
	int n = 0;
	for (*out = 0; n < most && *p < end && times_is_digit(**p); n++)
		*out = 10 * *out + *(*p)++ - '0';
	return n;
}

static bool take_char(const char **p, const char *end, char c)
{
	const bool found = *p < end && **p == c;
	*p += found;
	return found;
}

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static bool is_date(int year, int month, int day)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return year >= 1900 && year <= 2200 && month >= 1 && month <= 12 && day >= 1 &&
	       day <= days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from the beginning of 1970. Years are counted from March, so that a leap day is the last
 * day of its year. */
static int64_t days_of(int year, int month, int day)
{
	const int y = month > 2 ? year : year - 1, m = (month + 9) % 12;
	return 365L * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

/* 12:34, with seconds, fractions and an offset from UTC where they follow. */
static bool take_clock(const char **p, const char *end, double *ms)
{
	int hour, minute, second = 0, digit, off_hours, off_minutes = 0;
	double scale = second_ms;
	if (!take_digits(p, end, 2, &hour) || !take_char(p, end, ':') ||
	    take_digits(p, end, 2, &minute) != 2)
		return false;
	if (take_char(p, end, ':') && take_digits(p, end, 2, &second) != 2)
		return false;
	if (hour > 24 || minute > 59 || second > 60)
		return false;
	*ms += hour * hour_ms + minute * minute_ms + second * second_ms;
	if (take_char(p, end, '.') || take_char(p, end, ','))
		while (take_digits(p, end, 1, &digit))
			*ms += digit * (scale /= 10);
	take_char(p, end, ' ');
	if (take_char(p, end, 'Z'))
		return true;
	if (*p < end && (**p == '+' || **p == '-')) {
		const double sign = *(*p)++ == '+' ? -1 : 1;
		if (take_digits(p, end, 2, &off_hours) != 2)
			return false;
		take_char(p, end, ':');
		take_digits(p, end, 2, &off_minutes);
		*ms += sign * (off_hours * hour_ms + off_minutes * minute_ms);
	} else if (end - *p == 3 && (*p)[0] == 'U' && (*p)[1] == 'T' && (*p)[2] == 'C') {
		*p += 3;
	}
	return true;
}

static int64_t parse_date(const char *p, const char *end)
{
	int year, month, day, first, second;
	const int digits = take_digits(&p, end, 4, &first);
	const char mark = p < end ? *p : 0;
	if ((mark != '-' && mark != '/' && mark != '.') || !take_char(&p, end, mark) ||
	    !take_digits(&p, end, 2, &second) || !take_char(&p, end, mark))
		return NO_TIME;
	if (digits == 4) {
		year = first;
		month = second;
		if (!take_digits(&p, end, 2, &day))
			return NO_TIME;
	} else {
		const bool day_first = mark == '.' || first > 12 || first == second;
		if ((!day_first && second <= 12) || take_digits(&p, end, 4, &year) != 4)
			return NO_TIME;
		day = day_first ? first : second;
		month = day_first ? second : first;
	}
	if (!is_date(year, month, day))
		return NO_TIME;
	double ms = (double)days_of(year, month, day) * day_ms;
	if (p < end && (take_char(&p, end, 'T') || take_char(&p, end, ' ')) &&
	    !take_clock(&p, end, &ms))
		return NO_TIME;
	return p == end ? (int64_t)ms : NO_TIME;
}

/* The size of a number tells its unit: in any of them, it is a date from 1973 to 5138. */
static int64_t of_number(double x)
{
	const double most_seconds = 1e11, size = fabs(x);
	const int64_t whole = (int64_t)x;
	const int year = (int)(whole / 10000), month = (int)(whole / 100 % 100),
		  day = (int)(whole % 100);
	if (!(size < most_seconds * 1e9))
		return NO_TIME;
	if (x == (double)whole && whole > 0 && whole < 100000000 && is_date(year, month, day))
		return days_of(year, month, day) * (int64_t)day_ms;
	return size < most_seconds         ? (int64_t)(x * 1e3)
	       : size < most_seconds * 1e3 ? whole
	       : size < most_seconds * 1e6 ? (int64_t)(x / 1e3)
					   : (int64_t)(x / 1e6);
}

int64_t time_parse(const char *text, size_t length)
{
	const char *p = text, *end = p + length;
	int64_t whole = 0;
	double x;
	if (length == 0)
		return NO_TIME;
	while (p < end && length < 18 && times_is_digit(*p)) /* the fast path */
		whole = 10 * whole + *p++ - '0';
	const bool short_date = whole >= 19000101 && whole <= 22001231;
	if (p == end && !short_date && whole < 100000000000) /* seconds */
		return whole * 1000;
	if (p == end)
		return of_number((double)whole);
	if (num_parse_real(text, length, &x))
		return of_number(x);
	return parse_date(text, end);
}

const char *time_text(int64_t ms, char out[TIME_TEXT])
{
	const int64_t second = ms / 1000 - (ms % 1000 < 0);
	const time_t t = (time_t)second;
	struct tm parts;
	out[0] = 0;
	if (ms != NO_TIME && gmtime_r(&t, &parts))
		strftime(out, TIME_TEXT, "%Y-%m-%d %H:%M:%S", &parts);
	return out;
}

int times_new(struct times *x, size_t n, bool wide, struct err *e)
{
	*x = (struct times){ .capacity = n };
	if (wide)
		x->ms = mem_room(n, sizeof *x->ms, e);
	else
		x->seconds = mem_room(n, sizeof *x->seconds, e);
	return times_any(x) ? 0 : ERR_NOMEM;
}

int times_grow(struct times *x, size_t n, size_t need, bool wide, struct err *e)
{
	if (x->ms)
		return mem_grow(&x->ms, &x->capacity, need, sizeof *x->ms, e);
	if (!wide)
		return mem_grow(&x->seconds, &x->capacity, need, sizeof *x->seconds, e);
	struct times grown;
	if (times_new(&grown, need > x->capacity ? need : x->capacity, true, e) < 0)
		return ERR_NOMEM;
	times_move(&grown, 0, x, 0, n);
	times_done(x);
	*x = grown;
	return 0;
}

void times_move(struct times *to, size_t i, const struct times *from, size_t j, size_t n)
{
	if (n == 0)
		return;
	if (from->ms)
		memcpy(to->ms + i, from->ms + j, n * sizeof *to->ms);
	else if (to->seconds)
		memcpy(to->seconds + i, from->seconds + j, n * sizeof *to->seconds);
	else
		for (size_t t = 0; t < n; t++)
			to->ms[i + t] = times_get(from, j + t);
}

size_t times_size(const struct times *x)
{
	return x->ms ? sizeof *x->ms : x->seconds ? sizeof *x->seconds : 0;
}

void times_done(struct times *x)
{
	free(x->seconds);
	free(x->ms);
	*x = (struct times){ 0 };
}
