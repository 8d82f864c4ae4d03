/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder for the files of one test program: scratch_make and scratch_remove are its group's setup
 * and teardown. */
#ifndef SCRATCH_H
#define SCRATCH_H

#include <stddef.h>

extern char scratch[64]; /* its path */

const char *scratch_path(const char *name, char *out, size_t size);
/* The bytes of a file and a NUL, to be freed; length may be NULL. A name that begins with / or ./
 * is not in the folder. */
char *scratch_read(const char *name, size_t *length);
/* The same, valid until the next call. */
const char *scratch_text(const char *name);
void scratch_write(const char *name, const char *content, size_t length);
int scratch_make(void **state);
int scratch_remove(void **state);
void scratch_empty(void);

#endif
