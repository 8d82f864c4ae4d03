/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The folder for what the program remembers between runs: $XDG_STATE_HOME/autorec (default:
 * ~/.local/state/autorec). */
#ifndef AUTOREC_HOME_H
#define AUTOREC_HOME_H

#include <stddef.h>

/* The path of a file there; NULL if no variable holds an absolute path or the path is too long. */
const char *home_state(const char *name, char *out, size_t size);
/* The folder of this user's data: $XDG_DATA_HOME/autorec/ (default:
 * ~/.local/share/autorec/). NULL as above. */
const char *home_data(char *out, size_t size);
/* Makes the folders above a file, accessible to this user only. Existing folders are left alone. It
 * reports no errors: opening the file does. */
void home_make_folders(const char *path);

#endif
