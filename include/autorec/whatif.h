/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What an edit of one rating does to the model's predictions.  The weights stay fixed; the input
 * changes.
 *
 * U-AutoRec encodes the user again, and all of the user's predictions move.  I-AutoRec has two
 * answers.  It encodes the item again, and the predictions of all users for that item move.  It
 * also refits the user's output row by ridge regression on the frozen hidden vectors of the rated
 * items, and the user's predictions for other items move.  A model's `moves` tells which of these
 * answers it has. */
#ifndef AUTOREC_WHATIF_H
#define AUTOREC_WHATIF_H

#include "autorec/model.h"
#include "autorec/overlay.h"

struct moved {
	int32_t index;              /* of the item or user whose prediction moved */
	float before, after, delta; /* as scored */
	float retrained;            /* the same after retraining; delta is then from `after` */
	/* The place among the user's unrated items, 1 for the best; 0: rated, or of users. */
	int32_t rank_before, rank_after;
};

struct moves {
	const char *meaning; /* a sentence about what was computed; NULL: the model has no such
				answer */
	struct moved *rows;  /* [n], the largest move first */
	int32_t n;
};

struct whatif {
	bool valid;
	struct edit edit;
	int64_t epoch;
	size_t applied;     /* edits in force */
	struct moves items; /* the user's predictions, over all items */
	struct moves users; /* all users' predictions for the item */
	double latency_ms;  /* edit, predictions and ranking */
	bool retrained;     /* the model was trained on the edits */
};

/* Measures the effect of the overlay's last edit in force: with it against without it. */
int whatif_measure(const struct model *m, const struct weights *w, struct overlay *o,
		   const struct edit *edit, bool undone, struct whatif *out, struct err *e);
/* A user's predictions for all items with frozen weights, before the edits and with them, to
 * compare with those of a retrained model. */
struct frozen {
	struct edit edit; /* the last one in force */
	size_t applied;
	int32_t n;
	real *before, *instant; /* [n] */
};
/* For the user of the last rating that was edited.  ERR_FAILED if there is none. */
int frozen_init(struct frozen *f, const struct model *m, const struct weights *w,
		const struct overlay *o, struct err *e);
void frozen_done(struct frozen *f);
/* Compares; m and w are retrained, on the edits. */
int whatif_retrained(const struct frozen *f, const struct model *m, const struct weights *w,
		     struct whatif *out, struct err *e);
void whatif_done(struct whatif *w);

#endif
