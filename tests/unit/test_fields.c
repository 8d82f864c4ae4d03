/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lines and the fields that they are cut into, for each separator. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/load/fields.h"
#include "autorec/rng.h"
#include "autorec/text.h"
#include "check.h"

enum { MOST = 8 };

/* A copy without a byte to spare, so that the sanitizer notices a step outside. */
static char *exact_copy(const char *text, size_t length)
{
	char *copy = malloc(length ? length : 1);
	assert_non_null(copy);
	memcpy(copy, text, length);
	return copy;
}

/* Writes fields as [plain] and <quoted>, their quotes replaced; "invalid" if there are none. */
static void show(const char *separator, bool open_ended, const char *line, int max,
		 struct text *out)
{
	struct field fields[MOST];
	char *copy = exact_copy(line, strlen(line));
	const int n = fields_cut(separator, open_ended, copy, strlen(line), fields, max);
	text_clear(out);
	if (n < 0)
		text_addf(out, "invalid");
	for (int i = 0; i < n; i++) {
		struct field *f = &fields[i];
		if (f->quoted)
			field_unquote(f);
		text_addf(out, f->quoted ? "<%.*s>" : "[%.*s]", (int)f->length, f->text);
	}
	free(copy);
}

static const struct cut {
	const char *separator, *line, *expected;
	int max; /* 0: MOST */
	bool open_ended;
} cuts[] = {
	/* ---- without quotes */
	{ ",", "1,2,3.5", "[1][2][3.5]" },
	{ "\t", "1\t2\t3.5", "[1][2][3.5]" },
	{ ";", "1;2;3,5", "[1][2][3,5]" },
	{ "|", "1|2|3.5", "[1][2][3.5]" },
	{ ":", "1:2:3.5", "[1][2][3.5]" },
	{ "::", "1::2::3.5", "[1][2][3.5]" },
	{ " ", "1 2 3.5", "[1][2][3.5]" },
	{ " ", "  1 \t 2\t3.5  ", "[1][2][3.5]" },
	{ "::", "a:b::c::d", "[a:b][c][d]" },
	{ "::", "a:::b", "[a][:b]" },
	{ "::", "a::b:", "[a][b:]" },
	{ ",", "", "[]" },
	{ ",", ",", "[][]" },
	{ ",", "a,,b,", "[a][][b][]" },
	{ "\t", "\ta\t\t", "[][a][][]" },
	{ "::", "::a::", "[][a][]" },
	{ " ", "", "[]" },
	{ ",", " a ,\tb\t, c d ", "[a][b][c d]" },
	{ "\t", " a \t b ", "[a][b]" },
	{ ",", "a,b\r", "[a][b]" },
	/* ---- quotes of RFC 4180 */
	{ ",", "\"a\",\"b,c\",1", "<a><b,c>[1]" },
	{ ";", "\"a\";\"b;c\";1", "<a><b;c>[1]" },
	{ "\t", "\"a\"\t\"b\tc\"\t1", "<a><b\tc>[1]" },
	{ "|", "\"a\"|\"b|c\"|1", "<a><b|c>[1]" },
	{ "::", "\"a\"::\"b::c\"::1", "<a><b::c>[1]" },
	{ " ", "\"a\" \"b c\" 1", "<a><b c>[1]" },
	{ " ", "  \"a\"\t\"b\tc\"  1 ", "<a><b\tc>[1]" },
	{ ",", "\"\",\"\"", "<><>" },
	{ ",", "\"\"\"\",1", "<\">[1]" },
	{ ",", "\"\"\"a\"\"\",1", "<\"a\">[1]" },
	{ ",", "\"a\"\"b\",1", "<a\"b>[1]" },
	{ "\t", "\"a\"\"b\"\t1", "<a\"b>[1]" },
	{ "|", "\"a\"\"|\"\"b\"|1", "<a\"|\"b>[1]" },
	{ " ", "\"a\"\" \"\"b\" 1", "<a\" \"b>[1]" },
	{ "::", "\"a\"\"::\"\"b\"::1", "<a\"::\"b>[1]" },
	{ ",", "\"a\nb\",1", "<a\nb>[1]" },
	{ ",", " \"a\" , \" b \" ,1", "<a><b>[1]" },
	{ "\t", "\"a\" \t \"b\"", "<a><b>" },
	{ ",", "1,\"a\"\r", "[1]<a>" },
	{ ",", "\"a\",", "<a>[]" },
	/* ---- quotes after a backslash, as in Book-Crossing */
	{ ";", "\"0\";\"say \\\"hi\\\" now\";\"B\"", "<0><say \"hi\" now><B>" },
	{ ";", "\"0\";\"A\\\"; B\\\"\";\"C\"", "<0><A\\>[B\\\"\"]<C>" },
	{ ",", "\"a\\\"b\",1", "<a\"b>[1]" },
	{ "\t", "\"a\\\"b\"\t1", "<a\"b>[1]" },
	{ "|", "\"a\\\"b\"|1", "<a\"b>[1]" },
	{ " ", "\"a\\\"b\" 1", "<a\"b>[1]" },
	{ ",", "\"ends with \\\"\",1", "<ends with \">[1]" },
	{ ",", "\"C:\\\",1", "<C:\\>[1]" },
	{ ",", "\"C:\\\"", "<C:\\>" },
	{ ",", "\"a\\b\",1", "<a\\b>[1]" },
	{ ",", "a\\\"b,1", "[a\\\"b][1]" },
	/* ---- quotes that do not enclose a field */
	{ ",", "5\" disc,1", "[5\" disc][1]" },
	{ ",", "a\"b\"c,1", "[a\"b\"c][1]" },
	{ ",", "\"a\"b,1", "invalid" },
	{ ";", "\"a\"b;1", "invalid" },
	{ ",", "1,\"a", "invalid" },
	{ ";", "1;\"", "invalid" },
	{ ",", "1,\"a\"\"", "invalid" },
	{ "\t", "\"a\"b\t1", "[\"a\"b][1]" },
	{ "\t", "\"a\t1", "[\"a][1]" },
	{ "|", "\"Great\" Cats|1", "[\"Great\" Cats][1]" },
	{ "::", "\"Great\" Cats::1", "[\"Great\" Cats][1]" },
	{ "::", "1::\"", "[1][\"]" },
	{ "::", "\"a\":b::1", "[\"a\":b][1]" },
	{ "::", "1::\"a\"\r", "[1]<a>" },
	{ ",", "1,\"a\"\r\r", "[1]<a>" },
	{ ",", "\"a\"\rb,1", "invalid" },
	{ " ", "\"a\"b 1", "[\"a\"b][1]" },
	{ " ", "\"a 1", "[\"a][1]" },
	/* ---- no more than were asked for */
	{ ",", "a,b,c", "[a][b]", 2 },
	{ ",", "a,b,\"c", "[a][b]", 2 },
	{ ",", "1,NULL,\"A, B\", C", "[1][NULL][\"A, B\", C]", 3, true },
	{ ",", "1,A, B \r", "[1][A, B]", 2, true },
	{ "::", "1::a::b::c", "[1][a::b::c]", 2, true },
	{ " ", "1  a b  c ", "[1][a b  c]", 2, true },
	{ ",", "1", "[1]", 2, true },
	{ ",", "1,", "[1][]", 2, true },
};

static void lines_are_cut(void **state)
{
	struct text shown = { 0 };
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		const struct cut *c = &cuts[i];
		show(c->separator, c->open_ended, c->line, c->max ? c->max : MOST, &shown);
		if (strcmp(shown.bytes, c->expected) != 0)
			fail_msg("{%s} between {%s}: %s, expected %s", c->line, c->separator,
				 shown.bytes, c->expected);
	}
	text_done(&shown);
}

/* fields[0] tells where the invalid quote is. */
static void place_of_an_invalid_quote(void **state)
{
	struct field fields[MOST];
	char line[] = "1,22, \"a\"b,3";
	assert_int_equal(fields_cut(",", false, line, strlen(line), fields, MOST), -1);
	assert_int_equal(fields[0].text - line, strlen("1,22, \""));
}

static const struct closing {
	const char *field; /* after its first quote */
	int after;         /* the bytes up to and with the closing quote; -1: there is none */
	const char *separator;
} closings[] = {
	{ "ab\",1", 3, "," },
	{ "ab\"", 3, "," },
	{ "ab\"  ,1", 3, "," },
	{ "ab\":1", -1, "::" },
	{ "ab\"::1", 3, "::" },
	{ "ab\"\t1", -1, "," },
	{ "ab\"\t1", 3, "\t" },
	{ "ab\" 1", 3, " " },
	{ "ab\"1", -1, " " },
	{ "ab\"1\"", -1, "," },
	{ "ab\"\"c\",1", 6, "," },
	{ "ab\"\"", -1, "," },
	{ "ab\\\"c\",1", 6, "," },
	{ "ab\\\",1", 4, "," },
	{ "ab", -1, "," },
	{ "", -1, "," },
	{ "\"", 1, "," },
	/* of any separator */
	{ "a\nb\",1", 4, NULL },
	{ "a\nb\";1", 4, NULL },
	{ "a\nb\"|1", 4, NULL },
	{ "a\nb\"\t1", 4, NULL },
	{ "a\nb\"\n1", 4, NULL },
	{ "a\nb\" \r\n1", 4, NULL },
	{ "a\nb\" 1", -1, NULL },
	{ "a\nb\":1", -1, NULL },
};

static void closing_quotes(void **state)
{
	for (size_t i = 0; i < sizeof closings / sizeof *closings; i++) {
		const struct closing *c = &closings[i];
		const size_t length = strlen(c->field);
		char *copy = malloc(length + 1);
		assert_non_null(copy);
		copy[0] = '"';
		memcpy(copy + 1, c->field, length);
		char *close = field_closing_quote(copy + 1, copy + 1 + length, c->separator);
		const int after = close ? (int)(close - copy - 1) : -1;
		if (after != c->after)
			fail_msg("{%s} before {%s}: %d, expected %d", c->field,
				 c->separator ? c->separator : "any", after, c->after);
		free(copy);
	}
}

/* ---- what is written is read -------------------------------------------- */

/* Quotes a field, with \" or "" for a quote in it. */
static void add_quoted(struct text *line, const char *field, bool backslash)
{
	text_addf(line, "\"");
	for (const char *p = field; *p; p++)
		text_addf(line, "%s%c", *p != '"' ? "" : backslash ? "\\" : "\"", *p);
	text_addf(line, "\"");
}

/* Random fields, of which the ends are letters: those of a field with quotes lose their blanks. */
static void random_field(struct rng *rng, const char *separator, char out[12])
{
	const char alphabet[] = { 'a', 'b', '"', '\n', ' ', ',', separator[0] };
	const int length = 2 + (int)rng_below(rng, 9);
	for (int i = 0; i < length; i++)
		out[i] = alphabet[rng_below(rng, sizeof alphabet)];
	out[0] = out[length - 1] = 'a';
	out[length] = 0;
}

/* A backslash stands only before quotes that are followed by a letter: \", might end a field. */
static bool is_clear(const char *field)
{
	for (const char *p = field; (p = strchr(p, '"')); p++)
		if (p[1] != 'a' && p[1] != 'b')
			return false;
	return true;
}

static void quoted_fields_come_back(void **state)
{
	static const char *const separators[] = { ",", "\t", ";", "|", "::", " " };
	struct rng rng;
	struct text line = { 0 };
	rng_init(&rng, 7, 0);
	for (int round = 0; round < 20000; round++) {
		const char *separator = separators[round % 6];
		char written[4][12];
		struct field fields[MOST];
		text_clear(&line);
		for (int i = 0; i < 4; i++) {
			random_field(&rng, separator, written[i]);
			text_addf(&line, "%s", i > 0 ? separator : "");
			add_quoted(&line, written[i],
				   is_clear(written[i]) && rng_below(&rng, 2) == 0);
		}
		char *copy = exact_copy(line.bytes, line.length);
		int n = fields_cut(separator, false, copy, line.length, fields, MOST);
		if (n != 4)
			fail_msg("{%s} has %d fields, expected 4", line.bytes, n);
		for (int i = 0; i < n; i++) {
			field_unquote(&fields[i]);
			if (fields[i].length != strlen(written[i]) ||
			    memcmp(fields[i].text, written[i], fields[i].length) != 0)
				fail_msg("{%s}: field %d is {%.*s}, expected {%s}", line.bytes, i,
					 (int)fields[i].length, fields[i].text, written[i]);
		}
		free(copy);
	}
	text_done(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_cut),
		cmocka_unit_test(place_of_an_invalid_quote),
		cmocka_unit_test(closing_quotes),
		cmocka_unit_test(quoted_fields_come_back),
	};
	return cmocka_run_group_tests_name("fields", tests, NULL, NULL);
}
