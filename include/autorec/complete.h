/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Completion of a command line. */
#ifndef AUTOREC_COMPLETE_H
#define AUTOREC_COMPLETE_H

#include "autorec/command.h"

/* Lists the completions of the unfinished word that starts at line[start], or after the "=" of
 * "name=value". Returns a JSON array of {value, label, more}, which the caller must decref. `more`
 * means that the word continues after the value. *path is set if a file path is also possible. */
json_t *command_complete(struct session *s, const char *line, size_t start, const char *word,
			 bool *path);

#endif
