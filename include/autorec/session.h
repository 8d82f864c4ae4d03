/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A session: what a person has loaded, split, trained and edited, and is looking at.  Commands
 * change it; screens only read it.  It belongs to one thread; only the trainer inside runs beside
 * it. */
#ifndef AUTOREC_SESSION_H
#define AUTOREC_SESSION_H

#include <jansson.h>
#include <signal.h>

#include "autorec/autosave.h"
#include "autorec/checkpoint.h"
#include "autorec/document.h"
#include "autorec/focus.h"
#include "autorec/transcript.h"

/* What runs command after command in the session by itself, of which this is the first member. */
struct activity {
	bool active;
	void (*free)(struct activity *);
};

/* What holds the command queue of a screen, or blocks a batch. */
enum wait { WAIT_NONE, WAIT_IDLE, WAIT_EPOCH, WAIT_SAVED };

/* What of a session is in files. */
struct saves {
	struct saving *now;  /* the file that is being written; NULL: none */
	struct autosave own; /* the file that the session is saved to by itself */
	double at;           /* clock_seconds when a model was made or saved last ... */
	uint64_t run;        /* ... the number of the run that was saved last, and its epoch */
	int64_t epoch;
	bool automatic; /* by itself */
	bool rescued;   /* what was saved by itself stays when the session ends */
};

/* What a session runs in: a screen, a batch, a test. */
struct host {
	bool interactive;                   /* training commands return at once */
	int wake_fd;                        /* eventfd: the trainer has something to tell */
	volatile sig_atomic_t *interrupted; /* set by a signal; may be NULL */
	void *ctx;                          /* for the functions below, any of which may be NULL */
	/* A result, or a line of a running command, which is borrowed. */
	void (*emit)(void *ctx, json_t *result);
	/* Takes a script's line, which is then not run here. */
	int (*enqueue)(void *ctx, const char *line, struct err *e);
	/* Of a command that takes long, from time to time: what it does and how much of it is done,
	 * 0 to 1.  False stops it. */
	bool (*progress)(void *ctx, const char *what, double fraction);
	int (*screenshot)(void *ctx, const char *path, struct err *e);
};

struct session {
	struct config config; /* what the next model starts from, and the session's own options */
	uint64_t given; /* bit i: option i of the table was set by the person, no model's default
			   changes it */
	struct document doc;
	struct activity *activity; /* the last campaign, under way or over; or NULL */
	struct saves saves;
	struct focus focus;           /* where the person is looking */
	struct transcript transcript; /* the command lines that were run */

	struct host host;
	bool quit;
	enum wait wait;
	int64_t wait_epoch;
	int depth; /* of scripts that source scripts */
};

int session_init(struct session *s, struct err *e);
void session_done(struct session *s);

/* Say what is missing: "no ratings are loaded; load PATH reads some". */
int session_need_data(const struct session *s, struct err *e);
int session_need_split(struct session *s,
		       struct err *e); /* makes the default split when there is none */
int session_need_trainer(const struct session *s, struct err *e);
/* Of the run in use; NULL when there is none. */
struct trainer *session_trainer(const struct session *s);

/* Replaces data, split, or model; what depends on the old one goes. */
void session_set_data(struct session *s, struct dataset *d);
void session_set_split(struct session *s, struct split *split);
/* A new model on the split's training ratings; or, when `joined` is given, on those (taken over on
 * success), without validation.  On failure the old model stays. */
int session_set_model(struct session *s, const struct model_ops *ops, const struct config *c,
		      struct ratings *joined, struct err *e);
/* What a file holds takes the place of data, split, model and edits; c is empty then.  On failure
 * the session is as it was. */
int session_open(struct session *s, struct checkpoint *c, struct err *e);
/* The options of the current model, else those that the next one starts from. */
struct config session_config(struct session *s);

/* In place of the last one, which goes; NULL: none. */
void session_set_activity(struct session *s, struct activity *a);

/* Something has happened: whoever waits for s->wake_fd looks.  From any thread; ctx is the session.
 */
void session_wake(void *ctx);

/* Blocks until the trainer has come to rest (or reached s->wait_epoch when that is what is waited
 * for), passing every epoch behind the first `seen` records to `each` (may be NULL).  An interrupt
 * stops the training: ERR_INTERRUPTED. */
int session_wait(struct session *s, int64_t seen,
		 void (*each)(void *ctx, const struct epoch_record *r), void *ctx, struct err *e);
/* Has the awaited thing happened? */
bool session_wait_over(struct session *s);

/* A long command says how far it is, and asks whether it is to go on; often, it costs little. */
bool session_go_on(struct session *s, const char *what, double fraction);

/* "id" of a user or an item, and "title" of an item, into a JSON object. */
void session_put_user(const struct session *s, json_t *out, int32_t user);
void session_put_item(const struct session *s, json_t *out, int32_t item);

#endif
