/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "autorec/saving.h"
#include "autorec/command.h"
#include "autorec/help.h"
#include "autorec/kernel.h"
#include "autorec/machine.h"
#include "batch.h"
#include "invocation.h"
#include "key_help.h"
#include "output.h"
#include "screen.h"

static int main_print(void (*document)(struct text *out))
{
	struct text text = { 0 };
	struct err e;
	document(&text);
	const int status = output_text(&text, NULL, &e);
	if (status < 0)
		output_error("%s: %s", e.where, e.message);
	text_done(&text);
	return err_exit_status(status);
}

static void usage(struct text *out)
{
	text_addf(out, "%s", invocation_usage);
}

static void version(struct text *out)
{
	struct machine m;
	machine_look(&m);
	text_addf(out, "autorec %s\nprocessor: %s\nkernels: %s (%s)\nOpenBLAS: %s\n",
		  AUTOREC_VERSION, m.processor, m.kernels, m.known_as, m.blas);
}

static void manual(struct text *out)
{
	command_manual(out);
	key_help_manual(out);
}

static void reference(struct text *out)
{
	command_reference(out);
	key_help_reference(out);
}

static int main_run(const struct invocation *in)
{
	struct session session;
	struct err e = { 0 };
	if (session_init(&session, &e) < 0) {
		output_error("%s", e.message);
		return 1;
	}
	session.host.keys = key_help_topic;
	int status = in->batch ? batch_run(&session, in) : screen_run(&session, in);
	if (status > 128 && status != 128 + SIGINT && session_rescue(&session, &e) < 0)
		output_error("autosave: %s", e.message);
	session_done(&session);
	return status;
}

/* Only the encoding of characters follows the locale. Numbers keep the format of the files, and I
 * and i are one letter, as they are not in Turkish. */
static void use_locale(void)
{
	setlocale(LC_CTYPE, "");
	if (!strcmp(nl_langinfo(CODESET), "UTF-8"))
		setlocale(LC_CTYPE, "C.UTF-8");
}

int main(int argc, char **argv)
{
	struct invocation in;
	struct err e = { 0 };
	int status;
	output_start();
	signal(SIGXFSZ, SIG_IGN); /* a file over the size limit is a write error, not the end of the
				     program */
	use_locale();
	if (invocation_parse(&in, argc, argv, &e) < 0) {
		output_error("%s", e.message);
		fputs(invocation_usage, stderr);
		status = 2;
	} else if (in.help || in.manual || in.reference) {
		status = main_print(in.help ? usage : in.manual ? manual : reference);
	} else if (kernel_choose(&e) < 0) {
		output_error("%s: %s", e.where, e.message);
		status = err_exit_status(e.code);
	} else {
		status = in.version ? main_print(version) : main_run(&in);
	}
	invocation_done(&in);
	return output_end(status);
}
