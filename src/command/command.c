/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The command language.  A line is cut into words.  The first word selects the command; the others
 * are checked and bound to its parameters.  Then the command runs. */
#include "autorec/command.h"
#include "autorec/campaign.h"
#include "autorec/mem.h"
#include "autorec/report.h"
#include "autorec/words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct value *args_get(const struct args *a, const char *name)
{
	static const struct value absent;
	for (int i = 0; i < MAX_PARAMS && a->command->params[i].name; i++)
		if (!strcmp(a->command->params[i].name, name))
			return &a->value[i];
	return &absent;
}

/* ---- verbs -------------------------------------------------------------- */

static const struct command *find_among(const char *word, size_t length, int *matches)
{
	const struct command *found = NULL;
	*matches = 0;
	for (int i = 0; i < n_commands; i++) {
		const char *also = command_table[i]->also;
		if (also && strlen(also) == length && !strncmp(also, word, length)) {
			*matches = 1;
			return command_table[i];
		}
		if (strncmp(command_table[i]->name, word, length))
			continue;
		if (strlen(command_table[i]->name) == length) {
			*matches = 1;
			return command_table[i];
		}
		found = command_table[i];
		++*matches;
	}
	return found;
}

static int ambiguous(const char *word, struct err *e)
{
	struct text names = { 0 };
	for (int i = 0; i < n_commands; i++)
		if (!strncmp(command_table[i]->name, word, strlen(word)))
			text_addf(&names, "%s%s", names.length ? ", " : "", command_table[i]->name);
	int status = err_set(e, ERR_USAGE, NULL, "\"%.*s\" could be %s", text_head(word, ERR_WORD),
			     word, names.bytes ? names.bytes : "");
	text_done(&names);
	return status;
}

const struct command *command_find(const char *word, struct err *e)
{
	int matches;
	const struct command *c = find_among(word, strlen(word), &matches);
	if (matches == 1)
		return c;
	if (matches > 1) {
		ambiguous(word, e);
		return NULL;
	}
	struct text_guess guess = { .word = word };
	for (int i = 0; i < n_commands; i++) {
		text_guess(&guess, command_table[i]->name);
		if (command_table[i]->also)
			text_guess(&guess, command_table[i]->also);
	}
	if (guess.nearest)
		err_set(e, ERR_USAGE, NULL, "there is no command \"%.*s\"; did you mean %s?",
			text_head(word, ERR_WORD), word, guess.nearest);
	else
		err_set(e, ERR_USAGE, NULL, "there is no command \"%.*s\"; list them with help",
			text_head(word, ERR_WORD), word);
	return NULL;
}

/* ---- binding ------------------------------------------------------------ */

static int n_params(const struct command *c)
{
	int n = 0;
	while (n < MAX_PARAMS && c->params[n].name)
		n++;
	return n;
}

static void add_word(struct usage *u, const char *word)
{
	const size_t used = strlen(u->line);
	if (word[0])
		snprintf(u->line + used, sizeof u->line - used, "%s%s", used ? " " : "", word);
}

struct usage command_usage(const struct command *c)
{
	struct usage u = { "" };
	char word[160];
	const char *options = c->options ? c->options : "";
	const bool needed = options[0] != '[';
	add_word(&u, c->name);
	if (needed)
		add_word(&u, options);
	for (int i = 0; i < n_params(c); i++) {
		param_usage(&c->params[i], word, sizeof word);
		add_word(&u, word);
	}
	if (!needed)
		add_word(&u, options);
	return u;
}

static int unknown_name(const struct command *c, const char *name, struct err *e)
{
	struct text_guess guess = { .word = name };
	for (int i = 0; i < n_params(c); i++)
		text_guess(&guess, c->params[i].name);
	for (int i = 0; c->options && i < n_options; i++)
		text_guess(&guess, option_table[i].param.name);
	if (guess.nearest)
		return err_set(e, ERR_USAGE, name, "%s has no such option; did you mean %s=?",
			       c->name, guess.nearest);
	return err_set(e, ERR_USAGE, name, "%s has no such option; usage: %s", c->name,
		       command_usage(c).line);
}

/* Binds name=value.  Returns 1 if the word does not have this form. */
static int bind_named(struct args *a, char *word, struct err *e)
{
	const struct command *c = a->command;
	char *equals = strchr(word, '=');
	if (!equals || equals == word)
		return 1;
	*equals = 0;
	for (int i = 0; i < n_params(c); i++)
		if (!strcmp(c->params[i].name, word))
			return param_parse(&c->params[i], equals + 1, &a->value[i], e);
	if (!c->options || !option_find(word))
		return unknown_name(c, word, e);
	a->option[a->n_options].name = word;
	a->option[a->n_options++].text = equals + 1;
	return 0;
}

/* Appends the word to the text before it if that text takes the rest of the line.  The words of a
 * line follow each other in memory, each with its 0 (see words_cut). */
static bool join(const struct args *a, char *word)
{
	const struct command *c = a->command;
	for (int i = 0; i < n_params(c); i++) {
		const char *text = a->value[i].given ? a->value[i].text : NULL;
		if (c->params[i].rest && text && text + strlen(text) + 1 == word) {
			word[-1] = ' ';
			return true;
		}
	}
	return false;
}

/* Reports a word that names a parameter or an option but has no "=VALUE".  Returns 0 if it does
 * not.
 */
static int lacks_value(const struct command *c, const char *word, struct err *e)
{
	const char *of_option = c->options ? strchr(c->options, '=') : NULL;
	char usage[160];
	if (of_option && option_find(word))
		return err_set(e, ERR_USAGE, word, "needs a value: %s%.*s", word,
			       (int)strcspn(of_option, " ]"), of_option);
	for (int i = 0; i < n_params(c); i++) {
		if (c->params[i].required || strcmp(c->params[i].name, word))
			continue;
		param_usage(&c->params[i], usage, sizeof usage);
		const char *value = strchr(usage, '=');
		return err_set(e, ERR_USAGE, word, "needs a value: %s%.*s", word,
			       value ? (int)strcspn(value, "]") : 6, value ? value : "=VALUE");
	}
	return 0;
}

static int bind_next(struct args *a, char *word, struct err *e)
{
	const struct command *c = a->command;
	struct err unfit;
	if (join(a, word))
		return 0;
	for (int i = 0; i < n_params(c); i++) {
		if (a->value[i].given)
			continue;
		const int status = param_parse(&c->params[i], word, &a->value[i], &unfit);
		if (status == 0 || lacks_value(c, word, e) < 0)
			return status;
		if (!c->options || c->params[i].required)
			*e = unfit;
		else /* it was more likely meant as an option than as this parameter */
			err_set(e, ERR_USAGE, word, "is not understood; usage: %s",
				command_usage(c).line);
		return status;
	}
	if (lacks_value(c, word, e) < 0)
		return ERR_USAGE;
	return err_set(e, ERR_USAGE, NULL, "\"%.*s\" is one word too many; usage: %s",
		       text_head(word, ERR_WORD), word, command_usage(c).line);
}

static int bind(struct args *a, char **words, const bool *quoted, int n, struct err *e)
{
	const struct command *c = a->command;
	int status = 0;
	for (int i = 0; i < n && status == 0; i++) {
		status = quoted[i] ? 1 : bind_named(a, words[i], e);
		if (status == 1)
			status = bind_next(a, words[i], e);
	}
	for (int i = 0; i < n_params(c) && status == 0; i++) {
		if (!a->value[i].given && c->params[i].required)
			return err_set(e, ERR_USAGE, NULL, "%s is missing; usage: %s",
				       c->params[i].name, command_usage(c).line);
		if (!a->value[i].given && c->params[i].fallback) {
			status = param_parse(&c->params[i], c->params[i].fallback, &a->value[i], e);
			a->value[i].given = false; /* it is a default; the person gave none */
		}
	}
	return status;
}

/* ---- running ------------------------------------------------------------ */

static int run_words(struct session *s, struct args *a, char **words, const bool *quoted, int n,
		     json_t **answer, struct err *e)
{
	json_t *out = json_pack("{s:s}", "command", a->command->name);
	int status = out ? bind(a, words + 1, quoted + 1, n - 1, e)
			 : err_set(e, ERR_NOMEM, NULL, "out of memory");
	if (status == 0)
		status = a->command->run(s, a, out, e);
	if (status == 0)
		*answer = out;
	else
		json_decref(out);
	return status;
}

/* Other programs have a key ":" that opens their prompt, so a line may begin with one. */
static size_t colon_length(const char *line)
{
	const size_t blanks = strspn(line, " \t");
	return line[blanks] == ':' ? blanks + 1 : 0;
}

/* Removes the "!" after a verb. Returns whether there was one. */
static bool take_force(char *verb)
{
	const size_t n = strlen(verb);
	const bool forced = n > 1 && verb[n - 1] == '!';
	if (forced)
		verb[n - 1] = 0;
	return forced;
}

const struct command *command_of(const char *line, bool *forced)
{
	char verb[32];
	*forced = false;
	if (sscanf(line + colon_length(line), " %31s", verb) != 1)
		return NULL;
	*forced = take_force(verb);
	return command_find(verb, NULL);
}

/* Runs a line.  *answer is NULL if the line is empty.  `ours`: the line belongs to the running
 * campaign. */
static int answer_line(struct session *s, struct args a, const char *line, bool ours, char *verb,
		       const struct command **c, json_t **answer, struct err *e)
{
	char *words[MAX_WORDS], *copy = mem_text(line + colon_length(line), e);
	bool quoted[MAX_WORDS];
	*answer = NULL;
	if (verb)
		verb[0] = 0;
	if (!copy)
		return ERR_NOMEM;
	int n = words_cut(copy, words, quoted, MAX_WORDS, e);
	int status = n < 0 ? n : 0;
	if (n > 0) {
		take_force(words[0]);
		*c = a.command = command_find(words[0], e);
		status = a.command ? 0 : ERR_USAGE;
		const char *name = a.command ? a.command->name : words[0];
		if (verb)
			text_clean(name, strlen(name), true, verb, 32);
	}
	if (n > 0 && status == 0 && a.command->disturbs && !ours)
		status = campaign_need_none(s, e);
	mem_failed();
	if (n > 0 && status == 0)
		status = run_words(s, &a, words, quoted, n, answer, e);
	free(copy);
	if (status == 0 && mem_failed()) {
		json_decref(*answer);
		*answer = NULL;
		s->transcript.incomplete = true; /* the command has taken effect unrecorded */
		status = err_set(e, ERR_NOMEM, NULL, "out of memory for the answer");
	}
	return status;
}

int command_run(struct session *s, const char *line, char *verb, struct err *e)
{
	const struct moment before = transcript_moment(s);
	const struct command *c;
	json_t *answer;
	int status = answer_line(s, (struct args){ .host = &s->host, .focus = &s->focus }, line,
				 false, verb, &c, &answer, e);
	if (status < 0 || !answer)
		return status;
	const json_t *epoch = json_object_get(answer, "epoch");
	transcript_add(s, line, c->replay, &before,
		       json_is_integer(epoch) ? json_integer_value(epoch) : -1);
	if (s->host.emit && json_object_size(answer) > 1)
		s->host.emit(s->host.ctx, answer);
	json_decref(answer);
	return 0;
}

int command_ask(struct session *s, const char *line, json_t **answer, struct err *e)
{
	struct host batch = s->host;
	struct focus focus = s->focus;
	const struct command *c;
	batch.interactive = false;
	return answer_line(s, (struct args){ .host = &batch, .focus = &focus }, line, false, NULL,
			   &c, answer, e);
}

int command_answer(struct session *s, const char *line, json_t **answer, struct err *e)
{
	struct host silent = s->host;
	struct focus focus = s->focus; /* a copy: the person's own focus stays */
	const struct command *c;
	silent.emit = NULL;
	return answer_line(s, (struct args){ .host = &silent, .focus = &focus }, line, true, NULL,
			   &c, answer, e);
}

/* ---- answers for people ------------------------------------------------- */

static const struct command *command_that_says(const json_t *answer)
{
	const char *name = json_string_value(json_object_get(answer, "command"));
	const struct command *c = name ? command_find(name, NULL) : NULL;
	return c && c->say ? c : NULL;
}

void command_say(const json_t *answer, struct text *out)
{
	const struct command *c = command_that_says(answer);
	if (c)
		c->say(answer, false, out);
	else
		report_text(answer, out);
}

void command_say_briefly(const json_t *answer, struct text *out)
{
	const struct command *c = command_that_says(answer);
	struct text lines = { 0 };
	if (!c) {
		report_line(answer, out);
		return;
	}
	c->say(answer, true, &lines);
	const char *p = lines.bytes ? lines.bytes : "";
	for (size_t n; *p; p += n + (p[n] == '\n')) {
		n = strcspn(p, "\n");
		text_addf(out, "%s%.*s", out->length ? "  " : "", (int)n, p);
	}
	text_done(&lines);
}
