/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/fd.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <unistd.h>

int fd_write(int fd, const void *bytes, size_t n, int64_t place)
{
	for (const char *p = bytes; n > 0;) {
		const ssize_t done = place < 0 ? write(fd, p, n) : pwrite(fd, p, n, place);
		if (done < 0 && errno == EINTR)
			continue;
		if (done == 0)
			errno = EIO;
		if (done <= 0)
			return -1;
		p += done;
		n -= (size_t)done;
		place += place < 0 ? 0 : done;
	}
	return 0;
}

static bool wait_for_room(int fd, const volatile sig_atomic_t *stopped)
{
	enum { INTERVAL_MS = 100 }; /* a signal may come right before the wait */
	struct pollfd room = { .fd = fd, .events = POLLOUT };
	while (poll(&room, 1, INTERVAL_MS) <= 0)
		if (stopped && *stopped)
			return false;
	return true;
}

int fd_write_unless(int fd, const void *bytes, size_t n, const volatile sig_atomic_t *stopped)
{
	for (const char *p = bytes; n > 0;) {
		/* A pipe with room takes this much in one write. */
		const size_t part = n < PIPE_BUF ? n : PIPE_BUF;
		if (!wait_for_room(fd, stopped)) {
			errno = EINTR;
			return -1;
		}
		const ssize_t done = write(fd, p, part);
		if (done < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (done == 0)
			errno = EIO;
		if (done <= 0)
			return -1;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}
