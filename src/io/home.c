/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/home.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The XDG specification: a relative path in its variables is invalid. */
static const char *home_path(const char *variable, const char *usual, const char *name, char *out,
			     size_t size)
{
	const char *folder = getenv(variable), *home = getenv("HOME");
	int n = -1;
	if (folder && folder[0] == '/')
		n = snprintf(out, size, "%s/autorec/%s", folder, name);
	else if (home && home[0] == '/')
		n = snprintf(out, size, "%s/%s/autorec/%s", home, usual, name);
	return n > 0 && (size_t)n < size ? out : NULL;
}

const char *home_state(const char *name, char *out, size_t size)
{
	return home_path("XDG_STATE_HOME", ".local/state", name, out, size);
}

const char *home_data(char *out, size_t size)
{
	return home_path("XDG_DATA_HOME", ".local/share", "", out, size);
}

void home_make_folders(const char *path)
{
	char folder[PATH_MAX];
	snprintf(folder, sizeof folder, "%s", path);
	for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		mkdir(folder, 0700);
		*slash = '/';
	}
}
