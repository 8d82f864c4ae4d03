/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Exports that name a user and an item in each line: the ratings of a set with their predictions,
 * and the items recommended to everybody. */
#include <math.h>
#include <stdlib.h>

#include "autorec/csv.h"
#include "autorec/evaluate.h"
#include "autorec/mem.h"
#include "autorec/num.h"
#include "autorec/ranking.h"
#include "pair_rows.h"

int export_pairs(struct export *x, struct err *e)
{
	const struct document *doc = &x->s->doc;
	const struct ratings *set;
	int status = session_rating_set(x->s, (enum rating_set)args_get(x->a, "on")->i, &set, e);
	if (status < 0)
		return status;
	const struct sparse *s = &set->by_user;
	real *predicted = mem_array((size_t)s->nnz, sizeof *predicted, e);
	status = predicted ? predict_set(x->s, set, predicted, e) : ERR_NOMEM;
	const struct pair_row like = { 0 };
	if (status == 0)
		pair_rows_begin(x, &like);
	for (int32_t u = 0; u < s->n_rows && status == 0 && !ferror(x->out); u++) {
		if (!session_go_on(x->s, "writing", (double)u / s->n_rows))
			status = err_set(e, ERR_INTERRUPTED, NULL,
					 "stopped after %d of %d users; the file is unchanged",
					 (int)u, (int)s->n_rows);
		for (int64_t t = s->start[u]; status == 0 && t < s->start[u + 1]; t++) {
			const struct pair_row row = {
				.user = ids_name(doc->data->users, u),
				.item = ids_name(doc->data->items, s->col[t]),
				.rating = (double)s->val[t],
				.predicted = (double)predicted[t],
				.cold = evaluate_cold(trainer_model(session_trainer(x->s)), u,
						      s->col[t]),
			};
			pair_rows_put(x, &row);
		}
	}
	pair_rows_end(x);
	free(predicted);
	return status;
}

static void put_recommendation(struct export *x, int32_t user, int32_t rank, const struct ranked *r)
{
	const struct dataset *d = x->s->doc.data;
	const bool csv = x->format == EXPORT_CSV;
	char number[NUM_TEXT];
	if (!csv)
		fputs(x->rows > 0 ? ",\n{\"user\": " : "\n{\"user\": ", x->out);
	export_put_id(x, ids_name(d->users, user));
	fprintf(x->out, csv ? ",%d," : ", \"rank\": %d, \"item\": ", (int)rank);
	export_put_id(x, ids_name(d->items, r->item));
	fputs(csv ? "," : ", \"title\": ", x->out);
	export_put_id(x, dataset_title(d, r->item));
	fprintf(x->out, csv ? ",%s" : ", \"predicted\": %s}", num_text((double)r->score, number));
	if (csv)
		csv_end(x->out);
	x->rows++;
}

static int recommend_all(struct export *x, const struct ranking_task *t, struct ranked *best,
			 int32_t *count, int32_t step, struct err *e)
{
	const int32_t n_users = t->m->train->by_user.n_rows;
	for (int32_t first = 0; first < n_users && !ferror(x->out); first += step) {
		const int32_t n = n_users - first < step ? n_users - first : step;
		if (!session_go_on(x->s, "writing", (double)first / n_users))
			return err_set(e, ERR_INTERRUPTED, NULL,
				       "stopped after %d of %d users; the file is unchanged",
				       (int)first, (int)n_users);
		const int status = ranking_users(t, first, n, best, count, e);
		if (status < 0)
			return status;
		for (int32_t j = 0; j < n; j++)
			for (int32_t k = 0; k < count[j]; k++)
				put_recommendation(x, first + j, k + 1,
						   &best[(size_t)j * (size_t)t->top + (size_t)k]);
	}
	return 0;
}

/* As recommend ranks: what the user has not rated at all, no cold pairs, and no items with few
 * ratings. */
int export_recommendations(struct export *x, struct err *e)
{
	enum { STEP = 512, USUAL = 10 };
	const struct document *doc = &x->s->doc;
	const struct model *m = trainer_model(session_trainer(x->s));
	const int64_t asked = args_get(x->a, "top")->i > 0 ? args_get(x->a, "top")->i : USUAL;
	const int32_t n_items = m->train->by_item.n_rows;
	struct ranking_task t = { .m = m,
				  .edits = &doc->overlay,
				  .known = { m->train, doc->split->valid, doc->split->test },
				  .top = asked < n_items ? (int32_t)asked : n_items };
	struct ranked *best = mem_room(STEP * (size_t)t.top, sizeof *best, e);
	int32_t *count = mem_room(STEP, sizeof *count, e);
	int status = best && count ? ranking_usual_least(&m->train->by_item, &t.least, e)
				   : ERR_NOMEM;
	if (status == 0) {
		fputs(x->format == EXPORT_CSV ? "user,rank,item,title,predicted" : "{\"rows\": [",
		      x->out);
		if (x->format == EXPORT_CSV)
			csv_end(x->out);
		t.w = session_pin(x->s);
		status = recommend_all(x, &t, best, count, STEP, e);
		session_unpin(x->s, t.w);
		pair_rows_end(x);
	}
	free(best);
	free(count);
	return status;
}
