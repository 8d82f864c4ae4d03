/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files that are written as a whole or not at all.  What is written goes to a new file in the same
 * folder, which takes the name when it is complete and on the disk; until then whoever opens the
 * name finds the old file.  The new file is locked while it is written, so the next program that
 * writes there removes what a killed one has left.  A name that stands for something else than a
 * file (/dev/stdout, a pipe) is written to directly, where that is welcome: it may keep whoever
 * writes waiting.
 *
 *     struct file f;
 *     if (file_begin(&f, path, FILE_ONLY, e) < 0)
 *         return e->code;
 *     fprintf(f.stream, ...);         errors stay with the stream: file_commit finds them
 *     return file_commit(&f, e);      or file_abandon(&f)
 *
 * Or, for much, file_put in place of the stream. */
#ifndef AUTOREC_FILE_H
#define AUTOREC_FILE_H

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "autorec/err.h"

struct file {
	FILE *stream; /* to write to */
	int lock;     /* the same file: it stays locked until it has its name; -1: it has it */
	int fd;       /* what the stream writes to */
	char path[PATH_MAX];      /* the file's name, symbolic links followed */
	char temporary[PATH_MAX]; /* what is written until then, "" when that is the file itself */
	bool keep_old; /* set before the commit: what had the name before then has that of
			  file_previous */
	/* Set after the begin, or NULL: once a signal has set it, a pipe or a terminal that keeps
	 * whoever writes waiting is waited for no longer: ERR_INTERRUPTED. */
	const volatile sig_atomic_t *stopped;
	int number; /* of the stream's first error, errno's; 0: none */
};

enum file_kinds { FILE_ONLY, FILE_OR_DEVICE /* pipes and terminals, too */ };

/* Errors: ERR_IO with the path and the system's reason.  There is nothing to clean up then. */
int file_begin(struct file *f, const char *path, enum file_kinds kinds, struct err *e);

/* Writes n bytes at the file's end, or at a place that was written before, past the stream's
 * buffer. */
int file_put(struct file *f, const void *bytes, size_t n, struct err *e);
int file_put_at(struct file *f, const void *bytes, size_t n, int64_t place, struct err *e);

/* Both end the use of f.  After a failed commit the name still stands for what it stood for before.
 */
int file_commit(struct file *f, struct err *e);
void file_abandon(struct file *f);

/* The name of the previous version of the file that `path` stands for, links followed: FILE.prev.
 * Where that is longer than names may be, the beginning and a hash of the name stand for it.  out:
 * [PATH_MAX + 8]. */
void file_previous(const char *path, char *out);

/* Does the name end so (".csv"), in capitals or not? */
bool file_has_ending(const char *path, const char *ending);

#endif
