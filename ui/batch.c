/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "batch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "autorec/clock.h"
#include "autorec/command.h"
#include "autorec/report.h"

static volatile sig_atomic_t signalled;
static int wake_fd; /* the session's: set before the handlers are */

static void on_signal(int number)
{
	const uint64_t one = 1;
	const int kept = errno;
	signalled = number;
	if (write(wake_fd, &one, sizeof one) < 0)
		errno = kept; /* the counter is full: whoever waits is awake already */
	errno = kept;
}

static void catch_signals(void)
{
	struct sigaction act = { .sa_handler = on_signal };
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGHUP, &act, NULL);
}

static void print_json(const json_t *result)
{
	json_dumpf(result, stdout, JSON_COMPACT | JSON_REAL_PRECISION(17));
	putchar('\n');
}

static void print_result(void *ctx, json_t *result)
{
	const struct invocation *in = ctx;
	if (in->json) {
		print_json(result);
	} else {
		struct text text = { 0 };
		report_text(result, &text);
		fputs(text.bytes ? text.bytes : "", stdout);
		text_done(&text);
	}
	fflush(stdout);
}

/* A script's line has its place in front of it, a command its verb. */
static void print_error(const struct invocation *in, bool script, const char *verb, const struct err *e)
{
	char text[sizeof e->where + sizeof e->message + 4];
	if (in->json) {
		json_t *error = report_error(verb, e->where, e->message);
		print_json(error);
		json_decref(error);
	}
	fprintf(stderr, "autorec: %s%s%s\n", script ? "" : verb, script || !verb[0] ? "" : ": ", err_text(e, text, sizeof text));
}

/* For people who wait; what is printed next stands over it. */
static bool on_progress(void *ctx, const char *what, double fraction)
{
	static double shown; /* when the last one was */
	const double between = 0.2;
	if (isatty(STDERR_FILENO) && clock_seconds() - shown > between) {
		fprintf(stderr, "%s %3.0f %%\r", what, 100 * fraction);
		shown = clock_seconds();
	}
	return true;
}

int batch_run(struct session *s, const struct invocation *in)
{
	struct err e = { 0 };
	char verb[32] = "";
	int status = 0;
	bool script = false;
	wake_fd = s->wake_fd;
	catch_signals();
	s->emit = print_result;
	s->emit_ctx = (void *)in;
	s->progress = on_progress;
	s->interrupted = &signalled;
	for (int i = 0; i < in->n_requests && status == 0 && !s->quit && !signalled; i++) {
		const struct request *r = &in->requests[i];
		verb[0] = 0;
		script = r->script;
		status = r->script ? command_run_file(s, r->text, verb, &e) : command_run(s, r->text, verb, &e);
	}
	if (signalled)
		return 128 + signalled;
	if (status < 0)
		print_error(in, script, verb, &e);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "autorec: stdout: cannot be written: %s\n", strerror(errno));
		return 1;
	}
	return err_exit_status(status);
}
