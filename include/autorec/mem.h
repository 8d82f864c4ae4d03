/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Checked memory.  Sizes are products that are checked for overflow before anything is allocated;
 * arrays are zeroed unless it says otherwise, and aligned to 64 bytes, a cache line and the widest
 * vector.  Free with free(). */
#ifndef AUTOREC_MEM_H
#define AUTOREC_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "autorec/err.h"

/* n * size bytes, zeroed, aligned to 64; NULL and ERR_NOMEM when they are not to be had. */
void *mem_array(size_t n, size_t size, struct err *e);
/* The same, not zeroed: for arrays that are written in full, by several threads each its part. */
void *mem_room(size_t n, size_t size, struct err *e);

/* Zeroes so many bytes.  That may take seconds: gate_here is passed meanwhile, by mem_array too,
 * which fails with ERR_INTERRUPTED when the work is called off; this answers false. */
bool mem_zero(void *p, size_t bytes);

/* Makes *array (from malloc, or NULL) hold at least `need` elements, growing by half at a time;
 * what it held is kept, what is new is not initialised.  On failure nothing changed. */
int mem_grow(void *array, size_t *capacity, size_t need, size_t size, struct err *e);

/* A copy of the string, NULL and ERR_NOMEM on failure. */
char *mem_text(const char *text, struct err *e);

/* malloc for a library whose callers cannot look at every answer, as those of JSON who set member
 * after member: a failure is noted, and mem_failed tells whether there was one in this thread since
 * it was last called. */
void *mem_noting(size_t size);
bool mem_failed(void);
/* Notes a failure that its caller does not look at, either. */
void mem_note_failure(void);

/* Bytes of memory that the machine could still give, from the operating system. */
uint64_t mem_available(void);
/* ERR_NOMEM if the machine cannot give `need` bytes; `what` begins the message: "saving needs".
 * Asked before memory is taken, because the system promises more than it has. */
int mem_check(uint64_t need, const char *where, const char *what, struct err *e);

#endif
