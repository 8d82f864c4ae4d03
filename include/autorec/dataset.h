/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A data set: every rating that was read, the ids of users and items as the file spells them, and the
 * items' titles.  Inside the program users and items are indices, most rated first (so that what is
 * read often lies together in memory); outside they are ids.  Immutable once loaded. */
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
};

struct dataset {
	char *name; /* the folder's or file's name without its path and ending */
	struct ids *users, *items;
	struct ratings *all;  /* what may be split; by_user only */
	struct ratings *test; /* the test file's ratings, over the same users and items, by_user only; or NULL */
	float min, max;       /* the rating scale: as told, else as found in `all` */
	bool scale_told;      /* by the person who loaded it */
	char **titles;        /* [n_items], clean UTF-8, NULL where unknown; or NULL altogether */
	struct load_report report;
};

struct load_options {
	const char *format;   /* NULL: by looking; else a name from dataset_formats() */
	const char *test;     /* a file of test ratings, or NULL */
	const char *titles;   /* a file of titles, or NULL: found beside the ratings */
	const char *separator; /* between columns, of ratings and test ratings: ",", "tab", ...; NULL: by looking */
	const char *columns;   /* theirs in order, "item,-,user,rating"; NULL: by the header, else in the usual order */
	int64_t skip;          /* lines at the top, of ratings and of test ratings, that are passed over */
	bool pipes;           /* ratings may come through a pipe, which is waited for as long as `progress` allows */
	double min, max;      /* the scale, both 0: from the data */
	size_t block;         /* bytes that a thread parses at a time, 0: a good number; the first block shows the layout */
	/* Called by the calling thread every few blocks, may be NULL; returning false stops the load with
	 * ERR_INTERRUPTED. */
	bool (*progress)(void *ctx, double fraction);
	void *ctx;
};

/* Reads ratings, and the titles and test ratings beside them, from a file, a folder or an archive (.zip, .tar, .tar.gz), all of
 * which may be gzipped; a member of an archive has the path that it would have if that were a folder.  What the files
 * are, dataset_formats() lists; it is found by looking.  On failure *out is untouched: ERR_DATA with the place in the
 * file, ERR_USAGE for options that cannot be understood, ERR_NOMEM before memory runs out, ERR_INTERRUPTED. */
int dataset_load(const char *path, const struct load_options *options, struct dataset **out, struct err *e);
void dataset_free(struct dataset *d);

/* A kind of ratings file.  The first one fits whose separator and sections are those of the file's first lines and whose
 * `files` match its name.  Names are glob patterns with "@(a|b)". */
struct format_info {
	const char *name, *help; /* name: for load_options.format */
	const char *label;       /* for the report */
	const char *separator;   /* between columns; " " is any run of blanks */
	bool sections;           /* a line such as "7:" names the item of the lines below it */
	bool many;               /* all files of a folder that match are one set of ratings */
	const char *files;       /* names of ratings files */
	const char *folder;      /* the ratings file that a folder is known by, or NULL */
	const char *example;     /* such a name, where the pattern says it badly */
	const char *titles;      /* the file of titles beside the ratings, or NULL; "*" is the ratings file's name */
	const char *title_columns; /* its columns when looking does not tell: "item,-,title..." */
};
const struct format_info *dataset_formats(void); /* ends with a NULL name */

/* The scale that was told, if any, where min and max are equal: the options of a model give none. */
void dataset_put_scale(const struct dataset *d, double *min, double *max);

int32_t dataset_users(const struct dataset *d);
int32_t dataset_items(const struct dataset *d);
const char *dataset_title(const struct dataset *d, int32_t item); /* "" when it has none */

/* A user by id.  An unknown one is ERR_FAILED with examples of ids that exist. */
int dataset_find_user(const struct dataset *d, const char *text, int32_t *user, struct err *e);
/* An item by id, else by title: the whole title, else the only one (without regard to case, with
 * "The Matrix" finding "Matrix, The (1999)") that begins with it, else the only one that contains it.
 * Several: ERR_FAILED naming the most rated few of them. */
int dataset_find_item(const struct dataset *d, const char *text, int32_t *item, struct err *e);
/* Up to `max` items whose title contains (or id begins with) `text`, those that begin with it first, most
 * rated first; returns how many.  This serves completion. */
int dataset_match_items(const struct dataset *d, const char *text, int32_t *items, int max);

#endif
