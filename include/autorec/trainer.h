/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Training in a thread of its own.  The trainer owns its model and every set of weights.  Commands
 * ask for epochs, pauses and stops, and return at once.  After each epoch the worker adds a record
 * to the curve, publishes the new weights and calls `wake`.  All functions may be called from any
 * one other thread.
 *
 * If a pause or a stop comes during an epoch, the epoch still ends if that takes less than half a
 * second. Otherwise it is suspended, and training later resumes at that point with the same bits.
 * Only a reset, or the end of the trainer, abandons an epoch.
 *
 * Readers pin weights. A pinned set does not change until it is unpinned; training continues
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
	/* a request is not finished yet: epochs, a step, a reset, or the epoch during which a stop
	 * came */
	bool busy;
	enum trainer_stop stopped;
	int64_t epoch, target;        /* epochs done; the epoch to reach */
	int64_t patience, best_epoch; /* see struct stopping */
	double best_valid;
	double seconds_per_epoch; /* over the last few epochs */
	int64_t n_records, n_marks;
	/* clock_seconds when training last ended; 0: never. Callers may never see a short training
	 * run. */
	double ended;
	uint64_t generation; /* counts resets: each begins a new curve */
	int32_t n_ablated;   /* hidden units that are switched off */
	uint64_t ablations;  /* counts their changes */
	struct err error;
};

struct trainer_sets { /* not owned; outlive the trainer; NULL: none */
	const struct ratings *valid, *test;
	/* Epochs overwrite the newest weights, which saves a set. This suits a batch, where nobody
	 * looks at the weights during training. A pin waits for the end of the epoch, and a
	 * training that diverges returns to epoch 0. */
	bool in_place;
};

/* Takes over the model on success; the model may be only planned. The worker first allocates its
 * memory and sets its first weights. Until trainer_await has reported them, the caller may call
 * only trainer_await and trainer_free. */
int trainer_new(struct model *m, const struct trainer_sets *sets, void (*wake)(void *), void *ctx,
		struct trainer **out, struct err *e);
/* Waits up to `seconds` for the first weights. Returns 0 when they are there, 1 when they are not
 * there yet, and a negative code when they will never be. *done is the fraction of the work that is
 * done, 0 to 1. */
int trainer_await(struct trainer *t, double seconds, double *done, struct err *e);
/* Abandons the worker's task and frees everything. */
void trainer_free(struct trainer *t);

const struct model *trainer_model(const struct trainer *t);
/* Tells the readers' model who is folded in: [n_users], [n_items], not owned; NULL: nobody. */
void trainer_set_folded(struct trainer *t, const bool *users, const bool *items);
void trainer_status(struct trainer *t, struct trainer_status *out);
/* Copies at most max records, starting at index `from`; returns how many. */
int64_t trainer_records(struct trainer *t, int64_t from, struct epoch_record *out, int64_t max);
int64_t trainer_marks(struct trainer *t, int64_t from, struct curve_mark *out, int64_t max);

/* Trains `epochs` more. patience 0: never stop early; until 0: no target. Neither ends training
 * before the model's last phase. ERR_FAILED if training already runs. */
int trainer_train(struct trainer *t, int64_t epochs, int64_t patience, double until, struct err *e);
int trainer_step(struct trainer *t, struct err *e); /* one epoch, then paused or idle as before */
int trainer_pause(struct trainer *t, struct err *e);
int trainer_resume(struct trainer *t, struct err *e);
/* Forgets the target. Also stops a reset; the next training then starts with it. */
int trainer_stop(struct trainer *t, struct err *e);
/* Returns to epoch 0, with the first weights of the seed. Ends any training, even in the middle of
 * an epoch. */
int trainer_reset(struct trainer *t, struct err *e);
/* Sets a live option from the next epoch on, and leaves a mark on the curve. */
int trainer_set(struct trainer *t, const struct config_option *o, const char *text, struct err *e);
/* Limits the epochs per second, at once. 0: no limit. */
void trainer_set_pace(struct trainer *t, double pace);
/* Subtracts `seconds` during which the program was suspended (Ctrl-Z) from the epoch's time. */
void trainer_note_gap(struct trainer *t, double seconds);
/* The model's options as the next epoch will see them. */
struct config trainer_config(struct trainer *t);

/* Switches a hidden unit off: until it is restored, readers pin weights without it, and training
 * does not go on.  Saved models have all units.  ERR_FAILED while training runs or is paused, or if
 * there is no such unit. */
int trainer_ablate(struct trainer *t, int32_t unit, struct err *e);
/* Switches all units on again.  Returns how many were off. */
int32_t trainer_restore(struct trainer *t);
/* Copies the numbers of up to max units that are off; returns how many are off. */
int32_t trainer_ablated(struct trainer *t, int32_t *units, int32_t max);

/* The weights to show: the best epoch's if training with patience has ended, else the newest.
 * Training does not wait for readers. Never NULL. Each pin needs an unpin. */
const struct weights *trainer_pin(struct trainer *t);
void trainer_unpin(struct trainer *t, const struct weights *w);

#endif
