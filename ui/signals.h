/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Turns signals that would end the program or concern the screen into bytes in a pipe.  Handlers
 * only write their number; the loop reads it.  signalfd does not work here: libraries start threads
 * before main, and those threads would receive the signals.  A crash restores the terminal first.
 */
#ifndef UI_SIGNALS_H
#define UI_SIGNALS_H

#include "autorec/err.h"
#include "term.h"

/* Installs the handlers and fills *fd with the pipe's end to poll and read. */
int signals_start(int *fd, struct err *e);
/* Sets the terminal that a crash restores; NULL: none. */
void signals_guard(struct term *t);
/* Returns the next signal received; 0: none. */
int signals_next(int fd);
void signals_stop(void);

#endif
