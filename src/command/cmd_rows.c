/* SPDX-License-Identifier: GPL-3.0-or-later
 * user, item: the reconstructed rating vector. */
#include <stdlib.h>

#include "autorec/command.h"
#include "autorec/report.h"
#include "item_choice.h"

static void put_rmse(json_t *out, const char *key, double rmse)
{
	json_object_set_new(out, key, report_real(rmse));
}

static json_t *row_json(const struct session *s, const struct reconstruction *r, int32_t place)
{
	const struct reconstructed *row = &r->rows[place];
	json_t *out = json_object();
	if (r->of_item)
		session_put_user(s, out, row->index);
	else
		session_put_item(s, out, row->index);
	const bool seen = row->kind != ROW_UNSEEN;
	json_object_set_new(out, "observed",
			    seen ? report_real((double)row->observed) : json_null());
	json_object_set_new(out, "predicted", report_real((double)row->predicted));
	json_object_set_new(out, "residual",
			    seen ? report_real((double)row->predicted - (double)row->observed)
				 : json_null());
	json_object_set_new(out, "kind", json_string(row_kind_name(row->kind)));
	session_put_edited(s, out, r->of_item ? row->index : r->who,
			   r->of_item ? r->who : row->index);
	return out;
}

static int put_rows(const struct session *s, const struct reconstruction *r,
		    const struct listing *l, int64_t top, json_t *out, struct err *e)
{
	int32_t *places, n;
	int status = reconstruction_list(r, s->doc.data, trainer_model(session_trainer(s))->train,
					 l, &places, &n, e);
	if (status < 0)
		return status;
	json_t *rows = json_array();
	json_object_set_new(out, "rows", rows);
	for (int32_t i = 0; i < n && (top == 0 || i < top); i++)
		json_array_append_new(rows, row_json(s, r, places[i]));
	free(places);
	return 0;
}

static int put_reconstruction(struct session *s, const struct args *a, bool of_item, int32_t who,
			      const struct listing *l, json_t *out, struct err *e)
{
	struct reconstruction *r;
	const struct weights *w = session_pin(s);
	int status = reconstruct(trainer_model(session_trainer(s)), w, &s->doc.overlay,
				 s->doc.split, of_item, who, &r, e);
	session_unpin(s, w);
	if (status < 0)
		return status;
	if (of_item)
		session_put_item(s, out, who);
	else
		session_put_user(s, out, who);
	json_object_set_new(out, "n", json_integer(r->n_input + r->n_held_out));
	put_rmse(out, "rmse", r->rmse);
	put_rmse(out, "rmse_input", r->rmse_input);
	put_rmse(out, "rmse_held_out", r->rmse_held_out);
	if (!a->host->interactive) /* on a screen, a view shows the rows */
		status = put_rows(s, r, l, args_get(a, "top")->i, out, e);
	reconstruction_free(r);
	return status;
}

static int run_rows(struct session *s, const struct args *a, json_t *out, bool of_item,
		    struct err *e)
{
	const struct value *id = args_get(a, "id"), *sort = args_get(a, "sort"),
			   *filter = args_get(a, "filter");
	struct listing l = { .sort = s->config.sort, .filter = s->config.filter };
	int32_t who = of_item ? a->focus->item : a->focus->user;
	int status = session_need_trainer(s, e);
	if (status == 0 && id->given)
		status = of_item ? dataset_find_item(s->doc.data, id->text, &who, e)
				 : dataset_find_user(s->doc.data, id->text, &who, e);
	if (status == 0 && who < 0)
		status = err_set(e, ERR_USAGE, NULL, "which one? usage: %s",
				 command_usage(a->command).line);
	if (status < 0)
		return status;
	if (sort->given)
		l.sort = sort->i;
	if (filter->given)
		l.filter = filter->i;
	if (args_get(a, "reverse")->given)
		l.reverse = args_get(a, "reverse")->i;
	if (!of_item)
		status = item_choice_read(s, a, &l.items, out, e);
	if (status == 0)
		status = put_reconstruction(s, a, of_item, who, &l, out, e);
	if (status < 0)
		return status;
	*(of_item ? &a->focus->item : &a->focus->user) = who;
	*(of_item ? &a->focus->item_list : &a->focus->user_list) = l;
	a->focus->view = of_item ? VIEW_ITEM : VIEW_USER;
	return 0;
}

static int run_user(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	return run_rows(s, a, out, false, e);
}

static int run_item(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	return run_rows(s, a, out, true, e);
}

/* clang-format mistakes the rows of a macro for statements. */
/* clang-format off */
#define ROW_PARAMS \
	{ "top", PARAM_INT, 0, 1e8, .fallback = "20", .help = "rows to print; 0: all" }, \
	{ "sort", PARAM_CHOICE, .choices = ROW_SORTS, \
	  .help = "column to sort by, this time; by default that of set sort" }, \
	{ "filter", PARAM_CHOICE, .choices = ROW_FILTERS, \
	  .help = "rows to show, this time; by default those of set filter" }, \
	{ "reverse", PARAM_FLAG, .help = "reverse the order" }
/* clang-format on */
#define ROW_KEYS                                                                                   \
	"id title n rmse rmse_input rmse_held_out "                                                \
	"rows:[{id,title,observed,predicted,residual,kind; with edits: edited,was}]"

const struct command cmd_user = {
	.name = "user",
	.summary = "show a user's reconstructed rating vector: observed, predicted, residual",
	.example = "user 1 sort=rank filter=unseen",
	.keys = ROW_KEYS "; " ITEM_CHOICE_KEYS,
	.params = { { "id", PARAM_USER, .help = "the user's id", .bare = true },
		    ROW_PARAMS,
		    ITEM_CHOICE_PARAMS,
		    ITEM_MIN_PARAM },
	.run = run_user,
};
const struct command cmd_item = {
	.name = "item",
	.summary = "show an item's reconstructed rating vector",
	.example = "item \"Tangerine Almanac\"",
	.keys = ROW_KEYS,
	.params = { { "id", PARAM_ITEM, .help = "the item's id, or its title in quotes",
		      .bare = true, .shown = "ID|\"TITLE\"" },
		    ROW_PARAMS },
	.run = run_item,
};
