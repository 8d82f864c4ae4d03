/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Numbers, text, random numbers, errors, memory, the clock. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/clock.h"
#include "autorec/err.h"
#include "autorec/interval.h"
#include "autorec/mem.h"
#include "autorec/num.h"
#include "autorec/rng.h"
#include "autorec/home.h"
#include "autorec/text.h"
#include "check.h"

/* ---- num ---------------------------------------------------------------- */

static void reals(void **state)
{
	static const struct {
		const char *text;
		double value;
	} good[] = {
		{ "0", 0 },
		{ "-0", 0 },
		{ "3", 3 },
		{ "+3", 3 },
		{ "-0.5", -0.5 },
		{ ".5", 0.5 },
		{ "5.", 5 },
		{ "1e0", 1 },
		{ "1E2", 100 },
		{ "2.5e-1", 0.25 },
		{ "0.1", 0.1 },
		{ "978300760", 978300760 },
		{ "1e22", 1e22 },
		{ "1e23", 1e23 },
		{ "123456789012345678", 123456789012345678.0 },
		{ "1e-320", 1e-320 },
		{ "0.30000000000000004", 0.30000000000000004 },
		{ "1.7976931348623157e308", 1.7976931348623157e308 },
		{ "0000000000000000000000000000000000000000000004", 4 },
	};
	static const char *const bad[] = {
		"",   " ",    "+",   "-",   ".",     "e1",  "1e",  "1e+",   "1 ",    " 1",
		"1x", "0x10", "inf", "nan", "1e999", "1,5", "--1", "1e1.5", "1.2.3",
	};
	double x;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		if (!num_parse_real(good[i].text, strlen(good[i].text), &x) || x != good[i].value)
			fail_msg("\"%s\": %.17g, expected %.17g", good[i].text, x, good[i].value);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (num_parse_real(bad[i], strlen(bad[i]), &x))
			fail_msg("\"%s\" was read as %g", bad[i], x);
	assert_true(
		num_parse_real("12345", 2, &x)); /* the length counts, not the end of the string */
	assert_true(x == 12);
}

static void integers(void **state)
{
	static const struct {
		const char *text;
		int64_t value;
	} good[] = {
		{ "0", 0 },
		{ "-12", -12 },
		{ "+7", 7 },
		{ "007", 7 },
		{ "9223372036854775807", INT64_MAX },
		{ "-9223372036854775808", INT64_MIN },
	};
	static const char *const bad[] = {
		"",   "-", "1.0", "1e6", " 1", "1 ", "9223372036854775808", "-9223372036854775809",
		"0x1"
	};
	int64_t n;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		if (!num_parse_int(good[i].text, strlen(good[i].text), &n) || n != good[i].value)
			fail_msg("\"%s\": %ld, expected %ld", good[i].text, (long)n,
				 (long)good[i].value);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (num_parse_int(bad[i], strlen(bad[i]), &n))
			fail_msg("\"%s\" was read as %ld", bad[i], (long)n);
}

/* ---- text --------------------------------------------------------------- */

#define BAD "\xef\xbf\xbd" /* U+FFFD */

static void clean(void **state)
{
	static const struct {
		const char *in;
		bool utf8;
		const char *out;
	} cases[] = {
		{ "Toy Story", true, "Toy Story" },
		{ "  blanks \t\r\n", true, "blanks" },
		{ "a\tb", true, "a b" },
		{ "caf\xe9", false, "caf\xc3\xa9" }, /* Latin-1 */
		{ "caf\xc3\xa9", true, "caf\xc3\xa9" },
		{ "caf\xe9", true, "caf" BAD },                 /* malformed */
		{ "\x1b[31mred\x07", true, BAD "[31mred" BAD }, /* terminal commands */
		{ "\xc2\x9b"
		  "31m",
		  true, BAD "31m" }, /* C1 */
		{ "\x9b"
		  "31m",
		  false,
		  "\xe2\x80\xba"
		  "31m" }, /* Windows-1252 */
		{ "a\xe2\x80\xae"
		  "b",
		  true, "a" BAD "b" }, /* right-to-left override */
		{ "a\xe2\x81\xa6"
		  "b",
		  true, "a" BAD "b" }, /* isolate */
		{ "\xef\xbb\xbf"
		  "x",
		  true, BAD "x" },                                /* byte order mark inside */
		{ "\xed\xa0\x80", true, BAD BAD BAD },            /* a surrogate */
		{ "\xf0\x9f\x8e\xac", true, "\xf0\x9f\x8e\xac" }, /* beyond the basic plane */
		{ "", true, "" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char out[64];
		size_t n = text_clean(cases[i].in, strlen(cases[i].in), cases[i].utf8, out,
				      sizeof out);
		assert_string_equal(cases[i].out, out);
		assert_int_equal(strlen(out), n);
		assert_true(text_is_utf8(out, n));
	}
}

static void clean_cuts_at_whole_characters(void **state)
{
	char out[8];
	for (size_t size = 1; size <= 7; size++) {
		memset(out, 'x', sizeof out);
		size_t n = text_clean("\xc3\xa9\xc3\xa9\xc3\xa9", 6, true, out, size);
		assert_int_equal((size - 1) / 2 * 2, n);
		assert_int_equal(0, out[n]);
		assert_int_equal('x', out[7]);
	}
}

static void tame_is_what_no_terminal_obeys(void **state)
{
	static const struct {
		const char *in;
		bool lines;
		const char *out;
	} cases[] = {
		{ " two\tlines\n", true, " two\tlines\n" },
		{ " one\tline\n", false, " one line\ufffd" },
		{ "\033[31m\007\177", true, "\ufffd[31m\ufffd\ufffd" },
		{ "\xc2\x9b"
		  "2J\u202e\u2066",
		  true, "\ufffd2J\ufffd\ufffd" },
		{ "\x9b\xff\xe2\x82", true, "\ufffd\ufffd\ufffd\ufffd" },
		{ "Am\u00e9lie \U0001d11e", false, "Am\u00e9lie \U0001d11e" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (size_t room = 6; room < 64; room += 57) { /* in parts, and as a whole */
			const char *p = cases[i].in;
			struct text all = { 0 };
			char out[64];
			while (*p)
				text_add(&all, out,
					 text_tame(&p, cases[i].in + strlen(cases[i].in),
						   cases[i].lines, out, room));
			assert_string_equal(all.bytes, cases[i].out);
			text_done(&all);
		}
}

static void heads_end_with_whole_characters(void **state)
{
	static const struct {
		const char *text;
		int most, head;
	} cases[] = {
		{ "abc", 5, 3 },
		{ "abc", 3, 3 },
		{ "abc", 2, 2 },
		{ "", 4, 0 },
		{ "a\u00e9", 2, 1 },
		{ "a\u00e9", 3, 3 },
		{ "a\u00e9z", 3, 3 },
		{ "\u20ac\u20ac", 5, 3 },
		{ "\U0001d11ez", 3, 0 },
		{ "\U0001d11ez", 4, 4 },
		{ "\x80\x80\x80\x80\x80\x80", 4, 4 }, /* no UTF-8: anywhere */
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		if (text_head(cases[i].text, cases[i].most) != cases[i].head)
			fail_msg("case %zu: %d, expected %d", i,
				 text_head(cases[i].text, cases[i].most), cases[i].head);
}

static void width_and_fit(void **state)
{
	static const struct {
		const char *in;
		int columns;
		const char *ellipsis, *out;
		int used;
	} cases[] = {
		{ "Heat", 10, "~", "Heat", 4 },
		{ "Heat", 4, "~", "Heat", 4 },
		{ "Heat", 3, "~", "He~", 3 },
		{ "Heat", 3, NULL, "Hea", 3 },
		{ "Heat", 1, "~", "~", 1 },
		{ "Heat", 0, "~", "", 0 },
		{ "caf\xc3\xa9 noir", 4, NULL, "caf\xc3\xa9", 4 },
		{ "\xe4\xb8\x83\xe4\xba\xba\xe4\xbe\x8d", 6, "~",
		  "\xe4\xb8\x83\xe4\xba\xba\xe4\xbe\x8d", 6 }, /* three wide characters */
		{ "\xe4\xb8\x83\xe4\xba\xba\xe4\xbe\x8d", 5, "~", "\xe4\xb8\x83\xe4\xba\xba~", 5 },
		{ "\xe4\xb8\x83\xe4\xba\xba\xe4\xbe\x8d", 4, "~", "\xe4\xb8\x83~",
		  3 },                                     /* half of one is none */
		{ "e\xcc\x81x", 1, NULL, "e\xcc\x81", 1 }, /* a combining accent takes no column */
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char out[64];
		int used = text_fit(cases[i].in, cases[i].columns, cases[i].ellipsis, out,
				    sizeof out);
		if (used != cases[i].used || strcmp(out, cases[i].out) || text_width(out) != used)
			fail_msg("\"%s\" in %d: \"%s\" (%d columns), expected \"%s\" (%d)",
				 cases[i].in, cases[i].columns, out, used, cases[i].out,
				 cases[i].used);
	}
}

static void code_points(void **state)
{
	static const uint32_t codes[] = { 'a', 0xe9, 0x4e03, 0x1f3ac };
	char all[32] = "", one[5];
	for (int i = 0; i < 4; i++) {
		assert_int_equal(i + 1, text_encode(codes[i], one));
		strcat(all, one);
	}
	const char *p = all;
	for (int i = 0; i < 4; i++)
		assert_int_equal(codes[i], text_next(&p));
	assert_int_equal(0, text_next(&p));
	assert_int_equal(0, text_next(&p)); /* and stays there */
}

static void find(void **state)
{
	const char *title = "Am\xc3\x89lie (2001)";
	assert_ptr_equal(title, text_find(title, "am"));
	assert_ptr_equal(title + 2, text_find(title, "\xc3\xa9LIE"));
	assert_ptr_equal(title + 8, text_find(title, "(2001)"));
	assert_ptr_equal(title, text_find(title, ""));
	assert_null(text_find(title, "amelia"));
	assert_null(text_find("", "a"));
}

/* Among the first n verbs. */
static const char *guess(const char *word, int n)
{
	static const char *const verbs[] = { "train", "load", "split", "evaluate" };
	struct text_guess g = { .word = word };
	for (int i = 0; i < n; i++)
		text_guess(&g, verbs[i]);
	return g.nearest;
}

static void distance_and_nearest(void **state)
{
	static const struct {
		const char *a, *b;
		int distance;
	} pairs[] = {
		{ "", "", 0 },           { "", "abc", 3 },         { "train", "train", 0 },
		{ "trian", "train", 1 }, { "lamda", "lambda", 1 }, { "kitten", "sitting", 3 },
	};
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		assert_int_equal(pairs[i].distance, text_distance(pairs[i].a, pairs[i].b));
		assert_int_equal(pairs[i].distance, text_distance(pairs[i].b, pairs[i].a));
	}
	assert_string_equal("train", guess("trian", 4));
	assert_string_equal("evaluate", guess("evalaute", 4));
	assert_null(guess("xyzzy", 4));
	assert_null(guess("train", 0));
}

static void growing_text(void **state)
{
	struct text t = { 0 };
	for (int i = 0; i < 1000; i++)
		text_addf(&t, "%d,", i % 10);
	assert_int_equal(2000, t.length);
	assert_int_equal(2000, strlen(t.bytes));
	text_add(&t, "abc", 2);
	assert_string_equal("9,ab", t.bytes + 1998);
	text_clear(&t);
	assert_string_equal("", t.bytes);
	text_done(&t);
	assert_null(t.bytes);
}

static void thousands_are_grouped(void **state)
{
	static const struct {
		int64_t n;
		const char *text;
	} cases[] = { { 0, "0" },
		      { 999, "999" },
		      { 1000, "1,000" },
		      { -999, "-999" },
		      { -1000, "-1,000" },
		      { 100000, "100,000" },
		      { 25000095, "25,000,095" },
		      { INT64_MIN, "-9,223,372,036,854,775,808" } };
	char text[NUM_TEXT];
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(num_grouped(cases[i].n, text), cases[i].text);
}

/* ---- rng ---------------------------------------------------------------- */

/* Published outputs: the same numbers on every machine and for ever. */
static void known_numbers(void **state)
{
	struct rng r = { .s = { 1, 2, 3, 4 } }; /* xoshiro256** from this state */
	static const uint64_t expected[] = { 11520, 0, 1509978240, 1215971899390074240u };
	for (int i = 0; i < 4; i++)
		assert_true(rng_u64(&r) == expected[i]);
	assert_true(rng_mix(0x9e3779b97f4a7c15u) ==
		    0xe220a8397b1dcdafu);                             /* splitmix64 from seed 0 */
	assert_true(rng_hash("", 0) == rng_mix(0xcbf29ce484222325u)); /* FNV-1a */
	assert_true(rng_hash("a", 1) == rng_mix(0xaf63dc4c8601ec8cu));
	assert_true(rng_hash("foobar", 6) == rng_mix(0x85944171f73967e8u));
}

static void streams_differ(void **state)
{
	struct rng a, b, c, again;
	rng_init(&a, 1, 0);
	rng_init(&b, 1, 1);
	rng_init(&c, 2, 0);
	rng_init(&again, 1, 0);
	for (int i = 0; i < 100; i++) {
		uint64_t x = rng_u64(&a);
		assert_true(x != rng_u64(&b));
		assert_true(x != rng_u64(&c));
		assert_true(x == rng_u64(&again));
	}
}

static void near(const char *what, double found, double expected, double tolerance)
{
	if (!(fabs(found - expected) <= tolerance))
		fail_msg("%s: %g, expected %g +- %g", what, found, expected, tolerance);
}

static void distributions(void **state)
{
	enum { N = 100000, SIDES = 7 };
	double unit = 0, normal = 0, squares = 0, fourth = 0;
	int64_t count[SIDES] = { 0 };
	struct rng r;
	rng_init(&r, 3, 0);
	for (int i = 0; i < N; i++) {
		const double u = rng_unit(&r), z = rng_normal(&r);
		const uint64_t side = rng_below(&r, SIDES);
		assert_true(u >= 0 && u < 1 && side < SIDES);
		unit += u / N;
		normal += z / N;
		squares += z * z / N;
		fourth += z * z * z * z / N;
		count[side]++;
	}
	near("mean of the uniform", unit, 0.5, 0.005); /* five standard errors and more */
	near("mean of the normal", normal, 0, 0.02);
	near("variance of the normal", squares, 1, 0.03);
	near("fourth moment of the normal", fourth, 3, 0.2);
	for (int i = 0; i < SIDES; i++)
		near("a side of the die", (double)count[i] / N, 1.0 / SIDES, 0.006);
	assert_int_equal(0, rng_below(&r, 1));
}

/* ---- err, mem, clock ---------------------------------------------------- */

static void errors(void **state)
{
	static const struct {
		int code, status;
	} statuses[] = {
		{ 0, 0 },         { ERR_FAILED, 1 }, { ERR_USAGE, 2 },       { ERR_DATA, 3 },
		{ ERR_NOMEM, 1 }, { ERR_IO, 1 },     { ERR_INTERRUPTED, 1 },
	};
	struct err e = { 0 };
	char text[64], longest[2000];
	assert_int_equal(ERR_DATA, err_set(&e, ERR_DATA, "r.csv:3:1", "%s rating", "no"));
	assert_int_equal(ERR_DATA, e.code);
	assert_string_equal("r.csv:3:1: no rating", err_text(&e, text, sizeof text));
	assert_int_equal(ERR_FAILED, err_set(&e, ERR_FAILED, NULL, "plain"));
	assert_string_equal("plain", err_text(&e, text, sizeof text));
	assert_string_equal("pla", err_text(&e, text, 4));
	assert_int_equal(ERR_IO, err_set(NULL, ERR_IO, "somewhere", "nobody listens"));
	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = 0;
	err_set(&e, ERR_USAGE, longest, "%s", longest);
	assert_int_equal(sizeof e.where - 1, strlen(e.where));
	assert_int_equal(sizeof e.message - 1, strlen(e.message));
	for (size_t i = 0; i + 2 < sizeof longest; i += 2)
		memcpy(longest + i, "\u00e9", 2);
	for (int shift = 0; shift < 2; shift++) { /* cut at a whole character, wherever it falls */
		err_set(&e, ERR_USAGE, longest + 2 * (sizeof longest / 2) - 1200 - shift * 2,
			"%s%s", shift ? "a" : "", longest);
		assert_true(text_is_utf8(e.where, strlen(e.where)) && !strstr(e.where, "\ufffd"));
		assert_true(text_is_utf8(e.message, strlen(e.message)) &&
			    !strstr(e.message, "\ufffd"));
	}
	err_set(&e, ERR_DATA, "a\nb\033", "\"%s\"", "\xff\n");
	assert_string_equal("a\ufffdb\ufffd: \"\ufffd\ufffd\"", err_text(&e, text, sizeof text));
	for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
		assert_int_equal(statuses[i].status, err_exit_status(statuses[i].code));
}

static void memory(void **state)
{
	struct err e = { 0 };
	for (size_t n = 0; n < 70; n++) {
		unsigned char *p = mem_array(n, 1, &e);
		assert_non_null(p);
		assert_int_equal(0, (uintptr_t)p % 64);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(0, p[i]);
		free(p);
	}
	static const struct {
		size_t n, size;
	} too_much[] = { { SIZE_MAX / 2, 4 }, { SIZE_MAX, 1 }, { SIZE_MAX - 32, 1 } };
	for (size_t i = 0; i < sizeof too_much / sizeof too_much[0]; i++) {
		e.code = 0;
		assert_null(mem_array(too_much[i].n, too_much[i].size, &e));
		assert_int_equal(ERR_NOMEM, e.code);
	}
	assert_true(mem_available() > 1 << 20);
}

static void growing_array(void **state)
{
	int *array = NULL;
	size_t capacity = 0;
	struct err e = { 0 };
	for (size_t n = 0; n < 1000; n++) {
		assert_int_equal(0, mem_grow(&array, &capacity, n + 1, sizeof *array, &e));
		assert_true(capacity > n);
		array[n] = (int)n;
	}
	const size_t before = capacity;
	const int *same = array;
	assert_int_equal(ERR_NOMEM, mem_grow(&array, &capacity, SIZE_MAX / 2, sizeof *array, &e));
	assert_int_equal(before, capacity); /* nothing changed */
	assert_ptr_equal(same, array);
	for (int n = 0; n < 1000; n++)
		assert_int_equal(n, array[n]);
	free(array);
	char *copy = mem_text("kept", &e);
	assert_string_equal("kept", copy);
	free(copy);
}

static void clock_goes_on(void **state)
{
	double last = clock_seconds();
	for (int i = 0; i < 1000; i++) {
		double now = clock_seconds();
		assert_true(now >= last);
		last = now;
	}
}

/* ---- state -------------------------------------------------------------- */

static void state_follows_xdg(void **state)
{
	char path[64];
	setenv("HOME", "/home/me", 1);
	unsetenv("XDG_STATE_HOME");
	assert_string_equal(home_state("history", path, sizeof path),
			    "/home/me/.local/state/autorec/history");
	setenv("XDG_STATE_HOME", "/state", 1);
	assert_string_equal(home_state("history", path, sizeof path), "/state/autorec/history");
	setenv("XDG_STATE_HOME", "relative", 1);
	assert_string_equal(home_state("history", path, sizeof path),
			    "/home/me/.local/state/autorec/history");
	assert_null(home_state("history", path, 10));
	unsetenv("HOME");
	assert_null(home_state("history", path, sizeof path));
}

/* ---- intervals ---------------------------------------------------------- */

static void intervals(void **state)
{
	/* Tables of Student's t; the five values are the oracle's. */
	static const double rmse[] = { 0.8322, 0.8316, 0.8331, 0.8309, 0.8318 }, two[] = { 1, 3 };
	assert_true(fabs(interval_mean(rmse, 5) - 0.83192) < 1e-12);
	assert_true(fabs(interval_half_width_95(rmse, 5) - 0.0010064374154779932) < 1e-12);
	assert_true(fabs(interval_half_width_95(two, 2) - 12.706204736) < 1e-6);
	/* 47 degrees of freedom. */
	double many[48];
	for (int i = 0; i < 48; i++)
		many[i] = i % 2 ? 1 : -1;
	assert_true(fabs(interval_half_width_95(many, 48) * sqrt(47) - 2.0117405137) < 1e-8);
	assert_true(isnan(interval_half_width_95(rmse, 1)));
	assert_true(isnan(interval_mean(rmse, 0)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reals),
		cmocka_unit_test(integers),
		cmocka_unit_test(clean),
		cmocka_unit_test(clean_cuts_at_whole_characters),
		cmocka_unit_test(width_and_fit),
		cmocka_unit_test(tame_is_what_no_terminal_obeys),
		cmocka_unit_test(heads_end_with_whole_characters),
		cmocka_unit_test(code_points),
		cmocka_unit_test(find),
		cmocka_unit_test(distance_and_nearest),
		cmocka_unit_test(growing_text),
		cmocka_unit_test(thousands_are_grouped),
		cmocka_unit_test(known_numbers),
		cmocka_unit_test(streams_differ),
		cmocka_unit_test(distributions),
		cmocka_unit_test(errors),
		cmocka_unit_test(memory),
		cmocka_unit_test(growing_array),
		cmocka_unit_test(clock_goes_on),
		cmocka_unit_test(state_follows_xdg),
		cmocka_unit_test(intervals),
	};
	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
