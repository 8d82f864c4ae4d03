/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The prompt's completion of words from the command table and of file paths. */
#ifndef UI_COMPLETE_H
#define UI_COMPLETE_H

#include <stddef.h>

#include "autorec/session.h"
#include "prompt.h"

/* Offers p the completions of the unfinished word; see prompt_host. */
void complete_word(struct session *s, struct prompt *p, const char *line, size_t start,
		   const char *word);

#endif
