/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Retraining with edits and with added ratings, against epochs that are run by hand, and on
 * MovieLens 100K against a model trained from nothing. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"
#include "autorec/moment.h"
#include "check.h"
#include "scratch.h"
#include "stage.h"

static struct stage *trained(const char *model)
{
	struct stage *st = stage_new();
	char line[160];
	run(st, "load %/ratings.csv");
	run(st, "split holdout=0.1 valid=0.1 seed=2");
	snprintf(line, sizeof line, "model %s", model);
	run(st, line);
	run(st, "train 40");
	return st;
}

static double predicted(struct stage *st, const char *user, const char *item)
{
	char line[160];
	snprintf(line, sizeof line, "predict %s %s", user, item);
	run(st, line);
	return number(st, "predicted");
}

static const struct model *model_of(const struct stage *st)
{
	return trainer_model(session_trainer(&st->session));
}

/* Epochs by hand, on the edited ratings, from a copy of the moment. */
static struct weights *by_hand(struct stage *st, const struct ratings *train, int epochs,
			       struct model **m)
{
	struct trainer *t = session_trainer(&st->session);
	struct training_moment held, moment;
	struct epoch_result result;
	struct weights *next;
	struct err e = { 0 };
	must(model_new(model_of(st)->ops, &model_of(st)->config, train, m, &e), &e);
	must(trainer_hold(t, &held, &e), &e);
	must(training_moment_copy(&held, model_of(st), *m, &moment, &e), &e);
	trainer_release(t, &held);
	(*m)->ops->forward(*m, moment.current, &result);
	for (int i = 0; i < epochs; i++) {
		must(weights_new(*m, &next, &e), &e);
		must((*m)->ops->epoch(*m, moment.current, next, &result, &e), &e);
		next->epoch = moment.current->epoch + 1;
		weights_free(moment.current);
		moment.current = next;
	}
	next = moment.current;
	logbook_done(&moment.log);
	return next;
}

/* Retraining is training on with the edited ratings; forget brings back the same bits. */
static void edits_are_learned(void **state)
{
	static const char *const models[] = { "i-autorec k=6 lambda=3 clip=off",
					      "u-autorec k=6 lambda=3 clip=off",
					      "biased-mf k=4 clip=off" };
	for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
		struct stage *st = trained(models[i]);
		struct ratings *edited;
		struct model *m;
		struct err e = { 0 };
		run(st, "rate u1 i3 1");
		run(st, "rate u2 i3 5");
		const double before = predicted(st, "u1", "i9");
		must(overlay_materialise(&st->session.doc.overlay, &edited, &e), &e);
		struct weights *w = by_hand(st, edited, 6, &m);
		const size_t n = (size_t)edited->by_item.n_rows;
		real *expected = mem_array(n, sizeof *expected, &e);
		assert_non_null(expected);
		int32_t user;
		must(dataset_find_user(st->session.doc.data, "u1", &user, &e), &e);
		must(model_predict_user(m, w, NULL, user, expected, &e), &e);
		run(st, "retrain 6");
		assert_int_equal(46, (int)number(st, "epochs"));
		for (int32_t item = 0; item < (int32_t)n; item++) {
			const double ours = predicted(st, "u1",
						      ids_name(st->session.doc.data->items, item));
			if (fabs(ours - (double)expected[item]) > 1e-6)
				fail_msg("%s, item %d: %.9g, expected %.9g", models[i], (int)item,
					 ours, (double)expected[item]);
		}
		run(st, "forget");
		assert_true(predicted(st, "u1", "i9") == before);
		assert_int_equal(2, (int)st->session.doc.overlay.applied);
		assert_int_equal(ERR_FAILED, try(st, "forget", &e));
		free(expected);
		weights_free(w);
		model_free(m);
		ratings_free(edited);
		stage_free(st);
	}
}

/* The three answers are those that the model gives before, with the edits, and afterwards. */
static void answers_are_compared(void **state)
{
	struct stage *st = trained("u-autorec k=6 lambda=3 clip=off");
	const json_t *row;
	size_t n;
	char id[10][8];
	double before[10], instant[10];
	run(st, "rate u1 i3 1");
	run(st, "retrain 6");
	json_t *rows = json_incref(json_object_get(st->last, "moved"));
	assert_int_equal(10, (int)json_array_size(rows));
	json_array_foreach (rows, n, row) {
		snprintf(id[n], sizeof id[n], "%s", json_string_value(json_object_get(row, "id")));
		assert_true(fabs(predicted(st, "u1", id[n]) -
				 json_number_value(json_object_get(row, "retrained"))) < 1e-5);
	}
	run(st, "forget");
	for (n = 0; n < 10; n++)
		instant[n] = predicted(st, "u1", id[n]);
	run(st, "undo");
	for (n = 0; n < 10; n++)
		before[n] = predicted(st, "u1", id[n]);
	double last = HUGE_VAL;
	json_array_foreach (rows, n, row) {
		const double delta = json_number_value(json_object_get(row, "delta"));
		assert_true(fabs(before[n] - json_number_value(json_object_get(row, "before"))) <
			    1e-5);
		assert_true(fabs(instant[n] - json_number_value(json_object_get(row, "instant"))) <
			    1e-5);
		assert_true(fabs(json_number_value(json_object_get(row, "retrained")) -
				 json_number_value(json_object_get(row, "instant")) - delta) <
			    1e-5);
		assert_true(fabs(delta) <= last);
		last = fabs(delta);
	}
	json_decref(rows);
	stage_free(st);
}

/* A newcomer starts from the row that was fitted, and is a user like others from then on. */
static void newcomers_are_learned(void **state)
{
	struct stage *st = trained("i-autorec k=6 lambda=3 clip=off");
	struct err e = { 0 };
	run(st, "newuser ada");
	run(st, "rate ada i3 5");
	run(st, "rate ada i7 1");
	const double folded = predicted(st, "ada", "i9");
	must(session_adopt_edits(&st->session, &e), &e);
	assert_true(fabs(predicted(st, "ada", "i9") - folded) < 1e-4);
	run(st, "retrain 10");
	run(st, "save %/retrained.safetensors");
	const double learned = predicted(st, "ada", "i9");
	run(st, "open %/retrained.safetensors");
	assert_true(predicted(st, "ada", "i9") == learned);
	run(st, "user ada");
	assert_int_equal(2, (int)number(st, "n"));
	stage_free(st);
}

/* A held-out pair that is edited is not scored any more. */
static void no_rating_leaks(void **state)
{
	struct stage *st = trained("i-autorec k=6 lambda=3");
	const struct sparse *x = &st->session.doc.split->test->by_user;
	const struct dataset *d = st->session.doc.data;
	char line[160];
	const int64_t tested = x->nnz;
	int32_t u = 0;
	while (sparse_row_size(x, u) == 0)
		u++;
	snprintf(line, sizeof line, "rate %s %s 3", ids_name(d->users, u),
		 ids_name(d->items, x->col[x->start[u]]));
	run(st, line);
	run(st, "retrain 2");
	assert_int_equal((int)tested - 1, (int)ratings_count(st->session.doc.split->test));
	run(st, "forget");
	assert_int_equal((int)tested, (int)ratings_count(st->session.doc.split->test));
	stage_free(st);
}

static void ratings_are_added(void **state)
{
	static const char more[] = "user,item,rating\nu1,i3,2\nu1,new,5\nada,i3,4\nada,new,1\n",
			  outside[] = "user,item,rating\nu1,i3,2\nu1,i4,9\n";
	struct stage *st = trained("i-autorec k=6 lambda=3 clip=off");
	struct err e;
	scratch_write("more.csv", more, sizeof more - 1);
	scratch_write("outside.csv", outside, sizeof outside - 1);
	const int64_t trained_on = ratings_count(st->session.doc.split->train);
	const double before = predicted(st, "u9", "i9");
	run(st, "add %/more.csv columns=user,item,rating");
	assert_int_equal(1, (int)number(st, "new_users"));
	assert_int_equal(1, (int)number(st, "new_items"));
	assert_int_equal(trained_on + (int64_t)number(st, "added"),
			 ratings_count(st->session.doc.split->train));
	assert_int_equal(4, (int)(number(st, "added") + number(st, "replaced") +
				  number(st, "held_out")));
	run(st, "predict ada i3");
	assert_int_equal(4, (int)number(st, "observed"));
	run(st, "retrain 5");
	run(st, "undo");
	assert_true(predicted(st, "u9", "i9") == before);
	assert_int_equal(ERR_DATA, try(st, "add %/outside.csv", &e));
	assert_non_null(strstr(e.message, "1..5"));
	run(st, "rate u1 i3 2");
	assert_int_equal(ERR_FAILED, try(st, "add %/more.csv", &e));
	run(st, "model llorma anchors=3");
	assert_int_equal(ERR_FAILED, try(st, "add %/more.csv", &e));
	stage_free(st);
}

/* ---- MovieLens 100K ----------------------------------------------------- */

/* Deals the lines: whatever is of some users or items, or among one in twenty, comes later. */
static bool deal_lines(const char *path)
{
	FILE *in = fopen(path, "r");
	struct text first = { 0 }, later = { 0 };
	char line[256];
	int64_t n = 0;
	if (!in)
		return false;
	while (fgets(line, sizeof line, in)) {
		int user, item;
		assert_int_equal(2, sscanf(line, "%d\t%d", &user, &item));
		text_addf(user % 16 == 5 || item % 25 == 7 || n++ % 20 == 3 ? &later : &first, "%s",
			  line);
	}
	fclose(in);
	scratch_write("first.tsv", first.bytes, first.length);
	scratch_write("later.tsv", later.bytes, later.length);
	text_done(&first);
	text_done(&later);
	return true;
}

static double test_rmse(struct stage *st)
{
	run(st, "evaluate ranking=off");
	return number(st, "rmse");
}

static void a_model_is_brought_up_to_date(void **state)
{
	const char *folder = getenv("AUTOREC_DATA");
	char path[4096];
	snprintf(path, sizeof path, "%s/ml-100k/u.data", folder ? folder : "");
	if (!deal_lines(path))
		skip();
	struct stage *st = stage_new();
	run(st, "load %/first.tsv");
	run(st, "split seed=1");
	run(st, "model i-autorec k=200 lambda=60");
	run(st, "train 80");
	const double old = test_rmse(st);
	run(st, "add %/later.tsv");
	run(st, "retrain");
	const double updated = test_rmse(st);
	run(st, "model i-autorec k=200 lambda=60"); /* on the same ratings */
	run(st, "train 80");
	const double anew = test_rmse(st);
	print_message("RMSE %.4f before, %.4f after add and retrain, %.4f trained from nothing\n",
		      old, updated, anew);
	assert_true(updated < anew * 1.005);
	stage_free(st);
}

/* A run that learned a newcomer is gone once the newcomer has no id, however that comes about. */
static void a_run_goes_with_its_newcomer(void **state)
{
	const char *const ways[] = { "remove ada", "revert" };
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		struct stage *st = trained("u-autorec k=6 lambda=3");
		run(st, "newuser ada");
		run(st, "rate ada i3 5");
		run(st, "retrain 2");
		run(st, "undo");
		assert_non_null(st->session.doc.aside);
		run(st, ways[i]);
		assert_null(st->session.doc.aside);
		stage_free(st);
	}
	struct stage *st = trained("u-autorec k=6 lambda=3");
	run(st, "newuser ada");
	run(st, "rate ada i3 5");
	run(st, "retrain 2");
	run(st, "undo");
	run(st, "newuser bob");
	assert_non_null(st->session.doc.aside); /* ada keeps her id */
	stage_free(st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edits_are_learned),
		cmocka_unit_test(answers_are_compared),
		cmocka_unit_test(newcomers_are_learned),
		cmocka_unit_test(a_run_goes_with_its_newcomer),
		cmocka_unit_test(no_rating_leaks),
		cmocka_unit_test(ratings_are_added),
		cmocka_unit_test(a_model_is_brought_up_to_date),
	};
	return cmocka_run_group_tests(tests, write_sample, scratch_remove);
}
