/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The inside of the trainer. The worker thread computes epochs without the lock and publishes
 * each of them with it. Callers take the lock, change what is wanted, and steer the worker there.
 */
#ifndef TRAIN_WORKER_H
#define TRAIN_WORKER_H

#include <pthread.h>

#include "autorec/moment.h"
#include "autorec/weight_sets.h"

/* What callers want of the worker. */
struct wanted {
	enum trainer_state state;
	int64_t steps; /* single epochs, besides those of a training */
	bool reset, quit;
	/* holders of moments; the worker starts nothing until all are released */
	int holders;
	bool hurried; /* holders do not wait for the current epoch */
	double pace;  /* epochs a second at most; 0: no limit */
};

/* What the worker is doing. */
struct progress {
	bool prepared;      /* there are weights to look at, or ... */
	struct err failure; /* ... why there are none */
	bool busy;          /* the worker is using the model's state */
	/* an epoch has begun, with the options of that time */
	bool computing;
	/* an epoch or a reset was abandoned; only a reset makes the model's state whole again */
	bool torn;
	/* clock_seconds at the start of the current epoch */
	double began;
	/* seconds of that epoch during which the program was suspended */
	double gap;
};

/* How training last ended; see struct trainer_status. */
struct outcome {
	enum trainer_stop stopped;
	double ended;
	struct err error;
	uint64_t generation;
};

/* The hidden units that are switched off. */
struct ablation {
	int32_t *units; /* [n] */
	size_t n, capacity;
	uint64_t changes;
};

struct trainer {
	/* for readers; its options change as soon as they are set */
	struct model *model;
	struct model working; /* the worker's copy: its options change only between epochs */
	struct trainer_sets data;
	void (*wake)(void *);
	void *wake_ctx;
	struct thread *thread;
	struct gate gate; /* every computation of the worker passes through it */

	pthread_mutex_t lock; /* guards everything below */
	pthread_cond_t work;  /* signals a new request */
	pthread_cond_t done;  /* signals that something has ended */
	struct wanted wanted;
	struct progress at;
	struct weight_sets weights;
	struct ablation ablation;
	struct stopping stopping;
	struct logbook log;
	struct outcome outcome;
};

/* Makes a trainer without weights or a thread. Takes over the model; trainer_free frees both. */
int worker_new(struct model *m, const struct trainer_sets *data, void (*wake)(void *), void *ctx,
	       struct trainer **out, struct err *e);
int worker_start(struct trainer *t, struct err *e);

/* Callers of the functions below hold the lock. */

/* Waits up to `seconds` until `happened`, which it checks whenever something ends. */
bool worker_wait(struct trainer *t, bool (*happened)(const struct trainer *t), double seconds);
bool worker_is_training(const struct trainer *t);
bool worker_is_in_epoch(const struct trainer *t);
/* Called after any change of what is wanted: resumes the worker, or suspends its epoch. */
void worker_steer(struct trainer *t);
/* ERR_FAILED while hidden units are switched off: training would start from weights that the
 * caller does not see. */
int worker_need_all_units(const struct trainer *t, struct err *e);
/* Switches them on again. */
void worker_restore(struct trainer *t);
/* Ends training, or prevents it from starting. */
void worker_halt(struct trainer *t, enum trainer_stop why);

#endif
