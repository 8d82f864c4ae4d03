/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bytes of one file or of several, one after another. A file may be compressed
 * (.gz, .xz, .zst, .bz2), which its first bytes tell. It may also be a member of a .zip, .tar or
 * .tar.gz; its path then continues the archive's path as if that were a folder, such as
 * ml-1m.zip/ml-1m/ratings.dat. Nothing is unpacked to the disk, and memory holds no more than a
 * buffer. */
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

/* Several files are either all members of one archive or all plain files. Paths are sorted, and the
 * caller keeps them. Members come in the order of the archive. With `pipes`, plain files may be
 * pipes. `wait` decides whether to go on. */
int source_open(struct source **out, char *const *paths, size_t n, bool pipes,
		const struct input_wait *wait, struct err *e);
void source_close(struct source *s); /* NULL is allowed */

/* Goes to the next file, at first to the first one. Returns 1, or 0 after the last. *path is one of
 * the paths. ERR_DATA if it is missing, not a file or forbidden; ERR_INTERRUPTED. */
int source_next(struct source *s, const char **path, struct err *e);
/* Reads the file's next n bytes, fewer at its end. ERR_DATA if they are damaged, ERR_IO if the
 * system cannot read them. */
ssize_t source_read(struct source *s, char *to, size_t n, struct err *e);
/* The share of all bytes that has been read, 0 to 1. */
double source_fraction(const struct source *s);

/* Is it an archive whose members can be read? */
bool source_is_archive(const char *path);
/* Calls `each` with the path of every member that is a file. A negative code stops it
 * and is returned. */
int source_members(const char *archive, const struct input_wait *wait,
		   int (*each)(void *ctx, const char *path, struct err *e), void *ctx,
		   struct err *e);

#endif
