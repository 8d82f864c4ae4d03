/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The data that views draw: a copy of the curve, the statistics and rows of one finished epoch, and
 * the positions of the lists.  picture_update refreshes it from the session, but only what the
 * `wanted` views need, and during training no more often than a reader can follow.  Drawing changes
 * nothing but the positions of lists. */
#ifndef UI_PICTURE_H
#define UI_PICTURE_H

#include "autorec/map.h"
#include "autorec/residuals.h"
#include "autorec/session.h"
#include "autorec/unit_card.h"
#include "chart.h"
#include "lines.h"

struct list {
	int32_t top, cursor; /* first row shown, row that keys act on */
	int32_t n;           /* rows in the list */
	/* Where the last drawing put it: the line of its first row, and how many rows it had
	 * room for. */
	int y, shown;
	/* The titles of its columns that sort the list when they are clicked. */
	struct head {
		int y, x, columns;
		int64_t sort;
	} heads[8];
	int n_heads;
};

struct rows { /* a user's or an item's reconstruction, and the order of its rows */
	struct reconstruction *r;
	int32_t *places; /* [n] */
	int32_t n;
	struct listing listing;
	size_t applied; /* edits that it includes */
	double made;    /* clock_seconds */
};

/* When something that takes long was made, by clock_seconds, and how long it took. */
struct costly {
	double made, took;
};

struct picture {
	struct session *session;
	bool trained; /* there is a trainer; it fills the fields up to `rows` */
	struct trainer_status status;
	int64_t model_epoch; /* of the weights that the views show and predictions come from */
	struct config config;
	const struct model *model;
	uint64_t run; /* number of the run that the data comes from */
	struct epoch_record last;
	size_t n, capacity; /* points of the curve */
	double *epoch, *train, *valid, *test, *dead, *saturated, *activation; /* [n] */
	struct curve_mark *marks;
	size_t n_marks, marks_capacity;
	struct chart_range range;
	double crosshair; /* an epoch; NAN: none */
	int focused;      /* the view that single keys act on; -1: none, keys go to the prompt */

	struct unit_table units;
	struct unit_card card;
	int32_t card_of;       /* -1: none */
	int32_t off[8], n_off; /* units that are switched off; the first few */
	double units_made;
	int64_t units_sort;
	bool units_reverse;

	struct map map; /* n 0: none, and map_trouble says why */
	struct residuals residuals;
	char map_trouble[512], residuals_trouble[512];
	int64_t residuals_epoch, residuals_on;
	struct costly map_made, residuals_made;

	const struct dataset *measured; /* whose longest title has title_columns columns */
	int title_columns;
	struct rows user, item;
	struct list lists[N_VIEWS];
	/* The what-if view has a second list, of users, from this column of the screen on.  -1: it
	 * is not there. */
	struct list users_moved;
	int users_moved_x;
	bool in_users_moved; /* keys act on it */
	int find_steps;      /* how many of the session's find steps have been followed */
	bool finding;        /* matches are marked, until another command runs */
	bool missed;         /* the last find found nothing */
	int32_t found;       /* the line that it found in the log or in the help */

	struct lines log;
	struct text help_text;
	struct lines help; /* the same, wrapped to help_columns columns; 0: not yet */
	int help_columns;
};

int picture_init(struct picture *p, struct session *s, struct err *e);
void picture_done(struct picture *p);

/* Refreshes what the `wanted` views (bits VIEW_x) show.  An error leaves the old content. */
int picture_update(struct picture *p, unsigned wanted, struct err *e);
/* Returns the seconds until an update that was put off is due; -1: none was. */
double picture_due(const struct picture *p, unsigned wanted);

/* Returns the list of a view that keys act on. */
struct list *picture_list(struct picture *p, enum view view);
/* Returns the view that keys for lists act on: the focused one, else the chosen one. */
enum view picture_acting(const struct picture *p);

/* Returns whether find looks in this view. */
bool picture_searches(enum view view);

/* Appends one or more lines to the log and scrolls to the first of them.  Wraps lines at blanks to
 * `columns` columns; 0: no limit. */
void picture_log(struct picture *p, const char *text, int columns);
/* Replaces the text of the help and scrolls to its beginning. */
void picture_help(struct picture *p, const char *text);

/* Notes the title of a column that begins at column x of a.  list_fit forgets the titles, so it
 * comes first. */
void list_head(struct list *l, struct area a, int x, int columns, int64_t sort);
/* Moves a list's cursor by n rows, clamped. */
void list_move(struct list *l, int32_t n);
/* Notes the area that shows the list of n rows.  Moves the cursor onto the list, and scrolls so
 * that the area shows the cursor. */
void list_fit(struct list *l, int32_t n, struct area a);

#endif
