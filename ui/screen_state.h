/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The state of the running screen, shared by its loop (screen.c) and the code for keys and the
 * mouse (keys.c). */
#ifndef UI_SCREEN_STATE_H
#define UI_SCREEN_STATE_H

#include "frame.h"
#include "line_queue.h"
#include "term.h"

struct screen {
	struct session *session;
	struct term *term;
	struct prompt *prompt;
	struct canvas canvas;
	struct picture picture;
	struct frame frame;
	/* Lines of scripts; a wait command holds them back. */
	struct line_queue script_lines;
	/* Typed or clicked lines.  Lines of a script go first unless it waits. */
	struct line_queue typed_lines;
	const char *running; /* the current line, until it is in the log */
	int focus_later;     /* the view that gets the focus once the line is entered; -1: none */
	int signal_fd;
	/* Ctrl-C came during a command that can be stopped, or while leaving. */
	bool interrupted;
	bool leaving; /* the program ends after the current save */
	int ended_by; /* the signal that ends the program; 0: none */
	bool dirty;
	bool outdated; /* a command has run since the picture was made */
	bool awaited;  /* the user waits for the next frame after a key or a command */
	int click_y;   /* the row of the last click, and its time */
	double clicked;
	double drawn;     /* time of the last frame */
	double end_told;  /* end of training at the last frame, as in trainer_status */
	bool in_campaign; /* a campaign was running at the last frame */
};

/* Shows text in the message line. */
void screen_say(struct screen *s, unsigned style, const char *text);
/* Brings the picture, and the places of things on the screen, up to date without showing it. */
void screen_compose(struct screen *s);
/* Adds a command line after those that wait to be run. */
void screen_enqueue(struct screen *s, const char *line);

#endif
