/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The trainer from inside: its thread (trainer.c), what callers ask of it (requests.c), and the
 * moments at which it can be kept and continued (moment.c). */
#ifndef TRAIN_INTERNAL_H
#define TRAIN_INTERNAL_H

#include <pthread.h>

#include "autorec/moment.h"

enum { MAX_SETS = 16 }; /* of weights: current or next, kept, best, and what readers hold on to */

/* How training last ended; see struct trainer_status. */
struct outcome {
	enum trainer_stop stopped;
	double ended;
	struct err error;
};

struct trainer {
	struct model *model;  /* readers' view; its options change under the caller's hand */
	struct model working; /* the worker's copy of it: options change only between epochs */
	struct trainer_sets sets;
	void (*wake)(void *);
	void *wake_ctx;

	struct gate gate; /* of all that the worker computes */
	struct thread *thread;
	pthread_mutex_t lock; /* guards all below */
	pthread_cond_t work, written;
	bool quit, reset_wanted;
	bool prepared;      /* there are weights to look at, or ... */
	struct err failure; /* ... why not */
	bool torn; /* an epoch or a reset was given up: the model's state is no epoch's, and only a
		      reset makes one */
	bool hurried;     /* holders do not wait for the epoch under way */
	bool at_work;     /* the model's state is in the worker's hands */
	int holders;      /* of moments: the worker begins nothing until they are released */
	bool computing;   /* an epoch is under way: it has its options already */
	bool overwriting; /* it writes over the current weights */
	int waiting; /* readers that wait for its end: the next epoch leaves them the weights */
	int64_t steps_wanted;
	enum trainer_state state;
	struct outcome outcome;
	uint64_t generation;
	struct stopping stopping;
	struct logbook log;
	double pace;  /* epochs a second at most, 0: any number */
	double began; /* when the epoch under way did */
	double gap;   /* seconds of the epoch under way during which the program stood still */
	struct weights *sets_of_weights[MAX_SETS];
	struct weights *current, *best;
	struct weights *kept;  /* what a glance is at while the current ones are overwritten; NULL:
				  it waits */
	double kept_since;     /* clock_seconds, 0: long ago */
	double expected_until; /* clock_seconds: nothing is overwritten before, so that a pin need
				  not wait */
};

/* A trainer without weights and thread.  Takes the model over; trainer_free frees, the model too.
 */
int trainer_make(struct model *m, const struct trainer_sets *sets, void (*wake)(void *), void *ctx,
		 struct trainer **out, struct err *e);
int trainer_start(struct trainer *t, struct err *e);
/* Waits for something that the worker tells by `written`, at most so many seconds.  With the lock.
 */
bool trainer_wait(struct trainer *t, bool (*happened)(const struct trainer *t), double seconds);
/* Whatever was changed, the worker looks again: it goes on with its epoch, or is held up if nobody
 * wants it.  With the lock. */
void trainer_steer(struct trainer *t);
/* Ends training, or stops it from beginning.  With the lock. */
void trainer_halt(struct trainer *t, enum trainer_stop why);
/* With the lock. */
struct trainer_status trainer_status_now(const struct trainer *t);

#endif
