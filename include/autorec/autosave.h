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

/* An automatic save that no program has locked. */
struct autosave_found {
	char path[PATH_MAX];
	time_t saved;
	int64_t bytes;
	struct checkpoint_title title;
};

/* Lists these saves, the newest first.  Returns their number; the caller frees *out. ERR_NOMEM. */
int autosave_list(struct autosave_found **out, struct err *e);
/* The newest of them.  Returns false if there is none. */
bool autosave_find(struct autosave_found *found);
/* Removes a save. Returns false if a program has locked it meanwhile. */
bool autosave_drop(const char *path);
/* Removes the oldest saves of a data set, so that at most `most` are left. */
void autosave_prune(const char *data, int most);

#endif
