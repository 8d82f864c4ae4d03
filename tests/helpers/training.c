/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "autorec/clock.h"
#include "autorec/mem.h"
#include "check.h"
#include "sample.h"

void wake(void *ctx)
{
	sem_post(ctx);
}

void prepared(struct training *r)
{
	struct err e = { 0 };
	double done;
	must(trainer_await(r->trainer, PATIENT_SECONDS, &done, &e), &e);
}

struct training *training_new_with(const char *model, const char *options, bool in_place,
				   const struct model_ops *ops)
{
	struct training *r = calloc(1, sizeof *r);
	struct err e = { 0 };
	assert_non_null(r);
	assert_int_equal(0, sem_init(&r->woken, 0, 0));
	r->train = sample_ratings(90, 60, 0.3, 1);
	r->valid = sample_ratings(90, 60, 0.05, 2);
	r->test = sample_ratings(90, 60, 0.05, 3);
	struct model *m = sample_model(model, options, r->train);
	if (ops)
		m->ops = ops;
	must(trainer_new(m, &(struct trainer_sets){ r->valid, r->test, in_place }, wake, &r->woken,
			 &r->trainer, &e),
	     &e);
	prepared(r);
	return r;
}

struct training *training_new_where(const char *model, const char *options, bool in_place)
{
	return training_new_with(model, options, in_place, NULL);
}

struct training *training_new(const char *model, const char *options)
{
	return training_new_where(model, options, false);
}

void training_free(struct training *r)
{
	trainer_free(r->trainer);
	ratings_free(r->train);
	ratings_free(r->valid);
	ratings_free(r->test);
	sem_destroy(&r->woken);
	free(r);
}

struct trainer_status status_of(struct training *r)
{
	struct trainer_status s;
	trainer_status(r->trainer, &s);
	return s;
}

static bool at_rest(const struct trainer_status *s, int64_t unused)
{
	return !s->busy;
}

bool reached(const struct trainer_status *s, int64_t epoch)
{
	return s->epoch >= epoch;
}

struct trainer_status wait_for(struct training *r, const char *what,
			       bool (*happened)(const struct trainer_status *, int64_t), int64_t n)
{
	const double began = clock_seconds();
	struct trainer_status s = status_of(r);
	while (!happened(&s, n)) {
		struct timespec until;
		if (clock_seconds() - began > PATIENT_SECONDS)
			fail_msg("%s has not happened in %d s: epoch %ld of %ld, state %d", what,
				 PATIENT_SECONDS, (long)s.epoch, (long)s.target, (int)s.state);
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += 1;
		sem_timedwait(&r->woken, &until);
		s = status_of(r);
	}
	return s;
}

struct trainer_status rest(struct training *r)
{
	return wait_for(r, "rest", at_rest, 0);
}

struct trainer_status train(struct training *r, int64_t epochs, int64_t patience, double until)
{
	struct err e = { 0 };
	must(trainer_train(r->trainer, epochs, patience, until, &e), &e);
	return rest(r);
}

int64_t records(struct training *r, struct epoch_record *out)
{
	return trainer_records(r->trainer, 0, out, MAX_RECORDS);
}

/* Clears the part of a tensor that a narrower layer leaves unused, because old values remain there.
 */
static void clear_room(const struct model *m, const struct weights *w, int tensor, real *theta)
{
	const struct panel used = weights_panel(m, w, tensor);
	const size_t end = tensor + 1 < m->n_tensors ? m->tensors[tensor + 1].offset : m->n_theta;
	const size_t from = m->tensors[tensor].offset + panel_size(used.rows, used.k);
	memset(theta + from, 0, (end - from) * sizeof *theta);
}

real *theta_of(struct training *r, int64_t *epoch)
{
	const struct model *m = trainer_model(r->trainer);
	const struct weights *w = trainer_pin(r->trainer);
	real *copy = mem_array(m->n_theta, sizeof *copy, NULL);
	assert_non_null(copy);
	memcpy(copy, w->theta, m->n_theta * sizeof *copy);
	for (int t = 0; t < m->n_tensors; t++)
		if (t == m->out_of)
			clear_room(m, w, t, copy);
	if (epoch)
		*epoch = w->epoch;
	trainer_unpin(r->trainer, w);
	return copy;
}

void same_theta(struct training *r, const char *what, const real *a, const real *b)
{
	for (size_t i = 0; i < trainer_model(r->trainer)->n_theta; i++)
		if (memcmp(&a[i], &b[i], sizeof a[i]))
			fail_msg("%s: theta[%zu] is %.9g and %.9g", what, i, (double)a[i],
				 (double)b[i]);
}

void same_record(const char *what, const struct epoch_record *a, const struct epoch_record *b)
{
	if (a->epoch != b->epoch || a->loss != b->loss || a->train_rmse != b->train_rmse ||
	    a->valid_rmse != b->valid_rmse || a->test_rmse != b->test_rmse ||
	    a->fingerprint != b->fingerprint)
		fail_msg("%s: epoch %ld has loss %.17g, epoch %ld has %.17g", what, (long)a->epoch,
			 a->loss, (long)b->epoch, b->loss);
}
