/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keys.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "autorec/clock.h"
#include "screen_state.h"
#include "view.h"

static void open_view(struct screen *s, enum view view)
{
	char command[COMMAND_BYTES];
	if (s->picture.focused >= 0)
		s->picture.focused = (int)view;
	snprintf(command, sizeof command, "view %s", view_name(view));
	screen_enqueue(s, command);
}

/* Opens a view by the number on its tab; the last view has 0. */
static void open_tab(struct screen *s, int number)
{
	open_view(s, (enum view)((number + N_VIEWS - 1) % N_VIEWS));
}

static struct list *acting_list(struct screen *s)
{
	return picture_list(&s->picture, picture_acting(&s->picture));
}

/* Moves the cursor of the map to the nearest point on the left or right, below or above. */
static void move_on_map(struct screen *s, int dx, int dy)
{
	struct picture *p = &s->picture;
	if (p->map.n > 0)
		p->lists[VIEW_MAP].cursor = view_map_next(p, dx, dy);
}

static void move_across_map(struct screen *s, int by)
{
	move_on_map(s, by, 0);
}

static void scroll(struct screen *s, int n)
{
	if (picture_acting(&s->picture) == VIEW_MAP && abs(n) == 1)
		move_on_map(s, 0, -n);
	else
		list_move(acting_list(s), n);
	s->dirty = true;
}

/* Moves the shown rows and the cursor together. */
static void turn_page(struct screen *s, int direction)
{
	struct list *l = acting_list(s);
	const int n = direction * (l->shown > 1 ? l->shown - 1 : 1);
	l->top += n;
	list_move(l, n);
}

static void pause_or_resume(struct screen *s, int n)
{
	const struct trainer_status *t = &s->picture.status;
	if (s->picture.trained && t->state == TRAINER_RUNNING)
		screen_enqueue(s, "pause");
	else if (s->picture.trained && t->state == TRAINER_PAUSED)
		screen_enqueue(s, "resume");
}

/* Begins a line at the prompt.  Once it is entered, the panel has the focus again. */
static void begin_line(struct screen *s, const char *text)
{
	s->focus_later = s->picture.focused;
	s->picture.focused = -1;
	prompt_insert(s->prompt, text);
}

static void begin_find(struct screen *s, int n)
{
	begin_line(s, "find ");
}

static void begin_edit(struct screen *s, int n)
{
	char line[COMMAND_BYTES];
	if (view_rows_edit(&s->picture, line))
		begin_line(s, line);
}

static void move_crosshair(struct screen *s, int by)
{
	struct picture *p = &s->picture;
	if (p->n == 0)
		return;
	const double last = p->epoch[p->n - 1], at = isnan(p->crosshair) ? last : p->crosshair + by;
	p->crosshair = at < 0 ? 0 : at > last ? last : at;
}

static void choose_table(struct screen *s, int users)
{
	s->picture.in_users_moved = users;
}

static void move_focus(struct screen *s, int by)
{
	s->picture.focused = frame_next_focus(&s->frame, by);
}

static void zoom(struct screen *s, int n)
{
	char command[COMMAND_BYTES];
	const bool full = s->session->focus.full;
	if (!full && s->frame.n_panels < 2) {
		screen_say(s, STYLE_NORMAL, "this view has the whole screen already");
		return;
	}
	snprintf(command, sizeof command, "view %s full=%s", view_name(picture_acting(&s->picture)),
		 full ? "off" : "on");
	screen_enqueue(s, command);
}

static void leave_panel(struct screen *s, int n)
{
	s->picture.focused = -1;
	s->picture.crosshair = NAN;
}

static void interrupt(struct screen *s, int n)
{
	keys_interrupt(s);
}

static void suspend(struct screen *s, int n)
{
	keys_suspend(s);
}

static void redraw(struct screen *s, int n)
{
	term_redraw(s->term);
}

enum {
	ALWAYS = MODE_EMPTY | MODE_TYPING | MODE_KEYS,
	UNTYPED = MODE_EMPTY | MODE_KEYS,
	ROWS = 1 << VIEW_USER | 1 << VIEW_ITEM,
	UNITS = 1 << VIEW_UNITS,
	MAP = 1 << VIEW_MAP,
	ERRORS = 1 << VIEW_ERRORS,
	LINES = 1 << VIEW_LOG | 1 << VIEW_HELP,
	LISTS = ROWS | UNITS | LINES,
	WHATIF = 1 << VIEW_WHATIF,
	TRAIN = 1 << VIEW_TRAIN,
	CTRL_C = 3,
	CTRL_L = 12,
	CTRL_Z = 26,
	FAR = INT32_MAX / 2, /* rows; more than any list has */
};

/* The status line shows keys in this order, as many as fit. */
const struct key_row key_table[] = {
	{ ALL_VIEWS, UNTYPED, K_CHAR, '?', 0, "?", "help", "open the help", "help" },
	{ ALL_VIEWS, UNTYPED, K_TAB, 0, 0, "Tab", NULL,
	  "give the focus to the next panel, or back to the prompt; single keys act in the "
	  "marked panel only",
	  "focus", .act = move_focus, .n = 1 },
	{ ALL_VIEWS, MODE_KEYS, K_CHAR, 'z', 0, "z", "view NAME full=on",
	  "let the panel fill a large screen, or show several panels again", "zoom", .act = zoom },

	{ ROWS, MODE_KEYS, K_CHAR, 's', 0, "s", "user sort=S", "sort by the next column", "sort",
	  .line = view_rows_sort },
	{ ROWS, MODE_KEYS, K_CHAR, 'r', 0, "r", "user sort=S reverse=on", "reverse the order",
	  .line = view_rows_reverse },
	{ ROWS, MODE_KEYS, K_CHAR, 'f', 0, "f", "user filter=F",
	  "show only input, held-out or unseen rows, or all again", "filter",
	  .line = view_rows_filter },
	{ ROWS, MODE_KEYS, K_ENTER, 0, 0, "Enter", "item ID", "open the row's item or user", "open",
	  .line = view_rows_open },
	{ ROWS, MODE_KEYS, K_CHAR, 'e', 0, "e", "rate USER ITEM RATING",
	  "type another rating for the row", "edit", .act = begin_edit },
	{ UNITS, MODE_KEYS, K_CHAR, 's', 0, "s", "units sort=S", "sort by the next column", "sort",
	  .line = view_units_sort },
	{ UNITS, MODE_KEYS, K_CHAR, 'r', 0, "r", "units sort=S reverse=on", "reverse the order",
	  "reverse", .line = view_units_reverse },
	{ UNITS, MODE_KEYS, K_ENTER, 0, 0, "Enter", "unit J", "open the unit's card", "open",
	  .line = view_units_open },
	{ WHATIF, MODE_KEYS, K_ENTER, 0, 0, "Enter", "item ID", "open the row's item or user",
	  "open", .line = view_whatif_open },
	{ MAP, MODE_KEYS, K_CHAR, 'c', 0, "c", "map color=popularity",
	  "color the points by something else", "color", .line = view_map_color },
	{ MAP, MODE_KEYS, K_CHAR, 'm', 0, "m", "map users", "show users, or items again",
	  "users/items", .line = view_map_side },
	{ MAP, MODE_KEYS, K_ENTER, 0, 0, "Enter", "item ID", "open the marked item or user", "open",
	  .line = view_map_open },
	{ MAP, MODE_KEYS, K_LEFT, 0, 0, "Left", NULL,
	  "go to the nearest point on the left; Up, Down and Right likewise",
	  .act = move_across_map, .n = -1 },
	{ MAP, MODE_KEYS, K_RIGHT, 0, 0, "Right", NULL, "go to the nearest point on the right",
	  .act = move_across_map, .n = 1 },
	{ ERRORS, MODE_KEYS, K_CHAR, 'g', 0, "g", "residuals by=item",
	  "group the errors by something else", "groups", .line = view_errors_group },
	{ ERRORS, MODE_KEYS, K_CHAR, 'o', 0, "o", "residuals on=valid",
	  "show the errors on other ratings", "on", .line = view_errors_on },
	{ ERRORS, MODE_KEYS, K_ENTER, 0, 0, "Enter", "user ID", "open the row's user", "open",
	  .line = view_errors_open },
	{ WHATIF, MODE_KEYS, K_LEFT, 0, 0, "Left", NULL, "go to the table of items",
	  .act = choose_table, .n = 0 },
	{ WHATIF, MODE_KEYS, K_RIGHT, 0, 0, "Right", NULL, "go to the table of users", "users",
	  .act = choose_table, .n = 1 },
	{ TRAIN, MODE_KEYS, K_CHAR, 'l', 0, "l", "chart log=on",
	  "switch the logarithmic scale of RMSE on or off", "log", .line = view_train_log },
	{ TRAIN, MODE_KEYS, K_CHAR, 's', 0, "s", "chart smoothing=0.6",
	  "switch the smoothing of the curve on or off", "smooth", .line = view_train_smooth },

	{ LISTS, MODE_KEYS, K_CHAR, 'y', 0, "y", "yank row", "copy the row to the clipboard" },
	{ LISTS, MODE_KEYS, K_CHAR, 'Y', 0, "Y", "yank table", "copy the table to the clipboard" },
	{ TRAIN, MODE_KEYS, K_CHAR, '[', 0, "[", "set lambda VALUE", "make lambda a fifth smaller",
	  .line = view_train_less },
	{ TRAIN, MODE_KEYS, K_CHAR, ']', 0, "]", "set lambda VALUE", "make lambda a quarter larger",
	  "lambda", .line = view_train_more },
	{ TRAIN, MODE_KEYS, K_CHAR, '+', 0, "+", "chart zoom=in", "zoom in on the last epochs",
	  "closer" },
	{ TRAIN, MODE_KEYS, K_CHAR, '-', 0, "-", "chart zoom=out", "zoom out" },
	{ TRAIN, MODE_KEYS, K_CHAR, '_', 0, "_", "chart zoom=all", "show the whole curve" },
	{ TRAIN, MODE_KEYS, K_LEFT, 0, 0, "Left", NULL, "move the crosshair back one epoch",
	  .act = move_crosshair, .n = -1 },
	{ TRAIN, MODE_KEYS, K_RIGHT, 0, 0, "Right", NULL, "move the crosshair forward one epoch",
	  .act = move_crosshair, .n = 1 },
	{ ROWS | LINES, MODE_KEYS, K_CHAR, 'n', 0, "n", "find", "find the next match", "next" },
	{ ROWS | LINES, MODE_KEYS, K_CHAR, 'N', 0, "N", "find reverse=on",
	  "find the previous match" },

	{ ALL_VIEWS, UNTYPED, K_CHAR, '0', N_VIEWS - 1, "0", "view NAME",
	  "open the view with this number", "views", .act = open_tab },
	{ ALL_VIEWS, UNTYPED, K_CHAR, ' ', 0, "space", "pause", "pause or resume the training",
	  "pause", .act = pause_or_resume },
	{ ALL_VIEWS, UNTYPED, K_CHAR, '/', 0, "/", "find TEXT",
	  "find a title, or a text in the help or the log", "find", .act = begin_find },
	{ ALL_VIEWS, UNTYPED, K_CHAR, '.', 0, ".", "step", "train one epoch", "step" },
	{ ALL_VIEWS, UNTYPED, K_F1, 0, 0, "F1", "help", "open the help" },
	{ ALL_VIEWS, UNTYPED, K_BACKTAB, 0, 0, "Shift-Tab", NULL,
	  "give the focus to the previous panel", .act = move_focus, .n = -1 },
	{ ALL_VIEWS, MODE_KEYS, K_UP, 0, 0, "Up", NULL, "move one row up", .act = scroll, .n = -1 },
	{ ALL_VIEWS, MODE_KEYS, K_DOWN, 0, 0, "Down", NULL, "move one row down", .act = scroll,
	  .n = 1 },
	{ ALL_VIEWS, MODE_KEYS, K_HOME, 0, 0, "Home", NULL, "go to the first row", .act = scroll,
	  .n = -FAR },
	{ ALL_VIEWS, MODE_KEYS, K_END, 0, 0, "End", NULL, "go to the last row", .act = scroll,
	  .n = FAR },
	{ ALL_VIEWS, ALWAYS, K_PAGE_UP, 0, 0, "PgUp", NULL, "move one page up", "page",
	  .act = turn_page, .n = -1 },
	{ ALL_VIEWS, ALWAYS, K_PAGE_DOWN, 0, 0, "PgDn", NULL, "move one page down",
	  .act = turn_page, .n = 1 },
	{ ALL_VIEWS, MODE_KEYS, K_ESCAPE, 0, 0, "Esc", NULL,
	  "give the focus back to the prompt; a letter without a meaning does too",
	  .act = leave_panel },
	{ ALL_VIEWS, UNTYPED, K_CHAR, ':', 0, ":", NULL, "give the focus back to the prompt",
	  .act = leave_panel },
	{ ALL_VIEWS, ALWAYS, K_CHAR, CTRL_C, 0, "Ctrl-C", NULL,
	  "stop the command, clear the line, or pause the training", "stop", .act = interrupt },
	{ ALL_VIEWS, ALWAYS, K_CHAR, CTRL_L, 0, "Ctrl-L", NULL, "redraw the screen",
	  .act = redraw },
	{ ALL_VIEWS, ALWAYS, K_CHAR, CTRL_Z, 0, "Ctrl-Z", NULL,
	  "suspend the program; fg brings it back", .act = suspend },
};
const int n_keys = sizeof key_table / sizeof key_table[0];

static void say_refused(struct screen *s)
{
	char text[160];
	snprintf(text, sizeof text,
		 "a line holds at most %d KiB of UTF-8 text, a search less; run a file of commands "
		 "with source FILE",
		 PROMPT_LONGEST >> 10);
	screen_say(s, STYLE_ERROR, text);
}

static void feed_prompt(struct screen *s, const struct event *k)
{
	if (!prompt_feed(s->prompt, k->bytes, (size_t)k->n_bytes))
		say_refused(s);
	for (char *line; (line = prompt_next(s->prompt)); free(line)) {
		screen_enqueue(s, line);
		s->picture.focused = s->focus_later;
		s->focus_later = -1;
	}
	if (!prompt_busy(s->prompt))
		s->focus_later = -1;
	if (prompt_ended(s->prompt))
		screen_enqueue(s, "quit");
}

void keys_interrupt(struct screen *s)
{
	if (s->frame.work || s->leaving)
		s->interrupted = true;
	else if (s->picture.focused < 0 && prompt_busy(s->prompt))
		prompt_cancel(s->prompt);
	else if (s->picture.trained && s->picture.status.state == TRAINER_RUNNING)
		screen_enqueue(s, "pause");
	else if (s->picture.trained && s->picture.status.state == TRAINER_IDLE &&
		 s->picture.status.busy)
		screen_enqueue(s, "stop"); /* stops a reset or a step */
	else
		screen_say(s, STYLE_NORMAL, "to leave, type quit or press Ctrl-D on an empty line");
}

void keys_suspend(struct screen *s)
{
	const double began = clock_seconds();
	term_suspend(s->term);
	raise(SIGSTOP);
	term_resume(s->term);
	if (session_trainer(s->session))
		trainer_note_gap(session_trainer(s->session), clock_seconds() - began);
	s->dirty = true;
}

/* Returns the key's position in the row, from 0; -1: it is not in the row.  Alt makes no difference
 * while the prompt is closed. */
static int place_in_row(const struct key_row *row, const struct event *k)
{
	const bool character = row->key == K_CHAR;
	if (character != (k->key == K_CHAR) || (character && k->alt && row->modes != MODE_KEYS))
		return -1;
	const int place = character ? (int)k->code - (int)row->code : (int)k->key - (int)row->key;
	return place <= row->more ? place : -1;
}

static bool act(struct screen *s, const struct key_row *row, int place)
{
	char command[COMMAND_BYTES];
	if (row->act) {
		row->act(s, row->n + place);
		return true;
	}
	if (row->line && !row->line(&s->picture, command))
		return false;
	screen_enqueue(s, row->line ? command : row->command);
	return true;
}

static void on_key(struct screen *s, const struct event *k)
{
	const unsigned mode = s->picture.focused >= 0  ? MODE_KEYS
			      : prompt_busy(s->prompt) ? MODE_TYPING
						       : MODE_EMPTY;
	const enum view view = picture_acting(&s->picture);
	s->awaited = true;
	for (int i = 0; i < n_keys; i++) {
		const struct key_row *row = &key_table[i];
		const int place = place_in_row(row, k);
		if (place >= 0 && row->modes & mode && row->views >> view & 1 && act(s, row, place))
			return;
	}
	if (mode == MODE_KEYS && k->key != K_CHAR)
		return;
	s->picture.focused = -1;
	feed_prompt(s, k);
}

/* The list of a view under the pointer, on which keys act from now on. */
static struct list *list_at(struct screen *s, int view, int x)
{
	if (view == VIEW_WHATIF)
		s->picture.in_users_moved = x >= s->picture.users_moved_x;
	return picture_list(&s->picture, (enum view)view);
}

/* Scrolls the panel under the pointer; the focus stays where it is. */
static void on_wheel(struct screen *s, int view, int x, int n)
{
	if (view >= 0)
		list_move(list_at(s, view, x), n);
}

/* Does what Enter does in the focused panel. */
static void open_row(struct screen *s)
{
	for (int i = 0; i < n_keys; i++)
		if (key_table[i].key == K_ENTER && key_table[i].views >> s->picture.focused & 1)
			act(s, &key_table[i], 0);
}

static bool click_head(struct screen *s, const struct list *l, const struct event *m)
{
	char command[COMMAND_BYTES];
	const struct view_ops *ops = view_ops[s->picture.focused];
	for (int i = 0; i < l->n_heads && ops->sort_by; i++) {
		const struct head *h = &l->heads[i];
		if (m->y != h->y || m->x < h->x || m->x >= h->x + h->columns)
			continue;
		if (ops->sort_by(&s->picture, h->sort, command))
			screen_enqueue(s, command);
		return true;
	}
	return false;
}

static void on_click(struct screen *s, int view, const struct event *m)
{
	const double now = clock_seconds(), double_click = 0.4;
	const bool twice = s->click_y == m->y && now - s->clicked < double_click;
	s->picture.focused = view;
	if (view < 0)
		return;
	struct list *l = list_at(s, view, m->x);
	s->click_y = m->y;
	s->clicked = twice ? 0 : now;
	if (click_head(s, l, m) || m->y < l->y || m->y >= l->y + l->shown ||
	    l->top + m->y - l->y >= l->n)
		return;
	l->cursor = l->top + m->y - l->y;
	if (twice)
		open_row(s);
}

static void on_mouse(struct screen *s, const struct event *m)
{
	enum { WHEEL_ROWS = 3 };
	const struct frame *f = &s->frame;
	const int view = frame_view_at(f, m->y, m->x);
	if (m->button == BUTTON_WHEEL_UP || m->button == BUTTON_WHEEL_DOWN) {
		on_wheel(s, view, m->x, m->button == BUTTON_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
		return;
	}
	for (int v = 0; m->y == 0 && v < N_VIEWS; v++)
		if (m->x >= f->tabs[v].x && m->x < f->tabs[v].x + f->tabs[v].columns) {
			open_view(s, (enum view)v);
			return;
		}
	on_click(s, view, m);
}

static void on_event(struct screen *s, const struct event *event)
{
	s->dirty = true;
	if (event->type == EVENT_KEY) {
		on_key(s, event);
	} else if (event->type == EVENT_MOUSE) {
		on_mouse(s, event);
	} else if (event->type == EVENT_PASTE) {
		s->picture.focused = -1;
		if (!prompt_insert(s->prompt, event->text))
			say_refused(s);
	}
}

/* Entered lines run before the next key is read, because what the key means may depend on them.
 * During a long command the keys for Ctrl-C and the prompt are still read. */
static bool held_back(const struct screen *s)
{
	return s->typed_lines.first && !s->frame.work && !s->leaving;
}

bool keys_read(struct screen *s)
{
	const double until = clock_seconds() + 0.01;
	struct event event;
	while (!held_back(s) && term_read(s->term, &event)) {
		if (event.type == EVENT_PART)
			continue;
		if (s->outdated)
			screen_compose(s);
		on_event(s, &event);
		if (clock_seconds() > until)
			return true;
	}
	return held_back(s);
}
