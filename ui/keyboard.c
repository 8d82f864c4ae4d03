/* SPDX-License-Identifier: GPL-3.0-or-later */
#define NCURSES_WIDECHAR 1
#include "keyboard.h"

#include <ncurses.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/clock.h"

enum {
	ESC = 27,
	ESCAPE_MS = 25, /* how long ESC waits for the rest of a key's sequence */
	PASTE_BEGIN = KEY_MAX + 1000,
	PASTE_END,
};

/* A click acts when the button is released. ncurses may make one event of what it reads at once,
 * and may then drop the press. */
static const mmask_t CLICKS = BUTTON1_RELEASED | BUTTON1_CLICKED | BUTTON1_DOUBLE_CLICKED |
			      BUTTON1_TRIPLE_CLICKED,
		     WHEEL = BUTTON4_PRESSED | BUTTON5_PRESSED;

bool keyboard_start(struct keyboard *k)
{
	k->pad = newpad(1, 1);
	if (!k->pad)
		return false;
	set_escdelay(ESCAPE_MS);
	keypad(k->pad, TRUE);
	nodelay(k->pad, TRUE);
	define_key("\033[200~", PASTE_BEGIN);
	define_key("\033[201~", PASTE_END);
	mouseinterval(0);
	return true;
}

void keyboard_done(struct keyboard *k)
{
	if (k->pad)
		delwin(k->pad);
	typing_done(&k->typing);
}

void keyboard_set_mouse(bool on)
{
	mousemask(on ? BUTTON1_PRESSED | CLICKS | WHEEL : 0, NULL);
}

/* The named keys, with the bytes that readline expects for them.  The terminal may send others. */
static const struct named_key {
	int code;
	enum key key;
	const char *bytes;
} named_keys[] = {
	{ KEY_UP, K_UP, "\033[A" },
	{ KEY_DOWN, K_DOWN, "\033[B" },
	{ KEY_RIGHT, K_RIGHT, "\033[C" },
	{ KEY_LEFT, K_LEFT, "\033[D" },
	{ KEY_HOME, K_HOME, "\033[H" },
	{ KEY_END, K_END, "\033[F" },
	{ KEY_IC, K_INSERT, "\033[2~" },
	{ KEY_DC, K_DELETE, "\033[3~" },
	{ KEY_PPAGE, K_PAGE_UP, "\033[5~" },
	{ KEY_NPAGE, K_PAGE_DOWN, "\033[6~" },
	{ KEY_BTAB, K_BACKTAB, "\033[Z" },
	{ KEY_BACKSPACE, K_BACKSPACE, "\177" },
	{ KEY_ENTER, K_ENTER, "\r" },
	{ '\r', K_ENTER, "\r" },
	{ '\t', K_TAB, "\t" },
	{ '\b', K_BACKSPACE, "\b" },
	{ 127, K_BACKSPACE, "\177" },
};

static bool name_key(int code, struct event *event)
{
	if (code > KEY_F0 && code <= KEY_F0 + 12)
		event->key = (enum key)(K_F1 + (code - KEY_F0 - 1));
	for (size_t i = 0; i < sizeof named_keys / sizeof *named_keys; i++)
		if (named_keys[i].code == code) {
			event->key = named_keys[i].key;
			event_set_bytes(event, named_keys[i].bytes, strlen(named_keys[i].bytes));
			return true;
		}
	return false;
}

/* Reads a key that ncurses knows: its name from the table above, or else the sequence that it
 * sends. */
static bool read_special(int code, struct event *event)
{
	event->key = K_OTHER;
	if (!name_key(code, event)) {
		char *sequence = keybound(code, 0);
		event_set_bytes(event, sequence ? sequence : "", sequence ? strlen(sequence) : 0);
		free(sequence);
	}
	return event->key != K_OTHER || event->n_bytes > 0;
}

static bool read_mouse(struct event *event)
{
	MEVENT mouse;
	if (getmouse(&mouse) != OK)
		return false;
	event->type = EVENT_MOUSE;
	event->y = mouse.y;
	event->x = mouse.x;
	event->button = mouse.bstate & BUTTON4_PRESSED   ? BUTTON_WHEEL_UP
			: mouse.bstate & BUTTON5_PRESSED ? BUTTON_WHEEL_DOWN
							 : BUTTON_LEFT;
	return mouse.bstate & (CLICKS | WHEEL);
}

static bool report(struct keyboard *k, const char *reply, struct event *event)
{
	k->reported = reply_theme(reply);
	event->type = EVENT_THEME;
	return true;
}

/* Reads a control sequence unknown to ncurses to its end; otherwise its tail would be typed.
 */
static bool read_sequence(struct keyboard *k, struct event *event)
{
	char bytes[EVENT_BYTES] = { ESC, '[' };
	size_t n = 2;
	for (int c; (c = wgetch(k->pad)) != ERR && c < 128;) {
		if (n < sizeof bytes)
			bytes[n++] = (char)c;
		if (c >= '@' && c <= '~')
			break;
	}
	bytes[n < sizeof bytes ? n : sizeof bytes - 1] = 0;
	if (reply_theme(bytes) != THEME_AUTO)
		return report(k, bytes, event);
	event->key = K_OTHER;
	event_set_bytes(event, bytes, n);
	return true;
}

static bool read_reply(struct keyboard *k, int c, struct event *event)
{
	while (c != ERR && !reply_add(&k->reply, c))
		c = wgetch(k->pad);
	return c != ERR && report(k, k->reply.bytes, event); /* ERR: the rest will come */
}

static bool read_character(struct keyboard *k, int c, bool alt, struct event *event)
{
	if (!typing_byte(&k->typing, c, alt, event))
		return false;
	if (!event->alt)
		name_key((int)event->code, event);
	return true;
}

static bool read_escape(struct keyboard *k, struct event *event)
{
	int next = wgetch(k->pad);
	if (next == '[')
		return read_sequence(k, event);
	if (next == ']' && reply_expected(&k->reply)) {
		reply_add(&k->reply, ESC);
		return read_reply(k, next, event);
	}
	if (next != ERR && next != ESC && next < 256)
		return read_character(k, next, true, event);
	if (next != ERR)
		ungetch(next);
	event->key = K_ESCAPE;
	event_set_bytes(event, "\033", 1);
	return true;
}

static bool read_paste(struct keyboard *k, int c, struct event *event)
{
	if (c != PASTE_END) {
		if (c >= 256 || typing_paste_byte(&k->typing, c, clock_seconds()))
			return false;
		ungetch(c);
	}
	return typing_paste_end(&k->typing, event);
}

static bool read_one(struct keyboard *k, int c, struct event *event)
{
	if (k->reply.n > 0 && reply_expected(&k->reply))
		return read_reply(k, c, event);
	if (k->typing.pasting)
		return read_paste(k, c, event);
	if (typing_is_broken_by(&k->typing, c)) {
		ungetch(c);
		return typing_break(&k->typing, event);
	}
	switch (c) {
	case KEY_RESIZE: return false; /* comes from resizeterm, when term_size has already acted */
	case PASTE_BEGIN: typing_paste_begin(&k->typing, clock_seconds()); return false;
	case PASTE_END: return false;
	case KEY_MOUSE: return read_mouse(event);
	case ESC: return read_escape(k, event);
	default: return c < 256 ? read_character(k, c, false, event) : read_special(c, event);
	}
}

bool keyboard_read(struct keyboard *k, struct event *event)
{
	enum { PART = 1000 }; /* bytes */
	int n = 0;
	for (int c; n < PART && (c = wgetch(k->pad)) != ERR; n++) {
		*event = (struct event){ .type = EVENT_KEY };
		if (read_one(k, c, event))
			return true;
	}
	event->type = EVENT_PART;
	return n == PART;
}
