/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Help, the reference and the manual page, made from the tables of commands and options. */
#ifndef AUTOREC_HELP_H
#define AUTOREC_HELP_H

#include "autorec/command.h"

/* The reference: one command, or all; as text, as Markdown for the README, as a manual page. */
void command_help(const struct command *c, struct text *out);
void command_help_all(struct text *out);
void command_reference(struct text *out);
void command_manual(struct text *out);

#endif
