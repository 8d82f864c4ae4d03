/* SPDX-License-Identifier: GPL-3.0-or-later
 * The what-if view: the predictions that the last edit moved. */
#include <math.h>
#include <stdio.h>

#include "autorec/words.h"
#include "view.h"

/* The view counts moves of at least this size, half of a half star. */
#define NOTICEABLE 0.25f

enum {
	ID_COLUMNS = 8,
	NUMBERS_COLUMNS = 19, /* before, after and their difference */
	RETRAINED_COLUMNS = 6,
	RANKS_COLUMNS = 12,
	LEAST_COLUMNS_FOR_RANKS = 64,
	LEAST_BAR_COLUMNS = 13,
	WIDE = 110,
	NARROW = 60,
	LEAST_TITLE_COLUMNS = 22
};

struct columns { /* of a list of moves; bar_columns 0: no room for bars */
	int numbers, wide, bar_columns;
	bool ranks;
};

/* Describes one side of an edit.  The model does not know a held-out rating. */
static const char *rating_text(const struct split *split, const struct edit *edit, bool is,
			       float rating, char out[32])
{
	float held_out;
	if (is)
		snprintf(out, 32, "%g", (double)rating);
	else if (split_held_out(split, edit->user, edit->item, &held_out))
		snprintf(out, 32, "held-out %g", (double)held_out);
	else
		snprintf(out, 32, "unrated");
	return out;
}

static int noticeable(const struct moves *m)
{
	int32_t n = 0;
	while (n < m->n && fabsf(m->rows[n].delta) >= NOTICEABLE)
		n++;
	return n;
}

static void draw_whatif_head(struct area a, const struct picture *p, const struct whatif *w)
{
	const struct dataset *d = p->session->doc.data;
	const struct split *split = p->session->doc.split;
	char before[32], after[32];
	canvas_textf(a, 0, 0, STYLE_TITLE | STYLE_BOLD, "WHAT-IF user %s",
		     ids_name(d->users, w->edit.user));
	char right[96];
	if (w->retrained)
		snprintf(right, sizeof right, "edits %zu   retrained to epoch %ld", w->applied,
			 (long)w->epoch);
	else
		snprintf(right, sizeof right, "edits %zu   %.1f ms   epoch %ld", w->applied,
			 w->latency_ms, (long)w->epoch);
	canvas_text_right(a, 0, STYLE_DIM, right);
	int column = canvas_textf(a, 1, 0, STYLE_NORMAL, "edit: ");
	column += canvas_text(a, 1, column, a.columns - 28, STYLE_TITLE,
			      dataset_title(d, w->edit.item)[0] ? dataset_title(d, w->edit.item)
								: ids_name(d->items, w->edit.item));
	canvas_textf(a, 1, column + 1, STYLE_KEY, " %s -> %s",
		     rating_text(split, &w->edit, w->edit.had, w->edit.before, before),
		     rating_text(split, &w->edit, w->edit.has, w->edit.after, after));
}

/* Titles take the columns that they need, and bars the rest; users have no titles and no places. */
static struct columns whatif_lay_out(struct area a, bool users, bool retrained, int title_columns)
{
	const bool ranks = !users && !retrained && a.columns >= LEAST_COLUMNS_FOR_RANKS;
	const int wide = NUMBERS_COLUMNS + (retrained ? RETRAINED_COLUMNS : 0) +
			 (ranks ? RANKS_COLUMNS : 0);
	const int left = a.columns - ID_COLUMNS - wide - 1;
	int bar = users ? left : left - title_columns;
	if (!users && bar < LEAST_BAR_COLUMNS)
		bar = left - LEAST_TITLE_COLUMNS < LEAST_BAR_COLUMNS ? 0 : LEAST_BAR_COLUMNS;
	bar = bar < LEAST_BAR_COLUMNS ? 0 : (bar - 1) | 1; /* odd: zero is in the middle */
	return (struct columns){ .numbers = users ? ID_COLUMNS
						  : a.columns - wide - (bar ? bar + 1 : 0),
				 .wide = wide,
				 .ranks = ranks,
				 .bar_columns = bar };
}

static void draw_move(struct area a, int row, const struct picture *p, const struct moved *m,
		      bool users, bool edited, double span)
{
	const struct dataset *d = p->session->doc.data;
	const bool retrained = p->session->doc.whatif.retrained;
	const struct columns c = whatif_lay_out(a, users, retrained, p->title_columns);
	canvas_textf(a, row, 0, STYLE_DIM, "%7.7s",
		     ids_name(users ? d->users : d->items, m->index));
	view_title(a, row, ID_COLUMNS, c.numbers - ID_COLUMNS - 1,
		   edited ? STYLE_KEY : STYLE_NORMAL, users ? "" : dataset_title(d, m->index));
	canvas_textf(a, row, c.numbers, STYLE_NORMAL, "%6.2f%6.2f", (double)m->before,
		     (double)m->after);
	if (retrained)
		canvas_textf(a, row, c.numbers + 12, STYLE_NORMAL, "%6.2f", (double)m->retrained);
	const int delta = NUMBERS_COLUMNS - 7 + (retrained ? RETRAINED_COLUMNS : 0);
	if (c.ranks && m->rank_after > 0)
		canvas_textf(a, row, c.numbers + NUMBERS_COLUMNS,
			     m->rank_before == m->rank_after ? STYLE_DIM : STYLE_NORMAL,
			     "%5d->%-5d", m->rank_before, m->rank_after);
	canvas_textf(a, row, c.numbers + delta, m->delta < 0 ? STYLE_NEGATIVE : STYLE_POSITIVE,
		     "%+7.3f", (double)m->delta);
	if (c.bar_columns)
		chart_bar(area_at(a, row, c.numbers + c.wide + 1, 1, c.bar_columns),
			  (double)m->delta, -span, span);
}

/* Returns the length of the longest bar, so that small moves are visible too. */
static double longest_move(const struct moves *m)
{
	const double least = 0.1;
	double longest = least;
	for (int32_t i = 0; i < m->n; i++)
		longest = fmax(longest, fabs((double)m->rows[i].delta));
	return longest;
}

/* Returns the row of the edited user or item; 0 if it is not there. */
static int32_t place_of(const struct moves *m, int32_t edited)
{
	int32_t i = 0;
	while (i < m->n && m->rows[i].index != edited)
		i++;
	return i < m->n ? i : 0;
}

/* Returns the move at a place of the list, in which the edited one comes first. */
static const struct moved *move_at(const struct moves *m, int32_t first, int32_t place)
{
	return &m->rows[place == 0 ? first : place <= first ? place - 1 : place];
}

/* Labels the ends and the middle of the bars. */
static void draw_ends(struct area a, double span)
{
	char end[16];
	snprintf(end, sizeof end, "%+.2f", span);
	canvas_textf(a, 0, 0, STYLE_DIM, "%+.2f", -span);
	canvas_text(a, 0, a.columns / 2, -1, STYLE_DIM, "0");
	canvas_text_right(a, 0, STYLE_DIM, end);
}

static void draw_moves(struct area a, const struct picture *p, const struct moves *m, bool users,
		       struct list *l, bool active)
{
	const struct whatif *w = &p->session->doc.whatif;
	char title[48];
	snprintf(title, sizeof title, "%d %s moved >= %.2f", noticeable(m),
		 users ? "users" : "items", (double)NOTICEABLE);
	const double span = longest_move(m);
	struct area inside = canvas_box(a, STYLE_DIM, title, NULL);
	area_cut_top(&inside, view_wrapped(inside, STYLE_DIM, m->meaning));
	struct area head = area_cut_top(&inside, 1);
	canvas_text(head, 0, 0, -1, STYLE_TITLE, users ? "   user" : "   item title");
	const struct columns c = whatif_lay_out(head, users, w->retrained, p->title_columns);
	canvas_text(head, 0, c.numbers, -1, STYLE_TITLE,
		    w->retrained ? "before   now later  delta" : "before after  delta");
	if (c.ranks)
		canvas_text(head, 0, c.numbers + NUMBERS_COLUMNS, -1, STYLE_TITLE, "    ranked");
	if (c.bar_columns)
		draw_ends(area_at(head, 0, c.numbers + c.wide + 1, 1, c.bar_columns), span);
	const int32_t edited = users ? w->edit.user : w->edit.item;
	const int32_t first = place_of(m, edited);
	list_fit(l, m->n, inside);
	for (int row = 0; row < inside.rows && l->top + row < m->n; row++) {
		const struct moved *one = move_at(m, first, l->top + row);
		draw_move(inside, row, p, one, users, one->index == edited, span);
		if (active && l->top + row == l->cursor)
			canvas_restyle(area_at(inside, row, 0, 1, c.numbers + NUMBERS_COLUMNS),
				       STYLE_SELECTED);
	}
}

static void draw_whatif(struct area a, struct picture *p)
{
	const struct whatif *w = &p->session->doc.whatif;
	struct list *l = &p->lists[VIEW_WHATIF];
	if (!p->trained) {
		view_empty(a,
			   "What would the model predict if someone had rated differently? First "
			   "train a model:",
			   view_first_command(p));
		return;
	}
	if (!w->valid) {
		const struct dataset *d = p->session->doc.data;
		char command[COMMAND_BYTES];
		struct text line = { 0 };
		text_addf(&line, "rate ");
		words_add(&line, ids_name(d->users, 0), false, false);
		text_addf(&line, " ");
		words_add(&line, ids_name(d->items, 0), false, false);
		text_addf(&line, " %g", p->model->high);
		snprintf(command, sizeof command, "%s", line.failed ? "" : line.bytes);
		text_done(&line);
		view_empty(a,
			   "What if a user had given another rating? Change one and see what moves "
			   "(undo takes it back):",
			   command);
		return;
	}
	draw_whatif_head(area_cut_top(&a, 2), p, w);
	p->users_moved_x = -1;
	if (w->users.meaning) {
		/* A narrow screen shows only the table that the keys act on. */
		const int columns = a.columns >= WIDE     ? a.columns * 2 / 5
				    : a.columns >= NARROW ? 30
				    : p->in_users_moved   ? a.columns
							  : 0;
		const struct area right = area_cut_right(&a, columns);
		p->users_moved_x = columns > 0 ? right.x : a.x + a.columns;
		if (columns > 0)
			draw_moves(right, p, &w->users, true, &p->users_moved, p->in_users_moved);
	}
	if (a.columns > 0)
		draw_moves(a, p, &w->items, false, l, !w->users.meaning || !p->in_users_moved);
}

bool view_whatif_open(const struct picture *p, char command[COMMAND_BYTES])
{
	const struct whatif *w = &p->session->doc.whatif;
	const struct dataset *d = p->session->doc.data;
	const bool users = p->users_moved_x >= 0 && p->in_users_moved;
	const struct moves *m = users ? &w->users : &w->items;
	const struct list *l = users ? &p->users_moved : &p->lists[VIEW_WHATIF];
	if (!w->valid || l->cursor >= m->n)
		return false;
	const int32_t first = place_of(m, users ? w->edit.user : w->edit.item);
	view_open(users ? "user" : "item",
		  ids_name(users ? d->users : d->items, move_at(m, first, l->cursor)->index),
		  command);
	return true;
}

const struct view_ops view_whatif_ops = { .title = "What-if",
					  .answers = "rate unrate undo redo retrain",
					  .draw = draw_whatif };
