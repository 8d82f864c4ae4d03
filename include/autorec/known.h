/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Data sets that go by a name: where they may lie on this machine, and where somebody who lacks one
 * gets it. */
#ifndef AUTOREC_KNOWN_H
#define AUTOREC_KNOWN_H

#include <stddef.h>

#include "autorec/err.h"

struct known_dataset {
	const char *name;   /* of the archive, NAME.zip; NULL after the last */
	const char *folder; /* that the archive unpacks to */
	long bytes;         /* of the archive; 0: not published */
	const char *sha256; /* of the archive; NULL: it comes with the program */
};
extern const struct known_dataset known_datasets[];

/* The path as it is given when something is there, else what has that name where data sets are
 * kept: a folder or a zip in $AUTOREC_DATA, $XDG_DATA_HOME/autorec (~/.local/share/autorec) or
 * beside the program; in out (size bytes).  When there is none, the path, or for a known data set
 * ERR_DATA with the commands that fetch it. */
int known_locate(const char *path, char *out, size_t size, struct err *e);

#endif
