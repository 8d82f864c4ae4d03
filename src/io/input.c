/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "autorec/fd.h"

const char *input_kind(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG: return "a file";
	case S_IFDIR: return "a folder";
	case S_IFIFO: return "a pipe";
	case S_IFSOCK: return "a socket";
	default: return "a device";
	}
}

static bool is_stream(mode_t mode)
{
	return S_ISFIFO(mode) || S_ISSOCK(mode);
}

/* Waits until the pipe has data or its writers have closed it. */
static int wait_for_bytes(int fd, const char *path, const struct input_wait *pipes, struct err *e)
{
	enum { INTERVAL_MS = 100 };
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	do {
		if (pipes->go_on && !pipes->go_on(pipes->ctx))
			return err_set(e, ERR_INTERRUPTED, path,
				       "stopped while waiting for the pipe");
	} while (poll(&wait, 1, INTERVAL_MS) <= 0);
	return 0;
}

/* Standard input cannot be opened again if it is a socket, as under some remote shells. */
static int open_path(const char *path)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 && errno == ENXIO && !strcmp(path, INPUT_STDIN))
		return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	return fd;
}

int input_open(const char *path, const struct input_wait *pipes, struct err *e)
{
	struct stat s;
	const int fd = open_path(path);
	if (fd < 0)
		return err_set(e, ERR_DATA, path, "cannot be opened: %s", strerror(errno));
	int status = fstat(fd, &s) < 0
			     ? err_set(e, ERR_DATA, path, "cannot be opened: %s", strerror(errno))
			     : 0;
	if (status == 0 && !S_ISREG(s.st_mode) && !(is_stream(s.st_mode) && pipes))
		status = err_set(e, ERR_DATA, path, "is %s, expected a file",
				 isatty(fd) ? "a terminal" : input_kind(s.st_mode));
	if (status == 0 && is_stream(s.st_mode))
		status = wait_for_bytes(fd, path, pipes, e);
	if (status == 0)
		return fd;
	close(fd);
	return status;
}

static int copy_pipe(int from, int to, const char *path, const struct input_wait *pipes,
		     struct err *e)
{
	char bytes[1 << 16];
	for (;;) {
		const ssize_t n = read(from, bytes, sizeof bytes);
		int status = 0;
		if (n == 0)
			return 0;
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return err_set(e, ERR_IO, path, "cannot be read: %s", strerror(errno));
		if (n > 0 && fd_write(to, bytes, (size_t)n, -1) < 0)
			return err_set(e, ERR_IO, path,
				       "there is no room for a copy of the pipe: %s",
				       strerror(errno));
		status = wait_for_bytes(from, path, pipes, e);
		if (status < 0)
			return status;
	}
}

int input_open_whole(const char *path, const struct input_wait *pipes, struct err *e)
{
	struct stat s;
	const int fd = input_open(path, pipes, e);
	if (fd < 0 || (fstat(fd, &s) == 0 && S_ISREG(s.st_mode)))
		return fd;
	FILE *file = tmpfile();
	int copy = file ? fcntl(fileno(file), F_DUPFD_CLOEXEC, 3) : -1;
	int status = copy < 0 ? err_set(e, ERR_IO, path,
					"there is no room for a copy of the pipe: %s",
					strerror(errno))
			      : copy_pipe(fd, copy, path, pipes, e);
	if (file)
		fclose(file);
	close(fd);
	if (status == 0 && lseek(copy, 0, SEEK_SET) == 0)
		return copy;
	if (copy >= 0)
		close(copy);
	return status;
}
