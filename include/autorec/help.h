/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Help, the reference and the manual page, built from the tables of commands and options. */
#ifndef AUTOREC_HELP_H
#define AUTOREC_HELP_H

#include "autorec/command.h"

/* Appends what p is for, its range or choices and its default. */
void param_describe(const struct param *p, struct text *out);
/* Write the help for one command, and the list of all commands. */
void command_help(const struct command *c, struct text *out);
void command_help_all(struct text *out);
/* Writes the whole help: keys, commands with examples, models, options, words on the screen. A line
 * that does not begin with a blank is a heading. */
void command_help_book(const struct host *h, struct text *out);
/* Explains everything with this name: a chapter of the book, a command, an option, a model, a word
 * on the screen, a key. ERR_USAGE suggests a similar name. */
int command_help_topic(const struct host *h, const char *word, struct text *out, struct err *e);
/* Write the reference of all commands as Markdown for the README, and as a manual page. */
void command_reference(struct text *out);
void command_manual(struct text *out);

#endif
