/* SPDX-License-Identifier: GPL-3.0-or-later
 * newuser, newitem, remove: somebody or something that the ratings do not know. */
#include <string.h>

#include "autorec/command.h"
#include "autorec/opinions.h"
#include "autorec/report.h"

static void take_back(struct session *s, const struct overlay_mark *before)
{
	overlay_return(&s->doc.overlay, before);
	session_seat(s, NULL);
}

static const struct newcomer *newcomer_named(const struct session *s, const char *name,
					     bool is_item)
{
	const struct dataset *d = s->doc.data;
	const int32_t index = ids_find(is_item ? d->items : d->users, name, strlen(name));
	return index < 0 ? NULL : overlay_newcomer(&s->doc.overlay, is_item, index);
}

/* A name as ids hold it. */
struct name {
	char text[3 * ID_LONGEST + 1];
};

/* The name must be free on its side, and be that of no other newcomer. */
static int take_name(const struct session *s, const struct args *a, bool is_item, struct name *out,
		     struct err *e)
{
	const struct dataset *d = s->doc.data;
	const char *what = is_item ? "item" : "user", *given = args_get(a, "name")->text,
		   *name = out->text;
	text_clean(given, strlen(given), text_is_utf8(given, strlen(given)), out->text,
		   sizeof out->text);
	if (!name[strspn(name, " ")] || strlen(name) > ID_LONGEST)
		return err_set(e, ERR_USAGE, "name", "expected a name of 1 to %d bytes",
			       ID_LONGEST);
	if (ids_find(is_item ? d->items : d->users, name, strlen(name)) >= 0)
		return err_set(e, ERR_FAILED, "name",
			       "\"%s\" is already the id of %s; choose another name", name,
			       is_item ? "an item" : "a user");
	if (newcomer_named(s, name, !is_item))
		return err_set(e, ERR_FAILED, "name",
			       "\"%s\" is already a new %s; choose another name for the %s", name,
			       is_item ? "user" : "item", what);
	return 0;
}

/* The index that the newcomer got. */
static int add(struct session *s, const char *name, bool is_item, int32_t *index, struct err *e)
{
	struct overlay *o = &s->doc.overlay;
	const struct overlay_mark before = overlay_mark(o);
	int status = overlay_join(o, is_item, name, e);
	if (status == 0)
		status = session_seat(s, e);
	if (status < 0)
		take_back(s, &before);
	else
		*index = overlay_count(o, is_item) - 1;
	return status;
}

static int need_model_for(struct session *s, const struct args *a, bool is_item, struct name *name,
			  struct err *e)
{
	int status = session_need_trainer(s, e);
	if (status == 0)
		status = take_name(s, a, is_item, name, e);
	if (status == 0)
		status = model_needs_new(trainer_model(session_trainer(s))->ops, is_item, e);
	return status;
}

static int read_opinions(struct session *s, const struct args *a, struct opinions *out,
			 struct err *e)
{
	const struct model *m = trainer_model(session_trainer(s));
	const struct load_options options = { .pipes = !a->host->interactive };
	return opinions_read(out, args_get(a, "file")->text, &options, s->doc.data, m->low, m->high,
			     e);
}

static int run_newuser(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	struct name name;
	struct overlay *o = &s->doc.overlay;
	struct opinions given = { 0 };
	int32_t user;
	int status = need_model_for(s, a, false, &name, e);
	if (status == 0 && args_get(a, "file")->given)
		status = read_opinions(s, a, &given, e);
	const struct overlay_mark before = overlay_mark(o);
	if (status == 0)
		status = add(s, name.text, false, &user, e);
	for (size_t i = 0; i < given.n && status == 0; i++)
		if ((status = overlay_rate(o, user, given.list[i].item, given.list[i].rating, NULL,
					   e)) < 0)
			take_back(s, &before);
	if (status == 0) {
		a->focus->user = user;
		json_object_set_new(out, "user", json_string(name.text));
		json_object_set_new(out, "ratings", json_integer((json_int_t)given.n));
		json_object_set_new(out, "edits", json_integer((json_int_t)o->applied));
	}
	opinions_done(&given);
	return status;
}

static int run_newitem(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	struct name name;
	int32_t item;
	int status = need_model_for(s, a, true, &name, e);
	if (status == 0)
		status = add(s, name.text, true, &item, e);
	if (status < 0)
		return status;
	a->focus->item = item;
	json_object_set_new(out, "item", json_string(name.text));
	json_object_set_new(out, "edits", json_integer((json_int_t)s->doc.overlay.applied));
	return 0;
}

static int run_remove(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const char *name = args_get(a, "name")->text;
	struct overlay *o = &s->doc.overlay;
	int status = session_need_trainer(s, e);
	if (status < 0)
		return status;
	const struct newcomer *user = newcomer_named(s, name, false),
			      *x = user ? user : newcomer_named(s, name, true);
	if (!x)
		return err_set(e, ERR_FAILED, "name",
			       "\"%s\" is nobody new: only who came by newuser or newitem can be "
			       "removed; edits lists them",
			       name);
	const struct overlay_mark before = overlay_mark(o);
	status = overlay_leave(o, !user, x->index, e);
	if (status == 0)
		status = session_seat(s, e);
	if (status < 0) {
		take_back(s, &before);
		return status;
	}
	json_object_set_new(out, user ? "user" : "item", json_string(name));
	json_object_set_new(out, "removed", json_true());
	json_object_set_new(out, "edits", json_integer((json_int_t)o->applied));
	return 0;
}

const struct command cmd_newuser = {
	.name = "newuser",
	.summary = "add somebody new; rate NAME ITEM RATING gives ratings, or a file does",
	.example = "newuser Ann",
	.keys = "user ratings edits",
	.params = { { "name", PARAM_TEXT, .help = "a name that is no id yet", .required = true },
		    { "file", PARAM_PATH, .help = "a file of ratings: item, rating",
		      .bare = true } },
	.disturbs = true,
	.run = run_newuser,
};
const struct command cmd_newitem = {
	.name = "newitem",
	.summary = "add a new item, to be rated by rate USER NAME RATING",
	.example = "newitem \"A new film\"",
	.keys = "item edits",
	.params = { { "name", PARAM_TEXT, .help = "a name that is no id yet", .required = true } },
	.disturbs = true,
	.run = run_newitem,
};
const struct command cmd_remove = {
	.name = "remove",
	.summary = "remove somebody or something new, with the ratings; undo brings both back",
	.example = "remove Ann",
	.keys = "user or item, removed edits",
	.params = { { "name", PARAM_TEXT, .help = "the name given to newuser or newitem",
		      .required = true } },
	.disturbs = true,
	.run = run_remove,
};
