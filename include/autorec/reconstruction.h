/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The reconstructed rating vector of a user or an item: for every item or user, the observed rating
 * beside the prediction. The model fits the ratings that it was given, so each row is labeled as
 * input, held-out or unseen. */
#ifndef AUTOREC_RECONSTRUCTION_H
#define AUTOREC_RECONSTRUCTION_H

#include "autorec/config.h"
#include "autorec/dataset.h"
#include "autorec/model.h"
#include "autorec/split.h"

const char *row_kind_name(enum row_kind kind); /* "input", "held-out", "unseen" */

struct reconstructed {
	int32_t index; /* of the item in a user's rows, of the user in an item's */
	enum row_kind kind;
	float observed;  /* NaN if unseen */
	float predicted; /* as scored: clipped, or the default if cold */
	float raw;       /* the model's own output, which determines the rank */
	int32_t rank;    /* among unseen rows, 1 is best; 0 for other rows */
};

struct reconstruction {
	bool of_item;
	int32_t who; /* the user or the item */
	int64_t epoch;
	int32_t n;                  /* rows: all items or all users */
	struct reconstructed *rows; /* in the order of the indices */
	int32_t n_input, n_held_out;
	/* NaN if there is nothing to average. rmse: over all observed ratings. */
	double rmse_input, rmse_held_out, rmse;
};

struct listing {
	int64_t sort;   /* enum row_sort */
	int64_t filter; /* 0: all, else kind + 1 */
	bool reverse;
	struct item_filter items; /* of the rows of a user */
};

/* Compares with training, validation and test ratings. Ratings that the model trained on are
 * inputs, and so are the edits of the overlay. */
int reconstruct(const struct model *m, const struct weights *w, const struct overlay *o,
		const struct split *split, bool of_item, int32_t who, struct reconstruction **out,
		struct err *e);
void reconstruction_free(struct reconstruction *r);

/* The rows that a listing shows, in its order, as places in r->rows. ratings: those of training.
 * Returns [*n], which the caller frees. */
int reconstruction_list(const struct reconstruction *r, const struct dataset *d,
			const struct ratings *ratings, const struct listing *l, int32_t **places,
			int32_t *n, struct err *e);

#endif
