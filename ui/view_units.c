/* SPDX-License-Identifier: GPL-3.0-or-later
 * The units view: a sorted table, the histogram of all activations, or one unit's card. */
#include <stdio.h>
#include <string.h>

#include "view.h"

enum { TABLE_COLUMNS = 46, EFFECT_COLUMNS = 9, CARD_COLUMNS = 28, ALL_COLUMNS = 25 };

static bool is_off(const struct picture *p, int32_t unit)
{
	for (int32_t i = 0; i < p->n_off; i++)
		if (p->off[i] == unit)
			return true;
	return false;
}

static void note_heads(struct list *l, struct area a, bool effects)
{
	static const struct {
		int x, columns;
		enum unit_sort sort;
	} heads[] = {
		{ 0, 5, UNIT_BY_INDEX },    { 5, 7, UNIT_BY_MEAN },
		{ 12, 7, UNIT_BY_SD },      { 19, 7, UNIT_BY_SATURATED },
		{ 32, 6, UNIT_BY_NORM_IN }, { 38, 6, UNIT_BY_NORM_OUT },
		{ 44, 9, UNIT_BY_EFFECT },
	};
	const size_t n = sizeof heads / sizeof *heads - (effects ? 0 : 1);
	for (size_t i = 0; i < n; i++)
		list_head(l, a, heads[i].x, heads[i].columns, heads[i].sort);
}

static void draw_units_row(struct area a, const struct picture *p, int32_t j, bool effects)
{
	const struct unit *u = &p->units.units[j];
	const bool off = is_off(p, j);
	char mean[16], sd[16], norm_in[16], norm_out[16];
	canvas_textf(a, 0, 0, u->dead || off ? STYLE_WARNING : STYLE_NORMAL,
		     "%5d %6s %6s %6.1f  %-4s %5s %5s", (int)j,
		     view_number((double)u->mean, 6, 3, mean), view_number((double)u->sd, 6, 3, sd),
		     100 * (double)u->saturated,
		     off       ? "off"
		     : u->dead ? "dead"
			       : "",
		     view_number((double)u->norm_in, 5, 2, norm_in),
		     view_number((double)u->norm_out, 5, 2, norm_out));
	if (effects)
		canvas_textf(a, 0, TABLE_COLUMNS - 2,
			     p->units.effect[j] < 0 ? STYLE_NEGATIVE : STYLE_POSITIVE, "%+9.5f",
			     p->units.effect[j]);
}

static void draw_units_table(struct area a, struct picture *p, bool effects)
{
	const struct unit_table *t = &p->units;
	struct list *l = &p->lists[VIEW_UNITS];
	char sort[16], title[48];
	param_choice(UNIT_SORTS, (int)p->units_sort, sort, sizeof sort);
	/* Effects are those of one epoch; later ones have the order of the units. */
	const bool sorted = p->units_sort != UNIT_BY_EFFECT || t->effect;
	snprintf(title, sizeof title, "%d units  sort %s%s", (int)t->k, sorted ? sort : "unit",
		 p->units_reverse ? " reversed" : "");
	struct area inside = canvas_box(a, STYLE_DIM, title, NULL), head = area_cut_top(&inside, 1);
	canvas_textf(head, 0, 0, STYLE_TITLE, " unit   mean     sd  sat %%  dead   |V|   |W|%s",
		     effects ? "   effect" : "");
	list_fit(l, t->k, inside);
	note_heads(l, head, effects);
	for (int row = 0; row < inside.rows && l->top + row < t->k; row++) {
		const struct area line = area_at(inside, row, 0, 1, inside.columns);
		draw_units_row(line, p, t->order[l->top + row], effects);
		if (l->top + row == l->cursor)
			canvas_restyle(line, STYLE_SELECTED);
	}
}

static void histogram(struct area a, const int64_t *bins, double low, double high)
{
	double counts[UNIT_BINS];
	for (int i = 0; i < UNIT_BINS; i++)
		counts[i] = (double)bins[i];
	chart_histogram(a, counts, UNIT_BINS, low, high, STYLE_BAR);
}

/* The commonest genre at an end, such as "10 of 12 Comedy", after `used` columns of row 0. */
static void draw_genre(struct area a, const struct genres *g, const struct strongest *list,
		       int used)
{
	char text[GENRE_LONGEST + 32];
	int count;
	const int genre = genres_commonest(g, list->index, list->n, &count);
	if (genre < 0)
		return;
	snprintf(text, sizeof text, "%d of %d %s", count, list->n, g->names[genre]);
	if (used + 2 + text_width(text) <= a.columns)
		canvas_text_right(a, 0, STYLE_NORMAL, text);
}

/* One end of the order of items or users, in as many rows as a has. */
static void draw_end(struct area a, const struct picture *p, const struct strengths *of, bool users,
		     bool bottom)
{
	static const char *const kinds[] = { "activation", "W", "effect" };
	const struct strongest *list = bottom ? &of->bottom : &of->top;
	const struct dataset *d = p->session->doc.data;
	const int used = bottom ? canvas_text(a, 0, 0, -1, STYLE_TITLE, "the other end")
				: canvas_textf(a, 0, 0, STYLE_TITLE, "%s by %s",
					       users ? "users" : "items", kinds[of->kind]);
	if (!users)
		draw_genre(a, &d->genres, list, used);
	for (int i = 0; i < list->n && i + 1 < a.rows; i++) {
		const char *title = users ? "" : dataset_title(d, list->index[i]);
		const char *id = ids_name(users ? d->users : d->items, list->index[i]);
		canvas_textf(a, i + 1, 0, list->distinct[i] < 0 ? STYLE_NEGATIVE : STYLE_POSITIVE,
			     "%+7.3f", (double)list->distinct[i]);
		canvas_textf(a, i + 1, 8, STYLE_DIM, "%6s", id);
		view_title(a, i + 1, 15, a.columns - 15, STYLE_NORMAL, title);
	}
}

/* Both ends: side by side where the titles have room, else one below the other. */
static void draw_ends(struct area a, const struct picture *p, const struct strengths *of,
		      bool users)
{
	enum { BESIDE_ITEMS = 84, BESIDE_USERS = 28 };
	const bool beside = a.columns >= (users ? BESIDE_USERS : BESIDE_ITEMS);
	struct area top = beside ? area_cut_left(&a, a.columns / 2)
				 : area_cut_top(&a, (a.rows + 1) / 2);
	if (beside)
		area_cut_right(&top, 2);
	draw_end(top, p, of, users, false);
	draw_end(a, p, of, users, true);
}

/* Draws texts from left to right, and goes to the next row where one does not fit.  Returns the
 * rows used. */
static int draw_numbers(struct area a, int n, const char (*texts)[32])
{
	int row = 0, x = 0;
	for (int i = 0; i < n; i++) {
		if (x > 0 && x + text_width(texts[i]) > a.columns) {
			row++;
			x = 0;
		}
		x += canvas_text(a, row, x, -1, STYLE_NORMAL, texts[i]) + 2;
	}
	return row + 1;
}

static void draw_card(struct area a, const struct picture *p)
{
	enum { MOST_NUMBERS = 5, LOW = 18, TALL = 32 };
	const struct unit_card *c = &p->card;
	char title[32], numbers[MOST_NUMBERS][32];
	int n = 0;
	snprintf(title, sizeof title, "unit %d%s", (int)p->card_of,
		 is_off(p, p->card_of) ? ", switched off" : "");
	struct area inside = canvas_box(a, STYLE_DIM, title, NULL);
	inside = area_at(inside, 0, 1, inside.rows, inside.columns - 2);
	snprintf(numbers[n++], sizeof *numbers, "mean %.3f  sd %.3f", (double)c->unit.mean,
		 (double)c->unit.sd);
	snprintf(numbers[n++], sizeof *numbers, "sat %.1f %%", 100 * (double)c->unit.saturated);
	snprintf(numbers[n++], sizeof *numbers, "mu %.3f", c->mu);
	snprintf(numbers[n++], sizeof *numbers, "|V| %.2f  |W| %.2f", (double)c->unit.norm_in,
		 (double)c->unit.norm_out);
	if (p->units.effect)
		snprintf(numbers[n++], sizeof *numbers, "effect %+.5f",
			 p->units.effect[p->card_of]);
	area_cut_top(&inside, draw_numbers(inside, n, (const char(*)[32])numbers));
	histogram(area_cut_top(&inside, inside.rows > TALL  ? 9
					: inside.rows < LOW ? 3
							    : 5),
		  c->histogram, c->low, c->high);
	const bool of_item = c->items.kind == STRENGTH_ACTIVATION;
	/* What the model encodes, then the other side, whose order is by weights. */
	draw_ends(area_cut_top(&inside, of_item ? inside.rows * 2 / 3 : inside.rows / 3), p,
		  of_item ? &c->items : &c->users, !of_item);
	draw_ends(inside, p, of_item ? &c->users : &c->items, of_item);
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
		/* A card needs room for titles more than the table for effects. */
		const bool card = p->card_of >= 0;
		const int side = card ? CARD_COLUMNS : ALL_COLUMNS;
		const bool effects = p->units.effect &&
				     (a.columns >= TABLE_COLUMNS + EFFECT_COLUMNS + side ||
				      (!card && a.columns < TABLE_COLUMNS + side));
		const int columns = TABLE_COLUMNS + (effects ? EFFECT_COLUMNS : 0);
		if (a.columns >= columns + side) {
			struct area right = area_cut_right(&a, a.columns - columns);
			card ? draw_card(right, p) : draw_all(right, p);
			draw_units_table(a, p, effects);
		} else if (card) {
			draw_card(a, p);
		} else {
			draw_units_table(a, p, effects);
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
