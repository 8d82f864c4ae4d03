/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the program keeps what it remembers from one start to the next: $XDG_STATE_HOME/autorec, by
 * default
 * ~/.local/state/autorec. */
#ifndef AUTOREC_HOME_H
#define AUTOREC_HOME_H

#include <stddef.h>

/* The path of a file there; NULL when no variable names an absolute path, or when it does not fit.
 */
const char *home_state(const char *name, char *out, size_t size);
/* The folder of this user's data: $XDG_DATA_HOME/autorec/, by default ~/.local/share/autorec/;
 * NULL
 * as above. */
const char *home_data(char *out, size_t size);
/* Makes the folders that lead to a file, for this user alone.  Existing folders are left alone;
 * opening the file tells whether it worked. */
void home_make_folders(const char *path);

#endif
