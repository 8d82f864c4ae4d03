/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table of formats, by name and by what a file is called and looks like. */
#ifndef LOAD_FORMAT_H
#define LOAD_FORMAT_H

#include <stdbool.h>

#include "autorec/format.h"
#include "autorec/load.h"
#include "layout.h"

/* By its name; ERR_USAGE with the names that there are. */
int format_by_name(const char *name, const struct format_info **out, struct err *e);
/* By a ratings file's name and the layout of its lines. */
const struct format_info *format_of_file(const char *path, const struct layout *layout);
/* What the format of the titles file of this name says of it. */
struct layout_hint format_of_titles(const char *path);

/* Is the file called so?  pattern: as in struct format_info; an ending .gz does not count. */
bool format_fits_name(const char *pattern, const char *path);

#endif
