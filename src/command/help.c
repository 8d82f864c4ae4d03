/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writes the help on any topic, the README's reference and the manual page from the tables of
 * commands and options. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "autorec/command.h"
#include "autorec/glossary.h"
#include "autorec/help.h"
#include "autorec/num.h"
#include "autorec/report.h"

/* Appends the range, such as " (1..1000 epochs)", the choices, or nothing. */
static void bounds(const struct param *p, struct text *out)
{
	const char *gap = p->unit ? " " : "", *unit = p->unit ? p->unit : "";
	char min[NUM_TEXT], max[NUM_TEXT];
	switch (p->type) {
	case PARAM_CHOICE: text_addf(out, " (%s)", p->choices); break;
	case PARAM_FLAG: text_addf(out, " (off on)"); break;
	case PARAM_INT:
	case PARAM_UNIT:
	case PARAM_REAL:
	case PARAM_MINUTES:
		text_addf(out, " (%s..%s%s%s)", num_text(p->min, min), num_text(p->max, max), gap,
			  unit);
		break;
	default: break;
	}
}

void param_describe(const struct param *p, struct text *out)
{
	text_addf(out, "%s", p->help);
	bounds(p, out);
	if (p->fallback)
		text_addf(out, ", default %s", p->fallback);
}

static void param_line(const struct param *p, struct text *out)
{
	text_addf(out, "  %-10s ", p->name);
	param_describe(p, out);
	text_addf(out, "\n");
}

/* Lists the options of one model; NULL: all options. */
static void option_lines(const struct model_ops *ops, struct text *out)
{
	for (int i = 0; i < n_options; i++)
		if (!ops || model_takes(ops, option_table[i].param.name))
			param_line(&option_table[i].param, out);
}

static void model_lines(struct text *out)
{
	for (int i = 0; model_ops_at(i); i++)
		text_addf(out, "  %-10s %s\n", model_ops_at(i)->name, model_ops_at(i)->help);
}

static void term_line(const struct gloss *t, struct text *out)
{
	text_addf(out, "  %-10s %s\n", t->word, t->meaning);
}

void command_help(const struct command *c, struct text *out)
{
	text_addf(out, "%s\n  %s\n", command_usage(c).line, c->summary);
	for (int i = 0; i < MAX_PARAMS && c->params[i].name; i++)
		param_line(&c->params[i], out);
	text_addf(out, "  %-10s %s\n", "example:", c->example);
	if (c->options) {
		text_addf(out, "models\n");
		model_lines(out);
		text_addf(out, "options\n");
		option_lines(NULL, out);
	}
}

void command_help_all(struct text *out)
{
	for (int i = 0; i < n_commands; i++)
		text_addf(out, "%-10s %s\n", command_table[i]->name, command_table[i]->summary);
	text_addf(out,
		  "help WORD explains a command, an option, a model, a key or a word on the "
		  "screen; help keys, options,\n"
		  "models and words list them; a command can be shortened to any unique prefix\n");
}

/* ---- topics ------------------------------------------------------------- */

static void list_commands(const struct host *h, struct text *out)
{
	text_addf(out, "COMMANDS (any unique prefix is enough)\n");
	for (int i = 0; i < n_commands; i++) {
		const struct command *c = command_table[i];
		text_addf(out, "  %-10s %s\n  %-10s example: %s\n", c->name, c->summary, "",
			  c->example);
	}
}

static void list_keys(const struct host *h, struct text *out)
{
	if (h->keys)
		h->keys(NULL, out);
}

static void list_models(const struct host *h, struct text *out)
{
	text_addf(out, "MODELS (help NAME lists the options that a model takes)\n");
	model_lines(out);
}

static void list_options(const struct host *h, struct text *out)
{
	text_addf(out, "OPTIONS (set NAME VALUE, or NAME=VALUE after model)\n");
	option_lines(NULL, out);
}

static void list_words(const struct host *h, struct text *out)
{
	text_addf(out, "WORDS ON THE SCREEN\n");
	for (const struct gloss *t = glossary; t->word; t++)
		term_line(t, out);
}

/* The chapters of the help, which are topics too. */
static const struct {
	const char *name;
	void (*list)(const struct host *h, struct text *out);
} chapters[] = {
	{ "keys", list_keys },       { "commands", list_commands }, { "models", list_models },
	{ "options", list_options }, { "words", list_words },
};
enum { N_CHAPTERS = sizeof chapters / sizeof chapters[0] };

void command_help_book(const struct host *h, struct text *out)
{
	text_addf(out,
		  "HELP\n  PgDn and PgUp turn pages, / finds a text here, Esc and a digit lead "
		  "to another view.\n  help WORD explains one command, option, model, view, key "
		  "or word on the screen.\n\n");
	for (int i = 0; i < N_CHAPTERS; i++) {
		text_addf(out, "%s", i ? "\n" : "");
		chapters[i].list(h, out);
	}
}

/* Begins a paragraph of its own for each thing that has the name. */
static void heading(struct text *out, const char *name, const char *kind)
{
	text_addf(out, "%s%s: %s\n", out->length ? "\n" : "", name, kind);
}

static void explain_option(const struct config_option *o, struct text *out)
{
	static const char *const when[] = {
		[OPTION_MODEL] = "takes effect when a model is made: model NAME",
		[OPTION_LIVE] = "takes effect at the next epoch",
		[OPTION_TRAINING] = "takes effect when training starts",
		[OPTION_SESSION] = "takes effect at once",
	};
	heading(out, o->param.name, "an option");
	param_line(&o->param, out);
	text_addf(out, "  %-10s %s\n", "", when[o->scope]);
	const char *before = "models:";
	for (int i = 0; model_ops_at(i); i++)
		if (model_takes(model_ops_at(i), o->param.name)) {
			text_addf(out, before[0] == 'm' ? "  %-10s %s" : "%s%s", before,
				  model_ops_at(i)->name);
			before = ", ";
		}
	if (before[0] != 'm')
		text_addf(out, "\n");
	if (o->param.fallback)
		text_addf(out, "  %-10s set %s %s\n", "example:", o->param.name, o->param.fallback);
}

static void explain_model(const struct model_ops *ops, struct text *out)
{
	heading(out, ops->name, "a model");
	text_addf(out, "  %-10s %s\n  %-10s model %s\noptions that it takes\n", ops->name,
		  ops->help, "example:", ops->name);
	option_lines(ops, out);
}

/* Names the commands that take name=VALUE. */
static void explain_param(const char *name, struct text *out)
{
	bool any = false;
	for (int i = 0; i < n_commands; i++)
		for (int j = 0; j < MAX_PARAMS && command_table[i]->params[j].name; j++) {
			const struct param *p = &command_table[i]->params[j];
			if (p->required || strcasecmp(p->name, name))
				continue;
			if (!any)
				heading(out, p->name, "for one command");
			any = true;
			text_addf(out, "  %-10s %s=: %s", command_table[i]->name, p->name, p->help);
			bounds(p, out);
			text_addf(out, "\n");
		}
}

static bool has_choice(const struct param *p, const char *name)
{
	const int i = p->type == PARAM_CHOICE ? param_choose(p->choices, name) : -1;
	char choice[64];
	return i >= 0 && param_choice(p->choices, i, choice, sizeof choice) &&
	       !strcmp(choice, name);
}

/* Names the options and the parameters of commands of which the word is a value. */
static void explain_choice(const char *name, struct text *out)
{
	bool any = false;
	for (int i = 0; i < n_options; i++)
		if (has_choice(&option_table[i].param, name)) {
			if (!any)
				heading(out, name, "a value");
			any = true;
			param_line(&option_table[i].param, out);
		}
	for (int i = 0; i < n_commands; i++)
		for (int j = 0; j < MAX_PARAMS && command_table[i]->params[j].name; j++)
			if (has_choice(&command_table[i]->params[j], name)) {
				if (!any)
					heading(out, name, "a value");
				any = true;
				text_addf(out, "  %-10s %s: %s\n", command_table[i]->name,
					  command_table[i]->params[j].name,
					  command_table[i]->params[j].help);
			}
}

static const struct model_ops *model_named(const char *word)
{
	for (int i = 0; model_ops_at(i); i++)
		if (!strcasecmp(model_ops_at(i)->name, word))
			return model_ops_at(i);
	return NULL;
}

/* Explains everything that has exactly this name. */
static void explain_exact(const struct host *h, const char *word, struct text *out)
{
	char name[64];
	size_t n = 0;
	for (; word[n] && n + 1 < sizeof name; n++) /* commands and options are in lower case */
		name[n] = (char)tolower((unsigned char)word[n]);
	name[n] = 0;
	for (int i = 0; i < N_CHAPTERS; i++)
		if (!strcmp(chapters[i].name, name))
			chapters[i].list(h, out);
	const struct command *c = command_find(name, NULL);
	if (c && (!strcmp(c->name, name) || (c->also && !strcmp(c->also, name))))
		command_help(c, out);
	if (option_find(name))
		explain_option(option_find(name), out);
	if (model_named(name))
		explain_model(model_named(name), out);
	const struct gloss *t = glossary_find(word);
	if (t) {
		heading(out, t->word, "a word on the screen");
		term_line(t, out);
	}
	explain_param(name, out);
	explain_choice(name, out);
	if (h->keys)
		h->keys(word, out);
}

/* Finds the nearest name of anything that help can explain. */
static const char *nearest(const char *word)
{
	struct text_guess guess = { .word = word };
	for (int i = 0; i < n_commands; i++)
		text_guess(&guess, command_table[i]->name);
	for (int i = 0; i < n_options; i++)
		text_guess(&guess, option_table[i].param.name);
	for (int i = 0; model_ops_at(i); i++)
		text_guess(&guess, model_ops_at(i)->name);
	for (const struct gloss *t = glossary; t->word; t++)
		text_guess(&guess, t->word);
	return guess.nearest;
}

int command_help_topic(const struct host *h, const char *word, struct text *out, struct err *e)
{
	explain_exact(h, word, out);
	if (out->length || out->failed)
		return 0;
	const struct command *c = command_find(word, NULL);
	const char *near = nearest(word);
	if (c)
		command_help(c, out);
	else if (near)
		return err_set(e, ERR_USAGE, NULL, "there is no help on \"%.*s\"; did you mean %s?",
			       text_head(word, ERR_WORD), word, near);
	else
		return err_set(e, ERR_USAGE, NULL,
			       "there is no help on \"%.*s\"; help lists what there is",
			       text_head(word, ERR_WORD), word);
	return 0;
}

/* ---- reference and manual page ------------------------------------------ */

void command_reference(struct text *out)
{
	text_addf(out, "| command | does | keys of its --json line |\n|---|---|---|\n");
	for (int i = 0; i < n_commands; i++) {
		const struct command *c = command_table[i];
		text_addf(out, "| `");
		report_markdown_cell(command_usage(c).line, out);
		text_addf(out, "` | ");
		report_markdown_cell(c->summary, out);
		text_addf(out, " | ");
		report_markdown_cell(c->keys, out);
		text_addf(out, " |\n");
	}
	text_addf(out, "\n| option | default | meaning |\n|---|---|---|\n");
	for (int i = 0; i < n_options; i++) {
		const struct param *p = &option_table[i].param;
		text_addf(out, "| `%s` | %s | %s", p->name, p->fallback ? p->fallback : "",
			  p->help);
		bounds(p, out);
		text_addf(out, " |\n");
	}
}

/* Appends text, escaping what roff interprets: a leading . or ', and every - and \. */
static void roff(struct text *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '-' || *text == '\\')
			text_add(out, "\\", 1);
		text_add(out, text, 1);
	}
}

void command_manual(struct text *out)
{
	text_addf(out,
		  ".TH AUTOREC 1 \"\" \"autorec %s\"\n.SH NAME\nautorec \\- see how a recommender "
		  "learns\n",
		  AUTOREC_VERSION);
	text_addf(
		out,
		".SH SYNOPSIS\n.B autorec\n[\\fIOPTION\\fR]... [\\fIDATASET\\fR]\n.SH DESCRIPTION\n"
		"Loads ratings, trains AutoRec while its error curve and hidden units move on the "
		"screen, shows a user's or an\n"
		"item's reconstructed ratings, and shows what an edited rating would change.\n"
		"With \\-\\-batch it runs the same commands without a screen.\n.SH COMMANDS\n");
	for (int i = 0; i < n_commands; i++) {
		const struct command *c = command_table[i];
		text_addf(out, ".TP\n.B ");
		roff(out, command_usage(c).line);
		text_addf(out, "\n");
		roff(out, c->summary);
		text_addf(out, "\n");
	}
	text_addf(out, ".SH OPTIONS OF MODELS AND TRAINING\n");
	for (int i = 0; i < n_options; i++) {
		text_addf(out, ".TP\n.B %s\n", option_table[i].param.name);
		roff(out, option_table[i].param.help);
		text_addf(out, "\n");
	}
	text_addf(out, ".SH ENVIRONMENT\n"
		       ".TP\n.B AUTOREC_DATA\na folder to look in for data sets loaded by name\n"
		       ".TP\n.B AUTOREC_KERNELS\n"
		       "the instruction set of the kernels: v2 (any processor), v3 (AVX2) or v4 "
		       "(AVX\\-512);\nby default the best of this processor\n"
		       ".TP\n.B OPENBLAS_CORETYPE\nthe core type of OpenBLAS's kernels\n"
		       ".TP\n.B NO_COLOR\nif not empty, no colors\n");
	text_addf(out, ".SH EXIT STATUS\n0 success, 1 a command failed, 2 a command or option was "
		       "not understood, 3 bad data,\n"
		       "128+n stopped by signal n.\n");
}
