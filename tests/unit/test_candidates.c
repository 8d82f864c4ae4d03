/* SPDX-License-Identifier: GPL-3.0-or-later
 * The list of words that the prompt offers. */
#include <string.h>

#include "candidates.h"
#include "check.h"

struct case_ {
	const char *words; /* "label=description" separated by "|" */
	size_t total;      /* 0: as many as there are */
	const char *note;
	int rows, columns;
	const char *text;
};

static void add_words(struct candidates *c, const struct case_ *one)
{
	char words[500], *rest = words;
	strcpy(words, one->words);
	for (char *label; (label = strsep(&rest, "|"));) {
		char *about = strchr(label, '=');
		if (about)
			*about++ = 0;
		candidates_add(c, label, label, about ? about : "", false);
	}
	candidates_note(c, one->note, one->total ? one->total : c->n);
}

static void candidates_are_listed(void **state)
{
	static const struct case_ cases[] = {
		/* In columns, as many as fit, without descriptions */
		{ "item|items|set", 0, "", 5, 30, "item   items  set\n" },
		{ "item|items|set", 0, "", 5, 14, "item   items\nset\n" },
		{ "item|items|set", 0, "", 5, 6, "item\nitems\nset\n" },
		{ "item|items|set", 0, "", 2, 6, "item\n1 of 3\n" },
		{ "item|items|set", 0, "", 1, 40, "item   items  set\n" },
		{ "item|items|set", 0, "what?", 5, 40, "what?\nitem   items  set\n" },
		/* Each with its description, if there is a row for each */
		{ "train=train the model|tune=try options", 0, "what?", 4, 40,
		  "what?\ntrain  train the model\ntune   try options\n" },
		{ "train=train the model|tune=try options", 0, "what?", 2, 40,
		  "what?\ntrain  tune\n" },
		{ "train=train the model|tune=try options", 0, "", 4, 16,
		  "train  train th~\ntune   try opti~\n" },
		{ "train=train the model|tune=try options", 6040, "", 3, 40,
		  "train  tune\n2 of 6,040: keep typing\n" },
		/* Ids are never cut, but titles are */
		{ "Star Wars (1977)=50|Lone Star (1996)=1234", 0, "", 2, 30,
		  "Star Wars (1977)  50\nLone Star (1996)  1234\n" },
		{ "Star Wars (1977)=50|Lone Star (1996)=1234", 900, "", 3, 16,
		  "Star Wars ~ 50\nLone Star ~ 1234\n2 of 900: keep t\n" },
		{ "one word", 0, "", 3, 20, "" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct case_ *one = &cases[i];
		struct candidates c = { 0 };
		struct canvas canvas = { .glyphs = GLYPHS_ASCII };
		struct text out = { 0 };
		add_words(&c, one);
		const int rows = candidates_rows(&c, one->columns, one->rows);
		assert_int_equal(canvas_resize(&canvas, rows, one->columns, NULL), 0);
		candidates_draw(&c, canvas_area(&canvas));
		canvas_to_text(&canvas, &out);
		if (strcmp(out.bytes ? out.bytes : "", one->text))
			fail_msg("case %zu: \"%s\", expected \"%s\"", i, out.bytes ? out.bytes : "",
				 one->text);
		text_done(&out);
		canvas_done(&canvas);
		candidates_done(&c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(candidates_are_listed),
	};
	return cmocka_run_group_tests_name("candidates", tests, NULL, NULL);
}
