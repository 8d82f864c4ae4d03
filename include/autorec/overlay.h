/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What-if edits over ratings that never change.  An edit sets r_ui or takes it away; undo and
 * redo walk along the edits in the order in which they were made.  Belongs to one thread. */
#ifndef AUTOREC_OVERLAY_H
#define AUTOREC_OVERLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "autorec/ratings.h"

struct edit {
	int32_t user, item;
	bool had, has;       /* was it observed before, is it after */
	float before, after; /* the ratings, where observed */
};

struct overlay {
	const struct ratings *base; /* not owned */
	struct edit *edits;         /* [n_edits], the first `applied` of them in force */
	size_t n_edits, applied, capacity;
};

void overlay_init(struct overlay *o, const struct ratings *base);
void overlay_done(struct overlay *o);

/* Records an edit and puts it in force; edits that were undone are forgotten.  *done (may be NULL)
 * tells what it changed.  Taking away a rating that is not there is ERR_FAILED. */
int overlay_rate(struct overlay *o, int32_t user, int32_t item, float rating, struct edit *done,
		 struct err *e);
int overlay_unrate(struct overlay *o, int32_t user, int32_t item, struct edit *done, struct err *e);
int overlay_undo(struct overlay *o, struct edit *undone,
		 struct err *e); /* ERR_FAILED: nothing to undo */
int overlay_redo(struct overlay *o, struct edit *redone, struct err *e);
void overlay_revert(struct overlay *o); /* forgets every edit */

/* The rating of a pair with the edits in force; false when it is not observed. */
bool overlay_get(const struct overlay *o, int32_t user, int32_t item, float *rating);

/* The ratings of a user or an item of `base`, with the edits in force.  `o` may be NULL.  Without
 * an edit the vector borrows the base's memory; rating_vector_done frees what it owns. */
int overlay_user_vector(const struct overlay *o, const struct ratings *base, int32_t user,
			struct rating_vector *out, struct err *e);
int overlay_item_vector(const struct overlay *o, const struct ratings *base, int32_t item,
			struct rating_vector *out, struct err *e);
/* One vector for each item that is edited (of_items), or for each user: [*n]. */
int overlay_edited(const struct overlay *o, const struct ratings *base, bool of_items,
		   struct rating_vector **out, int *n, struct err *e);
/* Frees n vectors and their array. */
void rating_vectors_free(struct rating_vector *v, int n);

/* The base with the edits in force, as ratings of its own. */
int overlay_materialise(const struct overlay *o, struct ratings **out, struct err *e);

#endif
