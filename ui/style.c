/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "style.h"

#include <math.h>
#include <stddef.h>

struct role_look {
	struct look look[2]; /* with 16 colors and with 256 */
	uint16_t mono;       /* attributes without colors */
};

#define FRONT(c16, c256)                                                                           \
	{                                                                                          \
		{ c16, -1, 0 },                                                                    \
		{                                                                                  \
			c256, -1, 0                                                                \
		}                                                                                  \
	}
#define FRONT_BOLD(c16, c256)                                                                      \
	{                                                                                          \
		{ c16, -1, STYLE_BOLD },                                                           \
		{                                                                                  \
			c256, -1, STYLE_BOLD                                                       \
		}                                                                                  \
	}
#define ATTRIBUTE(a) { { -1, -1, a }, { -1, -1, a } }, a

/* The 256-color indices nearest to Okabe and Ito's palette: blue 74, orange 166 (vermilion; 214 is
 * their orange), green 36, purple 175, yellow 227.  Only the first eight of 16 colors are used,
 * because many terminals have no others. */
static const struct role_look looks[STYLE_ROLES] = {
	[STYLE_NORMAL] = { ATTRIBUTE(0) },
	[STYLE_DIM] = { { { -1, -1, STYLE_FAINT }, { 245, -1, 0 } }, 0 },
	[STYLE_TITLE] = { ATTRIBUTE(STYLE_BOLD) },
	[STYLE_TAB] = { ATTRIBUTE(0) },
	[STYLE_TAB_ACTIVE] = { ATTRIBUTE(STYLE_REVERSE | STYLE_BOLD) },
	[STYLE_TRAIN] = { FRONT_BOLD(4, 74), 0 },
	[STYLE_VALID] = { FRONT(3, 166), STYLE_BOLD },
	[STYLE_TEST] = { FRONT(2, 36), 0 },
	[STYLE_POSITIVE] = { FRONT_BOLD(4, 74), 0 },
	[STYLE_NEGATIVE] = { FRONT(3, 166), 0 },
	[STYLE_BEST] = { FRONT_BOLD(3, 227), STYLE_BOLD },
	[STYLE_GOOD] = { FRONT(2, 36), 0 },
	[STYLE_WARNING] = { FRONT_BOLD(3, 214), STYLE_BOLD },
	[STYLE_ERROR] = { FRONT_BOLD(1, 203), STYLE_BOLD | STYLE_REVERSE },
	[STYLE_SELECTED] = { ATTRIBUTE(STYLE_REVERSE) },
	[STYLE_PROMPT] = { ATTRIBUTE(STYLE_BOLD) },
	[STYLE_KEY] = { FRONT_BOLD(6, 117), STYLE_BOLD },
	[STYLE_BAR] = { FRONT(6, 74), 0 },
};

enum colors style_colors(enum colors choice, const char *no_color, int terminal_colors)
{
	if (choice != COLORS_AUTO)
		return choice;
	if ((no_color && no_color[0]) || terminal_colors < 8)
		return COLORS_NEVER;
	return terminal_colors < 256 ? COLORS_16 : COLORS_256;
}

struct look style_look(unsigned style, enum colors colors)
{
	const struct role_look *role = &looks[(style & STYLE_ROLE_MASK) % STYLE_ROLES];
	struct look look = { -1, -1, role->mono };
	if (colors == COLORS_16 || colors == COLORS_256)
		look = role->look[colors == COLORS_256];
	look.attributes |= (uint16_t)(style & ~(unsigned)STYLE_ROLE_MASK);
	return look;
}
