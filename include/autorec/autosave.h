/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The file that holds a session's automatic saves. While a model trains, the session is saved every
 * few minutes, so a crash costs only the work since the last save. A clean exit removes the file. A
 * file that no program has locked was therefore left by a crash.
 *
 *     $XDG_STATE_HOME/autorec/autosave-ID.safetensors        (default: ~/.local/state/autorec/)
 *     $XDG_STATE_HOME/autorec/autosave-ID.safetensors.lock   locked (flock) while the program runs
 *
 * Two programs never have the same ID. */
#ifndef AUTOREC_AUTOSAVE_H
#define AUTOREC_AUTOSAVE_H

#include <limits.h>
#include <stdbool.h>
#include <time.h>

#include "autorec/checkpoint.h"

struct autosave {
	char path[PATH_MAX]; /* "": not chosen yet */
	int lock;            /* held while path is set */
};

/* Chooses and locks a name for this program, unless it has one already. ERR_IO. */
int autosave_claim(struct autosave *a, struct err *e);
/* Takes over a file that was found: later saves go there. Returns false if another program has
 * taken it first. */
bool autosave_adopt(struct autosave *a, const char *path);
/* Releases the file. With `keep` it stays for the next program to find. */
void autosave_done(struct autosave *a, bool keep);

/* The newest automatic save that no program has locked. */
struct autosave_found {
	char path[PATH_MAX];
	time_t saved;
	struct checkpoint_title title;
};
bool autosave_find(struct autosave_found *found);

#endif
