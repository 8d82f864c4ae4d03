/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The prompt: a line edited by readline (~/.inputrc, emacs and vi mode, history, incremental
 * search, completion), fed with bytes and drawn on a canvas.  prompt.c is the only file that
 * includes readline; readline never reads, writes or configures the terminal.  As readline's state
 * is global, there is one prompt at a time; only the thread that started it calls in here.
 *
 * Entered lines wait in a queue until prompt_next takes them, so no command runs inside readline.
 */
#ifndef UI_PROMPT_H
#define UI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "autorec/err.h"
#include "canvas.h"

struct prompt;

struct prompt_host {
	/* Calls prompt_offer for each completion of the unfinished word before the cursor. `line`
	 * is the line up to the cursor.  The word begins at line[start], after "name=" if it is
	 * name=value.  `word` is the word without its quotes. */
	void (*complete)(void *ctx, struct prompt *p, const char *line, size_t start,
			 const char *word);
	void *ctx;
};

/* Starts with `label` ("autorec> ") before the line.  history is the file to read and append to;
 * NULL: none.  The first entered line creates its folders. */
int prompt_start(struct prompt **out, const char *label, const struct prompt_host *host,
		 const char *history, struct err *e);
/* Writes the history (its last 1000 lines, without repeats) and frees.  An error concerns only the
 * history. NULL is allowed. */
int prompt_stop(struct prompt *p, struct err *e);

enum {
	PROMPT_LONGEST = 1 << 15, /* bytes in a line; short enough that no key takes long */
	/* Bytes pasted into a search, which scans the history for each of them. */
	SEARCH_LONGEST = 256,
};

/* Types bytes: whole characters or key sequences (struct event's bytes).  A lone ESC cancels the
 * line, except in vi mode, where readline handles it.  Returns false and leaves the line unchanged
 * if it would exceed PROMPT_LONGEST.  The next Enter then drops the line, because it is incomplete.
 * Bytes that are not UTF-8 are inserted as by prompt_insert. */
bool prompt_feed(struct prompt *p, const char *bytes, size_t n);
/* Inserts text at the cursor.  Removes control characters but keeps malformed UTF-8 and line
 * breaks; Enter then enters several lines.  Returns false and inserts nothing if the text does not
 * fit, or if it is not UTF-8 during a search. */
bool prompt_insert(struct prompt *p, const char *text);
/* Drops the line, an incremental search included. */
void prompt_cancel(struct prompt *p);

/* Returns the next entered line without blanks at its ends; NULL: none.  The caller frees it.
 */
char *prompt_next(struct prompt *p);
/* Returns whether Ctrl-D was pressed on an empty line, and clears that flag. */
bool prompt_ended(struct prompt *p);

const char *prompt_text(const struct prompt *p); /* what has been typed */
bool prompt_busy(const struct prompt *p); /* something has been typed, or a search is active */

/* Draws the prompt on the first row of a; returns the cursor's column in it. */
int prompt_draw(const struct prompt *p, struct area a);

/* The host's complete calls this for each candidate.  `value` is unquoted; this function adds
 * quotes and backslashes.  The list shows `label`, or the value if it is NULL, and what it is about
 * (NULL: nothing).  `more` says that the word continues, as after "k=" or a folder, so no blank or
 * closing quote follows. */
void prompt_offer(struct prompt *p, const char *value, const char *label, const char *about,
		  bool more);
/* The host's complete says what the word is for ("": nothing to say), and how many candidates there
 * are, if it offered only some. */
void prompt_note(struct prompt *p, const char *note, size_t total);
/* Returns the number of candidates to choose from; 0: the completion was unambiguous or is over. */
int prompt_candidates(const struct prompt *p);
/* Returns the rows for the candidates and the note, at most `most`; 0: there is nothing to show. */
int prompt_candidate_rows(const struct prompt *p, int columns, int most);
/* Lists the candidates in a, and says how many there are if they do not fit. */
void prompt_draw_candidates(const struct prompt *p, struct area a);

#endif
