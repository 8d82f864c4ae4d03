/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

static int io_error(const char *path, const char *doing, int number, struct err *e)
{
	const char *advice = number == ENOSPC || number == EDQUOT ? "; make room or choose another place" :
			     number == ENOENT			  ? "; make its folder first" :
			     number == EACCES || number == EROFS  ? "; choose a place where you may write" :
								    "";
	return err_set(e, ERR_IO, path, "cannot %s: %s%s", doing, strerror(number), advice);
}

/* The folder that the name stands in, "." when none is given. */
static void folder_of(const char *path, char *folder)
{
	const char *slash = strrchr(path, '/');
	if (slash)
		snprintf(folder, PATH_MAX, "%.*s", slash == path ? 1 : (int)(slash - path), path);
	else
		snprintf(folder, PATH_MAX, ".");
}

/* A new file beside f->path; its name has no part of the other, which may be as long as names may be. */
static int open_beside(struct file *f, mode_t mode)
{
	enum { TRIES = 100 }; /* a run that was killed may have left one with our process number */
	char folder[PATH_MAX];
	int fd = -1;
	folder_of(f->path, folder);
	errno = EEXIST;
	for (int i = 0; fd < 0 && errno == EEXIST && i < TRIES; i++) {
		if (snprintf(f->temporary, PATH_MAX, "%.*s/.autorec.%ld.%d.tmp", PATH_MAX - 64, folder, (long)getpid(), i) < 0)
			return -1;
		fd = open(f->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	}
	return fd;
}

/* Opens what will be written to; -1 and errno. */
static int open_target(struct file *f, const char *path)
{
	struct stat old;
	const bool exists = stat(path, &old) == 0;
	if (!exists && errno != ENOENT)
		return -1;
	if (exists && !S_ISREG(old.st_mode)) {
		snprintf(f->path, PATH_MAX, "%s", path);
		return open(path, O_WRONLY | O_CLOEXEC);
	}
	if (exists && (access(path, W_OK) < 0 || !realpath(path, f->path)))
		return -1;
	if (!exists)
		snprintf(f->path, PATH_MAX, "%s", path);
	int fd = open_beside(f, 0666);
	/* The old file's permissions stay; the group and owner are whoever writes. */
	if (fd >= 0 && exists && fchmod(fd, old.st_mode & 0777) < 0) {
		unlink(f->temporary);
		close(fd);
		return -1;
	}
	return fd;
}

int file_begin(struct file *f, const char *path, struct err *e)
{
	f->stream = NULL;
	f->temporary[0] = 0;
	f->keep_old = false;
	if (!path[0])
		return err_set(e, ERR_USAGE, NULL, "the file's name is empty");
	if (strlen(path) >= PATH_MAX - 64)
		return io_error(path, "write the file", ENAMETOOLONG, e);
	int fd = open_target(f, path);
	if (fd < 0)
		return io_error(path, "write the file", errno, e);
	f->stream = fdopen(fd, "w");
	if (!f->stream) {
		int number = errno;
		close(fd);
		file_abandon(f);
		return io_error(path, "write the file", number, e);
	}
	return 0;
}

/* At a place, or (-1) at the end. */
static int put(struct file *f, const char *p, size_t n, int64_t place, struct err *e)
{
	const int fd = fileno(f->stream);
	while (n > 0) {
		const ssize_t done = place < 0 ? write(fd, p, n) : pwrite(fd, p, n, place);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return io_error(f->path, "write the file", done < 0 ? errno : EIO, e);
		p += done;
		n -= (size_t)done;
		place += place < 0 ? 0 : done;
	}
	return 0;
}

int file_put(struct file *f, const void *bytes, size_t n, struct err *e)
{
	return put(f, bytes, n, -1, e);
}

int file_put_at(struct file *f, const void *bytes, size_t n, int64_t place, struct err *e)
{
	return put(f, bytes, n, place, e);
}

/* Flushes and closes the stream, whatever happens; returns 0 or the number of the first error. */
static int finish_stream(FILE *stream)
{
	errno = 0;
	/* An error long ago may have lost its number; that data is missing is certain. */
	int number = fflush(stream) < 0 || ferror(stream) ? (errno ? errno : EIO) : 0;
	/* Pipes and terminals cannot be synchronised. */
	if (!number && fsync(fileno(stream)) < 0 && errno != EINVAL && errno != ENOTSUP)
		number = errno;
	if (fclose(stream) < 0 && !number)
		number = errno;
	return number;
}

/* Makes the new name last; 0 or the error's number. */
static int sync_folder(const char *path)
{
	char folder[PATH_MAX];
	folder_of(path, folder);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno == EACCES ? 0 : errno; /* a folder may be written to but not read */
	int number = fsync(fd) < 0 && errno != EINVAL && errno != ENOTSUP ? errno : 0;
	close(fd);
	return number;
}

/* What has the name now also gets the other one; 0 or the error's number.  The name stands for a whole file all the time,
 * except where the system knows no second names: there it is gone until the new file takes it. */
static int keep_old(const struct file *f)
{
	char kept[PATH_MAX + 8];
	snprintf(kept, sizeof kept, "%s.prev", f->path);
	if (access(f->path, F_OK) < 0 || (unlink(kept) < 0 && errno != ENOENT))
		return errno == ENOENT ? 0 : errno;
	if (link(f->path, kept) == 0)
		return 0;
	return rename(f->path, kept) == 0 ? 0 : errno;
}

int file_commit(struct file *f, struct err *e)
{
	int number = finish_stream(f->stream);
	f->stream = NULL;
	if (number) {
		file_abandon(f);
		return io_error(f->path, "write the file", number, e);
	}
	if (!f->temporary[0])
		return 0;
	if (f->keep_old)
		number = keep_old(f);
	if (!number && rename(f->temporary, f->path) < 0)
		number = errno;
	if (number) {
		file_abandon(f);
		return io_error(f->path, "give the finished file its name", number, e);
	}
	f->temporary[0] = 0;
	number = sync_folder(f->path);
	return number ? io_error(f->path, "make sure that the file outlives a power failure", number, e) : 0;
}

void file_abandon(struct file *f)
{
	if (f->stream)
		fclose(f->stream);
	if (f->temporary[0])
		unlink(f->temporary);
	f->stream = NULL;
	f->temporary[0] = 0;
}

bool file_has_ending(const char *path, const char *ending)
{
	const size_t n = strlen(path), m = strlen(ending);
	return n > m && !strcasecmp(path + n - m, ending);
}
