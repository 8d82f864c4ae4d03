/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which files make the data set that a path stands for: a file of ratings, or the ratings in a
 * folder or an archive, and the titles and test ratings that lie beside them. */
#ifndef LOAD_FILES_H
#define LOAD_FILES_H

#include "autorec/load.h"

/* Paths of files, sorted. */
struct file_list {
	char **path; /* [n] */
	size_t n, capacity;
};

struct files {
	struct file_list all; /* of the folder or archive that was named, or of the file's own */
	char **ratings;       /* [n_ratings]: some of them, or the one that was named */
	size_t n_ratings;
	char *named;                      /* the one that was named, and need not be there */
	const struct format_info *format; /* by which a folder is known; NULL: none */
};

/* ERR_DATA when a folder or archive cannot be read or holds no ratings of a known name, or those of
 * several data sets.  That a file is missing, its reader tells.  ERR_INTERRUPTED as told by the
 * options' progress.  files_done in any case. */
int files_find(struct files *f, const char *path, const struct load_options *options,
	       struct err *e);
void files_done(struct files *f);

/* The file of this name beside the ratings, gzipped or not; NULL when there is none. */
const char *files_beside(const struct files *f, const char *name);
/* The titles that lie where the format has them: beside the ratings or in the folder above; NULL
 * when there are none. */
const char *files_titles(struct files *f, const struct format_info *format);

#endif
