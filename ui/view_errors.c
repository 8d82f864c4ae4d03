/* SPDX-License-Identifier: GPL-3.0-or-later
 * The errors view: the worst predictions, and the errors of groups of ratings. */
#include <math.h>
#include <stdio.h>

#include "view.h"

enum {
	USER_COLUMNS = 8,
	NUMBERS_COLUMNS = 20,
	GROUPS_COLUMNS = 58, /* beside the list on a wide screen */
	LABEL_COLUMNS = 11,
	LABEL_ROOM = 4 * LABEL_COLUMNS + 1, /* bytes */
	GROUP_NUMBERS_COLUMNS = 30,
};

static const char *const grouped_by[] = {
	[RESIDUALS_BY_USER] = "RMSE by number of training ratings of the user",
	[RESIDUALS_BY_ITEM] = "RMSE by number of training ratings of the item",
	[RESIDUALS_BY_VALUE] = "RMSE by rating",
	[RESIDUALS_BY_LEVEL] = "calibration: RMSE by prediction",
	[RESIDUALS_BY_GENRE] = "RMSE by genre; an item may have several",
};

/* "5-9", "3", or "3.5-4"; or the name of a genre */
static void label_of(const struct residual_group *g, const char *genre, char out[LABEL_ROOM])
{
	if (genre)
		text_fit(genre, LABEL_COLUMNS, "~", out, LABEL_ROOM);
	else if (g->from == g->to)
		snprintf(out, LABEL_ROOM, "%.4g", g->from);
	else
		snprintf(out, LABEL_ROOM, "%.4g-%.4g", g->from, g->to);
}

static int filled(const struct residuals *r, int by)
{
	int n = 0;
	for (int i = 0; i < r->n_groups[by]; i++)
		n += r->group[by][i].n > 0;
	return n;
}

/* Returns the rows used. */
static int draw_groups(struct area a, const struct picture *p, int by)
{
	const struct residuals *r = &p->residuals;
	const struct genres *genres = &p->session->doc.data->genres;
	double most = 0;
	int row = 2;
	for (int i = 0; i < r->n_groups[by]; i++)
		if (r->group[by][i].n > 0)
			most = fmax(most, r->group[by][i].rmse);
	canvas_text(a, 0, 0, -1, STYLE_TITLE, grouped_by[by]);
	if (r->n_groups[by] == 0) {
		canvas_text(a, 1, 0, -1, STYLE_DIM, "no genres are known");
		return 2;
	}
	canvas_textf(a, 1, 0, STYLE_DIM, "%*s%8s%7s%7s%7s", LABEL_COLUMNS, "", "ratings", "mean",
		     "pred", "RMSE");
	for (int i = 0; i < r->n_groups[by] && row < a.rows; i++) {
		const struct residual_group *g = &r->group[by][i];
		char label[LABEL_ROOM], rmse[16];
		if (g->n == 0)
			continue;
		label_of(g, by == RESIDUALS_BY_GENRE ? genres->names[(int)g->from] : NULL, label);
		canvas_text(a, row, LABEL_COLUMNS - text_width(label), -1, STYLE_NORMAL, label);
		canvas_textf(a, row, LABEL_COLUMNS, STYLE_NORMAL, "%8lld%7.2f%7.2f%7s",
			     (long long)g->n, g->observed, g->predicted, view_rmse(g->rmse, rmse));
		chart_bar(area_at(a, row++, LABEL_COLUMNS + GROUP_NUMBERS_COLUMNS, 1,
				  a.columns - LABEL_COLUMNS - GROUP_NUMBERS_COLUMNS),
			  g->rmse, 0, most);
	}
	return row;
}

/* As many kinds of groups as there is room for, from this one on. */
static void draw_all_groups(struct area a, const struct picture *p, int first)
{
	for (int i = 0; i < N_RESIDUAL_GROUPINGS && a.rows >= 3; i++) {
		const int rows = draw_groups(a, p, (first + i) % N_RESIDUAL_GROUPINGS);
		area_cut_top(&a, rows + 1);
	}
}

static void draw_worst(struct area a, struct picture *p)
{
	const struct residuals *r = &p->residuals;
	const struct dataset *d = p->session->doc.data;
	struct list *l = &p->lists[VIEW_ERRORS];
	const int numbers = a.columns - NUMBERS_COLUMNS;
	struct area head = area_cut_top(&a, 1);
	canvas_textf(head, 0, 0, STYLE_TITLE, "%*s item", USER_COLUMNS - 1, "user");
	canvas_text(head, 0, numbers, -1, STYLE_TITLE, "  seen   pred    err");
	list_fit(l, (int32_t)r->n_worst, a);
	for (int row = 0; row < a.rows && l->top + row < l->n; row++) {
		const struct residual *x = &r->worst[l->top + row];
		const double error = x->predicted - x->observed;
		const char *title = dataset_title(d, x->item);
		canvas_textf(a, row, 0, STYLE_DIM, "%*.*s", USER_COLUMNS - 1, USER_COLUMNS - 1,
			     ids_name(d->users, x->user));
		view_title(a, row, USER_COLUMNS, numbers - USER_COLUMNS - 1,
			   x->cold ? STYLE_DIM : STYLE_NORMAL,
			   title[0] ? title : ids_name(d->items, x->item));
		canvas_textf(a, row, numbers, STYLE_NORMAL, "%6.3g%7.2f", x->observed,
			     x->predicted);
		canvas_textf(a, row, numbers + 13, error < 0 ? STYLE_NEGATIVE : STYLE_POSITIVE,
			     "%+7.2f", error);
		if (l->top + row == l->cursor)
			canvas_restyle(area_at(a, row, 0, 1, a.columns), STYLE_SELECTED);
	}
}

static void draw_errors(struct area a, struct picture *p)
{
	const struct residuals *r = &p->residuals;
	char rmse[16], on[8], right[64];
	if (!p->trained) {
		view_empty(a, "This view shows where a model is wrong. First make one:",
			   view_first_command(p));
		return;
	}
	if (!r->worst) {
		view_empty(a, p->residuals_trouble, "residuals on=train");
		return;
	}
	param_choice(RATING_SET_NAMES, (int)p->residuals_on, on, sizeof on);
	canvas_textf(a, 0, 0, STYLE_TITLE | STYLE_BOLD, "ERRORS on %lld %s ratings",
		     (long long)r->all.n, on);
	snprintf(right, sizeof right, "RMSE %s  epoch %ld", view_rmse(r->all.rmse, rmse),
		 (long)p->residuals_epoch);
	canvas_text_right(a, 0, STYLE_DIM, right);
	area_cut_top(&a, 1);
	const int by = (int)p->session->focus.residuals_by;
	if (a.columns >= 2 * GROUPS_COLUMNS) {
		draw_all_groups(area_cut_right(&a, GROUPS_COLUMNS), p, by);
		area_cut_right(&a, 2);
	} else {
		const int rows = filled(r, by) + 2, most = a.rows * 2 / 3; /* a list is below */
		draw_groups(area_cut_top(&a, rows < most ? rows : most), p, by);
	}
	draw_worst(a, p);
}

bool view_errors_open(const struct picture *p, char command[COMMAND_BYTES])
{
	const struct list *l = &p->lists[VIEW_ERRORS];
	if (!p->residuals.worst || l->cursor >= p->residuals.n_worst)
		return false;
	view_open("user", ids_name(p->session->doc.data->users, p->residuals.worst[l->cursor].user),
		  command);
	return true;
}

bool view_errors_group(const struct picture *p, char command[COMMAND_BYTES])
{
	char on[8], line[64];
	param_choice(RATING_SET_NAMES, (int)p->residuals_on, on, sizeof on);
	snprintf(line, sizeof line, "residuals on=%s", on);
	return view_turn(line, "by", RESIDUAL_GROUPING_WORDS, p->session->focus.residuals_by,
			 command);
}

bool view_errors_on(const struct picture *p, char command[COMMAND_BYTES])
{
	return view_turn("residuals", "on", RATING_SET_NAMES, p->residuals_on, command);
}

const struct view_ops view_errors_ops = { .title = "Errors",
					  .answers = "residuals",
					  .draw = draw_errors };
