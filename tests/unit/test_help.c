/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The help on any word, the examples of commands, and the glossary. */
#include <string.h>
#include <unistd.h>

#include "autorec/glossary.h"
#include "autorec/help.h"
#include "check.h"
#include "scratch.h"
#include "stage.h"

/* An example may fail, as there is nothing loaded, but not because it is not understood. */
static void every_example_is_understood(void **state)
{
	struct stage *st = stage_new();
	char here[512];
	assert_non_null(getcwd(here, sizeof here));
	assert_int_equal(chdir(scratch), 0); /* some write files */
	for (int i = 0; i < n_commands; i++) {
		const struct command *c = command_table[i];
		struct err e = { 0 };
		bool forced;
		assert_ptr_equal(command_of(c->example, &forced), c);
		if (strcmp(c->name, "reproduce") && try(st, c->example, &e) == ERR_USAGE)
			fail_msg("%s: %s", c->example, e.message);
	}
	assert_int_equal(chdir(here), 0);
	stage_free(st);
}

static void help_explains_any_word(void **state)
{
	static const struct {
		const char *word, *says;
	} topics[] = {
		{ "train", "train [EPOCHS]" },
		{ "TRAIN", "train [EPOCHS]" },
		{ "eval", "evaluate [on=test]" },
		{ "exit", "leave the program" },
		{ "lambda", "lambda: an option" },
		{ "lambda", "models:    i-autorec, u-autorec" },
		{ "i-rbm", "options that it takes\n  k " },
		{ "patience", "patience: for one command\n  train " },
		{ "rprop", "rprop: a value\n  optimizer " },
		{ "Sat", "sat: a word on the screen" },
		{ "M r/s", "millions of training ratings" },
		{ "words", "WORDS ON THE SCREEN" },
		{ "options", "(0..1000000000)" },
	};
	const struct host host = { 0 };
	struct err e = { 0 };
	for (size_t i = 0; i < sizeof topics / sizeof topics[0]; i++) {
		struct text out = { 0 };
		must(command_help_topic(&host, topics[i].word, &out, &e), &e);
		if (!strstr(out.bytes, topics[i].says))
			fail_msg("help %s lacks \"%s\":\n%s", topics[i].word, topics[i].says,
				 out.bytes);
		text_done(&out);
	}
	struct text out = { 0 };
	assert_int_equal(command_help_topic(&host, "satt", &out, &e), ERR_USAGE);
	assert_string_equal(e.message, "there is no help on \"satt\"; did you mean sat?");
	assert_int_equal(command_help_topic(&host, "qqqqq", &out, &e), ERR_USAGE);
	assert_string_equal(e.message, "there is no help on \"qqqqq\"; help lists what there is");
}

/* No word stands for two things, and each model's help lists exactly the options it takes. */
static void the_glossary_is_sound(void **state)
{
	for (const struct gloss *g = glossary; g->word; g++) {
		assert_true(g->meaning[0]);
		if (glossary_find(g->word) != g)
			fail_msg("\"%s\" has two rows", g->word);
	}
	const struct host host = { 0 };
	struct err e = { 0 };
	for (int m = 0; model_ops_at(m); m++) {
		struct text out = { 0 };
		must(command_help_topic(&host, model_ops_at(m)->name, &out, &e), &e);
		for (int i = 0; i < n_options; i++) {
			char line[64];
			snprintf(line, sizeof line, "\n  %-10s ", option_table[i].param.name);
			assert_int_equal(strstr(out.bytes, line) != NULL,
					 model_takes(model_ops_at(m), option_table[i].param.name));
		}
		text_done(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_example_is_understood),
		cmocka_unit_test(help_explains_any_word),
		cmocka_unit_test(the_glossary_is_sound),
	};
	return cmocka_run_group_tests_name("help", tests, scratch_make, scratch_remove);
}
