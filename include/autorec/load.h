/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Loads a data set from ratings files in common formats.
 *
 *     struct dataset *d;
 *     if (dataset_load("ml-1m/ratings.dat", NULL, &d, e) < 0)
 *         return e->code; */
#ifndef AUTOREC_LOAD_H
#define AUTOREC_LOAD_H

#include "autorec/dataset.h"

struct missing;

struct load_options {
	const char *format; /* a name from dataset_formats(); NULL: detect it */
	const char *test;   /* a file of test ratings, or NULL */
	const char *titles; /* a file of titles; NULL: look beside the ratings */
	/* Between columns, of ratings and test ratings: ",", "tab", ...; NULL: detect it. */
	const char *separator;
	/* Their columns in order, "item,-,user,rating"; NULL: by the header, else the usual
	 * order. */
	const char *columns;
	/* Of a matrix: on which side the users are; neither: the file tells, else in rows. */
	bool users_in_rows, users_in_columns;
	const struct missing *missing; /* values that stand for no rating; NULL: none */
	enum repeats repeats;          /* what stands for a repeated user and item */
	bool log;                      /* the rating is log(1 + x) of a count x */
	const char *title_columns;     /* as columns, of the file of titles: "item,-,title" */
	int64_t skip; /* lines to skip at the top, of ratings and of test ratings */
	/* Ratings may come through a pipe; loading waits for it as long as `progress` allows. */
	bool pipes;
	double min, max; /* rating scale; both 0: from the data */
	/* Bytes that a thread parses at a time; 0: a good size. The first block
	 * determines the layout. */
	size_t block;
	/* Called by the calling thread every few blocks; may be NULL. Returns false to stop the
	 * load with ERR_INTERRUPTED. */
	bool (*progress)(void *ctx, double fraction);
	void *ctx;
};

/* Loads ratings, and the titles and test ratings beside them, from a file, a folder or an archive
 * (.zip, .tar, .tar.gz). Each may be gzipped. A member of an archive is named as if the archive
 * were a folder. The format is detected; dataset_formats() lists those known. On failure *out is
 * unchanged. Errors: ERR_DATA with the place in the file, ERR_USAGE for invalid options,
 * ERR_INTERRUPTED, and ERR_NOMEM before memory runs out. */
int dataset_load(const char *path, const struct load_options *options, struct dataset **out,
		 struct err *e);

#endif
