/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The logbook of a training: a record of every epoch, and marks where something else happened. It
 * is plain data; threads that share a logbook must lock it themselves. */
#ifndef AUTOREC_LOGBOOK_H
#define AUTOREC_LOGBOOK_H

#include "autorec/err.h"
#include "autorec/units.h"

/* One point of the curve: the parameters after `epoch` epochs.  Epoch 0 is the start. */
struct epoch_record {
	int64_t epoch;
	double loss, train_rmse, valid_rmse, test_rmse; /* NaN if there is no such set */
	double seconds;                                 /* duration of the epoch */
	double elapsed;            /* training time since epoch 0, without pauses */
	struct unit_summary units; /* zero for a model without hidden units */
	/* weights_fingerprint of the epoch, which is the same for any number of threads; 0:
	 * unknown */
	uint32_t fingerprint;
};

/* An option that was changed, or a phase that began. */
struct curve_mark {
	int64_t epoch; /* the first epoch that it affects */
	char text[40];
};

struct logbook {
	struct epoch_record *records; /* records[i] describes epoch i */
	struct curve_mark *marks;
	int64_t n_records, n_marks;
	size_t records_capacity, marks_capacity;
};

void logbook_done(struct logbook *h);
/* Adds the record of the next epoch, and sets its elapsed time. */
int logbook_add(struct logbook *h, const struct epoch_record *r, struct err *e);
int logbook_mark(struct logbook *h, int64_t epoch, struct err *e, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* An independent copy, whose arrays are never NULL. */
int logbook_copy(const struct logbook *h, struct logbook *out, struct err *e);
/* The newest epoch; 0 if there is no record. */
int64_t logbook_epoch(const struct logbook *h);
/* Seconds per epoch, over the last few epochs; 0 if there is none. */
double logbook_pace(const struct logbook *h);

#endif
