/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Completion with a model in use, with descriptions, and with more candidates than it lists. */
#include <stdio.h>
#include <string.h>

#include "autorec/complete.h"
#include "check.h"
#include "scratch.h"
#include "stage.h"

/* Completes the last word of the line; words of a value are joined by blanks. */
static void complete(struct stage *st, const char *line, char *values, struct completion *c)
{
	const size_t n = strlen(line);
	size_t start = n, i;
	json_t *one;
	while (start > 0 && line[start - 1] != ' ' && line[start - 1] != '=')
		start--;
	command_complete(&st->session, line, start, line + start, c);
	values[0] = 0;
	json_array_foreach (c->list, i, one)
		strcat(strcat(values, i ? " " : ""),
		       json_string_value(json_object_get(one, "value")));
}

static void a_model_limits_what_is_offered(void **state)
{
	static const struct {
		const char *line, *offered, *note;
	} cases[] = {
		{ "unit 1", "1 10 11", "unit: the unit's number, from 0 (0..1000000)" },
		{ "set la", "lambda", "name: the option" },
		{ "set nei", "", "name: the option" },
		{ "set see", "seed", "name: the option" },
		{ "set pati", "patience", "name: the option" },
		{ "tune nei", "", NULL },
		{ "tune k", "k=", NULL },
		{ "train pat", "patience=",
		  "epochs: how many more epochs; by default the option epochs (1..1000000)" },
		{ "split holdout=", "",
		  "holdout: share of all ratings for testing (0..0.99), default 0.1" },
	};
	struct stage *st = stage_new();
	run(st, "load %/ratings.csv");
	run(st, "model i-autorec k=12");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char values[2000];
		struct completion c;
		complete(st, cases[i].line, values, &c);
		if (strcmp(values, cases[i].offered))
			fail_msg("<%s>: \"%s\", expected \"%s\"", cases[i].line, values,
				 cases[i].offered);
		if (cases[i].note)
			assert_string_equal(c.note.bytes, cases[i].note);
		completion_done(&c);
	}
	stage_free(st);
}

static const char *about(const struct completion *c, size_t i)
{
	return json_string_value(json_object_get(json_array_get(c->list, i), "about"));
}

static void candidates_are_described(void **state)
{
	struct stage *st = stage_new();
	struct completion c;
	char values[2000];
	complete(st, "eval", values, &c);
	assert_string_equal(about(&c, 0), command_find("evaluate", NULL)->summary);
	completion_done(&c);
	complete(st, "model base", values, &c);
	assert_string_equal(about(&c, 0), model_ops_find("baseline")->help);
	completion_done(&c);
	complete(st, "model i-autorec drop", values, &c);
	assert_string_equal(about(&c, 0), option_find("dropout")->param.help);
	completion_done(&c);
	stage_free(st);
}

static void all_candidates_are_counted(void **state)
{
	enum { USERS = 250 };
	struct text csv = { 0 };
	struct stage *st = stage_new();
	struct completion c;
	char values[4000];
	text_addf(&csv, "userId,movieId,rating\n");
	for (int u = 0; u < USERS; u++)
		text_addf(&csv, "%d,%d,%d\n", u, u % 3, 1 + u % 5);
	scratch_write("many.csv", csv.bytes, csv.length);
	text_done(&csv);
	run(st, "load %/many.csv");
	complete(st, "user ", values, &c);
	assert_int_equal(json_array_size(c.list), 200);
	assert_true(c.total > USERS); /* and the parameters */
	completion_done(&c);
	complete(st, "user 1", values, &c);
	assert_int_equal(c.total, 111); /* 1, 10 to 19, 100 to 199 */
	completion_done(&c);
	stage_free(st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_model_limits_what_is_offered),
		cmocka_unit_test(candidates_are_described),
		cmocka_unit_test(all_candidates_are_counted),
	};
	return cmocka_run_group_tests_name("complete", tests, write_sample, scratch_remove);
}
