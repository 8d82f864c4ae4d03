/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/load.h"
#include "autorec/clock.h"
#include "autorec/ids.h"
#include "autorec/rng.h"
#include "autorec/split.h"
#include "autorec/times.h"
#include "check.h"

enum { USERS = 120, ITEMS = 80 };

static bool is_rated(int user, int item)
{
	return (user * 31 + item * 17) % 7 < 3;
}

static struct ids *number_ids(int n, bool backwards)
{
	struct ids *ids = ids_new(NULL);
	assert_non_null(ids);
	for (int i = 0; i < n; i++) {
		char name[16];
		int length = snprintf(name, sizeof name, "%d", backwards ? n - i : i + 1);
		assert_int_equal(ids_add(ids, name, (size_t)length, NULL), i);
	}
	return ids;
}

static void free_data(struct dataset *d)
{
	ids_free(d->users);
	ids_free(d->items);
	sparse_free(d->all);
	sparse_free(d->test);
}

static struct sparse *listed(int32_t users, int32_t items, const struct rating *list, int64_t n)
{
	struct rating *copy = malloc((size_t)n * sizeof *copy);
	struct sparse *out = NULL;
	assert_non_null(copy);
	memcpy(copy, list, (size_t)n * sizeof *copy);
	assert_int_equal(sparse_take(users, items, &copy, n, &out, NULL, NULL), 0);
	assert_null(copy);
	return out;
}

/* Users "1" .. "120", items "1" .. "80"; backwards: the same ratings under other indices. */
static struct dataset make_data(bool backwards)
{
	struct dataset d = { .users = number_ids(USERS, backwards),
			     .items = number_ids(ITEMS, backwards) };
	static struct rating list[USERS * ITEMS];
	int n = 0;
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++) {
			int user = backwards ? USERS - 1 - u : u,
			    item = backwards ? ITEMS - 1 - i : i;
			if (is_rated(user, item))
				list[n++] = (struct rating){ u, i, (float)((user + item) % 5 + 1) };
		}
	d.all = listed(USERS, ITEMS, list, n);
	return d;
}

static struct split *split(const struct dataset *d, double holdout, double valid, uint64_t seed)
{
	struct split *s = NULL;
	struct err e;
	if (split_random(d, holdout, valid, seed, &s, &e) < 0)
		fail_msg("holdout=%g valid=%g: %s", holdout, valid, e.message);
	return s;
}

/* The same for the same pairs of ids, whatever their indices. */
static uint64_t fingerprint(const struct dataset *d, const struct sparse *x)
{
	uint64_t sum = 0;
	for (int32_t u = 0; u < x->n_rows; u++)
		for (int64_t t = x->start[u]; t < x->start[u + 1]; t++) {
			char pair[64];
			int n = snprintf(pair, sizeof pair, "%s,%s,%g", ids_name(d->users, u),
					 ids_name(d->items, x->col[t]), (double)x->val[t]);
			sum += rng_hash(pair, (unsigned long)n);
		}
	return sum;
}

static int64_t shared_pairs(const struct ratings *a, const struct ratings *b)
{
	int64_t n = 0;
	for (int32_t u = 0; u < a->by_user.n_rows; u++)
		for (int64_t t = a->by_user.start[u]; t < a->by_user.start[u + 1]; t++)
			n += sparse_find(&b->by_user, u, a->by_user.col[t]) >= 0;
	return n;
}

static void parts_have_exact_sizes_and_make_up_the_whole(void **state)
{
	const double shares[][2] = { { 0.1, 0.1 }, { 0, 0 },         { 0.5, 0 },
				     { 0, 0.25 },  { 0.999, 0.999 }, { 0.3337, 0.0001 } };
	struct dataset d = make_data(false);
	const int64_t n = sparse_count(d.all);
	for (size_t c = 0; c < sizeof shares / sizeof *shares; c++) {
		struct split *s = split(&d, shares[c][0], shares[c][1], c);
		int64_t n_test = (int64_t)floor(shares[c][0] * (double)n);
		int64_t n_valid = (int64_t)floor(shares[c][1] * (double)(n - n_test));
		assert_int_equal(ratings_count(s->test), n_test);
		assert_int_equal(ratings_count(s->valid), n_valid);
		assert_int_equal(ratings_count(s->train), n - n_test - n_valid);
		assert_int_equal(shared_pairs(s->test, s->valid), 0);
		assert_int_equal(shared_pairs(s->test, s->train), 0);
		assert_int_equal(shared_pairs(s->valid, s->train), 0);
		assert_int_equal(fingerprint(&d, &s->test->by_user) +
					 fingerprint(&d, &s->valid->by_user) +
					 fingerprint(&d, &s->train->by_user),
				 fingerprint(&d, d.all));
		assert_false(s->test_given);
		split_free(s);
	}
	free_data(&d);
}

/* Exactly the pairs of validation and test, each with its rating. */
static void held_out_pairs_are_known(void **state)
{
	struct dataset d = make_data(false);
	struct split *s = split(&d, 0.3, 0.2, 5);
	const struct ratings *const parts[] = { s->train, s->valid, s->test };
	int64_t seen = 0;
	for (int p = 0; p < 3; p++)
		for (int32_t u = 0; u < parts[p]->by_user.n_rows; u++)
			for (int64_t t = parts[p]->by_user.start[u];
			     t < parts[p]->by_user.start[u + 1]; t++, seen++) {
				float rating = -1;
				assert_true(split_held_out(s, u, parts[p]->by_user.col[t],
							   &rating) == (p > 0));
				assert_true(rating ==
					    (p > 0 ? (float)parts[p]->by_user.val[t] : -1));
			}
	assert_int_equal(seen, sparse_count(d.all));
	split_free(s);
	free_data(&d);
}

static void indices_do_not_matter(void **state)
{
	struct dataset d = make_data(false), other = make_data(true);
	struct split *s = split(&d, 0.2, 0.2, 7), *t = split(&other, 0.2, 0.2, 7);
	assert_int_equal(fingerprint(&d, &s->test->by_user),
			 fingerprint(&other, &t->test->by_user));
	assert_int_equal(fingerprint(&d, &s->valid->by_user),
			 fingerprint(&other, &t->valid->by_user));
	assert_int_equal(fingerprint(&d, &s->train->by_user),
			 fingerprint(&other, &t->train->by_user));
	split_free(s);
	split_free(t);
	free_data(&d);
	free_data(&other);
}

/* Results that were published with a seed can be had again only while these numbers stay. */
static void splits_stay_the_same_for_ever(void **state)
{
	const struct {
		uint64_t seed, test, valid;
	} golden[] = {
		{ 1, 0x4adc4e5ee75e23bc, 0xd351bb947679d8d8 },
		{ 2, 0x79e063ead4a6e6be, 0x2c481136a514ad73 },
		{ UINT64_MAX, 0xd0627644b9948fc3, 0xcbd6fb1474919088 },
	};
	struct dataset d = make_data(false);
	for (size_t c = 0; c < sizeof golden / sizeof *golden; c++) {
		struct split *s = split(&d, 0.1, 0.1, golden[c].seed);
		assert_int_equal(fingerprint(&d, &s->test->by_user), golden[c].test);
		assert_int_equal(fingerprint(&d, &s->valid->by_user), golden[c].valid);
		split_free(s);
	}
	free_data(&d);
}

/* Two seeds share about holdout of their test pairs, as independent draws would. */
static void seeds_are_independent(void **state)
{
	struct dataset d = make_data(false);
	for (uint64_t seed = 0; seed < 20; seed++) {
		struct split *s = split(&d, 0.2, 0, seed), *t = split(&d, 0.2, 0, seed + 1);
		double share = (double)shared_pairs(s->test, t->test) /
			       (double)ratings_count(s->test);
		if (share < 0.14 || share > 0.26)
			fail_msg("seeds %lu and %lu share %.3f of their test pairs, expected about "
				 "0.2",
				 (unsigned long)seed, (unsigned long)seed + 1, share);
		split_free(s);
		split_free(t);
	}
	free_data(&d);
}

static void a_given_test_set_is_kept(void **state)
{
	struct dataset d = make_data(false);
	/* The first is a rating of the file as well, the second is not. */
	const struct rating given[] = { { 0, 0, 5 }, { 1, 0, 4 } };
	assert_true(is_rated(0, 0));
	assert_false(is_rated(1, 0));
	d.test = listed(USERS, ITEMS, given, 2);

	struct split *s = split(&d, 0.1, 0.1, 1);
	const int64_t n = sparse_count(d.all) - 1;
	assert_true(s->test_given);
	assert_true(s->holdout == 0);
	assert_int_equal(fingerprint(&d, &s->test->by_user), fingerprint(&d, d.test));
	assert_int_equal(ratings_count(s->valid), n / 10);
	assert_int_equal(ratings_count(s->train), n - n / 10);
	assert_int_equal(shared_pairs(s->test, s->train) + shared_pairs(s->test, s->valid), 0);
	split_free(s);
	free_data(&d);
}

static void cold_pairs_are_counted(void **state)
{
	/* Training: user 0 rates items 0 and 1.  Test: warm, cold item, cold user, both cold. */
	const struct rating all[] = { { 0, 0, 3 }, { 0, 1, 3 } };
	const struct rating test[] = { { 0, 0, 3 }, { 0, 2, 3 }, { 1, 1, 3 }, { 1, 2, 3 } };
	struct dataset d = { .users = number_ids(2, false), .items = number_ids(3, false) };
	d.all = listed(2, 3, all, 2);
	d.test = listed(2, 3, test + 1, 3);
	struct split *s = split(&d, 0, 0, 1);
	assert_int_equal(s->cold, 3);
	split_free(s);

	/* Where the given test takes the last rating of item 0 out of training, item 0 is cold. */
	sparse_free(d.test);
	d.test = listed(2, 3, test, 4);
	s = split(&d, 0, 0, 1);
	assert_int_equal(s->cold, 4);
	split_free(s);
	free_data(&d);
}

static void bad_requests_are_refused(void **state)
{
	const struct {
		double holdout, valid;
		const char *where;
	} cases[] = {
		{ 1, 0, "holdout" }, { -0.1, 0, "holdout" }, { NAN, 0, "holdout" },
		{ 0.1, 1, "valid" }, { 0.1, NAN, "valid" },
	};
	struct dataset d = make_data(false);
	struct split *s = NULL;
	struct err e;
	for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
		assert_int_equal(split_random(&d, cases[c].holdout, cases[c].valid, 1, &s, &e),
				 ERR_USAGE);
		assert_string_equal(e.where, cases[c].where);
		assert_non_null(strstr(e.message, "expected at least 0 and less than 1"));
		assert_null(s);
	}
	struct dataset same = make_data(false);
	d.test = same.all;
	same.all = NULL;
	assert_int_equal(split_random(&d, 0.1, 0.1, 1, &s, &e), ERR_FAILED);
	assert_non_null(strstr(e.message, "no rating is left for training"));
	assert_null(s);
	free_data(&same);
	free_data(&d);
}

static void a_million_ratings_are_split_at_once(void **state)
{
	const char *folder = getenv("AUTOREC_DATA");
	char path[4096];
	struct dataset *d = NULL;
	struct err e;
	if (!folder) {
		print_message("AUTOREC_DATA is not set: no MovieLens data to split\n");
		skip();
	}
	snprintf(path, sizeof path, "%s/ml-1m", folder);
	if (dataset_load(path, &(struct load_options){ 0 }, &d, &e) < 0)
		fail_msg("%s: %s", e.where, e.message);
	double start = clock_seconds();
	struct split *s = split(d, 0.1, 0.1, 1);
	print_message("%lld ratings: %.0f ms, %lld cold\n", (long long)sparse_count(d->all),
		      1e3 * (clock_seconds() - start), (long long)s->cold);
	assert_int_equal(ratings_count(s->test), sparse_count(d->all) / 10);
	assert_int_equal(ratings_count(s->train) + ratings_count(s->valid) + ratings_count(s->test),
			 sparse_count(d->all));
	split_free(s);
	dataset_free(d);
}

/* Users "1" .. "4" rate items "1" .. "10". User 4 has a single rating, of unknown time; of the
 * others, item i is rated at a time that falls with i, user 3 two thirds of it at once. */
static struct dataset make_timed(void)
{
	enum { N = 31 };
	struct dataset d = { .users = number_ids(4, false), .items = number_ids(10, false) };
	struct rating *list = malloc(N * sizeof *list);
	struct times time;
	assert_non_null(list);
	assert_int_equal(times_new(&time, N, true, NULL), 0);
	for (int t = 0; t < N; t++) {
		const int u = t / 10, i = t % 10;
		list[t] = (struct rating){ u, i, (float)(1 + (u + i) % 5) };
		times_set(&time, (size_t)t,
			  u == 3            ? NO_TIME
			  : u == 2 && i < 7 ? 5000
					    : 1000 * u - i);
	}
	assert_int_equal(
		sparse_take_timed(4, 10, &list, &time, N, REPEATS_LAST, &d.all, NULL, NULL), 0);
	assert_false(times_any(&time));
	return d;
}

static void the_newest_share_is_test(void **state)
{
	const struct split_rule rule = { SPLIT_TIME, 0.2, 0.4, 1, 1 };
	struct dataset d = make_timed();
	struct split *s = NULL;
	struct err e = { 0 };
	(void)state;
	must(split_make(&d, &rule, &s, &e), &e);
	assert_int_equal(ratings_count(s->test), 6); /* of the 7 of user 3 at one time */
	assert_int_equal(sparse_row_size(&s->test->by_user, 2), 6);
	assert_int_equal(ratings_count(s->valid), 10);
	assert_int_equal(sparse_row_size(&s->valid->by_user, 2), 4);
	for (int i = 0; i < 10; i++) /* then the latest of user 2, whose time falls with the item */
		assert_int_equal(sparse_find(&s->valid->by_user, 1, i) >= 0, i < 6);
	assert_int_equal(ratings_count(s->train), 15);
	assert_int_equal(sparse_row_size(&s->train->by_user, 3), 1);
	assert_int_equal(s->test_span.from, 5000);
	assert_int_equal(s->valid_span.from, 995);
	assert_int_equal(s->valid_span.to, 5000);
	assert_int_equal(s->train_span.from, -9);
	assert_int_equal(s->train_span.to, 994);
	split_free(s);
	free_data(&d);
}

static void the_last_of_each_user_are_test(void **state)
{
	const struct split_rule rule = { SPLIT_USER, 0.1, 0.1, 2, 1 };
	struct dataset d = make_timed();
	struct split *s = NULL;
	struct err e = { 0 };
	(void)state;
	must(split_make(&d, &rule, &s, &e), &e);
	for (int u = 0; u < 3; u++) {
		assert_int_equal(sparse_row_size(&s->test->by_user, u), 2);
		assert_int_equal(sparse_row_size(&s->valid->by_user, u), 2);
		assert_int_equal(sparse_row_size(&s->train->by_user, u), 6);
		for (int i = 0; i < 10 && u < 2; i++) {
			assert_int_equal(sparse_find(&s->test->by_user, u, i) >= 0, i < 2);
			assert_int_equal(sparse_find(&s->valid->by_user, u, i) >= 0,
					 i >= 2 && i < 4);
		}
	}
	assert_int_equal(sparse_row_size(&s->train->by_user, 3), 1);
	split_free(s);
	free_data(&d);
}

/* A tenth of the users is in no other part, and a fifth of the ratings of each is asked. */
static void users_are_set_aside(void **state)
{
	const struct split_rule rule = { SPLIT_RANDOM, 0.1, 0.1, 1, 5, 0.1 };
	struct dataset d = make_data(false), back = make_data(true);
	struct split *s = NULL, *same = NULL, *other = NULL;
	struct split_rule seeded = rule;
	struct err e = { 0 };
	int users = 0;
	(void)state;
	must(split_make(&d, &rule, &s, &e), &e);
	for (int32_t u = 0; u < USERS; u++) {
		const int64_t given = sparse_row_size(&s->given->by_user, u),
			      asked = sparse_row_size(&s->asked->by_user, u),
			      all = sparse_row_size(d.all, u);
		assert_int_equal(asked, given > 0 ? all / 5 : 0);
		assert_int_equal(all, given + asked + sparse_row_size(&s->train->by_user, u) +
					      sparse_row_size(&s->valid->by_user, u) +
					      sparse_row_size(&s->test->by_user, u));
		if (given > 0)
			assert_int_equal(all, given + asked);
		users += given > 0;
	}
	assert_int_equal(users, USERS / 10);
	assert_int_equal(shared_pairs(s->given, s->asked), 0);
	must(split_make(&back, &rule, &same, &e), &e);
	assert_true(fingerprint(&d, &s->asked->by_user) ==
		    fingerprint(&back, &same->asked->by_user));
	seeded.seed = 6;
	must(split_make(&d, &seeded, &other, &e), &e);
	assert_true(fingerprint(&d, &s->given->by_user) != fingerprint(&d, &other->given->by_user));
	float rating;
	int32_t u = 0;
	while (sparse_row_size(&s->asked->by_user, u) == 0)
		u++;
	assert_true(
		split_held_out(s, u, s->asked->by_user.col[s->asked->by_user.start[u]], &rating));
	split_free(s);
	split_free(same);
	split_free(other);
	free_data(&d);
	free_data(&back);
}

static void times_are_needed(void **state)
{
	const struct split_rule rule = { SPLIT_TIME, 0.2, 0.4, 1, 1 };
	struct dataset d = make_data(false);
	struct split *s = NULL;
	struct err e = { 0 };
	(void)state;
	assert_int_equal(split_make(&d, &rule, &s, &e), ERR_FAILED);
	assert_non_null(strstr(e.message, "have no times"));
	must(times_new(&d.all->time, (size_t)d.all->nnz, true, &e), &e);
	memset(d.all->time.ms, 0, (size_t)d.all->nnz * sizeof *d.all->time.ms);
	assert_int_equal(split_make(&d, &rule, &s, &e), ERR_FAILED);
	assert_non_null(strstr(e.message, "the same time"));
	d.all->time.ms[7] = 1;
	must(split_make(&d, &rule, &s, &e), &e);
	split_free(s);
	free_data(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_have_exact_sizes_and_make_up_the_whole),
		cmocka_unit_test(held_out_pairs_are_known),
		cmocka_unit_test(indices_do_not_matter),
		cmocka_unit_test(splits_stay_the_same_for_ever),
		cmocka_unit_test(seeds_are_independent),
		cmocka_unit_test(a_given_test_set_is_kept),
		cmocka_unit_test(cold_pairs_are_counted),
		cmocka_unit_test(the_newest_share_is_test),
		cmocka_unit_test(the_last_of_each_user_are_test),
		cmocka_unit_test(users_are_set_aside),
		cmocka_unit_test(times_are_needed),
		cmocka_unit_test(bad_requests_are_refused),
		cmocka_unit_test(a_million_ratings_are_split_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
