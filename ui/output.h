/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The way out without a screen: all that the program prints on stdout and stderr goes through here,
 * and no byte of it commands a terminal, whatever names, words and titles it holds.  What cannot be
 * written is an error. */
#ifndef UI_OUTPUT_H
#define UI_OUTPUT_H

#include <jansson.h>
#include <signal.h>

#include "autorec/err.h"
#include "autorec/text.h"

/* Opens what is closed of stdin, stdout and stderr, so that no file of ours takes its place;
 * reading or writing there fails.  The first call of the program. */
void output_start(void);
/* Lines of text on stdout, at once.  Who reads them may be slow: they are waited for until *stopped
 * is set, by a signal; NULL: for ever. */
int output_text(const struct text *text, const volatile sig_atomic_t *stopped, struct err *e);
/* The same of one object as one line; NULL is an object that there was no memory for. */
int output_json(const json_t *object, const volatile sig_atomic_t *stopped, struct err *e);
/* One line on stderr: "autorec: " and the message, of which line ends are no part. */
void output_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The last call: everything has reached stdout, or there is an error.  Returns the program's exit
 * status. */
int output_end(int status);

#endif
