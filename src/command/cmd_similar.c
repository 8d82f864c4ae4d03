/* SPDX-License-Identifier: GPL-3.0-or-later
 * similar: the nearest users or items. */
#include <stdlib.h>

#include "autorec/command.h"
#include "autorec/report.h"
#include "autorec/similar.h"

static json_t *alike_json(const struct session *s, bool of_item, const struct alike *x)
{
	json_t *row = json_object();
	if (of_item)
		session_put_item(s, row, x->index);
	else
		session_put_user(s, row, x->index);
	json_object_set_new(row, "similarity", report_real(x->similarity));
	json_object_set_new(row, "common", json_integer(x->common));
	return row;
}

static int run_similar(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const bool of_item = args_get(a, "what")->i == 1;
	const char *id = args_get(a, "id")->text;
	struct alike *list;
	int32_t who = -1, n;
	int status = session_need_trainer(s, e);
	if (status == 0)
		status = (of_item ? dataset_find_item : dataset_find_user)(s->doc.data, id, &who,
									   e);
	if (status < 0)
		return status;
	const struct weights *w = session_pin(s);
	status = similar_list(trainer_model(session_trainer(s)), w, &s->doc.overlay, of_item, who,
			      &list, &n, e);
	if (status == 0) {
		json_t *rows = json_array();
		if (of_item)
			session_put_item(s, out, who);
		else
			session_put_user(s, out, who);
		session_put_weights(s, out, w->epoch);
		for (int32_t i = 0; i < n && i < args_get(a, "n")->i; i++)
			json_array_append_new(rows, alike_json(s, of_item, &list[i]));
		json_object_set_new(out, "rows", rows);
		free(list);
	}
	session_unpin(s, w);
	return status;
}

const struct command cmd_similar = {
	.name = "similar",
	.summary = "list the users or items whose hidden vectors or factors are nearest",
	.example = "similar item 345",
	.keys = "id title epoch weights rows:[{id,title,similarity,common}]",
	.params = { { "what", PARAM_CHOICE, .choices = "user item", .required = true,
		      .help = "which of them" },
		    { "id", PARAM_TEXT, .required = true, .shown = "ID|\"TITLE\"",
		      .help = "the user's id, or the item's id or title" },
		    { "n", PARAM_INT, 1, 100000, .fallback = "10", .bare = true,
		      .help = "number of rows" } },
	.replay = REPLAY_NOT,
	.run = run_similar,
};
