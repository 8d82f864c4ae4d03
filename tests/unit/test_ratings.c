/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ratings in both orders, against a table that is filled rating by rating. */
#include <stdlib.h>
#include <string.h>

#include "autorec/ratings.h"
#include "autorec/rng.h"
#include "check.h"

enum { USERS = 13, ITEMS = 17, LIST = 150 };

struct table {
	bool observed[USERS][ITEMS];
	float value[USERS][ITEMS];
	int64_t n, repeated;
};

static void fill_randomly(struct rating *list, struct table *table, uint64_t seed)
{
	struct rng rng;
	rng_init(&rng, seed, 0);
	for (int t = 0; t < LIST; t++) {
		int32_t u = (int32_t)rng_below(&rng, USERS - 1),
			i = (int32_t)rng_below(&rng, ITEMS - 1);
		list[t] = (struct rating){ u, i, (float)rng_below(&rng, 11) / 2 - 1 };
		table->repeated += table->observed[u][i];
		table->n += !table->observed[u][i];
		table->observed[u][i] = true;
		table->value[u][i] = list[t].value;
	}
}

static void check_rows(const struct sparse *s, const struct table *table, bool by_item)
{
	assert_int_equal(s->start[0], 0);
	assert_int_equal(s->start[s->n_rows], s->nnz);
	assert_int_equal(s->nnz, table->n);
	for (int32_t r = 0; r < s->n_rows; r++)
		for (int32_t c = 0; c < s->n_cols; c++) {
			int32_t u = by_item ? c : r, i = by_item ? r : c;
			int64_t t = sparse_find(s, r, c);
			assert_int_equal(t >= 0, table->observed[u][i]);
			if (t >= 0)
				assert_float_equal(s->val[t], table->value[u][i], 0);
		}
	for (int32_t r = 0; r < s->n_rows; r++)
		for (int64_t t = s->start[r] + 1; t < s->start[r + 1]; t++)
			assert_true(s->col[t - 1] < s->col[t]);
}

static void check_both(const struct ratings *r, const struct table *table)
{
	check_rows(&r->by_user, table, false);
	check_rows(&r->by_item, table, true);
	for (int32_t i = 0; i < ITEMS; i++)
		for (int64_t t = r->by_item.start[i]; t < r->by_item.start[i + 1]; t++) {
			int64_t place = sparse_find(&r->by_user, r->by_item.col[t], i);
			assert_int_equal(r->item_to_user[t], place);
		}
}

static void both_orders_agree(void **state)
{
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct rating list[LIST];
		struct table table = { 0 };
		struct ratings *r;
		int64_t duplicates;
		fill_randomly(list, &table, seed);
		assert_int_equal(ratings_new(USERS, ITEMS, list, LIST, &r, &duplicates, NULL), 0);
		check_both(r, &table);
		assert_int_equal(duplicates, table.repeated);
		assert_int_equal(ratings_count(r), table.n);
		ratings_free(r);
	}
}

static void last_of_a_repeated_pair_wins(void **state)
{
	const struct rating list[] = {
		{ 0, 1, 5 }, { 0, 0, 2 }, { 0, 1, 4 }, { 1, 1, 1 }, { 0, 1, 3 }
	};
	struct ratings *r;
	int64_t duplicates;
	assert_int_equal(ratings_new(2, 2, list, 5, &r, &duplicates, NULL), 0);
	assert_int_equal(duplicates, 2);
	assert_int_equal(ratings_count(r), 3);
	assert_float_equal(r->by_user.val[sparse_find(&r->by_user, 0, 1)], 3, 0);
	assert_float_equal(r->by_item.val[sparse_find(&r->by_item, 1, 0)], 3, 0);
	assert_int_equal(sparse_row_size(&r->by_user, 0), 2);
	assert_int_equal(sparse_row_size(&r->by_item, 1), 2);
	ratings_free(r);
}

static void nothing_is_a_set_too(void **state)
{
	struct ratings *r;
	float min = 7, max = 8;
	assert_int_equal(ratings_new(2, 3, NULL, 0, &r, NULL, NULL), 0);
	assert_int_equal(ratings_count(r), 0);
	assert_int_equal(sparse_find(&r->by_user, 1, 2), -1);
	assert_float_equal(ratings_mean(r), 0, 0);
	sparse_range(&r->by_user, &min, &max);
	assert_float_equal(min, 7, 0);
	assert_float_equal(max, 8, 0);
	ratings_free(r);
	assert_int_equal(ratings_count(NULL), 0);
	ratings_free(NULL);
}

static void range_and_mean(void **state)
{
	const struct rating list[] = { { 0, 0, -1.5f }, { 1, 0, 0 }, { 2, 1, 4.5f } };
	struct ratings *r;
	float min, max;
	assert_int_equal(ratings_new(3, 2, list, 3, &r, NULL, NULL), 0);
	sparse_range(&r->by_user, &min, &max);
	assert_float_equal(min, -1.5, 0);
	assert_float_equal(max, 4.5, 0);
	assert_float_equal(ratings_mean(r), 1, 0);
	ratings_free(r);
}

static void join_holds_both(void **state)
{
	struct rating list[LIST], halves[2][LIST];
	struct table table = { 0 };
	struct ratings *half[2], *joined;
	int n[2] = { 0 };
	fill_randomly(list, &table, 99);
	for (int t = 0; t < LIST; t++) {
		int h = (list[t].user + list[t].item) % 2;
		halves[h][n[h]++] = list[t];
	}
	for (int h = 0; h < 2; h++)
		assert_int_equal(ratings_new(USERS, ITEMS, halves[h], n[h], &half[h], NULL, NULL),
				 0);
	assert_int_equal(ratings_join(half[0], half[1], &joined, NULL), 0);
	check_both(joined, &table);
	for (int h = 0; h < 2; h++)
		ratings_free(half[h]);
	ratings_free(joined);
}

static void too_many_are_refused(void **state)
{
	struct ratings *r = NULL;
	struct err e;
	assert_int_equal(ratings_new(1, 1, NULL, (int64_t)UINT32_MAX + 1, &r, NULL, &e), ERR_DATA);
	assert_string_equal(e.message,
			    "4294967296 ratings are more than this program can hold (4294967295)");
	assert_null(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_orders_agree),
		cmocka_unit_test(last_of_a_repeated_pair_wins),
		cmocka_unit_test(nothing_is_a_set_too),
		cmocka_unit_test(range_and_mean),
		cmocka_unit_test(join_holds_both),
		cmocka_unit_test(too_many_are_refused),
	};
	return cmocka_run_group_tests_name("ratings", tests, NULL, NULL);
}
