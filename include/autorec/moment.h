/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Moments: the states of a training that can be saved and continued from. */
#ifndef AUTOREC_MOMENT_H
#define AUTOREC_MOMENT_H

#include "autorec/trainer.h"

/* A moment of a training, between two epochs: all that is needed to continue, besides the arrays of
 * the model's `state`. */
struct training_moment {
	struct config config;
	int64_t epoch;
	enum trainer_state state;
	enum trainer_stop stopped;
	struct stopping stopping;
	struct logbook log;
	/* best: the weights that training with patience returns to; NULL, or the same as
	 * current. */
	struct weights *current, *best;
};

/* Waits for the end of the running epoch, paused or not, but at most that many seconds. Returns
 * false if the epoch is still running; from then on trainer_hold fails instead of waiting. For a
 * program that must end soon. */
bool trainer_settle(struct trainer *t, double seconds);
/* Waits for the end of the running epoch and holds the training there. After every success,
 * trainer_release must follow. Until then the weights and the model's state belong to this moment
 * and may only be read. Errors: ERR_NOMEM; ERR_FAILED after a reset that was stopped;
 * ERR_INTERRUPTED, see trainer_settle. */
int trainer_hold(struct trainer *t, struct training_moment *out, struct err *e);
void trainer_release(struct trainer *t, struct training_moment *m);

/* Like trainer_new, but continues from a saved moment. m's state must match the moment's weights;
 * the worker computes their hidden units first. Training that was running is now paused. On success
 * the trainer owns the model and the moment; on failure the caller still does. */
int trainer_continue(struct model *m, const struct trainer_sets *sets, void (*wake)(void *),
		     void *ctx, const struct training_moment *moment, struct trainer **out,
		     struct err *e);
/* Copies a moment of `from` for `to`, an opened model of the same options whose ratings may have
 * other users and items (ops->grows), with the model's state.  What is new starts at 0. */
int training_moment_copy(const struct training_moment *m, const struct model *from,
			 const struct model *to, struct training_moment *out, struct err *e);
/* Frees what a moment points to. Use it for moments that do not come from trainer_hold. */
void training_moment_done(struct training_moment *m);

#endif
