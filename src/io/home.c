/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/home.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char *home_state(const char *name, char *out, size_t size)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	int n = -1;
	if (state && state[0] == '/') /* the XDG specification: a relative path is invalid */
		n = snprintf(out, size, "%s/autorec/%s", state, name);
	else if (home && home[0] == '/')
		n = snprintf(out, size, "%s/.local/state/autorec/%s", home, name);
	return n > 0 && (size_t)n < size ? out : NULL;
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
