/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tests of the help on the screen, and of the words that the other views show without explaining
 * them. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "autorec/help.h"
#include "check.h"
#include "explorer.h"
#include "scratch.h"

static void help_scrolls_and_is_searched(void **state)
{
	struct pty p;
	explorer_start(&p, 24, 80, NULL);
	pty_send(&p, F_KEY("P")); /* F1 */
	pty_wait(&p, "help WORD explains one command");
	pty_wait_match(&p, "rows 1-20 of [0-9]+$");
	pty_send(&p, KEY_PAGE_DOWN);
	pty_wait_match(&p, "rows 20-39 of [0-9]+$");
	explorer_use_keys(&p);
	pty_send(&p, "/");
	pty_wait(&p, "autorec> find");
	pty_send(&p, "Lambda/2 (|w|\r"); /* case makes no difference */
	pty_wait(&p, "plus lambda/2 (|W|^2 + |V|^2)");
	pty_wait(&p, "Esc:prompt");
	explorer_type(&p, ":find example: units");
	pty_wait(&p, "example: units sort=sd");
	pty_wait_gone(&p, "plus lambda/2");
	explorer_type(&p, "find no such text");
	pty_wait(&p, "find: nothing here contains \"no such text\"");
	explorer_quit(&p);
}

/* Returns whether a cell of the row that begins with `text` is underlined. */
static bool match_is_marked(struct pty *p, const char *text)
{
	for (int y = 1; y < p->rows - 2; y++)
		for (int x = 0; x < p->columns; x++)
			if (pty_cell(p, y, x).attrs.underline)
				return pty_cell(p, y, x).chars[0] == (uint32_t)text[0];
	return false;
}

static void matches_are_marked(void **state)
{
	struct pty p;
	explorer_start(&p, 24, 80, TRAINED, "-c", "user 7");
	pty_wait(&p, "USER 7");
	explorer_type(&p, "find martian");
	pty_wait_until(&p, match_is_marked, "a marked match", "Martian");
	explorer_type(&p, "get seed");
	pty_wait(&p, "seed is 1");
	assert_false(match_is_marked(&p, "Martian"));
	explorer_type(&p, "find qqq");
	pty_wait(&p, "find: nothing here contains \"qqq\"");
	explorer_type(&p, "view train");
	pty_wait(&p, "RMSE");
	explorer_type(&p, "find martian"); /* the curve has no titles, so the log lists them */
	pty_wait(&p, "Unlicensed Martian");
	explorer_quit(&p);
}

static void topics_are_explained(void **state)
{
	static const struct {
		const char *line, *shows;
	} topics[] = {
		{ "help keys", "KEYS OF THE VIEW train" },
		{ "help lambda", "lambda: an option" },
		{ "help i-autorec", "options that it takes" },
		{ "help filter", "filter=: rows to show, this time" },
		{ "help user", "KEYS OF THE VIEW user" },
		{ "help Tab", "Tab: a key" },
		{ "help SAT", "within 5 % of a bound" },
		{ "help M r/s", "millions of training ratings" },
		{ "help held out", "which the model was not given" },
		{ "help lambada", "there is no help on \"lambada\"; did you mean lambda?" },
	};
	struct pty p;
	explorer_start(&p, 40, 100, NULL);
	for (size_t i = 0; i < sizeof topics / sizeof topics[0]; i++) {
		explorer_type(&p, topics[i].line);
		pty_wait(&p, topics[i].shows);
	}
	explorer_quit(&p);
}

/* Words that everyone knows. */
static bool is_plain(const char *word)
{
	static const char *const plain[] = { "the",   "of",    "to",    "a",     "and",   "is",
					     "in",    "by",    "all",   "for",   "as",    "was",
					     "it",    "an",    "on",    "or",    "no",    "not",
					     "this",  "that",  "same",  "The",   "has",   "value",
					     "Enter", "opens", "card.", "every", "below", "move",
					     "other", "again" };
	for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
		if (!strcmp(plain[i], word))
			return true;
	return false;
}

/* Does help explain the word, or is it a number or a plain word? */
static bool is_explained(const char *word)
{
	const struct host nobody = { 0 };
	struct text help = { 0 };
	struct err e;
	bool letters = false;
	for (const char *c = word; *c; c++)
		letters |= isalpha((unsigned char)*c) != 0;
	const bool known = !letters || is_plain(word) ||
			   command_help_topic(&nobody, word, &help, &e) == 0;
	text_done(&help);
	return known;
}

/* Looks up every word of at most five letters between the tabs and the last three lines, which are
 * the message, the keys and the prompt.  Words of symbols, such as |W|, count too. */
static void look_up_words(struct pty *p)
{
	enum { LONGEST = 5, LAST = 3 };
	char *text = strdup(pty_text(p)), *rest = text;
	int lines = 0;
	for (const char *c = text; *c; c++)
		lines += *c == '\n';
	for (int i = 0; i < lines - LAST; i++) {
		char *line = strsep(&rest, "\n");
		for (char *word; i > 0 && (word = strsep(&line, " ,;:()"));) {
			bool ascii = word[0] && strlen(word) <= LONGEST;
			for (const char *c = word; *c; c++)
				ascii &= (unsigned char)*c < 0x80;
			if (ascii && !is_explained(word))
				fail_msg("help does not explain \"%s\", which is on this "
					 "screen:\n%s",
					 word, pty_text(p));
		}
	}
	free(text);
}

static void every_short_word_is_explained(void **state)
{
	static const struct {
		const char *line, *shows;
	} views[] = {
		{ "view train", "dead" },
		{ "units", "all activations" },
		{ "unit 3", "activation" },
		{ "user 7", "USER 7" },
		{ "item 15", "ITEM 15" },
		{ "rate 1 15 5", "WHAT-IF" },
		{ "view train", "DONE" },
		{ "model! u-rbm", "READY" },
		{ "model! deep-autorec", "layers" },
		{ "model! biased-mf", "|V|" },
		{ "tune lambda=1,2", "2 of 2 runs" },
	};
	struct pty p;
	size_t n;
	char *ratings = scratch_read("./sample-data/ratings.csv", &n), load[600], path[512];
	scratch_write("untitled.csv", ratings, n);
	free(ratings);
	snprintf(load, sizeof load, "load %s", scratch_path("untitled.csv", path, sizeof path));
	explorer_start(&p, 40, 80, "-c", load, "-c", "model i-autorec k=20 lambda=50", "-c",
		       "train 60", "-c", "wait idle", "-c", "set epochs 5");
	pty_wait(&p, "DONE");
	for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
		explorer_type(&p, views[i].line);
		pty_wait(&p, views[i].shows);
		look_up_words(&p);
	}
	explorer_quit(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(help_scrolls_and_is_searched),
		cmocka_unit_test(matches_are_marked),
		cmocka_unit_test(topics_are_explained),
		cmocka_unit_test(every_short_word_is_explained),
	};
	return cmocka_run_group_tests_name("help view", tests, explorer_begin, explorer_end);
}
