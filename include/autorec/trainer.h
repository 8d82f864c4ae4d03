/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Training in a thread of its own.  The trainer owns its model and every set of weights.  Commands
 * ask for epochs, pauses and stops, and return at once.  After each epoch the worker adds a record
 * to the curve, publishes the new weights and calls `wake`.  All functions may be called from any
 * one other thread.
 *
 * If a pause or a stop comes during an epoch, the epoch is finished if that takes less than half a
 * second, and otherwise held up where it is: training goes on from there, with the same bits.  Only
 * a reset, or the end of the trainer, gives it up.
 *
 * Readers pin weights: a pinned set does not change until it is unpinned, and training goes on
 * meanwhile. */
#ifndef AUTOREC_TRAINER_H
#define AUTOREC_TRAINER_H

#include "autorec/evaluate.h"
#include "autorec/model.h"
#include "autorec/split.h"
#include "autorec/stopping.h"

struct trainer;

#define TRAINER_STATES(ROW)                                                                        \
	ROW(TRAINER_IDLE, "idle")                                                                  \
	ROW(TRAINER_RUNNING, "running")                                                            \
	ROW(TRAINER_PAUSED, "paused")
enum trainer_state { TRAINER_STATES(PARAM_CONSTANT) N_TRAINER_STATES };

struct trainer_status {
	enum trainer_state state;
	bool busy; /* something that was asked for is still to be done: epochs, a step, a reset, or
		      the epoch during which a stop came */
	enum trainer_stop stopped;
	int64_t epoch, target;        /* done; aimed at */
	int64_t patience, best_epoch; /* see struct stopping */
	double best_valid;
	double seconds_per_epoch; /* of the last few */
	int64_t n_records, n_marks;
	double ended; /* clock_seconds when training last ended; 0: never.  A short one may never be
			 seen running. */
	uint64_t generation; /* counts resets: each begins a new curve */
	struct err error;
};

struct trainer_sets { /* not owned; outlive the trainer; NULL: none */
	const struct ratings *valid, *test;
	/* Epochs overwrite the newest weights, which saves a set.  For a batch, where nobody looks
	 * at them during training: a pin waits for the end of the epoch, and a training that
	 * diverges is back at epoch 0. */
	bool in_place;
};

/* Takes the model over (on success), which may be planned only.  The worker begins with its memory
 * and its first weights; until trainer_await has seen them, nothing but trainer_free may follow. */
int trainer_new(struct model *m, const struct trainer_sets *sets, void (*wake)(void *), void *ctx,
		struct trainer **out, struct err *e);
/* Waits for the first weights, for at most so many seconds: 0 when they are there, 1 when they are
 * not yet, negative when there will be none.  *done: how much of the work is done, 0 to 1. */
int trainer_await(struct trainer *t, double seconds, double *done, struct err *e);
/* Gives up what the worker is at, and frees everything. */
void trainer_free(struct trainer *t);

const struct model *trainer_model(const struct trainer *t);
void trainer_status(struct trainer *t, struct trainer_status *out);
/* Copies records from index `from` on, at most max; returns how many. */
int64_t trainer_records(struct trainer *t, int64_t from, struct epoch_record *out, int64_t max);
int64_t trainer_marks(struct trainer *t, int64_t from, struct curve_mark *out, int64_t max);

/* Trains `epochs` more.  patience 0: never stop early; until 0: no target.  Neither ends it before
 * the model's last phase. ERR_FAILED when already running. */
int trainer_train(struct trainer *t, int64_t epochs, int64_t patience, double until, struct err *e);
int trainer_step(struct trainer *t, struct err *e); /* one epoch, then paused or idle as before */
int trainer_pause(struct trainer *t, struct err *e);
int trainer_resume(struct trainer *t, struct err *e);
int trainer_stop(struct trainer *t, struct err *e); /* forgets the target; also stops a reset, which
						       training then begins with */
/* Back to epoch 0, with the first weights of the seed; ends any training, in the middle of an epoch
 * too. */
int trainer_reset(struct trainer *t, struct err *e);
/* A live option, from the next epoch on; leaves a mark on the curve. */
int trainer_set(struct trainer *t, const struct config_option *o, const char *text, struct err *e);
/* Epochs a second at most, 0: as fast as it goes; takes effect at once. */
void trainer_set_pace(struct trainer *t, double pace);
/* The program stood still for `seconds` (Ctrl-Z): takes them off the epoch's time. */
void trainer_note_gap(struct trainer *t, double seconds);
/* The model's options as the next epoch will see them. */
struct config trainer_config(struct trainer *t);

/* The weights to look at: the best epoch's when training with patience has ended, else the newest.
 * The training does not wait for readers.  Never NULL.  Each pin needs an unpin. */
const struct weights *trainer_pin(struct trainer *t);
void trainer_unpin(struct trainer *t, const struct weights *w);

#endif
