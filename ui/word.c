/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "word.h"

#include <string.h>

static void begin_word(struct word *w, size_t start)
{
	w->start = start;
	w->quoted = false;
	text_clear(&w->value);
}

struct word word_last(const char *line)
{
	struct word w = { 0 };
	char quote = 0;
	bool named = false;
	text_add(&w.value, "", 0);
	for (size_t i = 0; line[i]; i++) {
		char c = line[i];
		if ((c == '"' || c == '\'') && (!quote || quote == c)) {
			quote = quote ? 0 : c;
			w.quoted = true;
		} else if (!quote && (c == ' ' || c == '\t')) {
			begin_word(&w, i + 1);
			named = false;
		} else if (c == '=' && !named && !w.quoted) {
			begin_word(&w, i + 1);
			named = true;
		} else {
			if (c == '\\' && line[i + 1] && quote != '\'')
				i++;
			text_add(&w.value, &line[i], 1);
		}
	}
	return w;
}

void word_write(struct text *out, const char *value, bool quoted, bool open)
{
	if (!quoted && !strpbrk(value, " \t\"'\\#")) {
		text_add(out, value, strlen(value));
		return;
	}
	text_add_quoted(out, value);
	if (open && !out->failed)
		out->bytes[--out->length] = 0;
}
