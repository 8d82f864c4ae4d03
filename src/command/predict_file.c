/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * predict FILE: a prediction for each pair of a file. Unknown users and items are cold, and the
 * prediction is that of a cold pair. */
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "autorec/evaluate.h"
#include "autorec/file.h"
#include "autorec/mem.h"
#include "autorec/pairs.h"
#include "autorec/report.h"
#include "pair_rows.h"

/* The pairs of the file that are known, each once, and their predictions. */
struct known_pairs {
	struct ratings *set;
	real *predicted; /* [nnz] of set->by_user */
};

static void known_done(struct known_pairs *k)
{
	ratings_free(k->set);
	free(k->predicted);
}

static int known_predict(struct session *s, const struct pairs *p, struct known_pairs *k,
			 struct err *e)
{
	struct rating *list = mem_array(p->n, sizeof *list, e);
	int64_t n = 0;
	if (!list)
		return ERR_NOMEM;
	for (size_t i = 0; i < p->n; i++)
		if (p->list[i].user_at >= 0 && p->list[i].item_at >= 0)
			list[n++] = (struct rating){ p->list[i].user_at, p->list[i].item_at, 0 };
	int status = ratings_new(dataset_users(s->doc.data), dataset_items(s->doc.data), list, n,
				 &k->set, NULL, e);
	free(list);
	if (status < 0)
		return status;
	k->predicted = mem_array((size_t)ratings_count(k->set), sizeof *k->predicted, e);
	return k->predicted ? predict_set(s, k->set, k->predicted, e) : ERR_NOMEM;
}

static struct pair_row row_of(const struct session *s, const struct known_pairs *k,
			      const struct pair *p)
{
	const struct model *m = trainer_model(session_trainer(s));
	const bool user = p->user_at >= 0, item = p->item_at >= 0;
	return (struct pair_row){
		.user = p->user,
		.item = p->item,
		.rating = NAN,
		.predicted = user && item
				     ? (double)k->predicted[sparse_find(&k->set->by_user,
									p->user_at, p->item_at)]
				     : evaluate_prediction(m, p->user_at, p->item_at, 0),
		.cold = evaluate_cold(m, p->user_at, p->item_at),
		.unknown = user   ? item ? "" : "item"
			   : item ? "user"
				  : "both",
	};
}

static int write_rows(struct session *s, const struct args *a, const struct known_pairs *k,
		      const struct pairs *p, const char *path, struct err *e)
{
	struct export x = { .s = s,
			    .a = a,
			    .format = file_has_ending(path, ".json") ? EXPORT_JSON : EXPORT_CSV };
	struct file f;
	if (x.format == EXPORT_CSV && !file_has_ending(path, ".csv"))
		return err_set(e, ERR_USAGE, "out",
			       "expected a file name that ends in .csv or .json");
	int status = file_begin(&f, path, a->host->interactive ? FILE_ONLY : FILE_OR_DEVICE, e);
	if (status < 0)
		return status;
	f.stopped = a->host->interrupted;
	x.out = f.stream;
	const struct pair_row like = { .rating = NAN, .unknown = "" };
	pair_rows_begin(&x, &like);
	for (size_t i = 0; i < p->n && status == 0 && !ferror(x.out); i++) {
		const struct pair_row row = row_of(s, k, &p->list[i]);
		pair_rows_put(&x, &row);
		if (i % 4096 == 0 && !session_go_on(s, "writing", (double)i / (double)p->n))
			status = err_set(e, ERR_INTERRUPTED, NULL,
					 "stopped after %zu of %zu pairs; the file is unchanged", i,
					 p->n);
	}
	pair_rows_end(&x);
	if (status == 0 && mem_failed())
		status = err_set(e, ERR_NOMEM, NULL, "out of memory for the rows");
	if (status == 0)
		return file_commit(&f, e);
	file_abandon(&f);
	return status;
}

static void put_rows(const struct session *s, const struct known_pairs *k, const struct pairs *p,
		     json_t *out)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < p->n; i++) {
		const struct pair_row row = row_of(s, k, &p->list[i]);
		json_array_append_new(rows, json_pack("{s:s, s:s, s:o, s:b, s:s}", "user", row.user,
						      "item", row.item, "predicted",
						      report_real(row.predicted), "cold", row.cold,
						      "unknown", row.unknown));
	}
	json_object_set_new(out, "rows", rows);
}

static bool pairs_go_on(void *ctx, double fraction)
{
	return session_go_on(ctx, "reading", fraction);
}

int predict_file(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const char *path = args_get(a, "user")->text, *to = args_get(a, "out")->text;
	const struct load_options options = { .columns = args_get(a, "columns")->text,
					      .pipes = !a->host->interactive,
					      .progress = pairs_go_on,
					      .ctx = s };
	struct known_pairs k = { 0 };
	struct pairs p;
	if (access(path, F_OK) < 0)
		return err_set(e, ERR_USAGE, "item",
			       "which item? Expected predict USER ITEM, or predict FILE with a "
			       "file of pairs");
	int status = pairs_read(&p, path, &options, s->doc.data, e);
	if (status == 0)
		status = known_predict(s, &p, &k, e);
	if (status == 0 && to)
		status = write_rows(s, a, &k, &p, to, e);
	if (status == 0) {
		int64_t cold = 0, unknown = 0;
		const struct model *m = trainer_model(session_trainer(s));
		for (size_t i = 0; i < p.n; i++) {
			const int32_t user = p.list[i].user_at, item = p.list[i].item_at;
			cold += evaluate_cold(m, user, item);
			unknown += user < 0 || item < 0;
		}
		json_object_set_new(out, "file", report_string(to ? to : path));
		json_object_set_new(out, "n", json_integer((json_int_t)p.n));
		json_object_set_new(out, "cold", json_integer(cold));
		json_object_set_new(out, "unknown", json_integer(unknown));
		if (!to)
			put_rows(s, &k, &p, out);
	}
	known_done(&k);
	pairs_done(&p);
	return status;
}
