/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A session for running commands, with small rating files in the scratch folder.  It keeps the last
 * result. */
#ifndef STAGE_H
#define STAGE_H

#include "autorec/command.h"

struct stage {
	struct session session;
	json_t *last; /* result of the last command */
	int epoch_lines;
};

/* The host's emit: keeps the result as the last one. */
void hear(void *ctx, json_t *result);

struct stage *stage_new(void);
void stage_free(struct stage *st);

/* Runs a line in which % stands for the scratch folder. */
int try(struct stage *st, const char *line, struct err *e);
/* Like try, but fails the test if the line fails. */
void run(struct stage *st, const char *line);

/* Returns a number from the last result. */
double number(const struct stage *st, const char *key);

/* A group's setup: makes the scratch folder, with ratings.csv and some unreadable files. */
int write_sample(void **state);

#endif
