/* SPDX-License-Identifier: GPL-3.0-or-later
 * What-if: rate, unrate, undo, redo, revert, edits. */

#include <string.h>

#include "autorec/campaign.h"
#include "autorec/clock.h"
#include "autorec/command.h"
#include "autorec/num.h"
#include "autorec/report.h"

/* How many of the predictions that moved most are shown. */
enum { SHOWN = 10 };

static json_t *rating_json(bool is, float rating)
{
	return is ? report_real((double)rating) : json_null();
}

/* 0: the item is rated. */
static void put_place(json_t *row, const char *key, int32_t place)
{
	json_object_set_new(row, key, place > 0 ? json_integer(place) : json_null());
}

static json_t *moved_rows(const struct session *s, const struct moves *m, bool users)
{
	json_t *rows = json_array();
	for (int32_t i = 0; i < m->n && i < SHOWN; i++) {
		json_t *row = json_object();
		if (users)
			session_put_user(s, row, m->rows[i].index);
		else
			session_put_item(s, row, m->rows[i].index);
		json_object_set_new(row, "before", report_real((double)m->rows[i].before));
		json_object_set_new(row, "after", report_real((double)m->rows[i].after));
		json_object_set_new(row, "delta", report_real((double)m->rows[i].delta));
		if (!users) {
			put_place(row, "rank_before", m->rows[i].rank_before);
			put_place(row, "rank_after", m->rows[i].rank_after);
		}
		json_array_append_new(rows, row);
	}
	return rows;
}

static void put_whatif(const struct session *s, const struct args *a, json_t *out)
{
	const struct whatif *w = &s->doc.whatif;
	const struct edit *edit = &w->edit;
	float held_out; /* the pair's rating in the validation or test set */
	json_object_set_new(out, "user", json_string(ids_name(s->doc.data->users, edit->user)));
	json_object_set_new(out, "item", json_string(ids_name(s->doc.data->items, edit->item)));
	json_object_set_new(out, "title", json_string(dataset_title(s->doc.data, edit->item)));
	json_object_set_new(out, "old", rating_json(edit->had, edit->before));
	json_object_set_new(out, "new", rating_json(edit->has, edit->after));
	if ((!edit->had || !edit->has) &&
	    split_held_out(s->doc.split, edit->user, edit->item, &held_out))
		json_object_set_new(out, "held_out", report_real((double)held_out));
	json_object_set_new(out, "edits", json_integer((json_int_t)w->applied));
	json_object_set_new(out, "epoch", json_integer(w->epoch));
	json_object_set_new(out, "latency_ms", report_real(w->latency_ms));
	if (a->host->interactive) /* the what-if view shows the rest */
		return;
	json_object_set_new(out, "meaning", json_string(w->items.meaning));
	json_object_set_new(out, "moved", moved_rows(s, &w->items, false));
	if (!w->users.meaning)
		return;
	json_object_set_new(out, "meaning_users", json_string(w->users.meaning));
	json_object_set_new(out, "moved_users", moved_rows(s, &w->users, true));
}

/* Measures and reports the effect of `change`.  If an edit was undone, the change is its reverse,
 * from its `after` to its `before`. */
static int edit_show(struct session *s, const struct args *a, const struct overlay_mark *before,
		     const struct edit *change, bool undone, json_t *out, struct err *e)
{
	const double began = clock_seconds();
	const struct weights *w = session_pin(s);
	int status = whatif_measure(trainer_model(session_trainer(s)), w, &s->doc.overlay, change,
				    undone, &s->doc.whatif, e);
	session_unpin(s, w);
	if (status < 0) {
		overlay_return(&s->doc.overlay, before);
		return status;
	}
	s->doc.whatif.latency_ms = 1e3 * (clock_seconds() - began); /* the fold counts, too */
	a->focus->view = VIEW_WHATIF;
	put_whatif(s, a, out);
	return 0;
}

static int find_pair(struct session *s, const struct args *a, int32_t *user, int32_t *item,
		     struct err *e)
{
	int status = session_need_trainer(s, e);
	if (status == 0)
		status = dataset_find_user(s->doc.data, args_get(a, "user")->text, user, e);
	if (status == 0)
		status = dataset_find_item(s->doc.data, args_get(a, "item")->text, item, e);
	return status;
}

static int run_rate(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const struct overlay_mark before = overlay_mark(&s->doc.overlay);
	int32_t user, item;
	struct edit done;
	const double rating = args_get(a, "rating")->x;
	int status = find_pair(s, a, &user, &item, e);
	if (status < 0)
		return status;
	const struct model *m = trainer_model(session_trainer(s));
	char given[NUM_TEXT], low[NUM_TEXT], high[NUM_TEXT];
	if (rating < m->low || rating > m->high)
		return err_set(e, ERR_FAILED, "rating",
			       "%s is outside the scale %s..%s%s; set it with scale=MIN,MAX in "
			       "load or model",
			       num_text(rating, given), num_text(m->low, low),
			       num_text(m->high, high),
			       m->config.min < m->config.max ? "" : " of the training ratings");
	status = overlay_rate(&s->doc.overlay, user, item, (float)rating, &done, e);
	if (status == 0)
		status = edit_show(s, a, &before, &done, false, out, e);
	return status;
}

static int run_unrate(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const struct overlay_mark before = overlay_mark(&s->doc.overlay);
	int32_t user, item;
	struct edit done;
	int status = find_pair(s, a, &user, &item, e);
	if (status == 0)
		status = overlay_unrate(&s->doc.overlay, user, item, &done, e);
	if (status == 0)
		status = edit_show(s, a, &before, &done, false, out, e);
	return status;
}

static struct edit turned_back(struct edit e)
{
	return (struct edit){ e.user, e.item, e.has, e.had, e.after, e.before };
}

/* Without an edit to undo, the run that was replaced comes back. */
static int bring_back(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	struct trainer_status t;
	int status = campaign_need_none(s, e);
	if (status < 0)
		return status;
	session_bring_back(s);
	trainer_status(session_trainer(s), &t);
	a->focus->view = VIEW_TRAIN;
	json_object_set_new(out, "back", json_string("the run before"));
	json_object_set_new(out, "model",
			    json_string(trainer_model(session_trainer(s))->ops->name));
	json_object_set_new(out, "data", json_string(s->doc.data->name));
	json_object_set_new(out, "epoch", json_integer(t.epoch));
	return 0;
}

static const char *name_of(const struct session *s, bool is_item, int32_t index)
{
	const struct newcomer *x = overlay_newcomer(&s->doc.overlay, is_item, index);
	const struct dataset *d = s->doc.data;
	return x ? x->name : ids_name(is_item ? d->items : d->users, index);
}

/* Carries out that a newcomer comes or goes again, because of an undo or a redo. */
static int seat_show(struct session *s, const struct overlay_mark *before, const struct edit *edit,
		     bool undone, json_t *out, struct err *e)
{
	const bool is_item = edit->user == NOBODY, comes = edit->has != undone;
	const char *name = name_of(s, is_item, is_item ? edit->item : edit->user);
	const struct dataset *d = s->doc.data;
	int status = 0;
	json_object_set_new(out, is_item ? "item" : "user", json_string(name));
	json_object_set_new(out, "there", json_boolean(comes));
	if (comes && ids_find(is_item ? d->items : d->users, name, strlen(name)) >= 0)
		status = err_set(e, ERR_FAILED, NULL, "%s is an id that is in use now", name);
	else
		status = session_seat(s, e);
	if (status < 0) {
		overlay_return(&s->doc.overlay, before);
		session_seat(s, NULL);
	}
	return status;
}

static int run_undo(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const struct overlay_mark before = overlay_mark(&s->doc.overlay);
	struct edit undone, told;
	if (s->doc.overlay.applied == 0 && s->doc.aside && s->doc.aside->run)
		return bring_back(s, a, out, e);
	int status = session_need_trainer(s, e);
	if (status == 0)
		status = overlay_undo(&s->doc.overlay, &undone, e);
	if (status < 0)
		return status;
	if (!edit_counts(&undone))
		return seat_show(s, &before, &undone, true, out, e);
	told = turned_back(undone);
	return edit_show(s, a, &before, &told, true, out, e);
}

static int run_redo(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const struct overlay_mark before = overlay_mark(&s->doc.overlay);
	struct edit redone;
	int status = session_need_trainer(s, e);
	if (status == 0)
		status = overlay_redo(&s->doc.overlay, &redone, e);
	if (status == 0 && !edit_counts(&redone))
		return seat_show(s, &before, &redone, false, out, e);
	if (status == 0)
		status = edit_show(s, a, &before, &redone, false, out, e);
	return status;
}

static int run_revert(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	int status = session_need_trainer(s, e);
	if (status < 0)
		return status;
	if (s->doc.overlay.n_edits == 0)
		return err_set(e, ERR_FAILED, NULL, "there is no edit to undo");
	const struct overlay_mark before = overlay_mark(&s->doc.overlay);
	json_object_set_new(out, "reverted", json_integer((json_int_t)s->doc.overlay.applied));
	overlay_revert(&s->doc.overlay);
	whatif_done(&s->doc.whatif);
	if (s->doc.overlay.n_newcomers > 0 && (status = session_seat(s, e)) < 0) {
		overlay_return(&s->doc.overlay, &before);
		session_seat(s, NULL);
	}
	return status;
}

static int run_edits(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const struct overlay *o = &s->doc.overlay;
	json_t *rows = json_array();
	json_object_set_new(out, "edits", json_integer((json_int_t)o->applied));
	json_object_set_new(out, "rows", rows);
	for (size_t i = 0; i < o->n_edits; i++) {
		const struct edit *edit = &o->edits[i];
		const bool user = edit->user != NOBODY, item = edit->item != NOBODY;
		json_t *row = json_pack("{s:I}", "edit", (json_int_t)i + 1);
		json_object_set_new(row, "user",
				    user ? json_string(name_of(s, false, edit->user))
					 : json_null());
		json_object_set_new(row, "item",
				    item ? json_string(name_of(s, true, edit->item)) : json_null());
		json_object_set_new(
			row, "title",
			json_string(edit->item >= 0 ? dataset_title(s->doc.data, edit->item) : ""));
		json_object_set_new(row, "old",
				    rating_json(user && item && edit->had, edit->before));
		json_object_set_new(row, "new",
				    rating_json(user && item && edit->has, edit->after));
		json_object_set_new(row, "what",
				    json_string(user && item ? "rating"
						: edit->has  ? "comes"
							     : "goes"));
		json_object_set_new(row, "state",
				    json_string(i < o->applied ? "in force" : "undone"));
		json_array_append_new(rows, row);
	}
	return 0;
}

#define EDIT_KEYS                                                                                  \
	"user item title old new held_out edits epoch latency_ms meaning "                         \
	"moved:[{id,title,before,after,delta,rank_before,rank_after}]"
/* clang-format mistakes the rows of a macro for statements. */
/* clang-format off */
#define PAIR_PARAMS \
	{ "user", PARAM_USER, .help = "the user's id", .required = true }, \
	{ "item", PARAM_ITEM, .help = "the item's id, or its title in quotes", .required = true }
/* clang-format on */

const struct command cmd_rate = {
	.name = "rate",
	.summary = "show how predictions would move if the user gave this rating",
	.example = "rate 1 345 5",
	.keys = EDIT_KEYS,
	.params = { PAIR_PARAMS,
		    { "rating", PARAM_REAL, -1e9, 1e9, .help = "a rating within the model's scale",
		      .required = true } },
	.run = run_rate,
};
const struct command cmd_unrate = {
	.name = "unrate",
	.summary = "show how predictions would move if the user had not rated the item",
	.example = "unrate 1 345",
	.keys = EDIT_KEYS,
	.params = { PAIR_PARAMS },
	.run = run_unrate,
};
const struct command cmd_undo = {
	.name = "undo",
	.summary = "undo the last edit; without edits, bring back the run that model, load, open "
		   "or reset replaced",
	.example = "undo",
	.keys = EDIT_KEYS "; or back model data epoch",
	.run = run_undo
};
const struct command cmd_redo = { .name = "redo",
				  .summary = "redo the edit that was undone last",
				  .example = "redo",
				  .keys = EDIT_KEYS,
				  .run = run_redo };
const struct command cmd_revert = { .name = "revert",
				    .summary = "undo all edits",
				    .example = "revert",
				    .keys = "reverted",
				    .run = run_revert };
const struct command cmd_edits = {
	.name = "edits",
	.summary = "list the edits",
	.example = "edits",
	.keys = "edits rows:[{edit,user,item,title,old,new,what,state}]",
	.run = run_edits,
};
