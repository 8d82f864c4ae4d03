/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A user's and an item's reconstructed vectors: what each row says it is, how it is scored, ranked
 * and listed. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/load.h"
#include "autorec/evaluate.h"
#include "autorec/reconstruction.h"
#include "autorec/text.h"
#include "check.h"
#include "sample.h"
#include "scratch.h"

enum { USERS = 24, ITEMS = 15 };

/* Everybody rates about half of the items; user u23 and item i14 have one rating each, between
 * them. */
static void write_files(void)
{
	struct text ratings = { 0 }, titles = { 0 };
	struct ratings *r = sample_ratings(USERS - 1, ITEMS - 1, 0.5, 4);
	text_addf(&ratings, "userId,movieId,rating\n");
	for (int32_t u = 0; u < USERS - 1; u++)
		for (int64_t t = r->by_user.start[u]; t < r->by_user.start[u + 1]; t++)
			text_addf(&ratings, "u%d,i%d,%g\n", (int)u, (int)r->by_user.col[t],
				  (double)r->by_user.val[t]);
	text_addf(&ratings, "u23,i14,4\n");
	text_addf(&titles, "movieId,title,genres\n");
	for (int i = 0; i < ITEMS; i++)
		text_addf(&titles, "i%d,%c title,none\n", i, 'A' + (i * 7) % ITEMS);
	scratch_write("ratings.csv", ratings.bytes, ratings.length);
	scratch_write("movies.csv", titles.bytes, titles.length);
	text_done(&ratings);
	text_done(&titles);
	ratings_free(r);
}

struct scene {
	struct dataset *data;
	struct split *split;
	struct model *model;
	struct weights *w;
	struct overlay overlay;
};

static struct scene scene_new(const char *model)
{
	struct scene s;
	struct err e = { 0 };
	write_files();
	must(dataset_load(scratch, &(struct load_options){ 0 }, &s.data, &e), &e);
	must(split_random(s.data, 0.2, 0.1, 1, &s.split, &e), &e);
	s.model = sample_model(model, "k=6 lambda=1 init=0.1 rate=0.01 scale=1,5", s.split->train);
	s.w = sample_weights(s.model, 30);
	overlay_init(&s.overlay, s.split->train);
	return s;
}

static void scene_done(struct scene *s)
{
	overlay_done(&s->overlay);
	weights_free(s->w);
	model_free(s->model);
	split_free(s->split);
	dataset_free(s->data);
}

static struct reconstruction *reconstruct_one(struct scene *s, bool of_item, int32_t who)
{
	struct reconstruction *r;
	struct err e = { 0 };
	must(reconstruct(s->model, s->w, &s->overlay, s->split, of_item, who, &r, &e), &e);
	return r;
}

static bool observed_in(const struct ratings *set, int32_t user, int32_t item, float *value)
{
	int64_t place = sparse_find(&set->by_user, user, item);
	if (place >= 0)
		*value = (float)set->by_user.val[place];
	return place >= 0;
}

static void check_rows(struct scene *s, const struct reconstruction *r)
{
	real predicted[USERS > ITEMS ? USERS : ITEMS];
	double squares[2] = { 0 };
	int n[2] = { 0 };
	assert_int_equal(0, (r->of_item ? model_predict_item : model_predict_user)(
				    s->model, s->w, &s->overlay, r->who, predicted, NULL));
	for (int32_t i = 0; i < r->n; i++) {
		const struct reconstructed *row = &r->rows[i];
		const int32_t user = r->of_item ? i : r->who, item = r->of_item ? r->who : i;
		float value = 0;
		const enum row_kind kind = overlay_get(&s->overlay, user, item, &value) ? ROW_INPUT
					   : observed_in(s->split->valid, user, item, &value)
						   ? ROW_HELD_OUT
					   : observed_in(s->split->test, user, item, &value)
						   ? ROW_HELD_OUT
						   : ROW_UNSEEN;
		const double scored = evaluate_prediction(s->model, user, item,
							  (double)predicted[i]);
		if (row->kind != kind || row->index != i)
			fail_msg("row %d is %s, expected %s", (int)i, row_kind_name(row->kind),
				 row_kind_name(kind));
		if (row->raw != (float)predicted[i] || row->predicted != (float)scored)
			fail_msg("row %d predicts %g (raw %g), expected %g (%g)", (int)i,
				 (double)row->predicted, (double)row->raw, scored,
				 (double)predicted[i]);
		if (kind == ROW_UNSEEN) {
			assert_true(isnan(row->observed));
			continue;
		}
		assert_true(row->observed == value);
		assert_int_equal(0, row->rank);
		squares[kind] += ((double)row->predicted - (double)value) *
				 ((double)row->predicted - (double)value);
		n[kind]++;
	}
	assert_int_equal(n[ROW_INPUT], r->n_input);
	assert_int_equal(n[ROW_HELD_OUT], r->n_held_out);
	if (n[ROW_INPUT])
		assert_true(fabs(r->rmse_input - sqrt(squares[ROW_INPUT] / n[ROW_INPUT])) < 1e-12);
	else
		assert_true(isnan(r->rmse_input));
	if (n[ROW_INPUT] + n[ROW_HELD_OUT])
		assert_true(fabs(r->rmse - sqrt((squares[0] + squares[1]) / (n[0] + n[1]))) <
			    1e-12);
}

/* Ranks 1, 2, ... go down the predictions of what is unseen and not cold. */
static void check_ranks(struct scene *s, const struct reconstruction *r)
{
	for (int32_t i = 0; i < r->n; i++) {
		const struct reconstructed *row = &r->rows[i];
		const bool cold = evaluate_cold(s->model, r->of_item ? i : r->who,
						r->of_item ? r->who : i);
		int better = 0;
		for (int32_t j = 0; j < r->n; j++)
			better += r->rows[j].rank > 0 && (r->rows[j].raw > row->raw ||
							  (r->rows[j].raw == row->raw && j < i));
		const int expected = row->kind == ROW_UNSEEN && !cold ? better + 1 : 0;
		if (row->rank != expected)
			fail_msg("row %d has rank %d, expected %d", (int)i, (int)row->rank,
				 expected);
	}
}

static void check_everybody(struct scene *s)
{
	for (int32_t who = 0; who < USERS + ITEMS; who++) {
		struct reconstruction *r = reconstruct_one(s, who >= USERS,
							   who >= USERS ? who - USERS : who);
		check_rows(s, r);
		check_ranks(s, r);
		reconstruction_free(r);
	}
}

/* Over a training and a test rating, and one taken away. */
static void edit(struct scene *s)
{
	const struct sparse *train = &s->split->train->by_user, *test = &s->split->test->by_user;
	int32_t tester = 0;
	while (sparse_row_size(test, tester) == 0)
		tester++;
	assert_int_equal(0, overlay_rate(&s->overlay, 0, train->col[0], 5, NULL, NULL));
	assert_int_equal(0, overlay_unrate(&s->overlay, 0, train->col[1], NULL, NULL));
	assert_int_equal(0, overlay_rate(&s->overlay, tester, test->col[test->start[tester]], 1,
					 NULL, NULL));
}

static void every_user_and_item(void **state)
{
	static const char *const models[] = { "i-autorec", "u-autorec", "baseline", "biased-mf",
					      "item-knn" };
	for (size_t m = 0; m < sizeof models / sizeof models[0]; m++) {
		struct scene s = scene_new(models[m]);
		check_everybody(&s);
		edit(&s);
		check_everybody(&s);
		scene_done(&s);
	}
}

/* The order that a listing promises: what it compares, and that what has no value comes last. */
static double key(const struct reconstructed *row, int sort)
{
	const bool seen = row->kind != ROW_UNSEEN;
	switch (sort) {
	case SORT_OBSERVED: return seen ? -(double)row->observed : 1e9;
	case SORT_PREDICTED: return -(double)row->raw;
	case SORT_ERROR: return seen ? -fabs((double)row->predicted - (double)row->observed) : 1e9;
	case SORT_RANK: return row->rank ? row->rank : 1e9;
	default: return row->index;
	}
}

static void check_order(struct scene *s, const struct reconstruction *r, const struct listing *l,
			const int32_t *places, int32_t n)
{
	for (int32_t i = 1; i < n; i++) {
		const int32_t a = places[l->reverse ? n - i : i - 1],
			      b = places[l->reverse ? n - 1 - i : i];
		if (l->sort == SORT_TITLE)
			assert_true(strcmp(dataset_title(s->data, a), dataset_title(s->data, b)) <
				    0);
		else if (!(key(&r->rows[a], (int)l->sort) <= key(&r->rows[b], (int)l->sort)))
			fail_msg("sort %d: row %d stands before row %d", (int)l->sort, (int)a,
				 (int)b);
	}
}

static void lists(void **state)
{
	struct scene s = scene_new("i-autorec");
	struct reconstruction *r = reconstruct_one(&s, false, 2);
	for (int filter = 0; filter <= 3; filter++)
		for (int sort = SORT_OBSERVED; sort <= SORT_INDEX; sort++)
			for (int reverse = 0; reverse < 2; reverse++) {
				const struct listing l = { sort, filter, reverse };
				int32_t *places, n, expected = 0;
				struct err e = { 0 };
				must(reconstruction_list(r, s.data, s.model->train, &l, &places, &n,
							 &e),
				     &e);
				for (int32_t i = 0; i < r->n; i++)
					expected += filter == 0 ||
						    (int)r->rows[i].kind == filter - 1;
				assert_int_equal(expected, n);
				for (int32_t i = 0; i < n; i++)
					assert_true(filter == 0 ||
						    (int)r->rows[places[i]].kind == filter - 1);
				check_order(&s, r, &l, places, n);
				free(places);
			}
	reconstruction_free(r);
	scene_done(&s);
}

/* The pair that is known to nobody else: whichever part of the split it is in. */
static void cold_rows_show_the_default(void **state)
{
	struct scene s = scene_new("i-autorec");
	int32_t user, item;
	struct err e = { 0 };
	must(dataset_find_user(s.data, "u23", &user, &e), &e);
	must(dataset_find_item(s.data, "i14", &item, &e), &e);
	struct reconstruction *r = reconstruct_one(&s, false, user);
	if (evaluate_cold(s.model, user, item))
		for (int32_t i = 0; i < r->n; i++) {
			assert_true(r->rows[i].predicted == 3);
			assert_int_equal(0, r->rows[i].rank);
		}
	else
		assert_int_equal(1, r->n_input);
	assert_int_equal(1, r->n_input + r->n_held_out);
	reconstruction_free(r);
	scene_done(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_user_and_item),
		cmocka_unit_test(lists),
		cmocka_unit_test(cold_rows_show_the_default),
	};
	return cmocka_run_group_tests_name("reconstruction", tests, scratch_make, scratch_remove);
}
