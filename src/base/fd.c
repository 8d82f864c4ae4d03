/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/fd.h"

#include <errno.h>
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
