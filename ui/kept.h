/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Holds back stderr while the screen is up, because messages from libraries would spoil the screen.
 * Nothing is held back if stderr is not a terminal.  kept_release makes only async-signal-safe
 * calls. */
#ifndef UI_KEPT_H
#define UI_KEPT_H

#include <stddef.h>

struct kept {
	int real, file; /* the real stderr and its substitute; -1: nothing is held back */
};

struct kept kept_start(void);
/* Restores stderr and writes the held-back text to it, made safe as in text.h.  A second call does
 * nothing. */
void kept_release(struct kept *k);

/* Writes as many of the n bytes as it can; async-signal-safe. */
void write_all(int fd, const char *bytes, size_t n);

#endif
