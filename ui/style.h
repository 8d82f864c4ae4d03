/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Styles: what a cell means, not how it looks.  A style is a role, or'ed with attributes.  The
 * colors are Okabe and Ito's, which people with any kind of color vision can tell apart.  A role
 * that matters without color (mono terminals, NO_COLOR) also has an attribute, a character or a
 * label of its own. */
#ifndef UI_STYLE_H
#define UI_STYLE_H

#include <stdint.h>

#include "autorec/config.h"
#include "canvas.h"

enum style_role {
	STYLE_NORMAL,
	STYLE_DIM, /* frames, axes, explanations */
	STYLE_TITLE,
	STYLE_TAB,
	STYLE_TAB_ACTIVE,
	STYLE_TRAIN,
	STYLE_VALID,
	STYLE_TEST,
	STYLE_POSITIVE, /* a residual, weight or influence above zero */
	STYLE_NEGATIVE,
	STYLE_BEST, /* the best epoch's mark */
	STYLE_GOOD, /* something went well */
	STYLE_WARNING,
	STYLE_ERROR,
	STYLE_SELECTED, /* the row that keys act on */
	STYLE_PROMPT,
	STYLE_KEY, /* a key's name in help */
	STYLE_BAR, /* gauges and histograms */
	STYLE_ROLES,
};

enum style_attribute {
	STYLE_BOLD = 1 << 8,
	STYLE_REVERSE = 1 << 9,
	STYLE_UNDERLINE = 1 << 10,
	STYLE_FAINT = 1 << 11,
	STYLE_ROLE_MASK = 0xff,
};

/* The number of colors: the user's choice (--color), or the result of style_colors. */
enum colors { COLORS_AUTO, COLORS_NEVER, COLORS_16, COLORS_256 };

/* Returns the user's choice if there is one.  Otherwise NO_COLOR, if set and not empty, turns
 * colors off.  Otherwise the terminal's number of colors decides. */
enum colors style_colors(enum colors choice, const char *no_color, int terminal_colors);

/* Returns what the terminal called `name` can show, by the choice and the locale. */
enum glyphs style_glyphs(enum glyphs choice, const char *name, bool utf8);

struct look {
	int16_t foreground, background; /* index into the terminal's colors; -1: its default */
	uint16_t attributes;            /* of enum style_attribute */
};

/* Returns how a style looks, including the style's own attributes.  THEME_AUTO looks like
 * THEME_DARK.  In both themes text has a contrast of at least 4.5:1 on its background. */
struct look style_look(unsigned style, enum colors colors, enum theme theme);

#endif
