/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A map of the items or the users: the first two principal components of their hidden vectors or
 * factors (similar.h).  It is drawn so that the number of ratings grows to the right, and the mean
 * rating upwards, as far as the components have to do with them; so it does not flip from epoch to
 * epoch. */
#ifndef AUTOREC_MAP_H
#define AUTOREC_MAP_H

#include "autorec/genres.h"
#include "autorec/model.h"
#include "autorec/param.h"

/* What the colors of the points mean. */
#define MAP_COLORS(ROW)                                                                            \
	ROW(MAP_BY_MEAN, "mean")                                                                   \
	ROW(MAP_BY_POPULARITY, "popularity")                                                       \
	ROW(MAP_BY_GENRE, "genre")
enum map_color { MAP_COLORS(PARAM_CONSTANT) };
#define MAP_COLOR_NAMES PARAM_WORDS(MAP_COLORS(PARAM_WORD))

enum { MAP_THIRDS = 3, MAP_GENRES = 5, MOST_MAP_GROUPS = MAP_GENRES + 1 };

/* A color stands for a group: a third, from lowest to highest, or one of the genres that most items
 * have. The last group then has the items without any of these. An item with several of them is in
 * the group of the one that the fewest have, which tells most about it. */
struct map {
	bool of_item;
	enum map_color color;
	int32_t n;
	double *x, *y;  /* [n] */
	double *value;  /* [n]: number of ratings if by popularity, else their mean */
	int n_groups;   /* MAP_THIRDS; or of genres, those of the others included */
	uint8_t *group; /* [n]; n_groups: not rated */
	double bounds[MAP_THIRDS + 1]; /* of value in the thirds of those that are rated */
	int genre[MAP_GENRES];         /* of each group but the last */
	double explained[2];           /* share of the variance of the vectors */
	int64_t epoch;
};

/* genres: of the items; users have none, and get the colors of their means. ERR_FAILED if the model
 * has no such vectors. */
int map_measure(const struct model *m, const struct weights *w, bool of_item, enum map_color color,
		const struct genres *genres, struct map *out, struct err *e);
void map_done(struct map *map);

#endif
