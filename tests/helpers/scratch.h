/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder for the files of one test program: scratch_make and scratch_remove are its group's setup
 * and teardown. */
#ifndef SCRATCH_H
#define SCRATCH_H

#include <stddef.h>

extern char scratch[64]; /* its path */

const char *scratch_path(const char *name, char *out, size_t size);
/* Returns the bytes of a file and a NUL; the caller frees them.  length may be NULL.  A name that
 * begins with / or ./ is a path outside the folder. */
char *scratch_read(const char *name, size_t *length);
/* Like scratch_read, but the result is valid only until the next call. */
const char *scratch_text(const char *name);
void scratch_write(const char *name, const char *content, size_t length);
int scratch_make(void **state);
int scratch_remove(void **state);
void scratch_empty(void);

#endif
