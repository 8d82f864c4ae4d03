/* SPDX-License-Identifier: GPL-3.0-or-later
 * view, chart, find: what the screen shows. */
#include <stdio.h>

#include "autorec/command.h"

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

static int run_find(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	enum { LISTED = 20 };
	const struct value *text = args_get(a, "text"), *reverse = args_get(a, "reverse");
	int32_t items[LISTED];
	const bool on_screen = shows_text(a);
	int status = on_screen ? 0 : session_need_data(s, e);
	if (status == 0 && !text->given && !a->focus->find[0])
		status = err_set(e, ERR_USAGE, NULL, "what? usage: %s",
				 command_usage(a->command).line);
	if (status < 0)
		return status;
	if (text->given)
		snprintf(a->focus->find, sizeof a->focus->find, "%.*s",
			 text_head(text->text, sizeof a->focus->find - 1), text->text);
	a->focus->find_steps += reverse->given && reverse->i ? -1 : 1;
	if (on_screen)
		return 0;
	json_t *rows = json_array();
	json_object_set_new(out, "rows", rows);
	int n = dataset_match_items(s->doc.data, a->focus->find, items, LISTED);
	for (int i = 0; i < n; i++) {
		json_t *row = json_object();
		session_put_item(s, row, items[i]);
		json_array_append_new(rows, row);
	}
	if (n == 0)
		json_object_set_new(out, "text",
				    json_sprintf("no title contains \"%s\"\n", a->focus->find));
	return 0;
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
	.keys = "rows:[{id,title}] text",
	.params = { { "text", PARAM_TEXT,
		      .help = "part of a title or line; by default the last one searched for",
		      .bare = true, .rest = true },
		    { "reverse", PARAM_FLAG, .help = "search backward" } },
	.replay = REPLAY_NOT,
	.run = run_find,
};
