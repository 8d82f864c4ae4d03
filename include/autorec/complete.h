/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Completion of a command line. */
#ifndef AUTOREC_COMPLETE_H
#define AUTOREC_COMPLETE_H

#include "autorec/command.h"

struct completion {
	/* An array of {value, label, about, more}: the word, how a list shows it, a short
	 * description ("": none), and whether the word continues after the value. */
	json_t *list;
	int64_t total;    /* how many there are; the list has the first of them */
	bool path;        /* a file path is also possible */
	struct text note; /* what the word is for, such as "epochs: how many (1..1000000)" */
};

/* Completes the unfinished word that starts at line[start], or after the "=" of "name=value". */
void command_complete(struct session *s, const char *line, size_t start, const char *word,
		      struct completion *out);
void completion_done(struct completion *c);

#endif
