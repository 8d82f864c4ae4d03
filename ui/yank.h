/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Text for the clipboard: a row of the list in use, or the whole list, as columns between tabs. */
#ifndef UI_YANK_H
#define UI_YANK_H

#include "picture.h"

/* Appends the row under the cursor, or all rows below a line of titles, without control characters.
 * Rows beyond YANK_LONGEST bytes are left out.  *rows receives how many there are. */
int yank_text(struct picture *p, bool table, struct text *out, int64_t *rows, struct err *e);

/* Terminals refuse more than about 74,000 bytes of base64. */
enum { YANK_LONGEST = 54000 };

#endif
