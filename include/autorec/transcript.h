/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What was done in a session, so that a batch can do it again. Under a screen, commands arrive
 * while training runs, but a batch waits for each training to end. So the transcript records, with
 * each line, the epoch that training had reached. The script that it writes trains exactly as many
 * epochs before that line:
 *
 *     session:  train 100; in epoch 12: set lambda 300; in epoch 40: stop
 *     script:   train 12 patience=0; set lambda 300; train 28 patience=0
 *
 * What a person looked at during an epoch may come from the epoch before or after. */
#ifndef AUTOREC_TRANSCRIPT_H
#define AUTOREC_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "autorec/err.h"

struct session;
struct model_ops;

/* How a script repeats a command. */
enum replay {
	REPLAY_LINE,   /* as it was typed */
	REPLAY_EPOCHS, /* starts or stops training: as the resulting epochs */
	REPLAY_REFIT,  /* the same, but with its own model */
	/* Sets what the screen shows: repeated only if a following line may depend on it. */
	REPLAY_VIEW,
	/* Not repeated: about the screen or the program, or other lines have its effects. */
	REPLAY_NOT,
};

/* The state of training at a line. */
struct moment {
	uint64_t run, generation; /* 0: no run; a reset begins a new generation */
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
	bool incomplete; /* memory ran out for a line */
};

struct moment transcript_moment(struct session *s);
/* Records a line that has run. `epoch` is the epoch of the weights it used, if its answer
 * has one, else -1. */
void transcript_add(struct session *s, const char *text, enum replay replay,
		    const struct moment *before, int64_t epoch);
void transcript_done(struct transcript *t);

/* Writes the script of everything so far; returns its number of lines. Errors stay with the
 * stream. */
int64_t transcript_write(struct session *s, FILE *out);

#endif
