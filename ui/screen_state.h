/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The state of the running screen, shared by its loop (screen.c) and by what keys and the mouse do (keys.c). */
#ifndef UI_SCREEN_STATE_H
#define UI_SCREEN_STATE_H

#include "frame.h"
#include "term.h"

struct screen {
	struct session *session;
	struct term *term;
	struct prompt *prompt;
	struct canvas canvas;
	struct picture picture;
	struct frame frame;
	json_t *queue;    /* command lines that are still to be run */
	const char *running; /* the one that runs, until the log has it */
	size_t insert_at; /* where a script's next line goes */
	int signal_fd;
	int ended_by;  /* the signal that ends the program; 0: none */
	bool dirty, typed;
	double drawn; /* when the last frame was */
	enum trainer_state last_state;
	uint64_t last_model;
	int status; /* of the last command of a script: what the program exits with */
};

/* Shows text in the message line. */
void screen_say(struct screen *s, unsigned style, const char *text);
/* Puts a command line behind those that wait to be run. */
void screen_enqueue(struct screen *s, const char *line);

#endif
