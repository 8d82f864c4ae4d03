/* SPDX-License-Identifier: GPL-3.0-or-later
 * The units view: a sorted table, the histogram of all activations, or one unit's card. */
#include <stdio.h>
#include <string.h>

#include "view.h"

enum { TABLE_COLUMNS = 46 };

static void note_heads(struct list *l, struct area a)
{
	static const struct {
		int x, columns;
		enum unit_sort sort;
	} heads[] = {
		{ 0, 5, UNIT_BY_INDEX },    { 5, 7, UNIT_BY_MEAN },
		{ 12, 7, UNIT_BY_SD },      { 19, 7, UNIT_BY_SATURATED },
		{ 32, 6, UNIT_BY_NORM_IN }, { 38, 6, UNIT_BY_NORM_OUT },
	};
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		list_head(l, a, heads[i].x, heads[i].columns, heads[i].sort);
}

static void draw_units_table(struct area a, struct picture *p)
{
	const struct unit_table *t = &p->units;
	struct list *l = &p->lists[VIEW_UNITS];
	char sort[16], title[48];
	param_choice(UNIT_SORTS, (int)p->units_sort, sort, sizeof sort);
	snprintf(title, sizeof title, "%d units  sort %s%s", (int)t->k, sort,
		 p->units_reverse ? " reversed" : "");
	struct area inside = canvas_box(a, STYLE_DIM, title, NULL), head = area_cut_top(&inside, 1);
	canvas_text(head, 0, 0, -1, STYLE_TITLE, " unit   mean     sd  sat %  dead   |V|   |W|");
	list_fit(l, t->k, inside);
	note_heads(l, head);
	for (int row = 0; row < inside.rows && l->top + row < t->k; row++) {
		const int32_t j = t->order[l->top + row];
		const struct unit *u = &t->units[j];
		char mean[16], sd[16], norm_in[16], norm_out[16];
		canvas_textf(inside, row, 0, u->dead ? STYLE_WARNING : STYLE_NORMAL,
			     "%5d %6s %6s %6.1f  %-4s %5s %5s", (int)j,
			     view_number((double)u->mean, 6, 3, mean),
			     view_number((double)u->sd, 6, 3, sd), 100 * (double)u->saturated,
			     u->dead ? "dead" : "", view_number((double)u->norm_in, 5, 2, norm_in),
			     view_number((double)u->norm_out, 5, 2, norm_out));
		if (l->top + row == l->cursor)
			canvas_restyle(area_at(inside, row, 0, 1, inside.columns), STYLE_SELECTED);
	}
}

static void histogram(struct area a, const int64_t *bins, double low, double high)
{
	double counts[UNIT_BINS];
	for (int i = 0; i < UNIT_BINS; i++)
		counts[i] = (double)bins[i];
	chart_histogram(a, counts, UNIT_BINS, low, high, STYLE_BAR);
}

static int draw_strongest(struct area a, const struct picture *p, const struct strengths *of,
			  bool users, int most)
{
	static const char *const kinds[] = { "activation", "W", "effect" };
	const struct strongest *list = &of->top;
	const struct dataset *d = p->session->doc.data;
	canvas_textf(a, 0, 0, STYLE_TITLE, "%s by %s", users ? "users" : "items", kinds[of->kind]);
	int row = 1;
	for (int i = 0; i < list->n && row <= most; i++, row++) {
		const char *title = users ? "" : dataset_title(d, list->index[i]);
		const char *id = ids_name(users ? d->users : d->items, list->index[i]);
		canvas_textf(a, row, 0, list->value[i] < 0 ? STYLE_NEGATIVE : STYLE_NORMAL, "%7.3f",
			     (double)list->value[i]);
		canvas_textf(a, row, 8, STYLE_DIM, "%6s", id);
		view_title(a, row, 15, a.columns - 15, STYLE_NORMAL, title);
	}
	return row;
}

static void draw_card(struct area a, const struct picture *p)
{
	const struct unit_card *c = &p->card;
	char title[32];
	snprintf(title, sizeof title, "unit %d", (int)p->card_of);
	struct area inside = canvas_box(a, STYLE_DIM, title, NULL);
	inside = area_at(inside, 0, 1, inside.rows, inside.columns - 2);
	char numbers[2][32];
	snprintf(numbers[0], sizeof numbers[0], "mean %.3f  sd %.3f", (double)c->unit.mean,
		 (double)c->unit.sd);
	snprintf(numbers[1], sizeof numbers[1], "sat %.1f %%", 100 * (double)c->unit.saturated);
	const int width = text_width(numbers[0]) + 2, both = width + text_width(numbers[1]);
	struct area head = area_cut_top(&inside, both <= inside.columns ? 1 : 2);
	canvas_text(head, 0, 0, -1, STYLE_NORMAL, numbers[0]);
	canvas_text(head, head.rows - 1, head.rows == 1 ? width : 0, -1, STYLE_NORMAL, numbers[1]);
	histogram(area_cut_top(&inside, inside.rows > 24 ? 9 : 5), c->histogram, c->low, c->high);
	const bool items_first = c->items.kind == STRENGTH_ACTIVATION;
	const int each = (inside.rows - 2) / 2;
	const int most = items_first || inside.rows < 8 ? each + each / 2 : each;
	area_cut_top(&inside, draw_strongest(inside, p, items_first ? &c->items : &c->users,
					     !items_first, most));
	draw_strongest(inside, p, items_first ? &c->users : &c->items, items_first, inside.rows);
}

static void draw_all(struct area a, const struct picture *p)
{
	const struct unit_table *t = &p->units;
	struct area inside = canvas_box(a, STYLE_DIM, "all activations", NULL);
	inside = area_at(inside, 0, 1, inside.rows, inside.columns - 2);
	enum { NUMBERS_ROWS = 6, LEAST_ROWS = 3 };
	static const char about[] = "Enter opens a unit's card. Saturated: within 5 % of a bound. "
				    "Dead: the same for every input (sd below 0.01).";
	const int text_rows = view_wrapped(area_at(inside, 0, 0, 0, inside.columns), STYLE_DIM,
					   about),
		  left = inside.rows - NUMBERS_ROWS - text_rows;
	struct area top = area_cut_top(&inside, left > LEAST_ROWS ? left : LEAST_ROWS);
	histogram(top, t->histogram, t->low, t->high);
	int row = 1;
	canvas_textf(inside, row++, 0, STYLE_NORMAL, "mean %.3f  sd %.3f", t->summary.mean,
		     t->summary.sd);
	canvas_textf(inside, row++, 0, STYLE_NORMAL, "saturated %.1f %%",
		     100 * t->summary.saturated);
	canvas_textf(inside, row++, 0, t->summary.dead ? STYLE_WARNING : STYLE_NORMAL, "dead %d",
		     (int)t->summary.dead);
	canvas_textf(inside, row++, 0, STYLE_DIM, "epoch %ld", (long)t->epoch);
	view_wrapped(area_at(inside, row + 1, 0, inside.rows - row - 1, inside.columns), STYLE_DIM,
		     about);
}

static void draw_units_view(struct area a, struct picture *p)
{
	if (!p->trained) {
		view_empty(a, "This view shows the hidden units of a model. First make one:",
			   view_first_command(p));
	} else if (p->model->n_vectors == 0) {
		view_empty(a, "This model has no hidden units. Try one that has them:",
			   "model i-autorec");
	} else if (p->units.units) {
		if (a.columns >= TABLE_COLUMNS + 28) {
			struct area side = area_cut_right(&a, a.columns - TABLE_COLUMNS);
			p->card_of >= 0 ? draw_card(side, p) : draw_all(side, p);
			draw_units_table(a, p);
		} else if (p->card_of >= 0) {
			draw_card(a, p);
		} else {
			draw_units_table(a, p);
		}
	}
}

bool view_units_open(const struct picture *p, char command[COMMAND_BYTES])
{
	const struct list *l = &p->lists[VIEW_UNITS];
	if (l->cursor >= p->units.k)
		return false;
	snprintf(command, COMMAND_BYTES, "unit %d", (int)p->units.order[l->cursor]);
	return true;
}

bool view_units_sort(const struct picture *p, char command[COMMAND_BYTES])
{
	return view_turn("units", "sort", UNIT_SORTS, p->units_sort, command);
}

static bool view_units_sort_by(const struct picture *p, int64_t sort, char command[COMMAND_BYTES])
{
	char word[16];
	param_choice(UNIT_SORTS, (int)sort, word, sizeof word);
	snprintf(command, COMMAND_BYTES, "units sort=%s%s", word,
		 p->units_sort == sort && !p->units_reverse ? " reverse=on" : "");
	return true;
}

static bool view_units_list(const struct picture *p, char command[COMMAND_BYTES])
{
	char sort[16];
	param_choice(UNIT_SORTS, (int)p->units_sort, sort, sizeof sort);
	snprintf(command, COMMAND_BYTES, "units sort=%s%s top=0", sort,
		 p->units_reverse ? " reverse=on" : "");
	return p->units.units;
}

bool view_units_reverse(const struct picture *p, char command[COMMAND_BYTES])
{
	char sort[16];
	param_choice(UNIT_SORTS, (int)p->units_sort, sort, sizeof sort);
	snprintf(command, COMMAND_BYTES, "units sort=%s%s", sort,
		 p->units_reverse ? "" : " reverse=on");
	return true;
}

const struct view_ops view_units_ops = { .title = "Units",
					 .answers = "units unit",
					 .draw = draw_units_view,
					 .list = view_units_list,
					 .sort_by = view_units_sort_by };
