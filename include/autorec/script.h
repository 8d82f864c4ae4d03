/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files of commands. */
#ifndef AUTOREC_SCRIPT_H
#define AUTOREC_SCRIPT_H

#include "autorec/command.h"

/* Runs every line of a file ("-": stdin) and stops at the first that fails. Then e->where is
 * "file:line", and `verb` (may be NULL) is set as by command_run. */
int command_run_file(struct session *s, const char *path, char *verb, struct err *e);

#endif
