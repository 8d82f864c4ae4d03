/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Genres in a file of titles: words in a cell, such as "Comedy|Drama", or a column of 0 and 1 for
 * each genre. */
#ifndef LOAD_GENRE_CELLS_H
#define LOAD_GENRE_CELLS_H

#include "autorec/genres.h"
#include "layout.h"

/* Takes the next word off a cell, which is cut at bars, or else at commas and semicolons. Words
 * that stand for no genre are skipped. False after the last. */
bool genre_next(struct field *rest, struct field *word);

/* The genres that were found so far. */
struct genre_cells {
	struct genres genres;
	bool too_many; /* more than MOST_GENRES */
	/* The index of the genre of each column of 0 and 1; -1: none. */
	int of_flag[MOST_GENRES];
};

/* Before the lines are read. Columns of 0 and 1 have the names in `header`, or those that the file
 * u.genre beside `path` gives; without names they are not used. ERR_NOMEM, ERR_INTERRUPTED. */
int genre_cells_begin(struct genre_cells *g, const struct layout *l, const char *path,
		      const struct field *header, const struct load_options *options,
		      int32_t n_items, struct err *e);
/* Adds the genres of an item from the n fields of its line. ERR_NOMEM. */
int genre_cells_take(struct genre_cells *g, const struct layout *l, const struct field *fields,
		     int n, int32_t item, struct err *e);
/* Moves what was found to `out`, unless there are no genres or too many. */
void genre_cells_end(struct genre_cells *g, struct genres *out);

#endif
