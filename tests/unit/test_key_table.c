/* SPDX-License-Identifier: GPL-3.0-or-later
 * The table of keys: no two rows clash, commands exist, and every key is documented. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/command.h"
#include "check.h"
#include "key_help.h"
#include "scratch.h"

static bool overlap(const struct key_row *a, const struct key_row *b)
{
	const int64_t from_a = a->key == K_CHAR ? (int64_t)a->code : (int64_t)a->key,
		      from_b = b->key == K_CHAR ? (int64_t)b->code : (int64_t)b->key;
	return (a->key == K_CHAR) == (b->key == K_CHAR) && from_a <= from_b + b->more &&
	       from_b <= from_a + a->more && a->views & b->views && a->modes & b->modes;
}

static void a_key_means_one_thing(void **state)
{
	for (int i = 0; i < n_keys; i++)
		for (int j = 0; j < i; j++)
			if (overlap(&key_table[i], &key_table[j]))
				fail_msg("\"%s\" and \"%s\" are the same key: %s; %s",
					 key_table[j].label, key_table[i].label, key_table[j].help,
					 key_table[i].help);
}

static void every_key_does_something(void **state)
{
	for (int i = 0; i < n_keys; i++) {
		const struct key_row *row = &key_table[i];
		char verb[32];
		if (!row->views || !row->modes || !row->label[0] || !row->help[0] ||
		    !(row->act || row->command))
			fail_msg("row %d, \"%s\", is not complete", i, row->label);
		if (row->command &&
		    (sscanf(row->command, "%31s", verb) != 1 || !command_find(verb, NULL)))
			fail_msg("\"%s\": no command %s", row->label, row->command);
	}
}

static void every_key_is_documented(void **state)
{
	struct text help = { 0 }, reference = { 0 }, manual = { 0 };
	char *readme = scratch_read("./README.md", NULL);
	key_help_text(&help);
	key_help_reference(&reference);
	key_help_manual(&manual);
	for (int i = 0; i < n_keys; i++) {
		char cell[32];
		snprintf(cell, sizeof cell, "| `%s` |", key_help_label(&key_table[i]).text);
		assert_non_null(strstr(reference.bytes, cell));
		assert_non_null(strstr(help.bytes, key_table[i].help));
		assert_non_null(strstr(manual.bytes, key_table[i].help));
	}
	if (!strstr(readme, reference.bytes))
		fail_msg("README.md does not have the table of keys; make readme writes it");
	text_done(&help);
	text_done(&reference);
	text_done(&manual);
	free(readme);
}

static void the_hint_line_fits(void **state)
{
	for (int v = 0; v < N_VIEWS; v++)
		for (int columns = 0; columns < 130; columns++) {
			struct text hint = { 0 };
			key_help_hint((enum view)v, MODE_KEYS, columns, &hint);
			assert_true(hint.length <= (size_t)columns);
			if (columns == 30)
				assert_string_equal(hint.bytes, "?:help  Tab:focus  z:zoom");
			text_done(&hint);
		}
}

/* A letter is text at the prompt, so it is not offered there. */
static void only_keys_that_act_are_hinted(void **state)
{
	static const unsigned modes[] = { MODE_EMPTY, MODE_TYPING, MODE_KEYS };
	for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
		struct text hint = { 0 };
		key_help_hint(VIEW_USER, modes[i], 200, &hint);
		assert_int_equal(!strstr(hint.bytes, "z:zoom"), modes[i] != MODE_KEYS);
		assert_int_equal(!strstr(hint.bytes, "?:help"), modes[i] == MODE_TYPING);
		assert_non_null(strstr(hint.bytes, "Ctrl-C:stop"));
		text_done(&hint);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_means_one_thing),
		cmocka_unit_test(every_key_does_something),
		cmocka_unit_test(every_key_is_documented),
		cmocka_unit_test(the_hint_line_fits),
		cmocka_unit_test(only_keys_that_act_are_hinted),
	};
	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
