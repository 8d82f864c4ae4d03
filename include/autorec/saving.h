/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The writing of a session to a file.  Under a screen it has a thread of its own, which waits for
 * the end of the running epoch, copies, lets the training go on, and writes; whoever replaces what
 * it reads waits for it first (saving_wait). */
#ifndef AUTOREC_SAVING_H
#define AUTOREC_SAVING_H

#include <limits.h>
#include <stdatomic.h>

#include "autorec/checkpoint.h"

struct saving {
	char path[PATH_MAX];
	bool automatic;         /* nobody asked for it */
	struct checkpoint what; /* borrowed from the session, but for the edits */
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
	double seconds;
};

struct session;

/* Begins; without a screen it is over at the return.  *out is the caller's, also after the writing
 * failed: saving_free. */
int saving_new(struct session *s, const char *path, bool automatic, struct saving **out,
	       struct err *e);
bool saving_over(const struct saving *w);
void saving_wait(struct saving *w);
void saving_free(struct saving *w); /* waits */

/* Saves to a file.  Under a screen it goes on at the return (s->saving): session_tick tells the
 * end. */
int session_save(struct session *s, const char *path, struct err *e);
/* To be called when s->wake_fd has told of something: emits the result of a save that has ended,
 * begins one that is due by itself.  Negative when one has failed. */
int session_tick(struct session *s, struct err *e);
/* The program is being ended from outside: saves, if the option autosave allows it, for the next
 * start to find.  An epoch that takes long is not waited for: ERR_INTERRUPTED, and what was saved
 * before stays. */
int session_rescue(struct session *s, struct err *e);

#endif
