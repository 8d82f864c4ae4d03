/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A gate pauses long work or cancels it. The worker threads pass the gate often, such as once per
 * row of a matrix. Another thread can shut the gate; then the workers wait until it is opened or
 * the work is canceled. After a cancellation gate_pass returns false at once, and the results must
 * be discarded. An open gate costs one load.
 *
 *     for (int32_t row = 0; row < n && gate_pass(g); row++)
 *         ... */
#ifndef AUTOREC_GATE_H
#define AUTOREC_GATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

enum gate_is { GATE_OPEN, GATE_SHUT, GATE_CALLED_OFF };

struct gate {
	_Atomic enum gate_is is;
	/* By clock_seconds. A shut gate still lets work through before this time. */
	_Atomic double shut_at;
	atomic_long done;     /* progress, in units that the work chooses */
	pthread_mutex_t lock; /* guards all below */
	pthread_cond_t moved;
	int waiting;                     /* threads that wait at the gate */
	double held_since, held_seconds; /* since gate_reset opened it */
	void (*wake)(void *);            /* called when all workers wait */
	void *wake_ctx;
};

void gate_init(struct gate *g, void (*wake)(void *), void *ctx);
void gate_done(struct gate *g);

/* Prepares the gate for new work. */
void gate_reset(struct gate *g);
void gate_open(struct gate *g);
/* Shuts the gate after that many seconds, unless the work has ended by then. Has no effect on a
 * gate that is shut or whose work is canceled. */
void gate_shut(struct gate *g, double seconds);
void gate_call_off(struct gate *g);

/* Are all workers waiting? */
bool gate_holds(struct gate *g);
bool gate_called_off(const struct gate *g);
/* Seconds that the workers have waited since gate_reset. */
double gate_held_seconds(struct gate *g);

bool gate_wait(struct gate *g);
/* Waits while the gate is shut. Returns false if the work is canceled. NULL is always open. */
static inline bool gate_pass(struct gate *g)
{
	return !g || atomic_load_explicit(&g->is, memory_order_relaxed) == GATE_OPEN ||
	       gate_wait(g);
}

/* Sets the gate of the calling thread, or none (NULL). Functions that have no gate parameter use
 * gate_here() and pass it every few megabytes. */
void gate_enter(struct gate *g);
struct gate *gate_here(void);

#endif
