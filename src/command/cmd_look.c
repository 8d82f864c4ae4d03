/* SPDX-License-Identifier: GPL-3.0-or-later
 * view, chart, find: what the screen shows. */
#include <stdio.h>

#include <stdlib.h>

#include "autorec/command.h"
#include "autorec/mem.h"
#include "item_choice.h"

static int run_view(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const struct value *full = args_get(a, "full");
	a->focus->view = (enum view)args_get(a, "name")->i;
	if (full->given)
		a->focus->full = full->i;
	return 0;
}

enum { ZOOM_ALL = -1, DEEPEST_ZOOM = 12 };

static int run_chart(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const struct value *zoom = args_get(a, "zoom"), *log_y = args_get(a, "log"),
			   *smoothing = args_get(a, "smoothing");
	struct focus *f = a->focus;
	if (zoom->given) {
		const int to = zoom->i == 0 ? f->zoom + 1 : zoom->i == 1 ? f->zoom - 1 : ZOOM_ALL;
		f->zoom = to < ZOOM_ALL ? ZOOM_ALL : to > DEEPEST_ZOOM ? DEEPEST_ZOOM : to;
	}
	if (log_y->given)
		f->log_y = log_y->i;
	if (smoothing->given)
		f->smoothing = smoothing->x;
	f->view = VIEW_TRAIN;
	return 0;
}

/* Does the screen show a list in which it can move to the match? */
static bool shows_text(const struct args *a)
{
	const enum view view = a->focus->view;
	return a->host->interactive &&
	       (view == VIEW_USER || view == VIEW_ITEM || view == VIEW_HELP || view == VIEW_LOG);
}

/* Lists the first items that a filter takes and whose titles contain a text. */
static int list_items(const struct session *s, const char *text, const struct item_filter *f,
		      json_t *out, struct err *e)
{
	enum { LISTED = 20 };
	const struct dataset *d = s->doc.data;
	const struct trainer *t = session_trainer(s);
	const struct ratings *train = t              ? trainer_model(t)->train
				      : s->doc.split ? s->doc.split->train
						     : NULL;
	int32_t *items = mem_array((size_t)dataset_items(d), sizeof *items, e);
	if (!items)
		return ERR_NOMEM;
	json_t *rows = json_array();
	json_object_set_new(out, "rows", rows);
	const int n = dataset_match_items(d, text, items, dataset_items(d));
	for (int i = 0; i < n && json_array_size(rows) < LISTED; i++) {
		if (!item_filter_takes(f, d, train ? &train->by_item : NULL, items[i]))
			continue;
		json_t *row = json_object();
		session_put_item(s, row, items[i]);
		json_array_append_new(rows, row);
	}
	if (json_array_size(rows) == 0) {
		struct text chosen = { 0 };
		item_filter_describe(f, d, &chosen);
		const char *with = chosen.bytes ? chosen.bytes : "";
		json_object_set_new(out, "text",
				    text[0] ? json_sprintf("no title contains \"%s\"%s%s\n", text,
							   with[0] ? " among those with" : "", with)
					    : json_sprintf("no item has%s\n", with));
		text_done(&chosen);
	}
	free(items);
	return 0;
}

static int run_find(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const struct value *text = args_get(a, "text"), *reverse = args_get(a, "reverse");
	const bool chosen = args_get(a, "genre")->given || args_get(a, "year")->given ||
			    args_get(a, "min")->given,
		   on_screen = !chosen && shows_text(a);
	struct item_filter filter = { 0 };
	int status = on_screen ? 0 : session_need_data(s, e);
	if (status == 0 && !chosen && !text->given && !a->focus->find[0])
		status = err_set(e, ERR_USAGE, NULL, "what? usage: %s",
				 command_usage(a->command).line);
	if (status == 0 && chosen)
		status = item_choice_read(s, a, &filter, out, e);
	if (status == 0 && filter.least > 0)
		status = session_need_split(s, e); /* training ratings are counted */
	if (status < 0)
		return status;
	if (chosen)
		return list_items(s, text->given ? text->text : "", &filter, out, e);
	if (text->given)
		snprintf(a->focus->find, sizeof a->focus->find, "%.*s",
			 text_head(text->text, sizeof a->focus->find - 1), text->text);
	a->focus->find_steps += reverse->given && reverse->i ? -1 : 1;
	return on_screen ? 0 : list_items(s, a->focus->find, &filter, out, e);
}

static int run_yank(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	int64_t rows;
	if (!a->host->yank)
		return err_set(e, ERR_FAILED, NULL,
			       "there is no screen in batch mode; omit --batch");
	int status = a->host->yank(a->host->ctx, args_get(a, "what")->i == 1, &rows, e);
	if (status == 0)
		json_object_set_new(out, "copied", json_integer(rows));
	return status;
}

const struct command cmd_yank = {
	.name = "yank",
	.summary =
		"copy the row under the cursor, or the table, to the terminal's clipboard (OSC 52)",
	.example = "yank table",
	.keys = "copied",
	.params = { { "what", PARAM_CHOICE, .choices = "row table", .fallback = "row",
		      .help = "row: the one under the cursor; table: all rows of the list",
		      .bare = true } },
	.replay = REPLAY_NOT,
	.run = run_yank,
};
const struct command cmd_view = {
	.name = "view",
	.summary = "show a view:" VIEWS(VIEW_NAME),
	.example = "view what-if",
	.keys = "",
	.params = { { "name", PARAM_CHOICE, .choices = VIEW_NAMES, .help = "the view to show",
		      .required = true },
		    { "full", PARAM_FLAG, .help = "fill a large screen with this view" } },
	.replay = REPLAY_VIEW,
	.run = run_view,
};
const struct command cmd_chart = {
	.name = "chart",
	.summary = "change how the RMSE curve is drawn",
	.example = "chart zoom=in log=on",
	.keys = "",
	.params = { { "zoom", PARAM_CHOICE, .choices = "in out all",
		      .help = "in: the later half; all: include the steep drop at the start" },
		    { "log", PARAM_FLAG, .help = "logarithmic error axis" },
		    { "smoothing", PARAM_REAL, 0, 0.99,
		      .help = "weight of earlier epochs in the running mean" } },
	.replay = REPLAY_NOT,
	.run = run_chart,
};
const struct command cmd_find = {
	.name = "find",
	.summary = "go to the next row or line that contains TEXT, or list items with such titles",
	.example = "find almanac",
	.keys = "rows:[{id,title}] text; " ITEM_CHOICE_KEYS,
	.params = { { "text", PARAM_TEXT,
		      .help = "part of a title or line; by default the last one searched for",
		      .bare = true, .rest = true },
		    { "reverse", PARAM_FLAG, .help = "search backward" },
		    ITEM_CHOICE_PARAMS,
		    ITEM_MIN_PARAM },
	.replay = REPLAY_NOT,
	.run = run_find,
};
