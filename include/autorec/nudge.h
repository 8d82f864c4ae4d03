/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A small set of edits of a user's own ratings that moves one prediction as far as is asked.  The
 * search is greedy: each step takes the edit to the least or the greatest rating that helps most,
 * and asks the model for its prediction with all edits so far.  The edits are not applied. */
#ifndef AUTOREC_NUDGE_H
#define AUTOREC_NUDGE_H

#include "autorec/progress.h"
#include "autorec/reconstruction.h"

enum { MOST_NUDGES = 10 };

struct nudge {
	struct {
		int32_t item;
		double from, to;
		double predicted; /* after this edit and those before it */
	} edit[MOST_NUDGES];
	int n;
	bool reached;
	double before, after;            /* the prediction; by refit where the model refits */
	int32_t rank_before, rank_after; /* among the user's unseen items; 1 is best */
	int64_t epoch;
};

struct wish {
	int32_t user, item;
	double by;    /* stars; 0: see into */
	int32_t into; /* a rank to reach */
};

/* ERR_FAILED if no rating of the user moves the prediction before the model is trained again. */
int nudge(const struct model *m, const struct weights *w, const struct overlay *o,
	  const struct split *split, const struct wish *wish, const struct progress *p,
	  struct nudge *out, struct err *e);

#endif
