/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What views draw from: a copy of the curve, the statistics and rows of one finished epoch, and
 * where the lists stand.  picture_update brings it up to date from the session (only what `wanted`
 * views need, and while training no oftener than a reader can follow); drawing changes nothing but
 * the positions of lists. */
#ifndef UI_PICTURE_H
#define UI_PICTURE_H

#include "autorec/session.h"
#include "autorec/unit_card.h"
#include "chart.h"

struct list {
	int32_t top, cursor; /* first row shown, row that keys act on */
	int32_t n;           /* rows there are */
	int shown;           /* rows there was room for when it was drawn last */
};

struct rows { /* a user's or an item's reconstruction, and the order in which it is listed */
	struct reconstruction *r;
	int32_t *places; /* [n] */
	int32_t n;
	struct listing listing;
	size_t applied; /* edits in force when it was made */
	double made;    /* clock_seconds */
};

struct picture {
	struct session *session;
	bool trained; /* there is a trainer; the fields up to `rows` are of it */
	struct trainer_status status;
	struct config config;
	const struct model *model;
	uint64_t run; /* the number of the run that all this is of */
	struct epoch_record last;
	size_t n, capacity; /* points of the curve */
	double *epoch, *train, *valid, *test, *dead, *saturated, *activation; /* [n] */
	struct curve_mark *marks;
	size_t n_marks, marks_capacity;
	struct chart_range range;
	double crosshair; /* epoch, NAN: none */

	struct unit_table units;
	struct unit_card card;
	int32_t card_of; /* -1: none */
	double units_made;
	int64_t units_sort;
	bool units_reverse;

	struct rows user, item;
	struct list lists[N_VIEWS];
	int find_steps; /* of the session's that have been followed */

	struct text *log; /* [n_log] lines */
	size_t n_log, log_capacity;
};

int picture_init(struct picture *p, struct session *s, struct err *e);
void picture_done(struct picture *p);

/* Brings up to date what the views of the set `wanted` (bit VIEW_x) show.  An error leaves the old
 * content. */
int picture_update(struct picture *p, unsigned wanted, struct err *e);
/* Will an update after `seconds` show more than now (something was put off)?  Seconds until then,
 * or -1. */
double picture_due(const struct picture *p, unsigned wanted);

/* Appends a text of one or more lines to the log, those that are wider than `columns` (0: any)
 * broken at blanks, and scrolls to its first line. */
void picture_log(struct picture *p, const char *text, int columns);

/* Moves a list's cursor by n rows, clamped. */
void list_move(struct list *l, int32_t n);
/* Keeps the cursor on the list and the list on the cursor, for a drawing of `shown` rows. */
void list_fit(struct list *l, int32_t n, int shown);

#endif
