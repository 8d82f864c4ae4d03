/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The logbook of a training, and the rules that choose the best epoch and end it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "autorec/stopping.h"
#include "check.h"
#include "sample.h"

/* A training whose validation RMSE is as given; 0 ends the list, and -1 is no number. */
struct course {
	const char *what;
	int64_t last_phase, from, epochs, patience;
	double until, valid[12];
	enum trainer_stop stopped; /* at the last of the list, and at none before */
	int64_t best;
};

static const struct course courses[] = {
	{ "all epochs", 0, 0, 3, 0, 0, { 4, 3, 2, 1 }, STOP_EPOCHS, 3 },
	{ "still falling", 0, 0, 9, 2, 0, { 4, 3, 2, 1 }, STOP_NONE, 3 },
	{ "patience", 0, 0, 9, 2, 0, { 4, 1, 2, 2 }, STOP_PATIENCE, 1 },
	{ "the best so far, the first of equals",
	  0,
	  0,
	  9,
	  3,
	  0,
	  { 4, 1, 2, 1, 1 },
	  STOP_PATIENCE,
	  1 },
	{ "patience of a later training", 0, 3, 9, 2, 0, { 4, 1, 2, 2, 2, 2 }, STOP_PATIENCE, 1 },
	{ "nothing has moved", 0, 0, 9, 2, 0, { 4, 4, 4, 4, 4, 3, 3, 3 }, STOP_PATIENCE, 5 },
	{ "until", 0, 0, 9, 0, 2, { 4, 3, 2 }, STOP_UNTIL, 2 },
	{ "until by the training RMSE", 0, 0, 9, 0, 0.1, { -1, -1 }, STOP_UNTIL, -1 },
	{ "no validation", 0, 0, 3, 2, 0, { -1, -1, -1, -1 }, STOP_EPOCHS, -1 },
	{ "before the last phase", 3, 0, 2, 1, 9, { 4, 4, 4 }, STOP_EPOCHS, -1 },
	{ "in the last phase", 3, 0, 9, 1, 0, { 4, 1, 2, 5, 6 }, STOP_PATIENCE, 3 },
};

static void each_training_ends_where_it_should(void **state)
{
	for (size_t i = 0; i < sizeof courses / sizeof courses[0]; i++) {
		const struct course *c = &courses[i];
		struct stopping s = { .last_phase = c->last_phase };
		struct logbook log = { 0 };
		struct err e = { 0 };
		stopping_forget_best(&s);
		stopping_begin(&s, c->from, c->epochs, c->patience, c->until);
		for (int64_t n = 0; c->valid[n] != 0; n++) {
			const struct epoch_record r = { .epoch = n,
							.train_rmse = 1.0 / (double)(1 + 99 * n),
							.valid_rmse = c->valid[n] > 0 ? c->valid[n]
										      : NAN };
			must(logbook_add(&log, &r, &e), &e);
			stopping_note(&s, &log);
			const enum trainer_stop why = stopping_reason(&s, &log),
						expected = c->valid[n + 1] != 0 ? STOP_NONE
										: c->stopped;
			if (n > c->from && why != expected)
				fail_msg("%s: epoch %ld stops by \"%s\", not \"%s\"", c->what,
					 (long)n, trainer_stop_name(why),
					 trainer_stop_name(expected));
		}
		if (s.best_epoch != c->best)
			fail_msg("%s: the best epoch is %ld, not %ld", c->what, (long)s.best_epoch,
				 (long)c->best);
		assert_true(c->best < 0 ? isnan(s.best_valid) : s.best_valid == c->valid[c->best]);
		logbook_done(&log);
	}
}

static void the_last_phase_is_the_models(void **state)
{
	struct ratings *train = sample_ratings(20, 10, 0.5, 1);
	struct model *one = sample_model("i-autorec", "k=5", train),
		     *three = sample_model("deep-autorec", "layers=5,4,3 pretrain=6", train);
	struct stopping s;
	stopping_init(&s, one);
	assert_int_equal(0, s.last_phase);
	stopping_init(&s, three);
	assert_int_equal(14, s.last_phase);
	assert_int_equal(-1, s.best_epoch);
	model_free(one);
	model_free(three);
	ratings_free(train);
}

static void a_logbook_adds_up_its_seconds(void **state)
{
	struct logbook log = { 0 }, copy;
	struct err e = { 0 };
	assert_true(logbook_pace(&log) == 0 && logbook_epoch(&log) == 0);
	for (int i = 0; i < 20; i++)
		must(logbook_add(&log, &(struct epoch_record){ .epoch = i, .seconds = i }, &e), &e);
	assert_int_equal(19, logbook_epoch(&log));
	assert_true(log.records[0].elapsed == 0 && log.records[19].elapsed == 190);
	assert_true(logbook_pace(&log) == 17); /* of the last five */
	must(logbook_mark(&log, 3, &e, "%s %d", "lambda", 7), &e);
	must(logbook_copy(&log, &copy, &e), &e);
	logbook_done(&log);
	assert_int_equal(20, copy.n_records);
	assert_int_equal(1, copy.n_marks);
	assert_int_equal(3, copy.marks[0].epoch);
	assert_string_equal("lambda 7", copy.marks[0].text);
	must(logbook_mark(&copy, 4, &e, "later"), &e); /* a copy can grow, too */
	logbook_done(&copy);
	must(logbook_copy(&log, &copy, &e), &e);
	assert_true(copy.records && copy.marks); /* of an empty one */
	logbook_done(&copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_training_ends_where_it_should),
		cmocka_unit_test(the_last_phase_is_the_models),
		cmocka_unit_test(a_logbook_adds_up_its_seconds),
	};
	return cmocka_run_group_tests_name("stopping", tests, NULL, NULL);
}
