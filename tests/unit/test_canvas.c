/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "canvas.h"
#include "check.h"
#include "reply.h"
#include "style.h"
#include "typing.h"

static struct canvas make(enum glyphs glyphs, int rows, int columns)
{
	struct canvas c = { .glyphs = glyphs };
	assert_int_equal(canvas_resize(&c, rows, columns, NULL), 0);
	return c;
}

/* Compares the canvas with lines of text, and frees it. */
static void assert_canvas(struct canvas *c, const char *expected)
{
	struct text out = { 0 };
	canvas_to_text(c, &out);
	assert_string_equal(out.bytes ? out.bytes : "", expected);
	text_done(&out);
	canvas_done(c);
}

static void text_is_clipped(void **state)
{
	static const struct {
		int x, columns;
		const char *text, *row;
		int used;
	} cases[] = {
		{ 0, -1, "abc", "abc\n", 3 },
		{ 2, -1, "abcdefgh", "  abcd\n", 4 },
		{ 2, 2, "abcdefgh", "  ab\n", 2 },
		{ -2, -1, "abcd", "cd\n", 4 },
		{ 6, -1, "a", "\n", 0 },
		{ 99, -1, "a", "\n", 0 },
		{ -99, -1, "a", "\n", 1 },
		{ 0, -1, "\u5343\u3068", "\u5343\u3068\n", 4 },
		{ 3, -1, "\u5343\u3068", "   \u5343\n", 2 }, /* no half of a wide character */
		{ -1, -1, "\u5343a", " a\n", 3 },
		{ 0, -1, "e\u0301\u0302\u0303x", "e\u0301\u0302x\n", 2 }, /* two marks at most */
		{ 0, -1, "\u0301x", "x\n", 1 },                           /* a mark on nothing */
		{ 0, -1, "a\033[2J", "a\ufffd[2J\n", 5 },
		{ 0, -1,
		  "a\xc2\x9b"
		  "1m",
		  "a\ufffd1m\n", 4 },                             /* a C1 control sequence */
		{ 0, -1, "a\u202eb\u2066c\u200bd", "abcd\n", 4 }, /* overrides of direction */
		{ 0, -1, "\u2764\ufe0fx", "\u2764x\n", 2 },
		{ 0, -1, "a\xff\xc3", "a\ufffd\ufffd\n", 3 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct canvas c = make(GLYPHS_ASCII, 1, 6);
		int used = canvas_text(canvas_area(&c), 0, cases[i].x, cases[i].columns,
				       STYLE_NORMAL, cases[i].text);
		if (used != cases[i].used)
			fail_msg("case %zu: %d columns, expected %d", i, used, cases[i].used);
		assert_canvas(&c, cases[i].row);
	}
}

static void text_outside_is_nothing(void **state)
{
	struct canvas c = make(GLYPHS_ASCII, 2, 3);
	assert_int_equal(canvas_text(canvas_area(&c), -1, 0, -1, STYLE_NORMAL, "abc"), 0);
	assert_int_equal(canvas_text(canvas_area(&c), 2, 0, -1, STYLE_NORMAL, "abc"), 0);
	canvas_put(canvas_area(&c), 0, 3, STYLE_NORMAL, 'x');
	assert_int_equal(canvas_code(canvas_area(&c), 5, 5), 0);
	assert_canvas(&c, "\n\n");
}

static void half_a_wide_character_goes(void **state)
{
	static const struct {
		int x;
		const char *over, *row;
	} cases[] = {
		{ 0, "a", "a \u3068\n" },     { 1, "a", " a\u3068\n" }, { 2, "a", "\u5343a\n" },
		{ 1, "\u4e00", " \u4e00\n" }, { 3, "a", "\u5343 a\n" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct canvas c = make(GLYPHS_ASCII, 1, 4);
		canvas_text(canvas_area(&c), 0, 0, -1, STYLE_NORMAL, "\u5343\u3068");
		canvas_text(canvas_area(&c), 0, cases[i].x, -1, STYLE_NORMAL, cases[i].over);
		for (int x = 0; x < c.columns; x++) /* widths always fill the row */
			if (c.cells[x].width == 2)
				assert_int_equal(c.cells[++x].width, 0);
			else
				assert_int_equal(c.cells[x].width, 1);
		assert_canvas(&c, cases[i].row);
	}
}

static void areas_are_cut_and_clipped(void **state)
{
	struct canvas c = make(GLYPHS_ASCII, 10, 20);
	struct area a = canvas_area(&c), top = area_cut_top(&a, 1), bottom = area_cut_bottom(&a, 2),
		    left = area_cut_left(&a, 5), right = area_cut_right(&a, 99);
	const struct {
		struct area a;
		int y, x, rows, columns;
	} cases[] = {
		{ top, 0, 0, 1, 20 },
		{ bottom, 8, 0, 2, 20 },
		{ left, 1, 0, 7, 5 },
		{ right, 1, 5, 7, 15 },
		{ a, 1, 5, 7, 0 },
		{ area_at(right, 6, 14, 9, 9), 7, 19, 1, 1 },
		{ area_at(right, -2, -3, 4, 4), 1, 5, 2, 1 },
		{ area_at(right, 9, 0, 3, 3), 8, 5, 0, 3 },
		{ area_at(right, 0, 0, -1, -1), 1, 5, 0, 0 },
		{ area_at(right, 1, 1, 2147483647, 2147483647), 2, 6, 6, 14 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (cases[i].a.y != cases[i].y || cases[i].a.x != cases[i].x ||
		    cases[i].a.rows != cases[i].rows || cases[i].a.columns != cases[i].columns)
			fail_msg("case %zu: (%d, %d) %d x %d, expected (%d, %d) %d x %d", i,
				 cases[i].a.y, cases[i].a.x, cases[i].a.rows, cases[i].a.columns,
				 cases[i].y, cases[i].x, cases[i].rows, cases[i].columns);
	canvas_fill(area_at(right, 6, 12, 9, 9), STYLE_DIM, '#');
	assert_canvas(&c, "\n\n\n\n\n\n\n                 ###\n\n\n");
}

static void boxes_join(void **state)
{
	static const struct {
		enum glyphs glyphs;
		const char *text;
	} cases[] = {
		{ GLYPHS_ASCII, "+-RMSE--lin-+-----+\n|           |     |\n|           +-----+\n|  "
				"         |     |\n+-----------+-----+\n" },
		{ GLYPHS_BLOCK, "\u250c\u2500RMSE\u2500\u2500lin\u2500\u252c\u2500\u2500\u2500"
				"\u2500\u2500\u2510\n"
				"\u2502           \u2502     \u2502\n"
				"\u2502           \u251c\u2500\u2500\u2500\u2500\u2500\u2524\n"
				"\u2502           \u2502     \u2502\n"
				"\u2514\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500"
				"\u2500\u2534\u2500\u2500\u2500\u2500\u2500\u2518\n" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct canvas c = make(cases[i].glyphs, 5, 19);
		struct area all = canvas_area(&c), inside = canvas_box(area_at(all, 0, 0, 5, 13),
								       STYLE_DIM, "RMSE", "lin");
		canvas_box(area_at(all, 0, 12, 3, 7), STYLE_DIM, NULL, NULL);
		canvas_box(area_at(all, 2, 12, 3, 7), STYLE_DIM, NULL, NULL);
		assert_int_equal(inside.y * 1000 + inside.x * 100 + inside.rows * 10 +
					 inside.columns,
				 1000 + 100 + 30 + 11);
		assert_canvas(&c, cases[i].text);
	}
}

static void boxes_of_any_size_stay_inside(void **state)
{
	for (int rows = 0; rows < 5; rows++)
		for (int columns = 0; columns < 9; columns++) {
			struct canvas c = make(GLYPHS_BLOCK, rows, columns);
			struct area inside = canvas_box(canvas_area(&c), STYLE_DIM, "a long title",
							"note");
			assert_int_equal(inside.rows, rows >= 2 && columns >= 2 ? rows - 2 : 0);
			canvas_done(&c);
		}
}

static void dots_share_cells(void **state)
{
	static const struct {
		enum glyphs glyphs;
		int dots[3][2];
		const char *text;
	} cases[] = {
		{ GLYPHS_BRAILLE, { { 0, 0 }, { 3, 1 }, { 0, 2 } }, "\u2881\u2801\n" },
		{ GLYPHS_BRAILLE, { { 1, 3 }, { 2, 3 }, { 3, 2 } }, " \u2870\n" },
		{ GLYPHS_BLOCK, { { 0, 0 }, { 1, 0 }, { 1, 1 } }, "\u2588\u2584\n" },
		{ GLYPHS_ASCII, { { 0, 0 }, { 0, 0 }, { 0, 1 } }, "**\n" },
		{ GLYPHS_BRAILLE, { { -1, 0 }, { 4, 0 }, { 0, 4 } }, "\n" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct canvas c = make(cases[i].glyphs, 1, 2);
		for (int j = 0; j < 3; j++)
			canvas_dot(canvas_area(&c), cases[i].dots[j][0], cases[i].dots[j][1],
				   STYLE_TRAIN, '*');
		assert_canvas(&c, cases[i].text);
	}
}

static void dots_leave_text(void **state)
{
	struct canvas c = make(GLYPHS_BRAILLE, 1, 2);
	canvas_text(canvas_area(&c), 0, 0, -1, STYLE_NORMAL, "\u5343");
	canvas_dot(canvas_area(&c), 0, 0, STYLE_TRAIN, '*');
	canvas_dot(canvas_area(&c), 0, 3, STYLE_TRAIN, '*');
	assert_canvas(&c, "\u5343\n");
}

static void colors_are_chosen(void **state)
{
	static const struct {
		enum colors choice;
		const char *no_color;
		int available;
		enum colors expected;
	} cases[] = {
		{ COLORS_AUTO, NULL, 256, COLORS_256 },    { COLORS_AUTO, NULL, 8, COLORS_16 },
		{ COLORS_AUTO, NULL, 0, COLORS_NEVER },    { COLORS_AUTO, "1", 256, COLORS_NEVER },
		{ COLORS_AUTO, "", 256, COLORS_256 },      { COLORS_16, "1", 256, COLORS_16 },
		{ COLORS_NEVER, NULL, 256, COLORS_NEVER }, { COLORS_256, "1", 256, COLORS_256 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		enum colors got = style_colors(cases[i].choice, cases[i].no_color,
					       cases[i].available);
		if (got != cases[i].expected)
			fail_msg("case %zu: %d, expected %d", i, got, cases[i].expected);
	}
}

static void styles_have_looks(void **state)
{
	assert_int_equal(style_look(STYLE_TRAIN, COLORS_256, THEME_DARK).foreground, 74);
	assert_int_equal(style_look(STYLE_VALID, COLORS_256, THEME_DARK).foreground, 166);
	assert_int_equal(style_look(STYLE_TEST, COLORS_256, THEME_DARK).foreground, 36);
	for (unsigned role = 0; role < STYLE_ROLES; role++) {
		assert_int_equal(style_look(role, COLORS_NEVER, THEME_DARK).foreground, -1);
		assert_in_range(style_look(role, COLORS_16, THEME_DARK).foreground + 1, 0, 8);
	}
	assert_int_equal(
		style_look(STYLE_NORMAL | STYLE_REVERSE, COLORS_NEVER, THEME_DARK).attributes,
		STYLE_REVERSE);
	assert_int_not_equal(style_look(STYLE_ERROR, COLORS_NEVER, THEME_DARK).attributes, 0);
}

/* The luminance of a color of xterm's palette (WCAG 2.1; levels of xterm-256color). */
static double luminance(int color)
{
	static const int cube[] = { 0, 95, 135, 175, 215, 255 };
	static const int low[8][3] = { { 0, 0, 0 },     { 205, 0, 0 },    { 0, 205, 0 },
				       { 205, 205, 0 }, { 0, 0, 238 },    { 205, 0, 205 },
				       { 0, 205, 205 }, { 229, 229, 229 } };
	static const double share[3] = { 0.2126, 0.7152, 0.0722 };
	double sum = 0;
	for (int i = 0; i < 3; i++) {
		const int level = color < 8      ? low[color][i]
				  : color >= 232 ? 8 + 10 * (color - 232)
						 : cube[(color - 16) /
							(i == 0   ? 36
							 : i == 1 ? 6
								  : 1) %
							6];
		const double part = level / 255.0;
		sum += share[i] *
		       (part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4));
	}
	return sum;
}

/* Every role colors text somewhere, so each needs the contrast of text. */
static void themes_have_contrast(void **state)
{
	for (enum theme theme = THEME_DARK; theme <= THEME_LIGHT; theme++)
		for (enum colors colors = COLORS_16; colors <= COLORS_256; colors++)
			for (unsigned role = 0; role < STYLE_ROLES; role++) {
				const int color = style_look(role, colors, theme).foreground;
				const double back = theme == THEME_LIGHT ? 1 : 0;
				const double front = color < 0 ? 1 - back : luminance(color);
				const double contrast = (fmax(front, back) + 0.05) /
							(fmin(front, back) + 0.05);
				if (contrast < 4.5)
					fail_msg("theme %d, %s colors, role %u: color %d has "
						 "contrast %.2f",
						 (int)theme, colors == COLORS_16 ? "16" : "256",
						 role, color, contrast);
			}
	for (unsigned role = 0; role < STYLE_ROLES; role++)
		assert_int_equal(style_look(role, COLORS_256, THEME_MONO).foreground, -1);
}

static void the_terminal_chooses_the_theme(void **state)
{
	static const struct {
		const char *reply;
		enum theme theme;
	} cases[] = {
		{ "\033]11;rgb:0000/0000/0000\007", THEME_DARK },
		{ "\033]11;rgb:ffff/ffff/ffff\033\\", THEME_LIGHT },
		{ "\033]11;rgb:fd/f6/e3\007", THEME_LIGHT },
		{ "\033]11;rgb:0000/0000/ffff\007", THEME_DARK }, /* blue is dark */
		{ "\033[?997;1n", THEME_DARK },
		{ "\033[?997;2n", THEME_LIGHT },
		{ "\033]11;rgb:zz/00/00\007", THEME_AUTO },
		{ "\033]11;rgb:ff//\007", THEME_AUTO },
		{ "\033[12;40R", THEME_AUTO },
		{ "", THEME_AUTO },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (reply_theme(cases[i].reply) != cases[i].theme)
			fail_msg("case %zu: %d, expected %d", i, (int)reply_theme(cases[i].reply),
				 (int)cases[i].theme);
}

static void typed_bytes_become_characters(void **state)
{
	static const struct {
		const char *bytes;
		bool alt;
		uint32_t code;
		const char *out;
	} cases[] = {
		{ "a", false, 'a', "a" },
		{ "\004", false, 4, "\004" },
		{ "\u00e9", false, 0xe9, "\u00e9" },
		{ "\u5343", false, 0x5343, "\u5343" },
		{ "x", true, 'x', "\033x" },
		{ "\u00e9", true, 0xe9, "\033\u00e9" },
		{ "\U0001f600", false, 0x1f600, "\U0001f600" },
		{ "\xff", false, 0xfffd, "\xff" }, /* no UTF-8: the bytes as they are */
		{ "\xed\xa0\x80", false, 0xfffd, "\xed\xa0\x80" },
		{ "\xc2\x9b", false, 0, "" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct typing t = { 0 };
		struct event event = { 0 };
		bool whole = false;
		for (const char *b = cases[i].bytes; *b; b++) {
			assert_false(whole);
			event = (struct event){ 0 };
			whole = typing_byte(&t, (unsigned char)*b, cases[i].alt, &event);
		}
		if (whole != (cases[i].code != 0) ||
		    (whole && (event.code != cases[i].code || strcmp(event.bytes, cases[i].out))))
			fail_msg("case %zu: U+%04x, expected U+%04x", i, (unsigned)event.code,
				 (unsigned)cases[i].code);
		typing_done(&t);
	}
}

static void half_a_character_is_not_lost(void **state)
{
	struct typing t = { 0 };
	struct event event = { 0 };
	assert_false(typing_byte(&t, 0xe9, false, &event));
	assert_false(typing_is_broken_by(&t, 0xa9));
	assert_true(typing_is_broken_by(&t, 'a'));
	assert_true(typing_is_broken_by(&t, 0x102)); /* a key of ncurses */
	assert_true(typing_break(&t, &event));
	assert_int_equal(event.code, 0xfffd);
	assert_string_equal(event.bytes, "\xe9");
	assert_false(typing_is_broken_by(&t, 'a'));
	assert_true(typing_byte(&t, 'a', false, &event));
	assert_string_equal(event.bytes, "a");
	typing_done(&t);
}

static void paste_is_gathered(void **state)
{
	struct typing t = { 0 };
	struct event event = { 0 };
	typing_paste_begin(&t, 10);
	for (const char *b = "a\r\xc3\xa9"; *b; b++)
		assert_true(typing_paste_byte(&t, (unsigned char)*b, 10.5));
	assert_true(typing_paste_end(&t, &event));
	assert_int_equal(event.type, EVENT_PASTE);
	assert_string_equal(event.text, "a\n\u00e9");
	typing_paste_begin(&t, 20);
	assert_false(typing_paste_byte(&t, 'x', 22)); /* its end was lost: this is typed */
	assert_false(typing_paste_end(&t, &event));
	typing_done(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_clipped),
		cmocka_unit_test(text_outside_is_nothing),
		cmocka_unit_test(half_a_wide_character_goes),
		cmocka_unit_test(areas_are_cut_and_clipped),
		cmocka_unit_test(boxes_join),
		cmocka_unit_test(boxes_of_any_size_stay_inside),
		cmocka_unit_test(dots_share_cells),
		cmocka_unit_test(dots_leave_text),
		cmocka_unit_test(colors_are_chosen),
		cmocka_unit_test(styles_have_looks),
		cmocka_unit_test(themes_have_contrast),
		cmocka_unit_test(the_terminal_chooses_the_theme),
		cmocka_unit_test(typed_bytes_become_characters),
		cmocka_unit_test(half_a_character_is_not_lost),
		cmocka_unit_test(paste_is_gathered),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
