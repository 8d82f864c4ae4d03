/* SPDX-License-Identifier: GPL-3.0-or-later
 * The program itself: screenshot, wait, source, history, help, quit. */
#include "autorec/command.h"

static int run_screenshot(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	if (!s->screenshot)
		return err_set(e, ERR_FAILED, NULL, "there is no screen in a batch; leave --batch out");
	int status = s->screenshot(s->emit_ctx, args_get(a, "file")->text, e);
	if (status == 0)
		json_object_set_new(out, "file", json_string(args_get(a, "file")->text));
	return status;
}

static int run_wait(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const struct value *epoch = args_get(a, "n");
	const bool idle = args_get(a, "for")->i == 0;
	int status = session_need_trainer(s, e);
	if (status == 0 && !idle && !epoch->given)
		status = err_set(e, ERR_USAGE, NULL, "n is missing; usage: %s %s", a->command->name, a->command->usage);
	if (status < 0)
		return status;
	s->wait = idle ? WAIT_IDLE : WAIT_EPOCH;
	s->wait_epoch = epoch->i;
	return s->interactive ? 0 : session_wait(s, 0, NULL, e); /* a screen holds its queue instead */
}

static int run_source(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	return command_run_file(s, args_get(a, "file")->text, NULL, e);
}

static int run_history(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	struct text lines = { 0 };
	size_t i;
	json_t *line;
	json_array_foreach(s->history, i, line)
		text_addf(&lines, "%5zu  %s\n", i + 1, json_string_value(line));
	json_object_set_new(out, "text", json_string(lines.bytes ? lines.bytes : ""));
	text_done(&lines);
	return 0;
}

static int run_help(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const struct value *verb = args_get(a, "verb");
	const struct command *c = verb->given ? command_find(verb->text, e) : NULL;
	struct text help = { 0 };
	if (verb->given && !c)
		return ERR_USAGE;
	if (c)
		command_help(c, &help);
	else
		command_help_all(&help);
	json_object_set_new(out, "text", json_string(help.bytes));
	text_done(&help);
	if (s->interactive)
		s->focus.view = VIEW_LOG;
	return 0;
}

static int run_quit(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	s->quit = true;
	return 0;
}

const struct command cmd_screenshot = {
	.name = "screenshot", .usage = "FILE", .summary = "write the screen as text", .keys = "file",
	.params = { { "file", PARAM_PATH, .help = "where to", .required = true } },
	.run = run_screenshot,
};
const struct command cmd_wait = {
	.name = "wait", .usage = "idle | epoch N", .summary = "hold further commands until training rests, or has reached an epoch",
	.keys = "",
	.params = { { "for", PARAM_CHOICE, .choices = "idle epoch", .help = "what for", .required = true },
		    { "n", PARAM_INT, 0, 1e9, .help = "the epoch" } },
	.run = run_wait,
};
const struct command cmd_source = {
	.name = "source", .usage = "FILE", .summary = "run the commands of a file", .keys = "",
	.params = { { "file", PARAM_PATH, .help = "a command on each line", .required = true } },
	.run = run_source,
};
const struct command cmd_history = { .name = "history", .usage = "", .summary = "the commands of this session", .keys = "text", .run = run_history };
const struct command cmd_help = {
	.name = "help", .usage = "[VERB]", .summary = "all commands, or one in full", .keys = "text",
	.params = { { "verb", PARAM_VERB, .help = "the command" } },
	.run = run_help,
};
const struct command cmd_quit = { .name = "quit", .usage = "", .summary = "leave", .keys = "", .run = run_quit };
