/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which files make a data set: formats by name, the ratings file of a folder, what stands beside it. */
#ifndef DATA_FORMAT_H
#define DATA_FORMAT_H

#include <stdbool.h>

#include "autorec/dataset.h"

enum { PATH_SIZE = 4096 };

/* By its name; ERR_USAGE with the names that there are. */
int format_by_name(const char *name, const struct format_info **out, struct err *e);
/* By a file's name and the separator of its lines. */
const struct format_info *format_of_file(const char *path, const char *separator);

/* The ratings file that `path` means: itself, or the one within the folder that it names. */
int format_resolve(const char *path, char *out, struct err *e);
/* The file `name`, or `name`.gz, in the folder of `path`; false when there is none. */
bool format_beside(const char *path, const char *name, char *out);

#endif
