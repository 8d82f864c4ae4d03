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
	struct trainer_status status;
	double until;                   /* the target of trainer_train */
	int64_t patience_from;          /* epochs before this one do not count against patience */
	struct weights *current, *best; /* best: what training with patience will come back to;
					   NULL, or the same as current */
	struct epoch_record *records;   /* [status.n_records] */
	struct curve_mark *marks;       /* [status.n_marks] */
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

/* As trainer_new, at a moment of a training that was: m's state is that of the moment's weights,
 * whose hidden units the worker makes first.  What was running is paused.  On success model and
 * moment are taken over, else they are the caller's. */
int trainer_continue(struct model *m, const struct trainer_sets *sets, void (*wake)(void *),
		     void *ctx, const struct training_moment *moment, struct trainer **out,
		     struct err *e);
/* Frees what a moment points at, for one that came from elsewhere. */
void training_moment_done(struct training_moment *m);

#endif
