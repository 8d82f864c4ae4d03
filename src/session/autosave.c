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

void autosave_done(struct autosave *a, bool keep)
{
	static const char *const endings[] = { "", ".prev", ".lock" };
	char name[PATH_MAX + 8];
	if (!a->path[0])
		return;
	for (size_t i = 0; !keep && i < sizeof endings / sizeof *endings; i++) {
		beside(a->path, endings[i], name);
		unlink(name);
	}
	close(a->lock);
	a->path[0] = 0;
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

bool autosave_find(struct autosave_found *found)
{
	char place[PATH_MAX - 300], path[PATH_MAX];
	struct checkpoint_title title;
	struct stat s;
	*found = (struct autosave_found){ 0 };
	DIR *files = home_state("", place, sizeof place) ? opendir(place) : NULL;
	if (!files)
		return false;
	for (const struct dirent *entry; (entry = readdir(files));) {
		snprintf(path, sizeof path, "%s%.255s", place, entry->d_name);
		if (!is_name(entry->d_name) || stat(path, &s) < 0 || s.st_mtime < found->saved ||
		    is_held(path) || checkpoint_read_title(&title, path) < 0)
			continue;
		found->saved = s.st_mtime;
		found->title = title;
		strcpy(found->path, path);
	}
	closedir(files);
	return found->path[0] != 0;
}
