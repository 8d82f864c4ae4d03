/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/known.h"
#include "autorec/home.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "autorec/text.h"

const struct known_dataset known_datasets[] = {
	{ "ml-100k", "ml-100k", 4924029,
	  "50d2a982c66986937beb9ffb3aa76efe955bf3d5c6b761f4e3a7cd717c6a3229" },
	{ "ml-1m", "ml-1m", 0, "a6898adb50b9ca05aa231689da44c217cb524e7ebd39d264c56e2832f2c54e20" },
	{ "ml-10m", "ml-10M100K", 65566137,
	  "813c411ccb6122564edfe752e7f80c4dcc5aa25fa94c93622f6877a7ba252862" },
	{ "sample", "sample-data" },
	{ 0 },
};

enum { FOLDER_SIZE = 512 };

static bool known_is_there(char *out, size_t size, const char *folder, const char *name,
			   const char *ending)
{
	int n = snprintf(out, size, "%s%s%s%s", folder, folder[0] ? "/" : "", name, ending);
	return n < (int)size && access(out, F_OK) == 0;
}

/* Looks for a file or folder of this name, or for the folder of a well-known data set's archive. */
static bool found_in(char *out, size_t size, const char *folder, const char *name)
{
	if (known_is_there(out, size, folder, name, "") ||
	    known_is_there(out, size, folder, name, ".zip"))
		return true;
	for (const struct known_dataset *k = known_datasets; k->name; k++)
		if (!strcmp(k->name, name))
			return known_is_there(out, size, folder, k->folder, "");
	return false;
}

/* The folders where data sets are kept: i = 0, 1, ...; false after the last. */
static bool folder_at(int i, char out[FOLDER_SIZE])
{
	const char *data = getenv("AUTOREC_DATA");
	char *slash;
	ssize_t n;
	out[0] = 0;
	switch (i) {
	case 0: snprintf(out, FOLDER_SIZE, "%s", data ? data : ""); return true;
	case 1:
		if (!home_data(out, FOLDER_SIZE))
			out[0] = 0;
		return true;
	case 2: /* beside the installed program */
		n = readlink("/proc/self/exe", out, FOLDER_SIZE - sizeof "/../share/autorec");
		out[n > 0 ? n : 0] = 0;
		slash = strrchr(out, '/');
		if (slash)
			strcpy(slash, "/../share/autorec");
		return true;
	default: return false;
	}
}

static int how_to_fetch(const struct known_dataset *k, struct err *e)
{
	char folder[FOLDER_SIZE], size[32] = "";
	for (int i = 0; folder_at(i, folder) && !folder[0];)
		i++;
	if (k->bytes)
		snprintf(size, sizeof size, " (%ld bytes)", k->bytes);
	return err_set(e, ERR_DATA, k->name,
		       "is not on this machine%s; fetch it with: mkdir -p %.*s && cd %.*s && "
		       "curl -O https://files.grouplens.org/datasets/movielens/%s.zip && "
		       "echo '%s  %s.zip' | sha256sum -c && unzip %s.zip",
		       size, text_head(folder, 160), folder, text_head(folder, 160), folder,
		       k->name, k->sha256, k->name, k->name);
}

int known_locate(const char *path, char *out, size_t size, struct err *e)
{
	char folder[FOLDER_SIZE];
	snprintf(out, size, "%s", path);
	if (access(path, F_OK) == 0 || path[0] == '/' || path[0] == '.')
		return 0;
	for (int i = 0; folder_at(i, folder); i++)
		if (folder[0] && found_in(out, size, folder, path))
			return 0;
	for (const struct known_dataset *k = known_datasets; k->name; k++) {
		if (strcmp(k->name, path) != 0)
			continue;
		if (found_in(out, size, "", path))
			return 0;
		if (k->sha256)
			return how_to_fetch(k, e);
	}
	snprintf(out, size, "%s", path);
	return 0;
}
