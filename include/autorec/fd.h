/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * File descriptors, without the pitfalls of the system's calls. */
#ifndef AUTOREC_FD_H
#define AUTOREC_FD_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

/* Writes n bytes at a place of the file, or where it stands (place -1).  Short writes and signals
 * do no harm.  0, or -1 and errno. */
int fd_write(int fd, const void *bytes, size_t n, int64_t place);
/* Writes where the file stands, to a pipe or a terminal that may keep whoever writes waiting: once
 * *stopped, which a signal sets, it waits no longer; -1 and EINTR.  NULL: it waits for ever. */
int fd_write_unless(int fd, const void *bytes, size_t n, const volatile sig_atomic_t *stopped);

#endif
