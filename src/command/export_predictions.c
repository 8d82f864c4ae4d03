/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Exports the whole matrix of predictions, one row for each user; with on=, only one set of pairs.
 * The predictions are as scored, with the edits in force.  All threads predict and format a block
 * of users, which is then written in order.  Only one block is in memory at a time. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/csv.h"
#include "autorec/evaluate.h"
#include "autorec/kernel.h"
#include "autorec/mem.h"
#include "autorec/num.h"
#include "pair_rows.h"

enum { BLOCK = 64, DECIMALS = 5 };

struct block {
	struct text words[BLOCK]; /* a user's predictions, each after a comma */
	real *predicted[BLOCK];   /* [n_items] */
	int status[BLOCK];
	struct err error[BLOCK];
};

/* Appends x with DECIMALS decimals.  printf would take most of the time of the export. */
static void add_number(struct text *t, double x)
{
	enum { SCALE = 100000 };
	const double most = 1e12;
	char text[NUM_TEXT], *p = text + sizeof text;
	if (!(fabs(x) < most)) {
		if (isfinite(x))
			text_addf(t, "%s", num_text(x, text));
		return;
	}
	const int64_t scaled = llround(x * SCALE);
	uint64_t left = (uint64_t)(scaled < 0 ? -scaled : scaled);
	for (int digits = 0; digits <= DECIMALS || left > 0; digits++, left /= 10) {
		if (digits == DECIMALS)
			*--p = '.';
		*--p = (char)('0' + left % 10);
	}
	if (scaled < 0)
		*--p = '-';
	text_add(t, p, (size_t)(text + sizeof text - p));
}

static void export_predictions_predict_row(const struct export *x, const struct model *m,
					   const struct weights *w, int32_t user, struct block *b,
					   int place)
{
	struct text *t = &b->words[place];
	b->status[place] = model_predict_user(m, w, &x->s->doc.overlay, user, b->predicted[place],
					      &b->error[place]);
	text_clear(t);
	for (int32_t i = 0; b->status[place] == 0 && i < m->train->by_item.n_rows; i++) {
		if (i > 0 || x->format == EXPORT_CSV)
			text_add(t, ",", 1);
		const double value = evaluate_prediction(m, user, i,
							 (double)b->predicted[place][i]);
		if (x->format == EXPORT_JSON && !isfinite(value))
			text_add(t, "null", 4);
		else
			add_number(t, value);
	}
}

static void put_head(const struct export *x, const struct ids *items, int32_t n)
{
	fputs(x->format == EXPORT_CSV ? "user" : "{\"items\": [", x->out);
	for (int32_t i = 0; i < n; i++) {
		if (i > 0 || x->format == EXPORT_CSV)
			putc(',', x->out);
		export_put_id(x, ids_name(items, i));
	}
	if (x->format == EXPORT_CSV)
		csv_end(x->out);
	else
		fputs("],\n\"rows\": [", x->out);
}

static void put_row(const struct export *x, const char *user, const struct text *words)
{
	if (x->format == EXPORT_JSON)
		fputs(x->rows > 0 ? ",\n{\"user\": " : "\n{\"user\": ", x->out);
	export_put_id(x, user);
	if (x->format == EXPORT_JSON)
		fputs(", \"predicted\": [", x->out);
	fwrite(words->bytes, 1, words->length, x->out);
	if (x->format == EXPORT_CSV)
		csv_end(x->out);
	else
		fputs("]}", x->out);
}

/* Predicts and writes the users from `from` to `end`, which fit in one block. */
static int write_block(struct export *x, const struct model *m, const struct weights *w,
		       struct block *b, int32_t from, int32_t end, struct err *e)
{
#pragma omp parallel for schedule(dynamic, 1) num_threads(kernel_threads())
	for (int32_t u = from; u < end; u++)
		export_predictions_predict_row(x, m, w, u, b, u - from);
	for (int32_t u = from; u < end; u++) {
		const struct text *words = &b->words[u - from];
		if (b->status[u - from] < 0) {
			*e = b->error[u - from];
			return e->code;
		}
		if (words->failed)
			return err_set(e, ERR_NOMEM, NULL,
				       "out of memory for a row of predictions");
		put_row(x, ids_name(x->s->doc.data->users, u), words);
		x->rows++;
	}
	return 0;
}

static int write_all(struct export *x, const struct model *m, const struct weights *w,
		     struct block *b, struct err *e)
{
	const int32_t n = m->train->by_user.n_rows;
	int status = 0;
	put_head(x, x->s->doc.data->items, m->train->by_item.n_rows);
	for (int32_t u = 0; u < n && status == 0 && !ferror(x->out); u += BLOCK) {
		if (!session_go_on(x->s, "writing", (double)u / n))
			return err_set(e, ERR_INTERRUPTED, NULL,
				       "stopped after %" PRId64
				       " of %d users; the file is unchanged",
				       x->rows, (int)n);
		status = write_block(x, m, w, b, u, n - u < BLOCK ? n : u + BLOCK, e);
	}
	if (x->format == EXPORT_JSON)
		fputs("\n]}\n", x->out);
	return status;
}

int export_predictions(struct export *x, struct err *e)
{
	if (args_get(x->a, "on")->given)
		return export_pairs(x, e);
	const struct model *m = trainer_model(session_trainer(x->s));
	struct block *b = mem_array(1, sizeof *b, e);
	int status = b ? 0 : ERR_NOMEM;
	for (int i = 0; i < BLOCK && status == 0; i++) {
		b->predicted[i] = mem_array((size_t)m->train->by_item.n_rows,
					    sizeof *b->predicted[i], e);
		status = b->predicted[i] ? 0 : ERR_NOMEM;
	}
	if (status == 0) {
		const struct weights *w = session_pin(x->s);
		status = write_all(x, m, w, b, e);
		session_unpin(x->s, w);
	}
	for (int i = 0; i < BLOCK && b; i++) {
		free(b->predicted[i]);
		text_done(&b->words[i]);
	}
	free(b);
	return status;
}
