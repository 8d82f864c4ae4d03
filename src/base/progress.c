/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/progress.h"

bool progress_go_on(const struct progress *p, double fraction)
{
	return !p || p->go_on(p->ctx, fraction);
}
