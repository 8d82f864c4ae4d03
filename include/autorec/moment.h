/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The moments at which a training can be kept, and from which it goes on. */
#ifndef AUTOREC_MOMENT_H
#define AUTOREC_MOMENT_H

#include "autorec/trainer.h"

/* A moment of a training, between two epochs: all that it goes on from, beside the arrays of the
 * model's `state`. */
struct training_moment {
	struct config config;
	int64_t epoch;
	enum trainer_state state;
	enum trainer_stop stopped;
	struct stopping stopping;
	struct logbook log;
	struct weights *current, *best; /* best: NULL, or the same as current, or what training with
					   patience will return to */
};

/* Waits for the end of the running epoch, for at most so many seconds, paused or not.  False: it
 * goes on, and from now on trainer_hold fails rather than wait.  For the end of the program, when
 * there is no time. */
bool trainer_settle(struct trainer *t, double seconds);
/* Waits for the end of the running epoch and holds the training there until trainer_release, which
 * must follow every success. Until then the weights and the model's state are of this moment, and
 * may only be read.
 * ERR_NOMEM; ERR_FAILED after a reset that was stopped; ERR_INTERRUPTED, see trainer_settle. */
int trainer_hold(struct trainer *t, struct training_moment *out, struct err *e);
void trainer_release(struct trainer *t, struct training_moment *m);

/* Like trainer_new, for a training that goes on from a moment.  m's state is that of the moment's
 * weights, whose hidden units the worker computes first.  A training that was running is paused.
 * On success model and moment are taken over, else they are still the caller's. */
int trainer_continue(struct model *m, const struct trainer_sets *sets, void (*wake)(void *),
		     void *ctx, const struct training_moment *moment, struct trainer **out,
		     struct err *e);
/* Frees what a moment points at, for one that came from elsewhere. */
void training_moment_done(struct training_moment *m);

#endif
