/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Progress of a long piece of work.  The work reports it to a waiting caller, who may stop the
 * work. */
#ifndef AUTOREC_PROGRESS_H
#define AUTOREC_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct progress {
	/* Called often with the fraction done, 0 to 1; returns false to stop the work. */
	bool (*go_on)(void *ctx, double fraction);
	void *ctx;
};

/* Reports to p, and returns whether to continue.  NULL: nobody waits, so the work continues. */
bool progress_go_on(const struct progress *p, double fraction);

#endif
