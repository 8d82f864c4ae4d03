/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keys.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>

#include "autorec/clock.h"
#include "screen_state.h"
#include "view.h"

static void open_view(struct screen *s, enum view view)
{
	char command[COMMAND_BYTES];
	snprintf(command, sizeof command, "view %s", view_table[view].name);
	screen_enqueue(s, command);
}

static void scroll(struct screen *s, int32_t n)
{
	list_move(&s->picture.lists[s->session->focus.view], n);
	s->dirty = true;
}

/* What is shown and the cursor move together. */
static void turn_page(struct screen *s, int direction)
{
	struct list *l = &s->picture.lists[s->session->focus.view];
	const int n = direction * (l->shown > 1 ? l->shown - 1 : 1);
	l->top += n;
	list_move(l, n);
}

/* Keys that act in both modes; in the prompt only while nothing is typed. */
static bool common_key(struct screen *s, const struct event *k)
{
	const enum trainer_state state = s->picture.status.state;
	char command[COMMAND_BYTES];
	if (k->key != K_CHAR || k->alt)
		return false;
	if (k->code >= '0' && k->code < '0' + N_VIEWS) {
		open_view(s, k->code == '0' ? VIEW_LOG : (enum view)(k->code - '1'));
		return true;
	}
	switch (k->code) {
	case ' ':
		screen_enqueue(s, state == TRAINER_RUNNING  ? "pause"
				  : state == TRAINER_PAUSED ? "resume"
							    : "train");
		return true;
	case '.': screen_enqueue(s, "step"); return true;
	case '?': screen_enqueue(s, "help"); return true;
	case '/':
		s->frame.keys = false;
		prompt_insert(s->prompt, "find ");
		return true;
	case '+':
	case '-':
	case '_':
		return view_ops[VIEW_TRAIN]->key(&s->picture, k, command) &&
		       (screen_enqueue(s, command), true);
	default: return false;
	}
}

static bool paging_key(struct screen *s, const struct event *k)
{
	switch (k->key) {
	case K_PAGE_UP: turn_page(s, -1); return true;
	case K_PAGE_DOWN: turn_page(s, 1); return true;
	case K_F1:
	case K_F2:
	case K_F3:
	case K_F4:
	case K_F5:
	case K_F6: open_view(s, (enum view)(k->key - K_F1)); return true;
	default: return false;
	}
}

static void move_crosshair(struct screen *s, int by)
{
	struct picture *p = &s->picture;
	if (p->n == 0)
		return;
	const double last = p->epoch[p->n - 1], at = isnan(p->crosshair) ? last : p->crosshair + by;
	p->crosshair = at < 0 ? 0 : at > last ? last : at;
}

static void say_too_long(struct screen *s)
{
	char text[128];
	snprintf(
		text, sizeof text,
		"a line has at most %d KiB, and a search less; source FILE runs a file of commands",
		PROMPT_LONGEST >> 10);
	screen_say(s, STYLE_ERROR, text);
}

static void feed_prompt(struct screen *s, const struct event *k)
{
	if (!prompt_feed(s->prompt, k->bytes, (size_t)k->n_bytes))
		say_too_long(s);
}

static void open_prompt(struct screen *s, const struct event *k)
{
	s->frame.keys = false;
	if (k->key == K_CHAR && k->code != ':')
		feed_prompt(s, k);
}

static void key_mode(struct screen *s, const struct event *k)
{
	const enum view view = s->session->focus.view;
	char command[COMMAND_BYTES];
	if (paging_key(s, k))
		return;
	if (view_ops[view]->key && view_ops[view]->key(&s->picture, k, command)) {
		screen_enqueue(s, command);
		return;
	}
	if (common_key(s, k))
		return;
	switch (k->key) {
	case K_UP: scroll(s, -1); return;
	case K_DOWN: scroll(s, 1); return;
	case K_HOME: scroll(s, INT32_MIN / 2); return;
	case K_END: scroll(s, INT32_MAX / 2); return;
	case K_LEFT: move_crosshair(s, -1); return;
	case K_RIGHT: move_crosshair(s, 1); return;
	case K_ESCAPE: s->picture.crosshair = NAN; return;
	case K_CHAR: break;
	default: return;
	}
	switch (k->code) {
	case 'u': screen_enqueue(s, "undo"); return;
	case 'n': screen_enqueue(s, "find"); return;
	case 'N': screen_enqueue(s, "find reverse=on"); return;
	default: open_prompt(s, k);
	}
}

void keys_interrupt(struct screen *s)
{
	if (s->frame.work)
		s->interrupted = true;
	else if (!s->frame.keys && prompt_busy(s->prompt))
		prompt_cancel(s->prompt);
	else if (s->picture.trained && s->picture.status.state == TRAINER_RUNNING)
		screen_enqueue(s, "pause");
	else if (s->picture.trained && s->picture.status.state == TRAINER_IDLE &&
		 s->picture.status.busy)
		screen_enqueue(s, "stop"); /* a reset, or a step */
	else
		screen_say(s, STYLE_NORMAL, "quit (or Ctrl-D on an empty line) leaves");
}

void keys_suspend(struct screen *s)
{
	const double began = clock_seconds();
	term_suspend(s->term);
	raise(SIGSTOP);
	term_resume(s->term);
	if (s->session->trainer)
		trainer_note_gap(s->session->trainer, clock_seconds() - began);
	s->dirty = true;
}

static void prompt_key(struct screen *s, const struct event *k)
{
	if (!prompt_busy(s->prompt)) {
		if (k->key == K_ESCAPE) {
			s->frame.keys = true;
			return;
		}
		if (common_key(s, k))
			return;
	}
	if (paging_key(s, k))
		return;
	feed_prompt(s, k);
	if (prompt_ended(s->prompt))
		s->session->quit = true;
}

static void on_key(struct screen *s, const struct event *k)
{
	enum { CTRL_C = 3, CTRL_L = 12, CTRL_Z = 26 };
	s->awaited = true;
	if (k->key == K_CHAR && k->code == CTRL_C && !k->alt)
		keys_interrupt(s);
	else if (k->key == K_CHAR && k->code == CTRL_Z && !k->alt)
		keys_suspend(s);
	else if (k->key == K_CHAR && k->code == CTRL_L && !k->alt)
		term_redraw(s->term);
	else if (s->frame.keys)
		key_mode(s, k);
	else
		prompt_key(s, k);
}

static void on_mouse(struct screen *s, const struct event *m)
{
	const struct frame *f = &s->frame;
	if (m->button == BUTTON_WHEEL_UP || m->button == BUTTON_WHEEL_DOWN) {
		scroll(s, m->button == BUTTON_WHEEL_UP ? -3 : 3);
		return;
	}
	for (int v = 0; m->y == 0 && v < N_VIEWS; v++)
		if (m->x >= f->tabs[v].x && m->x < f->tabs[v].x + f->tabs[v].columns) {
			open_view(s, (enum view)v);
			return;
		}
	if (f->list_view < 0 || m->y < f->list_y)
		return;
	struct list *l = &s->picture.lists[f->list_view];
	if (m->y - f->list_y < l->shown && l->top + m->y - f->list_y < l->n)
		l->cursor = l->top + m->y - f->list_y;
}

static void on_event(struct screen *s, const struct event *event)
{
	s->dirty = true;
	if (s->session->trainer)
		trainer_expect_pin(s->session->trainer);
	if (event->type == EVENT_KEY) {
		on_key(s, event);
	} else if (event->type == EVENT_MOUSE) {
		on_mouse(s, event);
	} else {
		s->frame.keys = false;
		if (!prompt_insert(s->prompt, event->text))
			say_too_long(s);
	}
}

bool keys_read(struct screen *s)
{
	const double until = clock_seconds() + 0.01;
	struct event event;
	while (term_read(s->term, &event)) {
		if (event.type != EVENT_PART)
			on_event(s, &event);
		if (clock_seconds() > until)
			return true;
	}
	return false;
}
