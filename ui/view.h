/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Views: one for each row of VIEWS (focus.h).  A view draws a picture into an area and
 * writes the commands that its keys stand for (key_table has the keys); it changes nothing but
 * where its list stands. */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include "picture.h"
#include "term.h"

enum { COMMAND_BYTES = 2048 }; /* with every byte of the longest id quoted, too */

struct view_ops {
	const char *title;   /* on its tab */
	const char *answers; /* the commands whose answer it shows; NULL: none */
	void (*draw)(struct area a, struct picture *p);
};

/* Writes the command that a key of the view stands for; false: it means nothing now. */
typedef bool view_command(const struct picture *p, char command[COMMAND_BYTES]);
view_command view_train_log, view_train_smooth;
view_command view_units_open, view_units_sort, view_units_reverse;
view_command view_rows_open, view_rows_sort, view_rows_filter, view_rows_reverse;
view_command view_whatif_open;

extern const struct view_ops *const view_ops[N_VIEWS];
const char *view_name(enum view view); /* as the command view takes it */

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
/* "verb what=word" with the choice after number `now`, the first after the last; true. */
bool view_turn(const char *verb, const char *what, const char *choices, int64_t now,
	       char command[COMMAND_BYTES]);
/* 4:05 or 1:02:03. */
const char *view_duration(double seconds, char out[24]);

#endif
