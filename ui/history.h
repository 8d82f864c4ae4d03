/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The file that keeps the lines that were entered: a line each, readable only by its owner.  Lines
 * are appended as they are entered, so several sessions can share the file and a crash loses none;
 * saving then leaves the last HISTORY_LINES different ones. */
#ifndef UI_HISTORY_H
#define UI_HISTORY_H

#include <stddef.h>

#include "autorec/err.h"

enum {
	HISTORY_LINES = 1000,
	HISTORY_LONGEST = 1024, /* bytes of a line: a search reads them all at every key */
};

struct history {                   /* start from {0} */
	char *line[HISTORY_LINES]; /* oldest first, no two the same */
	int n;
};

/* Adds a line as the newest one.  One that was there before moves, the oldest goes when there are
 * too many, and one longer than HISTORY_LONGEST is not kept.  ERR_NOMEM: it is not there. */
int history_add(struct history *h, const char *line);
void history_done(struct history *h);

/* Adds the file's lines; a file that is not there or cannot be opened has none.  Negative: not all
 * of them could be read. */
int history_load(struct history *h, const char *path);
/* Appends a line, or several with line ends between them, and makes the file and its folders when
 * they are not there. */
int history_append(const char *path, const char *line, struct err *e);
/* Cuts the file to its last HISTORY_LINES different lines; one that cannot be read as a whole
 * stays. */
int history_save(const char *path, struct err *e);

#endif
