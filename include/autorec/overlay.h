/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What-if edits on top of ratings that never change.  An edit sets or removes the rating r_ui, or
 * adds or removes a newcomer: a user or an item that the ratings do not know.  Undo and redo move
 * through the edits in the order in which they were made.  An overlay belongs to one thread.
 *
 * A newcomer who is there has an index like anyone else: the newcomers follow the users or the
 * items of the base, whose last rows are then empty.  overlay_seat gives out the indices. */
#ifndef AUTOREC_OVERLAY_H
#define AUTOREC_OVERLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "autorec/ratings.h"

enum { NOBODY = -1 };

/* An edit of a newcomer has NOBODY on the other side.  Whoever is not there at present has an index
 * below NOBODY, which only overlay_newcomer understands. */
struct edit {
	int32_t user, item;
	bool had, has; /* whether the pair was observed (the newcomer was there) before the edit,
			  and is after it */
	float before, after; /* the ratings, if observed */
};

struct newcomer {
	char *name;
	bool is_item, there;
	int32_t index; /* while there */
};

struct overlay {
	const struct ratings *base; /* not owned */
	struct edit *edits;         /* [n_edits]; the first `applied` are in force */
	size_t n_edits, applied, capacity;
	uint64_t changes;           /* how often edits were made, undone, redone or forgotten */
	struct newcomer *newcomers; /* [n_newcomers], in the order of their coming */
	size_t n_newcomers, room;
	int32_t known_users, known_items; /* who are no newcomers; their indices come first */
};

void overlay_init(struct overlay *o, const struct ratings *base);
void overlay_done(struct overlay *o);
/* Forgets the edits, except the newcomers who are there and their ratings. */
void overlay_keep_newcomers(struct overlay *o);
/* Makes an independent copy.  ERR_NOMEM: *out is empty. */
int overlay_copy(const struct overlay *o, struct overlay *out, struct err *e);

/* Records an edit, puts it in force and forgets undone edits.  *done (may be NULL) receives what it
 * changed.  Removing a rating that does not exist is ERR_FAILED. */
int overlay_apply(struct overlay *o, struct edit edit, struct edit *done, struct err *e);
int overlay_rate(struct overlay *o, int32_t user, int32_t item, float rating, struct edit *done,
		 struct err *e);
int overlay_unrate(struct overlay *o, int32_t user, int32_t item, struct edit *done, struct err *e);
/* Undo and redo return ERR_FAILED if there is nothing to undo or redo. */
int overlay_undo(struct overlay *o, struct edit *undone, struct err *e);
int overlay_redo(struct overlay *o, struct edit *redone, struct err *e);
void overlay_revert(struct overlay *o); /* forgets all edits */

/* Record that a newcomer comes or goes.  The caller has checked the name.  overlay_seat must
 * follow, as after an undo, a redo or a revert. */
int overlay_join(struct overlay *o, bool is_item, const char *name, struct err *e);
int overlay_leave(struct overlay *o, bool is_item, int32_t index, struct err *e);
/* Finds out who is there, and gives each of them the next index. */
void overlay_seat(struct overlay *o);
/* How many users or items there are, newcomers included. */
int32_t overlay_count(const struct overlay *o, bool of_items);
/* The newcomer of this index, there or not; NULL: it is one of the base. */
const struct newcomer *overlay_newcomer(const struct overlay *o, bool is_item, int32_t index);
/* Does the edit set or remove a rating of somebody who is there? */
static inline bool edit_counts(const struct edit *edit)
{
	return edit->user >= 0 && edit->item >= 0;
}

/* The journal before a change, to return to if the change cannot be carried out. */
struct overlay_mark {
	size_t applied, n_edits;
	struct edit next; /* the first undone edit, which a new edit overwrites */
};
struct overlay_mark overlay_mark(const struct overlay *o);
/* overlay_seat must follow if newcomers came or went. After several new edits, those that were
 * undone before are lost. */
void overlay_return(struct overlay *o, const struct overlay_mark *mark);

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
