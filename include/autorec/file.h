/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files that are written as a whole or not at all.  What is written goes to a new file in the same folder,
 * which takes the name when it is complete and on the disk; until then whoever opens the name finds the
 * old file.  A name that stands for something else than a file (/dev/stdout, a pipe) is written to directly.
 *
 *     struct file f;
 *     if (file_begin(&f, path, e) < 0)
 *         return e->code;
 *     fprintf(f.stream, ...);         errors stay with the stream: file_commit finds them
 *     return file_commit(&f, e);      or file_abandon(&f)
 */
#ifndef AUTOREC_FILE_H
#define AUTOREC_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

#include "autorec/err.h"

struct file {
	FILE *stream;             /* to write to */
	char path[PATH_MAX];      /* the file's name, symbolic links followed */
	char temporary[PATH_MAX]; /* what is written until then, "" when that is the file itself */
};

/* Errors: ERR_IO with the path and the system's reason.  There is nothing to clean up then. */
int file_begin(struct file *f, const char *path, struct err *e);

/* Both end the use of f.  After a failed commit the name still stands for what it stood for before. */
int file_commit(struct file *f, struct err *e);
void file_abandon(struct file *f);

/* Does the name end so (".csv"), in capitals or not? */
bool file_has_ending(const char *path, const char *ending);

#endif
