/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lines of text, wrapped at blanks: the log and the help. */
#ifndef UI_LINES_H
#define UI_LINES_H

#include "autorec/text.h"

struct lines {             /* start from {0} */
	struct text *line; /* [n] */
	size_t n, room;
};

/* Appends one or more lines, wrapped to `columns` columns; 0: no limit.  Only the last `most` lines
 * are kept. */
void lines_add(struct lines *l, const char *text, int columns, size_t most);
/* Returns line i, or "". */
const char *lines_at(const struct lines *l, size_t i);
void lines_done(struct lines *l);

#endif
