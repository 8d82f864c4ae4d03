/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * JSON Lines beside jansson: random objects, and lines that are not valid. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/load/json_line.h"
#include "autorec/rng.h"
#include "autorec/text.h"
#include "check.h"

enum { MEMBERS = 6 };

/* A copy without a byte to spare, so that the sanitizer notices a step outside. */
static char *exact_copy(const char *text, size_t length)
{
	char *copy = malloc(length ? length : 1);
	assert_non_null(copy);
	memcpy(copy, text, length);
	return copy;
}

/* ---- random objects ----------------------------------------------------- */

static json_t *random_string(struct rng *rng)
{
	static const uint32_t codes[] = {
		'a',  'b', ' ',  ',',  ':',  '{', '}',  '[',  ']',    '"',    '"',     '\\',
		'\\', '/', '\n', '\t', '\r', 1,   0x7f, 0xe9, 0x20ac, 0xfffd, 0x1f600, 0x10ffff
	};
	const int length = (int)rng_below(rng, 9);
	struct text bytes = { 0 };
	char encoded[5];
	for (int i = 0; i < length; i++) {
		const uint32_t code = codes[rng_below(rng, sizeof codes / sizeof *codes)];
		text_add(&bytes, encoded, (size_t)text_encode(code, encoded));
	}
	json_t *string = json_stringn(bytes.bytes ? bytes.bytes : "", bytes.length);
	text_done(&bytes);
	return string;
}

static json_t *random_value(struct rng *rng, int depth);

static json_t *random_nested(struct rng *rng, bool object, int depth)
{
	json_t *out = object ? json_object() : json_array();
	for (int n = (int)rng_below(rng, 4); n > 0; n--) {
		json_t *key = random_string(rng), *value = random_value(rng, depth + 1);
		if (object)
			json_object_set_new(out, json_string_value(key), value);
		else
			json_array_append_new(out, value);
		json_decref(key);
	}
	return out;
}

static json_t *random_value(struct rng *rng, int depth)
{
	switch (rng_below(rng, depth < 3 ? 9 : 6)) {
	case 0: return json_null();
	case 1: return json_boolean(rng_below(rng, 2));
	case 2: return json_integer((json_int_t)rng_below(rng, 1000000) - 500000);
	case 3: return json_real(rng_normal(rng) * 1e3);
	case 6: return random_nested(rng, true, depth);
	case 7: return random_nested(rng, false, depth);
	default: return random_string(rng);
	}
}

/* jansson writes several styles: blanks or none, all characters as they are or as \uXXXX. */
static char *random_line(struct rng *rng, json_t **object)
{
	static const size_t styles[] = { 0, JSON_COMPACT, JSON_ENSURE_ASCII,
					 JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ESCAPE_SLASH };
	*object = json_object();
	for (int n = (int)rng_below(rng, MEMBERS + 1); n > 0; n--) {
		json_t *key = random_string(rng);
		json_object_set_new(*object, json_string_value(key), random_value(rng, 0));
		json_decref(key);
	}
	return json_dumps(*object, styles[rng_below(rng, 4)]);
}

/* What json_next is to give for a value: a string, a literal or number as in the line, or nothing.
 * The caller frees it. */
static char *expected_value(json_t *value)
{
	if (json_is_string(value))
		return strdup(json_string_value(value));
	if (json_is_null(value) || json_is_array(value) || json_is_object(value))
		return strdup("");
	return json_dumps(value, JSON_ENCODE_ANY);
}

static bool same(const struct field *f, const char *text)
{
	return f->length == strlen(text) && !memcmp(f->text, text, f->length);
}

static void objects_as_jansson_has_them(void **state)
{
	struct rng rng;
	rng_init(&rng, 5, 0);
	for (int round = 0; round < 20000; round++) {
		json_t *object, *value;
		const char *key;
		char *line = random_line(&rng, &object);
		const size_t length = strlen(line);
		char *copy = exact_copy(line, length), *p = copy;
		struct json_member m;
		json_object_foreach (object, key, value) {
			char *expected = expected_value(value);
			if (json_next(&p, copy + length, &m) != 1)
				fail_msg("%s: no member, expected %s", line, key);
			char *after = p;
			json_unescape(&m.key);
			json_unescape(&m.value);
			if (!same(&m.key, key) || !same(&m.value, expected) ||
			    m.value.quoted != json_is_string(value))
				fail_msg("%s: {%.*s} is {%.*s}, expected {%s} {%s}", line,
					 (int)m.key.length, m.key.text, (int)m.value.length,
					 m.value.text, key, expected);
			assert_ptr_equal(after, p);
			free(expected);
		}
		if (json_next(&p, copy + length, &m) != 0)
			fail_msg("%s: expected its end at %d", line, (int)(p - copy));
		assert_ptr_equal(p, copy + length - 1);
		json_decref(object);
		free(line);
		free(copy);
	}
}

/* ---- lines that are not valid ------------------------------------------- */

/* Reads all members; the place of what is not valid, or -1. */
static int invalid_at(const char *line, size_t length)
{
	char *copy = exact_copy(line, length), *p = copy;
	struct json_member m;
	int got;
	while ((got = json_next(&p, copy + length, &m)) > 0) {
		json_unescape(&m.key);
		json_unescape(&m.value);
	}
	const int at = got < 0 ? (int)(p - copy) : -1;
	free(copy);
	return at;
}

static const struct {
	const char *line;
	int at;
} invalid[] = {
	{ "", 0 },
	{ "  ", 2 },
	{ "x", 0 },
	{ "[1,2]", 0 },
	{ "\"a\":1}", 0 },
	{ "{", 0 },
	{ "{\"a\"", 0 },
	{ "{\"a\":", 0 },
	{ "{\"a\":1", 6 },
	{ "{\"a\":1,", 6 },
	{ "{\"a\":1,}", 6 },
	{ "{\"a\":1 \"b\":2}", 7 },
	{ "{\"a\" 1}", 0 },
	{ "{\"a\":}", 0 },
	{ "{a:1}", 0 },
	{ "{'a':1}", 0 },
	{ "{\"a\":\"b}", 0 },
	{ "{\"a\":\"b\\\"}", 0 },
	{ "{\"a\":[1,2}", 10 },
	{ "{\"a\":[\"]}", 0 },
	{ "{\"a\":1}x", 7 },
	{ "{\"a\":1}{\"b\":2}", 7 },
	{ "{} {}", 3 },
};

static void invalid_lines(void **state)
{
	for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++) {
		const int at = invalid_at(invalid[i].line, strlen(invalid[i].line));
		if (at != invalid[i].at)
			fail_msg("%s: %d, expected %d", invalid[i].line, at, invalid[i].at);
	}
}

/* A line that is cut off is not valid, and a line with any byte changed does no harm. */
static void damaged_lines(void **state)
{
	struct rng rng;
	rng_init(&rng, 6, 0);
	for (int round = 0; round < 2000; round++) {
		json_t *object;
		char *line = random_line(&rng, &object);
		const size_t length = strlen(line);
		for (size_t n = 0; n < length; n++)
			if (invalid_at(line, n) < 0)
				fail_msg("%s: valid after %zu bytes", line, n);
		for (int i = 0; i < 20; i++) {
			char *copy = exact_copy(line, length);
			copy[rng_below(&rng, length)] = (char)rng_below(&rng, 256);
			invalid_at(copy, length);
			free(copy);
		}
		json_decref(object);
		free(line);
	}
}

/* ---- escapes ------------------------------------------------------------ */

#define FFFD "\xef\xbf\xbd"

static const struct {
	const char *from, *to;
} escapes[] = {
	{ "plain", "plain" },
	{ "\\\"\\\\\\/", "\"\\/" },
	{ "\\b\\f\\n\\r\\t", "\b\f\n\r\t" },
	{ "\\u0041\\u00e9\\u00E9\\u20ac", "A\xc3\xa9\xc3\xa9\xe2\x82\xac" },
	{ "\\ud83d\\ude00", "\xf0\x9f\x98\x80" },
	{ "\\ud83d", FFFD },
	{ "\\ud83dx", FFFD "x" },
	{ "\\ud83d\\n", FFFD "\n" },
	{ "\\ud83d\\u0041", FFFD "A" },
	{ "\\ude00", FFFD },
	{ "\\u0000", FFFD },
	{ "\\u12", FFFD },
	{ "\\u", "?" },
	{ "\\x", "x" },
	{ "a\\", "a\\" },
};

static void escapes_are_replaced(void **state)
{
	for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
		const size_t length = strlen(escapes[i].from);
		char *copy = exact_copy(escapes[i].from, length);
		struct field f = { copy, length, true };
		json_unescape(&f);
		if (!same(&f, escapes[i].to))
			fail_msg("%s: {%.*s}, expected {%s}", escapes[i].from, (int)f.length,
				 f.text, escapes[i].to);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_as_jansson_has_them),
		cmocka_unit_test(invalid_lines),
		cmocka_unit_test(damaged_lines),
		cmocka_unit_test(escapes_are_replaced),
	};
	return cmocka_run_group_tests_name("json_line", tests, NULL, NULL);
}
