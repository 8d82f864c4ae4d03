/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * File descriptors, without the pitfalls of the system's calls. */
#ifndef AUTOREC_FD_H
#define AUTOREC_FD_H

#include <stddef.h>
#include <stdint.h>

/* Writes n bytes at a place of the file, or where it stands (place -1).  Short writes and signals
 * do no harm.  0, or -1 and errno. */
int fd_write(int fd, const void *bytes, size_t n, int64_t place);

#endif
