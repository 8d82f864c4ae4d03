/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finding users by id, items by id and title.  Items are rated less from line to line of the
 * titles, so index 0 is the first of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/load.h"
#include "autorec/dataset.h"
#include "autorec/ids.h"
#include "autorec/mem.h"
#include "autorec/text.h"
#include "check.h"
#include "scratch.h"

static const char titles[] = "10|Toy Story (1995)\n"
			     "11|Matrix, The (1999)\n"
			     "12|Toy Story 2 (1999)\n"
			     "13|Hamlet (1990)\n"
			     "14|Hamlet (1996)\n"
			     "15|Postino, Il (The Postman) (1994)\n"
			     "16|Am\u00e9lie (2001)\n"
			     "17|Kull (1997)\n"
			     "18|Kull (1997)\n"
			     "19|Avventura, L' (1960)\n"
			     "20|Story of Us, The (1999)\n";
enum { ITEMS = 11 };

static int make_dataset(void **state)
{
	struct text ratings = { 0 };
	struct dataset *d = NULL;
	struct err e;
	if (scratch_make(NULL) < 0)
		return -1;
	for (int i = 0; i < ITEMS; i++)
		for (int u = 0; u < 20 - i; u++)
			text_addf(&ratings, "user%d\t%d\t3\n", u, 10 + i);
	scratch_write("u.data", ratings.bytes, ratings.length);
	scratch_write("u.item", titles, sizeof titles - 1);
	text_done(&ratings);
	int status = dataset_load(scratch, NULL, &d, &e);
	*state = d;
	return scratch_remove(NULL) < 0 ? -1 : status;
}

static int free_dataset(void **state)
{
	dataset_free(*state);
	return 0;
}

static void items_are_found(void **state)
{
	static const struct {
		const char *text, *id;
	} cases[] = {
		{ "10", "10" },
		{ " 10 ", "10" },
		{ "Toy Story", "10" },
		{ "toy story (1995)", "10" },
		{ "toy story 2", "12" },
		{ "The Matrix", "11" },
		{ "the matrix (1999)", "11" },
		{ "matrix", "11" },
		{ "Matrix, The", "11" },
		{ "il postino", "15" },
		{ "postman", "15" },
		{ "AM\u00c9LIE", "16" },
		{ "am", "16" },
		{ "L'Avventura", "19" },
		{ "(1996)", "14" },
		{ "story of", "20" },
		{ "the s", "20" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct dataset *d = *state;
		struct err e;
		char text[1024];
		int32_t item;
		if (dataset_find_item(d, cases[i].text, &item, &e) < 0)
			fail_msg("%s: %s", cases[i].text, err_text(&e, text, sizeof text));
		if (strcmp(ids_name(d->items, item), cases[i].id) != 0)
			fail_msg("%s: found %s, expected %s", cases[i].text,
				 ids_name(d->items, item), cases[i].id);
	}
}

static void unclear_items_are_refused(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{ "hamlet", "item: \"hamlet\" could be 13 \"Hamlet (1990)\", 14 \"Hamlet (1996)\"; "
			    "give the id or more of the title" },
		{ "kull (1997)", "item: \"kull (1997)\" could be 17 \"Kull (1997)\", 18 \"Kull "
				 "(1997)\"; give the id or more of the title" },
		{ "(19", "item: \"(19\" could be 10 \"Toy Story (1995)\", 11 \"Matrix, The "
			 "(1999)\", 12 \"Toy Story 2 (1999)\", "
			 "13 \"Hamlet (1990)\" and more; give the id or more of the title" },
		{ "nothing\x1b[m", "item: \"nothing\ufffd[m\" is unknown; expected one of 11 ids, "
				   "such as 10, 11, 12" },
		{ "", "item: \"\" is unknown; expected one of 11 ids, such as 10, 11, 12" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err e;
		char text[1024];
		int32_t item = -7;
		assert_int_equal(dataset_find_item(*state, cases[i].text, &item, &e), ERR_FAILED);
		assert_string_equal(err_text(&e, text, sizeof text), cases[i].error);
		assert_int_equal(item, -7);
	}
}

static void users_are_found(void **state)
{
	struct dataset *d = *state;
	struct err e;
	char text[1024];
	int32_t user = -7;
	assert_int_equal(dataset_find_user(d, "user3", &user, &e), 0);
	assert_string_equal(ids_name(d->users, user), "user3");
	assert_int_equal(dataset_find_user(d, "User3", &user, &e), ERR_FAILED);
	assert_string_equal(
		err_text(&e, text, sizeof text),
		"user: \"User3\" is unknown; expected one of 20 ids, such as user0, user1, user2");
}

static void matches_are_ranked(void **state)
{
	static const struct {
		const char *text;
		int max;
		const char *expected;
	} cases[] = {
		{ "story", 10, "20 10 12" }, { "story", 2, "20 10" },   { "story", 0, "" },
		{ "the", 10, "11 20 15" },   { "1", 4, "10 11 12 13" }, { "20", 10, "20 16" },
		{ "", 3, "10 11 12" },       { "zzz", 10, "" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct dataset *d = *state;
		int32_t items[ITEMS];
		struct text found = { 0 };
		int n = dataset_match_items(d, cases[i].text, items, cases[i].max);
		text_add(&found, "", 0);
		for (int j = 0; j < n; j++)
			text_addf(&found, "%s%s", j > 0 ? " " : "", ids_name(d->items, items[j]));
		assert_string_equal(found.bytes, cases[i].expected);
		text_done(&found);
	}
}

static void ids_go_both_ways(void **state)
{
	static const char *const names[] = { "7",   "x",      "4194303", "4194304",
					     "a b", "\u00e9", "0",       "00" };
	enum { N = sizeof names / sizeof *names };
	const int32_t rank[N] = { 3, 0, 7, 1, 2, 6, 5, 4 };
	struct ids *ids = ids_new(NULL);
	for (int32_t i = 0; i < N; i++) {
		assert_int_equal(ids_add(ids, names[i], strlen(names[i]), NULL), i);
		assert_int_equal(ids_add(ids, names[i], strlen(names[i]), NULL), i);
	}
	assert_int_equal(ids_reorder(ids, rank, NULL), 0);
	for (int32_t i = 0; i < N; i++) {
		assert_string_equal(ids_name(ids, rank[i]), names[i]);
		assert_int_equal(ids_find(ids, names[i], strlen(names[i])), rank[i]);
	}
	assert_int_equal(ids_find(ids, "", 0), -1);
	assert_int_equal(ids_find(ids, "1", 1), -1);
	assert_int_equal(ids_find(ids, "\xe9", 1), 6); /* the same letter in Latin-1 */
	assert_int_equal(ids_add(ids, "new", 3, NULL), N);
	assert_int_equal(ids_count(ids), N + 1);
	ids_free(ids);
	ids_free(NULL);
}

/* Enough ids for the tables to grow several times, every other one a number. */
static void many_ids_go_both_ways(void **state)
{
	enum { MANY = 20000 };
	struct ids *ids = ids_new(NULL);
	int32_t *rank = mem_array(MANY, sizeof *rank, NULL);
	char name[24], part[32];
	assert_non_null(rank);
	for (int32_t i = 0; i < MANY; i++) {
		const int length = snprintf(name, sizeof name, i % 2 ? "%d" : "B%07dX", i * 7);
		assert_int_equal(ids_add(ids, name, (size_t)length, NULL), i);
		rank[i] = (int32_t)((int64_t)i * 7919 % MANY);
	}
	assert_int_equal(ids_reorder(ids, rank, NULL), 0);
	for (int32_t i = 0; i < MANY; i++) {
		const int length = snprintf(name, sizeof name, i % 2 ? "%d" : "B%07dX", i * 7);
		assert_string_equal(ids_name(ids, rank[i]), name);
		assert_int_equal(ids_find(ids, name, (size_t)length), rank[i]);
		assert_int_equal(ids_add(ids, name, (size_t)length, NULL), rank[i]);
		snprintf(part, sizeof part, "%sX", name);
		assert_int_equal(ids_find(ids, part, strlen(part)), -1);
		if (i % 2 == 0)
			assert_int_equal(ids_find(ids, name, (size_t)length - 1), -1);
	}
	assert_int_equal(ids_count(ids), MANY);

	/* Without the last half, which can come back. */
	ids_truncate(ids, MANY / 2);
	assert_int_equal(ids_count(ids), MANY / 2);
	for (int32_t i = 0; i < MANY; i++) {
		const int length = snprintf(name, sizeof name, i % 2 ? "%d" : "B%07dX", i * 7);
		assert_int_equal(ids_find(ids, name, (size_t)length),
				 rank[i] < MANY / 2 ? rank[i] : -1);
	}
	for (int32_t i = 0, next = MANY / 2; i < MANY; i++) {
		const int length = snprintf(name, sizeof name, i % 2 ? "%d" : "B%07dX", i * 7);
		assert_int_equal(ids_add(ids, name, (size_t)length, NULL),
				 rank[i] < MANY / 2 ? rank[i] : next++);
	}
	assert_int_equal(ids_count(ids), MANY);
	free(rank);
	ids_free(ids);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_are_found),  cmocka_unit_test(unclear_items_are_refused),
		cmocka_unit_test(users_are_found),  cmocka_unit_test(matches_are_ranked),
		cmocka_unit_test(ids_go_both_ways), cmocka_unit_test(many_ids_go_both_ways),
	};
	return cmocka_run_group_tests_name("dataset", tests, make_dataset, free_dataset);
}
