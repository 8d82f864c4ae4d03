/* SPDX-License-Identifier: GPL-3.0-or-later
 * Seconds since some fixed moment, never going back. */
#ifndef AUTOREC_CLOCK_H
#define AUTOREC_CLOCK_H
double clock_seconds(void);
#endif
