/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Errors. Every function that can fail takes a `struct err *` as its last argument, fills it in and
 * returns its negative code; 0 is success. The library never prints and never exits. A message says
 * what was wrong, what was expected and what to do. `where` is the place in the input
 * (`ratings.csv:118:7`, a command's verb, an option's name) or empty.
 *
 *     return err_set(e, ERR_USAGE, "k", "0 is not a whole number in 1..10000"); */
#ifndef AUTOREC_ERR_H
#define AUTOREC_ERR_H

enum err_code {
	ERR_FAILED = -1, /* a valid request that the current state does not allow */
	ERR_USAGE = -2,  /* a request that makes no sense: an unknown word, a value out of range */
	ERR_DATA = -3,   /* an outside file is missing, damaged or of the wrong kind */
	ERR_NOMEM = -4,
	ERR_IO = -5,          /* reading or writing failed */
	ERR_INTERRUPTED = -6, /* the user stopped it */
};

enum {
	ERR_WORD = 60
}; /* bytes of a word that a message repeats, at most: text_head(word, ERR_WORD) */

struct err {
	int code;
	char where[256];
	char message[512];
};

/* Fills in e (which may be NULL) and returns code. `where` may be NULL. The message and `where`
 * each become one line of UTF-8 that is safe to print on a terminal, whatever they quote. */
int err_set(struct err *e, int code, const char *where, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* "where: message", or only the message if there is no place. */
const char *err_text(const struct err *e, char *out, unsigned long size);

/* The program's exit status for a code: 0 done, 1 failed, 2 usage, 3 bad data. */
int err_exit_status(int code);

#endif
