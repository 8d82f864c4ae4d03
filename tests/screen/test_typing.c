/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tests of what a person types at the prompt: completion, history, paste, mistakes. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "autorec/clock.h"
#include "autorec/text.h"
#include "check.h"
#include "explorer.h"
#include "scratch.h"
/* A letter is a key only in a panel that has the focus; at the prompt it is always text. */
static void typing_goes_to_the_prompt(void **state)
{
	struct pty p;
	explorer_start(&p, 24, 80, TRAINED, "-c", "user 7");
	pty_wait(&p, "sort error");
	pty_send(&p, "x");
	pty_wait_match(&p, "^autorec> x$");
	pty_send(&p, ESCAPE);
	pty_wait_match(&p, "^autorec>$");
	explorer_type(&p, "user 1");
	pty_wait_match(&p, "USER 1( |$)");
	assert_true(pty_has(&p, "sort error"));
	explorer_type(&p, ":user 7");
	pty_wait_match(&p, "USER 7( |$)");
	pty_send(&p, TAB "\r"); /* opens the row */
	pty_wait(&p, "ITEM ");
	pty_send(&p, "user 1\r"); /* u has no meaning in a list; what follows it is text */
	pty_wait_match(&p, "USER 1( |$)");
	pty_send(&p, TAB "sr");
	pty_wait(&p, "sort rank reversed");
	pty_send(&p, TAB "s");
	pty_wait_match(&p, "^autorec> s$");
	pty_send(&p, CTRL_C);
	pty_wait_match(&p, "^autorec>$");
	explorer_quit(&p);
}

/* All of it arrives at once, before the program has handled the first byte. */
static void keys_typed_ahead_keep_their_order(void **state)
{
	struct pty p;
	explorer_start(&p, 24, 80, TRAINED);
	pty_wait(&p, "DONE");
	pty_send(&p, "user 7\r?get lambda\r?user 1\r" TAB "s" KEY_DOWN KEY_DOWN "f" ESCAPE);
	pty_wait_match(&p, "USER 1( |$)");
	pty_wait(&p, "sort rank  filter input");
	pty_send(&p, "history\r");
	pty_wait_match(&p, "user 7\n.*  help\n.*get lambda\n.*  help\n.*user 1\n.*user "
			   "sort=rank filter=all\n.*user sort=rank filter=input");
	explorer_quit(&p);
}

static void work_is_not_lost_unasked(void **state)
{
	struct pty p;
	explorer_start(&p, 24, 80, TRAINED, "-c", "rate 1 15 5");
	pty_wait(&p, "edits 1");
	pty_send(&p, "1");
	explorer_type(&p, "model baseline");
	pty_wait(&p, "would lose 1 edit");
	pty_send(&p, CTRL_D);
	pty_wait(&p, "quit would lose 1 edit");
	explorer_type(&p, "model baseline");
	pty_wait(&p, "model would lose 1 edit");
	explorer_type(&p, "model baseline");
	pty_wait(&p, "baseline");
	pty_wait(&p, "READY");
	explorer_type(&p, "undo");
	pty_wait(&p, "DONE  epoch 60");
	pty_send(&p, CTRL_D);
	pty_wait(&p, "quit would lose 1 edit");
	pty_send(&p, CTRL_D);
	assert_int_equal(pty_end(&p), 0);
}

static void tab_completes_every_kind_of_word(void **state)
{
	static const struct {
		const char *typed, *becomes, *offers;
	} cases[] = {
		{ "eva", "autorec> evaluate", NULL },
		{ "un", "autorec> un", "unrate" },
		{ "model i-autorec lam", "autorec> model i-autorec lambda=", NULL },
		{ "set hidden ", "autorec> set hidden", "sigmoid" },
		{ "user sort=", "autorec> user sort=", "predicted" },
		{ "user sort=pred", "autorec> user sort=predicted", NULL },
		{ "user 99", "autorec> user 99", "998" },
		{ "item \"casserole", "autorec> item \"casserole", "Casserole, the Bathroom" },
		{ "item \"casserole, the b", "autorec> item \"Casserole, the Bathroom", NULL },
		{ "source sample-data/dem", "autorec> source sample-data/demo.autorec", NULL },
		{ "load sample-data/", "autorec> load sample-data/", "ratings.csv" },
		{ "help comp", "autorec> help comp", NULL },
	};
	struct pty p;
	explorer_start(&p, 24, 80, TRAINED);
	pty_wait(&p, "DONE");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		pty_send(&p, cases[i].typed);
		pty_send(&p, TAB TAB);
		pty_wait(&p, cases[i].becomes);
		if (cases[i].offers)
			pty_wait(&p, cases[i].offers);
		pty_send(&p, CTRL_C);
		pty_wait_match(&p, "^autorec>$");
	}
	explorer_quit(&p);
}

static void history_is_kept_between_runs(void **state)
{
	struct pty p;
	explorer_start(&p, 24, 80, NULL);
	explorer_type(&p, "get lambda");
	pty_wait(&p, "lambda is");
	explorer_type(&p, "get k");
	pty_wait(&p, "k is");
	explorer_quit(&p);
	explorer_start(&p, 24, 80, NULL);
	pty_send(&p, KEY_UP KEY_UP);
	pty_wait(&p, "autorec> get k");
	pty_send(&p, CTRL_C);
	pty_wait_match(&p, "^autorec>$");
	pty_send(&p, CTRL_R "lamb");
	pty_wait(&p, "(reverse-i-search)`lamb': get lambda");
	pty_send(&p, "\r");
	pty_wait(&p, "lambda is");
	explorer_quit(&p);
}

static void text_beyond_ascii_is_typed(void **state)
{
	struct pty p;
	int y, x;
	explorer_start(&p, 24, 80, TRAINED);
	pty_wait(&p, "DONE");
	pty_send(&p, "item \"Ren\u00e9e \u5343");
	pty_wait(&p, "autorec> item \"Ren\u00e9e \u5343");
	pty_cursor(&p, &y, &x);
	assert_int_equal(x, 23); /* the ideograph takes two columns */
	pty_send(&p, "\177\177\177");
	pty_wait_match(&p, "^autorec> item \"Ren\u00e9$");
	explorer_type(&p, "e's Misplac\"");
	pty_wait_match(&p, "ITEM [0-9]+ Ren\u00e9e's Misplac");
	explorer_quit(&p);
}

/* A save runs in the background: its file appears a moment after its answer. */
static void wait_for_file(struct pty *p, const char *name)
{
	char path[128];
	const double end = clock_seconds() + pty_patience;
	while (access(scratch_path(name, path, sizeof path), F_OK) != 0) {
		assert_true(clock_seconds() < end);
		pty_read(p, 0.02);
	}
}

/* A file name may hold any bytes.  It can be typed, pasted, completed, recalled and run by a
 * script. */
static void names_need_not_be_utf8(void **state)
{
	struct pty p;
	char line[300], path[128], script[128];
	explorer_start(&p, 24, 80, TRAINED);
	pty_wait(&p, "DONE");
	snprintf(line, sizeof line, "save %s", scratch_path("typed\xff", path, sizeof path));
	explorer_type(&p, line);
	pty_wait_match(&p, "save: file .*typed\ufffd ");
	wait_for_file(&p, "typed\xff");
	snprintf(line, sizeof line, "save %s", scratch_path("caf\xe9-1", path, sizeof path));
	pty_paste(&p, line);
	pty_send(&p, "\r");
	pty_wait_match(&p, "save: file .*caf\ufffd-1 ");
	wait_for_file(&p, "caf\xe9-1");
	snprintf(line, sizeof line, "open %s", scratch_path("caf" TAB, path, sizeof path));
	explorer_type(&p, line);
	pty_wait_match(&p, "open: file .*caf\ufffd-1 ");
	pty_send(&p, KEY_UP KEY_UP "2");
	pty_send(&p, "\r");
	pty_wait_match(&p, "save: file .*caf\ufffd-12 ");
	wait_for_file(&p, "caf\xe9-12");
	FILE *f = fopen(scratch_path("script", script, sizeof script), "w");
	assert_non_null(f);
	fprintf(f, "save %s\n", scratch_path("\x80script", path, sizeof path));
	fclose(f);
	snprintf(line, sizeof line, "source %s", script);
	explorer_type(&p, line);
	pty_wait_match(&p, "save: file .*\ufffdscript ");
	wait_for_file(&p, "\x80script");
	explorer_quit(&p);
}

/* Only changed cells are drawn, but the two halves of a wide character must change together.
 */
static void wide_characters_move_by_a_column(void **state)
{
	struct pty p;
	explorer_start(&p, 24, 80, TRAINED);
	pty_wait(&p, "DONE");
	pty_send(&p, "\u5343\u5344\u5345 b");
	pty_wait_match(&p, "^autorec> \u5343\u5344\u5345 b$");
	pty_send(&p, "\001a"); /* Ctrl-A moves to the start of the line */
	pty_wait_match(&p, "^autorec> a\u5343\u5344\u5345 b$");
	pty_send(&p, "\004"); /* Ctrl-D deletes the first ideograph */
	pty_wait_match(&p, "^autorec> a\u5344\u5345 b$");
	pty_send(&p, "cd");
	pty_wait_match(&p, "^autorec> acd\u5344\u5345 b$");
	pty_send(&p, "\177\177\177");
	pty_wait_match(&p, "^autorec> \u5344\u5345 b$");
	pty_send(&p, "\003"); /* Ctrl-C empties the line */
	explorer_quit(&p);
}

static void a_paste_enters_its_lines(void **state)
{
	struct pty p;
	explorer_start(&p, 24, 80, TRAINED);
	pty_wait(&p, "DONE");
	explorer_use_keys(&p);
	assert_true(pty_lacks(&p, "autorec>"));
	pty_paste(&p, "set lambda 66\nuser 7\n"); /* goes to the prompt although single keys act */
	pty_wait(&p, "autorec> set lambda 66");
	pty_send(&p, "\r");
	pty_wait(&p, "USER 7");
	pty_send(&p, "1");
	pty_wait(&p, "lambda 66");
	explorer_quit(&p);
}

static void mistakes_are_told_and_lose_nothing(void **state)
{
	static const struct {
		const char *line, *says;
	} cases[] = {
		{ "lamda 3", "^ lamda: " },
		{ "trian 20", "did you mean.*train" },
		{ "set lamda 3", "did you mean.*lambda" },
		{ "set lambda x", "^ set: lambda: " },
		{ "user 99999", "^ user: .*99999" },
		{ "rate 1 15 9", "^ rate: .*9.*1.*5" },
		{ "load /nonexistent", "^ load: .*/nonexistent" },
		{ "item \"Star", "quote" },
		{ "source sample-data/README.md", "there is no command .60,000" },
	};
	struct pty p;
	explorer_start(&p, 24, 80, TRAINED);
	pty_wait(&p, "DONE");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		explorer_type(&p, cases[i].line);
		pty_wait_match(&p, cases[i].says);
		pty_wait(&p, "DONE  epoch 60");
		pty_wait_match(&p, "^autorec>$");
	}
	explorer_quit(&p);
}

/* Sends more than a terminal can hold.  Reads at the same time; otherwise both sides would wait for
 * each other. */
static void send_much(struct pty *p, const char *bytes, size_t n)
{
	const int flags = fcntl(p->fd, F_GETFL);
	const double end = clock_seconds() + 5 * pty_patience;
	fcntl(p->fd, F_SETFL, flags | O_NONBLOCK);
	while (n > 0 && !p->eof && clock_seconds() < end) {
		struct pollfd f = { .fd = p->fd, .events = POLLIN | POLLOUT };
		poll(&f, 1, 1000);
		if (f.revents & (POLLIN | POLLHUP))
			pty_read(p, 0);
		const ssize_t done = f.revents & POLLOUT ? write(p->fd, bytes, n < 4096 ? n : 4096)
							 : 0;
		if (done > 0)
			bytes += done, n -= (size_t)done;
	}
	fcntl(p->fd, F_SETFL, flags);
	if (n > 0)
		fail_msg("%zu bytes are not read in time", n);
}

static void lines_without_end_are_refused(void **state)
{
	enum { MUCH = 1 << 20, TYPED = 1 << 16 };
	static const char refused[] = "a line holds at most 32 KiB";
	char *text = malloc(MUCH);
	struct pty p;
	assert_non_null(text);
	memset(text, 'x', MUCH);
	explorer_start(&p, 24, 80, TRAINING);
	pty_wait(&p, "RUNNING");
	pty_send(&p, "get ");
	pty_send(&p, "\033[200~");
	send_much(&p, text, MUCH);
	pty_send(&p, "\033[201~");
	pty_wait(&p, refused);
	explorer_type(&p, "k"); /* the line contains none of it */
	pty_wait(&p, "k is 20");
	pty_wait_gone(&p, refused);
	send_much(&p, text, TYPED); /* as from a terminal that does not mark pastes */
	pty_send(&p, "\r");
	pty_wait(&p, refused);
	explorer_type(&p, "get k"); /* the truncated line was dropped without being run */
	pty_wait(&p, "k is 20");
	explorer_type(&p, "view log");
	pty_wait(&p, "> train 100000");
	assert_false(pty_has(&p, "there is no command"));
	explorer_quit(&p);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(typing_goes_to_the_prompt),
		cmocka_unit_test(keys_typed_ahead_keep_their_order),
		cmocka_unit_test(work_is_not_lost_unasked),
		cmocka_unit_test(tab_completes_every_kind_of_word),
		cmocka_unit_test(history_is_kept_between_runs),
		cmocka_unit_test(text_beyond_ascii_is_typed),
		cmocka_unit_test(names_need_not_be_utf8),
		cmocka_unit_test(wide_characters_move_by_a_column),
		cmocka_unit_test(a_paste_enters_its_lines),
		cmocka_unit_test(lines_without_end_are_refused),
		cmocka_unit_test(mistakes_are_told_and_lose_nothing),
	};
	return cmocka_run_group_tests(tests, explorer_begin, explorer_end);
}
