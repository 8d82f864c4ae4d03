/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From typed bytes to characters and pasted text.  Bytes may come in any pieces: what is unfinished
 * waits here for the rest. */
#ifndef UI_TYPING_H
#define UI_TYPING_H

#include <stdbool.h>

#include "autorec/text.h"
#include "term.h"

struct typing {          /* start from {0} */
	char partial[8]; /* a character of which not all bytes have come */
	size_t n_partial;
	bool alt; /* it follows an ESC */
	bool pasting;
	double paste_at; /* when the last byte of the paste came */
	struct text paste;
};

/* The bytes of a key into the event. */
void event_set_bytes(struct event *event, const char *bytes, size_t n);

/* Is part of a character there that this code, no further byte of it, leaves unfinished?
 * typing_break then makes an event of the part, and the code is to be read after it. */
bool typing_is_broken_by(const struct typing *t, int code);
bool typing_break(struct typing *t, struct event *event);

/* One more byte, behind an ESC when `alt`; true, with the event, when it completes a character.
 * Malformed UTF-8 is an event, too: U+FFFD, with the bytes as they are, for the name of a file may
 * hold them.  C1 controls are dropped. */
bool typing_byte(struct typing *t, int byte, bool alt, struct event *event);

/* A bracketed paste: begins; takes one more byte at the time `now`, false when the paste had fallen
 * silent and the byte is not part of it; ends, with the event, true when there was any text. */
void typing_paste_begin(struct typing *t, double now);
bool typing_paste_byte(struct typing *t, int byte, double now);
bool typing_paste_end(struct typing *t, struct event *event);

void typing_done(struct typing *t);

#endif
