/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Well-known data sets: where they may be on this machine, and where to get them. */
#ifndef AUTOREC_KNOWN_H
#define AUTOREC_KNOWN_H

#include <stddef.h>

#include "autorec/err.h"

struct known_dataset {
	const char *name;   /* of the archive, NAME.zip; the list ends with NULL */
	const char *folder; /* the folder inside the archive */
	long bytes;         /* size of the archive; 0: not published */
	const char *sha256; /* of the archive; NULL: comes with the program */
};
extern const struct known_dataset known_datasets[];

/* Locates a data set, in out (size bytes). If `path` exists, that is the result. Otherwise looks
 * for a folder or zip of that name in $AUTOREC_DATA, in $XDG_DATA_HOME/autorec
 * (~/.local/share/autorec) and beside the program. If there is none, a well-known name gives
 * ERR_DATA with the commands that download it; for any other name the result is the path itself. */
int known_locate(const char *path, char *out, size_t size, struct err *e);

#endif
