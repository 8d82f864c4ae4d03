/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Named values: parsing, bounds, choices; and the table of options. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "autorec/config.h"
#include "autorec/model.h"
#include "autorec/optim.h"
#include "check.h"

static const struct param whole = { "n", PARAM_INT, -3, 10, .help = "" },
			  part = { "x", PARAM_REAL, -0.5, 2, .help = "" },
			  choice = { "c", PARAM_CHOICE, .choices = "red green grey", .help = "" },
			  flag = { "f", PARAM_FLAG, .help = "" },
			  range = { "r", PARAM_RANGE, .help = "" },
			  list = { "l", PARAM_LIST, 1, 9, .help = "" },
			  words = { "t", PARAM_TEXT, .help = "" };

static void good_values(void **state)
{
	static const struct {
		const struct param *p;
		const char *text;
		int64_t i;
		double x, y;
	} cases[] = {
		{ &whole, "-3", -3, 0, 0 },   { &whole, "10", 10, 0, 0 },
		{ &whole, "+4", 4, 0, 0 },    { &part, "-0.5", 0, -0.5, 0 },
		{ &part, "2", 0, 2, 0 },      { &part, "1e-3", 0, 0.001, 0 },
		{ &choice, "red", 0, 0, 0 },  { &choice, "r", 0, 0, 0 },
		{ &choice, "gree", 1, 0, 0 }, { &choice, "grey", 2, 0, 0 },
		{ &flag, "on", 1, 0, 0 },     { &flag, "off", 0, 0, 0 },
		{ &range, "1,5", 0, 1, 5 },   { &range, "-10,0.5", 0, -10, 0.5 },
		{ &words, "a b", 0, 0, 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct value v = { 0 };
		struct err e = { 0 };
		if (param_parse(cases[i].p, cases[i].text, &v, &e) < 0)
			fail_msg("%s=%s: %s", cases[i].p->name, cases[i].text, e.message);
		if (!v.given || v.i != cases[i].i || v.x != cases[i].x || v.y != cases[i].y ||
		    strcmp(v.text, cases[i].text))
			fail_msg("%s=%s: %ld, %g, %g; expected %ld, %g, %g", cases[i].p->name,
				 cases[i].text, (long)v.i, v.x, v.y, (long)cases[i].i, cases[i].x,
				 cases[i].y);
	}
}

static void bad_values(void **state)
{
	static const struct {
		const struct param *p;
		const char *text, *message;
	} cases[] = {
		{ &whole, "11", "\"11\" is not a whole number in -3..10" },
		{ &whole, "-4", "\"-4\" is not a whole number in -3..10" },
		{ &whole, "1.5", "\"1.5\" is not a whole number in -3..10" },
		{ &whole, "", "\"\" is not a whole number in -3..10" },
		{ &whole, "99999999999999999999",
		  "\"99999999999999999999\" is not a whole number in -3..10" },
		{ &part, "2.0001", "\"2.0001\" is not a number in -0.5..2" },
		{ &part, "nan", "\"nan\" is not a number in -0.5..2" },
		{ &part, "1e999", "\"1e999\" is not a number in -0.5..2" },
		{ &choice, "gre", "\"gre\" matches more than one of: red green grey" },
		{ &choice, "blue", "\"blue\" is not one of: red green grey" },
		{ &choice, "", "\"\" is not one of: red green grey" },
		{ &flag, "yes", "\"yes\" is not one of: off on" },
		{ &range, "5", "\"5\" is not a range MIN,MAX such as 1,5" },
		{ &range, "5,1", "\"5,1\" is not a range MIN,MAX such as 1,5" },
		{ &range, "1,1", "\"1,1\" is not a range MIN,MAX such as 1,5" },
		{ &range, "1,5,6", "\"1,5,6\" is not a range MIN,MAX such as 1,5" },
		{ &list, "", "\"\" is not a list of 1 to 8 whole numbers in 1..9 such as 4,2,4" },
		{ &list, "4,",
		  "\"4,\" is not a list of 1 to 8 whole numbers in 1..9 such as 4,2,4" },
		{ &list, "4,,4",
		  "\"4,,4\" is not a list of 1 to 8 whole numbers in 1..9 such as 4,2,4" },
		{ &list, "4,10",
		  "\"4,10\" is not a list of 1 to 8 whole numbers in 1..9 such as 4,2,4" },
		{ &list, "1,2,3,4,5,6,7,8,9",
		  "\"1,2,3,4,5,6,7,8,9\" is not a list of 1 to 8 whole numbers in 1..9 such as "
		  "4,2,4" },
		{ &words, "", "is empty" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct value v = { .i = 77, .x = 77 };
		struct err e = { 0 };
		int status = param_parse(cases[i].p, cases[i].text, &v, &e);
		if (status != ERR_USAGE || strcmp(e.message, cases[i].message) ||
		    strcmp(e.where, cases[i].p->name))
			fail_msg("%s=%s: status %d, \"%s\" at \"%s\"; expected \"%s\" at \"%s\"",
				 cases[i].p->name, cases[i].text, status, e.message, e.where,
				 cases[i].message, cases[i].p->name);
		assert_int_equal(77, v.i); /* a failure changes nothing */
		assert_false(v.given);
	}
}

static void lists(void **state)
{
	struct value v;
	assert_int_equal(0, param_parse(&list, "7", &v, NULL));
	assert_int_equal(1, v.list.n);
	assert_int_equal(7, v.list.at[0]);
	assert_int_equal(0, param_parse(&list, "1,2,3,4,5,6,7,9", &v, NULL));
	assert_int_equal(8, v.list.n);
	for (int i = 0; i < 8; i++)
		assert_int_equal(i < 7 ? i + 1 : 9, v.list.at[i]);
}

static void minutes(void **state)
{
	static const struct {
		const char *text;
		double x;
	} good[] = { { "5", 5 }, { "5m", 5 }, { "30s", 0.5 }, { "1h", 60 }, { "0", 0 } };
	static const char *const bad[] = { "", "m", "5 m", "-1m", "3d", "2h" };
	const struct param p = { "t", PARAM_MINUTES, 0, 100, .help = "" };
	struct value v = { 0 };
	struct err e;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		assert_int_equal(0, param_parse(&p, good[i].text, &v, NULL));
		assert_true(v.x == good[i].x);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (param_parse(&p, bad[i], &v, &e) != ERR_USAGE)
			fail_msg("\"%s\" was read as %g", bad[i], v.x);
}

static void choices(void **state)
{
	char word[8];
	assert_true(param_choice("one two three", 2, word, sizeof word));
	assert_string_equal("three", word);
	assert_false(param_choice("one two three", 3, word, sizeof word));
	assert_false(param_choice("", 0, word, sizeof word));
	assert_int_equal(1, param_choose("out outer inner", "outer"));
	assert_int_equal(0, param_choose("out outer inner",
					 "out")); /* the whole word wins over longer ones */
	assert_int_equal(-2, param_choose("out outer inner", "ou"));
	assert_int_equal(2, param_choose("out outer inner", "i"));
	assert_int_equal(-1, param_choose("out outer inner", "innermost"));
	assert_int_equal(-1, param_choose("out outer inner", ""));
}

/* ---- the table of options ----------------------------------------------- */

static size_t size_of(const struct config_option *o)
{
	return o->param.type == PARAM_RANGE  ? 2 * sizeof(double)
	       : o->param.type == PARAM_LIST ? sizeof(struct int_list)
					     : sizeof(int64_t);
}

static void options_have_names_help_and_a_place_of_their_own(void **state)
{
	for (int i = 0; i < n_options; i++) {
		const struct config_option *o = &option_table[i];
		assert_ptr_equal(o, option_find(o->param.name));
		assert_true(strlen(o->param.help) > 0);
		assert_true(o->at + size_of(o) <= sizeof(struct config));
		for (int j = 0; j < i; j++)
			if (o->at < option_table[j].at + size_of(&option_table[j]) &&
			    option_table[j].at < o->at + size_of(o))
				fail_msg("%s and %s share a place", o->param.name,
					 option_table[j].param.name);
	}
	assert_null(option_find("lamda"));
	assert_null(option_find(""));
}

static void defaults_are_those_of_the_design(void **state)
{
	static const struct {
		const char *name, *value;
	} expected[] = {
		{ "k", "auto" },          { "lambda", "auto" },     { "hidden", "sigmoid" },
		{ "output", "identity" }, { "optimizer", "rprop" }, { "init", "0.01" },
		{ "rate", "0" },          { "patience", "0" },      { "clip", "on" },
		{ "default", "mean" },
	};
	const struct config c = config_default();
	char value[64];
	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
		assert_string_equal(expected[i].value, option_get(option_find(expected[i].name), &c,
								  value, sizeof value));
	assert_true(optim_ops_at(c.optimizer)->rate == 1e-4); /* rate 0: RProp's own first step */
}

/* What get shows, set reads: for every option. */
static void every_option_reads_what_it_writes(void **state)
{
	for (int i = 0; i < n_options; i++) {
		const struct config_option *o = &option_table[i];
		struct config a = config_default(), b = config_default();
		struct err e = { 0 };
		char set[64], text[64], again[64];
		switch (o->param.type) {
		case PARAM_CHOICE: param_choice(o->param.choices, 1, set, sizeof set); break;
		case PARAM_FLAG: snprintf(set, sizeof set, "off"); break;
		case PARAM_RANGE: snprintf(set, sizeof set, "-1.5,7"); break;
		case PARAM_LIST: snprintf(set, sizeof set, "7,65,3"); break;
		case PARAM_INT: snprintf(set, sizeof set, "%.0f", o->param.min + 1); break;
		default: snprintf(set, sizeof set, "%.15g", o->param.min + 0.125); break;
		}
		if (option_set(o, set, &a, &e) < 0)
			fail_msg("%s %s: %s", o->param.name, set, e.message);
		assert_string_equal(set, option_get(o, &a, text, sizeof text));
		if (option_set(o, text, &b, &e) < 0)
			fail_msg("%s %s: %s", o->param.name, text, e.message);
		assert_string_equal(text, option_get(o, &b, again, sizeof again));
		assert_memory_equal(&a, &b, sizeof a); /* and touches nothing else */
	}
}

static void bounds_are_kept(void **state)
{
	for (int i = 0; i < n_options; i++) {
		const struct config_option *o = &option_table[i];
		if (o->param.type != PARAM_INT && o->param.type != PARAM_REAL)
			continue;
		const double outside[] = { o->param.min - 1, o->param.max * 2 + 2 };
		for (int side = 0; side < 2; side++) {
			struct config c = config_default(), before = config_default();
			struct err e = { 0 };
			char text[64];
			snprintf(text, sizeof text, "%.0f", outside[side]);
			if (option_set(o, text, &c, &e) != ERR_USAGE)
				fail_msg("%s took %s; its bounds are %g..%g", o->param.name, text,
					 o->param.min, o->param.max);
			assert_string_equal(o->param.name, e.where);
			assert_memory_equal(&c, &before, sizeof c);
		}
	}
}

/* What models list as theirs exists, and what they would have otherwise is theirs and valid. */
static void models_name_options_that_exist(void **state)
{
	char word[64];
	for (int m = 0; model_ops_at(m); m++) {
		const struct model_ops *ops = model_ops_at(m);
		assert_ptr_equal(ops, model_ops_find(ops->name));
		for (int i = 0; param_choice(ops->options, i, word, sizeof word); i++)
			if (!option_find(word))
				fail_msg("%s takes \"%s\", which is no option", ops->name, word);
		for (int i = 0; ops->defaults && param_choice(ops->defaults, i, word, sizeof word);
		     i++) {
			struct config c = config_default();
			struct err e = { 0 };
			char *equals = strchr(word, '=');
			assert_non_null(equals);
			*equals = 0;
			assert_true(model_takes(ops, word));
			if (option_set(option_find(word), equals + 1, &c, &e) < 0)
				fail_msg("%s %s: %s", ops->name, word, e.message);
		}
	}
	assert_null(model_ops_find("no-such-model"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_values),
		cmocka_unit_test(bad_values),
		cmocka_unit_test(lists),
		cmocka_unit_test(minutes),
		cmocka_unit_test(choices),
		cmocka_unit_test(options_have_names_help_and_a_place_of_their_own),
		cmocka_unit_test(defaults_are_those_of_the_design),
		cmocka_unit_test(every_option_reads_what_it_writes),
		cmocka_unit_test(bounds_are_kept),
		cmocka_unit_test(models_name_options_that_exist),
	};
	return cmocka_run_group_tests_name("param", tests, NULL, NULL);
}
