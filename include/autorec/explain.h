/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Why a model predicts what it predicts for a user and an item, exactly and in three parts:
 *
 *     the sum      the terms that the prediction consists of
 *     the inputs   for each rating that the model encodes, the prediction with it minus the
 *                  prediction without it, everything else frozen
 *     the person   for each rating of the user, the prediction of the user's refitted row minus
 *                  that of a row refitted without the rating */
#ifndef AUTOREC_EXPLAIN_H
#define AUTOREC_EXPLAIN_H

#include "autorec/person.h"
#include "autorec/progress.h"
#include "autorec/reconstruction.h"

struct influence {
	int32_t index; /* of the user or the item that the rating is for */
	double rating, influence;
	double linear; /* the part that is linear in the rating; NaN in the person's side */
};

/* Strongest first. */
struct influences {
	struct influence *at; /* [n] */
	int64_t n;
	bool of_users;       /* at[].index is a user */
	const char *refusal; /* why the model has no such part; NULL: it has */
};

struct explanation {
	int32_t user, item;
	int64_t epoch;
	bool edited;                         /* the ratings have edits, the weights are frozen */
	double predicted, clipped, observed; /* predicted: unclipped; observed: NaN if unseen */
	enum row_kind kind;
	struct terms sum;          /* strongest first */
	struct influences inputs;  /* of the encoded ratings */
	double empty, interaction; /* prediction without any input; what the influences leave */
	struct influences person;
	double refitted; /* the prediction of the user's refitted row */
};

/* `p` (may be NULL) is asked between the parts. */
int explain(const struct model *m, const struct weights *w, const struct overlay *o,
	    const struct split *split, int32_t user, int32_t item, const struct progress *p,
	    struct explanation *out, struct err *e);
/* For n items that the user has not rated, the rating of the user's own that speaks most for each;
 * item -1 if the model says nothing about it. */
int explain_reasons(const struct model *m, const struct weights *w, const struct overlay *o,
		    int32_t user, const int32_t *items, int32_t n, const struct progress *p,
		    struct reason *out, struct err *e);
void explanation_done(struct explanation *x);

#endif
