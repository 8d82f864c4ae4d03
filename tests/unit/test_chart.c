/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/clock.h"
#include "autorec/ticks.h"
#include "chart.h"
#include "check.h"
#include "style.h"

enum { POINTS = 10000, SERIES = 3 };

static double x[POINTS], y[SERIES][POINTS];

static const struct chart none = {
	.x_name = "epoch", .best_x = NAN, .best_y = NAN, .crosshair = NAN
};

static struct canvas draw(enum glyphs glyphs, int rows, int columns, const struct chart *c,
			  struct chart_range *shown)
{
	struct canvas canvas = { .glyphs = glyphs };
	struct chart_range fresh = { 0 };
	assert_int_equal(canvas_resize(&canvas, rows, columns, NULL), 0);
	chart_draw(canvas_area(&canvas), c, shown ? shown : &fresh);
	return canvas;
}

static void assert_canvas(struct canvas *c, const char *expected)
{
	struct text out = { 0 };
	canvas_to_text(c, &out);
	if (strcmp(out.bytes, expected))
		fail_msg("drawn:\n%sexpected:\n%s", out.bytes, expected);
	text_done(&out);
	canvas_done(c);
}

static bool shows(struct canvas *c, const char *text)
{
	struct text out = { 0 };
	canvas_to_text(c, &out);
	bool found = strstr(out.bytes, text);
	text_done(&out);
	return found;
}

/* n points at x = 1 .. n, y[0] of them given, y[1] and y[2] above each other. */
static struct chart_series line(size_t n, int i, const char *label)
{
	for (size_t k = 0; k < n; k++)
		x[k] = (double)k + 1;
	return (struct chart_series){ x, y[i], n, STYLE_TRAIN + (unsigned)i, label, "tve"[i], 0 };
}

static void curve_is_drawn(void **state)
{
	static const double values[] = { 2, 2, 3, 4 };
	static const struct {
		enum glyphs glyphs;
		int rows, columns;
		const char *text;
	} cases[] = {
		{ GLYPHS_ASCII, 7, 22,
		  "4+                  tt\n"
		  " |               ttt\n"
		  "3+            ttt\n"
		  " |        tttt\n"
		  "2+tttttttt\n"
		  " +------+------------+\n"
		  "        2            4\n" },
		{ GLYPHS_BLOCK, 5, 20,
		  "4\u2524              \u2584\u2584\u2580\u2580\n"
		  "3\u2524          \u2584\u2584\u2580\u2580\n"
		  "2\u2524\u2584\u2584\u2584\u2584\u2584\u2584\u2584\u2584\u2580\u2580\n"
		  " \u2514\u2500\u2500\u2500\u2500\u2500\u2500\u252c\u2500\u2500\u2500\u2500\u2500"
		  "\u2500\u2500\u2500\u2500\u2500\u252c\n"
		  "        2          4\n" },
		{ GLYPHS_ASCII, 4, 4, "   t\n   t\n  t\ntt\n" }, /* too small for axes */
		{ GLYPHS_BRAILLE, 2, 4, "   \u285c\n\u28c0\u2860\u280a\n" },
		{ GLYPHS_BRAILLE, 1, 1, "\u2878\n" },
	};
	struct chart_series s = line(4, 0, NULL);
	struct chart c = none;
	c.series = &s;
	c.n_series = 1;
	memcpy(y[0], values, sizeof values);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct canvas canvas = draw(cases[i].glyphs, cases[i].rows, cases[i].columns, &c,
					    NULL);
		assert_canvas(&canvas, cases[i].text);
	}
}

static void no_points_draw_nothing(void **state)
{
	struct chart_series s = line(0, 0, "train");
	struct chart c = none;
	struct canvas canvas = draw(GLYPHS_ASCII, 2, 40, &c, NULL);
	assert_canvas(&canvas, "\n\n");
	c.series = &s;
	c.n_series = 1;
	canvas = draw(GLYPHS_ASCII, 2, 40, &c, NULL);
	assert_canvas(&canvas, "\n\n");
	s = line(1, 0, "train");
	y[0][0] = NAN;
	canvas = draw(GLYPHS_ASCII, 2, 40, &c, NULL);
	assert_canvas(&canvas, "\n\n");
}

static void not_a_number_is_a_gap(void **state)
{
	static const double values[][5] = { { 0, 0, NAN, 1, 1 },
					    { 0, 0, INFINITY, 1, 1 },
					    { 0, 0, -INFINITY, 1, 1 } };
	struct chart_series s = line(5, 0, NULL);
	struct chart c = none;
	c.series = &s;
	c.n_series = 1;
	for (size_t i = 0; i < 3; i++) {
		memcpy(y[0], values[i], sizeof values[i]);
		struct canvas canvas = draw(GLYPHS_ASCII, 2, 10, &c, NULL);
		assert_canvas(&canvas, "       ttt\nttt\n");
	}
}

/* One point among ten thousand, wherever it falls, reaches the top. */
static void spike_survives(void **state)
{
	static const size_t places[] = { 0, 1, 4999, 5000, 7777, POINTS - 1 };
	struct chart_series s = line(POINTS, 0, NULL);
	struct chart c = none;
	c.series = &s;
	c.n_series = 1;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		memset(y[0], 0, sizeof y[0]);
		y[0][places[i]] = 9;
		struct canvas canvas = draw(GLYPHS_ASCII, 4, 15, &c, NULL);
		int column = (int)((double)places[i] / (POINTS - 1) * 14 + 0.5), top = 0;
		for (int k = 0; k < 15; k++)
			top += canvas_code(canvas_area(&canvas), 0, k) == 't';
		if (top != 1 || canvas_code(canvas_area(&canvas), 0, column) != 't')
			fail_msg("spike at %zu: %d dots on top, expected one in column %d",
				 places[i], top, column);
		canvas_done(&canvas);
	}
}

static void range_grows_at_once_and_shrinks_slowly(void **state)
{
	struct chart_series s = line(2, 0, NULL);
	struct chart c = none;
	struct chart_range shown = { 0 };
	c.series = &s;
	c.n_series = 1;
	y[0][0] = 1;
	y[0][1] = 2;
	struct canvas canvas = draw(GLYPHS_ASCII, 4, 10, &c, &shown);
	canvas_done(&canvas);
	assert_true(shown.low == 1 && shown.high == 2);
	y[0][1] = 12;
	canvas = draw(GLYPHS_ASCII, 4, 10, &c, &shown);
	canvas_done(&canvas);
	assert_true(shown.low == 1 && shown.high == 12);
	y[0][1] = 2;
	canvas = draw(GLYPHS_ASCII, 4, 10, &c, &shown);
	canvas_done(&canvas);
	if (!(shown.low == 1 && shown.high > 10 && shown.high < 12))
		fail_msg("%g .. %g, expected 1 .. a little below 12", shown.low, shown.high);
	for (int i = 0; i < 100; i++) {
		canvas = draw(GLYPHS_ASCII, 4, 10, &c, &shown);
		canvas_done(&canvas);
	}
	if (!(shown.high >= 2 && shown.high < 2.01))
		fail_msg("%g .. %g, expected 1 .. 2", shown.low, shown.high);
}

static void ticks_are_round(void **state)
{
	static const struct {
		double low, high;
		int most;
		bool log;
		const char *text;
	} cases[] = {
		{ 0, 10, 5, false, "0 2 4 6 8 10" },
		{ 0.85, 1.1, 5, false, "0.85 0.90 0.95 1.00 1.05 1.10" },
		{ 0.9012, 0.9019, 3, false, "0.9015" },
		{ -1, 1, 4, false, "-1.0 -0.5 0.0 0.5 1.0" },
		{ 1, 250, 4, false, "100 200" },
		{ 0, 3e9, 3, false, "0 1e+09 2e+09 3e+09" },
		{ 0.9, 1.3, 4, true, "0.9 1.0 1.1 1.2 1.3" },
		{ 0.01, 100, 4, true, "0.01 0.1 1 10 100" },
		{ 0.5, 50, 8, true, "0.5 1 2 5 10 20 50" },
		{ 1e-8, 1e8, 4, true, "1e-08 0.0001 1 1e+04 1e+08" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ticks t = cases[i].log
					 ? ticks_log(cases[i].low, cases[i].high, cases[i].most)
					 : ticks_linear(cases[i].low, cases[i].high, cases[i].most,
							0);
		char all[256] = "", one[32];
		for (int k = 0; k < t.n; k++) {
			ticks_text(&t, k, one, sizeof one);
			snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", k ? " " : "",
				 one);
		}
		if (strcmp(all, cases[i].text))
			fail_msg("%g .. %g: %s, expected %s", cases[i].low, cases[i].high, all,
				 cases[i].text);
	}
}

/* Three lines that end together: every label shows, each in a row of its own. */
static void end_labels_never_overlap(void **state)
{
	static const char *const names[] = { "train", "valid", "test" };
	struct chart_series s[SERIES];
	struct chart c = none;
	c.series = s;
	c.n_series = SERIES;
	for (int rows = 5; rows < 20; rows++)
		for (int end = 0; end <= 10; end++) {
			for (int i = 0; i < SERIES; i++) {
				s[i] = line(50, i, names[i]);
				for (int k = 0; k < 50; k++)
					y[i][k] = k < 49 ? k % 11 : end;
			}
			struct canvas canvas = draw(GLYPHS_BRAILLE, rows, 50, &c, NULL);
			for (int i = 0; i < SERIES; i++)
				if (!shows(&canvas, names[i]))
					fail_msg("%d rows, end %d: no label \"%s\"", rows, end,
						 names[i]);
			canvas_done(&canvas);
		}
}

/* Lines that end in the same row: the highest value has the highest label, in whichever order the
 * lines are given. */
static void end_labels_stand_in_the_order_of_values(void **state)
{
	static const char *const names[] = { "high", "middle", "low" };
	static const int orders[][SERIES] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
					      { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
	struct chart_series s[SERIES];
	struct chart c = none;
	c.series = s;
	c.n_series = SERIES;
	for (size_t o = 0; o < sizeof orders / sizeof *orders; o++)
		for (int smooth = 0; smooth < 2; smooth++) {
			struct text out = { 0 };
			const char *at[SERIES];
			c.smoothing = 0.6 * smooth;
			for (int i = 0; i < SERIES; i++) {
				s[i] = line(50, i, names[orders[o][i]]);
				for (int k = 0; k < 50; k++)
					y[i][k] = 3.0 - k / 50.0 - 0.001 * orders[o][i];
			}
			struct canvas canvas = draw(GLYPHS_BRAILLE, 15, 50, &c, NULL);
			canvas_to_text(&canvas, &out);
			for (int i = 0; i < SERIES; i++)
				assert_non_null(at[i] = strstr(out.bytes, names[i]));
			if (at[0] > at[1] || at[1] > at[2])
				fail_msg("order %zu:\n%s", o, out.bytes);
			text_done(&out);
			canvas_done(&canvas);
		}
}

static void best_marks_and_crosshair_show(void **state)
{
	struct chart_series s[] = { line(100, 0, "train"), line(100, 1, "valid") };
	const struct chart_mark marks[] = { { 30, "lambda 500" },
					    { 31, "rate 0.1" },
					    { 500, "outside" } };
	struct chart c = none;
	for (int i = 0; i < 100; i++) {
		y[0][i] = 2 - 0.01 * i;
		y[1][i] = 2.1 - 0.01 * (i < 60 ? i : 120 - i);
	}
	c.series = s;
	c.n_series = 2;
	c.marks = marks;
	c.n_marks = 3;
	c.best_x = 61;
	c.best_y = y[1][60];
	struct canvas canvas = draw(GLYPHS_BRAILLE, 16, 60, &c, NULL);
	assert_true(shows(&canvas, "\u25cf"));
	assert_true(shows(&canvas, "\u250alambda 500"));
	assert_true(shows(&canvas, "\u250arate 0.1"));
	assert_false(shows(&canvas, "outside"));
	canvas_done(&canvas);
	c.crosshair = 50;
	canvas = draw(GLYPHS_ASCII, 16, 60, &c, NULL);
	assert_true(shows(&canvas, " epoch 50 train 1.5100 valid 1.6100"));
	assert_true(shows(&canvas, "o"));
	canvas_done(&canvas);
	canvas = draw(GLYPHS_ASCII, 16, 36, &c, NULL);
	assert_true(shows(&canvas, " @50 tr 1.5100 va 1.6100")); /* as many digits as ever */
	canvas_done(&canvas);
}

/* A label that does not fit to the right of its mark is drawn to the left. */
static void labels_of_marks_are_whole(void **state)
{
	struct chart_series s = line(100, 0, "train");
	struct chart c = none;
	for (int i = 0; i < 100; i++)
		y[0][i] = 2 - 0.01 * i;
	c.series = &s;
	c.n_series = 1;
	for (int epoch = 1; epoch < 100; epoch++) {
		const struct chart_mark mark = { epoch, "lambda 100" };
		c.marks = &mark;
		c.n_marks = 1;
		struct canvas canvas = draw(GLYPHS_BRAILLE, 18, 42, &c, NULL);
		if (!shows(&canvas, "lambda 100"))
			fail_msg("no label of the mark at epoch %d", epoch);
		canvas_done(&canvas);
	}
}

/* A single number on an axis would not give its scale. */
static void an_axis_has_two_numbers(void **state)
{
	static const struct {
		double low, high;
	} ranges[] = { { 0.73, 0.95 }, { 0.81, 0.89 }, { 0.4, 3.2 }, { 0.9, 1.1 }, { 2, 90 } };
	struct chart_series s = line(2, 0, NULL);
	struct chart c = none;
	c.series = &s;
	c.n_series = 1;
	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		for (int rows = 9; rows < 24; rows++)
			for (int log = 0; log < 2; log++) {
				int ticks = 0;
				y[0][0] = ranges[i].high;
				y[0][1] = ranges[i].low;
				c.log_y = log;
				struct canvas canvas = draw(GLYPHS_BRAILLE, rows, 40, &c, NULL);
				for (int row = 0; row < rows; row++)
					for (int column = 0; column < 40; column++)
						ticks += canvas_code(canvas_area(&canvas), row,
								     column) == 0x2524;
				if (ticks < 2)
					fail_msg("%g..%g, %d rows%s: %d ticks", ranges[i].low,
						 ranges[i].high, rows, log ? ", log" : "", ticks);
				canvas_done(&canvas);
			}
}

static void smoothing_keeps_the_raw_line(void **state)
{
	struct chart_series s = line(40, 0, NULL);
	struct chart c = none;
	int raw = 0, smooth = 0;
	for (int i = 0; i < 40; i++)
		y[0][i] = 5 + (i % 2 ? 1 : -1);
	c.series = &s;
	c.n_series = 1;
	c.smoothing = 0.9;
	struct canvas canvas = draw(GLYPHS_ASCII, 21, 40, &c, NULL);
	for (int row = 0; row < 19; row++)
		for (int column = 30; column < 40; column++) {
			const struct cell *cell = &canvas.cells[row * 40 + column];
			raw += cell->code[0] == '.' && cell->style == STYLE_DIM;
			smooth += cell->code[0] == 't' && cell->style == STYLE_TRAIN;
			if (cell->code[0] == 't')
				assert_in_range(row, 7, 11); /* near the mean, far from 4 and 6 */
		}
	assert_true(raw > 50);
	assert_true(smooth >= 10);
	/* Debiased: the first point is the first value, not a tenth of it. */
	assert_int_equal(canvas_code(canvas_area(&canvas), 18, 4), 't');
	canvas_done(&canvas);
}

static void log_axis_and_zoom(void **state)
{
	struct chart_series s = line(5, 0, NULL);
	struct chart c = none;
	struct chart_range shown = { .low = -1, .high = 1 };
	for (int i = 0; i < 5; i++)
		y[0][i] = pow(10, i);
	y[0][0] = 0; /* a gap */
	c.series = &s;
	c.n_series = 1;
	c.log_y = true;
	struct canvas canvas = draw(GLYPHS_ASCII, 4, 5, &c, &shown);
	assert_canvas(&canvas, "    t\n   t\n  t\n t\n");
	c.x_low = 2;
	c.x_high = 3;
	canvas = draw(GLYPHS_ASCII, 2, 4, &c, NULL);
	assert_canvas(&canvas, "  tt\ntt\n");
}

/* Sizes down to nothing and numbers beyond reason: nothing is drawn outside, nothing overflows. */
static void anything_can_be_drawn(void **state)
{
	static const double odd[] = { 0,   -0.0,     1e308,     -1e308, 1e-320,
				      NAN, INFINITY, -INFINITY, 1,      1 + 1e-16 };
	struct chart_series s = line(10, 0, "a label that is long");
	const struct chart_mark mark = { 4, "mark" };
	struct chart c = none;
	c.series = &s;
	c.n_series = 1;
	c.marks = &mark;
	c.n_marks = 1;
	c.crosshair = 5;
	memcpy(y[0], odd, sizeof odd);
	for (int i = 0; i < 8; i++)
		for (int rows = 0; rows < 12; rows++)
			for (int columns = 0; columns < 60; columns += 1 + columns / 4) {
				c.log_y = i & 1;
				c.smoothing = i & 2 ? 0.9 : 0;
				s.n = i & 4 ? 10 : 1;
				for (int g = GLYPHS_ASCII; g <= GLYPHS_BRAILLE; g++) {
					struct canvas canvas = draw((enum glyphs)g, rows, columns,
								    &c, NULL);
					chart_histogram(canvas_area(&canvas), odd, i, 0, 1,
							STYLE_BAR);
					chart_sparkline(canvas_area(&canvas), odd, (size_t)i,
							STYLE_BAR);
					chart_bar(canvas_area(&canvas), odd[i], -1, 1);
					chart_gauge(canvas_area(&canvas), odd[i], STYLE_BAR);
					canvas_done(&canvas);
				}
			}
}

static void long_runs_are_fast(void **state)
{
	struct chart_series s[SERIES];
	struct chart c = none;
	double best = INFINITY;
	for (int i = 0; i < SERIES; i++) {
		s[i] = line(POINTS, i, "label");
		for (int k = 0; k < POINTS; k++)
			y[i][k] = i + sin(k) / (1 + k * 0.001);
	}
	c.series = s;
	c.n_series = SERIES;
	for (int i = 0; i < 20; i++) {
		double began = clock_seconds();
		struct canvas canvas = draw(GLYPHS_BRAILLE, 45, 150, &c, NULL);
		best = fmin(best, clock_seconds() - began);
		canvas_done(&canvas);
	}
	print_message("# a chart of %d x %d points on 150 x 45: %.2f ms\n", SERIES, POINTS,
		      best * 1e3);
	assert_true(best < 0.1); /* a hundredth of a second and less is usual; sanitisers and busy
				    machines are slower */
}

static void histogram_has_columns(void **state)
{
	static const double counts[] = { 1, 2, 4, 0 };
	struct canvas c = { .glyphs = GLYPHS_BLOCK };
	assert_int_equal(canvas_resize(&c, 3, 8, NULL), 0);
	chart_histogram(canvas_area(&c), counts, 4, -1, 0.5, STYLE_BAR);
	assert_canvas(&c, "    \u2588\u2588\n\u2584\u2584\u2588\u2588\u2588\u2588\n-1   0.5\n");
	assert_int_equal(canvas_resize(&c, 1, 2, NULL), 0); /* two bins a column: the fuller one */
	c.glyphs = GLYPHS_ASCII;
	chart_histogram(canvas_area(&c), counts, 4, -1, 0.5, STYLE_BAR);
	assert_canvas(&c, "+@\n");
}

/* A constant is a line at half height, and 0 one at the bottom. */
static void a_constant_is_a_line(void **state)
{
	static const double constant[] = { 18, 18, 18 }, zero[] = { 0, 0, 0 };
	struct canvas c = { .glyphs = GLYPHS_BRAILLE };
	assert_int_equal(canvas_resize(&c, 2, 3, NULL), 0);
	chart_sparkline(area_at(canvas_area(&c), 0, 0, 1, 3), constant, 3, STYLE_BAR);
	chart_sparkline(area_at(canvas_area(&c), 1, 0, 1, 3), zero, 3, STYLE_BAR);
	assert_canvas(&c, "\u2585\u2585\u2585\n\u2581\u2581\u2581\n");
}

static void meters_show_their_values(void **state)
{
	static const double values[] = { 1, 2, NAN, 3 };
	struct canvas c = { .glyphs = GLYPHS_ASCII };
	struct area a;
	assert_int_equal(canvas_resize(&c, 7, 20, NULL), 0);
	a = canvas_area(&c);
	chart_sparkline(a, values, 4, STYLE_TRAIN);
	for (int i = 0; i < 4; i++)
		chart_bar(area_at(a, 1 + i, 0, 1, 9), (double[]){ -2, -1, 0, 1.5 }[i], -2, 2);
	chart_bar(area_at(a, 5, 0, 1, 9), 1, 0, 2);
	chart_gauge(area_at(a, 6, 0, 1, 18), 0.5, STYLE_BAR);
	assert_int_equal(c.cells[1 * 20].style, STYLE_NEGATIVE);
	assert_int_equal(c.cells[4 * 20 + 5].style, STYLE_POSITIVE);
	assert_canvas(&c, ".+ @\n####|\n  ##|\n    |\n    |###\n####\n[#####.....]  50 %\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(curve_is_drawn),
		cmocka_unit_test(no_points_draw_nothing),
		cmocka_unit_test(not_a_number_is_a_gap),
		cmocka_unit_test(spike_survives),
		cmocka_unit_test(range_grows_at_once_and_shrinks_slowly),
		cmocka_unit_test(ticks_are_round),
		cmocka_unit_test(end_labels_never_overlap),
		cmocka_unit_test(end_labels_stand_in_the_order_of_values),
		cmocka_unit_test(best_marks_and_crosshair_show),
		cmocka_unit_test(labels_of_marks_are_whole),
		cmocka_unit_test(an_axis_has_two_numbers),
		cmocka_unit_test(smoothing_keeps_the_raw_line),
		cmocka_unit_test(log_axis_and_zoom),
		cmocka_unit_test(anything_can_be_drawn),
		cmocka_unit_test(long_runs_are_fast),
		cmocka_unit_test(histogram_has_columns),
		cmocka_unit_test(a_constant_is_a_line),
		cmocka_unit_test(meters_show_their_values),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
