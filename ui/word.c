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
	quoted = quoted || strpbrk(value, " \t\"'\\#");
	if (quoted)
		text_add(out, "\"", 1);
	for (; *value; value++) {
		if (*value == '"' || *value == '\\')
			text_add(out, "\\", 1);
		text_add(out, value, 1);
	}
	if (quoted && !open)
		text_add(out, "\"", 1);
}
