/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The prompt without a terminal: bytes in, text, lines and cells out. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "autorec/text.h"
#include "check.h"
#include "failing.h"
#include "history.h"
#include "prompt.h"
#include "scratch.h"

static const char *const words[] = { "item", "items", "set", "sum" };
static const char *const titles[] = { "Star Wars (1977)", "Star Trek: \"Generations\" (1994)",
				      "Am\u00e9lie (2001)", "Heat", "Lone Star (1996)" };

static void offer(struct prompt *p, const char *word, const char *const *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text_find(from[i], word) == from[i])
			prompt_offer(p, from[i], NULL, NULL, false);
}

/* A host as the program's: verbs first, then titles; "k" as an option's name. */
static void complete(void *ctx, struct prompt *p, const char *line, size_t start, const char *word)
{
	if (start == 0)
		offer(p, word, words, sizeof words / sizeof *words);
	else if (line[0] == 's')
		prompt_offer(p, "k=", "k=N", NULL, true);
	else if (line[0] == 'x')
		for (int i = 0; i < 5; i += 4)
			prompt_offer(p, titles[i], NULL, NULL, false); /* found by a word inside */
	else
		offer(p, word, titles, sizeof titles / sizeof *titles);
}

static struct prompt *start(const char *history)
{
	struct prompt *p = NULL;
	struct err e = { 0 };
	const struct prompt_host host = { .complete = complete };
	if (prompt_start(&p, "> ", &host, history, &e) < 0)
		fail_msg("%s", e.message);
	return p;
}

static void stop(struct prompt *p)
{
	struct err e = { 0 };
	if (prompt_stop(p, &e) < 0)
		fail_msg("%s: %s", e.where, e.message);
}

/* Feeds text as a keyboard would: a character, or a whole key sequence, at a time. */
static void type(struct prompt *p, const char *text)
{
	while (*text) {
		size_t n = 1;
		if (text[0] == '\033' && text[1] == '[')
			n = 2 + strspn(text + 2, "0123456789;") + 1;
		else if (text[0] == '\033' && text[1])
			n = 2;
		else
			while (((unsigned char)text[n] & 0xc0) == 0x80)
				n++;
		prompt_feed(p, text, n);
		text += n;
	}
}

static void assert_next(struct prompt *p, const char *expected)
{
	char *line = prompt_next(p);
	if (!expected) {
		assert_null(line);
		return;
	}
	assert_non_null(line);
	assert_string_equal(line, expected);
	free(line);
}

static const char *drawn(const struct prompt *p, int columns, int *cursor)
{
	static char line[256];
	struct canvas c = { .glyphs = GLYPHS_BRAILLE };
	struct text out = { 0 };
	assert_int_equal(canvas_resize(&c, 1, columns, NULL), 0);
	int x = prompt_draw(p, canvas_area(&c));
	if (cursor)
		*cursor = x;
	canvas_to_text(&c, &out);
	snprintf(line, sizeof line, "%.*s", (int)(out.length - 1), out.bytes);
	text_done(&out);
	canvas_done(&c);
	return line;
}

static void keys_edit_the_line(void **state)
{
	static const struct {
		const char *typed, *text;
	} cases[] = {
		{ "train 30", "train 30" },
		{ "abc\033[D\033[DX", "aXbc" },          /* left */
		{ "abc\001X\005Y", "XabcY" },            /* Ctrl-A, Ctrl-E */
		{ "abc\033[HX\033[FY", "XabcY" },        /* Home, End */
		{ "abc\177", "ab" },                     /* backspace */
		{ "abc\033[D\033[3~", "ab" },            /* Delete */
		{ "train 30\033bX", "train X30" },       /* Alt-B */
		{ "one two\027", "one " },               /* Ctrl-W */
		{ "one two\025", "" },                   /* Ctrl-U */
		{ "one two\027\031\031", "one twotwo" }, /* Ctrl-Y */
		{ "Am\u00e9lie\033[D\033[D\033[D\177",
		  "Amlie" }, /* a character of two bytes is one */
		{ "\u5343\u3068\177", "\u5343" },
		{ "ab\033[18~c", "abc" },  /* F7 does nothing */
		{ "ab\033[1;9Zc", "abc" }, /* nor does what nobody knows */
		{ "a\033[5~\033[6~b", "ab" },
		{ "a\xff\xe9 b", "a\xff\xe9 b" }, /* bytes that are no UTF-8 */
		{ "a\xff\177", "a" },
	};
	struct prompt *p = start(NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		type(p, cases[i].typed);
		if (strcmp(prompt_text(p), cases[i].text))
			fail_msg("case %zu: \"%s\", expected \"%s\"", i, prompt_text(p),
				 cases[i].text);
		prompt_cancel(p);
		assert_string_equal(prompt_text(p), "");
		assert_false(prompt_busy(p));
	}
	stop(p);
}

static void lines_are_queued(void **state)
{
	struct prompt *p = start(NULL);
	assert_next(p, NULL);
	type(p, "  train 3 \rstop\r\r");
	assert_next(p, "train 3");
	assert_next(p, "stop");
	assert_next(p, "");
	assert_next(p, NULL);
	stop(p);
}

static void ctrl_d_ends_an_empty_line_only(void **state)
{
	struct prompt *p = start(NULL);
	type(p, "ab\001\004"); /* there it deletes */
	assert_string_equal(prompt_text(p), "b");
	assert_false(prompt_ended(p));
	type(p, "\025\013\004");
	assert_true(prompt_ended(p));
	assert_false(prompt_ended(p));
	type(p, "go on\r");
	assert_next(p, "go on");
	stop(p);
}

static void escape_cancels(void **state)
{
	struct prompt *p = start(NULL);
	type(p, "half a li");
	prompt_feed(p, "\033", 1);
	assert_string_equal(prompt_text(p), "");
	type(p, "ok\r");
	assert_next(p, "ok");
	assert_next(p, NULL);
	stop(p);
}

static void assert_drawn(const struct prompt *p, const char *row)
{
	struct canvas c = { .glyphs = GLYPHS_ASCII };
	struct text out = { 0 };
	assert_int_equal(canvas_resize(&c, 1, 40, NULL), 0);
	prompt_draw(p, canvas_area(&c));
	canvas_to_text(&c, &out);
	assert_int_equal(strncmp(out.bytes, row, strlen(row)), 0);
	text_done(&out);
	canvas_done(&c);
}

static void escape_is_vi_modes_own(void **state)
{
	struct prompt *p = start(NULL);
	type(p, "\033\n"); /* Alt-Ctrl-J: vi mode */
	type(p, "abc");
	assert_drawn(p, "(ins) > abc");
	prompt_feed(p, "\033", 1);
	assert_string_equal(prompt_text(p), "abc");
	assert_drawn(p, "(cmd) > abc");
	type(p, "0x"); /* to the front, delete */
	assert_string_equal(prompt_text(p), "bc");
	type(p, "\005\r"); /* back to emacs mode */
	assert_next(p, "bc");
	type(p, "abc");
	prompt_feed(p, "\033", 1);
	assert_string_equal(prompt_text(p), "");
	stop(p);
}

/* readline would look for the rest of the character for ever. */
static void half_a_character_is_refused_in_vi_mode(void **state)
{
	static const char *const halves[] = { "e\xe2\x82", "\xf0\x9f\x98", "x \xe9" };
	struct prompt *p = start(NULL);
	type(p, "\033\n");
	for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
		assert_false(prompt_insert(p, halves[i]));
		assert_string_equal(prompt_text(p), "");
		assert_false(prompt_feed(p, halves[i], strlen(halves[i])));
		assert_string_equal(prompt_text(p), "");
	}
	prompt_feed(p, "\033", 1);
	type(p, "\005"); /* emacs mode */
	assert_true(prompt_insert(p, halves[0]));
	assert_false(prompt_feed(p, "\033\n", 2));
	assert_string_equal(prompt_text(p), "");
	prompt_feed(p, "\033", 1);
	type(p, "\005"); /* emacs mode */
	stop(p);
}

static void history_is_walked_and_searched(void **state)
{
	struct prompt *p = start(NULL);
	type(p, "first\rsecond Am\u00e9lie\rthird\r");
	type(p, "\033[A\033[A");
	assert_string_equal(prompt_text(p), "second Am\u00e9lie");
	type(p, "\033[B");
	assert_string_equal(prompt_text(p), "third");
	prompt_cancel(p);
	type(p, "\022m\u00e9"); /* Ctrl-R, a search with a character of two bytes */
	assert_true(prompt_busy(p));
	assert_string_equal(prompt_text(p), "second Am\u00e9lie");
	assert_non_null(strstr(drawn(p, 70, NULL), "i-search)`m\u00e9': second Am\u00e9lie"));
	prompt_feed(p, "\033", 1);
	assert_false(prompt_busy(p));
	assert_string_equal(drawn(p, 70, NULL), ">");
	type(p, "\022fir\r");
	for (int i = 0; i < 3; i++)
		free(prompt_next(p));
	assert_next(p, "first");
	stop(p);
}

static void cancelled_edit_of_history_is_forgotten(void **state)
{
	struct prompt *p = start(NULL);
	type(p, "first\r\033[A changed");
	prompt_cancel(p);
	type(p, "\033[A");
	assert_string_equal(prompt_text(p), "first");
	stop(p);
}

static void paste_is_text(void **state)
{
	static const struct {
		const char *before, *paste, *text;
	} cases[] = {
		{ "", "train 30", "train 30" },
		{ "a", " b\tc", "a b c" },
		{ "", "\na\n\nb\n", "a\n\nb" },                 /* not entered yet */
		{ "", "x\033[2J\007\001y", "x[2Jy" },           /* control characters go */
		{ "", "Am\u00e9lie \xff", "Am\u00e9lie \xff" }, /* a name may be no UTF-8 */
		{ "x\022", "a\xff", "x" },                      /* but no search is for it */
		{ "x\022", "a\nb", "x" }, /* into a search: no line break ends it */
	};
	struct prompt *p = start(NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		type(p, cases[i].before);
		prompt_insert(p, cases[i].paste);
		if (strcmp(prompt_text(p), cases[i].text))
			fail_msg("case %zu: \"%s\", expected \"%s\"", i, prompt_text(p),
				 cases[i].text);
		assert_next(p, NULL);
		prompt_cancel(p);
	}
	prompt_insert(p, "set k 5\n\n train \nstop\n");
	type(p, "\r");
	assert_next(p, "set k 5");
	assert_next(p, "train");
	assert_next(p, "stop");
	assert_next(p, NULL);
	type(p, "\033[A");
	assert_string_equal(prompt_text(p), "stop");
	stop(p);
}

static void lines_have_a_limit(void **state)
{
	static char most[PROMPT_LONGEST + 2];
	struct prompt *p = start(NULL);
	memset(most, 'x', PROMPT_LONGEST + 1);
	assert_false(prompt_insert(p, most));
	assert_string_equal(prompt_text(p), "");
	most[PROMPT_LONGEST] = 0;
	assert_true(prompt_insert(p, most));
	assert_false(prompt_feed(p, "y", 1));
	assert_int_equal(strlen(prompt_text(p)), PROMPT_LONGEST);
	assert_false(
		prompt_feed(p, "\r", 1)); /* what was typed is not all there: it is no command */
	assert_next(p, NULL);
	assert_string_equal(prompt_text(p), "");
	assert_true(prompt_insert(p, most));
	type(p, "\025"); /* Ctrl-U */
	type(p, "\031"); /* Ctrl-Y */
	assert_int_equal(strlen(prompt_text(p)), PROMPT_LONGEST);
	assert_false(prompt_feed(p, "\031", 1));
	assert_int_equal(strlen(prompt_text(p)), PROMPT_LONGEST);
	assert_false(prompt_feed(p, "z", 1));
	assert_true(prompt_feed(p, "\177", 1)); /* there is room again */
	assert_true(prompt_feed(p, "z", 1));
	assert_true(prompt_feed(p, "\r", 1));
	char *line = prompt_next(p);
	assert_non_null(line);
	assert_int_equal(strlen(line), PROMPT_LONGEST);
	free(line);
	stop(p);
}

static void tab_completes(void **state)
{
	static const struct {
		const char *typed, *text;
		int candidates;
	} cases[] = {
		{ "ite\t", "item", 2 },
		{ "se\t", "set ", 0 },
		{ "zzz\t", "zzz", 0 },
		{ "item H\t", "item Heat ", 0 },
		{ "item Star\t", "item \"Star ", 2 },
		{ "item star\t", "item \"Star ", 2 }, /* in any case */
		{ "item \"Star W\t", "item \"Star Wars (1977)\" ", 0 },
		{ "item 'Star W\t", "item \"Star Wars (1977)\" ", 0 },
		{ "item \"Star T\t", "item \"Star Trek: \\\"Generations\\\" (1994)\" ", 0 },
		{ "item Am\u00e9\t", "item \"Am\u00e9lie (2001)\" ", 0 },
		{ "item name=He\t", "item name=Heat ", 0 },
		{ "item name=\"Star W\t", "item name=\"Star Wars (1977)\" ", 0 },
		{ "x Star\t", "x Star", 2 }, /* nothing in common: as it was */
		{ "s \t", "s k=", 0 },       /* a name goes on */
		{ "item Star\tW\t", "item \"Star Wars (1977)\" ", 0 },
		{ "ite x\001\006\006\006\t", "item x", 2 }, /* in the middle */
		{ "item \tq", "item q", 0 },                /* typing on takes the list away */
	};
	struct prompt *p = start(NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		type(p, cases[i].typed);
		if (strcmp(prompt_text(p), cases[i].text) ||
		    prompt_candidates(p) != cases[i].candidates)
			fail_msg("case %zu: \"%s\" with %d candidates, expected \"%s\" with %d", i,
				 prompt_text(p), prompt_candidates(p), cases[i].text,
				 cases[i].candidates);
		prompt_cancel(p);
	}
	stop(p);
}

static void line_is_drawn(void **state)
{
	static const struct {
		const char *typed;
		int columns;
		const char *row;
		int cursor;
	} cases[] = {
		{ "", 20, ">", 2 },
		{ "abc", 20, "> abc", 5 },
		{ "abc\033[D", 20, "> abc", 4 },
		{ "0123456789abcdef", 12, "> <89abcdef", 11 },
		{ "\u5343\u3068\u5343", 20, "> \u5343\u3068\u5343", 8 },
		{ "\u5343\u3068\u5343\033[D", 20, "> \u5343\u3068\u5343", 6 },
		{ "0123\u5343\u3068\u5343\u5c0b", 10, "> <\u3068\u5343\u5c0b", 9 },
		{ "e\u0301x", 20, "> e\u0301x", 4 }, /* a combining mark has no column */
		{ "a\026\001b", 20, "> a?b", 5 },    /* Ctrl-V Ctrl-A: a control character shows */
		{ "abc", 2, ">", 1 },
		{ "abc", 1, "", 0 },
		{ "abc", 0, "", 0 },
	};
	struct prompt *p = start(NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int cursor;
		type(p, cases[i].typed);
		const char *row = drawn(p, cases[i].columns, &cursor);
		if (cases[i].columns > 2 &&
		    (strcmp(row, cases[i].row) || cursor != cases[i].cursor))
			fail_msg("case %zu: \"%s\" with the cursor at %d, expected \"%s\" at %d", i,
				 row, cursor, cases[i].row, cases[i].cursor);
		assert_in_range(cursor, 0, cases[i].columns > 0 ? cases[i].columns - 1 : 0);
		prompt_cancel(p);
	}
	stop(p);
}

static void history_file_keeps_lines(void **state)
{
	char path[512], line[32];
	struct stat s;
	struct history h = { 0 };
	scratch_path("state/autorec/history", path, sizeof path);
	struct prompt *p = start(path);
	type(p, "one\rtwo\rone\r");
	assert_int_equal(stat(path, &s), 0); /* before the end: a crash loses nothing */
	assert_int_equal(s.st_mode & 0777, 0600);
	stop(p);
	p = start(path);
	type(p, "\033[A");
	assert_string_equal(prompt_text(p), "one");
	type(p, "\033[A");
	assert_string_equal(prompt_text(p), "two");
	prompt_cancel(p);
	for (int i = 0; i < HISTORY_LINES + 5; i++) {
		snprintf(line, sizeof line, "line %d\r", i);
		type(p, line);
	}
	stop(p);
	history_load(&h, path);
	assert_int_equal(h.n, HISTORY_LINES);
	assert_string_equal(h.line[0], "line 5");
	assert_string_equal(h.line[HISTORY_LINES - 1], "line 1004");
	history_done(&h);
	assert_int_equal(stat(path, &s), 0);
	assert_int_equal(s.st_mode & 0777, 0600);
	scratch_path("state/autorec", path, sizeof path);
	assert_int_equal(stat(path, &s), 0);
	assert_int_equal(s.st_mode & 0777, 0700);
}

/* Whichever allocation fails: all lines are there afterwards. */
static void history_is_not_cut_for_want_of_memory(void **state)
{
	FAILING_SKIP();
	char path[512];
	bool refused = true;
	scratch_write("lines", "one\ntwo\nthree\n", 14);
	scratch_path("lines", path, sizeof path);
	for (long k = 0; refused; k++) {
		struct err e = { 0 };
		struct history h = { 0 };
		failing_after(k);
		const int status = history_save(path, &e);
		refused = failing_stop();
		if (!refused && status < 0)
			fail_msg("%s", e.message);
		assert_int_equal(history_load(&h, path), 0);
		assert_int_equal(h.n, 3);
		history_done(&h);
	}
}

/* Whoever wants no history links its file to a device, whose permissions are nobody's business:
 * here, to a pipe. */
static void a_device_as_history_stays_as_it_is(void **state)
{
	char path[512];
	struct stat after;
	struct err e = { 0 };
	scratch_path("device", path, sizeof path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(chmod(path, 0644), 0);
	const int reader = open(path, O_RDONLY | O_NONBLOCK);
	assert_int_equal(history_append(path, "train 10", &e), 0);
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(after.st_mode & 0777, 0644);
	close(reader);
}

static void history_that_cannot_be_kept_is_told(void **state)
{
	char path[512];
	struct err e = { 0 };
	scratch_write("file", "", 0);
	struct prompt *p = start(scratch_path("file/history", path, sizeof path));
	type(p, "one\r");
	assert_next(p, "one");
	assert_int_equal(prompt_stop(p, &e), ERR_IO);
	assert_string_equal(e.where, path);
	assert_string_equal(e.message, "the history cannot be saved: Not a directory");
}

/* Any keys in any order: nothing breaks, nothing waits. */
static void any_keys_are_survived(void **state)
{
	static const char *const keys[] = { "\033",      "\033[A", "\033[C", "\033[3~", "\033[18~",
					    "\033[999Z", "\u00e9", "\u5343", "\033\n",  "\033f",
					    "\t",        "\r",     "\022",   "\023",    "\030",
					    "a",         "it",     "\033[" };
	struct prompt *p = start(NULL);
	uint32_t seed = 1;
	for (int i = 0; i < 50000; i++) {
		seed = seed * 1103515245 + 12345;
		size_t which = seed >> 16 & 63;
		char control[] = { (char)(seed >> 22 & 31) };
		if (which < sizeof keys / sizeof *keys)
			prompt_feed(p, keys[which], strlen(keys[which]));
		else
			prompt_feed(p, control, 1);
		drawn(p, (int)(seed >> 8) % 50, NULL);
		for (char *line; (line = prompt_next(p));)
			free(line);
	}
	stop(p);
}

/* A line of the history that was edited, left by a search and gone from the history since. */
static void an_edited_line_of_the_history_may_go(void **state)
{
	struct prompt *p = start(NULL);
	type(p, "b\r\033[A\033p\ab\033[B\033p\ra\r\033<\r");
	stop(p);
}

/* What a cat on the keyboard does to readline's history, searches and undo. */
static void any_keys_in_any_order_are_survived(void **state)
{
	static const char *const keys[] = {
		"\020",     "\016",  "a",      "b",      "get k",    "\017",  "\r",   "\022",
		"\a",       "\037",  "\025",   "\031",   "\033<",    "\033>", "\027", "\177",
		"\033\022", "\033p", "\033n",  "a\r",    "b\r",      "\033.", "\013", "\033u",
		"\033#",    "\023",  "\033[A", "\033[B", "\030\025", "\033r", "\t",
	};
	unsigned seed = 1;
	struct prompt *p = start(NULL);
	for (int i = 0; i < 30000; i++) {
		seed = seed * 1103515245u + 12345u;
		type(p, keys[(seed >> 16) % (sizeof keys / sizeof *keys)]);
		for (char *line; (line = prompt_next(p));)
			free(line);
	}
	stop(p);
}

int main(void)
{
	/* readline reads its locale and its settings from here. */
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("INPUTRC", "/dev/null", 1);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_edit_the_line),
		cmocka_unit_test(lines_are_queued),
		cmocka_unit_test(ctrl_d_ends_an_empty_line_only),
		cmocka_unit_test(escape_cancels),
		cmocka_unit_test(escape_is_vi_modes_own),
		cmocka_unit_test(half_a_character_is_refused_in_vi_mode),
		cmocka_unit_test(history_is_walked_and_searched),
		cmocka_unit_test(cancelled_edit_of_history_is_forgotten),
		cmocka_unit_test(paste_is_text),
		cmocka_unit_test(lines_have_a_limit),
		cmocka_unit_test(tab_completes),
		cmocka_unit_test(line_is_drawn),
		cmocka_unit_test(history_file_keeps_lines),
		cmocka_unit_test(history_is_not_cut_for_want_of_memory),
		cmocka_unit_test(a_device_as_history_stays_as_it_is),
		cmocka_unit_test(history_that_cannot_be_kept_is_told),
		cmocka_unit_test(any_keys_are_survived),
		cmocka_unit_test(an_edited_line_of_the_history_may_go),
		cmocka_unit_test(any_keys_in_any_order_are_survived),
	};
	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
