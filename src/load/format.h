/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table of formats, searched by name, or by the name and layout of a file. */
#ifndef LOAD_FORMAT_H
#define LOAD_FORMAT_H

#include <stdbool.h>

#include "autorec/format.h"
#include "autorec/load.h"
#include "layout.h"

/* By name; ERR_USAGE lists the names that exist. */
int format_by_name(const char *name, const struct format_info **out, struct err *e);
/* By the name of a ratings file and the layout of its lines. */
const struct format_info *format_of_file(const char *path, const struct layout *layout);
/* What the format of a titles file with this name tells about its layout. */
struct layout_hint format_of_titles(const char *path);

/* Does the file's name match? pattern: as in struct format_info. Case and an ending
 * such as .gz are ignored. */
bool format_fits_name(const char *pattern, const char *path);

#endif
