/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The command language: words, verbs, binding, completion, help; every command of the table obeys
 * its rules. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "autorec/command.h"
#include "autorec/help.h"
#include "autorec/complete.h"
#include "autorec/script.h"
#include "autorec/text.h"
#include "autorec/words.h"
#include "check.h"
#include "sample.h"
#include "scratch.h"

/* ---- words -------------------------------------------------------------- */

static void words(void **state)
{
	static const struct {
		const char *line, *words, *quoted;
	} cases[] = {
		{ "", "", "" },
		{ "  \t ", "", "" },
		{ "# a comment", "", "" },
		{ "train 30", "train|30|", "00" },
		{ "  train\t30  # and why", "train|30|", "00" },
		{ "find a#b", "find|a#b|", "00" },
		{ "find \"The Matrix\"", "find|The Matrix|", "01" },
		{ "find 'The Matrix'", "find|The Matrix|", "01" },
		{ "find \"say \\\"hi\\\"\"", "find|say \"hi\"|", "01" },
		{ "find 'back\\slash'", "find|back\\slash|", "01" },
		{ "find a\\ b", "find|a b|", "00" },
		{ "find \"it's\"", "find|it's|", "01" },
		{ "load test=\"a b.csv\" x", "load|test=a b.csv|x|", "000" },
		{ "find \"\"", "find||", "01" },
		{ "find \"a=b\"", "find|a=b|", "01" },
		{ "find \"# no comment\"", "find|# no comment|", "01" },
		{ "a\\", "a\\|", "0" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char line[100], found[100] = "", marks[10] = "", *word[8];
		bool quoted[8];
		struct err e = { 0 };
		strcpy(line, cases[i].line);
		const int n = words_cut(line, word, quoted, 8, &e);
		must(n, &e);
		for (int j = 0; j < n; j++) {
			strcat(strcat(found, word[j]), "|");
			strcat(marks, quoted[j] ? "1" : "0");
		}
		if (strcmp(found, cases[i].words) || strcmp(marks, cases[i].quoted))
			fail_msg("<%s>: %s %s, expected %s %s", cases[i].line, found, marks,
				 cases[i].words, cases[i].quoted);
	}
}

static void words_that_cannot_be(void **state)
{
	static const struct {
		const char *line, *message;
	} cases[] = {
		{ "find \"open", "the quote \" is not closed" },
		{ "find 'open", "the quote ' is not closed" },
		{ "find \"", "the quote \" is not closed" },
		{ "find \"open\\\"", "the quote \" is not closed" },
		{ "a b c d", "more than 3 words in one command" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char line[100], *word[3];
		bool quoted[3];
		struct err e = { 0 };
		strcpy(line, cases[i].line);
		assert_int_equal(ERR_USAGE, words_cut(line, word, quoted, 3, &e));
		assert_string_equal(cases[i].message, e.message);
	}
}

/* ---- verbs -------------------------------------------------------------- */

static void verbs(void **state)
{
	static const struct {
		const char *word, *verb, *message;
	} cases[] = {
		{ "train", "train", NULL },
		{ "tr", "train", NULL },
		{ "user", "user", NULL },
		{ "unit", "unit", NULL }, /* though units begins with it */
		{ "ev", "evaluate", NULL },
		{ "un", NULL, "\"un\" could be unrate, undo, units, unit" },
		{ "trian", NULL, "there is no command \"trian\"; did you mean train?" },
		{ "evalaute", NULL, "there is no command \"evalaute\"; did you mean evaluate?" },
		{ "exti", NULL, "there is no command \"exti\"; did you mean exit?" },
		{ "TRIAN", NULL, "there is no command \"TRIAN\"; did you mean train?" },
		{ "xyzzy", NULL, "there is no command \"xyzzy\"; list them with help" },
		{ "Train", NULL, "there is no command \"Train\"; did you mean train?" },
		{ "trainer", NULL, "there is no command \"trainer\"; did you mean train?" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct err e = { 0 };
		const struct command *c = command_find(cases[i].word, &e);
		if (cases[i].verb) {
			assert_non_null(c);
			assert_string_equal(cases[i].verb, c->name);
		} else {
			assert_null(c);
			assert_int_equal(ERR_USAGE, e.code);
			assert_string_equal(cases[i].message, e.message);
		}
	}
}

/* Every verb by its own name and by each of its unique prefixes. */
static void every_prefix(void **state)
{
	for (int i = 0; i < n_commands; i++) {
		const char *name = command_table[i]->name;
		for (size_t length = 1; length <= strlen(name); length++) {
			char prefix[32];
			int begin = 0;
			snprintf(prefix, sizeof prefix, "%.*s", (int)length, name);
			for (int j = 0; j < n_commands; j++)
				begin += !strncmp(command_table[j]->name, prefix, length);
			const struct command *c = command_find(prefix, NULL);
			if (begin == 1 || length == strlen(name))
				assert_ptr_equal(command_table[i], c);
		}
	}
	assert_null(command_table[n_commands]);
}

/* What the table promises to help, completion and parser. */
static void the_table_is_sound(void **state)
{
	for (int i = 0; i < n_commands; i++) {
		const struct command *c = command_table[i];
		bool optional = false;
		assert_non_null(c->run);
		assert_true(strlen(c->name) < 32 && strlen(c->summary) > 0);
		assert_true(strlen(command_usage(c).line) < sizeof(struct usage) - 1);
		assert_non_null(c->keys);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(c->name, command_table[j]->name);
		for (int p = 0; p < MAX_PARAMS && c->params[p].name; p++) {
			const struct param *param = &c->params[p];
			struct value v;
			struct err e = { 0 };
			assert_non_null(param->help);
			if (param->required && optional)
				fail_msg("%s: %s is required but stands behind what is not",
					 c->name, param->name);
			optional = optional || !param->required;
			if (param->fallback && param_parse(param, param->fallback, &v, &e) < 0)
				fail_msg("%s: the default of %s: %s", c->name, param->name,
					 e.message);
			if ((param->type == PARAM_INT || param->type == PARAM_REAL) &&
			    !(param->min < param->max))
				fail_msg("%s: %s has no bounds", c->name, param->name);
		}
	}
}

/* ---- binding: through commands that answer what they were given --------- */

struct heard {
	json_t *last;
	int lines;
};

static void hear(void *ctx, json_t *result)
{
	struct heard *h = ctx;
	json_decref(h->last);
	h->last = json_incref(result);
	h->lines++;
}

static struct session session_new(struct heard *h)
{
	struct session s;
	struct err e = { 0 };
	*h = (struct heard){ 0 };
	must(session_init(&s, &e), &e);
	s.host.emit = hear;
	s.host.ctx = h;
	return s;
}

static void session_end(struct session *s, struct heard *h)
{
	session_done(s);
	json_decref(h->last);
}

static void binding_errors(void **state)
{
	static const struct {
		const char *line, *verb, *where, *message;
	} cases[] = {
		{ "load", "load", "",
		  "path is missing; usage: load PATH [format=NAME] [test=FILE] [titles=FILE] "
		  "[titlecolumns=TEXT] [scale=MIN,MAX] [sep=TEXT] [columns=TEXT] "
		  "[users=rows|columns] [missing=TEXT] [repeats=last] [log=on] [skip=N]" },
		{ "set k", "set", "", "value is missing; usage: set NAME VALUE" },
		{ "train 1 2 3 4", "train", "",
		  "\"4\" is one word too many; usage: train [EPOCHS] [patience=N] [until=RMSE]" },
		{ "tr many", "train", "epochs", "\"many\" is not a whole number in 1..1000000" },
		{ "train epochs=0", "train", "epochs",
		  "\"0\" is not a whole number in 1..1000000" },
		{ "train patince=3", "train", "patince",
		  "train has no such option; did you mean patience=?" },
		{ "train colour=red", "train", "colour",
		  "train has no such option; usage: train [EPOCHS] [patience=N] [until=RMSE]" },
		{ "split holdout=1.5", "split", "holdout", "\"1.5\" is not a number in 0..0.99" },
		{ "evaluate on=t", "evaluate", "on",
		  "\"t\" matches more than one of: test valid train" },
		{ "evaluate exam", "evaluate", "on", "\"exam\" is not one of: test valid train" },
		{ "model i-autorec lamda=3", "model", "lamda",
		  "model has no such option; did you mean lambda=?" },
		{ "unit -1", "unit", "unit", "\"-1\" is not a whole number in 0..1000000" },
		{ "tune lambda", "tune", "lambda", "needs a value: lambda=V1,V2,..." },
		{ "tune lambda 1,2", "tune", "lambda", "needs a value: lambda=V1,V2,..." },
		{ "train patience", "train", "patience", "needs a value: patience=N" },
		{ "train 5 epochs", "train", "epochs", "needs a value: epochs=VALUE" },
		{ "model i-autorec k", "model", "k", "needs a value: k=VALUE" },
		{ "model i-autorec foo", "model", "foo",
		  "is not understood; usage: model NAME [preset=paper|fast] [OPTION=VALUE]..." },
		{ "user 1 sort", "user", "sort",
		  "needs a value: sort=observed|predicted|error|rank|title|index" },
		{ "quit now", "quit", "", "\"now\" is one word too many; usage: quit" },
		{ "trian 3", "trian", "", "there is no command \"trian\"; did you mean train?" },
		{ "load \"open", "", "", "the quote \" is not closed" },
	};
	struct heard h;
	struct session s = session_new(&h);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct err e = { 0 };
		char verb[32];
		const int status = command_run(&s, cases[i].line, verb, &e);
		if (status != ERR_USAGE || strcmp(verb, cases[i].verb) ||
		    strcmp(e.where, cases[i].where) || strcmp(e.message, cases[i].message))
			fail_msg("<%s>: %d \"%s\" at \"%s\": \"%s\"; expected \"%s\" at \"%s\": "
				 "\"%s\"",
				 cases[i].line, status, verb, e.where, e.message, cases[i].verb,
				 cases[i].where, cases[i].message);
	}
	assert_int_equal(0, h.lines);
	assert_int_equal(0, s.transcript.n); /* what failed is not history */
	session_end(&s, &h);
}

static void binding_by_place_and_by_name(void **state)
{
	static const char *const lines[] = {
		"set lambda 30",       "set name=lambda value=30", "set value=30 lambda",
		"set \"lambda\" '30'", "se lambda 30 # comment",
	};
	struct heard h;
	struct session s = session_new(&h);
	struct err e = { 0 };
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		must(command_run(&s, "set lambda 7", NULL, &e), &e);
		must(command_run(&s, lines[i], NULL, &e), &e);
		assert_true(s.config.lambda == 30);
		assert_string_equal("set", json_string_value(json_object_get(h.last, "command")));
		assert_string_equal("lambda", json_string_value(json_object_get(h.last, "name")));
		assert_string_equal("30", json_string_value(json_object_get(h.last, "value")));
	}
	const int heard = h.lines;
	must(command_run(&s, "", NULL, &e), &e);
	must(command_run(&s, "  # nothing", NULL, &e), &e);
	assert_int_equal(heard, h.lines);
	assert_int_equal(heard, s.transcript.n);
	assert_string_equal(lines[0], s.transcript.lines[1].text); /* as it was typed */
	session_end(&s, &h);
}

/* ---- files of commands -------------------------------------------------- */

static void put_file(const char *name, const char *content)
{
	scratch_write(name, content, strlen(content));
}

static void files(void **state)
{
	struct heard h;
	struct session s = session_new(&h);
	struct err e = { 0 };
	char path[512], line[600], expected[300];
	put_file("good", "\xef\xbb\xbfset k 10\r\n\n# comment\nset lambda 5"); /* CRLF, no newline
										  at the end */
	must(command_run_file(&s, scratch_path("good", path, sizeof path), NULL, &e), &e);
	assert_int_equal(10, s.config.k);
	assert_true(s.config.lambda == 5);

	put_file("bad", "set k 20\nset k none\nset k 30\n");
	assert_int_equal(ERR_USAGE,
			 command_run_file(&s, scratch_path("bad", path, sizeof path), NULL, &e));
	snprintf(expected, sizeof expected, "%.200s:2: k", path);
	assert_string_equal(expected, e.where);
	assert_int_equal(20, s.config.k); /* up to the line that failed */

	put_file("leaves", "set k 40\nquit\nset k 50\n");
	must(command_run_file(&s, scratch_path("leaves", path, sizeof path), NULL, &e), &e);
	assert_int_equal(40, s.config.k);
	assert_true(s.quit);
	s.quit = false;

	snprintf(line, sizeof line, "source %s", scratch_path("endless", path, sizeof path));
	put_file("endless", line);
	assert_int_equal(ERR_FAILED, command_run_file(&s, path, NULL, &e));
	assert_string_equal("scripts call each other more than 8 deep", e.message);
	assert_int_equal(0, s.depth);

	static const struct {
		const char *path, *message;
	} unreadable[] = {
		{ "/", "is a folder, expected a file" },
		{ "/dev/zero", "is a device, expected a file" },
		{ "/no/such/file", "cannot be opened: No such file or directory" },
	};
	for (size_t i = 0; i < sizeof unreadable / sizeof *unreadable; i++) {
		snprintf(line, sizeof line, "source %s", unreadable[i].path);
		assert_int_equal(ERR_DATA, command_run(&s, line, NULL, &e));
		assert_string_equal(unreadable[i].message, e.message);
	}
	scratch_write("nul", "set k 60\nset k\0 70\n", 19);
	assert_int_equal(ERR_DATA,
			 command_run_file(&s, scratch_path("nul", path, sizeof path), NULL, &e));
	assert_string_equal("a NUL byte, expected lines of commands", e.message);
	assert_int_equal(60, s.config.k);
	char *longest = malloc(1 << 21);
	memset(longest, '#', 1 << 21);
	for (int more = 0; more < 2; more++) {
		scratch_write("long", longest, (1 << 20) + (size_t)more);
		assert_int_equal(more ? ERR_DATA : 0,
				 command_run_file(&s, scratch_path("long", path, sizeof path), NULL,
						  &e));
	}
	assert_string_equal("the line is longer than 1048576 bytes, expected a command", e.message);
	free(longest);
	volatile sig_atomic_t interrupted = 1;
	s.host.interrupted = &interrupted;
	assert_int_equal(mkfifo(scratch_path("pipe", path, sizeof path), 0600), 0);
	assert_int_equal(ERR_INTERRUPTED,
			 command_run_file(&s, path, NULL, &e)); /* nobody writes to it */
	s.host.interrupted = NULL;
	s.host.interactive = true;
	assert_int_equal(ERR_USAGE, command_run(&s, "source -", NULL, &e));
	assert_string_equal("is the terminal, which the screen uses; name a file", e.message);
	s.host.interactive = false;
	assert_int_equal(ERR_DATA, command_run_file(&s, "/no/such/file", NULL, &e));
	assert_string_equal("/no/such/file", e.where);
	session_end(&s, &h);
}

/* ---- completion --------------------------------------------------------- */

static void complete(struct session *s, const char *line, char *out, bool *path)
{
	size_t start = strlen(line), i;
	while (start > 0 && line[start - 1] != ' ' && line[start - 1] != '=')
		start--;
	struct completion c;
	json_t *entry;
	command_complete(s, line, start, line + start, &c);
	*path = c.path;
	out[0] = 0;
	json_array_foreach (c.list, i, entry) {
		strcat(strcat(out, i ? " " : ""),
		       json_string_value(json_object_get(entry, "value")));
		assert_non_null(json_object_get(entry, "label"));
		if (json_is_true(json_object_get(entry, "more")))
			strcat(out, "+");
	}
	completion_done(&c);
}

static void completion(void **state)
{
	static const struct {
		const char *line, *offered;
		bool path;
	} cases[] = {
		{ "tra", "train", false },
		{ "un", "unrate undo units unit", false },
		{ "zzz", "", false },
		{ "train ", "epochs=+ patience=+ until=+", false },
		{ "train pa", "patience=+", false },
		{ "tr pa", "patience=+", false },
		{ "evaluate ", "test valid train on=+ relevant=+ ranking=+ foldin=+", false },
		{ "evaluate on=", "test valid train", false },
		{ "evaluate on=va", "valid", false },
		{ "model u", "u-autorec u-rbm unit=+", false },
		{ "model i-autorec lam", "lambda=+", false },
		{ "model baseline ", "paper fast preset=+ lambda=+ scale=+ clip=+ default=+",
		  false },
		{ "model baseline clip=off cl", "", false },
		{ "model item-knn n", "neighbours=+", false },
		{ "similar user u2", "u2", false },
		{ "similar item mat", "Matrix, The (1999)", false },
		{ "export recommendations x.csv id=u1", "u1", false },
		{ "model i-autorec hidden=", "identity sigmoid relu tanh", false },
		{ "model i-autorec hidden=t", "tanh", false },
		{ "model i-autorec clip=", "on off", false },
		{ "set hi", "hidden", false },
		{ "set hidden r", "relu", false },
		{ "help ev", "evaluate", false },
		{ "help sa", "save sat", false },
		{ "help i-a", "i-autorec", false },
		{ "load ml-1", "ml-100k ml-1m ml-10m", true },
		{ "load x test=", "", true },
		{ "load x format=c", "csv colons", false },
		{ "source x", "", true },
		{ "view u", "units user", false },
		{ "user ", "u0 u1 u2 id=+ top=+ sort=+ filter=+ reverse=+ genre=+ year=+ min=+",
		  false },
		{ "user u1", "u1", false },
		{ "recommend u1 genre=", "Action Sci-Fi", false },
		{ "find genre=S", "Sci-Fi", false },
		{ "item mat", "Matrix, The (1999)", false },
		{ "predict u1 i7", "i7", false },
		{ "export u", "units user", false },
		{ "export user x", "", true },
		{ "export user x.csv id=u1", "u1", false },
		{ "export item x.csv mat", "Matrix, The (1999)", false },
		{ "export curve x.svg theme=", "light dark auto", false },
		{ "history e", "export", false },
		{ "history export x", "", true },
		{ "unknown x", "", false },
	};
	struct heard h;
	struct session s = session_new(&h);
	struct err e = { 0 };
	char path[512], line[600];
	put_file("r.csv", "userId,movieId,rating\nu0,i7,3\nu1,i7,4\nu2,i8,5\nu0,i8,1\n");
	put_file("t.csv", "movieId,title,genres\ni7,\"Matrix, The (1999)\",Action|Sci-Fi\ni8,Heat "
			  "(1995),Action\n");
	scratch_path("r.csv", path, sizeof path);
	snprintf(line, sizeof line, "load %s titles=%s/t.csv", path, scratch);
	must(command_run(&s, line, NULL, &e), &e);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char offered[2000];
		bool is_path;
		complete(&s, cases[i].line, offered, &is_path);
		if (strcmp(offered, cases[i].offered) || is_path != cases[i].path)
			fail_msg("<%s>: \"%s\"%s; expected \"%s\"%s", cases[i].line, offered,
				 is_path ? " or a path" : "", cases[i].offered,
				 cases[i].path ? " or a path" : "");
	}
	session_end(&s, &h);
}

/* ---- help --------------------------------------------------------------- */

static void help_tells_of_everything(void **state)
{
	struct text all = { 0 }, markdown = { 0 }, manual = { 0 };
	command_help_all(&all);
	command_reference(&markdown);
	command_manual(&manual);
	for (int i = 0; i < n_commands; i++) {
		const struct command *c = command_table[i];
		struct text one = { 0 };
		command_help(c, &one);
		assert_non_null(strstr(one.bytes, c->summary));
		for (int p = 0; p < MAX_PARAMS && c->params[p].name; p++)
			assert_non_null(strstr(one.bytes, c->params[p].help));
		text_done(&one);
		assert_non_null(strstr(all.bytes, c->summary));
		assert_non_null(strstr(markdown.bytes, c->name));
		assert_non_null(strstr(manual.bytes, c->name));
	}
	for (int i = 0; i < n_options; i++) {
		assert_non_null(strstr(markdown.bytes, option_table[i].param.help));
		assert_non_null(strstr(manual.bytes, option_table[i].param.name));
	}
	text_done(&all);
	text_done(&markdown);
	text_done(&manual);
}

static void write_text(const char *name, const char *content)
{
	scratch_write(name, content, strlen(content));
}

/* Runs `load` and checks the sentences, in full and in short. "@" in `full` is the test's folder.
 */
static void expect_sentences(struct session *s, struct heard *h, const char *line, const char *full,
			     const char *in_short)
{
	struct text expected = { 0 }, said = { 0 }, briefly = { 0 };
	struct err e = { 0 };
	for (const char *p = full; *p; p++)
		text_addf(&expected, *p == '@' ? "%s" : "%.1s", *p == '@' ? scratch : p);
	must(command_run(s, line, NULL, &e), &e);
	command_say(h->last, &said);
	command_say_briefly(h->last, &briefly);
	assert_string_equal(said.bytes, expected.bytes);
	assert_string_equal(briefly.bytes, in_short);
	text_done(&expected);
	text_done(&said);
	text_done(&briefly);
}

static void load_speaks_in_sentences(void **state)
{
	struct heard h;
	struct session s = session_new(&h);
	char line[600];
	(void)state;
	write_text("r.csv", "user,item,rating\nann,A,5\nann,B,2.5\nbob,A,4\nbob,A,3\ncyd,A,4\n");
	write_text("t.csv", "user,item,rating\nann,C,1\n");
	write_text("titles.csv", "item,title\nA,Old Mill\n");
	write_text("m.csv", "item,ann,bob,cyd\nA,1,2,3\nB,5,4,2\n");
	snprintf(line, sizeof line, "load %s/r.csv test=%s/t.csv titles=%s/titles.csv", scratch,
		 scratch, scratch);
	expect_sentences(
		&s, &h, line,
		"r: 3 users, 3 items, 4 ratings from 2.5 to 5\n"
		"from @/r.csv (CSV with header: user item rating); 1 test rating from "
		"@/t.csv; titles of 1 item from @/titles.csv (UTF-8); 1 repeated rating\n"
		"warning: no test rating has both its user and its item among the others, "
		"so each prediction will be a mean; is it the right test file?\n"
		"warning: 1 of 5 ratings repeat a user and an item; see repeats=\n",
		"r: 3 users, 3 items, 4 ratings from 2.5 to 5  warning: no test rating has "
		"both its user and its item among the others, so each prediction will be a "
		"mean; is it the right test file?  warning: 1 of 5 ratings "
		"repeat a user and an item; see repeats=");
	snprintf(line, sizeof line, "load %s/m.csv missing=2", scratch);
	expect_sentences(&s, &h, line,
			 "m: 3 users, 2 items, 4 ratings from 1 to 5\n"
			 "from @/m.csv (a matrix: items in rows, users in columns); left out 2 "
			 "values for \"no rating\"\n",
			 "m: 3 users, 2 items, 4 ratings from 1 to 5");
	must(command_run(&s, "get lambda", NULL, &(struct err){ 0 }), &(struct err){ 0 });
	struct text plain = { 0 };
	command_say(h.last, &plain);
	assert_non_null(strstr(plain.bytes, "lambda is auto"));
	text_done(&plain);
	session_end(&s, &h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(words_that_cannot_be),
		cmocka_unit_test(verbs),
		cmocka_unit_test(every_prefix),
		cmocka_unit_test(the_table_is_sound),
		cmocka_unit_test(binding_errors),
		cmocka_unit_test(binding_by_place_and_by_name),
		cmocka_unit_test(files),
		cmocka_unit_test(completion),
		cmocka_unit_test(help_tells_of_everything),
		cmocka_unit_test(load_speaks_in_sentences),
	};
	return cmocka_run_group_tests_name("command", tests, scratch_make, scratch_remove);
}
