/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * stderr, kept while the screen is up: what libraries print would spoil it.  Nothing is kept when
 * stderr is not a terminal.  kept_release makes only async-signal-safe calls. */
#ifndef UI_KEPT_H
#define UI_KEPT_H

#include <stddef.h>

struct kept {
	int real, file; /* the true stderr and what stands in for it; -1 when nothing is kept */
};

struct kept kept_start(void);
/* Puts stderr back and writes to it what was kept, tamed as in text.h.  The second time it does
 * nothing. */
void kept_release(struct kept *k);

/* Writes all of it, as far as that is possible; async-signal-safe. */
void write_all(int fd, const char *bytes, size_t n);

#endif
