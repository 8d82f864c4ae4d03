/* SPDX-License-Identifier: GPL-3.0-or-later
 * The automatic saves that ended programs leave: listed, opened, dropped, at most three. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utime.h>

#include "autorec/saving.h"
#include "check.h"
#include "scratch.h"
#include "stage.h"

/* Leaves an autosave of a training of `epochs` epochs, as old as told. */
static void leave(const char *load, int epochs, long seconds_ago)
{
	struct stage *st = stage_new();
	struct err e = { 0 };
	char line[32];
	run(st, load);
	run(st, "model i-autorec k=2");
	snprintf(line, sizeof line, "train %d", epochs);
	run(st, line);
	must(session_rescue(&st->session, &e), &e);
	const time_t then = time(NULL) - seconds_ago;
	assert_int_equal(utime(st->session.saves.own.path, &(struct utimbuf){ then, then }), 0);
	stage_free(st);
}

static int64_t epoch_of_row(const struct stage *st, size_t i)
{
	const json_t *rows = json_object_get(st->last, "rows");
	return json_integer_value(json_object_get(json_array_get(rows, i), "epoch"));
}

static size_t n_rows(const struct stage *st)
{
	return json_array_size(json_object_get(st->last, "rows"));
}

static void at_most_three_of_a_data_set_stay(void **state)
{
	struct stage *st = stage_new();
	run(st, "autosaves");
	assert_int_equal(n_rows(st), 0);
	for (int i = 1; i <= 5; i++)
		leave("load %/ratings.csv", i, 100 - i);
	scratch_write("other.csv", "1,1,3\n1,2,4\n2,1,5\n2,2,1\n3,1,2\n", 30);
	leave("load %/other.csv columns=user,item,rating", 9, 200);
	run(st, "autosaves");
	assert_int_equal(n_rows(st), 4); /* the newest first */
	assert_int_equal(epoch_of_row(st, 0), 5);
	assert_int_equal(epoch_of_row(st, 1), 4);
	assert_int_equal(epoch_of_row(st, 2), 3);
	assert_int_equal(epoch_of_row(st, 3), 9);
	stage_free(st);
}

static void any_can_be_opened_or_dropped(void **state)
{
	struct stage *st = stage_new();
	struct err e = { 0 };
	assert_int_equal(try(st, "open autosave 5", &e), ERR_FAILED);
	assert_string_equal(e.message, "there is no autosave 5; autosaves lists 4");
	assert_int_equal(try(st, "open %/ratings.csv 2", &e), ERR_USAGE);
	assert_int_equal(try(st, "autosaves drop", &e), ERR_USAGE);
	run(st, "autosaves drop 2");
	run(st, "open autosave 2");
	assert_int_equal((int)number(st, "epoch"), 3);
	run(st, "autosaves"); /* the opened one is this program's own now */
	assert_int_equal(n_rows(st), 2);
	assert_int_equal(epoch_of_row(st, 0), 5);
	assert_int_equal(epoch_of_row(st, 1), 9);
	run(st, "autosaves drop 2");
	run(st, "autosaves drop 1");
	run(st, "autosaves");
	assert_int_equal(n_rows(st), 0);
	assert_string_equal(json_string_value(json_object_get(st->last, "text")),
			    "there are no autosaves\n");
	stage_free(st);
}

static int begin(void **state)
{
	char path[512];
	if (write_sample(state) < 0)
		return -1;
	return setenv("XDG_STATE_HOME", scratch_path("state", path, sizeof path), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_most_three_of_a_data_set_stay),
		cmocka_unit_test(any_can_be_opened_or_dropped),
	};
	return cmocka_run_group_tests_name("autosave", tests, begin, scratch_remove);
}
