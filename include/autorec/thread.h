/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Threads of the program.  Signals are for the main one: those that are started here, and what they start, get none. */
#ifndef AUTOREC_THREAD_H
#define AUTOREC_THREAD_H

#include <pthread.h>
#include <stdbool.h>

bool thread_start(pthread_t *thread, void *(*run)(void *), void *arg);

#endif
