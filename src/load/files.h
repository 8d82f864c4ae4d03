/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which files make up the data set of a path: a file of ratings, or the ratings in a folder or
 * archive, with the titles and test ratings beside them. */
#ifndef LOAD_FILES_H
#define LOAD_FILES_H

#include "autorec/load.h"
#include "autorec/text.h"

/* Paths of files, sorted. */
struct file_list {
	char **path; /* [n] */
	size_t n, capacity;
};

struct files {
	/* Of the folder or archive that was named, or of the file's own folder. */
	struct file_list all;
	char **ratings; /* [n_ratings]: some of `all`, or the file that was named */
	size_t n_ratings;
	char *named;                      /* the file that was named, which may not exist */
	const struct format_info *format; /* the format that recognized a folder; NULL: none */
};

/* ERR_DATA if a folder or archive cannot be read, holds no ratings of a known name, or holds those
 * of several data sets. ERR_INTERRUPTED if the options' progress says so. A missing file is
 * reported later, by its reader. Call files_done in any case. */
int files_find(struct files *f, const char *path, const struct load_options *options,
	       struct err *e);
void files_done(struct files *f);

/* Appends the commands that load a training file and its test file, such as u1.base and u1.test, if
 * there are others than the ratings. */
void files_others(const struct files *f, struct text *out);

/* The file of this name beside the ratings, gzipped or not; NULL if there is none. */
const char *files_beside(const struct files *f, const char *name);
/* The titles where the format puts them, beside the ratings or in the folder above; NULL if
 * there are none. */
const char *files_titles(struct files *f, const struct format_info *format);

#endif
