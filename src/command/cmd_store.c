/* SPDX-License-Identifier: GPL-3.0-or-later
 * save, open, autosaves: write a session's work to a file and read it back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "autorec/clock.h"
#include "autorec/command.h"
#include "autorec/file.h"
#include "autorec/report.h"
#include "autorec/saving.h"

static int run_save(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const char *path = args_get(a, "file")->text;
	int status = session_need_trainer(s, e);
	if (status == 0)
		status = session_save(s, path, e);
	/* In a batch the save is already finished and reported. */
	if (status < 0 || !a->host->interactive)
		return status;
	s->wait = WAIT_SAVED;
	json_object_set_new(out, "file", report_string(path));
	json_object_set_new(out, "state", json_string("will be written after this epoch"));
	return 0;
}

static bool store_go_on(void *ctx, double fraction)
{
	return session_go_on(ctx, "reading", fraction);
}

/* Reads the file.  If it is damaged or missing, reads the previous version instead, and the note
 * says so. */
static int read_either(struct session *s, const char *path, struct checkpoint *c, char *note,
		       size_t size, struct err *e)
{
	const struct progress progress = { store_go_on, s };
	char previous[PATH_MAX + 8];
	struct err other;
	int status = checkpoint_read(c, path, &progress, e);
	note[0] = 0;
	if (status != ERR_DATA && status != ERR_IO)
		return status;
	file_previous(path, previous);
	if (checkpoint_read(c, previous, &progress, &other) < 0)
		return status;
	snprintf(note, size, "%s %s; opened the previous version instead, %s", path, e->message,
		 previous);
	return 0;
}

static void put_opened(struct session *s, const struct args *a, const char *path, const char *note,
		       double seconds, json_t *out)
{
	static const char *const states[] = { TRAINER_STATES(PARAM_STRING) };
	struct trainer_status t;
	trainer_status(session_trainer(s), &t);
	json_object_set_new(out, "file", report_string(path));
	if (note[0])
		json_object_set_new(out, "note", report_string(note));
	json_object_set_new(out, "model",
			    json_string(trainer_model(session_trainer(s))->ops->name));
	json_object_set_new(out, "data", json_string(s->doc.data->name));
	json_object_set_new(out, "epoch", json_integer(t.epoch));
	json_object_set_new(out, "state", json_string(states[t.state]));
	json_object_set_new(out, "edits", json_integer((json_int_t)s->doc.overlay.applied));
	if (a->host->interactive) /* the views show the rest */
		return;
	json_object_set_new(out, "best_epoch",
			    t.best_epoch >= 0 ? json_integer(t.best_epoch) : json_null());
	json_object_set_new(out, "users", json_integer(dataset_users(s->doc.data)));
	json_object_set_new(out, "items", json_integer(dataset_items(s->doc.data)));
	json_object_set_new(out, "ratings", json_integer(sparse_count(s->doc.data->all)));
	json_object_set_new(out, "seconds", json_real(seconds));
}

static int open_path(struct session *s, const struct args *a, const char *path, json_t *out,
		     struct err *e)
{
	const double began = clock_seconds();
	char note[2 * PATH_MAX];
	struct checkpoint c;
	int status = read_either(s, path, &c, note, sizeof note, e);
	if (status < 0)
		return status;
	status = session_open(s, &c, e);
	if (status < 0) {
		checkpoint_done(&c);
		return status;
	}
	a->focus->view = VIEW_TRAIN;
	put_opened(s, a, path, note, clock_seconds() - began, out);
	return 0;
}

/* ---- automatic saves ---------------------------------------------------- */

/* Finds the automatic save with this number in the list, from 1. */
static int find_autosave(int64_t number, struct autosave_found *found, struct err *e)
{
	struct autosave_found *list;
	const int n = autosave_list(&list, e);
	int status = n < 0 ? n : 0;
	if (n == 0)
		status = err_set(e, ERR_FAILED, NULL,
				 "there is no autosave to open; open a saved model with open FILE");
	else if (n > 0 && number > n)
		status = err_set(e, ERR_FAILED, NULL,
				 "there is no autosave %ld; autosaves lists %d", (long)number, n);
	if (status == 0)
		*found = list[number - 1];
	free(list);
	return status;
}

/* Opens an autosave that a crashed program left behind. */
static int open_autosave(struct session *s, const struct args *a, int64_t number, json_t *out,
			 struct err *e)
{
	struct autosave_found found;
	int status = find_autosave(number, &found, e);
	if (status == 0)
		status = open_path(s, a, found.path, out, e);
	if (status == 0)
		s->saves.automatic = autosave_adopt(&s->saves.own, found.path);
	return status;
}

static int run_open(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const char *path = args_get(a, "file")->text;
	const struct value *number = args_get(a, "number");
	saving_wait(s->saves.now); /* it may be writing the file to open */
	if (!strcmp(path, "autosave") && access(path, F_OK) < 0)
		return open_autosave(s, a, number->i, out, e);
	if (number->given)
		return err_set(e, ERR_USAGE, NULL, "a number can only follow autosave; usage: %s",
			       command_usage(a->command).line);
	return open_path(s, a, path, out, e);
}

static void put_time(json_t *row, const char *key, time_t t)
{
	struct tm local;
	char text[64] = "";
	if (localtime_r(&t, &local))
		strftime(text, sizeof text, "%Y-%m-%d %H:%M", &local);
	json_object_set_new(row, key, json_string(text));
}

static int list_autosaves(json_t *out, struct err *e)
{
	struct autosave_found *list;
	json_t *rows = json_array();
	const int n = autosave_list(&list, e);
	json_object_set_new(out, "rows", rows);
	for (int i = 0; i < n; i++) {
		json_t *row = json_pack("{s:i}", "number", i + 1);
		put_time(row, "saved", list[i].saved);
		json_object_set_new(row, "data", report_string(list[i].title.data));
		json_object_set_new(row, "model", report_string(list[i].title.model));
		json_object_set_new(row, "epoch", json_integer(list[i].title.epoch));
		json_object_set_new(row, "bytes", json_integer(list[i].bytes));
		json_array_append_new(rows, row);
	}
	free(list);
	if (n == 0)
		json_object_set_new(out, "text", json_string("there are no autosaves\n"));
	return n < 0 ? n : 0;
}

static int run_autosaves(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const struct value *number = args_get(a, "number");
	struct autosave_found found;
	if (args_get(a, "do")->given != number->given)
		return err_set(e, ERR_USAGE, NULL, "usage: %s", command_usage(a->command).line);
	if (!number->given)
		return list_autosaves(out, e);
	int status = find_autosave(number->i, &found, e);
	if (status == 0 && !autosave_drop(found.path))
		status = err_set(e, ERR_FAILED, found.path, "is in use by another program");
	if (status == 0)
		json_object_set_new(out, "dropped", report_string(found.path));
	return status;
}

const struct command cmd_save = {
	.name = "save",
	.summary = "save ratings, model, training and edits to a safetensors file; its old version "
		   "stays as FILE.prev",
	.example = "save model.safetensors",
	.keys = "file bytes epoch seconds note",
	.params = { { "file", PARAM_PATH, .help = "the file to write, such as model.safetensors",
		      .required = true } },
	.run = run_save,
};
const struct command cmd_open = {
	.name = "open",
	.loses = true,
	.summary = "continue from a saved file, or from the autosave of a crashed program; "
		   "replaces the current ratings and model",
	.example = "open model.safetensors",
	.keys = "file model data epoch state edits best_epoch users items ratings seconds; note "
		"when an older file was opened",
	.params = { { "file", PARAM_PATH, .help = "a saved file", .required = true,
		      .shown = "FILE | autosave [N]" },
		    { "number", PARAM_INT, 1, 1e6, .fallback = "1",
		      .help = "which autosave, as autosaves lists them", .bare = true,
		      .shown = "" } },
	.disturbs = true,
	.run = run_open,
};
const struct command cmd_autosaves = {
	.name = "autosaves",
	.summary =
		"list the automatic saves that ended programs left, the newest first, or drop one",
	.example = "autosaves",
	.keys = "rows:[{number,saved,data,model,epoch,bytes}] text; or dropped",
	.params = { { "do", PARAM_CHOICE, .choices = "drop", .help = "remove one", .bare = true,
		      .shown = "drop N" },
		    { "number", PARAM_INT, 1, 1e6, .help = "which one; open autosave N opens it",
		      .bare = true, .shown = "" } },
	.replay = REPLAY_NOT,
	.run = run_autosaves,
};
