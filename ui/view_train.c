/* SPDX-License-Identifier: GPL-3.0-or-later
 * The train view: the RMSE curve, the run, its options and the hidden units. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "autorec/curve.h"
#include "autorec/num.h"
#include "view.h"

enum {
	PANEL_COLUMNS = 36,
	WIDE_PANEL_COLUMNS = 48, /* if the chart keeps more than that */
	CHART_COLUMNS = 36,
	CHART_ROWS = 8,
	NUMBERS_ROWS = 4,
	FRAME_COLUMNS = 6, /* around a title */
	TIGHT_ROWS = 18,   /* a panel of 80 x 24 leaves out what matters least */
	NAME_COLUMNS = 5,
	RANGE_COLUMNS = 12, /* beside a sparkline */
	MOST_DECIMALS = 5,
	FULL_BLOCK = 0x2588,
	LIGHT_SHADE = 0x2591,
};

static double best_of(const struct picture *p, double *y)
{
	const int64_t best = p->status.best_epoch;
	if (best < 0 || (size_t)best >= p->n)
		return NAN;
	*y = p->valid[best];
	return (double)best;
}

static void draw_chart(struct area a, struct picture *p)
{
	const struct focus *f = &p->session->focus;
	struct chart_mark marks[64];
	int n_marks = 0;
	const struct chart_series series[] = {
		{ p->epoch, p->test, p->n, STYLE_TEST, "test", '.', 1 },
		{ p->epoch, p->train, p->n, STYLE_TRAIN, "train", '*', 0 },
		{ p->epoch, p->valid, p->n, STYLE_VALID, "valid", '+', 0 },
	};
	for (size_t i = p->n_marks > 64 ? p->n_marks - 64 : 0; i < p->n_marks; i++)
		marks[n_marks++] = (struct chart_mark){ (double)p->marks[i].epoch,
							p->marks[i].text };
	struct chart c = { .series = series,
			   .n_series = 3,
			   .marks = marks,
			   .n_marks = n_marks,
			   .x_name = "epoch",
			   .log_y = f->log_y,
			   .smoothing = f->smoothing,
			   .best_y = NAN,
			   .crosshair = p->crosshair };
	c.best_x = best_of(p, &c.best_y);
	if (p->n > 1 && f->zoom > 0) {
		c.x_high = p->epoch[p->n - 1];
		c.x_low = c.x_high * (1 - ldexp(1, -f->zoom));
	} else if (f->zoom == 0) {
		/* the initial drop is cut off at the top; chart zoom=all shows it */
		c.y_from = p->n > 0 ? p->epoch[curve_settled(p->train, p->n)] : 0;
	}
	if (p->status.state == TRAINER_IDLE) /* no later frame will let the range settle */
		p->range = (struct chart_range){ 0 };
	char note[64] = "";
	char title[80] = "RMSE";
	if (p->config.clip && f->zoom <= 0)
		snprintf(title, sizeof title, "RMSE (valid, test clipped to %g..%g)", p->model->low,
			 p->model->high);
	snprintf(note, sizeof note, "%s%s%s%s", f->log_y ? " log" : "",
		 f->zoom > 0 ? " zoomed" : "", f->zoom < 0 ? " all" : "",
		 f->smoothing > 0 ? " smoothed" : "");
	if (text_width(title) + text_width(note) + FRAME_COLUMNS > a.columns)
		strcpy(title, "RMSE");
	struct area inside = canvas_box(a, STYLE_DIM, title, note[0] ? note + 1 : NULL);
	chart_draw(inside, &c, &p->range);
}

static const char *state_word(const struct picture *p)
{
	static const char *const ends[] = { "READY",   "DONE",    "STOPPED: patience",
					    "REACHED", "STOPPED", "DIVERGED",
					    "FAILED" };
	switch (p->status.state) {
	case TRAINER_RUNNING: return "RUNNING";
	case TRAINER_PAUSED: return "PAUSED";
	default: return ends[p->status.stopped];
	}
}

/* Does draw_model_epoch show this epoch? */
static bool is_model_epoch(const struct picture *p, int64_t epoch)
{
	return p->status.state != TRAINER_RUNNING && !p->status.busy && p->model_epoch == epoch;
}

/* Says which epoch answers questions once training has come to rest: with patience it is the one
 * that validation chose. */
static int draw_model_epoch(struct area a, int row, const struct picture *p)
{
	const struct trainer_status *s = &p->status;
	const int64_t epoch = p->model_epoch;
	char x[16];
	if (s->state == TRAINER_RUNNING || s->busy || epoch < 0 || (size_t)epoch >= p->n)
		return row;
	char model[64];
	snprintf(model, sizeof model, "MODEL epoch %ld (%s)", (long)epoch,
		 epoch == s->epoch ? "the last" : "best validation");
	if (text_width(model) > a.columns)
		snprintf(model, sizeof model, "MODEL epoch %ld (best valid)", (long)epoch);
	canvas_text(a, row++, 0, -1, STYLE_TITLE, model);
	int column = 0;
	if (isfinite(p->test[epoch])) {
		canvas_text(a, row, 0, -1, STYLE_TEST, "test");
		column = 5 + canvas_textf(a, row, 5, STYLE_NORMAL, "%s; ",
					  view_rmse(p->test[epoch], x));
	}
	canvas_textf(a, row++, column, STYLE_NORMAL, "next epoch %ld", (long)s->epoch + 1);
	return row;
}

static int draw_run(struct area a, const struct picture *p)
{
	const struct trainer_status *s = &p->status;
	char x[16], y[16], duration[24];
	const unsigned state = s->stopped == STOP_DIVERGED || s->stopped == STOP_FAILED
				       ? STYLE_ERROR
			       : s->state == TRAINER_RUNNING ? STYLE_GOOD
							     : STYLE_TITLE;
	int row = 0, column = canvas_textf(a, row, 0, state | STYLE_BOLD, "%s", state_word(p));
	column += canvas_textf(a, row, column, STYLE_NORMAL, "  epoch %ld", (long)s->epoch);
	if (s->state != TRAINER_IDLE)
		column += canvas_textf(a, row, column, STYLE_NORMAL, "/%ld", (long)s->target);
	row++;
	if (p->n == 0)
		return row;
	row = draw_model_epoch(a, row, p);
	const double change = p->n > 1 ? p->train[p->n - 1] - p->train[p->n - 2] : 0;
	canvas_text(a, row, 0, -1, STYLE_TRAIN, "train");
	canvas_textf(a, row++, 6, STYLE_NORMAL, "%s  %s %s", view_rmse(p->last.train_rmse, x),
		     change > 0 ? "up" : "down", view_rmse(fabs(change), y));
	if (isfinite(p->last.valid_rmse)) {
		canvas_text(a, row, 0, -1, STYLE_VALID, "valid");
		column = 6 + canvas_textf(a, row, 6, STYLE_NORMAL, "%s",
					  view_rmse(p->last.valid_rmse, x));
		if (s->best_epoch >= 0)
			canvas_textf(a, row, column, STYLE_NORMAL, "  best %s @%ld",
				     view_rmse(s->best_valid, y), (long)s->best_epoch);
		row++;
	}
	if (isfinite(p->last.test_rmse) && !is_model_epoch(p, p->last.epoch)) {
		canvas_text(a, row, 0, -1, STYLE_TEST, "test");
		canvas_textf(a, row++, 6, STYLE_NORMAL, "%s", view_rmse(p->last.test_rmse, x));
	}
	const double nnz = (double)p->model->train->by_user.nnz;
	if (s->seconds_per_epoch > 0)
		canvas_textf(a, row++, 0, STYLE_NORMAL, "%.3g s/epoch  %.3g M r/s",
			     s->seconds_per_epoch, nnz / s->seconds_per_epoch / 1e6);
	if (a.rows > TIGHT_ROWS)
		canvas_textf(a, row++, 0, STYLE_DIM, "trained for %s",
			     view_duration(p->last.elapsed, duration));
	return row;
}

/* Splits the loss of the last epoch into the two parts of equation 2.  Returns false if the model
 * has another loss, or if lambda has changed since that epoch. */
static bool split_loss(const struct picture *p, double *data, double *penalty)
{
	const struct unit_summary *u = &p->last.units;
	const struct model_ops *ops = p->model->ops;
	if (!model_takes(ops, "hidden") || model_takes(ops, "layers") || !isfinite(p->last.loss))
		return false;
	for (size_t i = 0; i < p->n_marks; i++)
		if (p->marks[i].epoch > p->last.epoch && !strncmp(p->marks[i].text, "lambda", 6))
			return false;
	*penalty = p->config.lambda / 2 * u->n *
		   (u->norm_in * u->norm_in + u->norm_out * u->norm_out);
	*data = p->last.loss - *penalty;
	return *data >= 0;
}

/* Draws equation 2 as a bar in two parts, with their values below. */
static int draw_loss(struct area a, const struct picture *p)
{
	double data, penalty;
	char left[64], right[64], number[NUM_TEXT];
	const bool ascii = a.canvas->glyphs == GLYPHS_ASCII;
	if (!split_loss(p, &data, &penalty))
		return 0;
	const int split = (int)lround(a.columns * data / (data + penalty));
	canvas_fill(area_at(a, 0, 0, 1, split), STYLE_TRAIN, ascii ? '#' : FULL_BLOCK);
	canvas_fill(area_at(a, 0, split, 1, a.columns - split), STYLE_NEGATIVE,
		    ascii ? '=' : LIGHT_SHADE);
	snprintf(left, sizeof left, "data %s", num_grouped(llround(data), number));
	snprintf(right, sizeof right, "lambda/2 (|W|^2+|V|^2) %s",
		 num_grouped(llround(penalty), number));
	const int x = canvas_text(a, 1, 0, -1, STYLE_TRAIN, left);
	const bool fits = x + 3 + text_width(right) <= a.columns;
	canvas_text(a, 1, x, -1, STYLE_NORMAL, " + ");
	canvas_text(a, fits ? 1 : 2, fits ? x + 3 : 0, -1, STYLE_NEGATIVE, right);
	return fits ? 2 : 3;
}

static int draw_options(struct area a, const struct picture *p)
{
	const struct model_ops *ops = p->model->ops;
	char f[16], g[16], units[64];
	const struct config *c = &p->config;
	const struct split *split = p->session->doc.split;
	const char *option = model_units_option(p->model->ops);
	int row = 0;
	param_choice(ACTIVATION_NAMES, (int)c->output, f, sizeof f);
	param_choice(ACTIVATION_NAMES, (int)c->hidden, g, sizeof g);
	canvas_textf(a, row++, 0, STYLE_NORMAL, "%s  lambda %g  %s", ops->name, c->lambda,
		     model_takes(ops, "optimizer") ? optim_name(c->optimizer) : "");
	if (option) {
		char functions[48] = "";
		if (model_takes(ops, "output"))
			snprintf(functions, sizeof functions, "f %s  g %s", f, g);
		int column = canvas_textf(a, row, 0, STYLE_NORMAL, "%s %s  ", option,
					  option_get(option_find(option), c, units, sizeof units));
		if (column + text_width(functions) >
		    a.columns) { /* many layers need their own line */
			row++;
			column = 0;
		}
		canvas_text(a, row++, column, -1, STYLE_NORMAL, functions);
	}
	if (document_joined(&p->session->doc))
		canvas_text(a, row++, 0, -1, STYLE_NORMAL, "refit on training + validation");
	else if (split->by == SPLIT_USER)
		canvas_textf(a, row++, 0, STYLE_NORMAL, "the last %ld of each user%s",
			     (long)split->last, split->test_given ? ", given test set" : "");
	else if (split->by == SPLIT_TIME)
		canvas_textf(a, row++, 0, STYLE_NORMAL, "by time, holdout %g  valid %g",
			     split->holdout, split->valid_share);
	else if (split->test_given)
		canvas_textf(a, row++, 0, STYLE_NORMAL, "given test set, valid %g  seed %lu",
			     split->valid_share, (unsigned long)split->seed);
	else
		canvas_textf(a, row++, 0, STYLE_NORMAL, "holdout %g  valid %g  seed %lu",
			     split->holdout, split->valid_share, (unsigned long)split->seed);
	return row;
}

/* Writes the range of n values, such as "0.51..0.68", or the value if all are the same. */
static void range_text(const double *values, size_t n, double scale, int decimals, char *out,
		       size_t size)
{
	double low = INFINITY, high = -INFINITY;
	char from[16], to[16];
	for (size_t i = 0; i < n; i++) {
		low = fmin(low, values[i]);
		high = fmax(high, values[i]);
	}
	do { /* as many decimals as tell the two apart */
		snprintf(from, sizeof from, "%.*f", decimals, scale * low);
		snprintf(to, sizeof to, "%.*f", decimals, scale * high);
	} while (low < high && !strcmp(from, to) && ++decimals < MOST_DECIMALS);
	snprintf(out, size, "%s%s%s", low <= high ? from : "", strcmp(from, to) ? ".." : "",
		 strcmp(from, to) ? to : "");
}

static int draw_units(struct area a, const struct picture *p)
{
	const struct unit_summary *u = &p->last.units;
	char x[16], y[16];
	int row = 0;
	canvas_textf(a, row++, 0, STYLE_NORMAL, "mean %s  sd %s  sat %.1f %%",
		     view_number(u->mean, 5, 2, x), view_number(u->sd, 5, 2, y),
		     100 * u->saturated);
	canvas_textf(a, row++, 0, u->dead > 0 ? STYLE_WARNING : STYLE_NORMAL,
		     "dead %d/%d  |V| %s  |W| %s", (int)u->dead, (int)u->n,
		     view_number(u->norm_in, 5, 2, x), view_number(u->norm_out, 5, 2, y));
	const struct {
		const char *name, *unit;
		const double *values;
		double scale;
		int decimals;
	} lines[] = {
		{ "mean", "", p->activation, 1, 2 },
		{ "sat", " %", p->saturated, 100, 0 },
		{ "dead", "", p->dead, 1, 0 },
	};
	for (int i = 0; i < 3 && row < a.rows; i++, row++) {
		const int room = a.columns - NAME_COLUMNS - RANGE_COLUMNS;
		const size_t most = room > 0 ? (size_t)room : 0, n = p->n < most ? p->n : most;
		const double *values = lines[i].values + p->n - n;
		char range[48];
		canvas_text(a, row, 0, -1, STYLE_DIM, lines[i].name);
		chart_sparkline(area_at(a, row, NAME_COLUMNS, 1, room), values, n, STYLE_BAR);
		range_text(values, n, lines[i].scale, lines[i].decimals, range, sizeof range);
		canvas_textf(a, row, NAME_COLUMNS + room + 1, STYLE_DIM, "%s%s", range,
			     lines[i].unit);
	}
	return row;
}

static void section(struct area *a, const char *title)
{
	struct area line = area_cut_top(a, 1);
	canvas_fill(line, STYLE_DIM, line.canvas->glyphs == GLYPHS_ASCII ? '-' : 0x2500);
	canvas_textf(line, 0, 1, STYLE_TITLE, " %s ", title);
}

static void draw_panel(struct area a, const struct picture *p)
{
	const char *name = p->session->doc.run->name;
	struct area inside = canvas_box(a, STYLE_DIM, "Run", name[0] ? name : NULL);
	inside = area_at(inside, 0, 1, inside.rows, inside.columns - 2);
	const bool autoencodes = model_takes(p->model->ops, "hidden");
	area_cut_top(&inside, draw_run(inside, p));
	area_cut_top(&inside, draw_loss(inside, p));
	section(&inside, autoencodes ? "f(W g(V r + mu) + b)" : "Options");
	area_cut_top(&inside, draw_options(inside, p));
	if (p->model->n_vectors == 0)
		return;
	section(&inside, autoencodes ? "Hidden units g(V r + mu)" : "Hidden units");
	draw_units(inside, p);
}

/* Draws the curve with numbers below it; a small area has a one-line curve. */
static void draw_small(struct area a, struct picture *p)
{
	if (a.rows >= CHART_ROWS + NUMBERS_ROWS && a.columns >= CHART_COLUMNS) {
		draw_run(area_cut_bottom(&a, NUMBERS_ROWS), p);
		draw_chart(a, p);
	} else {
		chart_sparkline(area_cut_top(&a, 1), p->valid, p->n, STYLE_VALID);
		draw_run(a, p);
	}
}

static void draw_train(struct area a, struct picture *p)
{
	if (!p->session->doc.data) {
		view_empty(a,
			   "No ratings are loaded yet. Read a file or a folder, or a data set by "
			   "its name:",
			   "load sample");
	} else if (!p->trained) {
		view_empty(a,
			   "There is no model yet. Make one and train it:", view_first_command(p));
	} else if (a.columns < CHART_COLUMNS + PANEL_COLUMNS || a.rows < CHART_ROWS) {
		draw_small(a, p);
	} else {
		draw_panel(area_cut_right(&a, a.columns >= 2 * WIDE_PANEL_COLUMNS + 10
						      ? WIDE_PANEL_COLUMNS
						      : PANEL_COLUMNS),
			   p);
		draw_chart(a, p);
	}
}

bool view_train_log(const struct picture *p, char command[COMMAND_BYTES])
{
	snprintf(command, COMMAND_BYTES, "chart log=%s", p->session->focus.log_y ? "off" : "on");
	return true;
}

bool view_train_smooth(const struct picture *p, char command[COMMAND_BYTES])
{
	snprintf(command, COMMAND_BYTES, "chart smoothing=%s",
		 p->session->focus.smoothing > 0 ? "0" : "0.6");
	return true;
}

/* A step that is seen on the curve, and that a step back undoes. */
static bool change_lambda(const struct picture *p, double by, char command[COMMAND_BYTES])
{
	if (!p->trained || !model_takes(p->model->ops, "lambda") || !(p->config.lambda > 0))
		return false;
	snprintf(command, COMMAND_BYTES, "set lambda %.3g", p->config.lambda * by);
	return true;
}

bool view_train_less(const struct picture *p, char command[COMMAND_BYTES])
{
	return change_lambda(p, 0.8, command);
}

bool view_train_more(const struct picture *p, char command[COMMAND_BYTES])
{
	return change_lambda(p, 1.25, command);
}

const struct view_ops view_train_ops = { .title = "Train",
					 .answers = "train pause resume stop step reset",
					 .draw = draw_train };
