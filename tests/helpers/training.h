/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A trainer on a small set of ratings.  A wait checks its condition each time the worker wakes it,
 * for at most 20 seconds. */
#ifndef TRAINING_H
#define TRAINING_H

#include <semaphore.h>

#include "autorec/moment.h"

enum { PATIENT_SECONDS = 20, MAX_RECORDS = 1000 };
struct training {
	struct ratings *train, *valid, *test;
	struct trainer *trainer;
	sem_t woken;
};
void wake(void *ctx);
void prepared(struct training *r);

/* `ops` replaces the model's functions; NULL keeps them. */
struct training *training_new_with(const char *model, const char *options, bool in_place,
				   const struct model_ops *ops);
struct training *training_new_where(const char *model, const char *options, bool in_place);
struct training *training_new(const char *model, const char *options);
void training_free(struct training *r);
struct trainer_status status_of(struct training *r);
bool reached(const struct trainer_status *s, int64_t epoch);
struct trainer_status wait_for(struct training *r, const char *what,
			       bool (*happened)(const struct trainer_status *, int64_t), int64_t n);
struct trainer_status rest(struct training *r);
struct trainer_status train(struct training *r, int64_t epochs, int64_t patience, double until);
int64_t records(struct training *r, struct epoch_record *out);

/* Returns a copy of the current theta; the caller frees it. */
real *theta_of(struct training *r, int64_t *epoch);
void same_theta(struct training *r, const char *what, const real *a, const real *b);
void same_record(const char *what, const struct epoch_record *a, const struct epoch_record *b);

#endif
