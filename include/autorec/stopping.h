/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The rules that choose the best epoch and end a training. They depend only on the records of the
 * logbook:
 *
 *     stopping_init(&s, model);
 *     stopping_begin(&s, 0, 300, 20, 0);     up to 300 epochs, with a patience of 20
 *     after each epoch:
 *         if (stopping_note(&s, &log)) ... keep these weights
 *         if (stopping_reason(&s, &log) != STOP_NONE) ... stop
 *
 * No epoch before the model's last phase is the best, or ends the training early. */
#ifndef AUTOREC_STOPPING_H
#define AUTOREC_STOPPING_H

#include "autorec/logbook.h"
#include "autorec/model.h"

/* Why training last ended. */
enum trainer_stop {
	STOP_NONE,
	STOP_EPOCHS,   /* all requested epochs are done */
	STOP_PATIENCE, /* validation has not improved for `patience` epochs */
	STOP_UNTIL,    /* validation has reached `until` */
	STOP_USER,
	STOP_DIVERGED, /* the loss is not a number; the last good kept epoch is restored */
	STOP_FAILED,   /* status.error says why */
};
const char *trainer_stop_name(enum trainer_stop s); /* "epochs", "patience", ... */

struct stopping {
	int64_t last_phase;    /* its first epoch */
	int64_t target;        /* the last epoch */
	int64_t patience;      /* epochs without a better validation RMSE; 0: never stop early */
	int64_t patience_from; /* epochs before this one do not count against patience */
	double until;          /* an RMSE that is good enough; 0: no such limit */
	int64_t best_epoch;    /* the epoch with the lowest validation RMSE; -1: none */
	double best_valid;     /* its RMSE; NaN: none */
};

void stopping_init(struct stopping *s, const struct model *m);
/* Begins a training of `epochs` epochs after epoch `from`. The best epoch so far stays. */
void stopping_begin(struct stopping *s, int64_t from, int64_t epochs, int64_t patience,
		    double until);
void stopping_forget_best(struct stopping *s);
/* If the newest record is the best so far, notes it and returns true. Patience waits for the first
 * movement: while all predictions are clipped to the same end of the scale, every epoch is as good
 * as the first and becomes the best. */
bool stopping_note(struct stopping *s, const struct logbook *h);
/* Whether and why training ends with the newest record. */
enum trainer_stop stopping_reason(const struct stopping *s, const struct logbook *h);

#endif
