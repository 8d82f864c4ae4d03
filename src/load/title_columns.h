/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The columns of a file of titles whose names do not tell both of them. */
#ifndef LOAD_TITLE_COLUMNS_H
#define LOAD_TITLE_COLUMNS_H

#include "layout.h"
#include "sample.h"
#include "shape.h"

/* Sets the columns of l. A column whose name is known is kept. Titles are else in the column that
 * reads most like titles, and ids in the first other one. */
void title_columns_guess(struct layout *l, const struct table *t, const struct names *names);

/* Finds the genres, if no name tells their column: a column whose cells, cut into words, repeat a
 * few words, or the last columns if they hold only 0 and 1. */
void title_columns_find_genres(struct layout *l, const struct table *t);

#endif
