/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The program's own command line. */
#ifndef UI_INVOCATION_H
#define UI_INVOCATION_H

#include <stdbool.h>

#include "term.h"

/* A command line or a script, in the order given. */
struct request {
	bool script;
	char *text;
};

struct invocation {
	struct request *requests; /* [n_requests] */
	int n_requests, capacity;
	bool batch, json;
	bool opens;                            /* a saved model is opened */
	bool version, manual, reference, help; /* print this and leave */
	struct term_options term;
};

/* Fills *in from argv; --seed and --threads become set commands, --model an open, a DATASET a load,
 * all before the other requests.  ERR_USAGE says what was wrong. */
int invocation_parse(struct invocation *in, int argc, char **argv, struct err *e);
void invocation_done(struct invocation *in);
extern const char invocation_usage[];

#endif
