/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Views: one for each entry of the session's view table.  A view draws a picture into an area and
 * turns keys into the command lines that a script could run; it changes nothing but where its list
 * stands. */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include "picture.h"
#include "term.h"

enum { COMMAND_BYTES = 2048 }; /* with every byte of the longest id quoted, too */

struct view_ops {
	const char *answers; /* the commands whose answer it shows; NULL: none */
	void (*draw)(struct area a, struct picture *p);
	/* The command for Enter on the cursor's row, or for a letter; false: the key means nothing
	 * here.  NULL: none do. */
	bool (*key)(const struct picture *p, const struct event *k, char command[COMMAND_BYTES]);
};

extern const struct view_ops *const view_ops[N_VIEWS];

/* "nothing here yet", with the command that fills the view. */
void view_empty(struct area a, const char *what, const char *command);
/* Text broken at blanks over the rows of a; returns the rows used. */
int view_wrapped(struct area a, unsigned style, const char *text);
/* Text in at most `columns` columns, a cut shown by an ellipsis. */
void view_title(struct area a, int y, int x, int columns, unsigned style, const char *text);
/* .8712 rather than 0.8712, 2.350e+11 for what has no place on the scale; "-" for what is not a
 * number. */
const char *view_rmse(double x, char out[16]);
/* With these decimals; what is too long for the columns as 6e+14. */
const char *view_number(double x, int columns, int decimals, char out[16]);
/* The command that shows the user or the item of this id. */
void view_open(const char *verb, const char *id, char command[COMMAND_BYTES]);
/* 4:05 or 1:02:03. */
const char *view_duration(double seconds, char out[24]);

#endif
