/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A session: what a person has loaded, split, trained and edited, and where they are looking.
 * Commands change it; screens only read it. It belongs to one thread; only the trainer inside
 * it has its own. */
#ifndef AUTOREC_SESSION_H
#define AUTOREC_SESSION_H

#include <jansson.h>
#include <signal.h>

#include "autorec/autosave.h"
#include "autorec/checkpoint.h"
#include "autorec/document.h"
#include "autorec/focus.h"
#include "autorec/transcript.h"

/* Something that runs one command after another in the session. It embeds this as its first
 * member. */
struct activity {
	bool active;
	void (*free)(struct activity *);
};

/* What blocks the command queue of a screen, or a batch. */
enum wait { WAIT_NONE, WAIT_IDLE, WAIT_EPOCH, WAIT_SAVED };

/* Which parts of a session are saved in files. */
struct saves {
	struct saving *now;  /* the save in progress; NULL: none */
	struct autosave own; /* the file for automatic saves */
	double at;           /* clock_seconds when a model was last made or saved */
	uint64_t run;        /* the run that was last saved, and its epoch */
	int64_t epoch;
	uint64_t edits; /* as in overlay.changes */
	bool automatic; /* that save was automatic */
	bool rescued;   /* the automatic save stays when the session ends */
};

/* What a session runs in: a screen, a batch, a test. */
struct text;

struct host {
	bool interactive;                   /* training commands return at once */
	int wake_fd;                        /* eventfd, readable when the trainer has news */
	volatile sig_atomic_t *interrupted; /* set by a signal; may be NULL */
	void *ctx; /* passed to the functions below, each of which may be NULL */
	/* Receives a result, or a line of a running command; borrowed. */
	void (*emit)(void *ctx, json_t *result);
	/* Receives a line of a script to run later instead of now. */
	int (*enqueue)(void *ctx, const char *line, struct err *e);
	/* Reports the progress of a long command: what is being done, and the fraction done (0 to
	 * 1). Returns false to stop it. */
	bool (*progress)(void *ctx, const char *what, double fraction);
	int (*screenshot)(void *ctx, const char *path, struct err *e);
	/* Puts a row of the list in use, or all of it, on the clipboard.  *rows: how many. */
	int (*yank)(void *ctx, bool table, int64_t *rows, struct err *e);
	/* Explains the keys of a view, or a key, by its name; NULL: all keys. */
	void (*keys)(const char *name, struct text *out);
};

/* The ratings that a model can be scored on. */
enum rating_set { SET_TEST, SET_VALID, SET_TRAIN };
#define RATING_SET_NAMES "test valid train"

/* What the hidden units are worth (ablation.h), as measured last. */
struct unit_effects {
	uint64_t run; /* document_run_number; 0: not measured */
	int64_t epoch;
	enum rating_set on;
	int32_t k;
	double *effect; /* [k] */
};

struct session {
	struct config config; /* for the next model, and the session's own options */
	/* Bit i: the person set option i of the table, so no model's default changes it. */
	uint64_t given;
	struct document doc;
	struct unit_effects effects;
	struct activity *activity; /* the latest campaign, running or over; or NULL */
	struct saves saves;
	struct focus focus;           /* where the person is looking */
	struct transcript transcript; /* the command lines that were run */

	struct host host;
	char *doubted; /* the typed line that was refused because it loses work; NULL: none */
	bool quit;
	enum wait wait;
	int64_t wait_epoch;
	int depth;              /* of scripts that source scripts */
	bool commands_on_stdin; /* a script is being read from there */
};

int session_init(struct session *s, struct err *e);
void session_done(struct session *s);

/* The weights that answer questions, with the newcomers folded in.  Each pin needs an unpin, before
 * the next edit. */
const struct weights *session_pin(struct session *s);
void session_unpin(struct session *s, const struct weights *w);
/* The held-out ratings that a run scores after each epoch. */
struct trainer_sets session_sets(const struct session *s, const struct split *split,
				 const struct ratings *joined);
/* Waits until no worker reads the ratings: those of the run in use and the one set aside end the
 * epochs that they are in. */
void session_settle(struct session *s);
/* Makes rows for the newcomers who are there, in the ratings and in the run in use.  On failure the
 * caller takes back what it did to the overlay, and calls it again.  ERR_FAILED while training
 * runs. */
int session_seat(struct session *s, struct err *e);

/* Makes the edits training ratings of the run in use, whose weights stay, with rows for newcomers.
 * The run without them is set aside. Pairs that were edited are no longer held out.  ERR_FAILED
 * while training runs. */
int session_adopt_edits(struct session *s, struct err *e);
/* Puts other ratings to use, which have the users and items of the present ones first.  The run in
 * use goes on with them; it is set aside as it is.  Takes over both on success. */
int session_add(struct session *s, struct dataset *data, struct split *split, struct err *e);
/* Blocks until training rests, or the person stops it. */
void session_watch(struct session *s, const char *what);

/* Report what is missing: "no ratings are loaded; load PATH reads some". */
int session_need_data(const struct session *s, struct err *e);
/* Makes the default split if there is none. */
int session_need_split(struct session *s, struct err *e);
int session_need_trainer(const struct session *s, struct err *e);
/* The effects of the units if they were measured at this epoch of the run in use; NULL: not. */
const double *session_effects(const struct session *s, const struct weights *w);
/* Of the run in use; NULL if there is none. */
struct trainer *session_trainer(const struct session *s);

/* Replace the data, split or model, and drop what depends on the old one. A run with training or
 * edits is set aside first, in place of the one set aside before, for session_bring_back. */
void session_set_data(struct session *s, struct dataset *d);
void session_set_split(struct session *s, struct split *split);
/* Makes a new model that trains on the split's training ratings. If `joined` is given, it trains
 * on those instead, without validation, and takes ownership of them on success. On failure the
 * old model stays. */
int session_set_model(struct session *s, const struct model_ops *ops, const struct config *c,
		      struct ratings *joined, struct err *e);
/* Replaces data, split, model and edits by those of a file, and empties c. On failure the
 * session is unchanged. */
int session_open(struct session *s, struct checkpoint *c, struct err *e);
/* Stops the training and moves runs and edits aside; the data and the split stay. */
void session_set_aside(struct session *s);
/* Exchanges the document and what was set aside. Returns false if nothing was. */
bool session_bring_back(struct session *s);
/* ERR_FAILED if there is no model, or if the set is empty or is one that the model was trained on
 * together with its training ratings. */
int session_rating_set(const struct session *s, enum rating_set which, const struct ratings **out,
		       struct err *e);
/* The options of the current model, or those for the next one if there is none. */
struct config session_config(struct session *s);

/* Replaces and frees the previous activity. NULL: none. */
void session_set_activity(struct session *s, struct activity *a);

/* Signals s->wake_fd. Any thread may call it; ctx is the session. */
void session_wake(void *ctx);

/* Blocks until the trainer has come to rest, or reached s->wait_epoch if that is awaited. Passes
 * every epoch after the first `seen` records to `each` (may be NULL). An interrupt stops the
 * training: ERR_INTERRUPTED. */
int session_wait(struct session *s, int64_t seen,
		 void (*each)(void *ctx, const struct epoch_record *r), void *ctx, struct err *e);
/* Has the awaited event happened? */
bool session_wait_over(struct session *s);

/* A long command calls this to report its progress and to ask whether to continue. It is cheap,
 * so call it often. */
bool session_go_on(struct session *s, const char *what, double fraction);

/* Add the "id" of a user or an item, and the "title" of an item, to a JSON object. */
void session_put_user(const struct session *s, json_t *out, int32_t user);
void session_put_item(const struct session *s, json_t *out, int32_t item);
/* Adds the name of a set of ratings as "on". */
void session_put_set(json_t *out, enum rating_set on);
/* Adds the "epoch" of an answer, and whether its "weights" are "frozen", as they were before the
 * edits, or "retrained", with the edits. */
void session_put_weights(const struct session *s, json_t *out, int64_t epoch);
/* While edits are in force, adds to a row whether the rating of its pair is edited, and its rating
 * without the edits (null: none). */
void session_put_edited(const struct session *s, json_t *row, int32_t user, int32_t item);

#endif
