/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "autorec/mem.h"

enum { REPLACEMENT = 0xfffd };

void text_add(struct text *t, const char *bytes, size_t length)
{
	if (t->failed || mem_grow(&t->bytes, &t->capacity, t->length + length + 1, 1, NULL) < 0) {
		t->failed = true;
		mem_note_failure();
		return;
	}
	memcpy(t->bytes + t->length, bytes, length);
	t->length += length;
	t->bytes[t->length] = 0;
}

void text_addf(struct text *t, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	int n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n < 0 || t->failed ||
	    mem_grow(&t->bytes, &t->capacity, t->length + (size_t)n + 1, 1, NULL) < 0) {
		t->failed = true;
		mem_note_failure();
		return;
	}
	va_start(ap, format);
	vsnprintf(t->bytes + t->length, (size_t)n + 1, format, ap);
	va_end(ap);
	t->length += (size_t)n;
}

void text_add_quoted(struct text *t, const char *word)
{
	text_add(t, "\"", 1);
	for (const char *p = word; *p; p++)
		text_addf(t, "%s%c", *p == '"' || *p == '\\' ? "\\" : "", *p);
	text_add(t, "\"", 1);
}

void text_clear(struct text *t)
{
	t->length = 0;
	t->failed = false;
	if (t->bytes)
		t->bytes[0] = 0;
}

void text_done(struct text *t)
{
	free(t->bytes);
	*t = (struct text){ 0 };
}

/* Decodes one code point of UTF-8. A malformed sequence gives -1 and consumes one byte. */
static utf8proc_int32_t decode(const char *bytes, size_t length, size_t *used)
{
	utf8proc_int32_t code;
	utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)bytes,
					      (utf8proc_ssize_t)length, &code);
	*used = n > 0 ? (size_t)n : 1;
	return n > 0 ? code : -1;
}

bool text_is_utf8(const char *bytes, size_t length)
{
	for (size_t i = 0, used; i < length; i += used)
		if (decode(bytes + i, length - i, &used) < 0)
			return false;
	return true;
}

/* Characters that could control a terminal or reorder its text. */
static bool is_hostile(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x061c || code == 0x200e ||
	       code == 0x200f || (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

static bool text_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Maps a code point to what may appear in clean text; -1 is a malformed sequence. */
static uint32_t harmless(utf8proc_int32_t code, bool lines)
{
	if (lines && (code == '\n' || code == '\t'))
		return (uint32_t)code;
	if (code == '\t')
		return ' ';
	return code < 0 || is_hostile((uint32_t)code) ? REPLACEMENT : (uint32_t)code;
}

/* What Windows-1252 has where Latin-1 has the control characters C1; 0: nothing. */
static const uint16_t windows_1252[32] = {
	0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
	0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
	0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

static utf8proc_int32_t of_windows_1252(unsigned char byte)
{
	const bool own = byte >= 0x80 && byte < 0xa0 && windows_1252[byte - 0x80];
	return own ? windows_1252[byte - 0x80] : byte;
}

/* Cleans from *p on, as far as out has room. */
static size_t clean(const char **p, const char *end, bool utf8, bool lines, char *out, size_t size)
{
	size_t n = 0;
	for (size_t used = 1; *p < end; *p += used) {
		const utf8proc_int32_t code = utf8 ? decode(*p, (size_t)(end - *p), &used)
						   : of_windows_1252((unsigned char)**p);
		char encoded[5];
		const size_t m = (size_t)text_encode(harmless(code, lines), encoded);
		if (n + m + 1 > size)
			break;
		memcpy(out + n, encoded, m);
		n += m;
	}
	if (size > 0)
		out[n] = 0;
	return n;
}

size_t text_clean(const char *bytes, size_t length, bool utf8, char *out, size_t size)
{
	while (length > 0 && text_is_blank(bytes[0]))
		bytes++, length--;
	while (length > 0 && text_is_blank(bytes[length - 1]))
		length--;
	return clean(&bytes, bytes + length, utf8, false, out, size);
}

size_t text_tame(const char **p, const char *end, bool lines, char *out, size_t size)
{
	return clean(p, end, true, lines, out, size);
}

void text_add_tame(struct text *t, const char *line)
{
	char part[256];
	for (const char *end = line + strlen(line); line < end;)
		text_add(t, part, text_tame(&line, end, false, part, sizeof part));
}

size_t text_cut(const char *bytes, size_t length, size_t most)
{
	if (length <= most)
		return length;
	size_t whole = most;
	for (int i = 0; i < 3 && whole > 0 && ((unsigned char)bytes[whole] & 0xc0) == 0x80; i++)
		whole--;
	/* Not UTF-8: cut anywhere. */
	return ((unsigned char)bytes[whole] & 0xc0) == 0x80 ? most : whole;
}

int text_head(const char *text, int most)
{
	return (int)text_cut(text, strnlen(text, (size_t)most + 1), (size_t)most);
}

uint32_t text_next(const char **p)
{
	if (!**p)
		return 0;
	size_t used;
	utf8proc_int32_t code = decode(*p, strnlen(*p, 4), &used);
	*p += used;
	return code > 0 ? (uint32_t)code : REPLACEMENT;
}

int text_encode(uint32_t code, char *out)
{
	utf8proc_ssize_t n = utf8proc_encode_char((utf8proc_int32_t)code, (utf8proc_uint8_t *)out);
	out[n] = 0;
	return (int)n;
}

uint32_t text_plain_letter(uint32_t code)
{
	utf8proc_int32_t parts[4];
	const utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)code, parts, 4,
							   UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD,
							   NULL);
	return n > 0 ? (uint32_t)parts[0] : code;
}

int text_columns(uint32_t code)
{
	if (code >= 0x20 && code < 0x7f)
		return 1;
	int columns = utf8proc_charwidth((utf8proc_int32_t)code);
	return columns < 0 ? 0 : columns;
}

int text_width(const char *utf8)
{
	int columns = 0;
	for (uint32_t code; (code = text_next(&utf8));)
		columns += text_columns(code);
	return columns;
}

int text_fit(const char *utf8, int columns, const char *ellipsis, char *out, size_t size)
{
	bool cut = text_width(utf8) > columns;
	int room = cut && ellipsis ? columns - text_width(ellipsis) : columns, used = 0;
	size_t n = 0;
	if (room < 0)
		room = 0, ellipsis = NULL;
	for (const char *p = utf8, *next = p; text_next(&next); p = next) {
		const char *one = p;
		int width = text_columns(text_next(&one));
		size_t bytes = (size_t)(next - p);
		if (used + width > room || n + bytes + 1 > size)
			break;
		memcpy(out + n, p, bytes);
		n += bytes;
		used += width;
	}
	if (cut && ellipsis && n + strlen(ellipsis) + 1 <= size) {
		memcpy(out + n, ellipsis, strlen(ellipsis));
		n += strlen(ellipsis);
		used += text_width(ellipsis);
	}
	if (size > 0)
		out[n] = 0;
	return used;
}

static uint32_t next_folded(const char **p)
{
	uint32_t code = text_next(p);
	return code ? (uint32_t)utf8proc_tolower((utf8proc_int32_t)code) : 0;
}

const char *text_find(const char *haystack, const char *needle)
{
	do {
		const char *h = haystack, *n = needle;
		uint32_t want;
		while ((want = next_folded(&n)) && next_folded(&h) == want)
			;
		if (!want)
			return haystack;
	} while (text_next(&haystack));
	return NULL;
}

static bool same_letter(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

int text_distance(const char *a, const char *b)
{
	/* Damerau-Levenshtein distance with adjacent transpositions. Words are short;
	 * longer ones are cut. */
	enum { LONGEST = 40 };
	int d[LONGEST + 1][LONGEST + 1];
	int m = (int)strnlen(a, LONGEST), n = (int)strnlen(b, LONGEST);
	for (int i = 0; i <= m; i++)
		d[i][0] = i;
	for (int j = 0; j <= n; j++)
		d[0][j] = j;
	for (int i = 1; i <= m; i++)
		for (int j = 1; j <= n; j++) {
			int best = d[i - 1][j - 1] + !same_letter(a[i - 1], b[j - 1]);
			if (d[i - 1][j] + 1 < best)
				best = d[i - 1][j] + 1;
			if (d[i][j - 1] + 1 < best)
				best = d[i][j - 1] + 1;
			if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) &&
			    same_letter(a[i - 2], b[j - 1]) && d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	return d[m][n];
}

void text_guess(struct text_guess *g, const char *candidate)
{
	/* One slip in a short word, two or three in a long one. */
	const int most = g->nearest ? g->distance - 1 : (int)strlen(g->word) / 3 + 1,
		  distance = text_distance(g->word, candidate);
	if (distance <= most) {
		g->distance = distance;
		g->nearest = candidate;
	}
}
