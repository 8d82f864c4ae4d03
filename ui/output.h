/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Output without a screen.  Everything that the program prints on stdout and stderr goes through
 * here.  No name, word or title can send a control sequence to the terminal.  A failed write is an
 * error. */
#ifndef UI_OUTPUT_H
#define UI_OUTPUT_H

#include <jansson.h>
#include <signal.h>

#include "autorec/err.h"
#include "autorec/text.h"

/* Opens stdin, stdout and stderr if they are closed, so that no other file takes their numbers.
 * Reading or writing there fails.  The program calls this first. */
void output_start(void);
/* Writes lines of text to stdout without delay.  Waits for a slow reader until a signal sets
 * *stopped; NULL waits forever. */
int output_text(const struct text *text, const volatile sig_atomic_t *stopped, struct err *e);
/* Writes one object as one line, like output_text.  NULL stands for an object that did not fit in
 * memory. */
int output_json(const json_t *object, const volatile sig_atomic_t *stopped, struct err *e);
/* Writes "autorec: " and the message to stderr as one line, without the message's line ends. */
void output_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The program calls this last.  Reports an error unless everything has reached stdout.  Returns the
 * exit status. */
int output_end(int status);

#endif
