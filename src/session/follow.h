/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Going on with other ratings: what newcomers, retrain and add share. */
#ifndef SESSION_FOLLOW_H
#define SESSION_FOLLOW_H

#include "autorec/moment.h"
#include "autorec/session.h"

/* What a training goes on with. */
struct following {
	const struct ratings *train;
	struct trainer_sets sets;
	const struct overlay *folded; /* who has edits gets a row that is fitted to them; or NULL */
};

/* Makes a trainer for a model of the same options as the one in use, from its moment that is held.
 * Everyone keeps the row; further users and items have rows of zeros. */
int session_follow(struct session *s, const struct training_moment *held,
		   const struct following *with, struct trainer **out, struct err *e);
/* Sets the run in use aside and puts another one to use, with its split and, unless it is NULL, its
 * data set, which the session takes over. Newcomers are users and items like others from now on. */
void session_replace_run(struct session *s, struct dataset *data, struct split *split,
			 struct trainer *t, struct run *run);
/* ERR_FAILED while training runs. */
int session_need_rest(struct session *s, const char *why, struct err *e);

#endif
