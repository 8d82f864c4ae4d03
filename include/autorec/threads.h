/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The threads that compute: the parallel loops use as many, and OpenBLAS runs in one thread of
 * each.
 *
 * Every parallel region is of num_threads(kernel_threads()) and without an if, and none is inside
 * another: OpenMP keeps a team of the size that a thread had last, takes memory for one of another
 * size, and ends the program where there is none.  tests/rules looks for the first two. */
#ifndef AUTOREC_THREADS_H
#define AUTOREC_THREADS_H

#include <stdbool.h>

#include "autorec/err.h"

/* Makes all threads that compute, and what they and OpenBLAS need, while there is memory: for the
 * calling thread, and for `workers` threads of thread_start. */
int kernel_start(int workers, struct err *e);
/* Makes the teams anew when that is another count; a thread at work gets its own as it goes on. */
void kernel_set_threads(int n);
int kernel_threads(void);
/* Whether work is for a team: it is large, and the caller is in no parallel region.  Otherwise a
 * plain loop does it. */
bool kernel_shares(bool large);

#endif
