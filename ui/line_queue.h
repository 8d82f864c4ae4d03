/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A queue of command lines that wait to be run.  A line may hold any bytes except NUL, because file
 * names need not be UTF-8.  A queue starts from {0}. */
#ifndef UI_LINE_QUEUE_H
#define UI_LINE_QUEUE_H

#include <stdbool.h>

#include "autorec/err.h"

struct line {
	struct line *next;
	char text[];
};

struct line_queue {
	struct line *first;
	struct line **place; /* where the next line goes; NULL: to the front */
};

/* Adds a copy of the line after the lines added since the last line_queue_rewind. */
int line_queue_add(struct line_queue *q, const char *text, struct err *e);
/* Removes and returns the first line, which the caller frees; NULL: the queue is empty. */
struct line *line_queue_take(struct line_queue *q);
/* The next line added goes to the front. */
void line_queue_rewind(struct line_queue *q);
void line_queue_clear(struct line_queue *q);

#endif
