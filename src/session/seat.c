/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The run in use with other numbers of users and items: a new trainer continues from the same
 * moment, with a row more, or fewer, for each newcomer. */
#include "autorec/saving.h"
#include "follow.h"

/* Do the weights still have a row for everyone? */
static bool fits(const struct model *m, const struct config *c)
{
	struct model now;
	model_describe(&now, m->ops, c, m->train);
	return now.n_theta == m->n_theta && now.n_vectors == m->n_vectors;
}

static int await(struct trainer *t, struct err *e)
{
	const double look_seconds = 1;
	double done;
	int status;
	do
		status = trainer_await(t, look_seconds, &done, e);
	while (status == 1);
	if (status < 0)
		trainer_free(t);
	return status;
}

int session_follow(struct session *s, const struct training_moment *held,
		   const struct following *with, struct trainer **out, struct err *e)
{
	const struct model *old = trainer_model(session_trainer(s));
	struct training_moment moment = { 0 };
	struct model *m;
	int status = model_new(old->ops, &held->config, with->train, &m, e);
	if (status < 0)
		return status;
	status = training_moment_copy(held, old, m, &moment, e);
	if (status == 0 && with->folded)
		status = fold_into(old, moment.current, with->folded, e);
	if (status == 0)
		status = trainer_continue(m, &with->sets, session_wake, s, &moment, out, e);
	if (status < 0) {
		training_moment_done(&moment);
		model_free(m);
		return status;
	}
	trainer_set_pace(*out, s->config.pace);
	return await(*out, e);
}

int session_need_rest(struct session *s, const char *why, struct err *e)
{
	struct trainer_status now;
	trainer_status(session_trainer(s), &now);
	return now.busy ? err_set(e, ERR_FAILED, NULL,
				  "training is running; pause or stop it first, because %s", why)
			: 0;
}

static int seat_held(struct session *s, const struct training_moment *held, struct trainer **out,
		     struct err *e)
{
	int status = document_seat(&s->doc, e);
	if (status < 0 || fits(trainer_model(session_trainer(s)), &held->config))
		return status;
	const struct following with = {
		.train = trainer_model(session_trainer(s))->train,
		.sets = session_sets(s, s->doc.split, s->doc.run->joined),
	};
	return session_follow(s, held, &with, out, e);
}

static void look_elsewhere(struct session *s)
{
	if (s->focus.user >= dataset_users(s->doc.data))
		s->focus.user = -1;
	if (s->focus.item >= dataset_items(s->doc.data))
		s->focus.item = -1;
}

static void settle(struct trainer *t)
{
	struct training_moment held;
	if (t && trainer_hold(t, &held, NULL) == 0)
		trainer_release(t, &held);
}

void session_settle(struct session *s)
{
	settle(session_trainer(s));
	if (s->doc.aside)
		settle(document_trainer(s->doc.aside));
}

int session_seat(struct session *s, struct err *e)
{
	struct trainer *old = session_trainer(s), *next = NULL;
	struct training_moment held;
	int status = session_need_rest(s, "everyone needs a row in the weights", e);
	saving_wait(s->saves.now);
	if (status == 0)
		session_settle(s);
	if (status == 0)
		status = trainer_hold(old, &held, e);
	if (status < 0)
		return status;
	fold_done(&s->doc.fold);
	trainer_set_folded(old, NULL, NULL);
	status = seat_held(s, &held, &next, e);
	trainer_release(old, &held);
	if (status == 0 && next) {
		s->doc.run->trainer = next;
		trainer_free(old);
	}
	look_elsewhere(s);
	if (status == 0) /* copies the weights now, not at the first rating */
		session_unpin(s, session_pin(s));
	return status;
}
