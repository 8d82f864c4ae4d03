/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The terminal's answer about its background (OSC 11).  It may come late or in parts, and must
 * never reach the prompt. */
#ifndef UI_REPLY_H
#define UI_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "autorec/config.h"

struct reply {
	double asked;   /* clock_seconds; 0: no answer is expected */
	char bytes[64]; /* as far as they have arrived, NUL-terminated */
	size_t n;       /* 0: the answer has not begun, or is complete */
};

void reply_expect(struct reply *r);
/* Is an answer still expected?  Alt-] begins like one. */
bool reply_expected(const struct reply *r);
/* Adds a byte.  Returns whether it completes the answer, which ends with BEL or ESC \. */
bool reply_add(struct reply *r, int c);

/* Returns the theme for what a terminal reports: its background (OSC 11), or that its palette is
 * now dark or light (mode 2031).  THEME_AUTO: it is neither. */
enum theme reply_theme(const char *reply);

#endif
