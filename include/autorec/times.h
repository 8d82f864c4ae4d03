/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Times of ratings, as files write them: milliseconds since the beginning of 1970 (UTC). Many of
 * them are kept in seconds where these are exact, in half the memory. */
#ifndef AUTOREC_TIMES_H
#define AUTOREC_TIMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "autorec/err.h"

/* A time that is not known; it is before all others. */
#define NO_TIME INT64_MIN

/* NO_TIME if the text is not understood. Understood are numbers of seconds, milliseconds,
 * microseconds or nanoseconds since 1970, told apart by their size, and dates: 20050906,
 * 2005-09-06, 2005/09/06 and 06.09.2005, each with or without a time such as 12:34, 12:34:56.5 or
 * 12:34:56+02:00. Of a date such as 09/16/2005 it must be clear which number is the month. */
int64_t time_parse(const char *text, size_t length);

enum { TIME_TEXT = 40 };
/* Writes "2005-09-06 12:34:56", or "" for NO_TIME. Returns out. */
const char *time_text(int64_t ms, char out[TIME_TEXT]);

/* A list of times; { 0 } is none. It is narrow, or wide once a time does not fit. */
struct times {
	int32_t *seconds; /* NO_SECONDS for NO_TIME; NULL if the list is wide */
	int64_t *ms;      /* NULL if the list is narrow */
	size_t capacity;
};
#define NO_SECONDS INT32_MIN

/* Whether a narrow list can hold the time: it is NO_TIME, or a whole second from 1901 to 2038. */
static inline bool time_fits(int64_t ms)
{
	const int64_t seconds = ms / 1000;
	return ms == NO_TIME ||
	       (seconds * 1000 == ms && seconds > NO_SECONDS && seconds <= INT32_MAX);
}

static inline bool times_any(const struct times *x)
{
	return x->seconds || x->ms;
}

static inline int64_t times_get(const struct times *x, size_t i)
{
	if (x->ms)
		return x->ms[i];
	return x->seconds[i] == NO_SECONDS ? NO_TIME : (int64_t)x->seconds[i] * 1000;
}

/* The time must fit. */
static inline void times_set(struct times *x, size_t i, int64_t ms)
{
	if (x->ms)
		x->ms[i] = ms;
	else
		x->seconds[i] = ms == NO_TIME ? NO_SECONDS : (int32_t)(ms / 1000);
}

/* to[i] = from[j]; both are narrow, or both wide. */
static inline void times_copy(struct times *to, size_t i, const struct times *from, size_t j)
{
	if (to->ms)
		to->ms[i] = from->ms[j];
	else
		to->seconds[i] = from->seconds[j];
}

/* The part of a list that begins at i. It borrows the memory. */
static inline struct times times_from(const struct times *x, size_t i)
{
	return (struct times){ x->seconds ? x->seconds + i : NULL, x->ms ? x->ms + i : NULL, 0 };
}

/* Makes room for `need` times, and keeps the first n. The list becomes wide if told, and never
 * becomes narrow again. On failure nothing changes. */
int times_grow(struct times *x, size_t n, size_t need, bool wide, struct err *e);
/* The same for exactly n times in a new list. */
int times_new(struct times *x, size_t n, bool wide, struct err *e);
/* Copies n times; `to` is wide if `from` is. */
void times_move(struct times *to, size_t i, const struct times *from, size_t j, size_t n);
/* Bytes that each of the times takes. */
size_t times_size(const struct times *x);
void times_done(struct times *x);

#endif
