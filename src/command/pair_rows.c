/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pair_rows.h"

#include <math.h>
#include <stdlib.h>

#include "autorec/csv.h"
#include "autorec/evaluate.h"
#include "autorec/mem.h"
#include "autorec/num.h"

void export_put_id(const struct export *x, const char *id)
{
	if (x->format == EXPORT_CSV) {
		csv_text(x->out, id, x->guard);
		return;
	}
	json_t *text = json_string(id);
	json_dumpf(text, x->out, JSON_ENCODE_ANY);
	json_decref(text);
}

void pair_rows_begin(struct export *x, const struct pair_row *like)
{
	if (x->format != EXPORT_CSV) {
		fputs("{\"rows\": [", x->out);
		return;
	}
	fprintf(x->out, "user,item%s,predicted,cold%s", isnan(like->rating) ? "" : ",rating",
		like->unknown ? ",unknown" : "");
	csv_end(x->out);
}

static void put_number(const struct export *x, double value)
{
	if (x->format == EXPORT_CSV)
		csv_real(x->out, value);
	else if (isfinite(value))
		fprintf(x->out, "%.17g", value);
	else
		fputs("null", x->out);
}

static void put_csv(const struct export *x, const struct pair_row *row)
{
	export_put_id(x, row->user);
	putc(',', x->out);
	export_put_id(x, row->item);
	putc(',', x->out);
	if (!isnan(row->rating)) {
		put_number(x, row->rating);
		putc(',', x->out);
	}
	put_number(x, row->predicted);
	fprintf(x->out, ",%d", row->cold);
	if (row->unknown)
		fprintf(x->out, ",%s", row->unknown);
	csv_end(x->out);
}

static void put_json(const struct export *x, const struct pair_row *row)
{
	fputs(x->rows > 0 ? ",\n{\"user\": " : "\n{\"user\": ", x->out);
	export_put_id(x, row->user);
	fputs(", \"item\": ", x->out);
	export_put_id(x, row->item);
	if (!isnan(row->rating)) {
		fputs(", \"rating\": ", x->out);
		put_number(x, row->rating);
	}
	fputs(", \"predicted\": ", x->out);
	put_number(x, row->predicted);
	fprintf(x->out, ", \"cold\": %s", row->cold ? "true" : "false");
	if (row->unknown)
		fprintf(x->out, ", \"unknown\": \"%s\"", row->unknown);
	putc('}', x->out);
}

void pair_rows_put(struct export *x, const struct pair_row *row)
{
	if (x->format == EXPORT_CSV)
		put_csv(x, row);
	else
		put_json(x, row);
	x->rows++;
}

void pair_rows_end(struct export *x)
{
	if (x->format != EXPORT_CSV)
		fputs("\n]}\n", x->out);
}

/* With edits, whole users are predicted. */
static int predict_edited(struct session *s, const struct ratings *set, const struct weights *w,
			  real *out, struct err *e)
{
	const struct model *m = trainer_model(session_trainer(s));
	const struct sparse *x = &set->by_user;
	real *all = mem_array((size_t)x->n_cols, sizeof *all, e);
	int status = all ? 0 : ERR_NOMEM;
	for (int32_t u = 0; u < x->n_rows && status == 0; u++) {
		if (sparse_row_size(x, u) == 0)
			continue;
		if (!session_go_on(s, "predicting", (double)u / x->n_rows))
			status = err_set(e, ERR_INTERRUPTED, NULL, "stopped after %d of %d users",
					 (int)u, (int)x->n_rows);
		else
			status = model_predict_user(m, w, &s->doc.overlay, u, all, e);
		for (int64_t t = x->start[u]; status == 0 && t < x->start[u + 1]; t++)
			out[t] = all[x->col[t]];
	}
	free(all);
	return status;
}

int predict_set(struct session *s, const struct ratings *set, real *out, struct err *e)
{
	const struct model *m = trainer_model(session_trainer(s));
	const struct sparse *x = &set->by_user;
	const struct weights *w = session_pin(s);
	int status = 0;
	if (s->doc.overlay.applied > 0)
		status = predict_edited(s, set, w, out, e);
	else
		m->ops->predict_pairs(m, w, set, out);
	session_unpin(s, w);
	for (int32_t u = 0; u < x->n_rows && status == 0; u++)
		for (int64_t t = x->start[u]; t < x->start[u + 1]; t++)
			out[t] = (real)evaluate_prediction(m, u, x->col[t], (double)out[t]);
	return status;
}
