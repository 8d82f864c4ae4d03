/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Folding in: everybody who has no training rating, but ratings among the edits, gets a row in a
 * copy of the weights, fitted or encoded with all else frozen.  Whoever reads that copy can treat
 * them like anyone else.  The copy follows the epochs and the edits. */
#ifndef AUTOREC_FOLD_H
#define AUTOREC_FOLD_H

#include "autorec/model.h"

/* Who is folded in: [n_users] or [n_items]. */
struct fold_side {
	bool *in;
	uint64_t *print; /* tells what the row was made from; 0: nobody is folded in */
	int32_t n;
};

/* starts as {0} */
struct fold {
	struct weights *w; /* the copy; NULL: there is none */
	struct fold_side users, items;
	uint64_t changes;  /* of the overlay */
	uint64_t training; /* tells one training from another */
	int64_t epoch;
	double lambda;
};

/* Brings the copy up to date and pins it.  training: another number after a reset, or for another
 * model.  Returns `w` instead if there are no newcomers and nobody else is to be folded in, or an
 * error came.  An edit costs only the rows that it changes. */
const struct weights *fold_pin(struct fold *f, const struct model *m, const struct weights *w,
			       const struct overlay *o, uint64_t training, struct err *e);
/* Unpins a copy.  One that has been replaced meanwhile lives until then. */
void fold_unpin(struct fold *f, const struct weights *w);
/* Folds into `w` itself whoever is to be folded in. */
int fold_into(const struct model *m, struct weights *w, const struct overlay *o, struct err *e);
void fold_done(struct fold *f);

#endif
