/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Commands: one table for the parser, the help, completion, the manual page and the tests, and one
 * language for the prompt, -c, --script and stdin: a verb and words (words.h).
 *
 * Unique prefixes of verbs do; words without a name fill the parameters in their order. */
#ifndef AUTOREC_COMMAND_H
#define AUTOREC_COMMAND_H

#include "autorec/session.h"
#include "autorec/text.h"

enum { MAX_PARAMS = 12, MAX_WORDS = 64 };

struct args;

struct command {
	const char *name;
	const char *summary;             /* a sentence's worth, for the list */
	const char *keys;                /* of its JSON line, beside "command" */
	struct param params[MAX_PARAMS]; /* up to the first without a name */
	const char *options; /* how usage shows that it takes NAME=VALUE of the option table, too;
				NULL: it does not */
	bool disturbs; /* it would change what a campaign is doing: refused while one is under way
			*/
	enum replay replay; /* how it comes back in a script of the session */
	/* Fills `out` (a JSON object); on failure the session is as it was. */
	int (*run)(struct session *s, const struct args *a, json_t *out, struct err *e);
};

struct args {
	const struct command *command;
	struct host *host;   /* what this call runs in: not always the session's */
	struct focus *focus; /* where this call's person looks: not always the session's */
	struct value value[MAX_PARAMS]; /* as the command's params */
	struct {
		const char *name, *text;
	} option[MAX_WORDS]; /* further NAME=VALUE */
	int n_options;
};
/* The value of the command's parameter of this name; .given is false when it was left out and has
 * no default. */
const struct value *args_get(const struct args *a, const char *name);

extern const struct command *const command_table[]; /* NULL after the last */
extern const int n_commands;

struct usage {
	char line[256];
};
/* "load PATH [format=NAME] ...", made from the parameters. */
struct usage command_usage(const struct command *c);

/* By name or unique prefix.  ERR_USAGE with a did-you-mean. */
const struct command *command_find(const char *word, struct err *e);

/* Runs one line and emits its result.  On failure emits nothing; e->where holds the place or the
 * verb, `verb` (may be NULL, at least 32 bytes) the command it was.  An empty line or a comment is
 * success. */
int command_run(struct session *s, const char *line, char *verb, struct err *e);
/* Runs one line of our own: its result comes back in *out (to be decref'd) and is not emitted, and
 * the history does not know of it. */
int command_answer(struct session *s, const char *line, json_t **out, struct err *e);
/* What a batch would answer to a line that only looks: an object, to be decref'd.  It is neither
 * emitted nor noted, and what the person looks at stays. */
int command_ask(struct session *s, const char *line, json_t **answer, struct err *e);

#endif
