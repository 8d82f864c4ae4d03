/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A gate in long work.  All threads that work pass it, with every row of a matrix or so; somebody
 * else shuts it, and the work stands still until it is opened again, or calls the work off: then
 * every pass answers false at once, and what the work has made is good for nothing.  An open gate
 * costs a load. */
#ifndef AUTOREC_GATE_H
#define AUTOREC_GATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

enum gate_is { GATE_OPEN, GATE_SHUT, GATE_CALLED_OFF };

struct gate {
	_Atomic enum gate_is is;
	_Atomic double shut_at; /* clock_seconds: before, a shut gate lets through */
	atomic_long done;       /* how far the work is, in units of its own */
	pthread_mutex_t lock;   /* guards all below */
	pthread_cond_t moved;
	int waiting;                     /* threads that stand before it */
	double held_since, held_seconds; /* since it was opened by gate_reset */
	void (*wake)(void *);            /* called when the work has come to a stand */
	void *wake_ctx;
};

void gate_init(struct gate *g, void (*wake)(void *), void *ctx);
void gate_done(struct gate *g);

/* New work begins. */
void gate_reset(struct gate *g);
void gate_open(struct gate *g);
/* Holds up what has not ended in so many seconds.  Nothing changes at a gate that is shut already,
 * or called off. */
void gate_shut(struct gate *g, double seconds);
void gate_call_off(struct gate *g);

/* Does the work stand still? */
bool gate_holds(struct gate *g);
bool gate_called_off(const struct gate *g);
/* For how long it has stood still, since gate_reset. */
double gate_held_seconds(struct gate *g);

bool gate_wait(struct gate *g);
/* Waits while it is shut; false: the work has been called off.  NULL is always open. */
static inline bool gate_pass(struct gate *g)
{
	return !g || atomic_load_explicit(&g->is, memory_order_relaxed) == GATE_OPEN ||
	       gate_wait(g);
}

/* The gate of all that the calling thread does, for work that is not told of one: it passes
 * gate_here() with every few megabytes.  NULL: none. */
void gate_enter(struct gate *g);
struct gate *gate_here(void);

#endif
