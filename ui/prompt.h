/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The prompt: a line edited by readline (~/.inputrc, emacs and vi mode, history, incremental
 * search, completion), fed with bytes and drawn on a canvas.  prompt.c is the only file that
 * includes readline; readline never reads, writes or configures the terminal.  As readline's state
 * is global, there is one prompt at a time; only the thread that started it calls in here.
 *
 * Lines that were entered wait in a queue until prompt_next takes them, so no command runs inside
 * readline. */
#ifndef UI_PROMPT_H
#define UI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "autorec/err.h"
#include "canvas.h"

struct prompt;

struct prompt_host {
	/* Offers, by prompt_offer, what may stand in place of the unfinished word before the
	 * cursor. `line` is the line up to the cursor; the word begins at line[start], behind
	 * "name=" where the word is name=value; `word` is the word without its quotes. */
	void (*complete)(void *ctx, struct prompt *p, const char *line, size_t start,
			 const char *word);
	void *ctx;
};

/* Starts with `label` ("autorec> ") before the line.  history is a file to read and append to,
 * NULL: none; the folders to it are made when the first line is entered. */
int prompt_start(struct prompt **out, const char *label, const struct prompt_host *host,
		 const char *history, struct err *e);
/* Writes the history (its last 1000 lines, without repeats) and frees.  An error concerns only the
 * history. NULL is allowed. */
int prompt_stop(struct prompt *p, struct err *e);

enum {
	PROMPT_LONGEST = 1 << 15, /* bytes of a line, so that every key is done at once */
	SEARCH_LONGEST = 256, /* bytes of a paste into a search, which looks through the history at
				 each of them */
};

/* Types bytes: whole characters or key sequences (struct event's bytes).  A lone ESC cancels the
 * line, in vi mode it is readline's.  False, and the line as it was, when it would be longer than
 * PROMPT_LONGEST; Enter right after that drops the line, of which the rest is not there.  Bytes
 * that are no UTF-8 are inserted as prompt_insert does. */
bool prompt_feed(struct prompt *p, const char *bytes, size_t n);
/* Inserts text at the cursor; control characters go, malformed UTF-8 stays as it is.  Line breaks
 * stay, and Enter then enters several lines.  False, and nothing inserted, when there is no room
 * for all of it, or when it is no UTF-8 and a search is on. */
bool prompt_insert(struct prompt *p, const char *text);
/* Drops the line, an incremental search included. */
void prompt_cancel(struct prompt *p);

/* The next line that was entered, without blanks at its ends, for the caller to free; NULL: none.
 */
char *prompt_next(struct prompt *p);
/* Was Ctrl-D pressed on an empty line?  Forgets it. */
bool prompt_ended(struct prompt *p);

const char *prompt_text(const struct prompt *p); /* what has been typed */
bool prompt_busy(const struct prompt *p);        /* something has been typed, or a search is on */

/* Draws the prompt on the first row of a; returns the cursor's column in it. */
int prompt_draw(const struct prompt *p, struct area a);

/* From the host's complete: `value` as it is (quotes and blanks are quoted here, by "..." with \"
 * and \\ inside); `label` is shown in the list, NULL: the value; `more`: the word goes on ("k=", a
 * folder), so no blank and no closing quote follow it. */
void prompt_offer(struct prompt *p, const char *value, const char *label, bool more);
/* How many candidates the last completion left to choose from; 0 when it was unambiguous or is
 * over. */
int prompt_candidates(const struct prompt *p);
/* The number of rows of a list of all of them that is this many columns wide. */
int prompt_candidate_rows(const struct prompt *p, int columns);
/* Lists them in columns from the top of a, with the number of those that do not fit; returns the
 * rows used. */
int prompt_draw_candidates(const struct prompt *p, struct area a);

#endif
