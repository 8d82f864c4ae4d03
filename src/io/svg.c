/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "svg.h"

#include <string.h>

#include "autorec/text.h"

/* Okabe and Ito's colors. On a dark background, their lighter ones come first. */
static const struct palette {
	const char *background, *text, *dim, *grid, *axis, *series[SVG_SERIES];
} palettes[] = {
	[FIGURE_LIGHT] = { "#ffffff",
			   "#1f2328",
			   "#59636e",
			   "#e4e7eb",
			   "#59636e",
			   { "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9" } },
	[FIGURE_DARK] = { "#14171c",
			  "#e6e8eb",
			  "#a2abb8",
			  "#2b3038",
			  "#8b95a3",
			  { "#56b4e9", "#e69f00", "#00b385", "#cc79a7", "#f0e442", "#d55e00" } },
};
/* Lines differ even without color. */
static const char *const dashes[SVG_SERIES] = { "none", "7 3", "2 2.5", "9 3 2 3", "4 2", "none" };

static void put_colors(FILE *out, const struct palette *p)
{
	fprintf(out,
		".bg{fill:%s}.t{fill:%s}.d{fill:%s}.g{stroke:%s}.a{stroke:%s}.m{stroke:%s}.r{"
		"stroke:%s}.h{stroke:%s}",
		p->background, p->text, p->dim, p->grid, p->axis, p->dim, p->text, p->background);
	for (int i = 0; i < SVG_SERIES; i++)
		fprintf(out, ".s%d{stroke:%s}.f%d{fill:%s}", i, p->series[i], i, p->series[i]);
	putc('\n', out);
}

void svg_begin(FILE *out, int width, int height, enum figure_theme theme)
{
	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 "
		"0 %d %d\">\n<style>\n",
		width, height, width, height);
	fputs("text{font-family:\"Helvetica Neue\",Helvetica,Arial,\"Liberation Sans\",\"DejaVu "
	      "Sans\",\"Noto Sans CJK JP\",sans-serif}\n"
	      ".g,.a{fill:none;stroke-width:1}.m,.e{fill:none;stroke-width:1.2}.m{stroke-dasharray:"
	      "2 3}\n"
	      ".l{fill:none;stroke-width:2;stroke-linejoin:round}.r{fill:none;stroke-width:1.8}\n"
	      ".h{paint-order:stroke;stroke-width:3}\n",
	      out);
	for (int i = 0; i < SVG_SERIES; i++)
		fprintf(out, ".l.s%d{stroke-dasharray:%s}", i, dashes[i]);
	putc('\n', out);
	put_colors(out, &palettes[theme == FIGURE_DARK ? FIGURE_DARK : FIGURE_LIGHT]);
	if (theme == FIGURE_AUTO) {
		fputs("@media (prefers-color-scheme:dark){\n", out);
		put_colors(out, &palettes[FIGURE_DARK]);
		fputs("}\n", out);
	}
	fprintf(out, "</style>\n<rect class=\"bg\" width=\"%d\" height=\"%d\"/>\n", width, height);
}

void svg_end(FILE *out)
{
	fputs("</svg>\n", out);
}

static void escape(FILE *out, uint32_t code)
{
	char bytes[5];
	switch (code) {
	case '&': fputs("&amp;", out); break;
	case '<': fputs("&lt;", out); break;
	case '>': fputs("&gt;", out); break;
	case '"': fputs("&quot;", out); break;
	case 0xfffe: /* not XML characters */
	case 0xffff: fputs("\xef\xbf\xbd", out); break;
	default: text_encode(code, bytes); fputs(bytes, out);
	}
}

void svg_escaped(FILE *out, const char *text)
{
	enum { LONGEST = 1000 }; /* bytes of a text; more than any page is wide */
	char clean[3 * LONGEST + 1];
	text_clean(text, strnlen(text, LONGEST), true, clean, sizeof clean);
	const char *p = clean;
	for (uint32_t code; (code = text_next(&p));)
		escape(out, code);
}

double svg_text_width(const char *text, int size)
{
	const double em = 0.6; /* a digit's width in most sans-serif fonts is 0.55 to 0.64 */
	return em * size * text_width(text);
}

void svg_text(FILE *out, double x, double y, enum svg_anchor anchor, int size, const char *class,
	      const char *text)
{
	static const char *const anchors[] = { "start", "middle", "end" };
	fprintf(out,
		"<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\">",
		class, x, y, anchors[anchor], size);
	svg_escaped(out, text);
	fputs("</text>\n", out);
}

void svg_text_up(FILE *out, double x, double y, const char *text)
{
	fprintf(out,
		"<text class=\"t\" transform=\"translate(%.1f,%.1f) rotate(-90)\" "
		"text-anchor=\"middle\" font-size=\"%d\">",
		x, y, FONT);
	svg_escaped(out, text);
	fputs("</text>\n", out);
}

void svg_line(FILE *out, double x1, double y1, double x2, double y2, const char *class)
{
	fprintf(out, "<path class=\"%s\" d=\"M%.2f %.2fL%.2f %.2f\"/>\n", class, x1, y1, x2, y2);
}

uint32_t svg_color(double place, bool diverging)
{
	/* Viridis (Smith, van der Walt 2015) at five points; blue, gray and orange of the
	 * palette. */
	static const uint32_t ascending[] = { 0x440154, 0x3b528b, 0x21918c, 0x5ec962, 0xfde725 };
	static const uint32_t opposed[] = { 0x0072b2, 0x8fbfdc, 0xf0f0f0, 0xecab7c, 0xd55e00 };
	const uint32_t *stops = diverging ? opposed : ascending;
	place = place > 0 ? place < 1 ? place : 1 : 0; /* NaN becomes 0 */
	const int at = place < 1 ? (int)(place * 4) : 3;
	const double part = place * 4 - at;
	uint32_t mixed = 0;
	for (int shift = 0; shift < 24; shift += 8) {
		const double from = stops[at] >> shift & 255, to = stops[at + 1] >> shift & 255;
		mixed |= (uint32_t)(from + part * (to - from) + 0.5) << shift;
	}
	return mixed;
}
