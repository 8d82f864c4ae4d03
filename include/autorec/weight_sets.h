/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sets of weights of a training.  Epochs are written to two sets in turn, so the newest epoch
 * can be read while the next one is computed; the best epoch keeps a third set.
 *
 * A pinned set does not change.  Readers may keep it for as long as they like: if it is still
 * pinned when its turn comes, it is left to them and another set takes its place.
 *
 * In place, an epoch overwrites the newest weights instead, which saves a set.  They cannot be
 * pinned until it ends.
 *
 * The functions neither lock nor wait; the trainer does. */
#ifndef AUTOREC_WEIGHT_SETS_H
#define AUTOREC_WEIGHT_SETS_H

#include "autorec/model.h"

enum { MAX_WEIGHT_SETS = 16 };

struct weight_sets {
	struct weights *sets[MAX_WEIGHT_SETS]; /* owned */
	struct weights *current;               /* of the newest epoch */
	struct weights *best;                  /* NULL: nobody will return to it */
	bool overwriting;                      /* the epoch under way overwrites `current` */
	int waiting; /* readers who wait for its end; the next epoch is written elsewhere */
};

void weight_sets_done(struct weight_sets *s);
/* The place of a set that the next epoch may write to: of `current` itself only when in place.
 * It is NULL when a new set must be made there.  NULL: readers hold all sets. */
struct weights **weight_sets_next(struct weight_sets *s, bool in_place);
/* The best epoch's set, if there is one and it is asked for, or the newest. */
const struct weights *weight_sets_pin(struct weight_sets *s, bool best);
void weight_sets_unpin(struct weight_sets *s, const struct weights *pinned);

#endif
