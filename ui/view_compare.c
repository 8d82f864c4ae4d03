/* SPDX-License-Identifier: GPL-3.0-or-later
 * The compare view: the runs of a campaign side by side. */
#include <math.h>
#include <stdio.h>

#include "autorec/campaign.h"
#include "autorec/campaign_summary.h"
#include "autorec/clock.h"
#include "view.h"

enum { NUMBERS_COLUMNS = 51, LEAST_LABEL_COLUMNS = 14 };

static void draw_compare_head(struct area a, const struct picture *p, const struct campaign *c)
{
	char left[24], spent[24], text[96] = "";
	const double seconds = campaign_seconds_left(c);
	canvas_textf(a, 0, 0, STYLE_TITLE | STYLE_BOLD, "%s %s on %s", c->verb, c->title,
		     p->session->doc.data ? p->session->doc.data->name : "-");
	if (c->activity.active)
		snprintf(text, sizeof text, "%d of %d runs  %s  ETA %s", campaign_done(c),
			 campaign_runs(c), view_duration(clock_seconds() - c->started, spent),
			 isfinite(seconds) ? view_duration(seconds, left) : "-");
	else
		snprintf(text, sizeof text, "%d of %d runs", campaign_done(c), campaign_runs(c));
	canvas_text_right(a, 0, STYLE_DIM, text);
	if (c->activity.active)
		chart_gauge(area_at(a, 1, 0, 1, a.columns),
			    (double)campaign_done(c) / campaign_runs(c), STYLE_BAR);
}

/* The values in one line of the table. */
struct line {
	const char *label, *trouble;
	int done, of;
	double epochs, valid, test, half_width, paper, seconds;
	bool scored, under_way, best;
};

static const char *half_width_text(double x, char out[16])
{
	if (!isfinite(x))
		return "";
	snprintf(out, 16, "%.4f", x);
	return out + 1; /* skips the leading 0 */
}

static void draw_compare_line(struct area a, int row, int label_columns, const struct line *l,
			      bool ascii)
{
	char valid[16], test[16], paper[16], half[16];
	const unsigned style = l->best                            ? STYLE_BEST | STYLE_BOLD
			       : l->done < l->of && !l->under_way ? STYLE_DIM
								  : STYLE_NORMAL;
	canvas_text(a, row, 0, 1, STYLE_KEY,
		    l->under_way ? ascii ? ">" : "\u25b8"
		    : l->best    ? "*"
				 : " ");
	view_title(area_at(a, row, 2, 1, label_columns - 2), 0, 0, label_columns - 2, style,
		   l->label);
	struct area numbers = area_at(a, row, label_columns, 1, a.columns - label_columns);
	if (l->trouble[0] && l->done == l->of) {
		view_title(numbers, 0, 1, numbers.columns - 1, STYLE_WARNING, l->trouble);
		return;
	}
	canvas_textf(numbers, 0, 0, style, "%3d/%-3d", l->done, l->of);
	if (isfinite(l->epochs))
		canvas_textf(numbers, 0, 7, style, "%6.0f", l->epochs);
	canvas_textf(numbers, 0, 13, l->best ? style : STYLE_VALID, "%7s",
		     view_rmse(l->valid, valid));
	if (l->scored)
		canvas_textf(numbers, 0, 20, STYLE_TEST, "%7s", view_rmse(l->test, test));
	if (isfinite(l->half_width))
		canvas_textf(numbers, 0, 28, STYLE_DIM, "%s%s", ascii ? "+-" : "\u00b1",
			     half_width_text(l->half_width, half));
	canvas_textf(numbers, 0, 34, STYLE_NORMAL, "%7s",
		     isfinite(l->paper) ? view_rmse(l->paper, paper) : "");
	if (l->seconds > 0)
		canvas_textf(numbers, 0, 42, STYLE_DIM, "%7.1f s", l->seconds);
}

/* Adds the current run, with its curve so far. */
static void add_live(struct line *l, const struct picture *p)
{
	l->under_way = true;
	if (l->done > 0 || !p->trained || p->status.best_epoch < 0)
		return;
	l->epochs = (double)p->status.epoch;
	l->valid = p->status.best_valid;
}

static struct line line_of_trial(const struct picture *p, const struct campaign *c, int i, int best)
{
	const struct trial *t = &c->trials[i];
	const struct trial_summary s = trial_summarize(c, t);
	struct line l = { t->label,
			  t->trouble,
			  0,
			  c->n_splits,
			  s.epochs,
			  s.valid_rmse,
			  s.rmse,
			  s.half_width_95,
			  t->paper,
			  s.seconds,
			  .scored = c->scored,
			  .best = i == best };
	for (int j = 0; j < c->n_splits; j++)
		l.done += t->runs[j].state == RUN_DONE || t->runs[j].state == RUN_FAILED;
	if (c->activity.active && c->trial == i)
		add_live(&l, p);
	return l;
}

static struct line line_of_run(const struct picture *p, const struct campaign *c, int j,
			       char label[32])
{
	const struct outcome *r = &c->trials[0].runs[j];
	snprintf(label, 32, "seed %lu", (unsigned long)(c->seed + (uint64_t)j));
	struct line l = { label,
			  "",
			  r->state == RUN_DONE || r->state == RUN_FAILED,
			  1,
			  r->state == RUN_DONE ? (double)r->epochs : NAN,
			  r->valid_rmse,
			  r->rmse,
			  NAN,
			  NAN,
			  r->seconds,
			  .scored = c->scored };
	if (r->state == RUN_FAILED)
		l.trouble = c->trials[0].trouble;
	if (c->activity.active && c->split == j)
		add_live(&l, p);
	return l;
}

static bool has_paper(const struct campaign *c)
{
	for (int i = 0; i < c->n_trials; i++)
		if (isfinite(c->trials[i].paper))
			return true;
	return false;
}

/* Shows a campaign of one trial run by run, with the mean below. */
static void draw_compare_table(struct area a, struct picture *p, const struct campaign *c)
{
	const bool ascii = a.canvas->glyphs == GLYPHS_ASCII, single = c->n_trials == 1;
	const int n = single ? c->n_splits + 1 : c->n_trials,
		  best = c->scored ? -1 : campaign_best(c);
	const int label_columns = a.columns - NUMBERS_COLUMNS > LEAST_LABEL_COLUMNS
					  ? a.columns - NUMBERS_COLUMNS
					  : LEAST_LABEL_COLUMNS;
	const int columns = label_columns > 34 ? 34 : label_columns;
	struct list *l = &p->lists[VIEW_COMPARE];
	char title[64];
	snprintf(title, sizeof title, "  runs epochs  valid  %-13s%-8s    time",
		 c->scored ? " test" : "", has_paper(c) ? "  paper" : "");
	struct area head = area_cut_top(&a, 1);
	canvas_text(head, 0, 2, -1, STYLE_TITLE,
		    single      ? "split"
		    : c->scored ? "system"
				: "options");
	canvas_text(area_at(head, 0, columns, 1, a.columns), 0, 0, -1, STYLE_TITLE, title);
	list_fit(l, n, a);
	for (int row = 0; row < a.rows && l->top + row < n; row++) {
		const int i = l->top + row;
		char label[32];
		struct line line = single && i < c->n_splits
					   ? line_of_run(p, c, i, label)
					   : line_of_trial(p, c, single ? 0 : i, best);
		if (single && i == c->n_splits) {
			line.label = "mean";
			line.under_way = false;
		}
		draw_compare_line(a, row, columns, &line, ascii);
		if (i == l->cursor)
			canvas_restyle(area_at(a, row, 0, 1, a.columns), STYLE_SELECTED);
	}
}

static void draw_compare(struct area a, struct picture *p)
{
	const struct campaign *c = campaign_of(p->session);
	if (!c) {
		view_empty(a,
			   "This view compares runs on several splits, a grid of options, or the "
			   "paper's tables. For example:",
			   !p->session->doc.data ? "load sample"
			   : p->trained && !model_takes(p->model->ops, "lambda")
				   ? "repeat 3"
				   : "tune lambda=100,200,400");
		return;
	}
	draw_compare_head(area_cut_top(&a, c->activity.active ? 2 : 1), p, c);
	draw_compare_table(a, p, c);
}

const struct view_ops view_compare_ops = { .title = "Compare",
					   .answers = "repeat tune reproduce",
					   .draw = draw_compare };
