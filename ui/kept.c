/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kept.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "autorec/text.h"

void write_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, bytes, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return;
		bytes += done;
		n -= (size_t)done;
	}
}

struct kept kept_start(void)
{
	struct kept k = { -1, -1 };
	FILE *file = isatty(STDERR_FILENO) ? tmpfile() : NULL;
	if (!file)
		return k;
	k.real = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	k.file = fcntl(fileno(file), F_DUPFD_CLOEXEC, 3);
	fclose(file);
	if (k.real >= 0 && k.file >= 0)
		dup2(k.file, STDERR_FILENO);
	return k;
}

void kept_release(struct kept *k)
{
	char buffer[1024], tame[4096];
	if (k->real >= 0)
		dup2(k->real, STDERR_FILENO);
	if (k->file >= 0) {
		lseek(k->file, 0, SEEK_SET);
		for (ssize_t n; (n = read(k->file, buffer, sizeof buffer)) > 0;) {
			const char *p = buffer;
			write_all(STDERR_FILENO, tame,
				  text_tame(&p, buffer + n, true, tame, sizeof tame));
		}
		close(k->file);
	}
	if (k->real >= 0)
		close(k->real);
	k->real = k->file = -1;
}
