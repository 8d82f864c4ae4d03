/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The benchmarks: one program with a section for each thing that has a goal.  Every figure goes
 * through bench_row, which prints one table and writes the same as JSON Lines.  A section runs in a
 * process of its own: none profits from memory that another left behind, and what the system says
 * of its memory is its own.  Times are medians unless the row says otherwise, and what is compared
 * takes turns, so that a busy moment of the machine hits both. */
#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

#include <stdio.h>

#include "autorec/command.h"

/* The most that this machine does, as the machine section measures it. */
struct peak {
	double stream, cache; /* GB/s from memory (triad); from second-level caches (reads) */
	double flops;         /* GFLOP/s of multiply-adds */
};

/* Shared by the sections' processes; only the machine section writes. */
struct bench {
	const char *section;
	const char *folder;  /* where generated data is kept */
	const char *autorec; /* the program's path */
	FILE *json;
	int cores;
	struct peak one, all; /* with one thread; with one on each core */
};

/* A section returns 0, or a negative code when something could not be measured. */
int bench_machine(struct bench *b, struct err *e);
int bench_blas(struct bench *b, struct err *e);
int bench_epoch(struct bench *b, struct err *e);
int bench_torch(struct bench *b, struct err *e);
int bench_accuracy(struct bench *b, struct err *e);
int bench_load(struct bench *b, struct err *e);
int bench_whatif(struct bench *b, struct err *e);
int bench_explain(struct bench *b, struct err *e);
int bench_people(struct bench *b, struct err *e);
int bench_foldin(struct bench *b, struct err *e);
int bench_store(struct bench *b, struct err *e);
int bench_lbfgs(struct bench *b, struct err *e);
int bench_screen(struct bench *b, struct err *e);
int bench_start(struct bench *b, struct err *e);
int bench_redraw(struct bench *b, struct err *e);
int bench_ml_10m(struct bench *b, struct err *e);
int bench_netflix(struct bench *b, struct err *e);

struct figure {
	double value;
	const char *unit;
	double at_most, at_least; /* the goal; 0: none */
	const char *peer;         /* who else does the same, NULL: nobody */
	double peers; /* its figure, in the same unit: s and ms are better when small, rates when
			 great */
};
void bench_row(const struct bench *b, struct figure f, const char *what, ...)
	__attribute__((format(printf, 3, 4)));
/* A line of words in the table: why something is missing. */
void bench_note(const struct bench *b, const char *text, ...) __attribute__((format(printf, 2, 3)));

/* The value below which the share q of them lies; sorts. */
double bench_quantile(double *x, int n, double q);
double bench_median(double *x, int n);

/* Runs a command of the session. */
int bench_command(struct session *s, struct err *e, const char *line, ...)
	__attribute__((format(printf, 3, 4)));
/* A session with this data set, split; session_done ends it, also after a failure. */
int bench_session(struct session *s, const char *data, struct err *e);
/* Waits until training rests. */
int bench_rest(struct session *s, struct err *e);

/* Calls measure in a process of its own; what ctx points at is to be shared memory. */
int bench_apart(int (*measure)(void *ctx, struct err *e), void *ctx, struct err *e);
void *bench_shared(size_t size);

/* Runs a program in the shell; its output's last line is an object of JSON, to be decref'd.  NULL:
 * it was none. */
json_t *bench_ask(const char *command, ...) __attribute__((format(printf, 1, 2)));

/* The path of generated ratings of this name, made when it is not there; `options` are generate's.
 * And of those of MovieLens 10M's shape (shape.c). */
int bench_generated(const struct bench *b, const char *name, const char *options, char *path,
		    size_t size, struct err *e);
int bench_generated_ml_10m(const struct bench *b, char *path, size_t size, struct err *e);

/* A model at k = 500 that is trained by hand (subject.c): an epoch reads one set of weights and
 * writes the other. */
struct subject {
	const struct split *split;
	struct model *model;
	struct weights *w[2], *now;
};
/* With one option that is not the default; subject_done frees, also after a failure. */
int subject_new(struct subject *s, const char *model, const char *option, const char *value,
		const struct split *split, struct err *e);
void subject_done(struct subject *s);
/* Trains an epoch; its seconds alone, and with the scoring of validation and test. */
int subject_epoch(struct subject *s, double *bare, double *scored, struct err *e);

/* What-if answers of the session's model, beside their goals in milliseconds (whatif.c). */
struct whatif_goals {
	double encoder, ridge;
	double heavy; /* ridge, users with more than 1,000 ratings; 0: as ridge */
};
int bench_answers(const struct bench *b, struct session *s, const struct whatif_goals *goals,
		  struct err *e);

#endif
