/* SPDX-License-Identifier: GPL-3.0-or-later
 * ask: what to rate next. */
#include <stdlib.h>

#include "autorec/ask.h"
#include "autorec/command.h"
#include "autorec/report.h"

static int run_ask(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	struct question *list;
	int32_t user, n;
	int64_t least;
	int status = session_need_trainer(s, e);
	if (status == 0)
		status = dataset_find_user(s->doc.data, args_get(a, "user")->text, &user, e);
	if (status < 0)
		return status;
	const struct model *m = trainer_model(session_trainer(s));
	const struct weights *w = session_pin(s);
	status = ask_list(m, w, &s->doc.overlay, user, &list, &n, &least, e);
	if (status == 0) {
		json_t *rows = json_array();
		json_object_set_new(out, "user", json_string(ids_name(s->doc.data->users, user)));
		session_put_weights(s, out, w->epoch);
		json_object_set_new(out, "min", json_integer(least));
		for (int32_t i = 0; i < n && i < args_get(a, "n")->i; i++) {
			json_t *row = json_object();
			session_put_item(s, row, list[i].item);
			json_object_set_new(row, "information", report_real(list[i].variance));
			json_object_set_new(row, "ratings",
					    json_integer(sparse_row_size(&m->train->by_item,
									 list[i].item)));
			json_array_append_new(rows, row);
		}
		json_object_set_new(out, "rows", rows);
		free(list);
	}
	session_unpin(s, w);
	return status;
}

const struct command cmd_ask = {
	.name = "ask",
	.summary = "suggest what somebody should rate next: what would tell most about the taste",
	.example = "ask 7",
	.keys = "user epoch weights min rows:[{id,title,information,ratings}]",
	.params = { { "user", PARAM_USER, .help = "the user's id, or the name of somebody new",
		      .required = true },
		    { "n", PARAM_INT, 1, 100000, .fallback = "5", .help = "number of items",
		      .bare = true } },
	.run = run_ask,
};
