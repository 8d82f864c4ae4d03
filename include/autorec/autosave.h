/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The file that a session is saved to by itself while it trains, every few minutes: a crash then
 * costs no more than those. It is removed at a clean exit, so one that nobody holds belongs to a
 * program that has crashed.
 *
 *     $XDG_STATE_HOME/autorec/autosave-ID.safetensors          or ~/.local/state/autorec/...
 *     $XDG_STATE_HOME/autorec/autosave-ID.safetensors.lock     locked (flock) by the program while
 * it runs
 *
 * Two programs never have the same ID. */
#ifndef AUTOREC_AUTOSAVE_H
#define AUTOREC_AUTOSAVE_H

#include <limits.h>
#include <stdbool.h>
#include <time.h>

#include "autorec/checkpoint.h"

struct autosave {
	char path[PATH_MAX]; /* "": none yet */
	int lock;            /* held while path is set */
};

/* Chooses a name of its own and locks it, unless that is done.  ERR_IO. */
int autosave_claim(struct autosave *a, struct err *e);
/* Makes a file that was found its own: it goes on there.  false when another program has done so
 * meanwhile. */
bool autosave_adopt(struct autosave *a, const char *path);
/* Ends the use; `keep`: the file stays, for the next program to find. */
void autosave_done(struct autosave *a, bool keep);

/* The newest one that nobody holds. */
struct autosave_found {
	char path[PATH_MAX];
	time_t saved;
	struct checkpoint_title title;
};
bool autosave_find(struct autosave_found *found);

#endif
