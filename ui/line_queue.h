/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Command lines that wait to be run.  A line is any bytes but NUL, as it is in a script: names of
 * files need not be UTF-8.  A queue starts from {0}. */
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

/* Adds a copy of the line behind those added since the last call of line_queue_rewind. */
int line_queue_add(struct line_queue *q, const char *text, struct err *e);
/* Takes the first line out, for the caller to free; NULL: there is none. */
struct line *line_queue_take(struct line_queue *q);
/* The next line added goes to the front. */
void line_queue_rewind(struct line_queue *q);
void line_queue_clear(struct line_queue *q);

#endif
