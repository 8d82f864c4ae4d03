/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "json_line.h"

#include <stdint.h>
#include <string.h>

#include "autorec/text.h"

static char *skip_space(char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
		p++;
	return p;
}

/* p is after the opening quote. Returns the place of the closing one; NULL if there is none. */
static char *string_end(char *p, char *end)
{
	while ((p = memchr(p, '"', (size_t)(end - p)))) {
		const char *slash = p;
		while (slash[-1] == '\\')
			slash--;
		if ((p - slash) % 2 == 0)
			return p;
		p++;
	}
	return NULL;
}

static char *take_string(struct field *f, char *p, char *end)
{
	char *close = p < end && *p == '"' ? string_end(p + 1, end) : NULL;
	if (!close)
		return NULL;
	*f = (struct field){ p + 1, (size_t)(close - p) - 1, true };
	return close + 1;
}

/* Passes an array or object. */
static char *pass_nested(char *p, char *end)
{
	int depth = 0;
	struct field string;
	while (p < end) {
		if (*p == '"') {
			p = take_string(&string, p, end);
			if (!p)
				return NULL;
			continue;
		}
		depth += (*p == '{' || *p == '[') - (*p == '}' || *p == ']');
		p++;
		if (depth == 0)
			return p;
	}
	return NULL;
}

static char *take_value(struct field *f, char *p, char *end)
{
	*f = (struct field){ .text = p };
	if (p == end)
		return NULL;
	if (*p == '"')
		return take_string(f, p, end);
	if (*p == '{' || *p == '[')
		return pass_nested(p, end);
	while (p < end && *p != ',' && *p != '}' && *p > ' ')
		p++;
	f->length = (size_t)(p - f->text);
	if (f->length == 4 && !memcmp(f->text, "null", 4))
		f->length = 0;
	return p > f->text ? p : NULL;
}

/* *p is at the closing brace, after which the line ends. */
static int object_end(char **p, char *end)
{
	char *after = skip_space(*p + 1, end);
	if (after == end)
		return 0;
	*p = after;
	return -1;
}

int json_next(char **p, char *end, struct json_member *m)
{
	char *at = skip_space(*p, end);
	*p = at;
	if (at < end && *at == '}')
		return object_end(p, end);
	if (at == end || (*at != '{' && *at != ','))
		return -1;
	at = skip_space(at + 1, end);
	if (**p == '{' && at < end && *at == '}') {
		*p = at;
		return object_end(p, end);
	}
	char *next = take_string(&m->key, at, end);
	if (next)
		next = skip_space(next, end);
	if (!next || next == end || *next != ':')
		return -1;
	next = take_value(&m->value, skip_space(next + 1, end), end);
	if (!next)
		return -1;
	*p = next;
	return 1;
}

bool json_is_nested(const struct field *value)
{
	return !value->quoted && value->length == 0 && (*value->text == '{' || *value->text == '[');
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | ' ');
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four digits of \uXXXX at p; -1 if they are not there. */
static int32_t take_hex(const char *p, const char *end)
{
	int32_t code = 0;
	for (int i = 0; i < 4; i++) {
		const int digit = p + i < end ? hex_digit(p[i]) : -1;
		if (digit < 0)
			return -1;
		code = code * 16 + digit;
	}
	return code;
}

/* Decodes the escape after the backslash at p into out, and returns its length in the line. */
static size_t unescape_one(const char *p, const char *end, char out[5])
{
	static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
	const char *known = strchr(from, p[1]);
	out[0] = known && p[1] ? to[known - from] : p[1];
	out[1] = 0;
	if (p[1] != 'u')
		return 2;
	int32_t code = take_hex(p + 2, end);
	size_t used = 6;
	if (code >= 0xd800 && code < 0xdc00 && p + 7 < end && p[6] == '\\' && p[7] == 'u') {
		const int32_t low = take_hex(p + 8, end);
		if (low >= 0xdc00 && low < 0xe000) {
			code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
			used = 12;
		}
	}
	if (code <= 0 || (code >= 0xd800 && code < 0xe000))
		code = 0xfffd;
	text_encode((uint32_t)code, out);
	return p + used <= end ? used : (size_t)(end - p);
}

void json_unescape(struct field *f)
{
	const char *p = memchr(f->text, '\\', f->length), *end = f->text + f->length;
	if (!p)
		return;
	char *to = f->text + (p - f->text), decoded[5];
	while (p < end) {
		if (*p != '\\' || p + 1 == end) {
			*to++ = *p++;
			continue;
		}
		const size_t used = unescape_one(p, end, decoded);
		const char *text = strlen(decoded) <= used ? decoded : "?"; /* it was cut off */
		p += used;
		memcpy(to, text, strlen(text));
		to += strlen(text);
	}
	f->length = (size_t)(to - f->text);
}
