/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "screen.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "autorec/clock.h"
#include "autorec/command.h"
#include "autorec/file.h"
#include "autorec/mem.h"
#include "autorec/report.h"
#include "complete.h"
#include "frame.h"
#include "prompt.h"
#include "signals.h"
#include "view.h"

/* Frames a second at most: while somebody types, and for what the training does. */
#define KEY_FRAMES 30.0
#define TRAINING_FRAMES 10.0

struct screen {
	struct session *session;
	struct term *term;
	struct prompt *prompt;
	struct canvas canvas;
	struct picture picture;
	struct frame frame;
	json_t *queue;    /* command lines that are still to be run */
	size_t insert_at; /* where a script's next line goes */
	int signal_fd;
	int ended_by;  /* the signal that ends the program; 0: none */
	bool dirty, typed;
	double drawn; /* when the last frame was */
	enum trainer_state last_state;
	uint64_t last_model;
	int status; /* of the last command of a script: what the program exits with */
};

/* ---- answers ---------------------------------------------------------------------------------------- */

static void say(struct screen *s, unsigned style, const char *text)
{
	snprintf(s->frame.message, sizeof s->frame.message, "%s", text);
	s->frame.message_style = style;
	s->dirty = true;
}

static bool has_table(const json_t *result)
{
	const char *key;
	json_t *value;
	json_object_foreach((json_t *)result, key, value)
		if (!strcmp(key, "text") || (json_is_array(value) && json_is_object(json_array_get(value, 0))))
			return true;
	return false;
}

static void on_result(void *ctx, json_t *result)
{
	struct screen *s = ctx;
	struct text line = { 0 }, all = { 0 };
	report_line(result, &line);
	report_text(result, &all);
	if (all.length)
		picture_log(&s->picture, all.bytes, s->canvas.columns);
	if (has_table(result))
		s->session->focus.view = VIEW_LOG;
	say(s, STYLE_NORMAL, line.bytes ? line.bytes : "");
	text_done(&line);
	text_done(&all);
}

/* Training that came to rest by itself says so. */
static void tell_end(struct screen *s)
{
	const struct trainer_status *t = &s->picture.status;
	char text[700], best[16];
	const bool ended = s->last_state == TRAINER_RUNNING && t->state == TRAINER_IDLE && s->last_model == s->session->n_models;
	s->last_state = s->picture.trained ? t->state : TRAINER_IDLE;
	s->last_model = s->session->n_models;
	if (!ended)
		return;
	if (t->error.code < 0) {
		say(s, STYLE_ERROR, t->error.message);
		return;
	}
	int n = snprintf(text, sizeof text, "training ended (%s) at epoch %ld", trainer_stop_name(t->stopped), (long)t->epoch);
	if (t->best_epoch >= 0)
		snprintf(text + n, sizeof text - (size_t)n, ", best validation RMSE %s at epoch %ld", view_rmse(t->best_valid, best),
			 (long)t->best_epoch);
	say(s, STYLE_GOOD, text);
}

/* Draws the present state on the canvas. */
static void compose(struct screen *s, int *y, int *x)
{
	struct err e = { 0 };
	if (picture_update(&s->picture, frame_views(&s->frame, s->canvas.rows, s->canvas.columns), &e) < 0)
		say(s, STYLE_ERROR, e.message);
	tell_end(s);
	frame_draw(&s->frame, &s->canvas, y, x);
}

static int on_screenshot(void *ctx, const char *path, struct err *e)
{
	struct screen *s = ctx;
	struct text text = { 0 };
	struct file f;
	int y, x;
	compose(s, &y, &x);
	canvas_to_text(&s->canvas, &text);
	int status = file_begin(&f, path, e);
	if (status == 0) {
		fputs(text.bytes ? text.bytes : "", f.stream);
		status = file_commit(&f, e);
	}
	text_done(&text);
	return status;
}

/* ---- commands --------------------------------------------------------------------------------------- */

/* A script's lines go ahead of what waits already, one behind the other. */
static int on_enqueue(void *ctx, const char *line, struct err *e)
{
	struct screen *s = ctx;
	if (json_array_insert_new(s->queue, s->insert_at, json_string(line)) < 0)
		return err_set(e, ERR_FAILED, NULL, "the line is not UTF-8");
	s->insert_at++;
	return 0;
}

static void run_line(struct screen *s, const char *line)
{
	struct err e = { 0 };
	char verb[32], text[sizeof e.where + sizeof e.message + 64], where[sizeof e.where + sizeof e.message + 4];
	snprintf(text, sizeof text, "> %s", line);
	if (line[0] && line[0] != '#')
		picture_log(&s->picture, text, s->canvas.columns);
	s->frame.message[0] = 0;
	s->status = command_run(s->session, line, verb, &e);
	if (s->status < 0) {
		snprintf(text, sizeof text, "%s%s%s", verb, verb[0] ? ": " : "", err_text(&e, where, sizeof where));
		say(s, STYLE_ERROR, text);
		picture_log(&s->picture, text, s->canvas.columns);
		json_array_clear(s->queue); /* what follows was meant for after it */
		s->session->wait = WAIT_NONE;
	}
	s->dirty = true;
}

/* Runs what is queued, up to a wait.  One command a turn, so that keys are seen between two of them. */
static bool run_next(struct screen *s)
{
	if (s->session->wait != WAIT_NONE) {
		if (!session_wait_over(s->session))
			return false;
		s->session->wait = WAIT_NONE;
	}
	if (json_array_size(s->queue) == 0)
		return false;
	json_t *line = json_incref(json_array_get(s->queue, 0));
	json_array_remove(s->queue, 0);
	s->insert_at = 0;
	run_line(s, json_string_value(line));
	json_decref(line);
	return true;
}

static void enqueue(struct screen *s, const char *line)
{
	struct err e = { 0 };
	s->insert_at = json_array_size(s->queue);
	if (on_enqueue(s, line, &e) < 0)
		say(s, STYLE_ERROR, e.message);
}

/* ---- keys ------------------------------------------------------------------------------------------- */

static void scroll(struct screen *s, int32_t n)
{
	list_move(&s->picture.lists[s->session->focus.view], n);
	s->dirty = true;
}

static int page(const struct screen *s)
{
	const int shown = s->picture.lists[s->session->focus.view].shown;
	return shown > 1 ? shown - 1 : 1;
}

/* Keys that act in both modes; in the prompt only while nothing is typed. */
static bool common_key(struct screen *s, const struct event *k)
{
	char command[COMMAND_BYTES];
	if (k->key == K_CHAR && k->code >= '0' && k->code < '0' + N_VIEWS) {
		const int view = k->code == '0' ? VIEW_LOG : (int)k->code - '1';
		snprintf(command, sizeof command, "view %s", view_table[view].name);
		enqueue(s, command);
		return true;
	}
	switch (k->key == K_CHAR ? k->code : 0) {
	case ' ': enqueue(s, s->picture.status.state == TRAINER_RUNNING ? "pause" : s->picture.status.state == TRAINER_PAUSED ? "resume" : "train"); return true;
	case '.': enqueue(s, "step"); return true;
	case '?': enqueue(s, "help"); return true;
	case '/':
		s->frame.keys = false;
		prompt_insert(s->prompt, "find ");
		return true;
	case '+': case '-': case '_': return view_ops[VIEW_TRAIN]->key(&s->picture, k, command) && (enqueue(s, command), true);
	default: return false;
	}
}

static bool paging_key(struct screen *s, const struct event *k)
{
	switch (k->key) {
	case K_PAGE_UP: scroll(s, -page(s)); return true;
	case K_PAGE_DOWN: scroll(s, page(s)); return true;
	case K_F1: case K_F2: case K_F3: case K_F4: case K_F5: case K_F6:
		s->session->focus.view = (enum view)(k->key - K_F1);
		return true;
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

static void open_prompt(struct screen *s, const struct event *k)
{
	s->frame.keys = false;
	if (k->key == K_CHAR && k->code != ':')
		prompt_feed(s->prompt, k->bytes, (size_t)k->n_bytes);
}

static void key_mode(struct screen *s, const struct event *k)
{
	const enum view view = s->session->focus.view;
	char command[COMMAND_BYTES];
	if (paging_key(s, k))
		return;
	if (view_ops[view]->key && view_ops[view]->key(&s->picture, k, command)) {
		enqueue(s, command);
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
	case 'u': enqueue(s, "undo"); return;
	case 'n': enqueue(s, "find"); return;
	case 'N': enqueue(s, "find reverse=on"); return;
	default: open_prompt(s, k);
	}
}

static void interrupt(struct screen *s)
{
	if (!s->frame.keys && prompt_busy(s->prompt))
		prompt_cancel(s->prompt);
	else if (s->picture.trained && s->picture.status.state == TRAINER_RUNNING)
		enqueue(s, "pause");
	else
		say(s, STYLE_NORMAL, "quit (or Ctrl-D on an empty line) leaves");
}

static void suspend(struct screen *s)
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
	prompt_feed(s->prompt, k->bytes, (size_t)k->n_bytes);
	if (prompt_ended(s->prompt))
		s->session->quit = true;
}

static void on_key(struct screen *s, const struct event *k)
{
	enum { CTRL_C = 3, CTRL_L = 12, CTRL_Z = 26 };
	s->typed = true;
	if (k->key == K_CHAR && k->code == CTRL_C && !k->alt)
		interrupt(s);
	else if (k->key == K_CHAR && k->code == CTRL_Z && !k->alt)
		suspend(s);
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
	char command[COMMAND_BYTES];
	if (m->button == BUTTON_WHEEL_UP || m->button == BUTTON_WHEEL_DOWN) {
		scroll(s, m->button == BUTTON_WHEEL_UP ? -3 : 3);
		return;
	}
	for (int v = 0; m->y == 0 && v < N_VIEWS; v++)
		if (m->x >= f->tabs[v].x && m->x < f->tabs[v].x + f->tabs[v].columns) {
			snprintf(command, sizeof command, "view %s", view_table[v].name);
			enqueue(s, command);
			return;
		}
	if (f->list_view < 0 || m->y < f->list_y)
		return;
	struct list *l = &s->picture.lists[f->list_view];
	if (m->y - f->list_y < l->shown && l->top + m->y - f->list_y < l->n)
		l->cursor = l->top + m->y - f->list_y;
}

static void read_events(struct screen *s)
{
	struct event event;
	while (term_read(s->term, &event)) {
		s->dirty = true;
		if (event.type == EVENT_KEY) {
			on_key(s, &event);
		} else if (event.type == EVENT_MOUSE) {
			on_mouse(s, &event);
		} else {
			s->frame.keys = false;
			prompt_insert(s->prompt, event.text);
		}
	}
	for (char *line; (line = prompt_next(s->prompt)); free(line))
		enqueue(s, line);
}

static void complete(void *ctx, struct prompt *p, const char *line, size_t start, const char *word)
{
	const struct screen *s = ctx;
	complete_word(s->session, p, line, start, word);
}

/* ---- the loop --------------------------------------------------------------------------------------- */

static void on_signals(struct screen *s)
{
	for (int number; (number = signals_next(s->signal_fd));) {
		switch (number) {
		case SIGWINCH: s->dirty = s->typed = true; break;
		case SIGTSTP: suspend(s); break;
		case SIGINT: interrupt(s); break;
		case SIGCONT: term_redraw(s->term); s->dirty = true; break;
		default: s->ended_by = number; break;
		}
	}
}

static int draw(struct screen *s, struct err *e)
{
	int rows, columns, y, x;
	term_size(s->term, &rows, &columns);
	int status = canvas_resize(&s->canvas, rows, columns, e);
	if (status < 0)
		return status;
	compose(s, &y, &x);
	term_draw(s->term, &s->canvas, y, x);
	s->dirty = s->typed = false;
	s->drawn = clock_seconds();
	return 0;
}

/* Milliseconds to wait for the next event, -1: for ever. */
static int wait_time(const struct screen *s)
{
	if (!s->dirty) {
		const double seconds = picture_due(&s->picture, frame_views(&s->frame, s->canvas.rows, s->canvas.columns));
		return seconds < 0 ? -1 : (int)ceil(seconds * 1e3);
	}
	const double due = s->drawn + 1 / (s->typed ? KEY_FRAMES : TRAINING_FRAMES) - clock_seconds();
	return due > 0 ? (int)ceil(due * 1e3) : 0;
}

static void wait_for_events(struct screen *s, int timeout)
{
	struct pollfd fds[] = {
		{ .fd = term_fd(s->term), .events = POLLIN },
		{ .fd = s->signal_fd, .events = POLLIN },
		{ .fd = s->session->wake_fd, .events = POLLIN },
	};
	uint64_t count;
	if (poll(fds, 3, timeout) < 0 && errno != EINTR)
		s->session->quit = true;
	if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))
		s->ended_by = SIGHUP;
	if (read(s->session->wake_fd, &count, sizeof count) > 0)
		s->dirty = true;
	else if (picture_due(&s->picture, frame_views(&s->frame, s->canvas.rows, s->canvas.columns)) == 0)
		s->dirty = true;
}

static bool due(const struct screen *s)
{
	return s->dirty && clock_seconds() - s->drawn >= 1 / (s->typed ? KEY_FRAMES : TRAINING_FRAMES);
}

static int loop(struct screen *s, struct err *e)
{
	int status = draw(s, e);
	while (status == 0 && !s->session->quit && !s->ended_by) {
		const bool ran = run_next(s);
		if (due(s))
			status = draw(s, e);
		wait_for_events(s, ran ? 0 : wait_time(s));
		on_signals(s);
		if (!s->ended_by)
			read_events(s);
	}
	return status;
}

/* ---- start and end ---------------------------------------------------------------------------------- */

static int queue_requests(struct screen *s, const struct invocation *in, struct err *e)
{
	int status = 0;
	for (int i = 0; i < in->n_requests && status == 0; i++) {
		const struct request *r = &in->requests[i];
		if (r->script) /* its lines are queued, so that wait can hold them */
			status = command_run_file(s->session, r->text, e);
		else
			status = on_enqueue(s, r->text, e);
	}
	return status;
}

static int start(struct screen *s, const struct invocation *in, struct err *e)
{
	char path[512];
	const struct prompt_host host = { .complete = complete, .ctx = s };
	int status = picture_init(&s->picture, s->session, e);
	if (status == 0)
		status = queue_requests(s, in, e);
	if (status == 0)
		status = signals_start(&s->signal_fd, e);
	if (status == 0)
		status = prompt_start(&s->prompt, "autorec> ", &host, prompt_history_path(path, sizeof path), e);
	if (status == 0)
		status = term_start(&s->term, &in->term, e);
	if (status < 0)
		return status;
	signals_guard(s->term);
	s->canvas.glyphs = term_glyphs(s->term);
	s->frame.picture = &s->picture;
	s->frame.prompt = s->prompt;
	return 0;
}

static void stop(struct screen *s)
{
	struct err e = { 0 };
	signals_guard(NULL);
	term_stop(s->term);
	if (prompt_stop(s->prompt, &e) < 0)
		fprintf(stderr, "autorec: history: %s\n", e.message);
	if (s->signal_fd >= 0)
		signals_stop();
	picture_done(&s->picture);
	canvas_done(&s->canvas);
	json_decref(s->queue);
}

int screen_run(struct session *session, const struct invocation *in)
{
	struct screen s = { .session = session, .queue = json_array(), .signal_fd = -1 };
	struct err e = { 0 };
	char text[sizeof e.where + sizeof e.message + 4];
	session->interactive = true;
	session->emit = on_result;
	session->emit_ctx = &s;
	session->enqueue = on_enqueue;
	session->screenshot = on_screenshot;
	int status = start(&s, in, &e);
	if (status == 0)
		status = loop(&s, &e);
	const int ended_by = s.ended_by;
	stop(&s);
	if (status < 0)
		fprintf(stderr, "autorec: %s\n", err_text(&e, text, sizeof text));
	return ended_by ? 128 + ended_by : err_exit_status(status);
}
