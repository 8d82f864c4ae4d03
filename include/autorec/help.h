/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Help, the reference and the manual page, built from the tables of commands and options. */
#ifndef AUTOREC_HELP_H
#define AUTOREC_HELP_H

#include "autorec/command.h"

/* Write the help for one command; the reference of all commands as text, as Markdown for the
 * README, and as a manual page. */
void command_help(const struct command *c, struct text *out);
void command_help_all(struct text *out);
void command_reference(struct text *out);
void command_manual(struct text *out);

#endif
