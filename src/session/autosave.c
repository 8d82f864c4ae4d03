/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/autosave.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "autorec/home.h"
#include "autorec/mem.h"

#define ENDING ".safetensors"

static void beside(const char *path, const char *ending, char *out)
{
	snprintf(out, PATH_MAX + 8, "%s%s", path, ending);
}

/* Locks the companion of path; returns -1 on failure. */
static int autosave_lock(const char *path, int flags)
{
	char name[PATH_MAX + 8];
	beside(path, ".lock", name);
	int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

int autosave_claim(struct autosave *a, struct err *e)
{
	enum { TRIES = 100 };
	char place[PATH_MAX - 128], path[PATH_MAX];
	int fd = -1;
	if (a->path[0])
		return 0;
	if (!home_state("", place, sizeof place))
		return err_set(e, ERR_IO, "autosave",
			       "neither HOME nor XDG_STATE_HOME is set; turn autosave off with set "
			       "autosave 0");
	home_make_folders(place);
	errno = EEXIST;
	for (int i = 0; fd < 0 && errno == EEXIST && i < TRIES; i++) {
		snprintf(path, sizeof path, "%sautosave-%ld.%d" ENDING, place, (long)getpid(), i);
		if (access(path, F_OK) < 0) /* a program with that number may have crashed */
			fd = autosave_lock(path, O_EXCL);
	}
	if (fd < 0)
		return err_set(e, ERR_IO, place,
			       "cannot be written: %s; turn autosave off with set autosave 0",
			       strerror(errno));
	snprintf(a->path, sizeof a->path, "%s", path);
	a->lock = fd;
	return 0;
}

bool autosave_adopt(struct autosave *a, const char *path)
{
	int fd = autosave_lock(path, 0);
	if (fd < 0)
		return false;
	autosave_done(a, false);
	snprintf(a->path, sizeof a->path, "%s", path);
	a->lock = fd;
	return true;
}

/* Removes the file, its older version and its lock. */
static void remove_files(const char *path)
{
	static const char *const endings[] = { "", ".prev", ".lock" };
	char name[PATH_MAX + 8];
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		beside(path, endings[i], name);
		unlink(name);
	}
}

void autosave_done(struct autosave *a, bool keep)
{
	if (!a->path[0])
		return;
	if (!keep)
		remove_files(a->path);
	close(a->lock);
	a->path[0] = 0;
}

bool autosave_drop(const char *path)
{
	const int fd = autosave_lock(path, 0);
	if (fd < 0)
		return false;
	remove_files(path);
	close(fd);
	return true;
}

static bool is_held(const char *path)
{
	int fd = autosave_lock(path, 0);
	if (fd >= 0)
		close(fd);
	return fd < 0;
}

static bool is_name(const char *name)
{
	const size_t n = strlen(name), ending = strlen(ENDING);
	return !strncmp(name, "autosave-", 9) && n > ending && !strcmp(name + n - ending, ENDING);
}

/* The newest first; of the same second, by name. */
static int by_age(const void *a, const void *b)
{
	const struct autosave_found *x = a, *y = b;
	return x->saved != y->saved ? (x->saved < y->saved) - (x->saved > y->saved)
				    : strcmp(x->path, y->path);
}

int autosave_list(struct autosave_found **out, struct err *e)
{
	char place[PATH_MAX - 300];
	struct stat s;
	size_t n = 0, room = 0;
	*out = NULL;
	DIR *files = home_state("", place, sizeof place) ? opendir(place) : NULL;
	if (!files)
		return 0;
	for (const struct dirent *entry; (entry = readdir(files));) {
		struct autosave_found one = { 0 };
		snprintf(one.path, sizeof one.path, "%s%.255s", place, entry->d_name);
		if (!is_name(entry->d_name) || stat(one.path, &s) < 0 || is_held(one.path) ||
		    checkpoint_read_title(&one.title, one.path) < 0)
			continue;
		one.saved = s.st_mtime;
		one.bytes = s.st_size;
		if (mem_grow(out, &room, n + 1, sizeof **out, e) < 0) {
			closedir(files);
			free(*out);
			*out = NULL;
			return ERR_NOMEM;
		}
		(*out)[n++] = one;
	}
	closedir(files);
	if (n > 0)
		qsort(*out, n, sizeof **out, by_age);
	return (int)n;
}

bool autosave_find(struct autosave_found *found)
{
	struct autosave_found *list;
	const bool any = autosave_list(&list, NULL) > 0;
	*found = any ? list[0] : (struct autosave_found){ 0 };
	free(list);
	return any;
}

void autosave_prune(const char *data, int most)
{
	struct autosave_found *list;
	const int n = autosave_list(&list, NULL);
	for (int i = 0, kept = 0; i < n; i++) {
		const struct autosave_found *one = &list[i];
		const bool same = !strncmp(one->title.data, data, sizeof one->title.data - 1);
		kept += same;
		if (same && kept > most)
			autosave_drop(one->path);
	}
	free(list);
}
