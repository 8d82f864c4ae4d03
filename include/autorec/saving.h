/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Saving a session to a file. Under a screen, saving has its own thread: it waits for the end of
 * the running epoch, copies what it needs, lets training go on, and writes. Call saving_wait before
 * replacing anything that it reads. */
#ifndef AUTOREC_SAVING_H
#define AUTOREC_SAVING_H

#include <limits.h>
#include <stdatomic.h>

#include "autorec/checkpoint.h"

struct saving {
	char path[PATH_MAX];
	bool automatic;         /* not requested by the person */
	struct checkpoint what; /* borrowed from the session, except the edits */
	struct trainer *trainer;
	uint64_t run; /* the number of the run that is saved */
	void (*wake)(void *);
	void *wake_ctx;
	struct thread *thread; /* NULL: it has ended, or there is none */
	atomic_bool over;
	/* The outcome. */
	int status;
	struct err error;
	struct safetensors_times times;
	int64_t epoch;
	uint64_t edits; /* overlay.changes when it began */
	double seconds;
};

struct session;

/* Starts saving; without a screen it is over on return. The caller owns *out, even if writing
 * failed: saving_free. */
int saving_new(struct session *s, const char *path, bool automatic, struct saving **out,
	       struct err *e);
bool saving_over(const struct saving *w);
void saving_wait(struct saving *w);
void saving_free(struct saving *w); /* waits for the end */

/* Saves to a file. Under a screen it continues after the return (s->saves.now), and session_tick
 * reports the end. */
int session_save(struct session *s, const char *path, struct err *e);
/* Call this when s->wake_fd is readable. Emits the result of a save that has ended, and starts an
 * automatic save that is due. Returns a negative code if a save has failed. */
int session_tick(struct session *s, struct err *e);
/* What the person would lose without the run in use: seconds of training and edits that no file
 * holds. A file for automatic saves does not count, because it goes when the program ends. */
struct unsaved {
	double seconds;
	size_t edits;
};
struct unsaved session_unsaved(struct session *s);
/* Call this when a signal ends the program. Saves the session for the next start to find, if
 * the option autosave allows it. Does not wait for a long epoch: ERR_INTERRUPTED, and the
 * last save remains. */
int session_rescue(struct session *s, struct err *e);

#endif
