/* SPDX-License-Identifier: GPL-3.0-or-later
 * The map view: items or users as points, with the titles of the most rated. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "view.h"

enum { LABEL_COLUMNS = 24, LEAST_LABEL_COLUMNS = 10, ABOUT_ROWS = 1 };

enum { MOST_CELLS = 1 << 16 };

/* Where the points lie on the screen, and which cells hold a digit or a title. */
struct plane {
	struct area a;
	double left, right, bottom, top;
	bool *taken; /* [MOST_CELLS] */
};

static struct plane plane_of(struct area a, const struct map *map, bool *taken)
{
	struct plane q = { .a = a, .taken = taken };
	for (int32_t i = 0; i < map->n; i++) {
		q.left = fmin(q.left, map->x[i]);
		q.right = fmax(q.right, map->x[i]);
		q.bottom = fmin(q.bottom, map->y[i]);
		q.top = fmax(q.top, map->y[i]);
	}
	return q;
}

/* The place of a point among n places from low to high. */
static int among(double x, double low, double high, int n)
{
	const int at = high > low ? (int)((x - low) / (high - low) * n) : n / 2;
	return at < 0 ? 0 : at >= n ? n - 1 : at;
}

static int row_of(const struct plane *q, const struct map *map, int32_t i, int per_cell)
{
	return among(-map->y[i], -q->top, -q->bottom, q->a.rows * per_cell);
}

static int column_of(const struct plane *q, const struct map *map, int32_t i, int per_cell)
{
	return among(map->x[i], q->left, q->right, q->a.columns * per_cell);
}

static const char *map_name(const struct picture *p, int32_t i)
{
	const struct dataset *d = p->session->doc.data;
	const char *title = p->map.of_item ? dataset_title(d, i) : "";
	return title[0] ? title : ids_name(p->map.of_item ? d->items : d->users, i);
}

/* How the points of a group are drawn: a style, and a character where there are no dots. */
struct mark {
	unsigned style;
	char ascii;
};

static struct mark mark_of(const struct map *map, int group)
{
	static const struct mark thirds[] = { { STYLE_NEGATIVE, '.' },
					      { STYLE_DIM, 'o' },
					      { STYLE_POSITIVE, '+' } },
				 genres[] = { { STYLE_TRAIN, 'o' },
					      { STYLE_VALID, '+' },
					      { STYLE_TEST, 'x' },
					      { STYLE_BEST, '*' },
					      { STYLE_ERROR, '#' } },
				 others = { STYLE_DIM, '.' };
	if (map->color != MAP_BY_GENRE)
		return thirds[group];
	return group < map->n_groups - 1 ? genres[group] : others;
}

/* The most rated are drawn last, over the others. */
static void draw_points(const struct plane *q, const struct map *map)
{
	const int dot_rows = canvas_dot_rows(q->a.canvas->glyphs),
		  dot_columns = canvas_dot_columns(q->a.canvas->glyphs);
	for (int32_t i = map->n; i-- > 0;) {
		if (map->group[i] == map->n_groups)
			continue;
		const struct mark mark = mark_of(map, map->group[i]);
		canvas_dot(q->a, row_of(q, map, i, dot_rows), column_of(q, map, i, dot_columns),
			   mark.style, mark.ascii);
	}
}

/* Is there room for a title at this place, without touching another? */
static bool is_free(const struct plane *q, int row, int column, int columns)
{
	if (column < 0 || column + columns > q->a.columns)
		return false;
	for (int x = column > 0 ? column - 1 : 0; x <= column + columns && x < q->a.columns; x++)
		if (q->taken[row * q->a.columns + x])
			return false;
	return true;
}

/* Writes the name of point i beside it, if there is room. */
static bool draw_label(const struct plane *q, const struct picture *p, int32_t i, unsigned style)
{
	const int row = row_of(q, &p->map, i, 1), at = column_of(q, &p->map, i, 1);
	const char *name = map_name(p, i);
	const int width = text_width(name), columns = width < LABEL_COLUMNS ? width : LABEL_COLUMNS;
	const int right = at + 2, left = at - 1 - columns;
	const int column = is_free(q, row, right, columns)  ? right
			   : is_free(q, row, left, columns) ? left
							    : -1;
	if (column < 0)
		return false;
	view_title(q->a, row, column, columns, style, name);
	for (int x = column; x < column + columns; x++)
		q->taken[row * q->a.columns + x] = true;
	return true;
}

static void draw_labels(const struct plane *q, const struct picture *p, int32_t cursor)
{
	int left = q->a.rows / 2;
	draw_label(q, p, cursor, STYLE_KEY | STYLE_BOLD);
	for (int32_t i = 0; i < p->map.n && left > 0; i++)
		if (i != cursor && p->map.group[i] < p->map.n_groups)
			left -= draw_label(q, p, i, STYLE_NORMAL);
}

/* The ratings by the user last looked at, as digits. */
static void draw_ratings(const struct plane *q, const struct picture *p)
{
	const struct sparse *x = &p->model->train->by_user;
	const int32_t user = p->session->focus.user;
	if (user < 0 || !p->map.of_item)
		return;
	for (int64_t t = x->start[user]; t < x->start[user + 1]; t++) {
		const long value = lround((double)x->val[t]);
		const int row = row_of(q, &p->map, x->col[t], 1),
			  column = column_of(q, &p->map, x->col[t], 1);
		canvas_put(q->a, row, column, STYLE_KEY | STYLE_BOLD,
			   value >= 0 && value <= 9 ? '0' + (uint32_t)value : '*');
		q->taken[row * q->a.columns + column] = true;
	}
}

/* What the colors and digits mean. */
static void draw_legend(struct area a, const struct picture *p)
{
	static const char *const names[] = { [MAP_BY_MEAN] = "mean rating",
					     [MAP_BY_POPULARITY] = "ratings",
					     [MAP_BY_GENRE] = "genre" };
	const struct map *map = &p->map;
	const struct genres *genres = &p->session->doc.data->genres;
	const int32_t user = p->session->focus.user;
	int x = canvas_text(a, 0, 0, -1, STYLE_NORMAL, names[map->color]);
	for (int i = 0; i < map->n_groups; i++) {
		const struct mark mark = mark_of(map, i);
		const char dot[] = { mark.ascii, 0 };
		x += canvas_textf(a, 0, x, mark.style, "  %s ",
				  a.canvas->glyphs == GLYPHS_ASCII ? dot : "\u25cf");
		if (map->color != MAP_BY_GENRE)
			x += canvas_textf(a, 0, x, mark.style, "%.3g-%.3g", map->bounds[i],
					  map->bounds[i + 1]);
		else
			x += canvas_text(a, 0, x, -1, mark.style,
					 i < map->n_groups - 1 ? genres->names[map->genre[i]]
							       : "others");
	}
	if (user >= 0 && map->of_item)
		canvas_textf(a, 0, x + 3, STYLE_KEY, "digits: ratings by user %s",
			     ids_name(p->session->doc.data->users, user));
}

static void draw_cursor(const struct plane *q, struct area about, const struct picture *p,
			int32_t i)
{
	const struct map *map = &p->map;
	const struct sparse *x = map->of_item ? &p->model->train->by_item
					      : &p->model->train->by_user;
	canvas_put(q->a, row_of(q, map, i, 1), column_of(q, map, i, 1), STYLE_SELECTED,
		   q->a.canvas->glyphs == GLYPHS_ASCII ? '@' : 0x25c6);
	char right[96], value[48] = "";
	if (map->color != MAP_BY_POPULARITY && map->group[i] < map->n_groups)
		snprintf(value, sizeof value, ", mean %.2f", map->value[i]);
	snprintf(right, sizeof right, "  %ld ratings%s  (%.2f, %.2f)", (long)sparse_row_size(x, i),
		 value, map->x[i], map->y[i]);
	canvas_text_right(about, 0, STYLE_NORMAL, right);
	view_title(about, 0, 0, about.columns - text_width(right), STYLE_KEY | STYLE_BOLD,
		   map_name(p, i));
}

static void draw_map(struct area a, struct picture *p)
{
	const struct map *map = &p->map;
	struct list *l = &p->lists[VIEW_MAP];
	char right[96];
	if (!p->trained) {
		view_empty(a, "This view shows what a model finds similar. First make one:",
			   view_first_command(p));
		return;
	}
	if (map->n == 0) {
		view_empty(a, p->map_trouble, "model i-autorec");
		return;
	}
	const int used = canvas_textf(a, 0, 0, STYLE_TITLE | STYLE_BOLD, "MAP of %d %s",
				      (int)map->n, map->of_item ? "items" : "users");
	snprintf(right, sizeof right, "variance: across %.0f %%, up %.0f %%   epoch %ld",
		 100 * map->explained[0], 100 * map->explained[1], (long)map->epoch);
	if (used < a.columns - text_width(right))
		canvas_text_right(a, 0, STYLE_DIM, right);
	area_cut_top(&a, 1);
	draw_legend(area_cut_top(&a, 1), p);
	struct area about = area_cut_bottom(&a, ABOUT_ROWS);
	l->n = map->n;
	list_move(l, 0);
	if (a.rows < 1 || a.columns < LEAST_LABEL_COLUMNS || a.rows * a.columns > MOST_CELLS)
		return;
	static bool taken[MOST_CELLS];
	memset(taken, 0, sizeof taken);
	const struct plane q = plane_of(a, map, taken);
	draw_points(&q, map);
	draw_ratings(&q, p);
	draw_labels(&q, p, l->cursor);
	draw_cursor(&q, about, p, l->cursor);
}

int32_t view_map_next(const struct picture *p, int dx, int dy)
{
	const struct map *map = &p->map;
	const int32_t from = p->lists[VIEW_MAP].cursor;
	double nearest = HUGE_VAL;
	int32_t to = from;
	for (int32_t i = 0; i < map->n; i++) {
		const double x = map->x[i] - map->x[from], y = map->y[i] - map->y[from],
			     along = dx * x + dy * y, across = fabs(dx * y) + fabs(dy * x);
		if (map->group[i] < map->n_groups && along > 0 && across <= along &&
		    along + across < nearest) {
			nearest = along + across;
			to = i;
		}
	}
	return to;
}

bool view_map_open(const struct picture *p, char command[COMMAND_BYTES])
{
	const struct dataset *d = p->session->doc.data;
	const int32_t at = p->lists[VIEW_MAP].cursor;
	if (at >= p->map.n)
		return false;
	view_open(p->map.of_item ? "item" : "user",
		  ids_name(p->map.of_item ? d->items : d->users, at), command);
	return true;
}

bool view_map_color(const struct picture *p, char command[COMMAND_BYTES])
{
	const struct focus *f = &p->session->focus;
	const bool genres = !f->map_users && p->session->doc.data->genres.n > 0;
	const int64_t now = f->map_color == MAP_BY_POPULARITY && !genres ? MAP_BY_GENRE
									 : f->map_color;
	return view_turn("map", "color", MAP_COLOR_NAMES, now, command);
}

bool view_map_side(const struct picture *p, char command[COMMAND_BYTES])
{
	snprintf(command, COMMAND_BYTES, "map %s", p->session->focus.map_users ? "items" : "users");
	return true;
}

const struct view_ops view_map_ops = { .title = "Map", .answers = "map", .draw = draw_map };
