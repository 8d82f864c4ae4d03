/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The whole screen: tabs, one view or several, the training's progress, a message, the prompt.
 * Below 60 x 15 it shows a sparkline, numbers and the prompt; below 20 x 4, one plain line. */
#ifndef UI_FRAME_H
#define UI_FRAME_H

#include "picture.h"
#include "prompt.h"

struct frame {
	struct picture *picture;
	const struct prompt *prompt;
	char message[1024]; /* the last answer or error */
	unsigned message_style;
	double message_at; /* clock_seconds */
	/* A long command: what it does (NULL: none), the fraction done, and when it began
	 * (clock_seconds). */
	const char *work;
	double work_done, work_began;
	/* Where things were drawn, for the mouse. */
	struct {
		int view, x, columns;
	} tabs[N_VIEWS];
	struct place { /* [n_panels], in the order in which Tab visits them */
		enum view view;
		int y, x, rows, columns;
	} panels[3];
	int n_panels;
};

/* Returns the view that was drawn at a cell; -1: none. */
int frame_view_at(const struct frame *f, int y, int x);
/* Returns the panel after the focused one (by 1) or before it (by -1), as its view; -1: the
 * prompt. */
int frame_next_focus(const struct frame *f, int by);

/* Returns the views that a screen of this size shows, as bits VIEW_x. */
unsigned frame_views(const struct frame *f, int rows, int columns);
/* Draws everything.  Stores the cursor's position in *y and *x; *y < 0 hides it. */
void frame_draw(struct frame *f, struct canvas *c, int *y, int *x);

#endif
