/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opens the files that a person names. A name may refer to a pipe, a terminal or a device, which
 * may block or never end. So only regular files are opened, and pipes for callers that can wait.
 *
 *     int fd = input_open(path, NULL, e);
 *     if (fd < 0)
 *         return fd; */
#ifndef AUTOREC_INPUT_H
#define AUTOREC_INPUT_H

#include <stdbool.h>
#include <sys/stat.h>

#include "autorec/err.h"

/* The path of standard input. */
#define INPUT_STDIN "/dev/stdin"

/* Decides whether to go on waiting; asked several times a second. */
struct input_wait {
	bool (*go_on)(void *ctx); /* NULL: always wait */
	void *ctx;
};

/* Returns a file descriptor, which the caller closes. With `pipes`, a pipe is accepted, and
 * standard input if it is a socket; the call waits until the pipe has data or has ended. NULL: no
 * pipes. Errors: ERR_INTERRUPTED, or ERR_DATA with the path as the place if it cannot be opened or
 * is not a file. */
int input_open(const char *path, const struct input_wait *pipes, struct err *e);

/* The same for callers that read twice or out of order: first copies a pipe to an unnamed file. */
int input_open_whole(const char *path, const struct input_wait *pipes, struct err *e);

/* Describes what is not a regular file: "a folder", "a pipe", ... */
const char *input_kind(mode_t mode);

#endif
