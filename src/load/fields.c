/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fields.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static inline bool is_separator(const char *separator, const char *p, const char *end)
{
	return *p == separator[0] && (!separator[1] || (p + 1 < end && p[1] == separator[1]));
}

/* The end of the field that starts at p. */
static inline char *find_separator(const char *separator, char *p, char *end)
{
	const char first = separator[0], second = separator[1];
	if (first == ' ')
		while (p < end && !is_blank(*p))
			p++;
	else if (!second)
		while (p < end && *p != first)
			p++;
	else
		while (p < end && (*p != first || p + 1 == end || p[1] != second))
			p++;
	return p;
}

/* A tab that separates is not skipped. */
static char *skip_blanks(char *p, const char *end, const char *separator)
{
	while (p < end && (*p == ' ' || (*p == '\t' && separator[0] != '\t')))
		p++;
	return p;
}

static bool is_margin(char c)
{
	return is_blank(c) || c == '\r';
}

void field_trim(struct field *f)
{
	while (f->length > 0 && is_margin(f->text[0]))
		f->text++, f->length--;
	while (f->length > 0 && is_margin(f->text[f->length - 1]))
		f->length--;
}

/* Does a field end at p, apart from blanks? */
static bool ends_field(const char *p, const char *end, const char *separator)
{
	p = skip_blanks((char *)p, end, separator ? separator : "\t");
	if (p == end)
		return true;
	if (!separator)
		return field_is_separator(*p) || *p == '\r' || *p == '\n';
	return separator[0] == ' ' ? p[-1] != '"' || *p == '\n' || *p == '\r'
				   : is_separator(separator, p, end);
}

/* A quote after a backslash belongs to the text, unless the field can end only there. */
char *field_closing_quote(char *p, const char *end, const char *separator)
{
	for (; (p = memchr(p, '"', (size_t)(end - p))); p++) {
		const bool escaped = p[-1] == '\\', doubled = p + 1 < end && p[1] == '"';
		if (doubled && !escaped)
			p++;
		else if (!doubled && (!escaped || ends_field(p + 1, end, separator)))
			return ends_field(p + 1, end, separator) ? p + 1 : NULL;
	}
	return NULL;
}

/* Takes the field at p and returns its end. Skips blanks after a quoted field. Returns NULL if a
 * quote is invalid. */
static inline char *take_field(struct field *f, const char *separator, char *p, char *end)
{
	const bool strict = separator[0] == ',' || separator[0] == ';';
	const bool plain = p<end && * p> '"'; /* neither a blank nor a quote */
	char *start = plain ? p : skip_blanks(p, end, separator), *close;
	if (!plain && start < end && *start == '"') {
		close = field_closing_quote(start + 1, end, separator);
		if (close) {
			*f = (struct field){ start + 1, (size_t)(close - start) - 2, true };
			return skip_blanks(close, end, separator);
		}
		*f = (struct field){ .text = start + 1 };
		if (strict)
			return NULL;
	}
	p = find_separator(separator, start, end);
	*f = (struct field){ .text = start, .length = (size_t)(p - start) };
	if (f->length > 0 && (f->text[0] <= ' ' || f->text[f->length - 1] <= ' ')) /* rare */
		field_trim(f);
	return p;
}

/* Takes the rest of the line, whatever it contains. */
static void take_rest(struct field *f, char *p, const char *end)
{
	*f = (struct field){ .text = p, .length = (size_t)(end - p) };
	field_trim(f);
}

int fields_cut(const char *separator, bool open_ended, char *line, size_t length,
	       struct field *fields, int max)
{
	bool blanks = separator[0] == ' ';
	size_t width = blanks ? 0 : separator[1] ? 2 : 1;
	char *p = line, *end = line + length;
	while (end > line && end[-1] == '\r')
		end--;
	for (int n = 0; n < max;) {
		struct field *f = &fields[n++];
		if (open_ended && n == max) {
			take_rest(f, p, end);
			return n;
		}
		p = take_field(f, separator, p, end);
		if (!p) {
			fields[0] = *f;
			return -1;
		}
		if (blanks)
			p = skip_blanks(p, end, separator);
		if (p == end)
			return n;
		p += width;
	}
	return max;
}

void field_unquote(struct field *f)
{
	const char *quote = memchr(f->text, '"', f->length);
	size_t n = quote ? 0 : f->length;
	for (size_t i = 0; quote && i < f->length; i++) {
		const char next = i + 1 < f->length ? f->text[i + 1] : 0;
		if ((f->text[i] == '"' || f->text[i] == '\\') && next == '"')
			i++;
		f->text[n++] = f->text[i];
	}
	f->length = n;
	field_trim(f);
}
