/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Turns typed bytes into characters and pasted text.  Bytes may arrive in any pieces; an unfinished
 * character waits here for the rest. */
#ifndef UI_TYPING_H
#define UI_TYPING_H

#include <stdbool.h>

#include "autorec/text.h"
#include "term.h"

struct typing {          /* start from {0} */
	char partial[8]; /* the bytes of an unfinished character */
	size_t n_partial;
	bool alt; /* it follows an ESC */
	bool pasting;
	double paste_at; /* time of the paste's last byte */
	struct text paste;
};

/* Copies the bytes of a key into the event. */
void event_set_bytes(struct event *event, const char *bytes, size_t n);

/* Returns whether this code interrupts an unfinished character.  If so, call typing_break, which
 * turns the part into an event, and read the code after that. */
bool typing_is_broken_by(const struct typing *t, int code);
bool typing_break(struct typing *t, struct event *event);

/* Takes one more byte, which follows an ESC if `alt`.  Returns true and the event if the byte
 * completes a character. Malformed UTF-8 is U+FFFD, with its bytes kept because file names may
 * contain them.  C1 controls are dropped. */
bool typing_byte(struct typing *t, int byte, bool alt, struct event *event);

/* A bracketed paste: its beginning, its bytes and its end.  typing_paste_byte returns false if the
 * paste has timed out, so the byte at time `now` is not part of it.  typing_paste_end returns true
 * and the event if there was any text. */
void typing_paste_begin(struct typing *t, double now);
bool typing_paste_byte(struct typing *t, int byte, double now);
bool typing_paste_end(struct typing *t, struct event *event);

void typing_done(struct typing *t);

#endif
