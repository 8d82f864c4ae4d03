/* SPDX-License-Identifier: GPL-3.0-or-later
 * Answers as sentences: in full for a batch and the log, in short for the screen's message. */
#include <string.h>

#include "check.h"
#include "scratch.h"
#include "stage.h"

static void expect(struct stage *st, const char *line, const char *full, const char *in_short)
{
	struct text said = { 0 }, briefly = { 0 };
	run(st, line);
	command_say(st->last, &said);
	command_say_briefly(st->last, &briefly);
	if (strcmp(said.bytes, full) || strcmp(briefly.bytes, in_short))
		fail_msg("<%s> says\n%s\"%s\"; expected\n%s\"%s\"", line, said.bytes, briefly.bytes,
			 full, in_short);
	text_done(&said);
	text_done(&briefly);
}

static void commands_speak_in_sentences(void **state)
{
	struct stage *st = stage_new();
	run(st, "load %/ratings.csv");
	run(st, "set threads 1");
	expect(st, "get k", "k is auto\n", "k is auto");
	expect(st, "set seed 3", "seed 1 > 3\n", "seed 1 > 3");
	expect(st, "set seed 3", "seed is already 3\n", "seed is already 3");
	run(st, "model baseline");
	expect(st, "get lambda", "lambda is 10\n", "lambda is 10");
	expect(st, "set lambda 20", "lambda 10 > 20 from epoch 1\n", "lambda 10 > 20 from epoch 1");
	expect(st, "step", "at rest at epoch 1\n", "at rest at epoch 1");
	expect(st, "set lambda 5", "lambda 20 > 5 from epoch 2\n", "lambda 20 > 5 from epoch 2");
	expect(st, "reset", "at rest at epoch 0\n", "at rest at epoch 0");
	stage_free(st);
}

static void a_split_and_a_model_are_described(void **state)
{
	struct stage *st = stage_new();
	struct text csv = { 0 };
	text_addf(&csv, "userId,movieId,rating\n");
	for (int i = 0; i < 2000; i++)
		text_addf(&csv, "%d,%d,%d\n", i / 40, i % 40, 1 + (i * 7 + i / 40) % 5);
	scratch_write("grid.csv", csv.bytes, csv.length);
	text_done(&csv);
	run(st, "load %/grid.csv");
	expect(st, "split holdout=0.1 valid=0.1",
	       "1,620 training, 180 validation and 200 test ratings\n",
	       "1,620 training, 180 validation and 200 test ratings");
	run(st, "model baseline");
	struct text said = { 0 }, briefly = { 0 };
	command_say(st->last, &said);
	command_say_briefly(st->last, &briefly);
	assert_string_equal(briefly.bytes, "baseline with 91 parameters (0.0 MiB)");
	assert_string_equal(said.bytes, "baseline with 91 parameters (0.0 MiB): lambda 10, scale "
					"1,5, clip on, default mean\n");
	text_done(&said);
	text_done(&briefly);
	run(st, "train 3");
	command_say(st->last, &said);
	assert_non_null(strstr(said.bytes, "epoch 3: all epochs are done; best validation RMSE "));
	text_done(&said);
	stage_free(st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_speak_in_sentences),
		cmocka_unit_test(a_split_and_a_model_are_described),
	};
	return cmocka_run_group_tests_name("sentences", tests, write_sample, scratch_remove);
}
