/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What keys and the mouse do.  They move lists and the crosshair, edit the prompt's line, or become
 * command lines that a script could run. */
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include <stdbool.h>

struct screen;

/* Reads what was typed, clicked and pasted, for a moment at most; true: there may be more of it. */
bool keys_read(struct screen *s);
/* Ctrl-C: drops the line; without one, pauses the training; without that, says how to leave. */
void keys_interrupt(struct screen *s);
/* Ctrl-Z: gives the terminal back and stops until SIGCONT. */
void keys_suspend(struct screen *s);

#endif
