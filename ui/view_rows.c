/* SPDX-License-Identifier: GPL-3.0-or-later
 * The user and item views: a reconstructed rating vector. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "autorec/words.h"
#include "view.h"

enum {
	ID_COLUMNS = 6,
	NUMBERS_COLUMNS = 20,
	LEAST_BAR_COLUMNS = 9,
	MOST_BAR_COLUMNS = 41,
	KIND_COLUMNS = 13,
	BRIEF_COLUMNS = 6, /* of the kind on a narrow screen */
	NARROW = 60,
};

static void draw_rows_head(struct area a, const struct picture *p, const struct rows *rows)
{
	const struct reconstruction *r = rows->r;
	const struct dataset *d = p->session->doc.data;
	char sort[16], filter[16], in[16], out[16];
	param_choice(ROW_SORTS, (int)rows->listing.sort, sort, sizeof sort);
	param_choice(ROW_FILTERS, (int)rows->listing.filter, filter, sizeof filter);
	int column = canvas_textf(a, 0, 0, STYLE_TITLE | STYLE_BOLD, "%s %s",
				  r->of_item ? "ITEM" : "USER",
				  ids_name(r->of_item ? d->items : d->users, r->who));
	if (r->of_item)
		column += 1 + canvas_text(a, 0, column + 1, a.columns - column - 1, STYLE_TITLE,
					  dataset_title(d, r->who));
	canvas_textf(a, 1, 0, STYLE_NORMAL, "%d rated  RMSE input %s held-out %s",
		     (int)(r->n_input + r->n_held_out), view_rmse(r->rmse_input, in),
		     view_rmse(r->rmse_held_out, out));
	char right[192], edits[32] = "";
	struct text items = { 0 };
	const size_t n = p->session->doc.overlay.applied;
	if (n > 0)
		snprintf(edits, sizeof edits, "%zu edit%s  ", n, n > 1 ? "s" : "");
	item_filter_describe(&rows->listing.items, d, &items);
	snprintf(right, sizeof right, "%ssort %s%s  filter %s%s  epoch %ld", edits, sort,
		 rows->listing.reverse ? " reversed" : "", filter, items.bytes ? items.bytes : "",
		 (long)r->epoch);
	text_done(&items);
	/* Beside the errors, else beside the name; a narrow screen has no room. */
	if (text_width(right) + 46 < a.columns)
		canvas_text_right(a, 1, STYLE_DIM, right);
	else if (column + 1 + text_width(right) <= a.columns)
		canvas_text_right(a, 0, STYLE_DIM, right);
}

struct columns { /* where each column begins; 0: it is omitted */
	int title, numbers, bar, bar_columns, kind, kind_columns;
};

/* Titles take the columns that they need; bars take a quarter, and what titles leave. */
static struct columns rows_lay_out(struct area a, bool of_item, int title_columns)
{
	const int kind_columns = a.columns < NARROW ? BRIEF_COLUMNS : KIND_COLUMNS;
	const int left = a.columns - ID_COLUMNS - 1 - NUMBERS_COLUMNS - kind_columns - 2;
	const int heading = 5, wanted = of_item || title_columns == 0 ? 0 /* there are no titles */
					: title_columns > heading     ? title_columns
								      : heading;
	int bar = left - wanted > left / 4 ? left - wanted : left / 4;
	bar = bar > MOST_BAR_COLUMNS    ? MOST_BAR_COLUMNS
	      : bar < LEAST_BAR_COLUMNS ? 0
					: (bar - 1) | 1; /* odd: zero is in the middle */
	const int title = left - bar < wanted ? left - bar : wanted;
	struct columns c = { .title = ID_COLUMNS + 1, .bar_columns = bar };
	c.numbers = c.title + title + 1;
	c.bar = c.numbers + NUMBERS_COLUMNS + 1;
	c.kind = c.bar + bar;
	c.kind_columns = kind_columns;
	return c;
}

/* Labels the ends and the middle of the residual bars. */
static void draw_rows_scale(struct area a, double span)
{
	char end[16];
	snprintf(end, sizeof end, "%+.0f", span);
	canvas_textf(a, 0, 0, STYLE_DIM, "%+.0f", -span);
	canvas_text(a, 0, a.columns / 2, -1, STYLE_DIM, "0");
	canvas_text_right(a, 0, STYLE_DIM, end);
}

static void draw_titles(struct area a, const struct columns *c, double span, bool of_item)
{
	canvas_textf(a, 0, 0, STYLE_TITLE, "%*s", ID_COLUMNS, of_item ? "user" : "item");
	canvas_text(a, 0, c->title, c->numbers - c->title - 1, STYLE_TITLE, of_item ? "" : "title");
	canvas_text(a, 0, c->numbers, -1, STYLE_TITLE, "  seen   pred    err");
	if (c->bar_columns)
		draw_rows_scale(area_at(a, 0, c->bar, 1, c->bar_columns), span);
	canvas_text(a, 0, c->kind + 1, -1, STYLE_TITLE,
		    c->kind_columns < KIND_COLUMNS ? "kind" : "kind  #rank");
}

/* Writes the rating in the data: "5", "-" for none, or "5>1*" if an edit has changed it.  Returns
 * whether one has. */
static bool seen_text(const struct picture *p, const struct reconstruction *r,
		      const struct reconstructed *row, char out[48])
{
	const int32_t user = r->of_item ? row->index : r->who,
		      item = r->of_item ? r->who : row->index;
	char now[16] = "-", before[16] = "-";
	float was = 0;
	const bool edited = document_edited(&p->session->doc, user, item, &was);
	if (row->kind != ROW_UNSEEN)
		snprintf(now, sizeof now, "%.3g", (double)row->observed);
	if (edited && !isnan(was))
		snprintf(before, sizeof before, "%.3g", (double)was);
	if (edited)
		snprintf(out, 48, "%s>%s*", before, now);
	else
		strcpy(out, now);
	return edited;
}

static void draw_rows_row(struct area a, const struct columns *c, const struct picture *p,
			  const struct reconstruction *r, int32_t place, double span)
{
	const struct reconstructed *row = &r->rows[place];
	const struct dataset *d = p->session->doc.data;
	const unsigned kind = row->kind == ROW_UNSEEN     ? STYLE_DIM
			      : row->kind == ROW_HELD_OUT ? STYLE_TEST
							  : STYLE_NORMAL;
	char seen[48];
	const bool edited = seen_text(p, r, row, seen);
	const int seen_at = c->numbers + 6 - text_width(seen);
	canvas_textf(a, 0, 0, STYLE_DIM, "%*.*s", ID_COLUMNS, ID_COLUMNS,
		     ids_name(r->of_item ? d->users : d->items, row->index));
	if (!r->of_item)
		view_title(a, 0, c->title,
			   (seen_at < c->numbers ? seen_at : c->numbers) - c->title - 1,
			   STYLE_NORMAL, dataset_title(d, row->index));
	canvas_text(a, 0, seen_at, -1,
		    edited                    ? STYLE_KEY
		    : row->kind == ROW_UNSEEN ? STYLE_DIM
					      : STYLE_NORMAL,
		    seen);
	canvas_textf(a, 0, c->numbers + 6, STYLE_NORMAL, "%7.2f", (double)row->predicted);
	if (row->kind == ROW_UNSEEN) {
		canvas_text(a, 0, c->numbers + 18, -1, STYLE_DIM, "-");
	} else {
		const double error = (double)row->predicted - (double)row->observed;
		canvas_textf(a, 0, c->numbers + 13, error < 0 ? STYLE_NEGATIVE : STYLE_POSITIVE,
			     "%+6.2f", error);
		if (c->bar_columns)
			chart_bar(area_at(a, 0, c->bar, 1, c->bar_columns), error, -span, span);
	}
	const bool narrow = c->kind_columns < KIND_COLUMNS;
	if (row->rank)
		canvas_textf(a, 0, c->kind + 1, kind, narrow ? "#%d" : "unseen #%d",
			     (int)row->rank);
	else if (narrow)
		canvas_text(a, 0, c->kind + 1, -1, kind,
			    row->kind == ROW_UNSEEN  ? "cold"
			    : row->kind == ROW_INPUT ? "in"
						     : "out");
	else
		canvas_text(a, 0, c->kind + 1, -1, kind,
			    row->kind == ROW_UNSEEN ? "unseen, cold" : row_kind_name(row->kind));
}

static void note_heads(struct list *l, struct area a, const struct columns *c)
{
	list_head(l, a, 0, ID_COLUMNS, SORT_INDEX);
	list_head(l, a, c->title, c->numbers - c->title, SORT_TITLE);
	list_head(l, a, c->numbers, 6, SORT_OBSERVED);
	list_head(l, a, c->numbers + 6, 7, SORT_PREDICTED);
	list_head(l, a, c->numbers + 13, c->kind - c->numbers - 13, SORT_ERROR);
	list_head(l, a, c->kind, c->kind_columns, SORT_RANK);
}

static void draw_rows(struct area a, struct picture *p, const struct rows *rows, struct list *l)
{
	const double span = floor((p->model->high - p->model->low) / 2 + 0.5);
	draw_rows_head(area_cut_top(&a, 2), p, rows);
	const struct columns c = rows_lay_out(a, rows->r->of_item, p->title_columns);
	const struct area head = area_cut_top(&a, 1);
	draw_titles(head, &c, span, rows->r->of_item);
	list_fit(l, rows->n, a);
	note_heads(l, head, &c);
	for (int row = 0; row < a.rows && l->top + row < rows->n; row++) {
		struct area line = area_at(a, row, 0, 1, a.columns);
		draw_rows_row(line, &c, p, rows->r, rows->places[l->top + row], span);
		if (l->top + row == l->cursor) { /* the bar keeps its color */
			canvas_restyle(area_at(line, 0, 0, 1, c.bar), STYLE_SELECTED);
			canvas_restyle(area_at(line, 0, c.kind, 1, c.kind_columns), STYLE_SELECTED);
		}
	}
	if (rows->n == 0)
		canvas_text(a, 0, 2, -1, STYLE_DIM,
			    "no row passes the filter; filter=all shows all rows");
}

static void draw_user(struct area a, struct picture *p)
{
	char command[COMMAND_BYTES];
	if (p->trained)
		view_open("user", ids_name(p->session->doc.data->users, 0), command);
	if (!p->trained)
		view_empty(a,
			   "This view shows a user's ratings beside the model's predictions. First "
			   "train a model:",
			   view_first_command(p));
	else if (!p->user.r)
		view_empty(a, "Whose ratings? Name a user by id (Tab completes):", command);
	else
		draw_rows(a, p, &p->user, &p->lists[VIEW_USER]);
}

static void draw_rows_item(struct area a, struct picture *p)
{
	char command[COMMAND_BYTES];
	if (p->trained)
		view_open("item", ids_name(p->session->doc.data->items, 0), command);
	if (!p->trained)
		view_empty(a,
			   "This view shows an item's ratings beside the model's predictions. "
			   "First train a model:",
			   view_first_command(p));
	else if (!p->item.r)
		view_empty(a,
			   "Which item? Name it by id or by part of its title in quotes (Tab "
			   "completes):",
			   command);
	else
		draw_rows(a, p, &p->item, &p->lists[VIEW_ITEM]);
}

/* Returns the rows that keys act on. */
static const struct rows *rows_shown(const struct picture *p)
{
	return picture_acting(p) == VIEW_ITEM ? &p->item : &p->user;
}

/* Writes the command that lists the shown rows in this way. */
static bool list_so(const struct picture *p, struct listing l, char command[COMMAND_BYTES])
{
	const struct reconstruction *r = rows_shown(p)->r;
	char sort[16], filter[16];
	if (!r)
		return false;
	if (!param_choice(ROW_SORTS, (int)l.sort, sort, sizeof sort)) /* after the last */
		param_choice(ROW_SORTS, 0, sort, sizeof sort);
	if (!param_choice(ROW_FILTERS, (int)l.filter, filter, sizeof filter))
		param_choice(ROW_FILTERS, 0, filter, sizeof filter);
	struct text items = { 0 };
	item_filter_describe(&l.items, p->session->doc.data, &items);
	snprintf(command, COMMAND_BYTES, "%s sort=%s filter=%s%s%s", r->of_item ? "item" : "user",
		 sort, filter, l.reverse ? " reverse=on" : "", items.bytes ? items.bytes : "");
	text_done(&items);
	return true;
}

bool view_rows_sort(const struct picture *p, char command[COMMAND_BYTES])
{
	struct listing l = rows_shown(p)->listing;
	l.sort++;
	l.reverse = false;
	return list_so(p, l, command);
}

/* A second click on the same title reverses the order. */
static bool view_rows_sort_by(const struct picture *p, int64_t sort, char command[COMMAND_BYTES])
{
	struct listing l = rows_shown(p)->listing;
	l.reverse = l.sort == sort && !l.reverse;
	l.sort = sort;
	return list_so(p, l, command);
}

static bool view_rows_list(const struct picture *p, char command[COMMAND_BYTES])
{
	if (!list_so(p, rows_shown(p)->listing, command))
		return false;
	strcat(command, " top=0"); /* list_so's commands are short */
	return true;
}

bool view_rows_filter(const struct picture *p, char command[COMMAND_BYTES])
{
	struct listing l = rows_shown(p)->listing;
	l.filter++;
	return list_so(p, l, command);
}

bool view_rows_reverse(const struct picture *p, char command[COMMAND_BYTES])
{
	struct listing l = rows_shown(p)->listing;
	l.reverse = !l.reverse;
	return list_so(p, l, command);
}

bool view_rows_edit(const struct picture *p, char command[COMMAND_BYTES])
{
	const struct rows *rows = rows_shown(p);
	const struct dataset *d = p->session->doc.data;
	const int32_t cursor = p->lists[picture_acting(p)].cursor;
	struct text line = { 0 };
	if (!rows->r || cursor >= rows->n)
		return false;
	const int32_t who = rows->r->who, index = rows->r->rows[rows->places[cursor]].index;
	text_addf(&line, "rate ");
	words_add(&line, ids_name(d->users, rows->r->of_item ? index : who), false, false);
	text_addf(&line, " ");
	words_add(&line, ids_name(d->items, rows->r->of_item ? who : index), false, false);
	text_addf(&line, " ");
	snprintf(command, COMMAND_BYTES, "%s", line.failed ? "" : line.bytes);
	text_done(&line);
	return command[0];
}

bool view_rows_open(const struct picture *p, char command[COMMAND_BYTES])
{
	const struct rows *rows = rows_shown(p);
	const struct dataset *d = p->session->doc.data;
	const int32_t cursor = p->lists[picture_acting(p)].cursor;
	if (!rows->r || cursor >= rows->n)
		return false;
	const bool of_item = rows->r->of_item;
	view_open(of_item ? "user" : "item",
		  ids_name(of_item ? d->users : d->items,
			   rows->r->rows[rows->places[cursor]].index),
		  command);
	return true;
}

const struct view_ops view_user_ops = { .title = "User",
					.answers = "user",
					.draw = draw_user,
					.list = view_rows_list,
					.sort_by = view_rows_sort_by };
const struct view_ops view_item_ops = { .title = "Item",
					.answers = "item",
					.draw = draw_rows_item,
					.list = view_rows_list,
					.sort_by = view_rows_sort_by };
