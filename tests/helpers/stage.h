/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A session that commands are run upon, with some small files of ratings in the scratch folder; the
 * last result is kept. */
#ifndef STAGE_H
#define STAGE_H

#include "autorec/command.h"

struct stage {
	struct session session;
	json_t *last; /* result of the last command */
	int epoch_lines;
};

/* Keeps a result as the last: the host's emit. */
void hear(void *ctx, json_t *result);

struct stage *stage_new(void);
void stage_free(struct stage *st);

/* Runs a line in which % stands for the scratch folder. */
int try(struct stage *st, const char *line, struct err *e);
/* The same, which is to succeed. */
void run(struct stage *st, const char *line);

/* A number of the last result. */
double number(const struct stage *st, const char *key);

/* A group's setup: the scratch folder, with ratings.csv and some that cannot be read. */
int write_sample(void **state);

#endif
