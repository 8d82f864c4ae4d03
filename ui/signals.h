/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signals that would end the program, and those that tell the screen something, as bytes in a pipe:
 * handlers only write their number, the loop reads it.  (Not signalfd: libraries start threads
 * before main, which would take the signals unblocked.)  Crashes restore the terminal first. */
#ifndef UI_SIGNALS_H
#define UI_SIGNALS_H

#include "autorec/err.h"
#include "term.h"

/* Installs the handlers and fills *fd with the pipe's end to poll and read. */
int signals_start(int *fd, struct err *e);
/* The terminal to be given back by a crash; NULL: none. */
void signals_guard(struct term *t);
/* The next signal that has come, 0: none. */
int signals_next(int fd);
void signals_stop(void);

#endif
