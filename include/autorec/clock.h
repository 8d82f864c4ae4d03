/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A monotonic clock: seconds since some fixed moment. */
#ifndef AUTOREC_CLOCK_H
#define AUTOREC_CLOCK_H
double clock_seconds(void);
#endif
