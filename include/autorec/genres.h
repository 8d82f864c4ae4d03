/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The genres of the items of a data set, a bit each, and a choice of items by genre, year and
 * number of ratings. */
#ifndef AUTOREC_GENRES_H
#define AUTOREC_GENRES_H

#include <stdbool.h>
#include <stdint.h>

#include "autorec/err.h"

struct dataset;
struct sparse;
struct text;

enum { MOST_GENRES = 64, GENRE_LONGEST = 60 /* bytes of a name */ };

struct genres {
	int n;                    /* 0: the data has none */
	char *names[MOST_GENRES]; /* [n], clean UTF-8 */
	uint64_t *of_item;        /* [n_items]: bit g is set if names[g] is a genre of the item */
};

void genres_done(struct genres *g);

/* The index of a name, which is added if it is new. MOST_GENRES if there is no room for it;
 * ERR_NOMEM. */
int genres_add(struct genres *g, const char *name, struct err *e);

/* Finds a genre by its name or a unique beginning of it, in any case. ERR_FAILED lists those that
 * there are. */
int genres_find(const struct genres *g, const char *text, int *genre, struct err *e);

/* The genre that most of the n items have, the first of equal ones, and how many have it; -1 if
 * none of them has a genre. */
int genres_commonest(const struct genres *g, const int32_t *items, int n, int *count);

/* Which items a list shows. All zero: every item. */
struct item_filter {
	uint64_t genre;            /* the bit of a genre; 0: any */
	int first_year, last_year; /* of the title (dataset_year); 0: any */
	int64_t least;             /* training ratings */
};

/* Does it show an item? ratings: those of training, a row per item; NULL is allowed if f->least is
 * 0. */
bool item_filter_takes(const struct item_filter *f, const struct dataset *d,
		       const struct sparse *ratings, int32_t item);
/* Adds the filter as a person would type it, each part after a blank: " genre=Drama year=1995". */
void item_filter_describe(const struct item_filter *f, const struct dataset *d, struct text *out);

#endif
