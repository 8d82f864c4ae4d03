/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A campaign: many trainings by one protocol, for repeat, tune and reproduce.  Each of its runs is
 * what a person could type,
 *
 *     split seed=3;  model i-autorec lambda=280 seed=3;  train 1000 patience=20;  refit;  evaluate
 *
 * run in the session itself, so that the curve, the hidden units and pause are those of any
 * training.  Validation chooses the number of epochs.  The test ratings are scored for the curve
 * and choose nothing; a campaign that only chooses (tune) leaves out refit and evaluate and keeps
 * no score of theirs.  A finished run is appended to a file at once; a campaign finds there what an
 * earlier one has done.
 *
 * On a screen campaign_step is called whenever training has come to rest, in a batch until it says
 * that it is over. */
#ifndef AUTOREC_CAMPAIGN_H
#define AUTOREC_CAMPAIGN_H

#include "autorec/session.h"
#include "autorec/text.h"

enum run_state { RUN_WAITING, RUN_UNDER_WAY, RUN_DONE, RUN_FAILED };

struct outcome {
	enum run_state state;
	bool found;        /* in the file: an earlier campaign did it */
	uint64_t seed;     /* of split and first weights */
	int64_t epochs;    /* that validation chose */
	double valid_rmse; /* at that epoch */
	double rmse, mae;  /* on test, of the refitted model; NaN when test is not looked at */
	int64_t cold;      /* test pairs that got the default */
	double seconds;    /* of training, refit and scoring */
};

/* One system with one set of options, tried on every split. */
struct trial {
	char label[64];
	const struct model_ops *ops;
	char options[256]; /* NAME=VALUE words for model, without the seed */
	int64_t patience;  /* 0: the campaign's */
	const char *data;  /* what load is to read before; NULL: what is loaded */
	double paper;      /* published RMSE, NaN: none */
	double x;          /* where it stands in a figure; NaN: in the order of the trials */
	const char *evidence,
		*note; /* for whoever reads the result: what chose its options; a remark; or NULL */
	struct outcome *runs; /* [n_splits] */
	char trouble[300];    /* why a run failed, or why there is none; "" */
};

struct campaign {
	struct activity activity;
	const char *verb; /* the command that began it */
	char title[64];   /* what of: "table1a", "i-autorec" */
	struct trial *trials;
	int n_trials, n_splits;
	uint64_t seed;         /* of the first split; the next has the next */
	struct config subject; /* of repeat and tune: the model they began with, */
	uint64_t split_seed;   /* on this split */
	double holdout, valid_share;
	int64_t epochs, patience;
	bool scored;                 /* refit and score on test */
	char file[512];              /* of finished runs */
	json_t *skipped;             /* [{data, why}]: what could not even be begun; or NULL */
	char data[128], folder[512]; /* room for what trials and `finish` name */
	/* The result, when it has ended (also early: with what is finished). */
	int (*finish)(struct session *s, struct campaign *c, json_t *out, struct err *e);

	/* Runs a line of the campaign's own, as command_answer does. */
	int (*answer)(struct session *s, const char *line, json_t **out, struct err *e);

	/* Progress. */
	int trial, split;     /* the run under way */
	int stage;            /* its next command line */
	double began;         /* this run, clock_seconds */
	double started;       /* all of it */
	const char *loaded;   /* data that it has read itself */
	struct config config; /* of the session: back when the campaign is over */
	uint64_t given;
};

/* A campaign without trials; the caller fills in what stands above "Progress". */
int campaign_new(const char *verb, int n_splits,
		 int (*answer)(struct session *s, const char *line, json_t **out, struct err *e),
		 struct campaign **out, struct err *e);
/* One more trial, waiting; NULL: out of memory. */
struct trial *campaign_add(struct campaign *c, const char *label, const struct model_ops *ops,
			   struct err *e);
void campaign_free(struct campaign *c);

/* Takes the campaign over, also on failure.  In a batch it returns when all is done, on a screen at
 * once. */
int campaign_begin(struct session *s, struct campaign *c, json_t *out, struct err *e);
/* The next command line of the campaign, when training rests; emits finished runs, and at the end
 * the result.  An error ends it. */
int campaign_step(struct session *s, struct err *e);
/* Ends it; what is finished is kept.  Emits the result. */
int campaign_stop(struct session *s, struct err *e);
/* The last one, under way or over; NULL: none. */
struct campaign *campaign_of(const struct session *s);
bool campaign_active(const struct session *s);
/* ERR_FAILED while one is under way: for commands that would disturb it. */
int campaign_need_none(const struct session *s, struct err *e);

#endif
