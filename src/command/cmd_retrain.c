/* SPDX-License-Identifier: GPL-3.0-or-later
 * retrain, forget: what frozen weights cost. */
#include "autorec/command.h"
#include "autorec/report.h"

/* How many of the predictions that moved most are shown. */
enum { SHOWN = 10 };

static json_t *moved_json(const struct session *s, const struct whatif *w)
{
	json_t *rows = json_array();
	for (int32_t i = 0; i < w->items.n && i < SHOWN; i++) {
		const struct moved *m = &w->items.rows[i];
		json_t *row = json_object();
		session_put_item(s, row, m->index);
		json_object_set_new(row, "before", report_real((double)m->before));
		json_object_set_new(row, "instant", report_real((double)m->after));
		json_object_set_new(row, "retrained", report_real((double)m->retrained));
		json_object_set_new(row, "delta", report_real((double)m->delta));
		json_array_append_new(rows, row);
	}
	return rows;
}

static bool is_edited(const struct overlay *o)
{
	for (size_t t = 0; t < o->applied; t++)
		if (edit_counts(&o->edits[t]))
			return true;
	return false;
}

/* Trains on until the epochs are done, or the person stops it. */
static int train_on(struct session *s, int64_t epochs, json_t *out, struct err *e)
{
	struct trainer_status now;
	struct epoch_record last;
	int status = trainer_train(session_trainer(s), epochs, 0, 0, e);
	if (status < 0)
		return status;
	session_watch(s, "retraining");
	trainer_status(session_trainer(s), &now);
	if (now.error.code < 0)
		return err_set(e, now.error.code, NULL, "%s", now.error.message);
	json_object_set_new(out, "epochs", json_integer(now.epoch));
	json_object_set_new(out, "stopped", json_string(trainer_stop_name(now.stopped)));
	if (trainer_records(session_trainer(s), now.n_records - 1, &last, 1) == 1) {
		json_object_set_new(out, "train_rmse", report_real(last.train_rmse));
		json_object_set_new(out, "valid_rmse", report_real(last.valid_rmse));
		json_object_set_new(out, "test_rmse", report_real(last.test_rmse));
	}
	return 0;
}

/* Trains on with the edits, and compares. */
static int train_edited(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	struct frozen frozen = { 0 };
	const struct weights *w = session_pin(s);
	int status = frozen_init(&frozen, trainer_model(session_trainer(s)), w, &s->doc.overlay, e);
	session_unpin(s, w);
	if (status == 0)
		status = session_adopt_edits(s, e);
	if (status == 0 && (status = train_on(s, args_get(a, "epochs")->i, out, e)) < 0)
		session_bring_back(s);
	if (status == 0) {
		w = session_pin(s);
		status = whatif_retrained(&frozen, trainer_model(session_trainer(s)), w,
					  &s->doc.whatif, e);
		session_unpin(s, w);
		if (status < 0)
			session_bring_back(s);
	}
	frozen_done(&frozen);
	if (status < 0)
		return status;
	a->focus->view = VIEW_WHATIF;
	json_object_set_new(out, "user",
			    json_string(ids_name(s->doc.data->users, s->doc.whatif.edit.user)));
	json_object_set_new(out, "edits", json_integer((json_int_t)s->doc.whatif.applied));
	if (!a->host->interactive) /* the what-if view shows them */
		json_object_set_new(out, "moved", moved_json(s, &s->doc.whatif));
	return 0;
}

static int run_retrain(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	struct trainer_status now;
	int status = session_need_trainer(s, e);
	if (status < 0)
		return status;
	trainer_status(session_trainer(s), &now);
	if (now.state != TRAINER_IDLE || now.busy)
		return err_set(e, ERR_FAILED, NULL,
			       "training is %s; stop ends it, and then retrain can begin",
			       now.state == TRAINER_PAUSED ? "paused" : "running");
	return is_edited(&s->doc.overlay) ? train_edited(s, a, out, e)
					  : train_on(s, args_get(a, "epochs")->i, out, e);
}

static int run_forget(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	struct trainer_status now;
	if (s->doc.retrained == 0 || !s->doc.aside ||
	    document_run_number(s->doc.aside) != s->doc.retrained)
		return err_set(
			e, ERR_FAILED, NULL,
			"there is no retraining to forget; retrain trains on with the edits");
	session_bring_back(s);
	trainer_status(session_trainer(s), &now);
	a->focus->view = VIEW_WHATIF;
	json_object_set_new(out, "epoch", json_integer(now.epoch));
	json_object_set_new(out, "edits", json_integer((json_int_t)s->doc.overlay.applied));
	return 0;
}

const struct command cmd_retrain = {
	.name = "retrain",
	.summary = "train on from the present weights with the edits, and compare with frozen "
		   "weights",
	.example = "retrain 20",
	.keys = "epochs stopped train_rmse valid_rmse test_rmse; with edits: user edits "
		"moved:[{id,title,before,instant,retrained,delta}]",
	.params = { { "epochs", PARAM_INT, 1, 1000000, .fallback = "20", .unit = "epochs",
		      .help = "epochs to train on", .bare = true } },
	.disturbs = true,
	.run = run_retrain,
};
const struct command cmd_forget = {
	.name = "forget",
	.summary = "go back to the weights, and the edits, before retrain",
	.example = "forget",
	.keys = "epoch edits",
	.disturbs = true,
	.run = run_forget,
};
