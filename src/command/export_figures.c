/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The exports that can be figures.  Each computes its numbers, then writes them as a table or draws
 * them. */
#include <math.h>
#include <stdlib.h>

#include "autorec/curve.h"
#include "autorec/evaluate.h"
#include "autorec/mem.h"
#include "autorec/report.h"
#include "autorec/unit_card.h"
#include "export.h"

/* The title that the command gives, else "DATA: MODEL", which is written to out. */
static const char *find_title(const struct export *x, char *out, size_t size)
{
	const struct value *title = args_get(x->a, "title");
	if (title->given)
		return title->text;
	snprintf(out, size, "%s: %s", x->s->doc.data->name,
		 trainer_model(session_trainer(x->s))->ops->name);
	return out;
}

/* Writes a line about the model to out and returns it. */
static const char *make_note(const struct export *x, char *out, size_t size)
{
	const struct model *m = trainer_model(session_trainer(x->s));
	const struct config c = session_config(x->s);
	int n = 0;
	if (m->n_vectors > 0) {
		n = snprintf(out, size, "k = %ld, λ = %g, %s; ", (long)c.k, c.lambda,
			     optim_name(c.optimizer));
	}
	snprintf(out + n, size - (size_t)n, "%lld training ratings",
		 (long long)ratings_count(m->train));
	return out;
}

void export_figure(const struct export *x, struct figure *f)
{
	char title[300], note[200];
	f->title = find_title(x, title, sizeof title);
	if (!f->note)
		f->note = make_note(x, note, sizeof note);
	f->theme = (enum figure_theme)args_get(x->a, "theme")->i;
	figure_write(f, x->out);
}

/* ---- the curve ---------------------------------------------------------- */

static int curve_table(struct export *x, const struct epoch_record *records, int64_t n,
		       struct err *e)
{
	json_t *rows = json_array();
	for (int64_t i = 0; i < n; i++) {
		const struct epoch_record *r = &records[i];
		json_array_append_new(rows,
				      json_pack("{s:I, s:o, s:o, s:o, s:o, s:f, s:f}", "epoch",
						(json_int_t)r->epoch, "loss", report_real(r->loss),
						"train_rmse", report_real(r->train_rmse),
						"valid_rmse", report_real(r->valid_rmse),
						"test_rmse", report_real(r->test_rmse), "seconds",
						r->seconds, "elapsed", r->elapsed));
		if (r->fingerprint)
			json_object_set_new(json_array_get(rows, json_array_size(rows) - 1),
					    "fingerprint", json_sprintf("%08x", r->fingerprint));
	}
	return export_table(x, rows, e);
}

/* The marks of the curve as marks of a figure: [*n].  The caller frees the array.  The marks point
 * to the text in `texts`, which must outlive them. */
static struct figure_mark *curve_marks(struct trainer *t, int64_t n_marks, struct curve_mark *texts,
				       int *n, struct err *e)
{
	struct figure_mark *marks = mem_array((size_t)n_marks + 1, sizeof *marks, e);
	*n = marks ? (int)trainer_marks(t, 0, texts, n_marks) : 0;
	for (int i = 0; i < *n; i++)
		marks[i] = (struct figure_mark){ (double)texts[i].epoch, texts[i].text };
	return marks;
}

static void draw_curve(const struct export *x, const struct trainer_status *t,
		       const double *columns, size_t n, const struct figure_mark *marks,
		       int n_marks)
{
	const double *epoch = columns, *train = columns + n, *valid = columns + 2 * n,
		     *test = columns + 3 * n;
	const bool single = n == 1; /* one point makes no line, so it is drawn as a dot */
	struct figure_series series[3] = { { "train", epoch, train, NULL, n, single } };
	int n_series = 1;
	char best[64], y_title[64];
	const struct model *m = trainer_model(session_trainer(x->s));
	snprintf(y_title, sizeof y_title, "RMSE (ratings %g to %g)", m->low, m->high);
	if (isfinite(valid[0]))
		series[n_series++] = (struct figure_series){ "validation", epoch, valid,
							     NULL,         n,     single };
	if (isfinite(test[0]))
		series[n_series++] = (struct figure_series){ "test", epoch, test, NULL, n, single };
	struct figure f = { .x_title = "epoch",
			    .y_title = y_title,
			    .log_y = args_get(x->a, "log")->i,
			    .series = series,
			    .n_series = n_series,
			    .marks = marks,
			    .n_marks = n_marks };
	if (!args_get(x->a, "all")->i)
		f.y_from = epoch[curve_settled(train, n)];
	if (t->best_epoch >= 0 && (size_t)t->best_epoch < n) {
		snprintf(best, sizeof best, "best validation: %.4f at epoch %ld", t->best_valid,
			 (long)t->best_epoch);
		f.best.x = (double)t->best_epoch;
		f.best.y = t->best_valid;
		f.best.text = best;
	}
	export_figure(x, &f);
}

int export_curve(struct export *x, struct err *e)
{
	struct trainer_status t;
	struct trainer *trainer = session_trainer(x->s);
	trainer_status(trainer, &t);
	struct epoch_record *records = mem_array((size_t)t.n_records, sizeof *records, e);
	struct curve_mark *texts = mem_array((size_t)t.n_marks + 1, sizeof *texts, e);
	double *columns = mem_array((size_t)t.n_records, 4 * sizeof *columns, e);
	struct figure_mark *marks = NULL;
	int n_marks, status = ERR_NOMEM;
	if (!records || !texts || !columns ||
	    !(marks = curve_marks(trainer, t.n_marks, texts, &n_marks, e)))
		goto done;
	const int64_t n = x->rows = trainer_records(trainer, 0, records, t.n_records);
	status = 0;
	if (x->format != EXPORT_SVG) {
		status = curve_table(x, records, n, e);
		goto done;
	}
	for (int64_t i = 0; i < n; i++) {
		columns[i] = (double)records[i].epoch;
		columns[n + i] = records[i].train_rmse;
		columns[2 * n + i] = records[i].valid_rmse;
		columns[3 * n + i] = records[i].test_rmse;
	}
	draw_curve(x, &t, columns, (size_t)n, marks, n_marks);
done:
	free(records);
	free(texts);
	free(columns);
	free(marks);
	return status;
}

/* ---- histograms --------------------------------------------------------- */

static int write_histogram(struct export *x, struct figure *f, struct figure_bars *b, struct err *e)
{
	const double width = (b->high - b->low) / b->n;
	x->rows = b->n;
	f->bars = b;
	if (x->format == EXPORT_SVG) {
		export_figure(x, f);
		return 0;
	}
	json_t *rows = json_array();
	for (int i = 0; i < b->n; i++)
		json_array_append_new(rows, json_pack("{s:f, s:f, s:I}", "low", b->low + i * width,
						      "high", b->low + (i + 1) * width, "count",
						      (json_int_t)b->counts[i]));
	return export_table(x, rows, e);
}

static int unit_histogram(struct export *x, const struct model *m, const struct weights *w,
			  int32_t unit, struct err *e)
{
	struct unit_card card;
	double counts[UNIT_BINS];
	char note[160];
	int status = unit_card_measure(m, w, unit, &card, e);
	if (status < 0)
		return status;
	for (int i = 0; i < UNIT_BINS; i++)
		counts[i] = (double)card.histogram[i];
	snprintf(note, sizeof note,
		 "hidden unit %d at epoch %ld: mean %.3f, standard deviation %.3f, saturated %.0f "
		 "%%",
		 (int)unit, (long)card.epoch, (double)card.unit.mean, (double)card.unit.sd,
		 100 * (double)card.unit.saturated);
	struct figure f = { .note = note,
			    .x_title = "activation",
			    .y_title = m->ops->by_item ? "items" : "users" };
	return write_histogram(x, &f,
			       &(struct figure_bars){ card.low, card.high, counts, UNIT_BINS }, e);
}

static int units_histogram_all(struct export *x, const struct model *m, const struct weights *w,
			       struct err *e)
{
	struct unit_table table;
	double counts[UNIT_BINS];
	char note[160];
	int status = unit_table_measure(m, w, NULL, UNIT_BY_INDEX, false, &table, e);
	if (status < 0)
		return status;
	for (int i = 0; i < UNIT_BINS; i++)
		counts[i] = (double)table.histogram[i];
	snprintf(note, sizeof note, "all %d hidden units at epoch %ld: dead %d, saturated %.0f %%",
		 (int)table.k, (long)table.epoch, (int)table.summary.dead,
		 100 * table.summary.saturated);
	struct figure f = { .note = note,
			    .x_title = "activation",
			    .y_title = m->ops->by_item ? "units × items" : "units × users" };
	status = write_histogram(x, &f,
				 &(struct figure_bars){ table.low, table.high, counts, UNIT_BINS },
				 e);
	unit_table_done(&table);
	return status;
}

int export_histogram(struct export *x, struct err *e)
{
	static const struct param unit_param = { "id", PARAM_INT, 0, 1e6,
						 .help = "the unit's number, from 0" };
	const struct value *id = args_get(x->a, "id");
	struct value unit = { .i = x->a->focus->unit };
	int status = id->given ? param_parse(&unit_param, id->text, &unit, e) : 0;
	if (status < 0)
		return status;
	const struct model *m = trainer_model(session_trainer(x->s));
	const struct weights *w = session_pin(x->s);
	status = unit.i >= 0 ? unit_histogram(x, m, w, (int32_t)unit.i, e)
			     : units_histogram_all(x, m, w, e);
	session_unpin(x->s, w);
	return status;
}

/* ---- errors ------------------------------------------------------------- */

/* An odd number, so that the middle bin is centered on an error of zero. */
enum { ERROR_BINS = 41 };

static void count_errors(const struct model *m, const struct sparse *set, const real *predicted,
			 struct figure_bars *b, double *counts)
{
	double most = 0;
	for (int filling = 0; filling < 2; filling++) {
		for (int32_t u = 0; u < set->n_rows; u++)
			for (int64_t t = set->start[u]; t < set->start[u + 1]; t++) {
				const double error = evaluate_prediction(m, u, set->col[t],
									 (double)predicted[t]) -
						     (double)set->val[t];
				if (filling)
					counts[(int)fmin((error - b->low) / (b->high - b->low) *
								 ERROR_BINS,
							 ERROR_BINS - 1)]++;
				else
					most = fmax(most, fabs(error));
			}
		b->high = most > 0 ? most : 1;
		b->low = -b->high;
	}
}

int export_errors(struct export *x, struct err *e)
{
	static const char *const names[] = { "test", "validation", "training" };
	const enum rating_set on = (enum rating_set)args_get(x->a, "on")->i;
	const struct model *m = trainer_model(session_trainer(x->s));
	const struct ratings *set;
	double counts[ERROR_BINS] = { 0 };
	struct figure_bars b = { .counts = counts, .n = ERROR_BINS };
	struct score score;
	char note[160], x_title[64];
	int status = session_rating_set(x->s, on, &set, e);
	if (status < 0)
		return status;
	real *predicted = mem_array((size_t)set->by_user.nnz, sizeof *predicted, e);
	if (!predicted)
		return ERR_NOMEM;
	const struct weights *w = session_pin(x->s);
	status = evaluate(m, w, set, &score, e);
	m->ops->predict_pairs(m, w, set, predicted);
	snprintf(note, sizeof note, "%lld %s ratings at epoch %ld: RMSE %.4f, MAE %.4f",
		 (long long)score.n, names[on], (long)w->epoch, score.rmse, score.mae);
	session_unpin(x->s, w);
	if (status == 0) {
		snprintf(x_title, sizeof x_title, "prediction − rating (ratings %g to %g)", m->low,
			 m->high);
		struct figure f = { .note = note, .x_title = x_title, .y_title = "ratings" };
		count_errors(m, &set->by_user, predicted, &b, counts);
		status = write_histogram(x, &f, &b, e);
	}
	free(predicted);
	return status;
}

/* ---- the heat map ------------------------------------------------------- */

static const char *vector_name(const struct session *s, bool item, int32_t index)
{
	const char *title = item ? dataset_title(s->doc.data, index) : "";
	return title[0] ? title : ids_name(item ? s->doc.data->items : s->doc.data->users, index);
}

static int heatmap_table(struct export *x, const struct figure_cells *c, bool items, struct err *e)
{
	json_t *rows = json_array();
	char name[16];
	for (int32_t i = 0; i < c->rows; i++) {
		json_t *row = json_object();
		if (items)
			session_put_item(x->s, row, i);
		else
			session_put_user(x->s, row, i);
		for (int j = 0; j < c->columns; j++) {
			snprintf(name, sizeof name, "h%d", j);
			json_object_set_new(
				row, name,
				report_real((double)c->value[(size_t)i * (size_t)c->columns +
							     (size_t)j]));
		}
		json_array_append_new(rows, row);
	}
	return export_table(x, rows, e);
}

static void find_scale(const struct model *m, struct figure_cells *c)
{
	activation_bounds((enum activation)m->config.hidden, &c->low, &c->high);
	if (!isfinite(c->low) || !isfinite(c->high)) {
		c->high = 0;
		for (size_t i = 0; i < (size_t)c->rows * (size_t)c->columns; i++)
			c->high = fmax(c->high, fabs((double)c->value[i]));
		c->low = m->config.hidden == RELU ? 0 : -c->high;
	}
	c->diverging = c->low < 0;
}

static void write_heatmap(struct export *x, const struct model *m, const struct weights *w,
			  const struct figure_cells *c)
{
	const bool all = c->rows == m->n_vectors;
	char note[200];
	snprintf(note, sizeof note, "hidden vectors h = g(Vᵀr + μ) of %s%d %s at epoch %ld",
		 all ? "all " : "the most rated ", c->rows, m->ops->by_item ? "items" : "users",
		 (long)w->epoch);
	struct figure f = { .note = note, .x_title = "hidden unit", .cells = c };
	export_figure(x, &f);
}

static void take_activations(struct export *x, const struct model *m, const struct weights *w,
			     const struct figure_cells *c, float *value, const char **names)
{
	for (int32_t i = 0; i < c->rows; i++) {
		names[i] = vector_name(x->s, m->ops->by_item, i);
		for (int32_t j = 0; j < c->columns; j++)
			value[(size_t)i * (size_t)c->columns + (size_t)j] = (float)panel_get(
				&w->hidden, i, j);
	}
}

int export_heatmap(struct export *x, struct err *e)
{
	enum { USUAL = 32 };
	const struct model *m = trainer_model(session_trainer(x->s));
	const int64_t top = args_get(x->a, "top")->i > 0 ? args_get(x->a, "top")->i : USUAL;
	if (m->n_vectors == 0)
		return err_set(e, ERR_FAILED, NULL, "%s has no hidden units", m->ops->name);
	const struct weights *w = session_pin(x->s);
	struct figure_cells c = { .rows = top < m->n_vectors ? (int)top : m->n_vectors,
				  .columns = (int)w->hidden.k,
				  .scale_title = "activation" };
	float *value = mem_array((size_t)c.rows * (size_t)c.columns, sizeof *value, e);
	const char **names = mem_array((size_t)c.rows, sizeof *names, e);
	int status = value && names ? 0 : ERR_NOMEM;
	x->rows = c.rows;
	c.value = value;
	c.names = names;
	if (status == 0) {
		take_activations(x, m, w, &c, value, names);
		find_scale(m, &c);
		if (x->format == EXPORT_SVG)
			write_heatmap(x, m, w, &c);
		else
			status = heatmap_table(x, &c, m->ops->by_item, e);
	}
	session_unpin(x->s, w);
	free(value);
	free(names);
	return status;
}
