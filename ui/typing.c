/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "typing.h"

#include <string.h>

enum { ESC = 27, REPLACEMENT = 0xfffd, LONGEST_PASTE = 1 << 20 };

/* A paste without an end is over after this many silent seconds; otherwise the keyboard would stay
 * dead. */
static const double paste_timeout = 1;

void event_set_bytes(struct event *event, const char *bytes, size_t n)
{
	n = n < EVENT_BYTES ? n : EVENT_BYTES - 1;
	memcpy(event->bytes, bytes, n);
	event->bytes[n] = 0;
	event->n_bytes = (int)n;
}

static size_t utf8_length(unsigned char first)
{
	return first < 0x80    ? 1
	       : first >= 0xf5 ? 0
	       : first >= 0xf0 ? 4
	       : first >= 0xe0 ? 3
	       : first >= 0xc2 ? 2
			       : 0;
}

bool typing_is_broken_by(const struct typing *t, int code)
{
	return t->n_partial > 0 && (code < 0x80 || code >= 0xc0);
}

bool typing_break(struct typing *t, struct event *event)
{
	event->code = REPLACEMENT;
	event_set_bytes(event, t->partial, t->n_partial);
	t->n_partial = 0;
	return true;
}

bool typing_byte(struct typing *t, int byte, bool alt, struct event *event)
{
	if (t->n_partial == 0)
		t->alt = alt;
	t->partial[t->n_partial++] = (char)byte;
	size_t length = utf8_length((unsigned char)t->partial[0]);
	if (t->n_partial < length)
		return false;
	if (length == 0 || !text_is_utf8(t->partial, length))
		return typing_break(t, event);
	t->n_partial = 0;
	t->partial[length] = 0;
	const char *character = t->partial;
	char bytes[8] = { ESC };
	memcpy(bytes + t->alt, t->partial, length);
	event->alt = t->alt;
	event->code = text_next(&character);
	event_set_bytes(event, bytes, length + t->alt);
	return event->code < 0x80 || event->code >= 0xa0;
}

void typing_paste_begin(struct typing *t, double now)
{
	t->pasting = true;
	t->paste_at = now;
	text_clear(&t->paste);
}

bool typing_paste_byte(struct typing *t, int byte, double now)
{
	if (now - t->paste_at > paste_timeout)
		return false;
	t->paste_at = now;
	char c = (char)(byte == '\r' ? '\n' : byte);
	if (c && t->paste.length < LONGEST_PASTE)
		text_add(&t->paste, &c, 1);
	return true;
}

bool typing_paste_end(struct typing *t, struct event *event)
{
	t->pasting = false;
	event->type = EVENT_PASTE;
	event->text = t->paste.bytes;
	return t->paste.length > 0 && !t->paste.failed;
}

void typing_done(struct typing *t)
{
	text_done(&t->paste);
}
