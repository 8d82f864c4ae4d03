/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The trainer from inside.  The worker thread computes epochs without the lock and publishes each
 * of them with it.  Callers change what is wanted, with the lock, and steer the worker there. */
#ifndef TRAIN_WORKER_H
#define TRAIN_WORKER_H

#include <pthread.h>

#include "autorec/moment.h"
#include "autorec/weight_sets.h"

/* What is wanted of the worker. */
struct wanted {
	enum trainer_state state;
	int64_t steps; /* epochs beside those of a training */
	bool reset, quit;
	int holders;  /* of moments: the worker begins nothing until they are released */
	bool hurried; /* holders do not wait for the epoch under way */
	double pace;  /* epochs a second at most; 0: no limit */
};

/* Where the worker is. */
struct progress {
	bool prepared;      /* there are weights to look at, or ... */
	struct err failure; /* ... why there are none */
	bool busy;          /* the model's state is in the worker's hands */
	bool computing;     /* an epoch is under way: it has its options already */
	bool torn; /* an epoch or a reset was given up: only a reset makes the model's state whole
		    */
	double began; /* clock_seconds when the epoch under way did */
	double gap;   /* seconds of it during which the program stood still */
};

/* How training last ended; see struct trainer_status. */
struct outcome {
	enum trainer_stop stopped;
	double ended;
	struct err error;
	uint64_t generation;
};

struct trainer {
	struct model *model;  /* for readers; its options change as soon as they are set */
	struct model working; /* the worker's copy: its options change only between epochs */
	struct trainer_sets data;
	void (*wake)(void *);
	void *wake_ctx;
	struct thread *thread;
	struct gate gate; /* of all that the worker computes */

	pthread_mutex_t lock; /* guards all below */
	pthread_cond_t work;  /* something is wanted */
	pthread_cond_t done;  /* something has ended */
	struct wanted wanted;
	struct progress at;
	struct weight_sets weights;
	struct stopping stopping;
	struct logbook log;
	struct outcome outcome;
};

/* A trainer without weights and thread.  Takes the model over; trainer_free frees both. */
int worker_new(struct model *m, const struct trainer_sets *data, void (*wake)(void *), void *ctx,
	       struct trainer **out, struct err *e);
int worker_start(struct trainer *t, struct err *e);

/* All that follow are called with the lock. */

/* Waits at most so many seconds for something that ends. */
bool worker_wait(struct trainer *t, bool (*happened)(const struct trainer *t), double seconds);
bool worker_is_training(const struct trainer *t);
bool worker_is_in_epoch(const struct trainer *t);
/* After any change of what is wanted: the worker goes on, or its epoch is held up. */
void worker_steer(struct trainer *t);
/* Ends training, or keeps it from beginning. */
void worker_halt(struct trainer *t, enum trainer_stop why);

#endif
