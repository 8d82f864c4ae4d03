/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "screen.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "autorec/campaign.h"
#include "autorec/clock.h"
#include "autorec/command.h"
#include "autorec/script.h"
#include "autorec/file.h"
#include "autorec/home.h"
#include "autorec/saving.h"
#include "complete.h"
#include "keys.h"
#include "output.h"
#include "screen_state.h"
#include "signals.h"
#include "view.h"
#include "yank.h"

/* The most frames per second: while the user waits for them, and during training. */
#define AWAITED_FRAMES  30.0
#define TRAINING_FRAMES 10.0

/* ---- answers ------------------------------------------------------------ */

void screen_say(struct screen *s, unsigned style, const char *text)
{
	snprintf(s->frame.message, sizeof s->frame.message, "%.*s",
		 text_head(text, sizeof s->frame.message - 1), text);
	s->frame.message_style = style;
	s->frame.message_at = clock_seconds();
	s->dirty = true;
}

static bool has_table(const json_t *result)
{
	const char *key;
	json_t *value;
	json_object_foreach ((json_t *)result, key, value)
		if (!strcmp(key, "text") ||
		    (json_is_array(value) && json_is_object(json_array_get(value, 0))))
			return true;
	return false;
}

/* Returns the views (bits VIEW_x) that show this answer. */
static unsigned answering_views(const json_t *result)
{
	const char *command = json_string_value(json_object_get(result, "command"));
	unsigned views = 0;
	for (int v = 0; v < N_VIEWS; v++)
		if (view_ops[v]->answers && command &&
		    param_choose(view_ops[v]->answers, command) >= 0)
			views |= 1u << v;
	return views ? views : has_table(result) ? 1u << VIEW_LOG : 0;
}

/* Returns whether a view on the screen already shows the answer.  Compare shows runs but not their
 * summary. */
static bool is_shown(const struct screen *s, const json_t *result)
{
	const unsigned views = answering_views(result) &
			       frame_views(&s->frame, s->canvas.rows, s->canvas.columns);
	return json_object_get(result, "event") ? views : views & ~(1u << VIEW_COMPARE);
}

/* Adds text to the log, below its command. */
static void screen_keep(struct screen *s, const char *text)
{
	struct text line = { 0 };
	if (s->running)
		text_addf(&line, "> %s\n", s->running);
	text_addf(&line, "%s", text);
	if (line.bytes)
		picture_log(&s->picture, line.bytes, s->canvas.columns);
	text_done(&line);
	s->running = NULL;
}

static void on_result(void *ctx, json_t *result)
{
	struct screen *s = ctx;
	struct text line = { 0 }, all = { 0 };
	command_say_briefly(result, &line);
	command_say(result, &all);
	if (answering_views(result) == 1u << VIEW_HELP)
		picture_help(&s->picture, json_string_value(json_object_get(result, "text")));
	else if (all.length)
		screen_keep(s, all.bytes);
	if (answering_views(result) == 1u << VIEW_LOG)
		s->session->focus.view = VIEW_LOG;
	screen_say(s, STYLE_NORMAL, line.bytes && !is_shown(s, result) ? line.bytes : "");
	text_done(&line);
	text_done(&all);
}

/* Announces the end of training, except in a campaign, which announces its own results.  Keeps an
 * answer that came later. */
static void tell_end(struct screen *s)
{
	const struct trainer_status *t = &s->picture.status;
	char text[700], best[16];
	const bool ended = s->picture.trained && t->state == TRAINER_IDLE && t->ended > s->end_told;
	const bool in_campaign = s->in_campaign,
		   answered = s->frame.message[0] && s->frame.message_at > t->ended;
	s->end_told = s->picture.trained ? t->ended : 0;
	s->in_campaign = campaign_active(s->session);
	if (!ended || answered || in_campaign || s->in_campaign)
		return;
	if (t->error.code < 0) {
		screen_say(s, STYLE_ERROR, t->error.message);
		return;
	}
	int n = snprintf(text, sizeof text, "training ended (%s) at epoch %ld",
			 trainer_stop_name(t->stopped), (long)t->epoch);
	if (t->best_epoch >= 0)
		n += snprintf(text + n, sizeof text - (size_t)n,
			      ", best validation RMSE %s at epoch %ld",
			      view_rmse(t->best_valid, best), (long)t->best_epoch);
	if (t->patience > 0 && t->stopped == STOP_EPOCHS)
		snprintf(text + n, sizeof text - (size_t)n, "; still improving");
	screen_say(s, STYLE_GOOD, text);
}

/* Draws the current state on the canvas. */
static void compose(struct screen *s, int *y, int *x)
{
	struct err e = { 0 };
	char text[128];
	if (picture_update(&s->picture, frame_views(&s->frame, s->canvas.rows, s->canvas.columns),
			   &e) < 0)
		screen_say(s, STYLE_ERROR, e.message);
	if (s->picture.missed) {
		snprintf(text, sizeof text, "find: nothing here contains \"%s\"",
			 s->session->focus.find);
		screen_say(s, STYLE_WARNING, text);
		s->picture.missed = false;
	}
	tell_end(s);
	s->outdated = false;
	frame_draw(&s->frame, &s->canvas, y, x);
}

void screen_compose(struct screen *s)
{
	int y, x;
	if (s->canvas.rows > 0)
		compose(s, &y, &x);
}

static int on_screenshot(void *ctx, const char *path, struct err *e)
{
	struct screen *s = ctx;
	struct text text = { 0 };
	struct file f;
	int y, x;
	compose(s, &y, &x);
	canvas_to_text(&s->canvas, &text);
	int status = text.failed
			     ? err_set(e, ERR_NOMEM, NULL, "out of memory for the screen's text")
			     : file_begin(&f, path, FILE_ONLY, e);
	if (status == 0) {
		fputs(text.bytes ? text.bytes : "", f.stream);
		status = file_commit(&f, e);
	}
	text_done(&text);
	return status;
}

static int on_yank(void *ctx, bool table, int64_t *rows, struct err *e)
{
	struct screen *s = ctx;
	struct text text = { 0 };
	screen_compose(s);
	const int status = yank_text(&s->picture, table, &text, rows, e);
	if (status == 0 && text.length > 0)
		term_copy(s->term, text.bytes, text.length);
	text_done(&text);
	return status;
}

/* ---- commands ----------------------------------------------------------- */

/* The lines of a script go before the waiting lines and keep their order. */
static int on_enqueue(void *ctx, const char *line, struct err *e)
{
	struct screen *s = ctx;
	return line_queue_add(&s->script_lines, line, e);
}

static void say_error(struct screen *s, const char *verb, const struct err *e)
{
	char text[sizeof e->where + sizeof e->message + 64],
		where[sizeof e->where + sizeof e->message + 4];
	snprintf(text, sizeof text, "%s%s%s", verb, verb[0] ? ": " : "",
		 err_text(e, where, sizeof where));
	screen_say(s, STYLE_ERROR, text);
	screen_keep(s, text);
}

static int run_line(struct screen *s, const char *line)
{
	struct err e = { 0 };
	char verb[32];
	s->running = line;
	s->frame.message[0] = 0;
	s->picture.finding = false;
	const int status = command_run(s->session, line, verb, &e);
	if (status < 0)
		say_error(s, verb, &e);
	s->running = NULL;
	s->frame.work = NULL;
	s->dirty = s->awaited = s->outdated = true;
	return status;
}

/* Warns if a typed line would lose work.  Returns whether it must be repeated. */
static bool asks_first(struct screen *s, const char *line)
{
	struct err e = { 0 };
	if (command_guard(s->session, line, &e) == 0)
		return false;
	screen_say(s, STYLE_WARNING, e.message);
	screen_keep(s, e.message);
	return true;
}

/* Runs the next line: one per turn of the loop, so that keys are handled between lines. */
static bool run_next(struct screen *s)
{
	struct session *session = s->session;
	if (session->wait != WAIT_NONE && session_wait_over(session))
		session->wait = WAIT_NONE;
	const bool scripted = session->wait == WAIT_NONE && s->script_lines.first;
	struct line *line = line_queue_take(scripted ? &s->script_lines : &s->typed_lines);
	if (!line)
		return false;
	line_queue_rewind(&s->script_lines);
	if (!scripted && asks_first(s, line->text)) {
		free(line);
		return true;
	}
	if (run_line(s, line->text) < 0 && scripted)
		line_queue_clear(&s->script_lines); /* the remaining lines rely on its success */
	free(line);
	return true;
}

/* Runs the next command of a campaign once training is at rest. */
static bool run_campaign(struct screen *s)
{
	struct session *session = s->session;
	struct trainer_status t = { 0 };
	struct err e = { 0 };
	char text[sizeof e.where + sizeof e.message + 4];
	if (!campaign_active(session))
		return false;
	if (session_trainer(session))
		trainer_status(session_trainer(session), &t);
	if (t.busy || t.state != TRAINER_IDLE)
		return false;
	if (campaign_step(session, &e) < 0) {
		screen_say(s, STYLE_ERROR, err_text(&e, text, sizeof text));
		screen_keep(s, text);
	}
	s->frame.work = NULL;
	s->dirty = true;
	return true;
}

/* A user who quits does not wait for the running command. */
static bool is_quit(const char *line)
{
	bool forced;
	const struct command *c = command_of(line, &forced);
	return c && !strcmp(c->name, "quit");
}

void screen_enqueue(struct screen *s, const char *line)
{
	struct err e;
	if (s->frame.work && is_quit(line)) {
		s->session->quit |= !asks_first(s, line);
		return;
	}
	if (line_queue_add(&s->typed_lines, line, &e) < 0)
		screen_say(s, STYLE_ERROR, e.message);
}

static void complete(void *ctx, struct prompt *p, const char *line, size_t start, const char *word)
{
	const struct screen *s = ctx;
	complete_word(s->session, p, line, start, word);
}

/* ---- the loop ----------------------------------------------------------- */

static void on_signals(struct screen *s)
{
	for (int number; (number = signals_next(s->signal_fd));) {
		switch (number) {
		case SIGWINCH: s->dirty = s->awaited = true; break;
		case SIGTSTP: keys_suspend(s); break;
		case SIGINT: keys_interrupt(s); break;
		case SIGCONT:
			term_redraw(s->term);
			s->dirty = true;
			break;
		default: s->ended_by = number; break;
		}
	}
}

static int screen_draw(struct screen *s, struct err *e)
{
	int rows, columns, y, x;
	term_size(s->term, &rows, &columns);
	int status = canvas_resize(&s->canvas, rows, columns, e);
	if (status < 0)
		return status;
	compose(s, &y, &x);
	term_set_theme(s->term, (enum theme)s->session->config.theme);
	term_set_mouse(s->term, s->session->config.mouse);
	term_draw(s->term, &s->canvas, y, x);
	s->dirty = s->awaited = false;
	s->drawn = clock_seconds();
	return 0;
}

/* Takes keys and signals during a command.  The commands that they cause wait their turn. */
static bool screen_on_progress(void *ctx, const char *what, double fraction)
{
	struct screen *s = ctx;
	struct frame *f = &s->frame;
	struct err e;
	if (!f->work) {
		f->work_began = clock_seconds();
		s->interrupted = false;
	}
	f->work = what;
	f->work_done = fraction;
	on_signals(s);
	keys_read(s);
	if (clock_seconds() - f->work_began > 1 / TRAINING_FRAMES &&
	    clock_seconds() - s->drawn >= 1 / TRAINING_FRAMES) {
		screen_say(s, STYLE_NORMAL, "Ctrl-C stops it");
		screen_draw(s, &e);
	}
	return !s->interrupted && !s->ended_by && !s->session->quit;
}

/* Milliseconds to wait for the next event; -1: no limit. */
static int wait_time(const struct screen *s)
{
	if (!s->dirty) {
		const double seconds = picture_due(
			&s->picture, frame_views(&s->frame, s->canvas.rows, s->canvas.columns));
		return seconds < 0 ? -1 : (int)ceil(seconds * 1e3);
	}
	const double due = s->drawn + 1 / (s->awaited ? AWAITED_FRAMES : TRAINING_FRAMES) -
			   clock_seconds();
	return due > 0 ? (int)ceil(due * 1e3) : 0;
}

/* Waits until a key, a signal or the session wakes the screen.  Returns whether the session did. */
static bool poll_events(struct screen *s, int timeout)
{
	struct pollfd fds[] = {
		{ .fd = term_fd(s->term), .events = POLLIN },
		{ .fd = s->signal_fd, .events = POLLIN },
		{ .fd = s->session->host.wake_fd, .events = POLLIN },
	};
	uint64_t count;
	if (poll(fds, 3, timeout) < 0 && errno != EINTR)
		s->session->quit = true;
	if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))
		s->ended_by = SIGHUP;
	return read(s->session->host.wake_fd, &count, sizeof count) > 0;
}

static void wait_for_events(struct screen *s, int timeout)
{
	struct err e;
	if (poll_events(s, timeout)) {
		s->dirty = true;
		if (session_tick(s->session, &e) < 0)
			say_error(s, "save", &e);
	} else if (picture_due(&s->picture,
			       frame_views(&s->frame, s->canvas.rows, s->canvas.columns)) == 0) {
		s->dirty = true;
	}
}

static bool due(const struct screen *s)
{
	return s->dirty &&
	       clock_seconds() - s->drawn >= 1 / (s->awaited ? AWAITED_FRAMES : TRAINING_FRAMES);
}

static int loop(struct screen *s, struct err *e)
{
	int status = screen_draw(s, e);
	bool more = false;
	while (status == 0 && !s->session->quit && !s->ended_by) {
		const bool ran_next = run_next(s), ran = run_campaign(s) || ran_next;
		if (due(s))
			status = screen_draw(s, e);
		wait_for_events(s, ran || more ? 0 : wait_time(s));
		on_signals(s);
		more = !s->ended_by && keys_read(s);
	}
	return status;
}

/* ---- leaving ------------------------------------------------------------ */

/* Tells a save that still waits for an epoch to do without it. */
static void give_up_save(struct screen *s, const struct saving *w)
{
	trainer_settle(w->trainer, 0);
	screen_say(s, STYLE_NORMAL, "leaving once the file is on disk");
}

/* Shows the wait for a save until it is over.  Returns whether the user wants to leave at once. */
static bool await_save(struct screen *s, const struct saving *w)
{
	char text[PATH_MAX + 100];
	struct err e;
	bool given_up = false;
	snprintf(text, sizeof text,
		 "leaving once the file is written (Ctrl-C leaves now and keeps the old file): %s",
		 w->path);
	screen_say(s, STYLE_NORMAL, text);
	s->leaving = true;
	s->interrupted = false;
	while (!saving_over(w) && !s->ended_by) {
		if (s->interrupted && !given_up)
			give_up_save(s, w);
		given_up |= s->interrupted;
		if (due(s) && screen_draw(s, &e) < 0)
			break;
		s->dirty |= poll_events(s, wait_time(s));
		on_signals(s);
		keys_read(s);
	}
	return given_up;
}

/* Waits for a save that the user asked for, but not for an automatic one. */
static int finish_save(struct screen *s, struct err *e)
{
	struct session *session = s->session;
	const struct saving *w = session->saves.now;
	if (!w)
		return 0;
	const bool promised = !w->automatic;
	session->host.emit = NULL;
	if (!promised)
		trainer_settle(w->trainer, 0);
	const bool given_up = promised && await_save(s, w);
	if (s->ended_by)
		return 0;
	saving_wait(session->saves.now);
	const int status = session_tick(session, e);
	if (status == ERR_INTERRUPTED && given_up)
		return err_set(e, status, NULL, "the save was abandoned; the file is unchanged");
	return promised ? status : 0;
}

/* ---- start and end ------------------------------------------------------ */

static int queue_requests(struct screen *s, const struct invocation *in, struct err *e)
{
	int status = 0;
	for (int i = 0; i < in->n_requests && status == 0; i++) {
		const struct request *r = &in->requests[i];
		if (r->script) /* its lines are queued, so that wait can hold them */
			status = command_run_file(s->session, r->text, NULL, e);
		else
			status = on_enqueue(s, r->text, e);
	}
	return status;
}

/* Offers the autosave that a crashed program left. */
static void offer_autosave(struct screen *s)
{
	struct autosave_found found;
	char text[256], when[64] = "";
	struct tm local;
	if (!autosave_find(&found))
		return;
	if (localtime_r(&found.saved, &local))
		strftime(when, sizeof when, "%Y-%m-%d %H:%M", &local);
	snprintf(text, sizeof text,
		 "found an autosave of %s, %s, epoch %ld, from %s; open autosave restores it, "
		 "autosaves lists all",
		 found.title.data, found.title.model, (long)found.title.epoch, when);
	screen_say(s, STYLE_GOOD, text);
	screen_keep(s, text);
}

static int screen_start(struct screen *s, const struct invocation *in, struct err *e)
{
	char path[512];
	const struct prompt_host host = { .complete = complete, .ctx = s };
	int status = picture_init(&s->picture, s->session, e);
	if (status == 0)
		status = queue_requests(s, in, e);
	if (status == 0)
		status = signals_start(&s->signal_fd, e);
	if (status == 0)
		status = prompt_start(&s->prompt, "autorec> ", &host,
				      home_state("history", path, sizeof path), e);
	if (status == 0)
		status = term_start(&s->term, &in->term, e);
	if (status < 0)
		return status;
	signals_guard(s->term);
	s->canvas.glyphs = term_glyphs(s->term);
	s->frame.picture = &s->picture;
	s->frame.prompt = s->prompt;
	offer_autosave(s);
	return 0;
}

static void screen_stop(struct screen *s)
{
	struct err e = { 0 };
	signals_guard(NULL);
	term_stop(s->term);
	if (prompt_stop(s->prompt, &e) < 0)
		output_error("history: %s", e.message);
	if (s->signal_fd >= 0)
		signals_stop();
	picture_done(&s->picture);
	canvas_done(&s->canvas);
	line_queue_clear(&s->script_lines);
	line_queue_clear(&s->typed_lines);
}

int screen_run(struct session *session, const struct invocation *in)
{
	struct screen s = { .session = session, .focus_later = -1, .signal_fd = -1 };
	struct err e = { 0 };
	char text[sizeof e.where + sizeof e.message + 4];
	session->host.interactive = true;
	session->host.emit = on_result;
	session->host.ctx = &s;
	session->host.enqueue = on_enqueue;
	session->host.screenshot = on_screenshot;
	session->host.yank = on_yank;
	session->host.progress = screen_on_progress;
	int status = screen_start(&s, in, &e);
	if (status == 0)
		status = loop(&s, &e);
	if (status == 0 && !s.ended_by)
		status = finish_save(&s, &e);
	const int ended_by = s.ended_by;
	screen_stop(&s);
	if (status < 0)
		output_error("%s", err_text(&e, text, sizeof text));
	return ended_by ? 128 + ended_by : err_exit_status(status);
}
