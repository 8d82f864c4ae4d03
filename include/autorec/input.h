/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opening what a person names to be read.  A name may be that of a pipe, a terminal or a device,
 * which have no end or keep whoever opens them waiting: only regular files are opened, and pipes
 * for those who can wait.
 *
 *     int fd = input_open(path, NULL, e);
 *     if (fd < 0)
 *         return fd; */
#ifndef AUTOREC_INPUT_H
#define AUTOREC_INPUT_H

#include <stdbool.h>
#include <sys/stat.h>

#include "autorec/err.h"

/* Says whether to go on waiting; asked several times a second. */
struct input_wait {
	bool (*go_on)(void *ctx); /* NULL: always */
	void *ctx;
};

/* A file descriptor, to be closed.  With `pipes` (NULL: none are opened) a pipe is waited for until
 * it has bytes to read, or has ended. Errors: ERR_DATA with the path as the place when it cannot be
 * opened or is no file, ERR_INTERRUPTED. */
int input_open(const char *path, const struct input_wait *pipes, struct err *e);

/* The same for those who read twice, or not in order: a pipe's bytes are copied to a file without a
 * name first. */
int input_open_whole(const char *path, const struct input_wait *pipes, struct err *e);

/* "a folder", "a pipe", ...: what is no regular file, in words. */
const char *input_kind(mode_t mode);

#endif
