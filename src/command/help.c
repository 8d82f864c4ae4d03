/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writes the help, the README's reference and the manual page from the tables of commands and
 * options. */
#include <string.h>

#include "autorec/command.h"
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
	case PARAM_REAL:
	case PARAM_MINUTES:
		text_addf(out, " (%s..%s%s%s)", num_text(p->min, min), num_text(p->max, max), gap,
			  unit);
		break;
	default: break;
	}
}

static void param_line(const struct param *p, struct text *out)
{
	text_addf(out, "  %-10s %s", p->name, p->help);
	bounds(p, out);
	if (p->fallback)
		text_addf(out, ", default %s", p->fallback);
	text_addf(out, "\n");
}

static void option_lines(struct text *out)
{
	for (int i = 0; i < n_options; i++)
		param_line(&option_table[i].param, out);
}

static void model_lines(struct text *out)
{
	for (int i = 0; model_ops_at(i); i++)
		text_addf(out, "  %-10s %s\n", model_ops_at(i)->name, model_ops_at(i)->help);
}

void command_help(const struct command *c, struct text *out)
{
	text_addf(out, "%s\n  %s\n", command_usage(c).line, c->summary);
	for (int i = 0; i < MAX_PARAMS && c->params[i].name; i++)
		param_line(&c->params[i], out);
	if (c->options) {
		text_addf(out, "models\n");
		model_lines(out);
		text_addf(out, "options\n");
		option_lines(out);
	}
}

void command_help_all(struct text *out)
{
	for (int i = 0; i < n_commands; i++)
		text_addf(out, "%-10s %s\n", command_table[i]->name, command_table[i]->summary);
	text_addf(out,
		  "help VERB explains one command; verbs can be shortened to any unique prefix\n");
}

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
