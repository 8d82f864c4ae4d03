/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A data set: the ratings, the ids of users and items as the file spells them, and the titles of
 * the items. Inside the program users and items are indices, most rated first, so that frequently
 * read rows are close together in memory. Outside the program they are ids. A data set never
 * changes once it is loaded. */
#ifndef AUTOREC_DATASET_H
#define AUTOREC_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "autorec/err.h"
#include "autorec/genres.h"
#include "autorec/ids.h"
#include "autorec/ratings.h"

enum { MOST_WARNINGS = 8, WARNING_ROOM = 256 };

/* What was found in the files, for the person who loads them. */
struct load_report {
	char path[512];                        /* the first ratings file */
	char test_path[512], titles_path[512]; /* "" if there is no such file */
	char format[64];                       /* "MovieLens 100K", "CSV with header", ... */
	char columns[128];                     /* "user item rating timestamp" */
	char encoding[16]; /* of the titles: "UTF-8", "Windows-1252", or "" without titles */
	int64_t files;     /* files of ratings */
	int64_t lines, ratings, duplicates, rejected, missing, test_ratings;
	int32_t users, items, titled; /* titled: items that have a title */
	double seconds;
	char first_rejected[512]; /* "file:line:column: what, expected what", or "" */
	char no_titles[512];      /* why the titles could not be read, or "" */
	char others[512];         /* commands that load other files of the folder, or "" */
	/* What looks odd in what was loaded, a sentence each. */
	char warnings[MOST_WARNINGS][WARNING_ROOM];
	int n_warnings;
};

struct dataset {
	char *name; /* the name of the folder or file, without path and extension */
	struct ids *users, *items;
	struct sparse *all;  /* the ratings to split, a row per user */
	struct sparse *test; /* ratings of the test file, a row per user; or NULL */
	float min, max;      /* rating scale: as given, else the range of `all` */
	bool scale_told;     /* the person who loaded it gave the scale */
	char **titles; /* [n_items], clean UTF-8, NULL if unknown; or NULL if there are none */
	struct genres genres;
	struct load_report report;
};

void dataset_free(struct dataset *d);
/* Frees the titles of a struct dataset, [n]; NULL is allowed. */
void dataset_free_titles(char **titles, int32_t n);

/* Fills in the scale that was given at load, if any, where a model's options set none (min equals
 * max). */
void dataset_put_scale(const struct dataset *d, double *min, double *max);

int32_t dataset_users(const struct dataset *d);
int32_t dataset_items(const struct dataset *d);
const char *dataset_title(const struct dataset *d, int32_t item); /* "" if it has none */
int dataset_year(const struct dataset *d, int32_t item); /* of "Title (1995)"; 0 without one */

/* Finds a user by id. For an unknown id, ERR_FAILED gives examples of ids that exist. */
int dataset_find_user(const struct dataset *d, const char *text, int32_t *user, struct err *e);
/* Finds an item by id, or else by title: the exact title, else the only title that begins with the
 * text, else the only one that contains it. Case does not matter, and "The Matrix" finds "Matrix,
 * The (1999)". If several items match, ERR_FAILED names the most rated of them. */
int dataset_find_item(const struct dataset *d, const char *text, int32_t *item, struct err *e);
/* Lists up to `max` items whose title contains `text` or whose id begins with it, for completion.
 * Titles that begin with `text` come first, then the most rated. Returns the number of items. */
int dataset_match_items(const struct dataset *d, const char *text, int32_t *items, int max);

#endif
