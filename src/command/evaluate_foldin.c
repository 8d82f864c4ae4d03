/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * evaluate foldin=on: people whom the model does not know, folded in, against a second model that
 * was trained with what is known of them. */
#include <time.h>

#include "autorec/clock.h"
#include "autorec/foldin.h"
#include "autorec/report.h"
#include "evaluate_foldin.h"

static bool fold_go_on(void *ctx, double fraction)
{
	return session_go_on(ctx, "folding in", fraction);
}

/* Nobody waits for the second model but the loop below, which looks for itself. */
static void wake_nobody(void *ctx)
{
}

static int watch(struct session *s, struct trainer *t, int64_t epochs, struct err *e)
{
	const struct timespec moment = { .tv_nsec = 10000000 };
	struct trainer_status now;
	int status = trainer_train(t, epochs, 0, 0, e);
	trainer_status(t, &now);
	for (; status == 0 && now.busy; trainer_status(t, &now)) {
		if (!session_go_on(s, "training a second model",
				   (double)now.epoch / (double)epochs))
			status = err_set(e, ERR_INTERRUPTED, NULL,
					 "stopped at epoch %ld of the second model",
					 (long)now.epoch);
		nanosleep(&moment, NULL);
	}
	if (status == 0 && now.error.code < 0)
		status = err_set(e, now.error.code, NULL, "%s", now.error.message);
	return status;
}

static int await(struct session *s, struct trainer *t, struct err *e)
{
	const double look_seconds = 0.05;
	double done;
	int status;
	while ((status = trainer_await(t, look_seconds, &done, e)) == 1)
		if (!session_go_on(s, "preparing a second model", done))
			return err_set(e, ERR_INTERRUPTED, NULL, "stopped; nothing has changed");
	return status;
}

/* Trains the same model for as many epochs on `train`, and scores it. */
static int score_trained(struct session *s, const struct ratings *train, int64_t epochs,
			 struct score *out, struct err *e)
{
	const struct model *like = trainer_model(session_trainer(s));
	const struct config config = trainer_config(session_trainer(s));
	const struct trainer_sets sets = { .in_place = true };
	struct trainer *t;
	struct model *m;
	int status = model_plan(like->ops, &config, train, &m, e);
	if (status < 0)
		return status;
	status = trainer_new(m, &sets, wake_nobody, NULL, &t, e);
	if (status < 0) {
		model_free(m);
		return status;
	}
	status = await(s, t, e);
	if (status == 0 && epochs > 0)
		status = watch(s, t, epochs, e);
	if (status == 0) {
		const struct weights *w = trainer_pin(t);
		status = evaluate(trainer_model(t), w, s->doc.split->asked, out, e);
		trainer_unpin(t, w);
	}
	trainer_free(t);
	return status;
}

int evaluate_foldin(struct session *s, json_t *out, struct err *e)
{
	const struct split *split = s->doc.split;
	const struct progress p = { fold_go_on, s };
	const double began = clock_seconds();
	struct ratings *joined;
	struct score folded, trained;
	if (!split->asked || ratings_count(split->asked) == 0)
		return err_set(e, ERR_FAILED, "foldin",
			       "no users are set aside; split foldin=0.1 does, before model");
	const struct model *m = trainer_model(session_trainer(s));
	const struct weights *w = trainer_pin(session_trainer(s));
	const int64_t epochs = w->epoch;
	int status = foldin_score(m, w, split->given, split->asked, &p, &folded, e);
	trainer_unpin(session_trainer(s), w);
	if (status == 0)
		status = ratings_join(m->train, split->given, &joined, e);
	if (status < 0)
		return status;
	status = score_trained(s, joined, epochs, &trained, e);
	ratings_free(joined);
	if (status < 0)
		return status;
	int64_t users = 0;
	for (int32_t u = 0; u < split->asked->by_user.n_rows; u++)
		users += sparse_row_size(&split->asked->by_user, u) > 0;
	json_object_set_new(out, "on", json_string("foldin"));
	json_object_set_new(out, "users", json_integer(users));
	json_object_set_new(out, "n", json_integer(folded.n));
	json_object_set_new(out, "rmse", report_real(folded.rmse));
	json_object_set_new(out, "mae", report_real(folded.mae));
	json_object_set_new(out, "cold", json_integer(folded.cold));
	json_object_set_new(out, "trained_rmse", report_real(trained.rmse));
	json_object_set_new(out, "difference", report_real(folded.rmse - trained.rmse));
	json_object_set_new(out, "epoch", json_integer(epochs));
	json_object_set_new(out, "seconds", report_real(clock_seconds() - began));
	return 0;
}
