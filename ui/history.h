/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The history of entered lines, and its file, which only the owner can read.  Lines are appended as
 * they are entered, so several sessions can share the file and a crash loses none.  Saving keeps
 * the last HISTORY_LINES distinct lines. */
#ifndef UI_HISTORY_H
#define UI_HISTORY_H

#include <stddef.h>

#include "autorec/err.h"

enum {
	HISTORY_LINES = 1000,
	HISTORY_LONGEST = 1024, /* bytes in a line; a search reads every line at every key */
};

struct history {                   /* start from {0} */
	char *line[HISTORY_LINES]; /* oldest first, no duplicates */
	int n;
};

/* Adds a line as the newest.  A duplicate moves to the end, and a full history drops its oldest
 * line.  Ignores lines longer than HISTORY_LONGEST.  ERR_NOMEM: the line was not added. */
int history_add(struct history *h, const char *line);
void history_done(struct history *h);

/* Adds the file's lines.  A file that is missing or cannot be opened counts as empty.  Returns a
 * negative code if some lines could not be read. */
int history_load(struct history *h, const char *path);
/* Appends a line, or several separated by line ends.  Creates the file and its folders if they are
 * missing. */
int history_append(const char *path, const char *line, struct err *e);
/* Cuts the file to its last HISTORY_LINES distinct lines.  Leaves a file that it cannot read
 * completely as it is. */
int history_save(const char *path, struct err *e);

#endif
