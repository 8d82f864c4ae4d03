/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "invocation.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"
#include "autorec/param.h"
#include "autorec/text.h"

const char invocation_usage[] = "usage: autorec [OPTION]... [DATASET]\n"
				"  -c, --command CMD    run a command line first (repeatable)\n"
				"  -f, --script FILE    run commands from FILE (- is stdin)\n"
				"  -b, --batch          no screen: results on stdout, then exit\n"
				"      --json           batch results as JSON Lines\n"
				"      --model FILE     open a saved model\n"
				"      --seed N         seed of the initial weights\n"
				"      --threads N      number of threads\n"
				"      --color=auto|never|16|256\n"
				"      --glyphs=auto|ascii|block|braille\n"
				"      --man            print the manual page\n"
				"      --reference      print the command reference as Markdown\n"
				"  -h, --help   -V, --version\n";

/* Takes ownership of text and inserts it at position `at`. */
static int invocation_add(struct invocation *in, bool script, char *text, int at, struct err *e)
{
	size_t capacity = (size_t)in->capacity;
	if (!text || mem_grow(&in->requests, &capacity, (size_t)in->n_requests + 1,
			      sizeof *in->requests, e) < 0) {
		free(text);
		return ERR_NOMEM;
	}
	in->capacity = (int)capacity;
	memmove(&in->requests[at + 1], &in->requests[at],
		(size_t)(in->n_requests - at) * sizeof *in->requests);
	in->requests[at] = (struct request){ script, text };
	in->n_requests++;
	return 0;
}

/* Adds `verb "argument"` before the user's own requests. */
static int add_ahead(struct invocation *in, int *at, const char *verb, const char *argument,
		     struct err *e)
{
	struct text line = { 0 };
	text_addf(&line, "%s ", verb);
	text_add_quoted(&line, argument);
	return invocation_add(in, false, line.bytes, (*at)++, e);
}

static int invocation_choose(const char *name, const char *choices, const char *word, struct err *e)
{
	int i = param_choose(choices, word);
	return i >= 0 ? i
		      : err_set(e, ERR_USAGE, NULL, "%s=%.*s is not one of: %s", name,
				text_head(word, ERR_WORD), word, choices);
}

enum { MODEL = 256, SEED, THREADS, COLOR, GLYPHS, JSON, MANUAL, REFERENCE };

static const struct option long_options[] = {
	{ "command", required_argument, NULL, 'c' },
	{ "script", required_argument, NULL, 'f' },
	{ "batch", no_argument, NULL, 'b' },
	{ "json", no_argument, NULL, JSON },
	{ "model", required_argument, NULL, MODEL },
	{ "seed", required_argument, NULL, SEED },
	{ "threads", required_argument, NULL, THREADS },
	{ "color", required_argument, NULL, COLOR },
	{ "glyphs", required_argument, NULL, GLYPHS },
	{ "man", no_argument, NULL, MANUAL },
	{ "reference", no_argument, NULL, REFERENCE },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 },
};
static const char short_options[] =
	":c:f:bhV"; /* the first colon: getopt reports a missing value separately */

static int invocation_take(struct invocation *in, int option, const char *word, int *ahead,
			   struct err *e)
{
	int choice = 0;
	switch (option) {
	case 'c': return invocation_add(in, false, mem_text(word, e), in->n_requests, e);
	case 'f': return invocation_add(in, true, mem_text(word, e), in->n_requests, e);
	case 'b': in->batch = true; break;
	case JSON: in->json = true; break;
	case MODEL: in->opens = true; return add_ahead(in, ahead, "open", word, e);
	case SEED: return add_ahead(in, ahead, "set seed", word, e);
	case THREADS: return add_ahead(in, ahead, "set threads", word, e);
	case COLOR:
		choice = invocation_choose("--color", "auto never 16 256", word, e);
		in->term.colors = (enum colors)choice;
		break;
	case GLYPHS:
		choice = invocation_choose("--glyphs", "auto ascii block braille", word, e);
		in->term.glyphs = (enum glyphs)choice;
		break;
	case MANUAL: in->manual = true; break;
	case REFERENCE: in->reference = true; break;
	case 'h': in->help = true; break;
	case 'V': in->version = true; break;
	default: break;
	}
	return choice < 0 ? choice : 0;
}

/* Reports what getopt would print, but accepts any bytes in the word.  `found` is getopt's result.
 */
static int invocation_refuse(int found, const char *word, struct err *e)
{
	const int shown = text_head(word, ERR_WORD);
	if (found == ':')
		return err_set(e, ERR_USAGE, NULL, "\"%.*s\" needs a value", shown, word);
	if (optopt >= MODEL || (optopt && strchr(short_options, optopt)))
		return err_set(e, ERR_USAGE, NULL, "\"%.*s\" takes no value", shown, word);
	if (optopt)
		return err_set(e, ERR_USAGE, NULL, "there is no option -%c", optopt);
	struct text_guess guess = { .word = word + strspn(word, "-") };
	for (int i = 0; long_options[i].name; i++)
		text_guess(&guess, long_options[i].name);
	return err_set(e, ERR_USAGE, NULL, "\"%.*s\" is not an option, or matches several%s%s",
		       shown, word, guess.nearest ? "; did you mean --" : "",
		       guess.nearest ? guess.nearest : "");
}

int invocation_parse(struct invocation *in, int argc, char **argv, struct err *e)
{
	int option, ahead = 0, status = 0;
	*in = (struct invocation){ 0 };
	opterr = 0;
	while (status == 0 &&
	       (option = getopt_long(argc, argv, short_options, long_options, NULL)) != -1)
		status = option == '?' || option == ':'
				 ? invocation_refuse(option, argv[optind - 1], e)
				 : invocation_take(in, option, optarg, &ahead, e);
	if (status == 0 && optind < argc && in->opens)
		status = err_set(e, ERR_USAGE, NULL,
				 "a saved model includes its ratings; omit \"%.*s\" or --model",
				 text_head(argv[optind], ERR_WORD), argv[optind]);
	if (status == 0 && optind < argc)
		status = add_ahead(in, &ahead, "load", argv[optind++], e);
	if (status == 0 && optind < argc)
		status = err_set(e, ERR_USAGE, NULL, "\"%.*s\" is one data set too many",
				 text_head(argv[optind], ERR_WORD), argv[optind]);
	return status;
}

void invocation_done(struct invocation *in)
{
	for (int i = 0; i < in->n_requests; i++)
		free(in->requests[i].text);
	free(in->requests);
	*in = (struct invocation){ 0 };
}
