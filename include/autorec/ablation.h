/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the hidden units are worth: the RMSE without each of them.  A unit is switched off by taking
 * its activation as 0 in every output. */
#ifndef AUTOREC_ABLATION_H
#define AUTOREC_ABLATION_H

#include "autorec/model.h"
#include "autorec/progress.h"

/* effect[j], [k]: by how much the RMSE on `set` rises without unit j.  *rmse: with all units.
 * Both are of predictions as they are scored (evaluate.h).  ERR_FAILED if the model has no hidden
 * units, ERR_INTERRUPTED if p stops the work. */
int ablation_effects(const struct model *m, const struct weights *w, const struct ratings *set,
		     const struct progress *p, double *effect, double *rmse, struct err *e);

#endif
