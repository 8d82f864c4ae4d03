/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Times of ratings, as files write them: milliseconds since the beginning of 1970 (UTC). */
#ifndef AUTOREC_TIMES_H
#define AUTOREC_TIMES_H

#include <stddef.h>
#include <stdint.h>

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

#endif
