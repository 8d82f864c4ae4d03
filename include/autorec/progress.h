/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How far a long piece of work is, told to whoever waits for it, who may stop it. */
#ifndef AUTOREC_PROGRESS_H
#define AUTOREC_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct progress {
	/* Called often with the fraction done, 0 to 1; returns false to stop the work. */
	bool (*go_on)(void *ctx, double fraction);
	void *ctx;
};

/* Tells p (NULL: nobody waits) and returns whether the work goes on. */
bool progress_go_on(const struct progress *p, double fraction);

#endif
