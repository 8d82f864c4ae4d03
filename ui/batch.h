/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs commands without a screen.  Results go to stdout as text or JSON Lines, errors to stderr.  A
 * failed command ends the batch.  A signal ends the training and the batch.  batch_run returns the
 * exit status: 128 plus the signal's number after a signal. */
#ifndef UI_BATCH_H
#define UI_BATCH_H

#include "autorec/session.h"
#include "invocation.h"

int batch_run(struct session *s, const struct invocation *in);

#endif
