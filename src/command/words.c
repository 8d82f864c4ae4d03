/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/words.h"

#include <string.h>

struct lexer {
	const char *in; /* the rest of the line */
	char quote;     /* the open quote; 0: none */
	bool quoted;    /* the word contains a quote */
};

static void begin_word(struct lexer *l)
{
	l->quoted = false;
	l->in += strspn(l->in, " \t");
}

/* Reads the next byte of the word, without quotes and backslashes.  Returns false at its end. */
static bool words_next_byte(struct lexer *l, char *byte)
{
	for (; *l->in && (l->quote || (*l->in != ' ' && *l->in != '\t')); l->in++) {
		if ((*l->in == '"' || *l->in == '\'') && (!l->quote || l->quote == *l->in)) {
			l->quote = l->quote ? 0 : *l->in;
			l->quoted = true;
			continue;
		}
		if (*l->in == '\\' && l->in[1] && l->quote != '\'')
			l->in++;
		*byte = *l->in++;
		return true;
	}
	return false;
}

int words_cut(char *line, char **words, bool *quoted, int max, struct err *e)
{
	struct lexer l = { line };
	char *out = line;
	for (int n = 0;; n++) {
		begin_word(&l);
		if (!*l.in || *l.in == '#')
			return n;
		if (n == max)
			return err_set(e, ERR_USAGE, NULL, "more than %d words in one command",
				       max);
		words[n] = out;
		quoted[n] = *l.in == '"' || *l.in == '\'';
		while (words_next_byte(&l, out))
			out++;
		if (l.quote)
			return err_set(e, ERR_USAGE, NULL, "the quote %c is not closed", l.quote);
		if (*l.in)
			l.in++; /* step over the blank before a 0 may overwrite it */
		*out++ = 0;
	}
}

struct word words_last(const char *line)
{
	struct lexer l = { line };
	begin_word(&l);
	struct word w = { .start = (size_t)(l.in - line) };
	bool named = false;
	char byte;
	text_add(&w.value, "", 0);
	for (;;) {
		const bool more = words_next_byte(&l, &byte);
		if (!more && !*l.in)
			break;
		if (more && (byte != '=' || named || l.quoted || !w.value.length)) {
			text_add(&w.value, &byte, 1);
			continue;
		}
		/* Either the value after "name=" begins here, or the next word does. */
		named = more;
		if (!more)
			begin_word(&l);
		w.start = (size_t)(l.in - line);
		text_clear(&w.value);
	}
	w.quoted = l.quoted;
	return w;
}

void words_add(struct text *out, const char *value, bool quoted, bool open)
{
	if (!quoted && !strpbrk(value, " \t\"'\\#")) {
		text_add(out, value, strlen(value));
		return;
	}
	text_add_quoted(out, value);
	if (open && !out->failed)
		out->bytes[--out->length] = 0;
}
