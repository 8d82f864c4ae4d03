/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "canvas.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <utf8proc.h>

#include "autorec/mem.h"
#include "style.h"

enum { LONGEST_TEXT = 1024, REPLACEMENT = 0xfffd, VARIATION_SELECTOR = 0xfe00 };

static const struct cell blank = { .code = { ' ' }, .width = 1 };

int canvas_resize(struct canvas *c, int rows, int columns, struct err *e)
{
	rows = rows > 0 ? rows : 0;
	columns = columns > 0 ? columns : 0;
	/* One more than needed, so that an empty canvas has an address too. */
	if (mem_grow(&c->cells, &c->capacity, (size_t)rows * (size_t)columns + 1, sizeof *c->cells,
		     e) < 0)
		return ERR_NOMEM;
	c->rows = rows;
	c->columns = columns;
	canvas_clear(c);
	return 0;
}

void canvas_clear(struct canvas *c)
{
	for (size_t i = 0; i < (size_t)c->rows * (size_t)c->columns; i++)
		c->cells[i] = blank;
}

void canvas_done(struct canvas *c)
{
	free(c->cells);
	*c = (struct canvas){ .glyphs = c->glyphs };
}

static bool is_blank_cell(const struct cell *cell)
{
	return cell->code[0] == ' ' && !cell->code[1];
}

void canvas_to_text(const struct canvas *c, struct text *out)
{
	for (int y = 0; y < c->rows; y++) {
		const struct cell *row = c->cells + (size_t)y * (size_t)c->columns;
		int n = c->columns;
		while (n > 0 && is_blank_cell(&row[n - 1]))
			n--;
		for (int x = 0; x < n; x++)
			for (int i = 0; i < CELL_CODES && row[x].code[i]; i++) {
				char bytes[5];
				text_add(out, bytes, (size_t)text_encode(row[x].code[i], bytes));
			}
		text_add(out, "\n", 1);
	}
}

struct area canvas_area(struct canvas *c)
{
	return (struct area){ .canvas = c, .rows = c->rows, .columns = c->columns };
}

/* Clips [*start, *start + *length) to [0, size). */
static void clip(int *start, int *length, int size)
{
	long from = *start > 0 ? *start : 0, to = (long)*start + (*length > 0 ? *length : 0);
	to = to < size ? to : size;
	from = from < size ? from : size;
	*start = (int)from;
	*length = to > from ? (int)(to - from) : 0;
}

struct area area_at(struct area a, int y, int x, int rows, int columns)
{
	clip(&y, &rows, a.rows);
	clip(&x, &columns, a.columns);
	return (struct area){ a.canvas, a.y + y, a.x + x, rows, columns };
}

static int at_most(int n, int most)
{
	return n < 0 ? 0 : n < most ? n : most;
}

struct area area_cut_top(struct area *a, int n)
{
	struct area cut = area_at(*a, 0, 0, n, a->columns);
	*a = area_at(*a, cut.rows, 0, a->rows - cut.rows, a->columns);
	return cut;
}

struct area area_cut_bottom(struct area *a, int n)
{
	n = at_most(n, a->rows);
	struct area cut = area_at(*a, a->rows - n, 0, n, a->columns);
	a->rows -= n;
	return cut;
}

struct area area_cut_left(struct area *a, int n)
{
	struct area cut = area_at(*a, 0, 0, a->rows, n);
	*a = area_at(*a, 0, cut.columns, a->rows, a->columns - cut.columns);
	return cut;
}

struct area area_cut_right(struct area *a, int n)
{
	n = at_most(n, a->columns);
	struct area cut = area_at(*a, 0, a->columns - n, a->rows, n);
	a->columns -= n;
	return cut;
}

static struct cell *cell_at(struct area a, int y, int x)
{
	if (y < 0 || x < 0 || y >= a.rows || x >= a.columns)
		return NULL;
	return &a.canvas->cells[(size_t)(a.y + y) * (size_t)a.canvas->columns + (size_t)(a.x + x)];
}

/* Puts a character into a cell.  If that leaves half of a wide character beside it, blanks the
 * half. */
static void set_cell(struct area a, int y, int x, unsigned style, uint32_t code, int width)
{
	struct cell *cell = cell_at(a, y, x);
	struct cell *left = cell - (a.x + x > 0), *right = cell + width;
	if (cell->width == 0)
		left->code[0] = ' ', left->code[1] = 0, left->width = 1;
	if (a.x + x + width < a.canvas->columns && right->width == 0)
		right->code[0] = ' ', right->width = 1;
	*cell = (struct cell){ .code = { code },
			       .style = (uint16_t)style,
			       .width = (uint8_t)width };
	if (width == 2)
		cell[1] = (struct cell){ .style = (uint16_t)style };
}

static void add_mark(struct cell *cell, uint32_t mark)
{
	for (int i = 1; i < CELL_CODES; i++)
		if (!cell->code[i]) {
			cell->code[i] = mark;
			return;
		}
}

/* The treatment of a code point without a width.  A mark is combined.  A control character is shown
 * as U+FFFD.  A format character (joiner, bidirectional override, emoji variant) is removed,
 * because terminals disagree on its width. */
enum zero_width { COMBINES, SHOWS, VANISHES };

static enum zero_width zero_width_kind(uint32_t code)
{
	switch (utf8proc_category((utf8proc_int32_t)code)) {
	case UTF8PROC_CATEGORY_CC: return SHOWS;
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP: return VANISHES;
	default: return (code & ~0xfu) == VARIATION_SELECTOR ? VANISHES : COMBINES;
	}
}

int canvas_text(struct area a, int y, int x, int columns, unsigned style, const char *utf8)
{
	int end = columns < 0 || columns > a.columns - x ? a.columns : x + columns, start = x;
	struct cell *last = NULL;
	if (y < 0 || y >= a.rows)
		return 0;
	for (uint32_t code; (code = text_next(&utf8));) {
		int width = text_columns(code);
		enum zero_width kind = width ? SHOWS : zero_width_kind(code);
		if (kind == COMBINES && last)
			add_mark(last, code);
		if (kind != SHOWS)
			continue;
		if (!width)
			code = REPLACEMENT, width = 1;
		if (x + width > end)
			break;
		if (x >= 0) {
			set_cell(a, y, x, style, code, width);
			last = cell_at(a, y, x);
		}
		x += width;
	}
	return x > start ? x - start : 0;
}

int canvas_textf(struct area a, int y, int x, unsigned style, const char *format, ...)
{
	char text[LONGEST_TEXT];
	va_list ap;
	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	return canvas_text(a, y, x, -1, style, text);
}

int canvas_text_right(struct area a, int y, unsigned style, const char *utf8)
{
	int x = a.columns - text_width(utf8);
	return canvas_text(a, y, x > 0 ? x : 0, -1, style, utf8);
}

void canvas_put(struct area a, int y, int x, unsigned style, uint32_t code)
{
	if (cell_at(a, y, x))
		set_cell(a, y, x, style, code, 1);
}

uint32_t canvas_code(struct area a, int y, int x)
{
	const struct cell *cell = cell_at(a, y, x);
	return cell ? cell->code[0] : 0;
}

void canvas_fill(struct area a, unsigned style, uint32_t code)
{
	for (int y = 0; y < a.rows; y++)
		for (int x = 0; x < a.columns; x++)
			set_cell(a, y, x, style, code, 1);
}

void canvas_restyle(struct area a, unsigned style)
{
	for (int y = 0; y < a.rows; y++)
		for (int x = 0; x < a.columns; x++)
			cell_at(a, y, x)->style = (uint16_t)style;
}

/* Returns the column after the text at (y, x), or -1 if another text stands there. */
static int end_of_match(struct area a, int y, int x, const char *text)
{
	for (uint32_t code; (code = text_next(&text)); x += cell_at(a, y, x)->width) {
		const uint32_t there = canvas_code(a, y, x);
		if (!there || text_plain_letter(there) != text_plain_letter(code))
			return -1;
	}
	return x;
}

void canvas_mark(struct area a, unsigned attributes, const char *text)
{
	for (int y = 0; y < a.rows && text[0]; y++)
		for (int x = 0; x < a.columns; x++)
			for (int end = end_of_match(a, y, x, text); x < end; x++)
				cell_at(a, y, x)->style |= (uint16_t)attributes;
}

/* A line character is described by the sides of the cell that it touches, so that lines join where
 * they meet. */
enum side { UP = 1, DOWN = 2, LEFT = 4, RIGHT = 8, N_LINES = 16 };

static const uint16_t line_of_sides[2][N_LINES] = {
	{ ' ', '|', '|', '|', '-', '+', '+', '+', '-', '+', '+', '+', '-', '+', '+', '+' },
	{ ' ', 0x2575, 0x2577, 0x2502, 0x2574, 0x2518, 0x2510, 0x2524, 0x2576, 0x2514, 0x250c,
	  0x251c, 0x2500, 0x2534, 0x252c, 0x253c },
};

static unsigned sides_of_line(const uint16_t *lines, uint32_t code)
{
	for (unsigned sides = N_LINES - 1; sides > 0; sides--)
		if (lines[sides] == code)
			return sides;
	return 0;
}

static void add_line(struct area a, int y, int x, unsigned style, unsigned sides)
{
	const uint16_t *lines = line_of_sides[a.canvas->glyphs > GLYPHS_ASCII];
	canvas_put(a, y, x, style, lines[sides | sides_of_line(lines, canvas_code(a, y, x))]);
}

static void draw_frame(struct area a, unsigned style)
{
	int bottom = a.rows - 1, right = a.columns - 1;
	for (int x = 0; x < a.columns; x++) {
		unsigned across = (x > 0 ? LEFT : 0) | (x < right ? RIGHT : 0);
		add_line(a, 0, x, style, across | (x == 0 || x == right ? DOWN : 0));
		add_line(a, bottom, x, style, across | (x == 0 || x == right ? UP : 0));
	}
	for (int y = 1; y < bottom; y++) {
		add_line(a, y, 0, style, UP | DOWN);
		add_line(a, y, right, style, UP | DOWN);
	}
}

struct area canvas_box(struct area a, unsigned style, const char *title, const char *note)
{
	if (a.rows < 2 || a.columns < 2)
		return area_at(a, 0, 0, 0, 0);
	draw_frame(a, style);
	struct area edge = area_at(a, 0, 2, 1, a.columns - 4);
	int used = title ? canvas_text(edge, 0, 0, -1, STYLE_TITLE, title) : 0;
	if (note && text_width(note) + used + 1 <= edge.columns)
		canvas_text_right(edge, 0, style, note);
	return area_at(a, 1, 1, a.rows - 2, a.columns - 2);
}

int canvas_dot_rows(enum glyphs g)
{
	return g == GLYPHS_BRAILLE ? 4 : g == GLYPHS_BLOCK ? 2 : 1;
}

int canvas_dot_columns(enum glyphs g)
{
	return g == GLYPHS_BRAILLE ? 2 : 1;
}

enum { BRAILLE = 0x2800, UPPER_HALF = 0x2580, LOWER_HALF = 0x2584, FULL = 0x2588 };

/* Braille numbers its dots down the left column, then the right, with the lowest two last (Unicode
 * 15, ch. 21.1). */
static uint32_t braille_dot(uint32_t code, int y, int x)
{
	static const uint8_t bit[4][2] = {
		{ 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 }
	};
	if (code == ' ')
		code = BRAILLE;
	return (code & ~0xffu) == BRAILLE ? code | bit[y][x] : 0;
}

static uint32_t block_dot(uint32_t code, int y)
{
	uint32_t half = y ? LOWER_HALF : UPPER_HALF;
	if (code == ' ' || code == half)
		return half;
	return code == UPPER_HALF || code == LOWER_HALF || code == FULL ? FULL : 0;
}

void canvas_dot(struct area a, int y, int x, unsigned style, char ascii)
{
	enum glyphs g = a.canvas->glyphs;
	int rows = canvas_dot_rows(g), columns = canvas_dot_columns(g);
	if (y < 0 || x < 0 || y >= a.rows * rows || x >= a.columns * columns)
		return;
	struct cell *cell = cell_at(a, y / rows, x / columns);
	uint32_t code = g == GLYPHS_BRAILLE ? braille_dot(cell->code[0], y % rows, x % columns)
			: g == GLYPHS_BLOCK ? block_dot(cell->code[0], y % rows)
					    : (uint32_t)ascii;
	if (code && cell->width == 1) {
		cell->code[0] = code;
		cell->style = (uint16_t)style;
	}
}

bool cell_can_show(const struct cell *cell, bool utf8)
{
	const wint_t code = (wint_t)cell->code[0];
	return utf8 ? wcwidth((wchar_t)code) == cell->width : code < 0x7f || wctob(code) != EOF;
}
