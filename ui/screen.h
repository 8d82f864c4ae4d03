/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The explorer on a terminal: one loop that waits for keys, signals and the trainer, runs commands,
 * and draws what changed.  Returns the exit status. */
#ifndef UI_SCREEN_H
#define UI_SCREEN_H

#include "autorec/session.h"
#include "invocation.h"

int screen_run(struct session *s, const struct invocation *in);

#endif
