/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/package.h"
#include "autorec/report.h"
#include "autorec/saving.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/clock.h"
#include "autorec/mem.h"
#include "autorec/session.h"
#include "autorec/thread.h"

/* Copies at the end of an epoch, then writes. */
static int write_it(struct saving *w)
{
	struct package p;
	struct training_moment *moment = &w->what.moment;
	int status = trainer_hold(w->trainer, moment, &w->error);
	if (status < 0)
		return status;
	w->epoch = moment->epoch;
	status = package_init(&p, &w->what, &w->error);
	trainer_release(w->trainer, moment);
	if (status < 0)
		return status;
	status = package_write(&p, w->path, &w->times, &w->error);
	package_done(&p);
	return status;
}

static void *saving_run(void *arg)
{
	struct saving *w = arg;
	const double began = clock_seconds();
	w->status = write_it(w);
	w->seconds = clock_seconds() - began;
	atomic_store(&w->over, true);
	w->wake(w->wake_ctx);
	return NULL;
}

static int start_thread(struct saving *w, struct err *e)
{
	w->thread = thread_start(saving_run, w);
	return w->thread ? 0
			 : err_set(e, ERR_FAILED, NULL,
				   "the system cannot start a thread for saving");
}

int saving_new(struct session *s, const char *path, bool automatic, struct saving **out,
	       struct err *e)
{
	const struct overlay *o = &s->doc.overlay;
	struct saving *w = mem_array(1, sizeof *w, e);
	if (!w)
		return ERR_NOMEM;
	*w = (struct saving){ .automatic = automatic,
			      .trainer = session_trainer(s),
			      .run = document_run_number(&s->doc),
			      .edits = o->changes,
			      .wake = session_wake,
			      .wake_ctx = s };
	w->what = (struct checkpoint){ .data = s->doc.data,
				       .split = s->doc.split,
				       .joined = s->doc.run->joined,
				       .model = (struct model *)trainer_model(session_trainer(s)),
				       .config = s->config };
	int status = overlay_copy(o, &w->what.overlay, e);
	if (status == 0 && (size_t)snprintf(w->path, sizeof w->path, "%s", path) >= sizeof w->path)
		status = err_set(e, ERR_USAGE, NULL, "the file's name is too long");
	if (status == 0 && s->host.interactive)
		status = start_thread(w, e);
	else if (status == 0)
		saving_run(w);
	if (status < 0)
		saving_free(w);
	else
		*out = w;
	return status;
}

bool saving_over(const struct saving *w)
{
	return atomic_load(&w->over);
}

void saving_wait(struct saving *w)
{
	if (w && w->thread)
		thread_join(w->thread);
	if (w)
		w->thread = NULL;
}

void saving_free(struct saving *w)
{
	if (!w)
		return;
	saving_wait(w);
	overlay_done(&w->what.overlay);
	free(w);
}

/* ---- of a session ------------------------------------------------------- */

static void tell(struct session *s, const struct saving *w)
{
	if (w->automatic || !s->host.emit)
		return;
	json_t *out = json_pack("{s:s, s:o, s:I, s:I, s:f}", "command", "save", "file",
				report_string(w->path), "bytes", (json_int_t)w->times.bytes,
				"epoch", (json_int_t)w->epoch, "seconds", w->seconds);
	if (session_trainer(s) && trainer_ablated(session_trainer(s), NULL, 0) > 0)
		json_object_set_new(out, "note",
				    json_string("the file has all hidden units; those that are "
						"switched off are so in this session only"));
	if (out)
		s->host.emit(s->host.ctx, out);
	json_decref(out);
}

/* Handles the end of a save. */
static int end_save(struct session *s, struct err *e)
{
	struct saving *w = s->saves.now;
	s->saves.now = NULL;
	saving_wait(w);
	const int status = w->status;
	if (status < 0)
		*e = w->error;
	if (status == 0)
		tell(s, w);
	if (status == 0) {
		s->saves.run = w->run;
		s->saves.epoch = w->epoch;
		s->saves.edits = w->edits;
		s->saves.automatic = w->automatic;
	}
	s->saves.at = clock_seconds();
	saving_free(w);
	return status;
}

static int begin_save(struct session *s, const char *path, bool automatic, struct err *e)
{
	int status = saving_new(s, path, automatic, &s->saves.now, e);
	return status < 0 || s->host.interactive ? status : end_save(s, e);
}

int session_save(struct session *s, const char *path, struct err *e)
{
	if (s->saves.now && !s->saves.now->automatic && !saving_over(s->saves.now))
		return err_set(e, ERR_FAILED, NULL, "%s is still being written; wait a moment",
			       s->saves.now->path);
	const bool asked_for = s->saves.now && !s->saves.now->automatic;
	if (s->saves.now && end_save(s, e) < 0 && asked_for)
		return e->code;
	return begin_save(s, path, false, e);
}

/* The training time of the run in use, up to an epoch. */
static double elapsed_at(struct session *s, int64_t epoch)
{
	struct epoch_record r;
	return trainer_records(session_trainer(s), epoch, &r, 1) == 1 ? r.elapsed : 0;
}

struct unsaved session_unsaved(struct session *s)
{
	struct trainer_status t;
	const struct saving *now = s->saves.now;
	const uint64_t run = document_run_number(&s->doc);
	if (!session_trainer(s) || (now && !now->automatic && now->run == run))
		return (struct unsaved){ 0 };
	trainer_status(session_trainer(s), &t);
	const bool saved = s->saves.run == run && !s->saves.automatic;
	return (struct unsaved){
		.seconds = elapsed_at(s, t.n_records - 1) -
			   (saved ? elapsed_at(s, s->saves.epoch) : 0),
		.edits = saved && s->saves.edits == s->doc.overlay.changes ? 0
									   : s->doc.overlay.applied,
	};
}

static bool is_unsaved(struct session *s)
{
	struct trainer_status t;
	if (!session_trainer(s) || s->config.autosave <= 0)
		return false;
	trainer_status(session_trainer(s), &t);
	return t.epoch > 0 &&
	       (s->saves.run != document_run_number(&s->doc) || s->saves.epoch != t.epoch);
}

/* Claims a file for automatic saves.  With those that crashed programs left, a data set has at most
 * three. */
static int claim(struct session *s, struct err *e)
{
	enum { MOST = 3 };
	const bool first = !s->saves.own.path[0];
	const int status = autosave_claim(&s->saves.own, e);
	if (status == 0 && first)
		autosave_prune(s->doc.data->name, MOST - 1);
	return status;
}

int session_tick(struct session *s, struct err *e)
{
	if (s->saves.now)
		return saving_over(s->saves.now) ? end_save(s, e) : 0;
	if (s->config.autosave <= 0 || clock_seconds() - s->saves.at < 60 * s->config.autosave ||
	    !is_unsaved(s))
		return 0;
	int status = claim(s, e);
	if (status < 0)
		s->saves.at = clock_seconds(); /* do not try again at every epoch */
	return status < 0 ? status : begin_save(s, s->saves.own.path, true, e);
}

int session_rescue(struct session *s, struct err *e)
{
	const double no_longer = 0.5; /* seconds, for the current epoch */
	struct err why;
	if (session_trainer(s))
		trainer_pause(session_trainer(s), NULL);
	const bool settled = !session_trainer(s) || trainer_settle(session_trainer(s), no_longer);
	if (s->saves.now)
		end_save(s, &why);
	s->host.interactive = false;
	s->saves.rescued = s->saves.automatic;
	if (!is_unsaved(s))
		return 0;
	if (!settled)
		return err_set(e, ERR_INTERRUPTED, NULL,
			       "the current epoch takes too long, so it was not saved; %s",
			       s->saves.rescued ? "open autosave restores the save before it"
						: "there is no earlier save");
	int status = claim(s, e);
	if (status < 0)
		return status;
	s->saves.rescued = true; /* if this save fails, keep the last one */
	return begin_save(s, s->saves.own.path, true, e);
}
