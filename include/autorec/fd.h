/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writing to file descriptors, without the pitfalls of the system calls. */
#ifndef AUTOREC_FD_H
#define AUTOREC_FD_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

/* Writes n bytes at a place of the file, or at its current position (place -1). Handles short
 * writes and signals. Returns 0, or -1 with errno. */
int fd_write(int fd, const void *bytes, size_t n, int64_t place);
/* Writes at the current position, also to a pipe or terminal that may block. Once a signal sets
 * *stopped, the call waits no longer and fails with -1 and EINTR. With NULL it waits forever. */
int fd_write_unless(int fd, const void *bytes, size_t n, const volatile sig_atomic_t *stopped);

#endif
