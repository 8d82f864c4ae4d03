/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files that are written completely or not at all. Data goes to a new file in the same folder,
 * which takes the name once it is complete and on the disk. Until then, programs that open the name
 * find the old file. The new file is locked while it is written, so that the next program that
 * writes there can remove what a killed program has left. A name that is not a regular file
 * (/dev/stdout, a pipe) is written to directly if the caller allows it, since it may block.
 *
 *     struct file f;
 *     if (file_begin(&f, path, FILE_ONLY, e) < 0)
 *         return e->code;
 *     fprintf(f.stream, ...);         errors stay with the stream; file_commit finds them
 *     return file_commit(&f, e);      or file_abandon(&f)
 *
 * For large data, use file_put instead of the stream. */
#ifndef AUTOREC_FILE_H
#define AUTOREC_FILE_H

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "autorec/err.h"

struct file {
	FILE *stream;             /* write to this */
	int lock;                 /* the same file, locked until it has its name; then -1 */
	int fd;                   /* descriptor of the stream */
	char path[PATH_MAX];      /* the file's name, symbolic links resolved */
	char temporary[PATH_MAX]; /* the name until the commit; "" if the file itself is written */
	/* Set before the commit: keeps the old file under the name of file_previous. */
	bool keep_old;
	/* Set after file_begin, or NULL. Once a signal sets it, writing no longer waits for a slow
	 * pipe or terminal but fails with ERR_INTERRUPTED. */
	const volatile sig_atomic_t *stopped;
	int number; /* errno of the stream's first error; 0: none */
};

enum file_kinds { FILE_ONLY, FILE_OR_DEVICE /* also pipes and terminals */ };

/* Errors: ERR_IO with the path and the system's reason. After an error there is
 * nothing to clean up. */
int file_begin(struct file *f, const char *path, enum file_kinds kinds, struct err *e);

/* Writes n bytes at the end of the file, or at a place already written. Bypasses the
 * stream's buffer. */
int file_put(struct file *f, const void *bytes, size_t n, struct err *e);
int file_put_at(struct file *f, const void *bytes, size_t n, int64_t place, struct err *e);

/* Both end the use of f. After a failed commit the name still refers to the old file. */
int file_commit(struct file *f, struct err *e);
void file_abandon(struct file *f);

/* The name of the previous version of the file at `path`, links resolved: FILE.prev. If that is too
 * long for a file name, it is shortened and ends with a hash. out: [PATH_MAX + 8]. */
void file_previous(const char *path, char *out);

/* Does the name end in this extension (".csv")? Case does not matter. */
bool file_has_ending(const char *path, const char *ending);

#endif
