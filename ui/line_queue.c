/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "line_queue.h"

#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"

int line_queue_add(struct line_queue *q, const char *text, struct err *e)
{
	const size_t size = strlen(text) + 1;
	struct line *line = mem_room(1, sizeof *line + size, e);
	if (!line)
		return ERR_NOMEM;
	struct line **place = q->place ? q->place : &q->first;
	line->next = *place;
	memcpy(line->text, text, size);
	*place = line;
	q->place = &line->next;
	return 0;
}

struct line *line_queue_take(struct line_queue *q)
{
	struct line *line = q->first;
	if (!line)
		return NULL;
	q->first = line->next;
	if (q->place == &line->next)
		q->place = NULL;
	return line;
}

void line_queue_rewind(struct line_queue *q)
{
	q->place = NULL;
}

void line_queue_clear(struct line_queue *q)
{
	for (struct line *line; (line = line_queue_take(q));)
		free(line);
}
