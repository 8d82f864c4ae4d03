/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOAD_TITLES_H
#define LOAD_TITLES_H

#include "autorec/load.h"

/* Reads the titles of the items of d from a file with columns item and title: d->titles and what
 * the report says of them.  The whole file is UTF-8 if it is valid, else Latin-1.  On failure d is
 * as it was. */
int titles_load(char *path, const struct load_options *options, struct dataset *d, struct err *e);

#endif
