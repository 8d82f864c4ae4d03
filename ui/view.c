/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/words.h"
#include "view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define VIEW_DECLARATION(constant, name, ops) extern const struct view_ops ops;
#define VIEW_POINTER(constant, name, ops)     &(ops),
VIEWS(VIEW_DECLARATION)
const struct view_ops *const view_ops[N_VIEWS] = { VIEWS(VIEW_POINTER) };

const char *view_name(enum view view)
{
#define VIEW_STRING(constant, name, ops) name,
	static const char *const names[N_VIEWS] = { VIEWS(VIEW_STRING) };
	return names[view];
}

const char *view_first_command(const struct picture *p)
{
	const struct document *d = &p->session->doc;
	return !d->data                                          ? "load sample"
	       : d->split && ratings_count(d->split->valid) == 0 ? "train 200"
								 : "train 200 patience=20";
}

void view_empty(struct area a, const char *what, const char *command)
{
	struct area text = area_at(a, a.rows / 3, 2, a.rows, a.columns - 4);
	const int rows = view_wrapped(text, STYLE_DIM, what);
	canvas_textf(text, rows + 1, 2, STYLE_KEY, "%s", command);
}

int view_wrapped(struct area a, unsigned style, const char *text)
{
	int row = 0;
	while (*text && a.columns > 0) {
		/* As many words as fit; a word longer than the line is cut. */
		const char *end = text, *p = text;
		for (int width = 0; *p;) {
			const uint32_t code = text_next(&p);
			width += text_columns(code);
			if (width > a.columns)
				break;
			if (*p == ' ' || !*p || *p == '\n')
				end = p;
			if (*p == '\n')
				break;
		}
		if (end == text)
			end = p;
		canvas_textf(a, row++, 0, style, "%.*s", (int)(end - text), text);
		text = end + strspn(end, " \n");
	}
	return row;
}

void view_title(struct area a, int y, int x, int columns, unsigned style, const char *text)
{
	char fitted[512];
	text_fit(text, columns, a.canvas->glyphs == GLYPHS_ASCII ? "~" : "\u2026", fitted,
		 sizeof fitted);
	canvas_text(a, y, x, columns, style, fitted);
}

const char *view_rmse(double x, char out[16])
{
	if (!isfinite(x))
		return strcpy(out, "-");
	if (fabs(x) < 1e4)
		snprintf(out, 16, "%.4f", x);
	else
		snprintf(out, 16, "%.3e", x); /* the training diverges */
	if (out[0] == '0')
		memmove(out, out + 1, strlen(out));
	return out;
}

const char *view_number(double x, int columns, int decimals, char out[16])
{
	if (snprintf(out, 16, "%.*f", decimals, x) > columns)
		snprintf(out, 16, "%.0e", x);
	return out;
}

void view_open(const char *verb, const char *id, char command[COMMAND_BYTES])
{
	struct text line = { 0 };
	text_addf(&line, "%s ", verb);
	words_add(&line, id, false, false);
	snprintf(command, COMMAND_BYTES, "%s", line.failed ? "" : line.bytes);
	text_done(&line);
}

bool view_turn(const char *verb, const char *what, const char *choices, int64_t now,
	       char command[COMMAND_BYTES])
{
	char word[16];
	if (!param_choice(choices, (int)now + 1, word, sizeof word))
		param_choice(choices, 0, word, sizeof word);
	snprintf(command, COMMAND_BYTES, "%s %s=%s", verb, what, word);
	return true;
}

const char *view_duration(double seconds, char out[24])
{
	const long s = lround(seconds);
	if (s >= 3600)
		snprintf(out, 24, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
	else
		snprintf(out, 24, "%ld:%02ld", s / 60, s % 60);
	return out;
}
