/* SPDX-License-Identifier: GPL-3.0-or-later
 * Commands about the program itself: screenshot, wait, source, history, help, quit. */
#include <string.h>

#include "autorec/command.h"
#include "autorec/help.h"
#include "autorec/script.h"
#include "autorec/file.h"
#include "autorec/report.h"

static int run_screenshot(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	if (!a->host->screenshot)
		return err_set(e, ERR_FAILED, NULL,
			       "there is no screen in batch mode; omit --batch");
	int status = a->host->screenshot(a->host->ctx, args_get(a, "file")->text, e);
	if (status == 0)
		json_object_set_new(out, "file", report_string(args_get(a, "file")->text));
	return status;
}

static int run_wait(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const struct value *epoch = args_get(a, "n");
	const bool idle = args_get(a, "for")->i == 0;
	int status = session_need_trainer(s, e);
	if (status == 0 && !idle && !epoch->given)
		status = err_set(e, ERR_USAGE, NULL, "n is missing; usage: %s",
				 command_usage(a->command).line);
	if (status < 0)
		return status;
	s->wait = idle ? WAIT_IDLE : WAIT_EPOCH;
	s->wait_epoch = epoch->i;
	/* A screen does not block.  It holds its command queue instead. */
	return a->host->interactive ? 0 : session_wait(s, 0, NULL, NULL, e);
}

static int run_source(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const char *path = args_get(a, "file")->text;
	if (a->host->interactive && !strcmp(path, "-"))
		return err_set(e, ERR_USAGE, path,
			       "is the terminal, which the screen uses; name a file");
	return command_run_file(s, path, NULL, e);
}

/* Takes ownership of the text. */
static int put_text(json_t *out, struct text *text, struct err *e)
{
	int status = text->failed ? err_set(e, ERR_NOMEM, NULL, "out of memory for the answer") : 0;
	if (status == 0)
		json_object_set_new(out, "text", json_string(text->bytes ? text->bytes : ""));
	text_done(text);
	return status;
}

static int put_history(const struct session *s, json_t *out, struct err *e)
{
	struct text lines = { 0 };
	char clean[3 * 1024];
	for (size_t i = 0; i < s->transcript.n; i++) {
		const char *line = s->transcript.lines[i].text;
		text_clean(line, strlen(line), text_is_utf8(line, strlen(line)), clean,
			   sizeof clean);
		text_addf(&lines, "%5zu  %s\n", i + 1, clean);
	}
	return put_text(out, &lines, e);
}

static int export_history(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const char *path = args_get(a, "file")->text;
	struct file f;
	for (size_t i = 0; i < s->transcript.n; i++)
		if (strpbrk(s->transcript.lines[i].text, "\n\r"))
			return err_set(e, ERR_FAILED, NULL,
				       "command %zu contains a line break, which a script cannot",
				       i + 1);
	int status = file_begin(&f, path, a->host->interactive ? FILE_ONLY : FILE_OR_DEVICE, e);
	if (status < 0)
		return status;
	f.stopped = a->host->interrupted;
	const int64_t lines = transcript_write(s, f.stream);
	status = file_commit(&f, e);
	json_object_set_new(out, "file", report_string(path));
	json_object_set_new(out, "rows", json_integer(lines));
	return status;
}

static int run_history(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const struct value *file = args_get(a, "file");
	if (args_get(a, "do")->given != file->given)
		return err_set(e, ERR_USAGE, NULL, "usage: %s", command_usage(a->command).line);
	if (s->transcript.incomplete)
		return err_set(e, ERR_NOMEM, NULL,
			       "memory ran out before every command was recorded, so the history "
			       "is incomplete");
	return file->given ? export_history(s, a, out, e) : put_history(s, out, e);
}

static int run_help(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const struct value *word = args_get(a, "word");
	struct text help = { 0 };
	int status = 0;
	if (word->given)
		status = command_help_topic(a->host, word->text, &help, e);
	else if (a->host->interactive)
		command_help_book(a->host, &help);
	else
		command_help_all(&help);
	if (status < 0) {
		text_done(&help);
		return status;
	}
	if (a->host->interactive)
		a->focus->view = VIEW_HELP;
	return put_text(out, &help, e);
}

static int run_quit(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	s->quit = true;
	return 0;
}

const struct command cmd_screenshot = {
	.name = "screenshot",
	.summary = "write the screen as text",
	.example = "screenshot screen.txt",
	.keys = "file",
	.params = { { "file", PARAM_PATH, .help = "the file to write", .required = true } },
	.replay = REPLAY_NOT,
	.run = run_screenshot,
};
const struct command cmd_wait = {
	.name = "wait",
	.summary = "wait until training is idle or reaches an epoch, then run the next command",
	.example = "wait idle",
	.keys = "",
	.params = { { "for", PARAM_CHOICE, .choices = "idle epoch", .help = "what to wait for",
		      .shown = "idle | epoch N", .required = true },
		    { "n", PARAM_INT, 0, 1e9, .help = "the epoch", .shown = "" } },
	.replay = REPLAY_NOT,
	.run = run_wait,
};
const struct command cmd_source = {
	.name = "source",
	.summary = "run the commands in a file",
	.example = "source lesson.autorec",
	.keys = "",
	.params = { { "file", PARAM_PATH, .help = "a file with one command per line",
		      .required = true } },
	.replay = REPLAY_NOT,
	.run = run_source,
};
const struct command cmd_history = {
	.name = "history",
	.summary = "show the commands of this session, or write a script that repeats it",
	.example = "history export session.autorec",
	.keys = "text; or file rows",
	.params = { { "do", PARAM_CHOICE, .choices = "export",
		      .help = "write a script with the epochs actually trained, without failed "
			      "commands",
		      .bare = true, .shown = "export FILE" },
		    { "file", PARAM_PATH, .help = "the file to write", .shown = "" } },
	.replay = REPLAY_NOT,
	.run = run_history,
};
const struct command cmd_help = {
	.name = "help",
	.summary = "explain a command, option, model, key or word on the screen, or list all",
	.example = "help lambda",
	.keys = "text",
	.params = { { "word", PARAM_TOPIC, .help = "what to explain", .bare = true,
		      .rest = true } },
	.replay = REPLAY_NOT,
	.run = run_help,
};
const struct command cmd_quit = { .name = "quit",
				  .also = "exit",
				  .loses = true,
				  .summary = "leave the program",
				  .example = "quit",
				  .keys = "",
				  .replay = REPLAY_NOT,
				  .run = run_quit };
