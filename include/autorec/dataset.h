/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A data set: every rating that was read, the ids of users and items as the file spells them, and
 * the items' titles.  Inside the program users and items are indices, most rated first (so that
 * what is read often lies together in memory); outside they are ids.  Immutable once loaded. */
#ifndef AUTOREC_DATASET_H
#define AUTOREC_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "autorec/err.h"
#include "autorec/ids.h"
#include "autorec/ratings.h"

/* What was found in the files, for the person who loads them. */
struct load_report {
	char path[512];    /* the (first) ratings file that was read */
	char format[64];   /* "MovieLens 100K", "CSV with header", ... */
	char columns[128]; /* "user item rating timestamp" */
	char encoding[16]; /* of the titles: "UTF-8", "Latin-1", or "" without titles */
	int64_t files;     /* of ratings */
	int64_t lines, ratings, duplicates, rejected, test_ratings;
	int32_t users, items, titled; /* titled: items that have a title */
	double seconds;
	char first_rejected[512]; /* "file:line:column: what, expected what", or "" */
	char no_titles[512];      /* why those beside the ratings could not be read, or "" */
};

struct dataset {
	char *name; /* the folder's or file's name without its path and ending */
	struct ids *users, *items;
	struct ratings *all;  /* what may be split; by_user only */
	struct ratings *test; /* the test file's ratings, over the same users and items, by_user
				 only; or NULL */
	float min, max;       /* the rating scale: as told, else as found in `all` */
	bool scale_told;      /* by the person who loaded it */
	char **titles;        /* [n_items], clean UTF-8, NULL where unknown; or NULL altogether */
	struct load_report report;
};

void dataset_free(struct dataset *d);
/* [n], as in struct dataset; NULL is allowed. */
void dataset_free_titles(char **titles, int32_t n);

/* The scale that was told, if any, where min and max are equal: the options of a model give none.
 */
void dataset_put_scale(const struct dataset *d, double *min, double *max);

int32_t dataset_users(const struct dataset *d);
int32_t dataset_items(const struct dataset *d);
const char *dataset_title(const struct dataset *d, int32_t item); /* "" when it has none */

/* A user by id.  An unknown one is ERR_FAILED with examples of ids that exist. */
int dataset_find_user(const struct dataset *d, const char *text, int32_t *user, struct err *e);
/* An item by id, else by title: the whole title, else the only one (without regard to case, with
 * "The Matrix" finding "Matrix, The (1999)") that begins with it, else the only one that contains
 * it. Several: ERR_FAILED naming the most rated few of them. */
int dataset_find_item(const struct dataset *d, const char *text, int32_t *item, struct err *e);
/* Up to `max` items whose title contains (or id begins with) `text`, those that begin with it
 * first, most rated first; returns how many.  This serves completion. */
int dataset_match_items(const struct dataset *d, const char *text, int32_t *items, int max);

#endif
