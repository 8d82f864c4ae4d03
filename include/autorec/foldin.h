/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How well a model predicts for people it was not trained on: it folds in what is given of them,
 * and is scored on the rest. */
#ifndef AUTOREC_FOLDIN_H
#define AUTOREC_FOLDIN_H

#include "autorec/evaluate.h"
#include "autorec/progress.h"

/* given, asked: over the same users, none of whom has a training rating.  ERR_FAILED if the model
 * folds no user in; ERR_INTERRUPTED if p stops it. */
int foldin_score(const struct model *m, const struct weights *w, const struct ratings *given,
		 const struct ratings *asked, const struct progress *p, struct score *out,
		 struct err *e);

#endif
