/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Training in a thread of its own.  The trainer owns its model and every set of weights; commands
 * ask for epochs, pauses and stops and return at once.  After each epoch the worker appends a
 * record to the curve, publishes the new weights and calls `wake`.  All functions may be called
 * from any one other thread.
 *
 * An epoch that a pause or a stop comes into is finished if that takes less than half a second, and
 * otherwise held up where it is: training goes on from there, with the same bits.  Only a reset, or
 * the end of the trainer, gives it up.
 *
 * Readers pin weights: a pinned set does not change and does not go away until it is unpinned, and
 * the training does not wait for its readers. */
#ifndef AUTOREC_TRAINER_H
#define AUTOREC_TRAINER_H

#include "autorec/evaluate.h"
#include "autorec/model.h"
#include "autorec/split.h"
#include "autorec/stopping.h"

struct trainer;

enum trainer_state { TRAINER_IDLE, TRAINER_RUNNING, TRAINER_PAUSED };

struct trainer_status {
	enum trainer_state state;
	bool busy; /* something that was asked for is still to be done: epochs, also one that a stop
		      came into, a step, a reset */
	enum trainer_stop stopped;
	int64_t epoch, target;        /* done; aimed at */
	int64_t patience, best_epoch; /* see struct stopping */
	double best_valid;
	double seconds_per_epoch; /* of the last few */
	int64_t n_records, n_marks;
	double ended; /* clock_seconds when training last came to an end: a short one may never be
			 seen running; 0: never */
	uint64_t generation; /* counts resets and losses of epochs: a new one means that the curve
				is another */
	struct err error;
};

struct trainer_sets { /* not owned; outlive the trainer; NULL: none */
	const struct ratings *valid, *test;
	/* No epoch is kept, which saves a set of weights when nobody looks at them during
	 * training.  A glance then waits for the end of the epoch, too, and a training that
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

/* The weights to look at: the best validation epoch's when training with patience has ended, else
 * the newest, for which an epoch that overwrites them is waited for.  Never NULL.  Each pin wants
 * an unpin. */
const struct weights *trainer_pin(struct trainer *t);
/* The same without waiting: those of an epoch that ended a quarter of a second ago, or later, but
 * not before those that were looked at last. */
const struct weights *trainer_glance(struct trainer *t);
/* A pin may come soon, for somebody types: epochs that begin in the next two seconds let it through
 * at once. */
void trainer_expect_pin(struct trainer *t);
void trainer_unpin(struct trainer *t, const struct weights *w);

#endif
