/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What was done in a session, so that a batch can do it again.  Under a screen commands come while
 * the training runs; a batch waits for each training to end.  So with every line it is noted where
 * the training stood, and the script that is written trains just as many epochs before it runs the
 * line:
 *
 *     train 100, set lambda 300 in epoch 12, stop in epoch 40      train 12 patience=0, set lambda
 * 300, train 28 patience=0
 *
 * What was only looked at while an epoch was under way may have come from the epoch before or
 * after. */
#ifndef AUTOREC_TRANSCRIPT_H
#define AUTOREC_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "autorec/err.h"

struct session;
struct model_ops;

/* How a command comes back in a script. */
enum replay {
	REPLAY_LINE,   /* as it was typed */
	REPLAY_EPOCHS, /* it trains, or says when: as the epochs that came of it */
	REPLAY_REFIT,  /* so, but from a model of its own */
	REPLAY_VIEW,   /* what the screen shows: where another line follows that may depend on it */
	REPLAY_NOT,    /* about the screen or the program, or its effects are other lines */
};

/* Where the training stood. */
struct moment {
	uint64_t run, generation; /* 0: there was none; resets begin a new generation */
	const struct model_ops *ops;
	int64_t epoch, patience, best_epoch, n_marks;
	bool paused;
};

struct transcript_line {
	char *text;
	enum replay replay;
	struct moment before, after;
};

struct transcript {
	struct transcript_line *lines; /* [n], oldest first */
	size_t n, capacity;
	bool incomplete; /* there was no memory for a line */
};

struct moment transcript_moment(struct session *s);
/* Notes a line that has run; `epoch` is that of the weights it saw, where its answer said so, else
 * -1. */
void transcript_add(struct session *s, const char *text, enum replay replay,
		    const struct moment *before, int64_t epoch);
void transcript_done(struct transcript *t);

/* The script, with everything up to now; returns its lines.  Errors stay with the stream. */
int64_t transcript_write(struct session *s, FILE *out);

#endif
