/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/logbook.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"

void logbook_done(struct logbook *h)
{
	free(h->records);
	free(h->marks);
	*h = (struct logbook){ 0 };
}

int logbook_add(struct logbook *h, const struct epoch_record *r, struct err *e)
{
	int status = mem_grow(&h->records, &h->records_capacity, (size_t)h->n_records + 1,
			      sizeof *h->records, e);
	if (status < 0)
		return status;
	const double before = h->n_records ? h->records[h->n_records - 1].elapsed : 0;
	h->records[h->n_records] = *r;
	h->records[h->n_records].elapsed = h->n_records ? before + r->seconds : 0;
	h->n_records++;
	return 0;
}

int logbook_mark(struct logbook *h, int64_t epoch, struct err *e, const char *format, ...)
{
	va_list args;
	int status = mem_grow(&h->marks, &h->marks_capacity, (size_t)h->n_marks + 1,
			      sizeof *h->marks, e);
	if (status < 0)
		return status;
	struct curve_mark *mark = &h->marks[h->n_marks++];
	mark->epoch = epoch;
	va_start(args, format);
	vsnprintf(mark->text, sizeof mark->text, format, args);
	va_end(args);
	return 0;
}

/* Copies n elements. Not NULL even if n is 0. */
static void *copy_of(const void *array, int64_t n, size_t size, struct err *e)
{
	void *copy = mem_room((size_t)n, size, e);
	if (copy && n > 0)
		memcpy(copy, array, (size_t)n * size);
	return copy;
}

int logbook_copy(const struct logbook *h, struct logbook *out, struct err *e)
{
	*out = (struct logbook){ .records = copy_of(h->records, h->n_records, sizeof *h->records,
						    e),
				 .marks = copy_of(h->marks, h->n_marks, sizeof *h->marks, e),
				 .n_records = h->n_records,
				 .n_marks = h->n_marks,
				 .records_capacity = (size_t)h->n_records,
				 .marks_capacity = (size_t)h->n_marks };
	if (out->records && out->marks)
		return 0;
	logbook_done(out);
	return ERR_NOMEM;
}

int64_t logbook_epoch(const struct logbook *h)
{
	return h->n_records > 0 ? h->records[h->n_records - 1].epoch : 0;
}

double logbook_pace(const struct logbook *h)
{
	enum { RECENT = 5 };
	double total = 0;
	int n = 0;
	/* epoch 0 trains nothing */
	for (int64_t i = h->n_records - 1; i > 0 && n < RECENT;

	     i--, n++)
		total += h->records[i].seconds;
	return n > 0 ? total / n : 0;
}
