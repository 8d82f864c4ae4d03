/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A map of the items or the users: the first two principal components of their hidden vectors or
 * factors (similar.h).  It is drawn so that the number of ratings grows to the right, and the mean
 * rating upwards, as far as the components have to do with them; so it does not flip from epoch to
 * epoch. */
#ifndef AUTOREC_MAP_H
#define AUTOREC_MAP_H

#include "autorec/model.h"

struct map {
	bool of_item;
	int32_t n;
	double *x, *y;       /* [n] */
	double explained[2]; /* share of the variance of the vectors */
	int64_t epoch;
};

/* ERR_FAILED if the model has no such vectors. */
int map_measure(const struct model *m, const struct weights *w, bool of_item, struct map *out,
		struct err *e);
void map_done(struct map *map);

#endif
