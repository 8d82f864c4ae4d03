/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Completion of a command line. */
#ifndef AUTOREC_COMPLETE_H
#define AUTOREC_COMPLETE_H

#include "autorec/command.h"

/* What may stand in place of the unfinished word that begins at line[start] (behind "name=" where
 * it is a value): a JSON array, to be decref'd, of {value, label, more}; `more`: the word goes on
 * behind it.  *path: a path of the file system may stand there, too. */
json_t *command_complete(struct session *s, const char *line, size_t start, const char *word,
			 bool *path);

#endif
