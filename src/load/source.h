/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bytes of one file or of several, one file after the other.  A file may be gzipped, which its
 * first bytes tell, or a member of a .zip, .tar or .tar.gz: its path then goes on behind the
 * archive's as if that were a folder, ml-1m.zip/ml-1m/ratings.dat.  Nothing is unpacked to the
 * disk, and no more than a buffer is in memory. */
#ifndef LOAD_SOURCE_H
#define LOAD_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "autorec/err.h"
#include "autorec/input.h"

struct source;
struct load_options;

/* Goes on as long as the options' progress does; NULL: always. */
struct input_wait source_wait(const struct load_options *options);

/* Of several files either none or all are members, of one archive, and the paths are sorted; they
 * are not owned. Members come in the archive's order.  With `pipes`, files that are not members may
 * be pipes.  `wait` says whether to go on. */
int source_open(struct source **out, char *const *paths, size_t n, bool pipes,
		const struct input_wait *wait, struct err *e);
void source_close(struct source *s); /* NULL is allowed */

/* Goes to the next file, which may be the first: 1, and 0 after the last one.  *path is one of the
 * paths.  ERR_DATA when it is missing, no file or forbidden; ERR_INTERRUPTED. */
int source_next(struct source *s, const char **path, struct err *e);
/* The file's next n bytes, fewer at its end.  ERR_DATA for damaged ones, ERR_IO when the system
 * cannot read. */
ssize_t source_read(struct source *s, char *to, size_t n, struct err *e);
/* How much of all has been read, 0 to 1. */
double source_fraction(const struct source *s);

/* Is it a file of which members can be read? */
bool source_is_archive(const char *path);
/* Calls each with the path of every member that is a file, until it returns a negative code, which
 * is returned. */
int source_members(const char *archive, const struct input_wait *wait,
		   int (*each)(void *ctx, const char *path, struct err *e), void *ctx,
		   struct err *e);

#endif
