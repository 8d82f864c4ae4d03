/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Threads of the program.  They never end: who is joined waits to be started again.  So those that
 * are made at the start, while there is memory, do for later work; OpenMP's runtime ends the
 * program when it finds no memory for a thread's helpers, and so does glibc when a thread that ends
 * finds none.  Signals are for the main thread: those that are started here, and what they start,
 * get none. */
#ifndef AUTOREC_THREAD_H
#define AUTOREC_THREAD_H

#include "autorec/err.h"

struct thread;

/* Runs it in a thread; NULL when there is none to be had. */
struct thread *thread_start(void *(*run)(void *), void *arg);
/* Waits for the end of the run; the thread is not the caller's any more. */
void thread_join(struct thread *t);
/* Makes n threads, each of which runs `first`, and waits for that. */
int thread_prepare(int n, void *(*first)(void *), struct err *e);
/* How many have nothing to do. */
int thread_idle(void);

#endif
