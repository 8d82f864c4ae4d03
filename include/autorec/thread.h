/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Threads that never end: a thread that has been joined waits until it is started again. So threads
 * that are made at the start, while there is memory, serve later work. This matters because
 * OpenMP's runtime ends the program if it has no memory for a thread's helpers, and glibc does so
 * if it has none for a thread that ends. Only the main thread receives signals; the threads started
 * here, and those that they start, block them.
 *
 *     struct thread *t = thread_start(work, &job);
 *     ...
 *     thread_join(t); */
#ifndef AUTOREC_THREAD_H
#define AUTOREC_THREAD_H

#include "autorec/err.h"

struct thread;

/* Runs the function in a thread; NULL if there is no thread. */
struct thread *thread_start(void *(*run)(void *), void *arg);
/* Waits until the function returns. The caller must not use the thread afterwards. */
void thread_join(struct thread *t);
/* Makes n threads, runs `first` in each, and waits until all have returned. */
int thread_prepare(int n, void *(*first)(void *), struct err *e);
/* The number of threads that have nothing to do. */
int thread_idle(void);

#endif
