/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The commands, in one table that serves the parser, the help, completion, the manual page and the
 * tests. The prompt, -c, --script and stdin all use one language: a verb and words (words.h).
 *
 * A unique prefix of a verb is enough. Words without a name fill the parameters in order. */
#ifndef AUTOREC_COMMAND_H
#define AUTOREC_COMMAND_H

#include "autorec/session.h"
#include "autorec/text.h"

enum { MAX_PARAMS = 16, MAX_WORDS = 64 };

struct args;

struct command {
	const char *name;
	const char *summary;             /* for the list of commands */
	const char *example;             /* a line that works on the sample data */
	const char *keys;                /* of its JSON line, besides "command" */
	struct param params[MAX_PARAMS]; /* ends at the first without a name */
	/* How usage shows that it also takes options by NAME=VALUE; NULL: it takes none */
	const char *options;
	const char *also;   /* another name for it; NULL: none */
	bool loses;         /* ends or replaces the run in use, so command_guard asks first */
	bool disturbs;      /* interferes with a campaign, so it is refused while one is running */
	enum replay replay; /* how a script of the session repeats it */
	/* Fills `out`, a JSON object. On failure the session is unchanged. */
	int (*run)(struct session *s, const struct args *a, json_t *out, struct err *e);
	/* Writes the answer for people, a sentence in each line. in_short: only the lines that must
	 * not be missed. NULL: the names and values of report.h. */
	void (*say)(const json_t *answer, bool in_short, struct text *out);
};

struct args {
	const struct command *command;
	struct host *host;              /* the host of this call, not always the session's */
	struct focus *focus;            /* the focus of this call, not always the session's */
	struct value value[MAX_PARAMS]; /* in the order of the command's params */
	struct {
		const char *name, *text;
	} option[MAX_WORDS]; /* options given as NAME=VALUE */
	int n_options;
};
/* The value of the parameter of this name. Its .given is false if it was left out and has no
 * default. */
const struct value *args_get(const struct args *a, const char *name);

extern const struct command *const command_table[]; /* ends with NULL */
extern const int n_commands;

struct usage {
	char line[256];
};
/* Builds the usage line from the parameters: "load PATH [format=NAME] ...". */
struct usage command_usage(const struct command *c);

/* Finds a command by its name or a unique prefix. ERR_USAGE suggests a similar name. */
const struct command *command_find(const char *word, struct err *e);

/* Returns the command of a line; NULL: none. *forced: the verb ends in "!". */
const struct command *command_of(const char *line, bool *forced);
/* Call this before running a line that a person typed. Returns ERR_FAILED if the line would lose
 * work that no file holds, unless its verb ends in "!" or the line before it was the same. */
int command_guard(struct session *s, const char *line, struct err *e);

/* Runs one line and emits its result. On failure it emits nothing, and e->where holds the place or
 * the verb. `verb` (at least 32 bytes, or NULL) receives the name of the command. An empty line or
 * a comment succeeds. */
int command_run(struct session *s, const char *line, char *verb, struct err *e);
/* Runs one line for the program itself. *out receives the result, which the caller must decref. The
 * result is not emitted and the line is not recorded in the history. */
int command_answer(struct session *s, const char *line, json_t **out, struct err *e);
/* Writes an answer, or a line of a running command, for people. Every line ends with \n. */
void command_say(const json_t *answer, struct text *out);
/* Writes what must not be missed of it as a single line, without \n. */
void command_say_briefly(const json_t *answer, struct text *out);
/* Returns what a batch would answer to a line that only looks: an object that the caller must
 * decref. Nothing is emitted or recorded, and the session's focus does not change. */
int command_ask(struct session *s, const char *line, json_t **answer, struct err *e);

#endif
