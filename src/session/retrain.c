/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Training on from the present weights with other training ratings. */
#include <stdlib.h>
#include <time.h>

#include "autorec/mem.h"
#include "autorec/saving.h"
#include "follow.h"

void session_replace_run(struct session *s, struct dataset *data, struct split *split,
			 struct trainer *t, struct run *run)
{
	session_set_aside(s);
	if (data)
		document_set_data(&s->doc, data);
	document_set_split(&s->doc, split);
	run->trainer = t;
	overlay_done(&s->doc.overlay);
	s->doc.overlay.known_users = dataset_users(s->doc.data);
	s->doc.overlay.known_items = dataset_items(s->doc.data);
	document_add_run(&s->doc, run);
	s->focus.unit = -1;
}

/* A split whose training ratings are those of the run in use, with the edits. */
static int edited_split(const struct session *s, struct split **out, struct err *e)
{
	struct ratings *train;
	int status = overlay_materialise(&s->doc.overlay, &train, e);
	if (status == 0 && (status = split_retrain(s->doc.split, train, out, e)) < 0)
		ratings_free(train);
	return status;
}

/* folded: see struct following. */
static int follow_split(struct session *s, const struct split *split, const struct overlay *folded,
			struct trainer **out, struct err *e)
{
	const struct following with = { .train = split->train,
					.sets = session_sets(s, split, NULL),
					.folded = folded };
	struct training_moment held;
	int status = session_need_rest(s, "the weights go on from here", e);
	if (status == 0)
		status = trainer_hold(session_trainer(s), &held, e);
	if (status < 0)
		return status;
	status = session_follow(s, &held, &with, out, e);
	trainer_release(session_trainer(s), &held);
	return status;
}

int session_adopt_edits(struct session *s, struct err *e)
{
	struct split *split = NULL;
	struct trainer *t;
	struct run *run = mem_array(1, sizeof *run, e);
	int status = run ? edited_split(s, &split, e) : ERR_NOMEM;
	if (status == 0)
		status = follow_split(s, split, &s->doc.overlay, &t, e);
	if (status < 0) {
		split_free(split);
		free(run);
		return status;
	}
	const uint64_t from = document_run_number(&s->doc);
	session_replace_run(s, NULL, split, t, run);
	s->doc.retrained = from;
	return 0;
}

int session_add(struct session *s, struct dataset *data, struct split *split, struct err *e)
{
	struct trainer *t;
	struct run *run = mem_array(1, sizeof *run, e);
	const int status = run ? follow_split(s, split, NULL, &t, e) : ERR_NOMEM;
	if (status == 0)
		session_replace_run(s, data, split, t, run);
	else
		free(run);
	return status;
}

void session_watch(struct session *s, const char *what)
{
	const struct timespec moment = { .tv_nsec = 10000000 };
	struct trainer_status now;
	trainer_status(session_trainer(s), &now);
	const int64_t from = now.epoch, n = now.target > from ? now.target - from : 1;
	for (; now.busy; trainer_status(session_trainer(s), &now)) {
		if (!session_go_on(s, what, (double)(now.epoch - from) / (double)n))
			trainer_stop(session_trainer(s), NULL);
		nanosleep(&moment, NULL);
	}
}
