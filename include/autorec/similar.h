/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The users or items most similar to one: by the cosine of their hidden vectors or factors, after
 * subtracting the mean vector. */
#ifndef AUTOREC_SIMILAR_H
#define AUTOREC_SIMILAR_H

#include "autorec/model.h"

struct alike {
	int32_t index;
	double similarity; /* -1 .. 1; 0 if a vector is the mean */
	int32_t common;    /* users who rated both items, or items that both users rated */
};

/* A row for each user or item: its hidden units, or its row of an output or factor matrix.
 * ERR_FAILED if the model has no such vectors. */
int similar_vectors(const struct model *m, const struct weights *w, bool of_item, struct panel *out,
		    struct err *e);
/* All others, most similar first: [*n], which the caller frees.  The vectors are those of the
 * weights; edits (NULL: none) count for the common ratings.  ERR_FAILED if the model has no such
 * vectors. */
int similar_list(const struct model *m, const struct weights *w, const struct overlay *o,
		 bool of_item, int32_t who, struct alike **out, int32_t *n, struct err *e);

#endif
