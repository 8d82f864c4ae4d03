/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parameters of commands that list some of the items only: genre=, year= and min=. */
#ifndef COMMAND_ITEM_CHOICE_H
#define COMMAND_ITEM_CHOICE_H

#include "autorec/command.h"

/* clang-format off */
#define ITEM_CHOICE_PARAMS \
	{ "genre", PARAM_GENRE, \
	  .help = "only items of this genre, or a beginning of its name" }, \
	{ "year", PARAM_TEXT, .shown = "FROM..TO", \
	  .help = "only items whose titles end with such a year, as in (1995): 1995 or " \
		  "1990..1999" }
#define ITEM_MIN_PARAM \
	{ "min", PARAM_INT, 0, 1e9, .shown = "RATINGS", \
	  .help = "only items with at least so many training ratings" }
/* clang-format on */
#define ITEM_CHOICE_KEYS "with genre=, year=, min=: genre year min"

/* The error of a command that needs genres. */
#define NO_GENRES                                                                                  \
	"no genres are known; they are read from a column such as \"genres\" of the file of "      \
	"titles"

/* Which items the arguments choose; the answer gets the genre, the years and min. ERR_FAILED if the
 * data has none, or no such genre; ERR_USAGE. */
int item_choice_read(const struct session *s, const struct args *a, struct item_filter *out,
		     json_t *answer, struct err *e);

#endif
