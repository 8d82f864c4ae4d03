/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A session's work in one file: the ratings with their ids and titles, the split, the model with
 * its options and weights, the exact state of its training, and the what-if edits. Work can
 * continue from this file alone, on any machine. The file is in safetensors format (safetensors.h).
 * Its tensors:
 *
 *     weights.NAME             the model's parameters at the current epoch
 *     best.NAME                the same at the best epoch, if training with patience keeps it
 *     state.NAME               what training carries from one epoch to the next
 *     state.NAME.OF            the same, one per model parameter OF
 *     curve                    [epochs + 1, CURVE_COLUMNS]; the metadata's autorec.curve names
 *                              the columns; -1 where there is no such set of ratings
 *     curve.fingerprint        [epochs + 1]: weights_fingerprint of each epoch; 0: unknown
 *     marks.epoch, marks.text  options that were changed
 *     users.id, items.id, items.title, genre.name
 *                              texts, stored end to end; NAME.offsets [n + 1] has the place
 *                              where each begins
 *     items.genres             bit g of an item: it has the genre g of genre.name
 *     train.user, train.item, train.value, valid.*, test.*
 *                              ratings; users and items are indices into users.id and items.id
 *     given.*, asked.*         the same of the users that are set aside, if any are
 *     edits.user, edits.item, edits.value, edits.has
 *                              an edit of a newcomer has -1 on its other side
 *     newcomers.name, newcomers.kind
 *                              kind: 1 for an item, 0 for a user; plus 2 for those who are there,
 *                              who have the last users or items; -2 - i in edits is newcomer i
 *                              who is not there
 *
 * The metadata has autorec.format, autorec.min_reader (the oldest format version whose programs can
 * read the file), autorec.program, autorec.model, autorec.option.NAME, and more names and
 * counts. */
#ifndef AUTOREC_CHECKPOINT_H
#define AUTOREC_CHECKPOINT_H

#include "autorec/dataset.h"
#include "autorec/safetensors.h"
#include "autorec/split.h"
#include "autorec/moment.h"

/* Format 1 stores indices in the number type of the weights. Format 2 stores them as I32. Format 3
 * has newcomers; a file without any is of format 2. */
enum { CHECKPOINT_FORMAT = 3 };

struct checkpoint {
	struct dataset *data;
	struct split *split;
	/* Training + validation, if the model was trained on both; or NULL. */
	struct ratings *joined;
	struct model *model;
	struct training_moment moment;
	struct config config; /* the options that are not the model's: epochs, patience */
	struct overlay overlay;
};

/* Reads a checkpoint. Everything in it is new and belongs to the caller; checkpoint_done frees it.
 * Errors: ERR_IO, ERR_NOMEM, or ERR_DATA with the file as the place and the tensor or name in the
 * message, or ERR_INTERRUPTED if progress (NULL: none) stops it. After an error there is nothing to
 * free. */
int checkpoint_read(struct checkpoint *c, const char *path, const struct progress *progress,
		    struct err *e);
void checkpoint_done(struct checkpoint *c);
/* Checks that checkpoint_read would accept the file that was written from c. It checks everything
 * that needs no memory for the arrays: metadata, names, shapes, and checksum. */
int checkpoint_verify(const struct checkpoint *c, const char *path, struct err *e);

/* Describes a file without reading its arrays. Returns a negative code if it is not a saved
 * model. */
struct checkpoint_title {
	char data[64], model[32];
	int64_t epoch;
};
int checkpoint_read_title(struct checkpoint_title *title, const char *path);

#endif
