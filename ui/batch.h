/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Commands without a screen: results on stdout as text or JSON Lines, errors on stderr.  Returns
 * the exit status; a failed command ends the batch, a signal ends the training and the batch with
 * 128 + its number. */
#ifndef UI_BATCH_H
#define UI_BATCH_H

#include "autorec/session.h"
#include "invocation.h"

int batch_run(struct session *s, const struct invocation *in);

#endif
