/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "picture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/clock.h"
#include "autorec/help.h"
#include "autorec/mem.h"

/* Interval at which statistics and rows follow the training. */
#define REFRESH_SECONDS 0.5

enum { LOG_LINES = 5000 };

int picture_init(struct picture *p, struct session *s, struct err *e)
{
	*p = (struct picture){
		.session = s, .crosshair = NAN, .focused = -1, .card_of = -1, .found = -1
	};
	return 0;
}

static void rows_done(struct rows *r)
{
	reconstruction_free(r->r);
	free(r->places);
	*r = (struct rows){ 0 };
}

/* Drops what was copied from a trainer that no longer exists. */
static void picture_forget(struct picture *p)
{
	p->n = p->n_marks = 0;
	p->range = (struct chart_range){ 0 };
	unit_table_done(&p->units);
	p->card_of = -1;
	map_done(&p->map);
	residuals_done(&p->residuals);
	p->map_trouble[0] = p->residuals_trouble[0] = 0;
	rows_done(&p->user);
	rows_done(&p->item);
}

void picture_done(struct picture *p)
{
	picture_forget(p);
	double *arrays[] = { p->epoch, p->train,     p->valid,     p->test,
			     p->dead,  p->saturated, p->activation };
	for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
		free(arrays[i]);
	free(p->marks);
	lines_done(&p->log);
	lines_done(&p->help);
	text_done(&p->help_text);
	*p = (struct picture){ 0 };
}

/* ---- the curve ---------------------------------------------------------- */

static int grow_curve(struct picture *p, struct err *e)
{
	double **arrays[] = { &p->epoch, &p->train,     &p->valid,     &p->test,
			      &p->dead,  &p->saturated, &p->activation };
	size_t capacity = p->capacity;
	for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
		capacity = p->capacity;
		if (mem_grow(arrays[i], &capacity, p->n + 1, sizeof **arrays[i], e) < 0)
			return ERR_NOMEM;
	}
	p->capacity = capacity;
	return 0;
}

static int add_point(struct picture *p, const struct epoch_record *r, struct err *e)
{
	if (grow_curve(p, e) < 0)
		return ERR_NOMEM;
	const size_t i = p->n++;
	p->epoch[i] = (double)r->epoch;
	p->train[i] = r->train_rmse;
	p->valid[i] = r->valid_rmse;
	p->test[i] = r->test_rmse;
	p->dead[i] = r->units.dead;
	p->saturated[i] = r->units.saturated;
	p->activation[i] = r->units.mean;
	p->last = *r;
	return 0;
}

static int update_curve(struct picture *p, struct err *e)
{
	struct trainer *t = session_trainer(p->session);
	struct epoch_record r;
	int status = 0;
	while (status == 0 && trainer_records(t, (int64_t)p->n, &r, 1) == 1)
		status = add_point(p, &r, e);
	if (status == 0)
		status = mem_grow(&p->marks, &p->marks_capacity, (size_t)p->status.n_marks,
				  sizeof *p->marks, e);
	if (status == 0)
		p->n_marks += (size_t)trainer_marks(t, (int64_t)p->n_marks, p->marks + p->n_marks,
						    (int64_t)(p->marks_capacity - p->n_marks));
	return status;
}

/* ---- units and rows ----------------------------------------------------- */

static bool too_soon(const struct picture *p, double made)
{
	return p->status.state == TRAINER_RUNNING && clock_seconds() - made < REFRESH_SECONDS;
}

static bool units_stale(const struct picture *p, int64_t epoch)
{
	const struct focus *f = &p->session->focus;
	if (!p->units.units || p->card_of != f->unit || p->units_sort != f->unit_sort ||
	    p->units_reverse != f->unit_reverse)
		return true;
	return p->units.epoch != epoch && !too_soon(p, p->units_made);
}

static int update_units(struct picture *p, const struct weights *w, struct err *e)
{
	const struct focus *f = &p->session->focus;
	struct unit_table table;
	if (w->hidden.rows == 0 || !units_stale(p, w->epoch))
		return 0;
	int status = unit_table_measure(p->model, w, session_effects(p->session, w),
					(enum unit_sort)f->unit_sort, f->unit_reverse, &table, e);
	if (status < 0)
		return status;
	unit_table_done(&p->units);
	p->units = table;
	p->units_sort = f->unit_sort;
	p->units_reverse = f->unit_reverse;
	p->units_made = clock_seconds();
	p->card_of = f->unit;
	return f->unit >= 0 ? unit_card_measure(p->model, w, f->unit, &p->card, e) : 0;
}

static bool rows_stale(const struct picture *p, const struct rows *rows, int32_t who, int64_t epoch)
{
	if (!rows->r || rows->r->who != who || rows->applied != p->session->doc.overlay.applied)
		return true;
	return rows->r->epoch != epoch && !too_soon(p, rows->made);
}

static int list_rows(const struct picture *p, struct rows *rows, const struct listing *l,
		     struct err *e)
{
	int32_t *places, n;
	int status = reconstruction_list(rows->r, p->session->doc.data, p->model->train, l, &places,
					 &n, e);
	if (status < 0)
		return status;
	free(rows->places);
	rows->places = places;
	rows->n = n;
	rows->listing = *l;
	return 0;
}

static int update_rows(struct picture *p, struct rows *rows, const struct weights *w, bool of_item,
		       struct err *e)
{
	struct session *s = p->session;
	const int32_t who = of_item ? s->focus.item : s->focus.user;
	const struct listing *l = of_item ? &s->focus.item_list : &s->focus.user_list;
	struct reconstruction *r;
	if (who < 0) {
		rows_done(rows);
		return 0;
	}
	if (!rows_stale(p, rows, who, w->epoch))
		return memcmp(l, &rows->listing, sizeof *l) ? list_rows(p, rows, l, e) : 0;
	int status = reconstruct(p->model, w, &s->doc.overlay, s->doc.split, of_item, who, &r, e);
	if (status < 0)
		return status;
	if (!rows->r || rows->r->who != who)
		p->lists[of_item ? VIEW_ITEM : VIEW_USER] = (struct list){ 0 };
	reconstruction_free(rows->r);
	rows->r = r;
	rows->applied = s->doc.overlay.applied;
	rows->made = clock_seconds();
	return list_rows(p, rows, l, e);
}

/* ---- the map and the errors ---------------------------------------------- */

/* What takes long is made less often: it may take a twentieth of the time. */
static double pause_after(const struct costly *c)
{
	return fmax(REFRESH_SECONDS, 20 * c->took);
}

static bool costly_soon(const struct picture *p, const struct costly *c)
{
	return p->status.state == TRAINER_RUNNING && clock_seconds() - c->made < pause_after(c);
}

static void update_map(struct picture *p, const struct weights *w)
{
	const struct focus *f = &p->session->focus;
	const bool other = p->map.n == 0 || p->map.of_item == f->map_users ||
			   (int64_t)p->map.color != f->map_color;
	struct map map;
	struct err e = { 0 };
	if (!other && (p->map.epoch == w->epoch || costly_soon(p, &p->map_made)))
		return;
	const double began = clock_seconds();
	p->map_trouble[0] = 0;
	if (map_measure(p->model, w, !f->map_users, (enum map_color)f->map_color,
			&p->session->doc.data->genres, &map, &e) < 0) {
		snprintf(p->map_trouble, sizeof p->map_trouble, "%s", e.message);
		map_done(&p->map);
		return;
	}
	map_done(&p->map);
	p->map = map;
	p->map_made = (struct costly){ clock_seconds(), clock_seconds() - began };
}

static void update_residuals(struct picture *p, const struct weights *w)
{
	enum { LISTED = 200 };
	const struct ratings *set;
	struct residuals r;
	struct err e = { 0 };
	if (p->residuals.worst && p->residuals_on == p->session->focus.residuals_on &&
	    (p->residuals_epoch == w->epoch || costly_soon(p, &p->residuals_made)))
		return;
	const double began = clock_seconds();
	p->residuals_on = p->session->focus.residuals_on;
	p->residuals_trouble[0] = 0;
	if (session_rating_set(p->session, (enum rating_set)p->residuals_on, &set, &e) < 0 ||
	    residuals_measure(p->model, w, set, &p->session->doc.data->genres, LISTED, &r, &e) <
		    0) {
		snprintf(p->residuals_trouble, sizeof p->residuals_trouble, "%s", e.message);
		residuals_done(&p->residuals);
		return;
	}
	residuals_done(&p->residuals);
	p->residuals = r;
	p->residuals_epoch = w->epoch;
	p->residuals_made = (struct costly){ clock_seconds(), clock_seconds() - began };
}

enum view picture_acting(const struct picture *p)
{
	return p->focused >= 0 ? (enum view)p->focused : p->session->focus.view;
}

bool picture_searches(enum view view)
{
	return view == VIEW_USER || view == VIEW_ITEM || view == VIEW_HELP || view == VIEW_LOG;
}

/* Returns the text of a row or line in which find looks. */
static const char *searched(const struct picture *p, enum view view, int32_t at)
{
	const struct dataset *d = p->session->doc.data;
	if (view == VIEW_HELP || view == VIEW_LOG)
		return lines_at(view == VIEW_HELP ? &p->help : &p->log, (size_t)at);
	const struct rows *rows = view == VIEW_ITEM ? &p->item : &p->user;
	const int32_t index = rows->r->rows[rows->places[at]].index;
	if (rows->r->of_item)
		return ids_name(d->users, index);
	return dataset_title(d, index)[0] ? dataset_title(d, index) : ids_name(d->items, index);
}

/* Returns the row or line after which the search begins.  The log and the help scroll without a
 * cursor: the last match counts while it is on the screen. */
static int32_t search_from(const struct picture *p, enum view view, int32_t direction)
{
	const struct list *l = &p->lists[view];
	if (view == VIEW_USER || view == VIEW_ITEM)
		return l->cursor;
	const bool visible = p->found >= l->top && p->found < l->top + l->shown;
	return visible ? p->found : direction > 0 ? l->top - 1 : l->top + l->shown;
}

struct list *picture_list(struct picture *p, enum view view)
{
	return view == VIEW_WHATIF && p->users_moved_x >= 0 && p->in_users_moved ? &p->users_moved
										 : &p->lists[view];
}

/* Moves to the next match, in the direction of the last find. */
static void follow_find(struct picture *p)
{
	const struct session *s = p->session;
	const int steps = s->focus.find_steps - p->find_steps;
	const enum view view = picture_acting(p);
	struct list *l = &p->lists[view];
	p->find_steps = s->focus.find_steps;
	if (steps == 0 || !picture_searches(view))
		return;
	const struct rows *rows = view == VIEW_ITEM ? &p->item : &p->user;
	const int32_t direction = steps > 0 ? 1 : -1, from = search_from(p, view, direction),
		      n = view == VIEW_HELP  ? (int32_t)p->help.n
			  : view == VIEW_LOG ? (int32_t)p->log.n
			  : rows->r          ? rows->n
					     : 0;
	p->finding = p->missed = true;
	for (int32_t i = 1; i <= n && p->missed; i++) {
		const int32_t at = ((from + direction * i) % n + n) % n;
		if (!text_find(searched(p, view, at), s->focus.find))
			continue;
		l->cursor = p->found = at;
		p->missed = false;
	}
}

/* Measures the longest title when the data set is new. */
static void measure_titles(struct picture *p)
{
	const struct dataset *d = p->session->doc.data;
	if (d == p->measured)
		return;
	p->measured = d;
	p->title_columns = 0;
	for (int32_t i = 0; d && i < dataset_items(d); i++) {
		const int columns = text_width(dataset_title(d, i));
		p->title_columns = columns > p->title_columns ? columns : p->title_columns;
	}
}

int picture_update(struct picture *p, unsigned wanted, struct err *e)
{
	struct session *s = p->session;
	const uint64_t generation = p->status.generation, ablations = p->status.ablations;
	if (wanted & (1u << VIEW_HELP) && p->help_text.length == 0)
		command_help_book(&s->host, &p->help_text);
	measure_titles(p);
	p->trained = session_trainer(s) != NULL;
	if (!session_trainer(s)) {
		picture_forget(p);
		p->model = NULL;
		follow_find(p);
		return 0;
	}
	trainer_status(session_trainer(s), &p->status);
	enum { MOST_OFF = sizeof p->off / sizeof *p->off };
	p->n_off = trainer_ablated(session_trainer(s), p->off, MOST_OFF);
	p->n_off = p->n_off < MOST_OFF ? p->n_off : MOST_OFF;
	p->model = trainer_model(session_trainer(s));
	p->config = trainer_config(session_trainer(s));
	if (p->run != document_run_number(&s->doc) || p->status.generation != generation ||
	    p->status.ablations != ablations)
		picture_forget(p);
	p->run = document_run_number(&s->doc);
	int status = update_curve(p, e);
	const struct weights *w = session_pin(s);
	p->model_epoch = w->epoch;
	if (status == 0 && wanted & (1u << VIEW_UNITS))
		status = update_units(p, w, e);
	if (status == 0 && wanted & (1u << VIEW_USER))
		status = update_rows(p, &p->user, w, false, e);
	if (status == 0 && wanted & (1u << VIEW_ITEM))
		status = update_rows(p, &p->item, w, true, e);
	if (wanted & (1u << VIEW_MAP))
		update_map(p, w);
	if (wanted & (1u << VIEW_ERRORS))
		update_residuals(p, w);
	session_unpin(s, w);
	follow_find(p);
	return status;
}

/* The sooner of two times at which something is due; -1: never. */
static double sooner(double a, double b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

double picture_due(const struct picture *p, unsigned wanted)
{
	const int64_t epoch = p->status.epoch;
	double due = -1;
	if (p->status.state != TRAINER_RUNNING || !p->trained) /* then nothing is put off */
		return -1;
	if (wanted & (1u << VIEW_UNITS) && p->units.units && p->units.epoch != epoch)
		due = p->units_made + REFRESH_SECONDS;
	if (wanted & (1u << VIEW_USER) && p->user.r && p->user.r->epoch != epoch)
		due = sooner(due, p->user.made + REFRESH_SECONDS);
	if (wanted & (1u << VIEW_ITEM) && p->item.r && p->item.r->epoch != epoch)
		due = sooner(due, p->item.made + REFRESH_SECONDS);
	if (wanted & (1u << VIEW_MAP) && p->map.n && p->map.epoch != epoch)
		due = sooner(due, p->map_made.made + pause_after(&p->map_made));
	if (wanted & (1u << VIEW_ERRORS) && p->residuals.worst && p->residuals_epoch != epoch)
		due = sooner(due, p->residuals_made.made + pause_after(&p->residuals_made));
	return due < 0 ? -1 : fmax(0, due - clock_seconds());
}

/* ---- log and lists ------------------------------------------------------ */

void picture_log(struct picture *p, const char *text, int columns)
{
	struct list *l = &p->lists[VIEW_LOG];
	l->top = l->cursor = (int32_t)p->log.n;
	lines_add(&p->log, text, columns, LOG_LINES);
	l->n = (int32_t)p->log.n;
}

void picture_help(struct picture *p, const char *text)
{
	text_clear(&p->help_text);
	text_add(&p->help_text, text, strlen(text));
	p->help_columns = 0; /* so that it is wrapped again */
	p->lists[VIEW_HELP].cursor = 0;
}

void list_move(struct list *l, int32_t n)
{
	int64_t to = (int64_t)l->cursor + n;
	l->cursor = (int32_t)(to >= l->n ? l->n - 1 : to);
	if (l->cursor < 0)
		l->cursor = 0;
}

void list_head(struct list *l, struct area a, int x, int columns, int64_t sort)
{
	if (l->n_heads < (int)(sizeof l->heads / sizeof *l->heads))
		l->heads[l->n_heads++] = (struct head){ a.y, a.x + x, columns, sort };
}

void list_fit(struct list *l, int32_t n, struct area a)
{
	const int shown = a.rows;
	l->n = n;
	l->n_heads = 0;
	l->y = a.y;
	l->shown = shown;
	list_move(l, 0);
	if (l->top > l->cursor)
		l->top = l->cursor;
	if (shown > 0 && l->cursor >= l->top + shown)
		l->top = l->cursor - shown + 1;
	if (l->top > n - shown)
		l->top = n - shown;
	if (l->top < 0)
		l->top = 0;
}
