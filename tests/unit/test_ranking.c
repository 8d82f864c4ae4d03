/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The measures of rankings against a plain loop for every model, and by hand. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/evaluate.h"
#include "autorec/ranking.h"
#include "check.h"
#include "sample.h"

enum { USERS = 70, ITEMS = 40 };

static bool has(const struct ratings *r, int32_t user, int32_t item)
{
	return sparse_find(&r->by_user, user, item) >= 0;
}

/* The pairs of `from` that `without` does not have. */
static struct ratings *others(const struct ratings *from, const struct ratings *without)
{
	static struct rating list[USERS * ITEMS];
	const struct sparse *x = &from->by_user;
	struct ratings *out;
	struct err e = { 0 };
	int64_t n = 0;
	for (int32_t u = 0; u < x->n_rows; u++)
		for (int64_t t = x->start[u]; t < x->start[u + 1]; t++)
			if (!has(without, u, x->col[t]))
				list[n++] = (struct rating){ u, x->col[t], (float)x->val[t] };
	must(ratings_new(USERS, ITEMS, list, n, &out, NULL, &e), &e);
	return out;
}

/* The same by sorting: how many candidates come before each relevant item. */
static struct ranking plain(const struct ranking_task *t, const struct ratings *set,
			    double relevant)
{
	struct ranking r = { 0 };
	static bool shown[ITEMS];
	memset(shown, 0, sizeof shown);
	for (int32_t u = 0; u < USERS; u++) {
		real score[ITEMS];
		bool candidate[ITEMS];
		int n_relevant = 0, hits = 0;
		double found = 0, ideal = 0;
		struct err e = { 0 };
		must(model_predict_user(t->m, t->w, NULL, u, score, &e), &e);
		for (int32_t i = 0; i < ITEMS; i++) {
			candidate[i] = !has(t->known[0], u, i) && !has(t->known[1], u, i);
			if (evaluate_cold(t->m, u, i))
				score[i] = (real)evaluate_prediction(t->m, u, i, 0);
		}
		for (int32_t i = 0; i < ITEMS; i++) {
			const int64_t place = sparse_find(&set->by_user, u, i);
			int before = 0;
			if (place >= 0 && (double)set->by_user.val[place] >= relevant)
				ideal += n_relevant++ < 10 ? 1 / log2(1.0 + n_relevant) : 0;
			for (int32_t j = 0; j < ITEMS; j++)
				before += candidate[j] &&
					  (score[j] > score[i] || (score[j] == score[i] && j < i));
			if (!candidate[i] || before >= 10 || place < 0 ||
			    (double)set->by_user.val[place] < relevant)
				continue;
			hits++;
			found += 1 / log2(2.0 + before);
		}
		if (n_relevant == 0) {
			r.without++;
			continue;
		}
		for (int32_t i = 0; i < ITEMS; i++) {
			int before = 0;
			for (int32_t j = 0; j < ITEMS; j++)
				before += candidate[j] &&
					  (score[j] > score[i] || (score[j] == score[i] && j < i));
			shown[i] = shown[i] || (candidate[i] && before < 10);
		}
		r.users++;
		r.ndcg += found / ideal;
		r.recall += (double)hits / n_relevant;
		r.precision += hits / 10.0;
	}
	for (int32_t i = 0; i < ITEMS; i++)
		r.catalogue_share += shown[i] / (double)ITEMS;
	r.ndcg /= r.users;
	r.recall /= r.users;
	r.precision /= r.users;
	return r;
}

static void equal(const char *model, const char *what, double ours, double expected)
{
	if (!(fabs(ours - expected) < 1e-6))
		fail_msg("%s, %s: %.9g, expected %.9g", model, what, ours, expected);
}

/* The last user and the last two items have no training rating. */
static void test_every_model_as_a_plain_loop(void **state)
{
	struct ratings *some = sample_ratings(USERS - 1, ITEMS - 2, 0.3, 5);
	struct ratings *all = sample_ratings(USERS, ITEMS, 0.7, 6);
	struct ratings *few = sample_ratings(USERS, ITEMS, 0.2, 7);
	struct ratings *none, *train, *held, *valid, *test;
	struct err e = { 0 };
	(void)state;
	must(ratings_new(USERS, ITEMS, NULL, 0, &none, NULL, &e), &e);
	train = others(some, none);
	held = others(all, train);
	test = others(held, few);
	valid = others(held, test);
	for (int i = 0; model_ops_at(i); i++) {
		const char *name = model_ops_at(i)->name;
		struct model *m = sample_model(name, "k=8 layers=8,8 anchors=3 neighbours=5",
					       train);
		struct weights *w = sample_weights(m, 5);
		const struct ranking_task t = {
			.m = m, .w = w, .known = { train, valid }, .cold = true
		};
		struct ranking ours;
		must(ranking_measure(&t, test, 4, NULL, &ours, &e), &e);
		const struct ranking expected = plain(&t, test, 4);
		assert_int_equal(ours.users, expected.users);
		assert_int_equal(ours.without, expected.without);
		equal(name, "ndcg", ours.ndcg, expected.ndcg);
		equal(name, "recall", ours.recall, expected.recall);
		equal(name, "precision", ours.precision, expected.precision);
		equal(name, "catalogue share", ours.catalogue_share, expected.catalogue_share);
		weights_free(w);
		model_free(m);
	}
	ratings_free(some);
	ratings_free(all);
	ratings_free(few);
	ratings_free(none);
	ratings_free(train);
	ratings_free(held);
	ratings_free(valid);
	ratings_free(test);
}

/* The baseline without ridge ranks items by their means: here 0, 1, 2, ... of 14. User 0 has rated
 * item 0 in training and item 1 in validation, so items 2 to 11 are the top 10. */
static void test_by_hand(void **state)
{
	static const struct rating test[] = { { 0, 3, 5 }, { 0, 5, 4 }, { 0, 13, 5 },
					      { 0, 4, 3 }, { 1, 2, 3 }, { 1, 5, 1 } };
	struct rating list[2 * 14];
	struct ratings *train, *valid, *held;
	struct err e = { 0 };
	struct ranking r;
	int64_t n = 0;
	(void)state;
	for (int i = 0; i < 14; i++)
		list[n++] = (struct rating){ 2, i, (float)(5 - 0.25 * i) };
	list[n++] = (struct rating){ 0, 0, 3 };
	list[n++] = (struct rating){ 1, 0, 3 };
	const struct rating known = { 0, 1, 3 };
	must(ratings_new(3, 14, list, n, &train, NULL, &e), &e);
	must(ratings_new(3, 14, &known, 1, &valid, NULL, &e), &e);
	must(ratings_new(3, 14, test, 6, &held, NULL, &e), &e);
	struct model *m = sample_model("baseline", "lambda=0.001", train);
	struct weights *w = sample_weights(m, 30);
	const struct ranking_task t = { .m = m, .w = w, .known = { train, valid }, .cold = true };
	struct ranked best[3 * 12];
	int32_t count[3];
	struct ranking_task longer = t;
	longer.top = 12;
	must(ranking_users(&longer, 0, 3, best, count, &e), &e);
	assert_int_equal(count[0], 12);
	assert_int_equal(count[1], 12);
	assert_int_equal(count[2], 0); /* has rated everything */
	for (int k = 0; k < 12; k++)
		assert_int_equal(best[k].item, k + 2);
	must(ranking_measure(&t, held, 4, NULL, &r, &e), &e);
	assert_int_equal(r.users, 1);
	assert_int_equal(r.without, 2);
	/* Items 3 and 5 have ranks 2 and 4; item 13 has rank 12. */
	equal("baseline", "ndcg", r.ndcg,
	      (1 / log2(3) + 1 / log2(5)) / (1 + 1 / log2(3) + 1 / log2(4)));
	equal("baseline", "recall", r.recall, 2.0 / 3);
	equal("baseline", "precision", r.precision, 0.2);
	equal("baseline", "catalogue share", r.catalogue_share, 10.0 / 14);
	weights_free(w);
	model_free(m);
	ratings_free(train);
	ratings_free(valid);
	ratings_free(held);
}

static bool refuse(void *ctx, double fraction)
{
	(void)ctx, (void)fraction;
	return false;
}

static void test_ranking_can_be_stopped(void **state)
{
	struct ratings *train = sample_ratings(USERS, ITEMS, 0.3, 5);
	struct model *m = sample_model("baseline", "", train);
	struct weights *w = sample_weights(m, 1);
	const struct ranking_task t = { .m = m, .w = w, .known = { train } };
	const struct progress p = { refuse, NULL };
	struct ranking r;
	struct err e = { 0 };
	(void)state;
	assert_int_equal(ranking_measure(&t, train, 4, &p, &r, &e), ERR_INTERRUPTED);
	weights_free(w);
	model_free(m);
	ratings_free(train);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_model_as_a_plain_loop),
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_ranking_can_be_stopped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
