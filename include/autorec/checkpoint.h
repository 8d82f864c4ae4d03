/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A session's work in one file: the ratings with their ids and titles, how they are split, the
 * model with its options and weights, where its training stands to the last bit, and the what-if
 * edits.  Nothing else is needed to go on, on any machine.  The file is one of safetensors
 * (safetensors.h); its tensors:
 *
 *     weights.NAME, best.NAME   a model's parameters as matrices and vectors, of the present epoch;
 * of the best one where training with patience keeps it state.NAME, state.NAME.OF what training
 * carries from epoch to epoch; OF each of the model's parameters curve                     [epochs
 * + 1, CURVE_COLUMNS], the columns as the metadata's autorec.curve names them; -1 where there is no
 * such set of ratings marks.epoch, marks.text   options that were changed users.id, items.id,
 * items.title          texts: bytes one behind the other, and NAME.offsets, [n + 1], where each
 * begins train.user, train.item, train.value      a rating's three numbers, users and items as
 * their places in users.id and valid.*, test.*                          items.id edits.user,
 * edits.item, edits.value, edits.has
 *
 * and its metadata: autorec.format, autorec.min_reader (the oldest program that can read it),
 * autorec.program, autorec.model, autorec.option.NAME, and further names and counts. */
#ifndef AUTOREC_CHECKPOINT_H
#define AUTOREC_CHECKPOINT_H

#include "autorec/dataset.h"
#include "autorec/safetensors.h"
#include "autorec/split.h"
#include "autorec/moment.h"

/* Format 1 held indices as numbers of the weights' type; format 2 holds them as I32. */
enum { CHECKPOINT_FORMAT = 2 };

struct checkpoint {
	struct dataset *data;
	struct split *split;
	struct ratings *joined; /* the training ratings are these: training + validation; or NULL */
	struct model *model;
	struct training_moment moment;
	struct config config; /* its options that are not the model's: epochs, patience */
	struct edit *edits;   /* [n_edits], the first `applied` of them in force */
	size_t n_edits, applied;
};

/* All of it new and the caller's: checkpoint_done frees.  Errors: ERR_DATA with the file as the
 * place and the tensor or the name in the message, ERR_IO, ERR_NOMEM; then there is nothing to
 * free. */
int checkpoint_read(struct checkpoint *c, const char *path, struct err *e);
void checkpoint_done(struct checkpoint *c);
/* Would checkpoint_read take the file, written of c?  All is checked that can be without memory for
 * the arrays: the metadata, the names and shapes, the checksum. */
int checkpoint_verify(const struct checkpoint *c, const char *path, struct err *e);

/* What a file says of itself, without its arrays being read; negative when it is no saved model. */
struct checkpoint_title {
	char data[64], model[32];
	int64_t epoch;
};
int checkpoint_read_title(struct checkpoint_title *title, const char *path);

#endif
