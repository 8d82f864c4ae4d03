/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files of commands. */
#ifndef AUTOREC_SCRIPT_H
#define AUTOREC_SCRIPT_H

#include "autorec/command.h"

/* Runs every line of a file ("-": stdin); stops at the first that fails, e->where "file:line", verb
 * (may be NULL) as above. */
int command_run_file(struct session *s, const char *path, char *verb, struct err *e);

#endif
