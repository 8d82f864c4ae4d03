/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What to ask somebody: the unrated items whose ratings would tell most.  Only items that many
 * people rated are candidates, because most people know them. */
#ifndef AUTOREC_ASK_H
#define AUTOREC_ASK_H

#include "autorec/model.h"

struct question {
	int32_t item;
	double variance; /* of its prediction, as a multiple of that of a rating's noise */
};

/* Lists the candidates, most informative first: [*n], which the caller frees.  *least: the ratings
 * that a candidate has at least. ERR_FAILED if the model fits no row to a user. */
int ask_list(const struct model *m, const struct weights *w, const struct overlay *o, int32_t user,
	     struct question **out, int32_t *n, int64_t *least, struct err *e);

#endif
