/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The threads that compute: the parallel loops use as many, and OpenBLAS runs in one thread of
 * each. */
#ifndef AUTOREC_THREADS_H
#define AUTOREC_THREADS_H

#include "autorec/err.h"

/* Makes all threads that compute, and what they and OpenBLAS need, while there is memory: for the
 * calling thread, and for `workers` threads of thread_start. */
int kernel_start(int workers, struct err *e);
void kernel_set_threads(int n);
int kernel_threads(void);

#endif
