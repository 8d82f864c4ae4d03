/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Both orders by transposing: dealing the ratings out by item, then those rows by user, then those by
 * item again leaves every row ascending, and equal pairs in the order of the list (each pass is a
 * stable counting sort).  The arrays of the result are all the memory that this takes. */
#include "autorec/ratings.h"

#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"

static int sparse_init(struct sparse *s, int32_t n_rows, int32_t n_cols, int64_t room, struct err *e)
{
	s->n_rows = n_rows;
	s->n_cols = n_cols;
	s->start = mem_array((size_t)n_rows + 1, sizeof *s->start, e);
	s->col = mem_array((size_t)room, sizeof *s->col, e);
	s->val = mem_array((size_t)room, sizeof *s->val, e);
	return s->start && s->col && s->val ? 0 : ERR_NOMEM;
}

static void sparse_done(struct sparse *s)
{
	free(s->start);
	free(s->col);
	free(s->val);
}

/* start[r] becomes the first place of row r, from the sizes of the rows in start[1 .. n_rows]. */
static void sum_sizes(struct sparse *s)
{
	for (int32_t r = 0; r < s->n_rows; r++)
		s->start[r + 1] += s->start[r];
	s->nnz = s->start[s->n_rows];
}

/* Filling took each start to the start of the next row: moves them back. */
static void rewind_starts(struct sparse *s)
{
	memmove(s->start + 1, s->start, (size_t)s->n_rows * sizeof *s->start);
	s->start[0] = 0;
}

static void deal_by_item(struct sparse *to, const struct rating *list, int64_t n)
{
	for (int64_t t = 0; t < n; t++)
		to->start[list[t].item + 1]++;
	sum_sizes(to);
	for (int64_t t = 0; t < n; t++) {
		int64_t place = to->start[list[t].item]++;
		to->col[place] = list[t].user;
		to->val[place] = (real)list[t].value;
	}
	rewind_starts(to);
}

/* origin (may be NULL): where in `from` each entry of `to` stands. */
static void transpose(struct sparse *to, const struct sparse *from, uint32_t *origin)
{
	memset(to->start, 0, ((size_t)to->n_rows + 1) * sizeof *to->start);
	for (int64_t t = 0; t < from->nnz; t++)
		to->start[from->col[t] + 1]++;
	sum_sizes(to);
	for (int32_t r = 0; r < from->n_rows; r++)
		for (int64_t t = from->start[r]; t < from->start[r + 1]; t++) {
			int64_t place = to->start[from->col[t]]++;
			to->col[place] = r;
			to->val[place] = from->val[t];
			if (origin)
				origin[place] = (uint32_t)t;
		}
	rewind_starts(to);
}

/* Of neighbours with the same column the last stays. */
static void drop_repeated(struct sparse *s)
{
	int64_t kept = 0, t = 0;
	for (int32_t r = 0; r < s->n_rows; r++) {
		int64_t end = s->start[r + 1], first = kept;
		for (; t < end; t++) {
			if (kept > first && s->col[kept - 1] == s->col[t])
				kept--;
			s->col[kept] = s->col[t];
			s->val[kept++] = s->val[t];
		}
		s->start[r + 1] = kept;
	}
	s->nnz = kept;
}

int ratings_new(int32_t n_users, int32_t n_items, const struct rating *list, int64_t n,
		struct ratings **out, int64_t *duplicates, struct err *e)
{
	if (n > UINT32_MAX)
		return err_set(e, ERR_DATA, NULL, "%lld ratings are more than this program can hold (%lu)",
			       (long long)n, (unsigned long)UINT32_MAX);
	struct ratings *r = calloc(1, sizeof *r);
	if (!r)
		return err_set(e, ERR_NOMEM, NULL, "out of memory");
	r->item_to_user = mem_array((size_t)n, sizeof *r->item_to_user, e);
	if (!r->item_to_user || sparse_init(&r->by_item, n_items, n_users, n, e) < 0 ||
	    sparse_init(&r->by_user, n_users, n_items, n, e) < 0) {
		ratings_free(r);
		return ERR_NOMEM;
	}
	deal_by_item(&r->by_item, list, n);
	transpose(&r->by_user, &r->by_item, NULL);
	drop_repeated(&r->by_user);
	transpose(&r->by_item, &r->by_user, r->item_to_user);
	if (duplicates)
		*duplicates = n - r->by_user.nnz;
	*out = r;
	return 0;
}

static struct rating *list_ratings(const struct ratings *r, struct rating *list)
{
	const struct sparse *s = &r->by_user;
	for (int32_t u = 0; u < s->n_rows; u++)
		for (int64_t t = s->start[u]; t < s->start[u + 1]; t++)
			*list++ = (struct rating){ u, s->col[t], (float)s->val[t] };
	return list;
}

int ratings_join(const struct ratings *a, const struct ratings *b, struct ratings **out, struct err *e)
{
	int64_t n = ratings_count(a) + ratings_count(b);
	struct rating *list = mem_array((size_t)n, sizeof *list, e);
	if (!list)
		return ERR_NOMEM;
	list_ratings(b, list_ratings(a, list));
	int status = ratings_new(a->by_user.n_rows, a->by_user.n_cols, list, n, out, NULL, e);
	free(list);
	return status;
}

void ratings_free(struct ratings *r)
{
	if (!r)
		return;
	sparse_done(&r->by_user);
	sparse_done(&r->by_item);
	free(r->item_to_user);
	free(r);
}

int64_t ratings_count(const struct ratings *r)
{
	return r ? r->by_user.nnz : 0;
}

int64_t sparse_from(const struct sparse *s, int32_t row, int32_t col)
{
	int64_t low = s->start[row], high = s->start[row + 1];
	while (low < high) {
		int64_t middle = low + (high - low) / 2;
		if (s->col[middle] < col)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int64_t sparse_find(const struct sparse *s, int32_t row, int32_t col)
{
	const int64_t t = sparse_from(s, row, col);
	return t < s->start[row + 1] && s->col[t] == col ? t : -1;
}

int64_t sparse_row_size(const struct sparse *s, int32_t row)
{
	return s->start[row + 1] - s->start[row];
}

void ratings_range(const struct ratings *r, float *min, float *max)
{
	const real *val = r->by_user.val;
	if (r->by_user.nnz == 0)
		return;
	real least = val[0], greatest = val[0];
	for (int64_t t = 1; t < r->by_user.nnz; t++) {
		least = val[t] < least ? val[t] : least;
		greatest = val[t] > greatest ? val[t] : greatest;
	}
	*min = (float)least;
	*max = (float)greatest;
}

double ratings_mean(const struct ratings *r)
{
	double sum = 0;
	for (int64_t t = 0; t < r->by_user.nnz; t++)
		sum += (double)r->by_user.val[t];
	return r->by_user.nnz > 0 ? sum / (double)r->by_user.nnz : 0;
}
