/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What an edit of one rating does to the model's predictions.  The weights stay; the input changes.
 *
 * In U-AutoRec the user is encoded again: all of the user's predictions move.  In I-AutoRec there
 * are two answers: the item is encoded again, so everybody's prediction for it moves; and the user's
 * output row is refitted by ridge regression on the frozen hidden vectors of the rated items, so
 * the user's other predictions move.  Which of them there are for a model, its `moves` says. */
#ifndef AUTOREC_WHATIF_H
#define AUTOREC_WHATIF_H

#include "autorec/model.h"
#include "autorec/overlay.h"

struct moved {
	int32_t index;              /* of the item or user whose prediction moved */
	float before, after, delta; /* as scored */
};

struct moves {
	const char *meaning; /* one sentence: what was computed; NULL: not for this model */
	struct moved *rows;  /* [n], what moved most first */
	int32_t n;
};

struct whatif {
	bool valid;
	struct edit edit;
	int64_t epoch;
	size_t applied;     /* edits in force */
	struct moves items; /* the user's predictions, over all items */
	struct moves users; /* everybody's predictions for the item */
	double latency_ms;  /* edit, predictions and ranking */
};

/* The effect of the overlay's last edit in force (its state with it, against without). */
int whatif_measure(const struct model *m, const struct weights *w, struct overlay *o,
		   const struct edit *edit, bool undone, struct whatif *out, struct err *e);
void whatif_done(struct whatif *w);

#endif
