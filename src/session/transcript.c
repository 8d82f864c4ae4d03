/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/transcript.h"

#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "autorec/session.h"
#include "autorec/mem.h"

struct moment transcript_moment(struct session *s)
{
	struct trainer_status t;
	if (!session_trainer(s))
		return (struct moment){ 0 };
	trainer_status(session_trainer(s), &t);
	return (struct moment){ .run = document_run_number(&s->doc),
				.generation = t.generation,
				.ops = trainer_model(session_trainer(s))->ops,
				.epoch = t.epoch,
				.best_epoch = t.best_epoch,
				.n_marks = t.n_marks,
				.patience = t.best_epoch >= 0
						    ? t.patience
						    : 0, /* without validation it means nothing */
				.paused = t.state == TRAINER_PAUSED };
}

/* An option that was changed during an epoch takes effect after it. The script changes it there. */
static int64_t last_unchanged(struct session *s, const struct moment *after)
{
	struct curve_mark mark = { 0 };
	trainer_marks(session_trainer(s), after->n_marks - 1, &mark, 1);
	return mark.epoch - 1;
}

void transcript_add(struct session *s, const char *text, enum replay replay,
		    const struct moment *before, int64_t epoch)
{
	struct transcript *t = &s->transcript;
	struct transcript_line line = { .text = mem_text(text, NULL),
					.replay = replay,
					.before = *before,
					.after = transcript_moment(s) };
	if (!line.text || mem_grow(&t->lines, &t->capacity, t->n + 1, sizeof *t->lines, NULL) < 0) {
		free(line.text);
		t->incomplete = true;
		return;
	}
	const bool same = replay == REPLAY_LINE && before->run && line.after.run == before->run &&
			  line.after.generation == before->generation;
	if (same && line.after.n_marks > before->n_marks)
		epoch = last_unchanged(s, &line.after);
	if (same && epoch > before->epoch)
		line.before.epoch = epoch;
	t->lines[t->n++] = line;
}

void transcript_done(struct transcript *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->lines[i].text);
	free(t->lines);
	*t = (struct transcript){ 0 };
}

/* ---- the script --------------------------------------------------------- */

struct writer {
	FILE *out;
	int64_t lines;
	uint64_t run, generation; /* the current ones */
	bool paused;      /* loaded from a file in the middle of a training that is not ended yet */
	int64_t done;     /* its epochs, in the script so far */
	bool refit;       /* a refit is not written yet: its number of epochs is known later */
	int64_t chosen;   /* epochs that it would train by itself */
	const char *view; /* a line that is not written yet; NULL: none */
};

__attribute__((format(printf, 2, 3))) static void put(struct writer *w, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	vfprintf(w->out, format, ap);
	va_end(ap);
	putc('\n', w->out);
	w->lines++;
}

/* Brings training to the epoch that it had reached. */
static void catch_up(struct writer *w, const struct moment *m)
{
	if (!m->run)
		return;
	if (m->run !=
	    w->run) { /* a campaign left another run: the campaign's own line makes it again */
		w->run = m->run;
		w->generation = m->generation;
		w->done = m->epoch;
		w->refit = false;
		return;
	}
	if (w->refit && m->generation == w->generation) {
		if (m->epoch == w->chosen)
			put(w, "refit");
		else
			put(w, "refit epochs=%" PRId64, m->epoch);
		w->done = m->epoch;
	}
	w->refit = false;
	if (m->generation != w->generation) {
		put(w, "reset");
		w->generation = m->generation;
		w->done = 0;
	}
	if (m->epoch > w->done) {
		if (w->paused)
			put(w, "stop");
		w->paused = false;
		put(w, "train %" PRId64 " patience=%" PRId64, m->epoch - w->done, m->patience);
		w->done = m->epoch;
	}
}

static void write_line(struct writer *w, const struct transcript_line *l)
{
	const enum replay how = l->replay;
	if (how == REPLAY_VIEW)
		w->view = l->text;
	if (how == REPLAY_VIEW || how == REPLAY_NOT)
		return;
	catch_up(w, &l->before);
	if (how == REPLAY_LINE) {
		if (w->view)
			put(w, "%s", w->view);
		put(w, "%s", l->text);
		w->view = NULL;
	}
	if (how == REPLAY_LINE && l->after.generation != l->before.generation) {
		w->generation = l->after.generation;
		w->done = 0;
	}
	if (l->after.run == l->before.run)
		return;
	if (how == REPLAY_EPOCHS) /* train without a model makes one */
		put(w, "model %s", l->after.ops->name);
	w->refit = how == REPLAY_REFIT;
	w->chosen = l->before.best_epoch;
	w->run = l->after.run;
	w->generation = l->after.generation;
	w->paused = how == REPLAY_LINE && l->after.paused;
	w->done = how == REPLAY_LINE ? l->after.epoch : 0;
}

int64_t transcript_write(struct session *s, FILE *out)
{
	struct writer w = { .out = out };
	char folder[PATH_MAX], clean[3 * PATH_MAX + 1];
	const struct moment now = transcript_moment(s);
	fprintf(out, "# A session of AutoRec Explorer " AUTOREC_VERSION
		     "; autorec -b -f FILE repeats it.\n");
	if (getcwd(folder, sizeof folder)) {
		text_clean(folder, strlen(folder), true, clean, sizeof clean);
		fprintf(out, "# File names are relative to %s\n", clean);
	}
	for (size_t i = 0; i < s->transcript.n; i++)
		write_line(&w, &s->transcript.lines[i]);
	catch_up(&w, &now);
	return w.lines;
}
