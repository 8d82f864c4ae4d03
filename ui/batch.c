/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "batch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "autorec/clock.h"
#include "autorec/command.h"
#include "autorec/script.h"
#include "autorec/report.h"
#include "output.h"

static volatile sig_atomic_t stopped; /* by a signal, or because output fails */
static volatile sig_atomic_t signalled;
static int wake_fd; /* the session's; set before the handlers are installed */

/* A running batch. */
struct batch {
	const struct invocation *in;
	struct err output; /* why writing to stdout failed; code 0: it did not */
};

static void batch_on_signal(int number)
{
	const uint64_t one = 1;
	const int kept = errno;
	signalled = number;
	stopped = 1;
	if (write(wake_fd, &one, sizeof one) < 0)
		errno = kept; /* a full counter has already woken the reader */
	errno = kept;
}

static void catch_signals(void)
{
	struct sigaction act = { .sa_handler = batch_on_signal };
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGHUP, &act, NULL);
}

static void print_result(void *ctx, json_t *result)
{
	struct batch *b = ctx;
	struct text text = { 0 };
	if (b->output.code < 0)
		return;
	if (!b->in->json)
		command_say(result, &text);
	if ((b->in->json ? output_json(result, &stopped, &b->output)
			 : output_text(&text, &stopped, &b->output)) < 0)
		stopped = 1; /* nobody would see further results */
	text_done(&text);
}

/* Prefixes an error with its place in the script, or with the verb of a command. */
static void print_error(struct batch *b, bool script, const char *verb, const struct err *e)
{
	char text[sizeof e->where + sizeof e->message + 4];
	if (b->in->json && b->output.code == 0) {
		json_t *error = report_error(verb, e->where, e->message);
		output_json(error, &stopped, &b->output);
		json_decref(error);
	}
	output_error("%s%s%s", script ? "" : verb, script || !verb[0] ? "" : ": ",
		     err_text(e, text, sizeof text));
}

/* Shows progress on a line that the next output overwrites. */
static bool batch_on_progress(void *ctx, const char *what, double fraction)
{
	static double shown; /* time of the last report */
	const double between = 0.2;
	if (isatty(STDERR_FILENO) && clock_seconds() - shown > between) {
		fprintf(stderr, "%s %3.0f %%\r", what, 100 * fraction);
		shown = clock_seconds();
	}
	return true;
}

int batch_run(struct session *s, const struct invocation *in)
{
	struct batch b = { .in = in };
	struct err e = { 0 };
	char verb[32] = "";
	int status = 0;
	bool script = false;
	wake_fd = s->host.wake_fd;
	catch_signals();
	s->host.emit = print_result;
	s->host.ctx = &b;
	s->host.progress = batch_on_progress;
	s->host.interrupted = &stopped;
	for (int i = 0; i < in->n_requests && status == 0 && !s->quit && !stopped; i++) {
		const struct request *r = &in->requests[i];
		verb[0] = 0;
		script = r->script;
		status = r->script ? command_run_file(s, r->text, verb, &e)
				   : command_run(s, r->text, verb, &e);
	}
	if (signalled)
		return 128 + signalled;
	if (status < 0 && b.output.code == 0)
		print_error(&b, script, verb, &e);
	if (b.output.code < 0) {
		print_error(&b, true, "", &b.output);
		status = status < 0 ? status : b.output.code;
	}
	return err_exit_status(status);
}
