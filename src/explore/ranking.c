/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each thread predicts a block of users at once, where a model can do that as a matrix product, and
 * selects the best items of each user in one pass. */
#include "autorec/ranking.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/evaluate.h"
#include "autorec/kernel.h"
#include "autorec/mem.h"

enum { BLOCK = 32, BLOCKS_AT_A_TIME = 16 };

/* Inserts an item into the ranking of n items; returns the new length. Items come in order, so an
 * equal score goes after those before it. */
static int32_t ranking_insert(struct ranked *best, int32_t n, int32_t top, int32_t item, real score)
{
	int32_t place = n < top ? n : top - 1;
	while (place > 0 && best[place - 1].score < score) {
		best[place] = best[place - 1];
		place--;
	}
	best[place] = (struct ranked){ item, score };
	return n < top ? n + 1 : n;
}

/* Selects the best of the items; known items and those without a score are skipped. */
static int32_t select_best(const real *score, const bool *known, int32_t n_items, int32_t top,
			   struct ranked *best)
{
	int32_t n = 0;
	for (int32_t i = 0; i < n_items; i++)
		if (!known[i] && !isnan(score[i]) && (n < top || score[i] > best[n - 1].score))
			n = ranking_insert(best, n, top, i, score[i]);
	return n;
}

static int by_size(const void *x, const void *y)
{
	const int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
	return (a > b) - (a < b);
}

int ranking_usual_least(const struct sparse *items, int64_t *least, struct err *e)
{
	enum { ENOUGH = 20 };
	int64_t *sizes = mem_array((size_t)items->n_rows, sizeof *sizes, e);
	if (!sizes)
		return ERR_NOMEM;
	for (int32_t i = 0; i < items->n_rows; i++)
		sizes[i] = sparse_row_size(items, i);
	qsort(sizes, (size_t)items->n_rows, sizeof *sizes, by_size);
	*least = sizes[items->n_rows / 2] < ENOUGH ? sizes[items->n_rows / 2] : ENOUGH;
	free(sizes);
	return 0;
}

/* Marks what the user has rated; the edits change the first set. */
static void mark_known(const struct ranking_task *t, int32_t user, bool *known)
{
	memset(known, 0, (size_t)t->m->train->by_item.n_rows * sizeof *known);
	for (int k = 0; k < 3; k++) {
		const struct sparse *x = t->known[k] ? &t->known[k]->by_user : NULL;
		for (int64_t p = x ? x->start[user] : 0; x && p < x->start[user + 1]; p++)
			known[x->col[p]] = true;
		for (size_t i = 0; k == 0 && t->edits && i < t->edits->applied; i++)
			if (edit_counts(&t->edits->edits[i]) && t->edits->edits[i].user == user)
				known[t->edits->edits[i].item] = t->edits->edits[i].has;
	}
}

/* Gives cold pairs the score that they have as predictions, or none; and items with too few ratings
 * none. */
static void score_seldom(const struct ranking_task *t, int32_t user, real *score)
{
	const struct ratings *train = t->m->train;
	const bool all = sparse_row_size(&train->by_user, user) == 0;
	for (int32_t i = 0; i < train->by_item.n_rows; i++)
		if (sparse_row_size(&train->by_item, i) < t->least)
			score[i] = (real)NAN;
		else if (all || sparse_row_size(&train->by_item, i) == 0)
			score[i] = t->cold ? (real)evaluate_prediction(t->m, user, i,
								       (double)score[i])
					   : (real)NAN;
}

/* Room for one block of users. */
struct ranking_room {
	real *score; /* [BLOCK x n_items] */
	bool *known; /* [n_items] */
};

static int rank_block(const struct ranking_task *t, int32_t first, int32_t n,
		      const struct ranking_room *room, struct ranked *out, int32_t *count,
		      struct err *e)
{
	const int32_t n_items = t->m->train->by_item.n_rows;
	const int status = model_predict_users(t->m, t->w, t->edits, first, n, room->score, e);
	for (int32_t j = 0; j < n && status == 0; j++) {
		real *score = room->score + (size_t)j * (size_t)n_items;
		score_seldom(t, first + j, score);
		mark_known(t, first + j, room->known);
		count[j] = select_best(score, room->known, n_items, t->top,
				       out + (size_t)j * (size_t)t->top);
	}
	return status;
}

int ranking_users(const struct ranking_task *t, int32_t first, int32_t n, struct ranked *out,
		  int32_t *count, struct err *e)
{
	const size_t n_items = (size_t)t->m->train->by_item.n_rows;
	struct err failed = { 0 };
#pragma omp parallel for schedule(dynamic, 1) num_threads(kernel_threads())
	for (int32_t at = 0; at < n; at += BLOCK) {
		struct err why = { 0 };
		struct ranking_room room = {
			.score = mem_room(BLOCK * n_items, sizeof *room.score, &why),
			.known = mem_array(n_items, sizeof *room.known, &why),
		};
		if (room.score && room.known)
			rank_block(t, first + at, n - at < BLOCK ? n - at : BLOCK, &room,
				   out + (size_t)at * (size_t)t->top, count + at, &why);
		free(room.score);
		free(room.known);
		if (why.code < 0) {
#pragma omp critical(ranking)
			failed = why;
		}
	}
	if (failed.code < 0 && e)
		*e = failed;
	return failed.code;
}

/* ---- how good they are -------------------------------------------------- */

static double gain(int32_t rank)
{
	return 1 / log2(1.0 + rank);
}

/* Adds one user to the sums; false if the user has no relevant rating. */
static bool add_user(struct ranking *sum, const struct sparse *x, int32_t user, double relevant,
		     const struct ranked *best, int32_t n)
{
	double found = 0, ideal = 0;
	int32_t n_relevant = 0, hits = 0;
	for (int64_t p = x->start[user]; p < x->start[user + 1]; p++)
		n_relevant += x->val[p] >= (real)relevant;
	for (int32_t k = 0; k < n; k++) {
		const int64_t p = sparse_find(x, user, best[k].item);
		if (p < 0 || x->val[p] < (real)relevant)
			continue;
		hits++;
		found += gain(k + 1);
	}
	for (int32_t k = 0; k < n_relevant && k < RANKING_TOP; k++)
		ideal += gain(k + 1);
	if (n_relevant == 0)
		return false;
	sum->users++;
	sum->ndcg += found / ideal;
	sum->recall += (double)hits / n_relevant;
	sum->precision += (double)hits / RANKING_TOP;
	return true;
}

/* Room for a few blocks of users. */
struct measure_room {
	struct ranked *best; /* [BLOCK * BLOCKS_AT_A_TIME * RANKING_TOP] */
	int32_t *count;      /* [BLOCK * BLOCKS_AT_A_TIME] */
	bool *shown;         /* [n_items]: some user has it */
};

static int measure_all(const struct ranking_task *t, const struct ratings *set, double relevant,
		       const struct progress *p, const struct measure_room *room,
		       struct ranking *sum, struct err *e)
{
	const int32_t n_users = t->m->train->by_user.n_rows, step = BLOCK * BLOCKS_AT_A_TIME;
	for (int32_t first = 0; first < n_users; first += step) {
		const int32_t n = n_users - first < step ? n_users - first : step;
		if (!progress_go_on(p, (double)first / n_users))
			return err_set(e, ERR_INTERRUPTED, NULL,
				       "stopped after %d of %d users; ranking=off leaves the "
				       "rankings out",
				       (int)first, (int)n_users);
		const int status = ranking_users(t, first, n, room->best, room->count, e);
		if (status < 0)
			return status;
		for (int32_t j = 0; j < n; j++) {
			const struct ranked *best = room->best + (size_t)j * RANKING_TOP;
			if (!add_user(sum, &set->by_user, first + j, relevant, best,
				      room->count[j]))
				continue;
			for (int32_t k = 0; k < room->count[j]; k++)
				room->shown[best[k].item] = true;
		}
	}
	return 0;
}

int ranking_measure(const struct ranking_task *task, const struct ratings *set, double relevant,
		    const struct progress *p, struct ranking *out, struct err *e)
{
	const int32_t n_items = task->m->train->by_item.n_rows,
		      n_users = task->m->train->by_user.n_rows;
	const size_t step = BLOCK * BLOCKS_AT_A_TIME;
	struct ranking_task t = *task;
	struct ranking sum = { 0 };
	struct measure_room room = {
		.best = mem_room(step * RANKING_TOP, sizeof *room.best, e),
		.count = mem_room(step, sizeof *room.count, e),
		.shown = mem_array((size_t)n_items, sizeof *room.shown, e),
	};
	t.top = RANKING_TOP;
	int status = room.best && room.count && room.shown ? 0 : ERR_NOMEM;
	if (status == 0)
		status = measure_all(&t, set, relevant, p, &room, &sum, e);
	if (status == 0) {
		int32_t shown = 0;
		for (int32_t i = 0; i < n_items; i++)
			shown += room.shown[i];
		out->users = sum.users;
		out->without = n_users - sum.users;
		out->ndcg = sum.users ? sum.ndcg / sum.users : NAN;
		out->recall = sum.users ? sum.recall / sum.users : NAN;
		out->precision = sum.users ? sum.precision / sum.users : NAN;
		out->catalogue_share = (double)shown / n_items;
	}
	free(room.best);
	free(room.count);
	free(room.shown);
	return status;
}
