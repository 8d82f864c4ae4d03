/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "autorec/fd.h"
#include "autorec/input.h"

#define TEMPORARY ".autorec.%ld.%d.tmp" /* process id and a number */

static int io_error(const char *path, const char *doing, int number, struct err *e)
{
	if (number == EINTR)
		return err_set(e, ERR_INTERRUPTED, path, "stopped by a signal");
	const char *advice = number == ENOSPC || number == EDQUOT
				     ? "; make room or choose another place"
			     : number == ENOENT ? "; make its folder first"
			     : number == EACCES || number == EROFS
				     ? "; choose a place where you may write"
				     : "";
	return err_set(e, number == ENOMEM ? ERR_NOMEM : ERR_IO, path, "cannot %s: %s%s", doing,
		       strerror(number), advice);
}

/* The folder part of a name; "." if there is none. */
static void file_folder_of(const char *path, char *folder)
{
	const char *slash = strrchr(path, '/');
	if (slash)
		snprintf(folder, PATH_MAX, "%.*s", slash == path ? 1 : (int)(slash - path), path);
	else
		snprintf(folder, PATH_MAX, ".");
}

/* ---- temporary files ---------------------------------------------------- */

/* Locks a file that is being written. Returns false if another program has taken it for a leftover
 * and is removing it. Where files cannot be locked, no program removes any. */
static bool file_lock(int fd)
{
	struct stat s;
	return (flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) && fstat(fd, &s) == 0 &&
	       s.st_nlink > 0;
}

/* The number-th name to try for a new file beside `path`. It contains no part of the old name,
 * which may have the maximum length. */
static void name_beside(const char *path, int number, char *out)
{
	char folder[PATH_MAX];
	file_folder_of(path, folder);
	snprintf(out, PATH_MAX, "%.*s/" TEMPORARY, PATH_MAX - 64, folder, (long)getpid(), number);
}

enum { TRIES = 100 }; /* a killed run may have left files with our process id */

/* Opens a new, locked file beside `path` and writes its name to `temporary`; -1 and errno. */
static int open_beside(const char *path, char *temporary, mode_t mode)
{
	for (int i = 0; i < TRIES; i++) {
		name_beside(path, i, temporary);
		int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			      mode);
		if (fd >= 0 && file_lock(fd))
			return fd;
		if (fd < 0 && errno != EEXIST)
			return -1;
		if (fd >= 0)
			close(fd);
	}
	errno = EEXIST;
	return -1;
}

static bool is_temporary(const char *name)
{
	long process;
	int number, length = 0;
	return sscanf(name, TEMPORARY "%n", &process, &number, &length) == 2 && length > 0 &&
	       !name[length];
}

/* Removes temporary files beside `path` that nobody is writing. Killed programs left them. */
static void remove_left_over(const char *path)
{
	char folder[PATH_MAX];
	file_folder_of(path, folder);
	DIR *files = opendir(folder);
	for (const struct dirent *entry; files && (entry = readdir(files));) {
		struct stat s;
		if (!is_temporary(entry->d_name))
			continue;
		const int fd = openat(dirfd(files), entry->d_name,
				      O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (fstat(fd, &s) == 0 && S_ISREG(s.st_mode) && flock(fd, LOCK_EX | LOCK_NB) == 0)
			unlinkat(dirfd(files), entry->d_name, 0);
		close(fd);
	}
	if (files)
		closedir(files);
}

/* ---- opening ------------------------------------------------------------ */

/* Resolves symbolic links of a name, whose file need not exist; -1 and errno. */
static int follow_links(const char *path, char *out)
{
	enum { MOST_LINKS = 40 };
	char target[PATH_MAX], folder[PATH_MAX], joined[2 * PATH_MAX];
	snprintf(out, PATH_MAX, "%s", path);
	for (int i = 0; i < MOST_LINKS; i++) {
		const ssize_t n = readlink(out, target, sizeof target - 1);
		if (n < 0)
			return 0;
		target[n] = 0;
		file_folder_of(out, folder);
		snprintf(joined, sizeof joined, "%s%s%s", target[0] == '/' ? "" : folder,
			 target[0] == '/' ? "" : "/", target);
		if (strlen(joined) >= PATH_MAX - 64) {
			errno = ENAMETOOLONG;
			return -1;
		}
		memcpy(out, joined, strlen(joined) + 1);
	}
	errno = ELOOP;
	return -1;
}

/* Opens what is not a regular file, without waiting for a reader; -1 and errno. */
static int open_device(struct file *f, const char *path)
{
	snprintf(f->path, PATH_MAX, "%s", path);
	const int fd = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd >= 0)
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	return fd;
}

/* Opens the file to write to; -1 and errno. */
static int open_target(struct file *f, const char *path)
{
	struct stat old;
	const bool exists = stat(path, &old) == 0;
	if (!exists && errno != ENOENT)
		return -1;
	if (exists && !S_ISREG(old.st_mode))
		return open_device(f, path);
	if (follow_links(path, f->path) < 0 || (exists && access(f->path, W_OK) < 0))
		return -1;
	int fd = open_beside(f->path, f->temporary, 0666);
	if (fd < 0) {
		f->temporary[0] = 0;
		return -1;
	}
	remove_left_over(f->path);
	/* Keeps the old file's permissions. Owner and group are those of the writer. */
	if (exists && fchmod(fd, old.st_mode & 0777) < 0) {
		unlink(f->temporary);
		close(fd);
		return -1;
	}
	return fd;
}

/* The write function of the stream. Unlike a plain stream's, it survives a signal during a
 * write. */
static ssize_t stream_write(void *cookie, const char *bytes, size_t n)
{
	struct file *f = cookie;
	if (!f->number && (f->temporary[0] ? fd_write(f->fd, bytes, n, -1)
					   : fd_write_unless(f->fd, bytes, n, f->stopped)) < 0)
		f->number = errno;
	return f->number ? 0 : (ssize_t)n;
}

int file_begin(struct file *f, const char *path, enum file_kinds kinds, struct err *e)
{
	*f = (struct file){ .fd = -1, .lock = -1 };
	if (!path[0])
		return err_set(e, ERR_USAGE, NULL, "the file's name is empty");
	if (strlen(path) >= PATH_MAX - 64)
		return io_error(path, "write the file", ENAMETOOLONG, e);
	struct stat s;
	if (kinds == FILE_ONLY && stat(path, &s) == 0 && !S_ISREG(s.st_mode) && !S_ISDIR(s.st_mode))
		return err_set(e, ERR_IO, path, "is %s, expected a file", input_kind(s.st_mode));
	int fd = open_target(f, path);
	if (fd < 0 && errno == ENXIO)
		return err_set(e, ERR_IO, path,
			       "is a pipe that nobody reads; start its reader first");
	if (fd < 0)
		return io_error(path, "write the file", errno, e);
	f->fd = fd;
	f->stream = fopencookie(f, "w", (cookie_io_functions_t){ .write = stream_write });
	if (!f->stream) {
		int number = errno;
		file_abandon(f);
		return io_error(path, "write the file", number, e);
	}
	return 0;
}

int file_put(struct file *f, const void *bytes, size_t n, struct err *e)
{
	return fd_write(f->fd, bytes, n, -1) < 0 ? io_error(f->path, "write the file", errno, e)
						 : 0;
}

int file_put_at(struct file *f, const void *bytes, size_t n, int64_t place, struct err *e)
{
	return fd_write(f->fd, bytes, n, place) < 0 ? io_error(f->path, "write the file", errno, e)
						    : 0;
}

/* ---- the commit --------------------------------------------------------- */

/* Pipes and terminals cannot be synchronized. Returns 0 or the error number. */
static int synchronize(int fd)
{
	return TEMP_FAILURE_RETRY(fsync(fd)) < 0 && errno != EINVAL && errno != ENOTSUP ? errno : 0;
}

/* A close that a signal interrupts has still closed the file. */
static int close_file(int fd)
{
	return close(fd) < 0 && errno != EINTR ? errno : 0;
}

/* Flushes and closes in any case; returns 0 or the number of the first error. */
static int file_finish(struct file *f)
{
	int number = fflush(f->stream) < 0 || ferror(f->stream) ? (f->number ? f->number : EIO) : 0;
	fclose(f->stream);
	f->stream = NULL;
	if (!number)
		number = synchronize(f->fd);
	f->lock = fcntl(f->fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (!number && f->lock < 0)
		number = errno;
	const int closing = close_file(f->fd);
	f->fd = -1;
	return number ? number : closing;
}

/* Makes the new name durable; returns 0 or the error number. */
static int sync_folder(const char *path)
{
	char folder[PATH_MAX];
	file_folder_of(path, folder);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno == EACCES ? 0 : errno; /* a folder may be writable but not readable */
	int number = synchronize(fd);
	close(fd);
	return number;
}

void file_previous(const char *path, char *out)
{
	static const char ending[] = ".prev";
	char file[PATH_MAX];
	if (follow_links(path, file) < 0)
		snprintf(file, sizeof file, "%s", path);
	const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
	enum { LONGEST = NAME_MAX - (int)sizeof ending + 1, DIGITS = 16 };
	if (strlen(name) <= LONGEST)
		snprintf(out, PATH_MAX + 8, "%s%s", file, ending);
	else
		snprintf(out, PATH_MAX + 8, "%.*s%.*s~%0*llx%s", (int)(name - file), file,
			 LONGEST - DIGITS - 1, name, DIGITS,
			 (unsigned long long)XXH3_64bits(name, strlen(name)), ending);
}

/* Makes a second name for the file, where the system supports it; -1 and errno. */
static int link_beside(const char *path, char *temporary)
{
	for (int i = 0; i < TRIES; i++) {
		name_beside(path, i, temporary);
		if (link(path, temporary) == 0)
			return 0;
		if (errno != EEXIST)
			return -1;
	}
	return -1;
}

/* Copies the file that is open as `from`. Returns the descriptor of the copy, which keeps it
 * locked; -1 and errno. */
static int copy_beside(int from, const char *path, char *temporary)
{
	char piece[1 << 16];
	struct stat s;
	ssize_t n = 0;
	int to = fstat(from, &s) == 0 ? open_beside(path, temporary, s.st_mode & 0777) : -1;
	if (to < 0)
		return -1;
	int number = 0;
	while (!number && (n = TEMP_FAILURE_RETRY(read(from, piece, sizeof piece))) > 0)
		number = fd_write(to, piece, (size_t)n, -1) < 0 ? errno : 0;
	if (!number)
		number = n < 0 ? errno : synchronize(to);
	const int held = fcntl(to, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (!number && held < 0)
		number = errno;
	const int closing = close_file(to);
	if (!number && !closing)
		return held;
	unlink(temporary);
	if (held >= 0)
		close(held);
	errno = number ? number : closing;
	return -1;
}

/* Gives the current file also the name of the previous version. The current name exists all the
 * time. Returns 0 or the error number. */
static int keep_old(const struct file *f)
{
	char kept[PATH_MAX + 8], temporary[PATH_MAX];
	int number = 0, copy = -1;
	const int old = open(f->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (old < 0 && errno == ENOENT)
		return 0;
	if (old >= 0)
		file_lock(old); /* so that its second name is not taken for a leftover */
	file_previous(f->path, kept);
	if (link_beside(f->path, temporary) < 0 &&
	    (old < 0 || (copy = copy_beside(old, f->path, temporary)) < 0)) {
		number = errno;
	} else {
		number = rename(temporary, kept) < 0 ? errno : 0;
		unlink(temporary); /* it still exists if both were names of the same file */
	}
	if (copy >= 0)
		close(copy);
	if (old >= 0)
		close(old);
	return number;
}

static void unlock(struct file *f)
{
	if (f->lock >= 0)
		close(f->lock);
	f->lock = -1;
}

int file_commit(struct file *f, struct err *e)
{
	int number = file_finish(f);
	if (number) {
		file_abandon(f);
		return io_error(f->path, "write the file", number, e);
	}
	if (!f->temporary[0]) {
		unlock(f);
		return 0;
	}
	if (f->keep_old && (number = keep_old(f))) {
		file_abandon(f);
		return io_error(f->path, "keep the file's previous version beside it", number, e);
	}
	if (rename(f->temporary, f->path) < 0) {
		number = errno;
		file_abandon(f);
		return io_error(f->path, "rename the finished file", number, e);
	}
	f->temporary[0] = 0;
	unlock(f);
	number = sync_folder(f->path);
	return number ? io_error(f->path, "make sure that the file survives a power failure",
				 number, e)
		      : 0;
}

void file_abandon(struct file *f)
{
	if (f->stream)
		fclose(f->stream);
	if (f->fd >= 0)
		close(f->fd);
	if (f->temporary[0])
		unlink(f->temporary);
	unlock(f);
	f->stream = NULL;
	f->fd = -1;
	f->temporary[0] = 0;
}

bool file_has_ending(const char *path, const char *ending)
{
	const size_t n = strlen(path), m = strlen(ending);
	return n > m && !strcasecmp(path + n - m, ending);
}
