/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What-if edits on top of ratings that never change.  An edit sets or removes the rating r_ui. Undo
 * and redo move through the edits in the order in which they were made.  An overlay belongs to one
 * thread. */
#ifndef AUTOREC_OVERLAY_H
#define AUTOREC_OVERLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "autorec/ratings.h"

struct edit {
	int32_t user, item;
	bool had, has;       /* whether the pair was observed before the edit, and is after it */
	float before, after; /* the ratings, if observed */
};

struct overlay {
	const struct ratings *base; /* not owned */
	struct edit *edits;         /* [n_edits]; the first `applied` are in force */
	size_t n_edits, applied, capacity;
	uint64_t changes; /* how often edits were made, undone, redone or forgotten */
};

void overlay_init(struct overlay *o, const struct ratings *base);
void overlay_done(struct overlay *o);

/* Records an edit, puts it in force and forgets undone edits.  *done (may be NULL) receives what it
 * changed.  Removing a rating that does not exist is ERR_FAILED. */
int overlay_rate(struct overlay *o, int32_t user, int32_t item, float rating, struct edit *done,
		 struct err *e);
int overlay_unrate(struct overlay *o, int32_t user, int32_t item, struct edit *done, struct err *e);
/* Undo and redo return ERR_FAILED if there is nothing to undo or redo. */
int overlay_undo(struct overlay *o, struct edit *undone, struct err *e);
int overlay_redo(struct overlay *o, struct edit *redone, struct err *e);
void overlay_revert(struct overlay *o); /* forgets all edits */

/* Gets the rating of a pair with the edits in force.  Returns false if it is not observed. */
bool overlay_get(const struct overlay *o, int32_t user, int32_t item, float *rating);

/* Is the rating of a pair another one than without the edits in force?  *had, *before: whether it
 * was observed without them, and its rating. */
bool overlay_differs(const struct overlay *o, int32_t user, int32_t item, bool *had, float *before);

/* Get the ratings of a user or an item in `base`, with the edits in force.  `o` may be NULL. A
 * vector without edits borrows the memory of the base.  rating_vector_done frees what the vector
 * owns. */
int overlay_user_vector(const struct overlay *o, const struct ratings *base, int32_t user,
			struct rating_vector *out, struct err *e);
int overlay_item_vector(const struct overlay *o, const struct ratings *base, int32_t item,
			struct rating_vector *out, struct err *e);
/* Makes one vector for each edited item (of_items) or each edited user: [*n]. */
int overlay_edited(const struct overlay *o, const struct ratings *base, bool of_items,
		   struct rating_vector **out, int *n, struct err *e);
/* Frees n vectors and their array. */
void rating_vectors_free(struct rating_vector *v, int n);

/* Makes an independent copy of the base with the edits in force. */
int overlay_materialise(const struct overlay *o, struct ratings **out, struct err *e);

#endif
