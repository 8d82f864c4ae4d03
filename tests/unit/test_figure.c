/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tables and figures as files: what a spreadsheet, a parser of JSON and one of XML read. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "autorec/csv.h"
#include "autorec/figure.h"
#include "autorec/num.h"
#include "autorec/table.h"
#include "autorec/text.h"
#include "check.h"
#include "sample.h"
#include "scratch.h"

static void save_table(const char *name, const json_t *table, bool guard)
{
	char path[512];
	struct err e = { 0 };
	must(table_save(scratch_path(name, path, sizeof path), table, guard, &e), &e);
}

static void save_figure(const char *name, const struct figure *f)
{
	char path[512];
	struct err e = { 0 };
	must(figure_save(scratch_path(name, path, sizeof path), f, &e), &e);
}

/* ---- tables ------------------------------------------------------------- */

static void numbers_read_back_the_same(void **state)
{
	static const struct {
		double x;
		const char *text;
	} cases[] = {
		{ 3, "3" },
		{ 0.1, "0.1" },
		{ (double)3.53f, "3.53" },
		{ (double)16777216.f, "16777216" },
		{ 1.0 / 3, "0.3333333333333333" },
		{ 1e6, "1000000" },
		{ -123456789012, "-123456789012" },
		{ 1e300, "1e+300" },
		{ -0.5, "-0.5" },
		{ 0.1 + 0.2, "0.30000000000000004" },
		{ 123456.789, "123456.789" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char text[NUM_TEXT];
		double back;
		num_text(cases[i].x, text);
		assert_true(num_parse_real(text, strlen(text), &back));
		if (cases[i].x == (double)(float)cases[i].x ? (float)back != (float)cases[i].x
							    : back != cases[i].x)
			fail_msg("%.17g became %s", cases[i].x, text);
		if (strcmp(text, cases[i].text))
			fail_msg("%.17g became %s, expected %s", cases[i].x, text, cases[i].text);
	}
}

static void csv_is_rfc_4180(void **state)
{
	static const struct {
		const char *cell;
		bool guard;
		const char *written;
	} cases[] = {
		{ "plain", false, "plain" },
		{ "a,b", false, "\"a,b\"" },
		{ "say \"so\"", false, "\"say \"\"so\"\"\"" },
		{ "two\nlines", false, "\"two\nlines\"" },
		{ "", true, "" },
		{ "=1+1", false, "=1+1" },
		{ "=1+1", true, "\"'=1+1\"" },
		{ "-5 \"x\"", true, "\"'-5 \"\"x\"\"\"" },
		{ "@a", true, "\"'@a\"" },
		{ "+a", true, "\"'+a\"" },
		{ "a=1", true, "a=1" },
		{ "Amélie, 東京", true, "\"Amélie, 東京\"" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *bytes = NULL;
		size_t length;
		FILE *f = open_memstream(&bytes, &length);
		csv_text(f, cases[i].cell, cases[i].guard);
		fclose(f);
		assert_string_equal(bytes, cases[i].written);
		free(bytes);
	}
}

static void a_table_has_a_column_for_each_name(void **state)
{
	json_t *rows = json_pack("[{s:s, s:i, s:f, s:n}, {s:s, s:b, s:[i,i]}]", "id", "7", "n", -3,
				 "x", 0.25, "none", "id", "=8", "dead", 1, "list", 1, 2);
	save_table("t.csv", rows, true);
	assert_string_equal(
		scratch_text("t.csv"),
		"id,n,x,none,dead,list\r\n7,-3,0.25,,,\r\n\"'=8\",,,,true,\"[1,2]\"\r\n");
	json_t *table = json_pack("{s:s, s:O}", "user", "1", "rows", rows);
	save_table("t.CSV", table, true);
	assert_non_null(strstr(scratch_text("t.CSV"), "7,-3,0.25"));
	save_table("t.json", table, false);
	json_t *back = json_loads(scratch_text("t.json"), 0, NULL);
	assert_true(json_equal(back, table));
	json_decref(back);
	json_decref(table);
	json_decref(rows);
}

static void a_table_without_rows_is_empty(void **state)
{
	json_t *rows = json_array();
	save_table("empty.csv", rows, false);
	assert_string_equal(scratch_text("empty.csv"), "\r\n");
	json_decref(rows);
}

static void another_ending_is_refused(void **state)
{
	char path[512];
	struct err e = { 0 };
	json_t *rows = json_array();
	assert_int_equal(table_save(scratch_path("t.xls", path, sizeof path), rows, false, &e),
			 ERR_USAGE);
	assert_string_equal(e.message,
			    "is not a name for a table; expected one that ends in .csv or .json");
	assert_int_equal(access(path, F_OK), -1);
	json_decref(rows);
}

/* ---- figures ------------------------------------------------------------ */

/* Is it XML, as far as what we write goes: elements that nest and end, attributes in quotes,
 * entities, characters? */
static void check_xml(const char *name, const char *xml)
{
	const char *open[64];
	size_t depth = 0;
	assert_true(text_is_utf8(xml, strlen(xml)));
	for (const char *p = xml; *p; p++) {
		if ((unsigned char)*p < 0x20 && *p != '\n')
			fail_msg("%s has control byte %d", name, *p);
		if (*p == '&' && strncmp(p, "&amp;", 5) && strncmp(p, "&lt;", 4) &&
		    strncmp(p, "&gt;", 4) && strncmp(p, "&quot;", 6))
			fail_msg("%s has a bare &: %.20s", name, p);
		if (*p != '<' || p[1] == '?')
			continue;
		const char *end = strchr(p, '>');
		assert_non_null(end);
		if (p[1] == '/') {
			assert_true(depth > 0);
			depth--;
			if (strncmp(open[depth], p + 2, (size_t)(end - p - 2)))
				fail_msg("%s: <%.10s> ends as %.12s", name, open[depth], p);
		} else if (end[-1] != '/') {
			assert_true(depth < 64);
			open[depth++] = p + 1;
		}
		size_t quotes = 0;
		for (; p < end; p++)
			quotes += *p == '"';
		assert_int_equal(quotes % 2, 0);
	}
	assert_int_equal(depth, 0);
	assert_null(strstr(xml, "nan"));
	assert_null(strstr(xml, "inf"));
}

static const double k[] = { 10, 20, 50, 100, 200, 500 },
		    rmse[] = { 0.871, 0.862, 0.8499, 0.842, 0.8361, 0.8314 };
static const double half[] = { 0.002, 0.0018, NAN, 0.0021, 0, 0.0019 };

static void lines_have_axes_legend_and_error_bars(void **state)
{
	static const char *const texts[] = { ">hidden units k<", ">test RMSE<", ">ML-1M<",
					     ">0.84<",           ">400<",       ">I-AutoRec<" };
	const struct figure_series series[] = { { "I-AutoRec", k, rmse, half, 6, true },
						{ "U-AutoRec", k, half, NULL, 6, false } };
	const struct figure f = { .title = "ML-1M",
				  .x_title = "hidden units k",
				  .y_title = "test RMSE",
				  .series = series,
				  .n_series = 1 };
	save_figure("k.svg", &f);
	const char *xml = scratch_text("k.svg");
	check_xml("k.svg", xml);
	assert_int_equal(count_in(xml, "<circle"), 7); /* a dot each, and the legend's */
	assert_int_equal(count_in(xml, "class=\"e s0\""),
			 3 * 4); /* a bar and two caps where there is a width */
	for (size_t i = 0; i < 6; i++)
		assert_non_null(strstr(xml, texts[i]));
	struct figure log = f;
	log.log_x = log.log_y = true;
	log.n_series = 2;
	log.theme = FIGURE_AUTO;
	save_figure("log.svg", &log);
	xml = scratch_text("log.svg");
	check_xml("log.svg", xml);
	assert_non_null(strstr(xml, "prefers-color-scheme:dark"));
	assert_non_null(strstr(xml, ">50<"));
}

/* Points that cannot be drawn are gaps, and a range that is none is given one. */
static void any_numbers_make_a_figure(void **state)
{
	static const double x[] = { 0, 1, 2, 3 };
	static const double ys[][4] = { { NAN, NAN, NAN, NAN },
					{ 1, 1, 1, 1 },
					{ 0, 0, 0, 0 },
					{ -1, 1.5e308, 1e300, -1.5e308 },
					{ -1, INFINITY, 1e300, -1e300 },
					{ 1e-300, 0, NAN, 5 },
					{ 3.5, NAN, 3.6, 3.7 } };
	for (size_t i = 0; i < sizeof ys / sizeof ys[0]; i++)
		for (int n = 0; n <= 4; n++)
			for (int log = 0; log < 2; log++) {
				const struct figure_series s = { "a",  x,         ys[i],
								 NULL, (size_t)n, true };
				const struct figure_mark marks[] = { { 1, "one" },
								     { NAN, "none" },
								     { 2, "two" } };
				const struct figure f = { .series = &s,
							  .n_series = 1,
							  .log_y = log,
							  .log_x = log,
							  .marks = marks,
							  .n_marks = 3 };
				save_figure("any.svg", &f);
				check_xml("any.svg", scratch_text("any.svg"));
			}
	assert_int_equal(count_in(scratch_text("any.svg"), "<circle"),
			 1 + 2); /* the last: logarithmic, so x = 0 is a gap, and so is NaN */
}

static void a_long_run_is_a_small_file_that_keeps_its_spike(void **state)
{
	enum { N = 200000 };
	static double x[N], y[N];
	for (int i = 0; i < N; i++) {
		x[i] = i;
		y[i] = 1 + 0.1 * (i % 2) + (i == 77777 ? 3 : 0);
	}
	const struct figure_series s = { "long", x, y, NULL, N, false };
	const struct figure f = { .series = &s, .n_series = 1 };
	save_figure("long.svg", &f);
	const char *xml = scratch_text("long.svg");
	check_xml("long.svg", xml);
	assert_in_range(strlen(xml), 10000, 150000);
	assert_int_equal(count_in(xml, ">4.0<"), 1); /* the axis goes up to it */
	double highest = 1e9;                        /* in pixels, from the top */
	for (const char *p = strstr(xml, "class=\"l s0\" d=\"M");
	     (p = strpbrk(p + 1, "LM<")) && *p != '<';) {
		double px, py;
		if (sscanf(p + 1, "%lf %lf", &px, &py) == 2)
			highest = fmin(highest, py);
	}
	assert_true(highest < 80);
}

static void hostile_texts_are_harmless(void **state)
{
	static const char *const texts[] = { "<script>alert(1)</script>",
					     "a & b \"c\" 'd'",
					     "\x1b[31mred\x07",
					     "\xff\xfe bad",
					     "]]>",
					     "\xef\xbf\xbf",
					     "\xe2\x80\xae reversed" };
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		const char *const names[] = { texts[i], "b" };
		const float value[] = { 0, 0.5f, 1, NAN };
		const struct figure_series s = { texts[i], k, rmse, half, 6, true };
		const struct figure_mark mark = { 100, texts[i] };
		const struct figure_cells c = { .value = value,
						.rows = 2,
						.columns = 2,
						.high = 1,
						.names = names,
						.scale_title = texts[i] };
		struct figure f = { .title = texts[i],
				    .note = texts[i],
				    .x_title = texts[i],
				    .y_title = texts[i],
				    .series = &s,
				    .n_series = 1,
				    .marks = &mark,
				    .n_marks = 1,
				    .best = { 10, 0.871, texts[i] } };
		save_figure("hostile.svg", &f);
		check_xml(texts[i], scratch_text("hostile.svg"));
		assert_null(strstr(scratch_text("hostile.svg"), "<script"));
		assert_null(strstr(scratch_text("hostile.svg"), "\xef\xbf\xbf"));
		assert_null(strstr(scratch_text("hostile.svg"), "\xe2\x80\xae"));
		f.cells = &c;
		save_figure("hostile.svg", &f);
		check_xml(texts[i], scratch_text("hostile.svg"));
	}
}

static void bars_stand_for_their_counts(void **state)
{
	static const double counts[] = { 0, 10, 40, 20 };
	const struct figure_bars b = { -1, 1, counts, 4 };
	const struct figure f = { .x_title = "activation", .y_title = "items", .bars = &b };
	double height[3], x;
	save_figure("bars.svg", &f);
	const char *p = scratch_text("bars.svg");
	check_xml("bars.svg", p);
	assert_int_equal(count_in(p, "<rect class=\"f0\""), 3); /* nothing for 0 */
	for (int i = 0; i < 3; i++) {
		p = strstr(p, "<rect class=\"f0\"") + 1;
		assert_int_equal(sscanf(strstr(p, "x="), "x=\"%lf\"", &x), 1);
		assert_int_equal(sscanf(strstr(p, "height="), "height=\"%lf\"", &height[i]), 1);
	}
	assert_true(fabs(height[1] - 4 * height[0]) < 0.05 &&
		    fabs(height[2] - 2 * height[0]) < 0.05);
}

/* Every cell is in one path of its colour; runs are one rectangle. */
static void cells_are_coloured_by_their_values(void **state)
{
	const float value[] = { 0, 0, 0, 1, 0.5f, 0.5f, 1, NAN };
	const struct figure_cells c = {
		.value = value, .rows = 2, .columns = 4, .low = 0, .high = 1
	};
	const struct figure f = { .x_title = "unit", .cells = &c };
	save_figure("cells.svg", &f);
	const char *xml = scratch_text("cells.svg");
	check_xml("cells.svg", xml);
	const char *group = strstr(xml, "crispEdges"), *end = strstr(group, "</g>");
	size_t paths = 0, runs = 0;
	for (const char *p = group; p < end; p++) {
		paths += !strncmp(p, "<path", 5);
		runs += *p == 'z';
	}
	assert_int_equal(paths, 3);
	assert_int_equal(runs, 4);
}

/* ---- failures ----------------------------------------------------------- */

static void a_failure_leaves_the_old_file(void **state)
{
	char path[512], folder[512];
	struct rlimit old, small;
	struct err e = { 0 };
	const struct figure_series s = { "a", k, rmse, half, 6, true };
	const struct figure f = { .series = &s, .n_series = 1 };
	scratch_empty();
	scratch_write("f.svg", "old", 3);
	scratch_path("f.svg", path, sizeof path);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 100;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	int status = figure_save(path, &f, &e);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(status, ERR_IO);
	assert_string_equal(e.where, path);
	assert_string_equal(scratch_text("f.svg"), "old");
	assert_int_equal(figure_save("/dev/full", &f, &e), ERR_IO);
	assert_string_equal(e.message, "is a device, expected a file");
	assert_int_equal(figure_save(scratch_path("no/where.svg", folder, sizeof folder), &f, &e),
			 ERR_IO);
	assert_int_equal(remove(path), 0);
	assert_int_equal(rmdir(scratch), 0); /* there is no other file */
	assert_int_equal(mkdir(scratch, 0755), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_read_back_the_same),
		cmocka_unit_test(csv_is_rfc_4180),
		cmocka_unit_test(a_table_has_a_column_for_each_name),
		cmocka_unit_test(a_table_without_rows_is_empty),
		cmocka_unit_test(another_ending_is_refused),
		cmocka_unit_test(lines_have_axes_legend_and_error_bars),
		cmocka_unit_test(any_numbers_make_a_figure),
		cmocka_unit_test(a_long_run_is_a_small_file_that_keeps_its_spike),
		cmocka_unit_test(hostile_texts_are_harmless),
		cmocka_unit_test(bars_stand_for_their_counts),
		cmocka_unit_test(cells_are_coloured_by_their_values),
		cmocka_unit_test(a_failure_leaves_the_old_file),
	};
	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
