/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The number of threads that compute. The parallel loops use this many, and OpenBLAS uses one
 * thread inside each.
 *
 * Every parallel region has num_threads(kernel_threads()) and no `if`, and regions are never
 * nested. The reason is memory: for each thread, OpenMP keeps a team of the last size. A team of
 * another size needs new memory, and OpenMP ends the program if there is none. tests/rules
 * checks the first two. */
#ifndef AUTOREC_THREADS_H
#define AUTOREC_THREADS_H

#include <stdbool.h>

#include "autorec/err.h"

/* Makes all threads that compute, and everything that they and OpenBLAS need, while there is
 * memory: for the calling thread, and for `workers` threads of thread_start. */
int kernel_start(int workers, struct err *e);
/* Sets the number of threads. If it changes, the teams are made again; a thread that is working
 * gets its new team when it continues. */
void kernel_set_threads(int n);
int kernel_threads(void);
/* Should a team do this work? Yes, if it is large and the caller is not in a parallel region.
 * Otherwise a plain loop does it. */
bool kernel_shares(bool large);

#endif
