/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sets of weights of a training.  Epochs are written to two sets in turn, so the newest epoch
 * can be read while the next one is computed; the best epoch keeps a third set.
 *
 * A pinned set does not change. Readers may keep it as long as they like: if it is still pinned
 * when its turn comes, another set takes its place.
 *
 * In place, an epoch overwrites the newest weights instead, which saves a set. Readers cannot pin
 * those weights until the epoch ends.
 *
 * The functions neither lock nor wait; the trainer does both. */
#ifndef AUTOREC_WEIGHT_SETS_H
#define AUTOREC_WEIGHT_SETS_H

#include "autorec/model.h"

enum { MAX_WEIGHT_SETS = 16 };

struct weight_sets {
	struct weights *sets[MAX_WEIGHT_SETS]; /* owned */
	struct weights *current;               /* of the newest epoch */
	struct weights *best;                  /* NULL: not kept */
	/* A copy of the set to show, without the units that are switched off; NULL: all are on. */
	struct weights *ablated;
	bool overwriting; /* the current epoch overwrites `current` */
	/* readers who wait for that epoch to end; if there are any, the next epoch goes to another
	 * set */
	int waiting;
};

void weight_sets_done(struct weight_sets *s);
/* Returns the slot of a set that the next epoch may write to. It is the slot of `current` only when
 * in place. The slot holds NULL if a new set must be made there. Returns NULL if readers hold all
 * sets. */
struct weights **weight_sets_next(struct weight_sets *s, bool in_place);
/* Pins the ablated set if there is one, else the best epoch's if `best` is true and there is one,
 * else the newest. */
const struct weights *weight_sets_pin(struct weight_sets *s, bool best);
void weight_sets_unpin(struct weight_sets *s, const struct weights *pinned);

#endif
