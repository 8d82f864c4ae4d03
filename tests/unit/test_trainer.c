/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The trainer thread: what it is asked for, what it keeps, and that the bits do not depend on how
 * it is run. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/kernel.h"
#include "autorec/clock.h"
#include "autorec/mem.h"
#include "check.h"
#include "sample.h"
#include "training.h"

/* ---- what comes out ----------------------------------------------------- */

static real *theta_with_threads(const char *model, const char *options, int threads,
				struct training **out)
{
	kernel_set_threads(threads);
	*out = training_new(model, options);
	train(*out, 15, 0, 0);
	kernel_set_threads(0);
	return theta_of(*out, NULL);
}

static void threads_do_not_change_a_bit(void **state)
{
	static const struct {
		const char *model, *options;
	} cases[] = {
		{ "i-autorec", "k=100 lambda=2 init=0.1" },
		{ "u-autorec", "k=70 lambda=2 init=0.1" },
		{ "i-autorec", "k=17 lambda=2 output=sigmoid hidden=tanh" },
		{ "i-autorec", "k=20 optimizer=sgd rate=0.001" },
		{ "i-rbm", "k=70 batch=16 rate=0.1 cd=2 grow=5" },
		{ "u-rbm", "k=20 batch=0 rate=0.1 cd=2" },
		{ "deep-autorec", "layers=70,33,100 lambda=2 init=0.1" },
		{ "deep-autorec", "layers=33,70 optimizer=adam batch=13" },
		{ "deep-autorec",
		  "layers=70,100,20 pretrain=4 dropout=0.2 hidden=relu optimizer=adam" },
		{ "baseline", "lambda=10" },
		{ "biased-mf", "k=70 lambda=0.04 rate=0.02 init=0.1" },
		{ "item-knn", "lambda=10 neighbours=5 shrink=2" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct training *run[3];
		struct epoch_record one[MAX_RECORDS], other[MAX_RECORDS];
		real *theta[3];
		for (int t = 0; t < 3; t++)
			theta[t] = theta_with_threads(cases[i].model, cases[i].options,
						      t == 2 ? 5 : t + 1, &run[t]);
		const int64_t n = records(run[0], one);
		for (int t = 1; t < 3; t++) {
			same_theta(run[0], cases[i].options, theta[0], theta[t]);
			assert_int_equal(n, records(run[t], other));
			for (int64_t j = 0; j < n; j++)
				same_record(cases[i].options, &one[j], &other[j]);
		}
		for (int t = 0; t < 3; t++) {
			free(theta[t]);
			training_free(run[t]);
		}
	}
}

static void epochs_are_recorded(void **state)
{
	struct training *r = training_new("i-autorec", "k=20 lambda=2 init=0.1");
	struct epoch_record rec[MAX_RECORDS];
	struct trainer_status s = status_of(r);
	assert_int_equal(0, s.epoch); /* epoch 0 is there to be looked at */
	assert_int_equal(1, s.n_records);
	assert_false(s.busy);
	s = train(r, 10, 0, 0);
	assert_int_equal(10, s.epoch);
	assert_int_equal(STOP_EPOCHS, s.stopped);
	s = train(r, 5, 0, 0); /* goes on */
	assert_int_equal(15, s.epoch);
	assert_int_equal(16, records(r, rec));
	for (int64_t i = 0; i < 16; i++) {
		assert_int_equal(i, rec[i].epoch);
		assert_true(isfinite(rec[i].loss) && isfinite(rec[i].valid_rmse) &&
			    isfinite(rec[i].test_rmse));
		if (i > 0)
			assert_true(rec[i].elapsed > rec[i - 1].elapsed);
		if (i > 0)
			assert_int_not_equal(rec[i].fingerprint, rec[i - 1].fingerprint);
	}
	const struct weights *w = trainer_pin(r->trainer);
	assert_int_equal(rec[15].fingerprint, weights_fingerprint(trainer_model(r->trainer), w));
	trainer_unpin(r->trainer, w);
	assert_true(rec[15].loss < rec[0].loss);
	assert_int_equal(3, trainer_records(r->trainer, 13, rec, MAX_RECORDS));
	assert_int_equal(2, trainer_records(r->trainer, 13, rec, 2));
	assert_int_equal(13, rec[0].epoch);
	assert_int_equal(0, trainer_records(r->trainer, 16, rec, MAX_RECORDS));
	assert_true(s.seconds_per_epoch > 0);
	training_free(r);
}

static int64_t argmin_valid(const struct epoch_record *rec, int64_t n)
{
	int64_t best = 0;
	for (int64_t i = 1; i < n; i++)
		if (rec[i].valid_rmse < rec[best].valid_rmse)
			best = i;
	return best;
}

static void patience_keeps_the_best_epoch(void **state)
{
	enum { PATIENCE = 7 };
	struct training *r = training_new(
		"i-autorec", "k=40 lambda=0.01 init=0.1 rate=0.01"); /* overfits soon */
	struct epoch_record rec[MAX_RECORDS];
	struct score score;
	struct trainer_status s = train(r, 500, PATIENCE, 0);
	const int64_t n = records(r, rec), best = argmin_valid(rec, n);
	assert_int_equal(STOP_PATIENCE, s.stopped);
	assert_true(best > 0);
	assert_int_equal(best, s.best_epoch);
	assert_true(s.best_valid == rec[best].valid_rmse);
	assert_int_equal(best + PATIENCE, s.epoch);

	const struct weights *w = trainer_pin(r->trainer);
	assert_int_equal(best, w->epoch);
	assert_int_equal(0, evaluate(trainer_model(r->trainer), w, r->valid, &score, NULL));
	assert_true(score.rmse == rec[best].valid_rmse);
	trainer_unpin(r->trainer, w);

	free(theta_of(r, NULL));
	s = train(r, 2, 0,
		  0); /* without patience: the newest is looked at, and training went on from it */
	w = trainer_pin(r->trainer);
	assert_int_equal(best + PATIENCE + 2, w->epoch);
	trainer_unpin(r->trainer, w);
	training_free(r);
}

/* A run that begins late has its patience before it, whatever the best epoch was. */
static void patience_counts_from_its_own_start(void **state)
{
	struct training *r = training_new("i-autorec", "k=40 lambda=0.01 init=0.1 rate=0.01");
	struct trainer_status s = train(r, 60, 0, 0);
	assert_true(s.best_epoch < 50);
	s = train(r, 100, 4, 0);
	assert_int_equal(STOP_PATIENCE, s.stopped);
	assert_int_equal(64, s.epoch);
	training_free(r);
}

/* Small first steps: every prediction is clipped to the same end of the scale for longer than the
 * patience. */
static void patience_waits_until_something_moves(void **state)
{
	enum { PATIENCE = 3 };
	struct training *r = training_new("i-autorec", "k=8 lambda=2 rate=0.0001");
	struct epoch_record rec[MAX_RECORDS];
	struct trainer_status s = train(r, 500, PATIENCE, 0);
	records(r, rec);
	assert_true(rec[2 * PATIENCE].valid_rmse == rec[0].valid_rmse);
	assert_true(s.best_valid < rec[0].valid_rmse);
	assert_int_equal(STOP_PATIENCE, s.stopped);
	assert_int_equal(s.best_epoch + PATIENCE, s.epoch);
	training_free(r);
}

static void until_stops_at_the_first_epoch_that_reaches_it(void **state)
{
	struct training *r = training_new("i-autorec", "k=20 lambda=2 init=0.1 rate=0.01");
	struct epoch_record rec[MAX_RECORDS];
	train(r, 30, 0, 0);
	int64_t n = records(r, rec), first = 0;
	const double target = rec[12].valid_rmse;
	while (rec[first].valid_rmse > target)
		first++;
	assert_true(n == 31 && first > 0);
	assert_int_equal(0, trainer_reset(r->trainer, NULL));
	struct trainer_status s = train(r, 30, 0, target);
	assert_int_equal(STOP_UNTIL, s.stopped);
	assert_int_equal(first, s.epoch);
	training_free(r);
}

/* A training that diverged at epoch `at` is back at the one before. */
static void check_diverged(struct training *r, int64_t at)
{
	struct epoch_record rec[MAX_RECORDS];
	const struct trainer_status s = status_of(r);
	char words[120];
	assert_int_equal(STOP_DIVERGED, s.stopped);
	assert_int_equal(ERR_FAILED, s.error.code);
	assert_int_equal(at - 1, s.epoch);
	snprintf(words, sizeof words,
		 "diverged at epoch %ld: the loss is not a number; epoch %ld is kept", (long)at,
		 (long)s.epoch);
	assert_non_null(strstr(s.error.message, words));
	assert_non_null(strstr(s.error.message, "smaller rate")); /* what to do */
	const int64_t n = records(r, rec);
	assert_int_equal(s.epoch + 1, n); /* the lost one is not on the curve */
	for (int64_t i = 0; i < n; i++)
		assert_true(isfinite(rec[i].loss));
	assert_int_equal(argmin_valid(rec, n), s.best_epoch);
	assert_true(s.best_valid == rec[s.best_epoch].valid_rmse);
	int64_t epoch;
	real *theta = theta_of(r, &epoch);
	assert_int_equal(s.epoch, epoch);
	for (size_t i = 0; i < trainer_model(r->trainer)->n_theta; i++)
		assert_true(isfinite(theta[i]));
	free(theta);
}

static void divergence_keeps_the_last_good_epoch(void **state)
{
	struct training *r = training_new("i-autorec",
					  "k=10 optimizer=sgd rate=0.5 hidden=relu init=0.5");
	const struct trainer_status s = train(r, 500, 0, 0);
	assert_true(s.epoch > 0 && s.epoch < 500);
	check_diverged(r, s.epoch + 1);
	training_free(r);
}

static void overwriting_weights_does_not_change_a_bit(void **state)
{
	static const struct {
		const char *model, *options;
		int64_t patience;
	} cases[] = {
		{ "i-autorec", "k=70 lambda=2 init=0.1", 0 },
		{ "i-autorec", "k=20 lambda=0.1 init=0.1",
		  5 }, /* the best epoch is kept, so not overwritten */
		{ "i-autorec", "k=20 optimizer=adam rate=0.01 batch=7 dropout=0.2", 0 },
		{ "i-autorec", "k=20 optimizer=lbfgs",
		  0 }, /* goes back along its line: needs both */
		{ "u-rbm", "k=20 batch=16 rate=0.1 lambda=1", 5 },
		{ "biased-mf", "k=20 lambda=0.04 rate=0.02 init=0.1", 0 },
		{ "item-knn", "neighbours=5 lambda=10", 1 },
		{ "deep-autorec", "layers=20,40,10 lambda=2 pretrain=20", 0 },
		{ "deep-autorec", "layers=20,10 pretrain=20 optimizer=lbfgs", 5 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct epoch_record one[MAX_RECORDS], other[MAX_RECORDS];
		struct training *apart = training_new(cases[i].model, cases[i].options);
		struct training *over = training_new_where(cases[i].model, cases[i].options, true);
		train(apart, 100, cases[i].patience, 0);
		train(over, 100, cases[i].patience, 0);
		int64_t epoch[2];
		real *a = theta_of(apart, &epoch[0]), *b = theta_of(over, &epoch[1]);
		assert_int_equal(epoch[0], epoch[1]);
		same_theta(apart, cases[i].options, a, b);
		const int64_t n = records(apart, one);
		assert_int_equal(n, records(over, other));
		for (int64_t j = 0; j < n; j++)
			same_record(cases[i].options, &one[j], &other[j]);
		free(a);
		free(b);
		training_free(apart);
		training_free(over);
	}
}

/* Every look is at one whole epoch, and at none before the newest that the status tells. */
static void a_look_is_at_a_whole_epoch(void **state)
{
	enum { LOOKS = 2000, ENOUGH = 40 }; /* epochs; the other run has to get there, too */
	for (int in_place = 0; in_place < 2; in_place++) {
		struct training *r = training_new_where("i-autorec", "k=70 lambda=2 init=0.1",
							in_place);
		struct training *same = training_new("i-autorec", "k=70 lambda=2 init=0.1");
		assert_int_equal(0, trainer_train(r->trainer, 1000000, 0, 0, NULL));
		const size_t n = trainer_model(r->trainer)->n_theta;
		real *seen = mem_array(n, sizeof *seen, NULL);
		int64_t epoch = 0;
		for (int i = 0; i < LOOKS && epoch <= ENOUGH; i++) {
			const int64_t newest = status_of(r).epoch;
			const struct weights *w = trainer_pin(r->trainer);
			memcpy(seen, w->theta, n * sizeof *seen);
			assert_true(w->epoch >= newest);
			epoch = w->epoch;
			trainer_unpin(r->trainer, w);
		}
		assert_int_equal(0, trainer_stop(r->trainer, NULL));
		if (epoch > 0)
			train(same, epoch, 0, 0);
		real *whole = theta_of(same, NULL);
		same_theta(same, "seen while training", whole, seen);
		free(seen);
		free(whole);
		training_free(r);
		training_free(same);
	}
}

/* A script that does a session again trains up to the epoch that its status told: a pin is at none
 * before that. */
static void a_pin_is_at_the_newest_epoch(void **state)
{
	struct training *r = training_new("i-autorec", "k=70 lambda=2 init=0.1");
	assert_int_equal(0, trainer_train(r->trainer, 1000000, 0, 0, NULL));
	for (int i = 0; i < 20; i++) {
		const int64_t newest =
			wait_for(r, "five epochs", reached, status_of(r).epoch + 5).epoch;
		const struct weights *w = trainer_pin(r->trainer);
		assert_true(w->epoch >= newest);
		trainer_unpin(r->trainer, w);
	}
	training_free(r);
}

/* How many sets of weights a reader sees who looks at every epoch. */
static int count_sets(bool in_place, const char *options, int64_t patience)
{
	struct training *r = training_new_where("i-autorec", options, in_place);
	const struct weights *seen[30];
	int n = 0;
	for (int i = 0; i < 30; i++) {
		const struct weights *w = trainer_pin(r->trainer);
		int j = 0;
		while (j < n && seen[j] != w)
			j++;
		if (j == n)
			seen[n++] = w;
		trainer_unpin(r->trainer, w);
		train(r, 1, patience, 0);
	}
	training_free(r);
	return n;
}

static void weights_take_no_more_sets_than_they_need(void **state)
{
	static const char overfits[] = "k=40 lambda=0.01 init=0.1 rate=0.01";
	assert_int_equal(2, count_sets(false, "k=20 lambda=2 init=0.1", 0));
	assert_int_equal(3, count_sets(false, overfits, 100)); /* the best one, too */
	assert_int_equal(1, count_sets(true, "k=20 lambda=2 init=0.1", 0));
	assert_int_equal(2, count_sets(true, overfits, 100));
}

static void divergence_of_overwritten_weights_is_back_at_the_start(void **state)
{
	struct training *r = training_new_where("i-autorec",
						"k=10 optimizer=sgd rate=0.5 hidden=relu init=0.5",
						true);
	struct trainer_status s = train(r, 500, 0, 0);
	assert_int_equal(STOP_DIVERGED, s.stopped);
	assert_non_null(strstr(s.error.message, "epoch 0 is back"));
	assert_int_equal(0, s.epoch);
	real *theta = theta_of(r, NULL);
	for (size_t i = 0; i < trainer_model(r->trainer)->n_theta; i++)
		assert_true(isfinite(theta[i]));
	free(theta);
	training_free(r);
}

enum { NO_NUMBER = 9 }; /* the epoch whose loss is none */

static int epoch_without_warning(struct model *m, const struct weights *from, struct weights *to,
				 struct epoch_result *out, struct err *e)
{
	const int status = model_ops_find("i-autorec")->epoch(m, from, to, out, e);
	if (from->epoch + 1 == NO_NUMBER)
		out->loss = NAN;
	return status;
}

static void divergence_without_warning_keeps_the_epoch_before(void **state)
{
	static const char options[] = "k=20 lambda=2 init=0.1 rate=0.01";
	struct model_ops ops = *model_ops_find("i-autorec");
	ops.epoch = epoch_without_warning;
	struct training *r = training_new_with("i-autorec", options, false, &ops),
			*same = training_new("i-autorec", options);
	train(r, 500, 0, 0);
	check_diverged(r, NO_NUMBER);
	train(same, NO_NUMBER - 1, 0, 0);
	real *there = theta_of(r, NULL), *here = theta_of(same, NULL);
	same_theta(r, "the epoch before", here, there);
	free(there);
	free(here);
	training_free(r);
	training_free(same);
}

/* ---- control ------------------------------------------------------------ */

/* Who waited for rest after a stop has the epoch that was under way, too: a moment, which waits for
 * it, is no later. */
static void a_stop_is_at_rest_behind_its_epoch(void **state)
{
	struct training *r = training_new("i-autorec", "k=70 lambda=2 init=0.1");
	struct training_moment m;
	struct err e = { 0 };
	for (int i = 0; i < 20; i++) {
		must(trainer_train(r->trainer, 1000000, 0, 0, &e), &e);
		wait_for(r, "an epoch", reached, status_of(r).epoch + 1);
		must(trainer_stop(r->trainer, &e), &e);
		const int64_t epoch = rest(r).epoch;
		must(trainer_hold(r->trainer, &m, &e), &e);
		assert_int_equal(epoch, m.epoch);
		trainer_release(r->trainer, &m);
	}
	training_free(r);
}

static void requests_that_make_no_sense(void **state)
{
	struct training *r = training_new("i-autorec", "k=5");
	struct err e = { 0 };
	static int (*const idle[])(struct trainer *,
				   struct err *) = { trainer_pause, trainer_resume, trainer_stop };
	for (int i = 0; i < 3; i++) {
		assert_int_equal(ERR_FAILED, idle[i](r->trainer, &e));
		assert_non_null(strstr(e.message, "start with train"));
	}
	assert_int_equal(0, trainer_train(r->trainer, 1000000, 0, 0, &e));
	assert_int_equal(ERR_FAILED, trainer_train(r->trainer, 5, 0, 0, &e));
	assert_non_null(strstr(e.message, "running"));
	assert_int_equal(ERR_FAILED, trainer_step(r->trainer, &e));
	assert_int_equal(ERR_FAILED, trainer_resume(r->trainer, &e));
	assert_int_equal(0, trainer_pause(r->trainer, &e));
	assert_int_equal(ERR_FAILED, trainer_train(r->trainer, 5, 0, 0, &e));
	assert_non_null(strstr(e.message, "paused"));
	assert_int_equal(0, trainer_stop(r->trainer, &e));
	assert_int_equal(STOP_USER, status_of(r).stopped);
	training_free(r); /* perhaps with an epoch under way */
}

/* Paused at random, stepped, resumed: the same epochs come out. */
static void pauses_do_not_change_a_bit(void **state)
{
	enum { EPOCHS = 200 };
	static const char *const options = "k=200 lambda=2 init=0.1";
	struct training *plain = training_new("i-autorec", options),
			*paused = training_new("i-autorec", options);
	struct epoch_record a[MAX_RECORDS], b[MAX_RECORDS];
	struct err e = { 0 };
	int pauses = 0;
	train(plain, EPOCHS, 0, 0);
	must(trainer_train(paused->trainer, EPOCHS, 0, 0, &e), &e);
	for (int64_t at = 10; at < EPOCHS; at += 30) {
		wait_for(paused, "an epoch", reached, at);
		if (trainer_pause(paused->trainer, &e) < 0)
			break; /* it was done before */
		pauses++;
		must(trainer_step(paused->trainer, &e), &e);
		struct trainer_status s = rest(paused);
		if (s.state == TRAINER_IDLE)
			break; /* that was the last one */
		assert_int_equal(TRAINER_PAUSED, s.state);
		must(trainer_resume(paused->trainer, &e), &e);
	}
	rest(paused);
	assert_true(pauses > 0);
	assert_int_equal(EPOCHS + 1, records(plain, a));
	assert_int_equal(EPOCHS + 1, records(paused, b));
	for (int i = 0; i <= EPOCHS; i++)
		same_record("paused", &a[i], &b[i]);
	training_free(plain);
	training_free(paused);
}

static void steps_while_paused_end_at_the_target(void **state)
{
	struct training *r = training_new("i-autorec", "k=200");
	struct err e = { 0 };
	struct trainer_status s;
	must(trainer_train(r->trainer, 400, 0, 0, &e), &e);
	must(trainer_pause(r->trainer, &e), &e);
	s = rest(r);
	for (int i = 0; i <= 400 && s.state == TRAINER_PAUSED; i++) {
		must(trainer_step(r->trainer, &e), &e);
		s = rest(r);
	}
	assert_int_equal(TRAINER_IDLE, s.state);
	assert_int_equal(STOP_EPOCHS, s.stopped);
	assert_int_equal(400, s.epoch);
	must(trainer_step(r->trainer, &e), &e); /* at rest a step is one epoch more */
	s = rest(r);
	assert_int_equal(401, s.epoch);
	assert_int_equal(TRAINER_IDLE, s.state);
	training_free(r);
}

static void reset_begins_anew(void **state)
{
	struct training *r = training_new("i-autorec", "k=20 lambda=2 init=0.1");
	struct epoch_record a[MAX_RECORDS], b[MAX_RECORDS];
	struct err e = { 0 };
	int64_t epoch;
	real *first = theta_of(r, NULL);
	train(r, 12, 0, 0);
	const uint64_t generation = status_of(r).generation;
	records(r, a);
	must(trainer_reset(r->trainer, &e), &e);
	struct trainer_status s = rest(r);
	assert_int_equal(0, s.epoch);
	assert_int_equal(1, s.n_records);
	assert_int_equal(STOP_NONE, s.stopped);
	assert_true(s.generation == generation + 1);
	real *again = theta_of(r, &epoch);
	assert_int_equal(0, epoch);
	same_theta(r, "reset", first, again);
	must(trainer_train(r->trainer, 1000000, 0, 0, &e), &e);
	must(trainer_reset(r->trainer, &e), &e); /* amid training */
	train(r, 12, 0, 0);
	assert_int_equal(13, records(r, b));
	for (int i = 0; i <= 12; i++)
		same_record("after a reset", &a[i], &b[i]);
	free(first);
	free(again);
	training_free(r);
}

/* The curve is that of the old lambda up to the mark, and another one from the mark on. */
static void check_mark(struct training *changed, const struct epoch_record *old, int64_t n_old)
{
	struct epoch_record rec[MAX_RECORDS];
	struct curve_mark mark;
	const int64_t n = records(changed, rec);
	assert_int_equal(1, status_of(changed).n_marks);
	assert_int_equal(1, trainer_marks(changed->trainer, 0, &mark, 1));
	assert_string_equal("lambda 300", mark.text);
	for (int64_t i = 0; i < n && i < n_old && i < mark.epoch; i++)
		same_record("before the mark", &rec[i], &old[i]);
	if (mark.epoch < n && mark.epoch < n_old && rec[mark.epoch].loss == old[mark.epoch].loss)
		fail_msg("epoch %ld is marked, but has the old loss %.9g", (long)mark.epoch,
			 rec[mark.epoch].loss);
}

static void a_new_lambda_holds_from_its_mark_on(void **state)
{
	enum { EPOCHS = 150 };
	static const char *const options = "k=20 lambda=2 init=0.1";
	const struct config_option *lambda = option_find("lambda");
	struct training *plain = training_new("i-autorec", options);
	struct epoch_record old[MAX_RECORDS];
	struct curve_mark mark;
	struct err e = { 0 };
	train(plain, EPOCHS, 0, 0);
	const int64_t n = records(plain, old);

	struct training *r = training_new("i-autorec", options); /* at rest */
	train(r, 5, 0, 0);
	must(trainer_set(r->trainer, lambda, "300", &e), &e);
	assert_int_equal(1, trainer_marks(r->trainer, 0, &mark, 1));
	assert_int_equal(6, mark.epoch);
	train(r, 5, 0, 0);
	check_mark(r, old, n);
	training_free(r);

	for (int64_t at = 0; at < 40; at += 2) { /* amid training, wherever the worker is */
		r = training_new("i-autorec", options);
		must(trainer_train(r->trainer, EPOCHS, 0, 0, &e), &e);
		wait_for(r, "an epoch", reached, at);
		must(trainer_set(r->trainer, lambda, "300", &e), &e);
		assert_true(trainer_config(r->trainer).lambda == 300);
		rest(r);
		check_mark(r, old, n);
		training_free(r);
	}
	assert_int_equal(ERR_USAGE, trainer_set(plain->trainer, lambda, "-1", &e));
	assert_int_equal(0, status_of(plain).n_marks); /* a failure changes nothing */
	assert_true(trainer_config(plain->trainer).lambda == 2);
	training_free(plain);
}

/* ---- phases ------------------------------------------------------------- */

enum { PRETRAIN = 6, LAYERS = 3, LAST_PHASE = (LAYERS - 1) * (PRETRAIN + 1) };
static const char *const phased = "layers=70,20,100 pretrain=6 lambda=1 init=0.1 rate=0.01";

static void phases_are_marked(void **state)
{
	static const int width[LAYERS] = { 70, 20, 100 };
	struct training *r = training_new("deep-autorec", phased);
	struct epoch_record rec[MAX_RECORDS];
	struct curve_mark marks[LAYERS + 1];
	for (int64_t epoch = 0; epoch < LAST_PHASE + 5; epoch++) {
		const struct weights *w = trainer_pin(r->trainer);
		const int phase = epoch / (PRETRAIN + 1) < LAYERS ? (int)(epoch / (PRETRAIN + 1))
								  : LAYERS - 1;
		assert_int_equal(epoch, w->epoch);
		assert_int_equal(width[phase],
				 w->hidden.k); /* the last layer so far is what views show */
		trainer_unpin(r->trainer, w);
		train(r, 1, 0, 0);
	}
	const int64_t n = records(r, rec);
	assert_int_equal(LAYERS, trainer_marks(r->trainer, 0, marks, LAYERS + 1));
	for (int i = 0; i < LAYERS; i++) {
		assert_int_equal(i * (PRETRAIN + 1), marks[i].epoch);
		assert_non_null(strstr(marks[i].text, i == 0   ? "layer 1"
						      : i == 1 ? "layer 2"
							       : "all layers"));
	}
	assert_int_equal(
		0,
		trainer_reset(r->trainer,
			      NULL)); /* from all layers to the first alone, in the same memory */
	train(r, n - 1, 0, 0);
	struct epoch_record again[MAX_RECORDS];
	assert_int_equal(n, records(r, again));
	for (int64_t i = 0; i < n; i++)
		same_record("after a reset", &again[i], &rec[i]);
	for (int i = 0; i < LAYERS; i++) { /* each layer has everything to learn, and learns */
		const int64_t first = i * (PRETRAIN + 1),
			      last = i < LAYERS - 1 ? first + PRETRAIN : n - 1;
		assert_true(rec[last].train_rmse < rec[first].train_rmse);
		assert_true(i == 0 || rec[first].train_rmse > rec[first - 1].train_rmse);
	}
	training_free(r);

	r = training_new("deep-autorec", "layers=20,10"); /* one phase: nothing to mark */
	train(r, 3, 0, 0);
	assert_int_equal(0, trainer_marks(r->trainer, 0, marks, LAYERS + 1));
	training_free(r);
}

static void the_best_epoch_is_of_the_last_phase(void **state)
{
	enum { PATIENCE = 3 };
	struct training *r = training_new("deep-autorec", phased);
	struct epoch_record rec[MAX_RECORDS];
	struct trainer_status s = train(r, LAST_PHASE - 1, PATIENCE,
					100); /* every epoch is under 100 */
	assert_int_equal(STOP_EPOCHS, s.stopped);
	assert_int_equal(-1, s.best_epoch);
	s = train(r, 500, PATIENCE, 0);
	const int64_t n = records(r, rec);
	int64_t best = LAST_PHASE;
	for (int64_t i = best; i < n; i++)
		if (rec[i].valid_rmse < rec[best].valid_rmse)
			best = i;
	assert_int_equal(STOP_PATIENCE, s.stopped);
	assert_int_equal(best, s.best_epoch);
	assert_int_equal(best + PATIENCE, s.epoch);
	training_free(r);
}

/* llorma's global model is there for the local ones: neither patience nor a target ends it, and no
 * epoch of it is the best. */
static void llorma_goes_on_to_its_local_models(void **state)
{
	enum { FIRST_LOCAL = 7 };
	struct training *r = training_new("llorma", "k=3 anchors=4 lambda=0.35 init=0.1");
	struct curve_mark marks[3];
	struct trainer_status s = train(r, FIRST_LOCAL - 1, 1, 100); /* every epoch is under 100 */
	assert_int_equal(STOP_EPOCHS, s.stopped);
	assert_int_equal(-1, s.best_epoch);
	assert_true(isnan(s.best_valid));
	s = train(r, 100, 1, 0);
	assert_int_equal(STOP_PATIENCE, s.stopped);
	assert_true(s.best_epoch >= FIRST_LOCAL);
	assert_true(isfinite(s.best_valid));
	assert_int_equal(2, trainer_marks(r->trainer, 0, marks, 3));
	assert_string_equal("local models", marks[1].text);
	assert_int_equal(FIRST_LOCAL, marks[1].epoch);
	trainer_reset(r->trainer, NULL);
	s = train(r, 1, 1, 0);
	assert_int_equal(-1, s.best_epoch);
	assert_true(isnan(s.best_valid));
	training_free(r);
}

/* From the end of a phase, where an optimiser is forgotten, the weights and their epoch are all
 * that counts. */
static void a_phase_begins_from_weights_alone(void **state)
{
	struct ratings *train = sample_ratings(50, 40, 0.3, 4);
	struct model *one = sample_model("deep-autorec", phased, train),
		     *other = sample_model("deep-autorec", phased, train);
	struct weights *from = sample_weights(one, PRETRAIN), *copy, *to;
	struct epoch_result a, b;
	struct err e = { 0 };
	must(weights_new(other, &copy, &e), &e);
	must(weights_new(other, &to, &e), &e);
	memcpy(copy->theta, from->theta, one->n_theta * sizeof *copy->theta);
	copy->epoch = from->epoch;
	other->ops->forward(other, copy, &b);
	for (int i = 0; i < 4; i++) {
		must(one->ops->epoch(one, from, to, &a, &e), &e);
		memcpy(from->theta, to->theta, one->n_theta * sizeof *to->theta);
		from->epoch++;
		one->ops->forward(one, from, &a);
		must(other->ops->epoch(other, copy, copy, &b, &e), &e);
		copy->epoch++;
		assert_true(a.loss == b.loss);
	}
	assert_memory_equal(from->theta, copy->theta, one->n_theta * sizeof *copy->theta);
	weights_free(from);
	weights_free(copy);
	weights_free(to);
	model_free(one);
	model_free(other);
	ratings_free(train);
}

/* ---- readers ------------------------------------------------------------ */

static void pinned_weights_stay(void **state)
{
	struct training *r = training_new("i-autorec", "k=20 lambda=2 init=0.1");
	train(r, 3, 0, 0);
	const size_t n = trainer_model(r->trainer)->n_theta;
	const struct weights *w = trainer_pin(r->trainer);
	real *before = mem_array(n, sizeof *before, NULL);
	memcpy(before, w->theta, n * sizeof *before);
	train(r, 50, 0, 0);
	assert_int_equal(3, w->epoch);
	same_theta(r, "pinned", before, w->theta);
	assert_int_equal(0, trainer_reset(r->trainer, NULL));
	rest(r);
	same_theta(r, "pinned over a reset", before, w->theta);
	trainer_unpin(r->trainer, w);
	free(before);
	training_free(r);
}

static void too_many_pins_are_an_error(void **state)
{
	enum { MANY = 40 };
	struct training *r = training_new("i-autorec", "k=5");
	const struct weights *pinned[MANY];
	struct trainer_status s = { 0 };
	struct err e = { 0 };
	int n = 0;
	while (n < MANY && s.stopped != STOP_FAILED) {
		pinned[n++] = trainer_pin(r->trainer);
		must(trainer_step(r->trainer, &e), &e);
		s = rest(r);
	}
	assert_int_equal(STOP_FAILED, s.stopped);
	assert_non_null(strstr(s.error.message, "held by readers"));
	while (n > 0)
		trainer_unpin(r->trainer, pinned[--n]);
	const int64_t kept = s.epoch;
	s = train(r, 2, 0, 0); /* and goes on when they let go */
	assert_int_equal(STOP_EPOCHS, s.stopped);
	assert_int_equal(kept + 2, s.epoch);
	training_free(r);
}

static void without_validation_there_is_no_best(void **state)
{
	struct ratings *ratings = sample_ratings(20, 10, 0.5, 1),
		       *none = sample_ratings(20, 10, 0, 1);
	struct epoch_record rec[MAX_RECORDS];
	struct err e = { 0 };
	struct training r = { 0 };
	assert_int_equal(0, sem_init(&r.woken, 0, 0));
	must(trainer_new(sample_model("u-autorec", "k=5", ratings),
			 &(struct trainer_sets){ none, NULL }, wake, &r.woken, &r.trainer, &e),
	     &e);
	prepared(&r);
	struct trainer_status s = train(&r, 9, 3, 0);
	assert_int_equal(STOP_EPOCHS, s.stopped); /* nothing to be patient about */
	assert_int_equal(-1, s.best_epoch);
	assert_int_equal(10, records(&r, rec));
	assert_true(isnan(rec[9].valid_rmse) && isnan(rec[9].test_rmse));
	trainer_free(r.trainer);
	sem_destroy(&r.woken);
	ratings_free(ratings);
	ratings_free(none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_do_not_change_a_bit),
		cmocka_unit_test(epochs_are_recorded),
		cmocka_unit_test(patience_keeps_the_best_epoch),
		cmocka_unit_test(patience_counts_from_its_own_start),
		cmocka_unit_test(patience_waits_until_something_moves),
		cmocka_unit_test(until_stops_at_the_first_epoch_that_reaches_it),
		cmocka_unit_test(divergence_keeps_the_last_good_epoch),
		cmocka_unit_test(overwriting_weights_does_not_change_a_bit),
		cmocka_unit_test(a_look_is_at_a_whole_epoch),
		cmocka_unit_test(a_pin_is_at_the_newest_epoch),
		cmocka_unit_test(weights_take_no_more_sets_than_they_need),
		cmocka_unit_test(divergence_of_overwritten_weights_is_back_at_the_start),
		cmocka_unit_test(divergence_without_warning_keeps_the_epoch_before),
		cmocka_unit_test(a_stop_is_at_rest_behind_its_epoch),
		cmocka_unit_test(requests_that_make_no_sense),
		cmocka_unit_test(pauses_do_not_change_a_bit),
		cmocka_unit_test(steps_while_paused_end_at_the_target),
		cmocka_unit_test(reset_begins_anew),
		cmocka_unit_test(a_new_lambda_holds_from_its_mark_on),
		cmocka_unit_test(phases_are_marked),
		cmocka_unit_test(the_best_epoch_is_of_the_last_phase),
		cmocka_unit_test(llorma_goes_on_to_its_local_models),
		cmocka_unit_test(a_phase_begins_from_weights_alone),
		cmocka_unit_test(pinned_weights_stay),
		cmocka_unit_test(too_many_pins_are_an_error),
		cmocka_unit_test(without_validation_there_is_no_best),
	};
	return cmocka_run_group_tests_name("trainer", tests, NULL, NULL);
}
