/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Views: one for each row of VIEWS (focus.h).  A view draws a picture into an area and
 * writes the commands that its keys stand for (key_table has the keys).  It changes nothing but the
 * position of its list. */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include "picture.h"
#include "term.h"

enum { COMMAND_BYTES = 2048 }; /* enough even if every byte of the longest id is quoted */

struct view_ops {
	const char *title;   /* shown on its tab */
	const char *answers; /* the commands whose results it shows; NULL: none */
	void (*draw)(struct area a, struct picture *p);
	/* Writes the command that a batch would answer with all rows of the list; NULL: none. */
	bool (*list)(const struct picture *p, char command[COMMAND_BYTES]);
	/* Writes the command that sorts the list by a column whose title was clicked; NULL: the
	 * view has no such list. */
	bool (*sort_by)(const struct picture *p, int64_t sort, char command[COMMAND_BYTES]);
};

/* Writes the command for a key of the view.  Returns false if the key has no meaning now. */
typedef bool view_command(const struct picture *p, char command[COMMAND_BYTES]);
view_command view_train_log, view_train_smooth, view_train_less, view_train_more;
view_command view_units_open, view_units_sort, view_units_reverse;
view_command view_rows_edit, view_rows_open, view_rows_sort, view_rows_filter, view_rows_reverse;
view_command view_whatif_open;
view_command view_errors_open, view_errors_group, view_errors_on;
view_command view_map_open, view_map_color, view_map_side;
/* The nearest point of the map in a direction, one of dx and dy being 0; the same if there is
 * none. */
int32_t view_map_next(const struct picture *p, int dx, int dy);

extern const struct view_ops *const view_ops[N_VIEWS];
const char *view_name(enum view view); /* as the command view takes it */

/* Returns the command that brings a model, in the present state of the session. */
const char *view_first_command(const struct picture *p);
/* Says that the view is empty, and which command fills it. */
void view_empty(struct area a, const char *what, const char *command);
/* Wraps text at blanks into the rows of a.  Returns the rows used. */
int view_wrapped(struct area a, unsigned style, const char *text);
/* Draws text in at most `columns` columns.  An ellipsis marks a cut. */
void view_title(struct area a, int y, int x, int columns, unsigned style, const char *text);
/* Formats an RMSE: .8712 rather than 0.8712, 2.350e+11 for values off the scale, "-" for NaN. */
const char *view_rmse(double x, char out[16]);
/* Formats x with these decimals, or as 6e+14 if that is too wide. */
const char *view_number(double x, int columns, int decimals, char out[16]);
/* Writes the command that shows the user or item with this id. */
void view_open(const char *verb, const char *id, char command[COMMAND_BYTES]);
/* Writes "verb what=word" with the choice after number `now`.  The last choice wraps around to the
 * first.  Always returns true. */
bool view_turn(const char *verb, const char *what, const char *choices, int64_t now,
	       char command[COMMAND_BYTES]);
/* 4:05 or 1:02:03. */
const char *view_duration(double seconds, char out[24]);

#endif
