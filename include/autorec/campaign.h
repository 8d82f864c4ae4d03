/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A campaign: many trainings by one protocol, for repeat, tune and reproduce. Each run is a line
 * that a person could type:
 *
 *     split seed=3;  model i-autorec lambda=280 seed=3;  train 1000 patience=20;  refit;  evaluate
 *
 * The runs happen in the session itself, so its charts, hidden units and pause work as in any
 * training. The person's document is set aside meanwhile and brought back at the end. Validation
 * chooses the number of epochs. Test ratings are scored for the curve but choose nothing. A
 * campaign that only chooses options (tune) skips refit and evaluate and keeps no test scores. Each
 * finished run is appended to a file at once. A later campaign finds it there and does not repeat
 * it.
 *
 * Under a screen, campaign_step is called whenever training has come to rest. In a batch it is
 * called until the campaign is over. */
#ifndef AUTOREC_CAMPAIGN_H
#define AUTOREC_CAMPAIGN_H

#include "autorec/session.h"
#include "autorec/text.h"

enum run_state { RUN_WAITING, RUN_UNDER_WAY, RUN_DONE, RUN_FAILED };

struct outcome {
	enum run_state state;
	bool found;        /* taken from the file of an earlier campaign */
	int64_t at;        /* when it was finished, if found: Unix time; 0: unknown */
	uint64_t seed;     /* of the split and the first weights */
	int64_t epochs;    /* chosen by validation */
	double valid_rmse; /* after that many epochs */
	double rmse, mae;  /* on test, of the refitted model; NaN if test is not scored */
	int64_t cold;      /* test pairs that got the default */
	double seconds;    /* of training, refit and scoring */
};

/* One model with one set of options, tried on every split. */
struct trial {
	char label[64];
	const struct model_ops *ops;
	char options[256]; /* NAME=VALUE words for model, without the seed */
	int64_t patience;  /* 0: the campaign's */
	const char *data;  /* what to load first; NULL: use what is loaded */
	double paper;      /* published RMSE; NaN: none */
	double x;          /* its place on the axis of a figure; NaN: its index */
	/* For readers of the result: how its options were chosen, and a remark. Both may be
	 * NULL. */
	const char *evidence, *note;
	struct outcome *runs; /* [n_splits] */
	char trouble[300];    /* why a run failed, or why there is none; or "" */
};

struct campaign {
	struct activity activity;
	const char *verb; /* the command that started it */
	char title[64];   /* what it runs: "table1a", "i-autorec" */
	struct trial *trials;
	int n_trials, n_splits;
	uint64_t seed; /* of the first split; each later split adds 1 */
	/* For repeat and tune: the model they started with, and its split. */
	struct config subject;
	enum split_by split_by;
	int32_t split_last;
	double holdout, valid_share;
	int64_t epochs, patience;
	const char *basis;           /* options of runs whose own words do not set them */
	bool scored;                 /* refit, then score on test */
	bool fresh;                  /* do not look for finished runs in the file */
	char file[512];              /* where finished runs are kept; "": the default place */
	json_t *skipped;             /* [{data, why}]: what could not be started; or NULL */
	char data[128], folder[512]; /* storage for names that trials and `finish` use */
	/* Writes the result when the campaign ends. If it ends early, the result covers the
	 * finished runs. */
	int (*finish)(struct session *s, struct campaign *c, json_t *out, struct err *e);

	/* Runs a command line for the campaign, as command_answer does. */
	int (*answer)(struct session *s, const char *line, json_t **out, struct err *e);

	/* Progress. */
	int trial, split;     /* the current run */
	int stage;            /* its next command line */
	double began;         /* start of this run, by clock_seconds */
	double started;       /* start of the campaign */
	const char *loaded;   /* the data that the campaign loaded itself */
	bool default_file;    /* the person named no file, so failing to write it is a warning */
	bool warned;          /* of that */
	struct config config; /* the session's, restored at the end */
	uint64_t given;
	struct focus focus;
};

/* Creates a campaign without trials. The caller fills in the members above "Progress". */
int campaign_new(const char *verb, int n_splits,
		 int (*answer)(struct session *s, const char *line, json_t **out, struct err *e),
		 struct campaign **out, struct err *e);
/* Adds a trial and returns it, or NULL if memory runs out. */
struct trial *campaign_add(struct campaign *c, const char *label, const struct model_ops *ops,
			   struct err *e);
void campaign_free(struct campaign *c);

/* Starts the campaign and takes ownership of it, even on failure. A batch returns when all runs are
 * done; under a screen the call returns at once. */
int campaign_begin(struct session *s, struct campaign *c, json_t *out, struct err *e);
/* Runs the next command line of the campaign; call it when training has come to rest. Emits each
 * finished run, and the result at the end. An error ends the campaign. */
int campaign_step(struct session *s, struct err *e);
/* Ends the campaign, keeps its finished runs, and emits the result. */
int campaign_stop(struct session *s, struct err *e);
/* Adds to a row of JSON the note that the run ended with its last epoch, before its patience. */
void campaign_put_note(const struct campaign *c, const struct trial *t, const struct outcome *r,
		       json_t *row);
/* The latest campaign, running or over; NULL: none. */
struct campaign *campaign_of(const struct session *s);
bool campaign_active(const struct session *s);
/* ERR_FAILED while a campaign is running. Called by commands that would disturb it. */
int campaign_need_none(const struct session *s, struct err *e);

#endif
