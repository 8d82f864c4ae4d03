/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The keyboard and mouse of the terminal that ncurses has: bytes become keys, clicks, pastes, and
 * reports of the terminal. */
#ifndef UI_KEYBOARD_H
#define UI_KEYBOARD_H

#include "reply.h"
#include "term.h"
#include "typing.h"

struct keyboard {            /* start from {0} */
	struct _win_st *pad; /* ncurses' WINDOW: reading from a pad never refreshes */
	struct typing typing;
	struct reply reply;
	enum theme reported; /* by the last EVENT_THEME */
};

/* Once ncurses has the terminal. false: out of memory. */
bool keyboard_start(struct keyboard *k);
void keyboard_done(struct keyboard *k);
void keyboard_set_mouse(bool on);
/* As term_read. */
bool keyboard_read(struct keyboard *k, struct event *event);

#endif
