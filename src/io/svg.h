/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parts of an SVG file that figures are made of.  Elements carry classes; one style sheet at
 * the beginning gives them colours, so that a theme is a style sheet:
 *
 *     bg  background   t  text   d  dim text   g  grid   a  axis   m  mark   r  ring
 *     s0 .. s5  a series' colour   f0 .. f5  the same as a fill   l  line   e  error bar   h  text
 * that stands on lines */
#ifndef IO_SVG_H
#define IO_SVG_H

#include <stdint.h>

#include "autorec/figure.h"

enum { SVG_SERIES = 6, FONT = 13, SMALL_FONT = 11, TITLE_FONT = 16 };

void svg_begin(FILE *out, int width, int height, enum figure_theme theme);
void svg_end(FILE *out);

/* Text whose baseline starts, is centred, or ends at x, y. */
enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };
void svg_text(FILE *out, double x, double y, enum svg_anchor anchor, int size, const char *class,
	      const char *text);
/* Upwards, centred at x, y. */
void svg_text_up(FILE *out, double x, double y, const char *text);
void svg_line(FILE *out, double x1, double y1, double x2, double y2, const char *class);
/* Clean and escaped, for within elements. */
void svg_escaped(FILE *out, const char *text);
/* About the width of a text, on the safe side: readers' fonts differ. */
double svg_text_width(const char *text, int size);

/* 0 .. 1 as 0xRRGGBB on the scale of a heat map. */
uint32_t svg_colour(double place, bool diverging);

#endif
