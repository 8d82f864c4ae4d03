/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Checked memory allocation. Sizes are products, checked for overflow before anything is allocated.
 * Arrays are zeroed unless stated otherwise, and aligned to 64 bytes: a cache line, and the widest
 * vector. Free them with free(). */
#ifndef AUTOREC_MEM_H
#define AUTOREC_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "autorec/err.h"

/* n * size bytes, zeroed, aligned to 64. NULL and ERR_NOMEM if memory runs out. */
void *mem_array(size_t n, size_t size, struct err *e);
/* The same, not zeroed: for arrays that are written completely, each part by its thread. */
void *mem_room(size_t n, size_t size, struct err *e);

/* Zeroes memory. This may take seconds, so it passes gate_here and returns false if the work is
 * canceled. mem_array does the same and then fails with ERR_INTERRUPTED. */
bool mem_zero(void *p, size_t bytes);

/* Makes *array (from malloc, or NULL) hold at least `need` elements, growing by half at a time.
 * Keeps its contents; new elements are not initialized. On failure nothing changes. */
int mem_grow(void *array, size_t *capacity, size_t need, size_t size, struct err *e);

/* A copy of the string; NULL and ERR_NOMEM on failure. */
char *mem_text(const char *text, struct err *e);

/* A malloc for libraries whose callers cannot check every result, such as setting many JSON
 * members. It records a failure; mem_failed tells whether one occurred in this thread since it
 * was last called. */
void *mem_noting(size_t size);
bool mem_failed(void);
/* Records a failure that the caller does not check either. */
void mem_note_failure(void);

/* Bytes of memory that are still available, according to the operating system. */
uint64_t mem_available(void);
/* ERR_NOMEM if the machine does not have `need` bytes left; `what` begins the message: "saving
 * needs". Call it before taking memory, because the system promises more than it has. */
int mem_check(uint64_t need, const char *where, const char *what, struct err *e);

#endif
