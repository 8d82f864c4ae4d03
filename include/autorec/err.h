/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Errors.  Every function that can fail takes a `struct err *` as its last argument, fills it and
 * returns its negative code; 0 is success.  The library never prints and never exits.  A message
 * says what was wrong, what was expected and what to do; `where` is the place in the input
 * (`ratings.csv:118:7`, a command's verb, an option's name) or empty. */
#ifndef AUTOREC_ERR_H
#define AUTOREC_ERR_H

enum err_code {
	ERR_FAILED = -1, /* a sensible request that cannot be met in the present state */
	ERR_USAGE = -2,  /* a request that cannot be understood: unknown word, value out of range */
	ERR_DATA = -3,   /* a file from outside that is missing, damaged or not what it should be */
	ERR_NOMEM = -4,
	ERR_IO = -5,          /* reading or writing failed */
	ERR_INTERRUPTED = -6, /* the user said stop */
};

enum {
	ERR_WORD = 60
}; /* bytes that a message repeats of a word at most: text_head(word, ERR_WORD) */

struct err {
	int code;
	char where[256];
	char message[512];
};

/* Fills e (NULL is allowed) and returns code.  `where` may be NULL.  Whatever names they hold,
 * message and where are one line each of UTF-8 that no terminal obeys. */
int err_set(struct err *e, int code, const char *where, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* "where: message", or only the message when there is no place. */
const char *err_text(const struct err *e, char *out, unsigned long size);

/* The program's exit status for a code: 0 done, 1 failed, 2 usage, 3 bad data. */
int err_exit_status(int code);

#endif
