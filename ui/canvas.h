/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A canvas: a grid of character cells that views draw on and that the terminal, a screenshot or a
 * test reads.  It knows no ncurses.  What always holds: a cell holds one printable character and up
 * to two combining marks; the cell to the right of a wide character has width 0; control characters
 * and bidirectional overrides never get in, whatever text is drawn; nothing is drawn outside an
 * area.
 *
 * Views draw in the coordinates of an area, a rectangle of a canvas, and make a layout by cutting
 * pieces off it:
 *
 *     struct area rest = canvas_area(&canvas), tabs = area_cut_top(&rest, 1), input =
 * area_cut_bottom(&rest, 1);
 *
 * Areas are plain values, may be empty, and belong to nobody; the canvas must outlive them. */
#ifndef UI_CANVAS_H
#define UI_CANVAS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "autorec/err.h"
#include "autorec/text.h"

/* The characters that the terminal can show.  GLYPHS_AUTO is only a user's choice; a canvas never
 * has it. */
enum glyphs { GLYPHS_AUTO, GLYPHS_ASCII, GLYPHS_BLOCK, GLYPHS_BRAILLE };

enum { CELL_CODES = 3 };

struct cell {
	uint32_t code[CELL_CODES]; /* the character and its combining marks, 0 after the last */
	uint16_t style;            /* see style.h */
	uint8_t width; /* 1 or 2 columns; 0: the right half of the wide character before it */
};

/* Can the terminal show the cell?  ncurses counts columns by the C library's tables, the canvas by
 * its own.  If these disagree, or the locale lacks the character, a substitute keeps the cells
 * after it in place.  utf8: is the locale's encoding UTF-8? */
bool cell_can_show(const struct cell *cell, bool utf8);

struct canvas {
	int rows, columns;
	enum glyphs glyphs;
	struct cell *cells; /* [rows x columns] */
	size_t capacity;    /* allocated cells */
};

/* Start from {.glyphs = ...}.  Makes the canvas rows x columns blank cells.  A failure leaves it
 * unchanged. */
int canvas_resize(struct canvas *c, int rows, int columns, struct err *e);
void canvas_clear(struct canvas *c);
void canvas_done(struct canvas *c);
/* Appends the canvas as lines of UTF-8 without blanks at their ends. */
void canvas_to_text(const struct canvas *c, struct text *out);

struct area {
	struct canvas *canvas;
	int y, x, rows, columns; /* within the canvas, never beyond it, never negative */
};

struct area canvas_area(struct canvas *c);
/* Returns the rectangle of rows x columns at (y, x) of a, clipped to a. */
struct area area_at(struct area a, int y, int x, int rows, int columns);
/* Cuts n rows or columns off *a, or all of it if it has fewer, and returns them. */
struct area area_cut_top(struct area *a, int n);
struct area area_cut_bottom(struct area *a, int n);
struct area area_cut_left(struct area *a, int n);
struct area area_cut_right(struct area *a, int n);

/* Draws text from (y, x), at most `columns` columns of it (-1: up to the edge); omits a wide
 * character that would be cut in half.  Returns the columns used. */
int canvas_text(struct area a, int y, int x, int columns, unsigned style, const char *utf8);
int canvas_textf(struct area a, int y, int x, unsigned style, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* Like canvas_text, but aligned to the right edge of a. */
int canvas_text_right(struct area a, int y, unsigned style, const char *utf8);
/* Draws one character, which must be one column wide. */
void canvas_put(struct area a, int y, int x, unsigned style, uint32_t code);
/* Returns the character at (y, x), or 0 outside a. */
uint32_t canvas_code(struct area a, int y, int x);
void canvas_fill(struct area a, unsigned style, uint32_t code);
/* Changes the style of every cell in a but keeps the characters. */
void canvas_restyle(struct area a, unsigned style);

/* Adds attributes to the cells that show `text`, whatever its case. */
void canvas_mark(struct area a, unsigned attributes, const char *text);

/* Draws a frame around a, with a title on the left and a note on the right; either may be NULL.
 * Returns the area inside.  Frames that share a line join at their corners. */
struct area canvas_box(struct area a, unsigned style, const char *title, const char *note);

/* A cell has canvas_dot_rows x canvas_dot_columns dots: 4x2 in braille, 2x1 in half blocks, 1x1 in
 * ASCII.  A new dot joins the dots of its cell and sets the cell's style.  A cell that holds
 * another character keeps it.  In ASCII a dot is the character `ascii` and replaces whatever was
 * there. */
int canvas_dot_rows(enum glyphs g);
int canvas_dot_columns(enum glyphs g);
void canvas_dot(struct area a, int y, int x, unsigned style, char ascii);

#endif
