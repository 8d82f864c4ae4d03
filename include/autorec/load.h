/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading a data set from the files that people have.
 *
 *     struct dataset *d;
 *     if (dataset_load("ml-1m/ratings.dat", NULL, &d, e) < 0)
 *         return e->code; */
#ifndef AUTOREC_LOAD_H
#define AUTOREC_LOAD_H

#include "autorec/dataset.h"

struct load_options {
	const char *format;    /* NULL: by looking; else a name from dataset_formats() */
	const char *test;      /* a file of test ratings, or NULL */
	const char *titles;    /* a file of titles, or NULL: found beside the ratings */
	const char *separator; /* between columns, of ratings and test ratings: ",", "tab", ...;
				  NULL: by looking */
	const char *columns; /* theirs in order, "item,-,user,rating"; NULL: by the header, else in
				the usual order */
	int64_t skip; /* lines at the top, of ratings and of test ratings, that are passed over */
	bool pipes;   /* ratings may come through a pipe, which is waited for as long as `progress`
			 allows */
	double min, max; /* the scale, both 0: from the data */
	size_t block;    /* bytes that a thread parses at a time, 0: a good number; the first block
			    shows the layout */
	/* Called by the calling thread every few blocks, may be NULL; returning false stops the
	 * load with ERR_INTERRUPTED. */
	bool (*progress)(void *ctx, double fraction);
	void *ctx;
};

/* Reads ratings, and the titles and test ratings beside them, from a file, a folder or an archive
 * (.zip, .tar, .tar.gz), all of which may be gzipped; a member of an archive has the path that it
 * would have if that were a folder.  What the files are, dataset_formats() lists; it is found by
 * looking.  On failure *out is untouched: ERR_DATA with the place in the file, ERR_USAGE for
 * options that cannot be understood, ERR_NOMEM before memory runs out, ERR_INTERRUPTED. */
int dataset_load(const char *path, const struct load_options *options, struct dataset **out,
		 struct err *e);

#endif
