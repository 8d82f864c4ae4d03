/* SPDX-License-Identifier: GPL-3.0-or-later
 * add: more ratings for the model in use. */
#include "autorec/command.h"
#include "autorec/load.h"
#include "autorec/merge.h"
#include "autorec/report.h"

static bool add_go_on(void *ctx, double fraction)
{
	return session_go_on(ctx, "reading", fraction);
}

static int check_model(struct session *s, struct err *e)
{
	const struct model *m = trainer_model(session_trainer(s));
	if (!m->ops->grows)
		return err_set(e, ERR_FAILED, NULL,
			       "%s cannot go on with other ratings; load all of them and train "
			       "it anew, or use i-autorec",
			       m->ops->name);
	if (s->doc.overlay.n_edits > 0)
		return err_set(e, ERR_FAILED, NULL,
			       "there are edits; first type retrain, which keeps them, or revert, "
			       "which drops them");
	return 0;
}

static int run_add(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const struct load_options options = { .columns = args_get(a, "columns")->text,
					      .pipes = !a->host->interactive,
					      .progress = add_go_on,
					      .ctx = s };
	struct dataset *more = NULL;
	struct merged m;
	int status = session_need_trainer(s, e);
	if (status == 0)
		status = check_model(s, e);
	if (status == 0)
		status = dataset_load(args_get(a, "file")->text, &options, &more, e);
	if (status < 0)
		return status;
	const struct dataset *d = s->doc.data;
	const int32_t users = dataset_users(d), items = dataset_items(d);
	status = merge(d, s->doc.split, trainer_model(session_trainer(s))->train, more, &m, e);
	dataset_free(more);
	if (status == 0 && (status = session_add(s, m.data, m.split, e)) < 0) {
		dataset_free(m.data);
		split_free(m.split);
	}
	if (status < 0)
		return status;
	json_object_set_new(out, "file", report_string(args_get(a, "file")->text));
	json_object_set_new(out, "added", json_integer(m.added));
	json_object_set_new(out, "replaced", json_integer(m.replaced));
	json_object_set_new(out, "held_out", json_integer(m.held_out));
	json_object_set_new(out, "new_users", json_integer(dataset_users(s->doc.data) - users));
	json_object_set_new(out, "new_items", json_integer(dataset_items(s->doc.data) - items));
	return 0;
}

const struct command cmd_add = {
	.name = "add",
	.summary = "add ratings to the training part of the model in use; retrain then learns them",
	.example = "add more.csv",
	.keys = "file added replaced held_out new_users new_items",
	.params = { { "file", PARAM_PATH, .help = "a file or folder of ratings, as for load",
		      .required = true },
		    { "columns", PARAM_TEXT, .help = "its columns, such as item,-,user,rating" } },
	.disturbs = true,
	.run = run_add,
};
