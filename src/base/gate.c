/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/gate.h"

#include "autorec/clock.h"

static _Thread_local struct gate *here;

void gate_enter(struct gate *g)
{
	here = g;
}

struct gate *gate_here(void)
{
	return here;
}

void gate_init(struct gate *g, void (*wake)(void *), void *ctx)
{
	*g = (struct gate){ .wake = wake, .wake_ctx = ctx };
	pthread_mutex_init(&g->lock, NULL);
	pthread_cond_init(&g->moved, NULL);
}

void gate_done(struct gate *g)
{
	pthread_cond_destroy(&g->moved);
	pthread_mutex_destroy(&g->lock);
}

/* Call with the lock held. */
static void move_to(struct gate *g, enum gate_is is)
{
	if (g->waiting > 0 && g->held_since > 0)
		g->held_seconds += clock_seconds() - g->held_since;
	g->held_since = 0;
	atomic_store(&g->is, is);
	pthread_cond_broadcast(&g->moved);
}

void gate_reset(struct gate *g)
{
	pthread_mutex_lock(&g->lock);
	move_to(g, GATE_OPEN);
	g->held_seconds = 0;
	atomic_store(&g->done, 0);
	pthread_mutex_unlock(&g->lock);
}

void gate_open(struct gate *g)
{
	pthread_mutex_lock(&g->lock);
	if (g->is == GATE_SHUT)
		move_to(g, GATE_OPEN);
	pthread_mutex_unlock(&g->lock);
}

void gate_shut(struct gate *g, double seconds)
{
	pthread_mutex_lock(&g->lock);
	if (g->is == GATE_OPEN) {
		g->shut_at = clock_seconds() + seconds;
		move_to(g, GATE_SHUT);
	}
	pthread_mutex_unlock(&g->lock);
}

void gate_call_off(struct gate *g)
{
	pthread_mutex_lock(&g->lock);
	move_to(g, GATE_CALLED_OFF);
	pthread_mutex_unlock(&g->lock);
}

bool gate_holds(struct gate *g)
{
	pthread_mutex_lock(&g->lock);
	const bool holds = g->is == GATE_SHUT && g->waiting > 0;
	pthread_mutex_unlock(&g->lock);
	return holds;
}

bool gate_called_off(const struct gate *g)
{
	return atomic_load(&g->is) == GATE_CALLED_OFF;
}

double gate_held_seconds(struct gate *g)
{
	pthread_mutex_lock(&g->lock);
	const double seconds = g->held_seconds;
	pthread_mutex_unlock(&g->lock);
	return seconds;
}

bool gate_wait(struct gate *g)
{
	if (atomic_load(&g->is) == GATE_SHUT && clock_seconds() < atomic_load(&g->shut_at))
		return true;
	pthread_mutex_lock(&g->lock);
	while (g->is == GATE_SHUT && clock_seconds() >= g->shut_at) {
		const bool first = g->held_since == 0;
		g->waiting++;
		if (first) {
			g->held_since = clock_seconds();
			pthread_mutex_unlock(&g->lock);
			g->wake(g->wake_ctx);
			pthread_mutex_lock(&g->lock);
		}
		if (g->is == GATE_SHUT)
			pthread_cond_wait(&g->moved, &g->lock);
		g->waiting--;
	}
	const bool passes = g->is != GATE_CALLED_OFF;
	pthread_mutex_unlock(&g->lock);
	return passes;
}
