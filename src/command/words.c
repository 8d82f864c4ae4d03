/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/words.h"

#include <string.h>

struct lexer {
	const char *in; /* what is not read yet */
	char quote;     /* the one that is open; 0: none */
	bool quoted;    /* the word has a quote */
};

static void begin_word(struct lexer *l)
{
	l->quoted = false;
	l->in += strspn(l->in, " \t");
}

/* The next byte of the word, without quotes and backslashes; false after its last. */
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
			l.in++; /* the blank, before a 0 may take its place */
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
		named = more; /* the value after "name=", or the next word */
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
