/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parts of SVG files that figures use. Elements have classes, and one style sheet at the
 * beginning gives them colors. So a theme is a style sheet. The classes:
 *
 *     bg  background   t  text   d  dim text   g  grid   a  axis   m  mark   r  ring
 *     s0 .. s5  color of a series   f0 .. f5  the same as a fill
 *     l  line   e  error bar   h  text on a line */
#ifndef IO_SVG_H
#define IO_SVG_H

#include <stdint.h>

#include "autorec/figure.h"

enum { SVG_SERIES = 6, FONT = 13, SMALL_FONT = 11, TITLE_FONT = 16 };

void svg_begin(FILE *out, int width, int height, enum figure_theme theme);
void svg_end(FILE *out);

/* Text that starts, is centered, or ends at x; its baseline is at y. */
enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };
void svg_text(FILE *out, double x, double y, enum svg_anchor anchor, int size, const char *class,
	      const char *text);
/* Vertical text that reads upward, centered at x, y. */
void svg_text_up(FILE *out, double x, double y, const char *text);
void svg_line(FILE *out, double x1, double y1, double x2, double y2, const char *class);
/* Clean, escaped text for use inside elements. */
void svg_escaped(FILE *out, const char *text);
/* An estimate of the width of a text, on the large side because fonts differ. */
double svg_text_width(const char *text, int size);

/* Maps 0 .. 1 to 0xRRGGBB on the scale of a heat map. */
uint32_t svg_color(double place, bool diverging);

#endif
