/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/overlay.h"
#include "autorec/rng.h"
#include "check.h"

enum { USERS = 4, ITEMS = 6 };

/* The same ratings as a plain table, 0 where nothing is observed: the slow and obvious overlay. */
struct table {
	float r[USERS][ITEMS];
};

static const struct rating base_list[] = {
	{ 0, 1, 4 }, { 0, 3, 2 }, { 1, 0, 5 }, { 1, 1, 1 }, { 1, 5, 3 }, { 3, 2, 2 },
};
enum { N_BASE = sizeof base_list / sizeof *base_list };

static struct ratings *make_base(void)
{
	struct ratings *r = NULL;
	assert_int_equal(ratings_new(USERS, ITEMS, base_list, N_BASE, &r, NULL, NULL), 0);
	return r;
}

static struct table make_table(void)
{
	struct table t = { 0 };
	for (int i = 0; i < N_BASE; i++)
		t.r[base_list[i].user][base_list[i].item] = base_list[i].value;
	return t;
}

static void expect_row(const struct rating_vector *row, const struct table *t, bool by_user,
		       int index, const char *what)
{
	int64_t at = 0;
	for (int c = 0; c < (by_user ? ITEMS : USERS); c++) {
		float want = by_user ? t->r[index][c] : t->r[c][index];
		if (want == 0)
			continue;
		if (at >= row->n || row->col[at] != c || (float)row->val[at] != want)
			fail_msg("%s: row %d, column %d: expected %g, found %g of column %d (entry "
				 "%d of %d)",
				 what, index, c, (double)want,
				 at < row->n ? (double)row->val[at] : 0,
				 at < row->n ? row->col[at] : -1, (int)at, (int)row->n);
		at++;
	}
	if (at != row->n)
		fail_msg("%s: row %d has %d entries, expected %d", what, index, (int)row->n,
			 (int)at);
}

/* Every way to look at an overlay agrees with the table. */
static void expect_table(const struct overlay *o, const struct table *t, const char *what)
{
	struct rating_vector row;
	struct ratings *r = NULL;
	assert_int_equal(overlay_materialise(o, &r, NULL), 0);
	for (int u = 0; u < USERS; u++) {
		assert_int_equal(overlay_user_vector(o, o->base, u, &row, NULL), 0);
		expect_row(&row, t, true, u, what);
		rating_vector_done(&row);
		assert_int_equal(overlay_user_vector(NULL, r, u, &row, NULL), 0);
		expect_row(&row, t, true, u, "materialised");
		rating_vector_done(&row);
		for (int i = 0; i < ITEMS; i++) {
			float rating = 0;
			bool has = overlay_get(o, u, i, &rating);
			if (has != (t->r[u][i] != 0) || (has && rating != t->r[u][i]))
				fail_msg("%s: pair %d %d: expected %g, found %g", what, u, i,
					 (double)t->r[u][i], (double)rating);
		}
	}
	for (int i = 0; i < ITEMS; i++) {
		assert_int_equal(overlay_item_vector(o, o->base, i, &row, NULL), 0);
		expect_row(&row, t, false, i, what);
		rating_vector_done(&row);
	}
	ratings_free(r);
}

static void without_edits_rows_are_the_base_itself(void **state)
{
	struct ratings *base = make_base();
	struct overlay o;
	struct rating_vector row;
	overlay_init(&o, base);
	struct table t = make_table();
	expect_table(&o, &t, "no edit");
	assert_int_equal(overlay_rate(&o, 0, 1, 5, NULL, NULL), 0);
	assert_int_equal(overlay_user_vector(&o, base, 1, &row, NULL), 0);
	assert_ptr_equal(row.col, base->by_user.col + base->by_user.start[1]);
	assert_null(row.memory);
	assert_int_equal(overlay_user_vector(&o, base, 0, &row, NULL), 0);
	assert_non_null(row.memory);
	rating_vector_done(&row);
	overlay_done(&o);
	ratings_free(base);
}

static void edits_tell_what_they_changed(void **state)
{
	struct ratings *base = make_base();
	struct overlay o;
	struct edit d;
	overlay_init(&o, base);
	assert_int_equal(overlay_rate(&o, 0, 1, 1, &d, NULL), 0);
	assert_true(d.had && d.has && d.before == 4 && d.after == 1);
	assert_int_equal(overlay_rate(&o, 0, 1, 3, &d, NULL), 0);
	assert_true(d.had && d.has && d.before == 1 && d.after == 3);
	assert_int_equal(overlay_rate(&o, 2, 5, 2, &d, NULL), 0);
	assert_true(!d.had && d.has && d.after == 2);
	assert_int_equal(overlay_unrate(&o, 0, 1, &d, NULL), 0);
	assert_true(d.had && !d.has && d.before == 3);
	assert_int_equal(overlay_undo(&o, &d, NULL), 0);
	assert_true(d.user == 0 && d.item == 1 && !d.has);
	overlay_done(&o);
	ratings_free(base);
}

static void a_new_edit_forgets_what_was_undone(void **state)
{
	struct ratings *base = make_base();
	struct overlay o;
	struct err e;
	struct table t = make_table();
	overlay_init(&o, base);
	overlay_rate(&o, 0, 0, 1, NULL, NULL);
	overlay_rate(&o, 0, 2, 2, NULL, NULL);
	assert_int_equal(overlay_undo(&o, NULL, NULL), 0);
	assert_int_equal(overlay_rate(&o, 3, 2, 5, NULL, NULL), 0);
	assert_int_equal(overlay_redo(&o, NULL, &e), ERR_FAILED);
	assert_non_null(strstr(e.message, "nothing to redo"));
	assert_int_equal(o.n_edits, 2);
	t.r[0][0] = 1;
	t.r[3][2] = 5;
	expect_table(&o, &t, "after a new edit");
	overlay_done(&o);
	ratings_free(base);
}

static void what_cannot_be_done_changes_nothing(void **state)
{
	struct ratings *base = make_base();
	struct overlay o;
	struct err e;
	struct table t = make_table();
	overlay_init(&o, base);
	assert_int_equal(overlay_undo(&o, NULL, &e), ERR_FAILED);
	assert_non_null(strstr(e.message, "nothing to undo"));
	assert_int_equal(overlay_unrate(&o, 0, 0, NULL, &e), ERR_FAILED);
	assert_non_null(strstr(e.message, "no such rating"));
	assert_int_equal(overlay_unrate(&o, 0, 1, NULL, NULL), 0);
	assert_int_equal(overlay_unrate(&o, 0, 1, NULL, &e), ERR_FAILED);
	t.r[0][1] = 0;
	expect_table(&o, &t, "taken away once");
	overlay_done(&o);
	ratings_free(base);
}

/* A thousand random steps beside a table with all its past states. */
static void any_sequence_agrees_with_a_table(void **state)
{
	enum { STEPS = 1000 };
	static struct table past[STEPS + 1];
	struct ratings *base = make_base();
	struct overlay o;
	struct rng rng;
	int now = 0, last = 0;
	overlay_init(&o, base);
	rng_init(&rng, 1, 0);
	past[0] = make_table();
	for (int step = 0; step < STEPS; step++) {
		int user = (int)rng_below(&rng, USERS), item = (int)rng_below(&rng, ITEMS);
		float rating = (float)(1 + rng_below(&rng, 5));
		char what[40];
		snprintf(what, sizeof what, "step %d", step);
		switch (rng_below(&rng, 7)) {
		case 0:
			assert_int_equal(overlay_undo(&o, NULL, NULL), now > 0 ? 0 : ERR_FAILED);
			now -= now > 0;
			break;
		case 1:
			assert_int_equal(overlay_redo(&o, NULL, NULL), now < last ? 0 : ERR_FAILED);
			now += now < last;
			break;
		case 2:
		case 3:
			rating = 0;
			if (past[now].r[user][item] == 0) {
				assert_int_equal(overlay_unrate(&o, user, item, NULL, NULL),
						 ERR_FAILED);
				break;
			}
			/* fall through */
		default:
			if (rating != 0)
				assert_int_equal(overlay_rate(&o, user, item, rating, NULL, NULL),
						 0);
			else
				assert_int_equal(overlay_unrate(&o, user, item, NULL, NULL), 0);
			past[now + 1] = past[now];
			last = ++now;
			past[now].r[user][item] = rating;
		}
		expect_table(&o, &past[now], what);
	}
	overlay_revert(&o);
	expect_table(&o, &past[0], "reverted");
	overlay_done(&o);
	ratings_free(base);
}

static void a_pair_tells_how_it_was(void **state)
{
	struct ratings *base = make_base();
	struct overlay o;
	bool had;
	float was;
	overlay_init(&o, base);
	assert_false(overlay_differs(&o, 0, 1, &had, &was));
	overlay_rate(&o, 0, 1, 5, NULL, NULL);
	overlay_rate(&o, 0, 0, 3, NULL, NULL);
	overlay_rate(&o, 0, 1, 1, NULL, NULL);
	assert_true(overlay_differs(&o, 0, 1, &had, &was)); /* as before the first edit */
	assert_true(had);
	assert_float_equal(was, 4, 0);
	assert_true(overlay_differs(&o, 0, 0, &had, &was));
	assert_false(had);
	assert_false(overlay_differs(&o, 0, 3, &had, &was));
	overlay_rate(&o, 0, 1, 4, NULL, NULL); /* as it was */
	assert_false(overlay_differs(&o, 0, 1, &had, &was));
	overlay_unrate(&o, 0, 1, NULL, NULL);
	assert_true(overlay_differs(&o, 0, 1, &had, &was));
	overlay_undo(&o, NULL, NULL);
	assert_false(overlay_differs(&o, 0, 1, &had, &was));
	overlay_done(&o);
	ratings_free(base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_edits_rows_are_the_base_itself),
		cmocka_unit_test(edits_tell_what_they_changed),
		cmocka_unit_test(a_new_edit_forgets_what_was_undone),
		cmocka_unit_test(what_cannot_be_done_changes_nothing),
		cmocka_unit_test(a_pair_tells_how_it_was),
		cmocka_unit_test(any_sequence_agrees_with_a_table),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
