/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The document that a person works on: the ratings, their split, the runs made from them, and the
 * edits. Each part depends on those before it, so replacing one drops what comes after it. The
 * document owns everything in it.
 *
 * Newcomers stay until other ratings are loaded. Each has an empty last row in the ratings, so it
 * is a user or an item like any other; its own ratings are edits.
 *
 * Before a part is replaced, the document can be set aside, once, and be brought back later. The
 * two share the ratings and the split as long as these are the same. */
#ifndef AUTOREC_DOCUMENT_H
#define AUTOREC_DOCUMENT_H

#include "autorec/dataset.h"
#include "autorec/fold.h"
#include "autorec/overlay.h"
#include "autorec/split.h"
#include "autorec/trainer.h"
#include "autorec/whatif.h"

/* A model and its training. */
struct run {
	uint64_t number;         /* unique; the first of the document is 1 */
	char name[16];           /* "best": with the options that tune chose; or "" */
	struct trainer *trainer; /* owns the model, its weights and the curve */
	struct ratings *joined;  /* training + validation, if it was trained on both; else NULL */
	struct run *next;
};

/* starts as {0} */
struct document {
	struct dataset *data;
	struct split *split;
	struct run *runs;       /* newest first */
	struct run *run;        /* the run in use, which answers questions; NULL: none */
	uint64_t n_made;        /* runs made so far, including those dropped */
	struct overlay overlay; /* the edits, over the training ratings of the run in use */
	struct fold fold;       /* the weights of the run in use, with the newcomers */
	struct whatif whatif;   /* the effect of the last edit */
	/* The number of the run that the run in use was retrained from; 0: of none. */
	uint64_t retrained;
	struct document *aside; /* what was set aside, itself with nothing aside; NULL: nothing */
};

void document_done(struct document *d);
void document_set_data(struct document *d, struct dataset *data);
void document_set_split(struct document *d, struct split *split);
/* Makes rows for the newcomers who are there, and for nobody else. No thread may read the ratings.
 * ERR_NOMEM; then it can be called again for fewer newcomers. */
int document_seat(struct document *d, struct err *e);
/* Takes ownership of a run, which has its trainer, and puts it to use. Drops the edits. */
void document_add_run(struct document *d, struct run *run);
/* Moves the runs and the edits aside, in place of what was there. Without memory they are dropped.
 */
void document_set_aside(struct document *d);
/* Exchanges the document and what was set aside. Returns false if nothing was. */
bool document_bring_back(struct document *d);
/* Drops what was set aside. */
void document_forget_aside(struct document *d);
/* Drops all runs and the edits. */
void document_drop_runs(struct document *d);
void run_free(struct run *r);

/* The trainer and the number of the run in use; NULL and 0 if there is none. */
struct trainer *document_trainer(const struct document *d);
uint64_t document_run_number(const struct document *d);
/* Was the run in use trained on the validation ratings as well? */
bool document_joined(const struct document *d);
/* Has an edit in force changed the rating of a pair?  *was: its rating in the data, held-out ones
 * included; NaN if there is none. */
bool document_edited(const struct document *d, int32_t user, int32_t item, float *was);

#endif
