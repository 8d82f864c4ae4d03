/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The document that a person works on: ratings, how they are split, the runs made from them, and
 * the edits.  Each part rests on those before it, so replacing one drops what comes after it.  The
 * document owns everything in it. */
#ifndef AUTOREC_DOCUMENT_H
#define AUTOREC_DOCUMENT_H

#include "autorec/dataset.h"
#include "autorec/overlay.h"
#include "autorec/split.h"
#include "autorec/trainer.h"
#include "autorec/whatif.h"

/* A model and its training. */
struct run {
	uint64_t number;         /* 1 for the first of the document; no two have the same */
	struct trainer *trainer; /* has the model, its weights and the curve */
	struct ratings *joined;  /* training + validation, if it was trained on both; else NULL */
	struct run *next;
};

struct document { /* starts from {0} */
	struct dataset *data;
	struct split *split;
	struct run *runs;       /* the newest first */
	struct run *run;        /* the one in use, which questions go to; NULL: there is none */
	uint64_t n_made;        /* runs so far, dropped ones included */
	struct overlay overlay; /* the edits, over the training ratings of the run in use */
	struct whatif whatif;   /* the effect of the last edit */
};

void document_done(struct document *d);
void document_set_data(struct document *d, struct dataset *data);
void document_set_split(struct document *d, struct split *split);
/* Takes the run over, which has its trainer, and puts it to use.  Edits go. */
void document_add_run(struct document *d, struct run *run);
/* Drops all runs, and the edits with them. */
void document_drop_runs(struct document *d);
void run_free(struct run *r);

/* Of the run in use: its trainer and its number; NULL and 0 when there is none. */
struct trainer *document_trainer(const struct document *d);
uint64_t document_run_number(const struct document *d);
/* Is it trained on the validation ratings, too? */
bool document_joined(const struct document *d);

#endif
