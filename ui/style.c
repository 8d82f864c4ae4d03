/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "style.h"

#include <string.h>

struct ink {                   /* with 16 colors and with 256 */
	int16_t of_16, of_256; /* -1: the terminal's own color */
};

struct role_look {
	struct ink dark, light; /* on a dark and on a light background */
	uint16_t attributes;    /* with colors */
	uint16_t mono;          /* attributes without colors */
};

#define OWN                                                                                        \
	{ -1, -1 },                                                                                \
	{                                                                                          \
		-1, -1                                                                             \
	}

/* The 256-color indices nearest to Okabe and Ito's palette: blue 74, orange 166 (vermilion; 214 is
 * their orange), green 36, purple 175, yellow 227.  On a light background the same hues are darker.
 * Only the first eight of 16 colors are used, because many terminals have no others; dark blue and
 * red are too dark on black, and yellow, green and cyan are too pale on white. */
static const struct role_look looks[STYLE_ROLES] = {
	[STYLE_NORMAL] = { OWN, 0, 0 },
	[STYLE_DIM] = { { -1, 245 }, { -1, 241 }, 0, 0 },
	[STYLE_TITLE] = { OWN, STYLE_BOLD, STYLE_BOLD },
	[STYLE_TAB] = { OWN, 0, 0 },
	[STYLE_TAB_ACTIVE] = { OWN, STYLE_REVERSE | STYLE_BOLD, STYLE_REVERSE | STYLE_BOLD },
	[STYLE_TRAIN] = { { 6, 74 }, { 4, 25 }, STYLE_BOLD, 0 },
	[STYLE_VALID] = { { 3, 166 }, { 5, 130 }, 0, STYLE_BOLD },
	[STYLE_TEST] = { { 2, 36 }, { -1, 29 }, 0, 0 },
	[STYLE_POSITIVE] = { { 6, 74 }, { 4, 25 }, STYLE_BOLD, 0 },
	[STYLE_NEGATIVE] = { { 3, 166 }, { 5, 130 }, 0, 0 },
	[STYLE_BEST] = { { 3, 227 }, { 5, 90 }, STYLE_BOLD, STYLE_BOLD },
	[STYLE_GOOD] = { { 2, 36 }, { -1, 29 }, 0, 0 },
	[STYLE_WARNING] = { { 3, 214 }, { 5, 94 }, STYLE_BOLD, STYLE_BOLD },
	[STYLE_ERROR] = { { 3, 203 }, { 1, 160 }, STYLE_BOLD, STYLE_BOLD | STYLE_REVERSE },
	[STYLE_SELECTED] = { OWN, STYLE_REVERSE, STYLE_REVERSE },
	[STYLE_PROMPT] = { OWN, STYLE_BOLD, STYLE_BOLD },
	[STYLE_KEY] = { { 6, 117 }, { 4, 24 }, STYLE_BOLD, STYLE_BOLD },
	[STYLE_BAR] = { { 6, 74 }, { 4, 25 }, 0, 0 },
};

enum glyphs style_glyphs(enum glyphs choice, const char *name, bool utf8)
{
	if (!utf8)
		return GLYPHS_ASCII;
	if (choice != GLYPHS_AUTO)
		return choice;
	if (!strncmp(name, "vt", 2))
		return GLYPHS_ASCII;
	return strcmp(name, "linux") ? GLYPHS_BRAILLE
				     : GLYPHS_BLOCK; /* the console's font has no braille */
}

enum colors style_colors(enum colors choice, const char *no_color, int terminal_colors)
{
	if (choice != COLORS_AUTO)
		return choice;
	if ((no_color && no_color[0]) || terminal_colors < 8)
		return COLORS_NEVER;
	return terminal_colors < 256 ? COLORS_16 : COLORS_256;
}

struct look style_look(unsigned style, enum colors colors, enum theme theme)
{
	const struct role_look *role = &looks[(style & STYLE_ROLE_MASK) % STYLE_ROLES];
	struct look look = { -1, -1, role->mono };
	if (theme != THEME_MONO && (colors == COLORS_16 || colors == COLORS_256)) {
		const struct ink *ink = theme == THEME_LIGHT ? &role->light : &role->dark;
		look.foreground = colors == COLORS_256 ? ink->of_256 : ink->of_16;
		look.attributes = role->attributes;
	}
	look.attributes |= (uint16_t)(style & ~(unsigned)STYLE_ROLE_MASK);
	return look;
}
