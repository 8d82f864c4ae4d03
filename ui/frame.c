/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "frame.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "autorec/clock.h"
#include "key_help.h"

enum {
	SMALL_ROWS = 15,
	SMALL_COLUMNS = 60,
	TINY_ROWS = 4,
	TINY_COLUMNS = 20,
	LARGE_ROWS = 36,
	LARGE_COLUMNS = 120,
	LOG_ROWS = 3, /* of the log below other views on a large screen */
};

/* Returns whether there is room for several views, and no view is to have all of it, as the help
 * has. */
static bool shows_several(const struct frame *f, int rows, int columns)
{
	const struct focus *focus = &f->picture->session->focus;
	return rows >= LARGE_ROWS && columns >= LARGE_COLUMNS && !focus->full &&
	       focus->view != VIEW_HELP;
}

/* An answer stays this long before a hint may replace it. */
static const double READ_SECONDS = 4;

/* A large screen shows the curve and the units above the chosen view. */
static enum view lower_view(const struct frame *f)
{
	const struct focus *focus = &f->picture->session->focus;
	if (focus->view != VIEW_TRAIN && focus->view != VIEW_UNITS)
		return focus->view;
	return f->picture->session->doc.whatif.valid ? VIEW_WHATIF
	       : focus->user >= 0                    ? VIEW_USER
	       : focus->item >= 0                    ? VIEW_ITEM
						     : VIEW_LOG;
}

unsigned frame_views(const struct frame *f, int rows, int columns)
{
	const enum view view = f->picture->session->focus.view;
	if (!shows_several(f, rows, columns))
		return 1u << view;
	return 1u << VIEW_TRAIN | 1u << VIEW_UNITS | 1u << lower_view(f) | 1u << view;
}

static void draw_tabs(struct frame *f, struct area a)
{
	const struct session *s = f->picture->session;
	char about[128] = "", units[64];
	int x = 0, width = 0;
	for (int v = 0; v < N_VIEWS; v++)
		width += (int)strlen(" 1:") + text_width(view_ops[v]->title);
	const char *apart = width + N_VIEWS <= a.columns ? " " : "";
	for (int v = 0; v < N_VIEWS; v++) {
		const bool active = (enum view)v == s->focus.view,
			   named = active || width <= a.columns;
		const int columns = canvas_textf(a, 0, x, active ? STYLE_TAB_ACTIVE : STYLE_TAB,
						 " %d%s%s%s", (v + 1) % N_VIEWS, named ? ":" : "",
						 named ? view_ops[v]->title : "", apart);
		f->tabs[v].view = v;
		f->tabs[v].x = x;
		f->tabs[v].columns = columns;
		x += columns;
	}
	const char *option = f->picture->trained ? model_units_option(f->picture->model->ops)
						 : NULL;
	if (option) {
		snprintf(about, sizeof about, "%s  %s %s=%s", s->doc.data->name,
			 f->picture->model->ops->name, option,
			 option_get(option_find(option), &f->picture->config, units, sizeof units));
	} else if (s->doc.data)
		snprintf(about, sizeof about, "%s%s%s", s->doc.data->name,
			 f->picture->trained ? "  " : "",
			 f->picture->trained ? f->picture->model->ops->name : "");
	if (text_width(about) + x + 2 <= a.columns)
		canvas_text_right(a, 0, STYLE_TITLE, about);
}

/* Returns advice on the curve when validation has clearly been above its best for a while. */
static const char *hint(const struct picture *p, char out[128])
{
	enum { WHILE = 10 }; /* epochs; enough to ignore the noise of single steps */
	const double clearly = 1.002;
	const struct trainer_status *s = &p->status;
	if (s->state != TRAINER_RUNNING || s->best_epoch < 0 || s->epoch < s->best_epoch + WHILE ||
	    !(p->last.valid_rmse > clearly * s->best_valid))
		return NULL;
	snprintf(out, 128,
		 "validation worse since epoch %ld: overfitting? try  set lambda %.3g  or  "
		 "stop",
		 (long)s->best_epoch, p->config.lambda * 1.25);
	return out;
}

static bool is_under_way(const struct frame *f)
{
	const struct picture *p = f->picture;
	return f->work || (p->trained && p->status.state != TRAINER_IDLE && p->status.target > 0);
}

/* "epoch [####....] ETA 0:25" */
static void draw_gauge(struct area a, const char *what, double done, const char *right)
{
	const int left = text_width(what) + 2;
	canvas_text(a, 0, 1, -1, STYLE_NORMAL, what);
	canvas_text_right(a, 0, STYLE_NORMAL, right);
	chart_gauge(area_at(a, 0, left, 1, a.columns - left - 14), done, STYLE_BAR);
}

static void draw_work(const struct frame *f, struct area a)
{
	char eta[24], text[64] = "";
	const double seconds = clock_seconds() - f->work_began;
	if (f->work_done > 0)
		snprintf(text, sizeof text, " ETA %s",
			 view_duration(seconds / f->work_done - seconds, eta));
	draw_gauge(a, f->work, f->work_done, text);
}

static void draw_progress(const struct frame *f, struct area a)
{
	const struct picture *p = f->picture;
	const struct trainer_status *s = &p->status;
	char eta[24], text[64];
	if (f->work) {
		draw_work(f, a);
		return;
	}
	const double pace = p->session->config.pace,
		     slowest = pace > 0 && s->seconds_per_epoch < 1 / pace ? 1 / pace
									   : s->seconds_per_epoch;
	snprintf(text, sizeof text, " ETA %s",
		 view_duration((double)(s->target - s->epoch) * slowest, eta));
	draw_gauge(a, "epoch", (double)s->epoch / (double)s->target,
		   s->state == TRAINER_PAUSED ? " paused" : text);
}

static void draw_prompt(const struct frame *f, struct area a, int *y, int *x)
{
	*y = -1;
	*x = 0;
	if (f->picture->focused >= 0) {
		canvas_text(a, 0, 0, -1, STYLE_DIM, "Esc:prompt");
		return;
	}
	*x = prompt_draw(f->prompt, a);
	*y = a.y;
}

/* Draws the keys that act now, and which rows of the list are shown. */
static void draw_status(const struct frame *f, struct area a)
{
	const enum view view = picture_acting(f->picture);
	const struct list *l = picture_list(f->picture, view);
	const int32_t last = l->top + l->shown < l->n ? l->top + l->shown : l->n;
	const unsigned mode = f->picture->focused >= 0 ? MODE_KEYS
			      : prompt_busy(f->prompt) ? MODE_TYPING
						       : MODE_EMPTY;
	char rows[64] = "";
	struct text hint = { 0 };
	if (l->n > 0 && l->shown > 0)
		snprintf(rows, sizeof rows, "  rows %d-%d of %d", (int)l->top + 1, (int)last,
			 (int)l->n);
	canvas_text_right(area_cut_right(&a, text_width(rows)), 0, STYLE_KEY, rows);
	const struct picture *p = f->picture;
	if (p->trained && p->n_off > 0) {
		char off[48];
		snprintf(off, sizeof off, p->n_off > 1 ? "  %d units off" : "  unit %d off",
			 p->n_off > 1 ? (int)p->status.n_ablated : (int)p->off[0]);
		canvas_text_right(area_cut_right(&a, text_width(off)), 0, STYLE_WARNING, off);
	}
	key_help_hint(view, mode, a.columns, &hint);
	canvas_text(a, 0, 0, -1, STYLE_DIM, hint.bytes ? hint.bytes : "");
	text_done(&hint);
}

/* Returns the last answer, or a hint once there was time to read the answer. */
static const char *said(const struct frame *f, char room[128])
{
	const bool answered = f->message[0] && (f->message_style != STYLE_NORMAL ||
						clock_seconds() - f->message_at < READ_SECONDS);
	const char *advice = answered ? NULL : hint(f->picture, room);
	return advice ? advice : f->message;
}

/* Returns the rows that the message needs in a: one to three. */
static int message_rows(const char *text, struct area a)
{
	const int rows = view_wrapped(area_at(a, 0, 1, 0, a.columns - 2), STYLE_NORMAL, text);
	return rows < 1 ? 1 : rows > 3 ? 3 : rows;
}

static void draw_message(const struct frame *f, const char *text, struct area a)
{
	view_wrapped(area_at(a, 0, 1, a.rows, a.columns - 2),
		     text == f->message ? f->message_style : STYLE_WARNING, text);
}

/* Draws a view, marks it if it has the focus, and records where it is. */
static void draw_view(struct frame *f, enum view v, struct area a)
{
	view_ops[v]->draw(a, f->picture);
	if (f->picture->finding && picture_searches(v))
		canvas_mark(a, STYLE_BOLD | STYLE_UNDERLINE, f->picture->session->focus.find);
	if (f->picture->focused == (int)v)
		canvas_restyle(area_at(a, 0, 0, 1, a.columns),
			       STYLE_KEY | STYLE_BOLD | STYLE_UNDERLINE);
	f->panels[f->n_panels++] = (struct place){ v, a.y, a.x, a.rows, a.columns };
}

int frame_view_at(const struct frame *f, int y, int x)
{
	for (int i = 0; i < f->n_panels; i++) {
		const struct place *p = &f->panels[i];
		if (y >= p->y && y < p->y + p->rows && x >= p->x && x < p->x + p->columns)
			return (int)p->view;
	}
	return -1;
}

int frame_next_focus(const struct frame *f, int by)
{
	int at = by > 0 ? -1 : f->n_panels; /* the prompt stands before and after the panels */
	for (int i = 0; i < f->n_panels && f->picture->focused >= 0; i++)
		if ((int)f->panels[i].view == f->picture->focused)
			at = i;
	at += by;
	return at >= 0 && at < f->n_panels ? (int)f->panels[at].view : -1;
}

/* A focus on a view that is no longer on the screen moves to the one that replaced it. */
static void follow_focus(const struct frame *f, int rows, int columns)
{
	struct picture *p = f->picture;
	if (p->focused < 0 || frame_views(f, rows, columns) >> p->focused & 1)
		return;
	p->focused = shows_several(f, rows, columns) ? (int)lower_view(f)
						     : (int)p->session->focus.view;
}

/* Draws several views.  A log that nobody asked for gets only a few rows. */
static void draw_large(struct frame *f, struct area a)
{
	const bool log = lower_view(f) == VIEW_LOG && f->picture->session->focus.view != VIEW_LOG;
	struct area top = area_cut_top(&a, log ? a.rows - LOG_ROWS : a.rows * 11 / 20);
	struct area right = area_cut_right(&top,
					   top.columns * 2 / 5 > 76 ? top.columns * 2 / 5 : 76);
	draw_view(f, VIEW_TRAIN, top);
	draw_view(f, VIEW_UNITS, right);
	draw_view(f, lower_view(f), a);
}

static void draw_tiny(const struct frame *f, struct area a)
{
	const struct picture *p = f->picture;
	char x[16];
	if (p->trained)
		canvas_textf(a, 0, 0, STYLE_NORMAL, "%ld %s", (long)p->status.epoch,
			     view_rmse(isfinite(p->last.valid_rmse) ? p->last.valid_rmse
								    : p->last.train_rmse,
				       x));
	else
		canvas_text(a, 0, 0, -1, STYLE_NORMAL, "autorec");
}

void frame_draw(struct frame *f, struct canvas *c, int *y, int *x)
{
	struct area a = canvas_area(c);
	canvas_clear(c);
	follow_focus(f, c->rows, c->columns);
	f->n_panels = 0;
	memset(f->tabs, 0, sizeof f->tabs);
	if (a.rows < TINY_ROWS || a.columns < TINY_COLUMNS) {
		*y = -1;
		*x = 0;
		draw_tiny(f, a);
		return;
	}
	char hint[128];
	const char *text = said(f, hint);
	struct area prompt = area_cut_bottom(&a, 1);
	draw_prompt(f, prompt, y, x);
	if (a.rows < SMALL_ROWS - 1 || a.columns < SMALL_COLUMNS) {
		draw_message(f, text, area_cut_bottom(&a, a.rows > 4 ? 2 : 1));
		draw_view(f, f->picture->session->focus.view, a);
		return;
	}
	const struct area status = area_cut_bottom(&a, 1);
	draw_message(f, text, area_cut_bottom(&a, message_rows(text, a)));
	if (is_under_way(f))
		draw_progress(f, area_cut_bottom(&a, 1));
	draw_tabs(f, area_cut_top(&a, 1));
	if (f->picture->focused < 0) {
		const int rows = prompt_candidate_rows(f->prompt, a.columns, a.rows / 2);
		prompt_draw_candidates(f->prompt, area_cut_bottom(&a, rows));
	}
	if (shows_several(f, c->rows, c->columns))
		draw_large(f, a);
	else
		draw_view(f, f->picture->session->focus.view, a);
	draw_status(f, status);
}
