/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The state of the running screen, shared by its loop (screen.c) and by what keys and the mouse do
 * (keys.c). */
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
	struct line_queue script_lines; /* still to be run: a wait holds them */
	struct line_queue typed_lines;  /* what was typed or clicked: only a script that does not
					   wait goes first */
	const char *running;            /* the line that runs, until the log has it */
	int signal_fd;
	bool interrupted; /* Ctrl-C while a command runs that can be stopped, or while leaving */
	bool leaving;     /* only a save is still waited for */
	int ended_by;     /* the signal that ends the program; 0: none */
	bool dirty;
	bool awaited;    /* somebody waits for the next frame: they typed, or a command has run */
	double drawn;    /* when the last frame was */
	double end_told; /* the end of training that the last frame knew of, as in trainer_status */
	bool in_campaign; /* a campaign was under way at the last frame */
};

/* Shows text in the message line. */
void screen_say(struct screen *s, unsigned style, const char *text);
/* Puts a command line behind those that wait to be run. */
void screen_enqueue(struct screen *s, const char *line);

#endif
