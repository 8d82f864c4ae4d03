/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Builds both orders by transposing. The ratings are dealt out by user, then those rows by item,
 * then those by user again. Each pass is a stable counting sort, so every row ends up ascending,
 * and equal pairs keep the order of the list. For users only, the ratings are dealt out once and
 * each row is sorted by itself in the cache. Besides the result, this needs only a count for each
 * row and thread, or one row for each thread. */
#include "autorec/ratings.h"

#include <stdlib.h>
#include <string.h>

#include "autorec/kernel.h"
#include "autorec/mem.h"

enum { WORTH_A_THREAD = 1 << 16 }; /* ratings */

/* A counting sort whose entries are divided into parts, at most one per thread. In each row,
 * the entries of a part follow those of the parts before it. So the order is the same as
 * with one thread. */
struct deal {
	int parts;
	int32_t n_rows;
	int64_t n; /* entries that are dealt out */
	/* [parts][n_rows]: first the entries of each row, then the place of the next one. */
	uint32_t *next;
};

static int parts_for(int64_t n)
{
	int64_t most = n > 0 ? 1 + n / WORTH_A_THREAD : 1;
	return most < kernel_threads() ? (int)most : kernel_threads();
}

static int deal_init(struct deal *d, int64_t n, int32_t n_rows, struct err *e)
{
	int parts = parts_for(n - n_rows); /* keeps next smaller than the entries */
	*d = (struct deal){ .parts = parts, .n_rows = n_rows, .n = n };
	d->next = mem_array((size_t)parts * (size_t)n_rows, sizeof *d->next, e);
	return d->next ? 0 : ERR_NOMEM;
}

static uint32_t *next_of(const struct deal *d, int part)
{
	return d->next + (size_t)part * (size_t)d->n_rows;
}

static int64_t first_of(const struct deal *d, int part)
{
	return d->n * part / d->parts;
}

/* Turns sizes into places, and sets the row starts of s. */
static void sum_sizes(struct deal *d, struct sparse *s)
{
	int64_t place = 0;
	for (int32_t r = 0; r < d->n_rows; r++) {
		s->start[r] = place;
		for (int p = 0; p < d->parts; p++) {
			uint32_t *next = next_of(d, p) + r, size = *next;
			*next = (uint32_t)place;
			place += size;
		}
	}
	s->start[d->n_rows] = s->nnz = place;
}

static int sparse_init(struct sparse *s, int32_t n_rows, int32_t n_cols, int64_t room,
		       struct err *e)
{
	s->n_rows = n_rows;
	s->n_cols = n_cols;
	s->start = mem_array((size_t)n_rows + 1, sizeof *s->start, e);
	s->col = mem_room((size_t)room, sizeof *s->col, e);
	s->val = mem_room((size_t)room, sizeof *s->val, e);
	return s->start && s->col && s->val ? 0 : ERR_NOMEM;
}

static void sparse_done(struct sparse *s)
{
	free(s->start);
	free(s->col);
	free(s->val);
	times_done(&s->time);
}

/* time goes with the list. */
static int deal_by_user(struct sparse *to, const struct rating *list, const struct times *time,
			int64_t n, struct err *e)
{
	struct deal d;
	const bool timed = times_any(time);
	if (deal_init(&d, n, to->n_rows, e) < 0)
		return ERR_NOMEM;
#pragma omp parallel for schedule(static, 1) num_threads(kernel_threads())
	for (int p = 0; p < d.parts; p++) {
		uint32_t *next = next_of(&d, p);
		for (int64_t t = first_of(&d, p); t < first_of(&d, p + 1); t++)
			next[list[t].user]++;
	}
	sum_sizes(&d, to);
#pragma omp parallel for schedule(static, 1) num_threads(kernel_threads())
	for (int p = 0; p < d.parts; p++) {
		uint32_t *next = next_of(&d, p);
		for (int64_t t = first_of(&d, p); t < first_of(&d, p + 1); t++) {
			uint32_t place = next[list[t].user]++;
			to->col[place] = list[t].item;
			to->val[place] = (real)list[t].value;
			if (timed)
				times_copy(&to->time, place, time, (size_t)t);
		}
	}
	free(d.next);
	return 0;
}

/* places (may be NULL) receives the place in `to` of each entry of `from`. */
static int transpose(struct sparse *to, const struct sparse *from, uint32_t *places, struct err *e)
{
	struct deal d;
	if (deal_init(&d, from->nnz, to->n_rows, e) < 0)
		return ERR_NOMEM;
#pragma omp parallel for schedule(static, 1) num_threads(kernel_threads())
	for (int p = 0; p < d.parts; p++) {
		uint32_t *next = next_of(&d, p);
		for (int64_t t = first_of(&d, p); t < first_of(&d, p + 1); t++)
			next[from->col[t]]++;
	}
	sum_sizes(&d, to);
#pragma omp parallel for schedule(static, 1) num_threads(kernel_threads())
	for (int p = 0; p < d.parts; p++) {
		uint32_t *next = next_of(&d, p);
		int32_t row = 0;
		for (int64_t t = first_of(&d, p); t < first_of(&d, p + 1); t++) {
			while (from->start[row + 1] <= t)
				row++;
			uint32_t place = next[from->col[t]]++;
			to->col[place] = row;
			to->val[place] = from->val[t];
			if (places)
				places[t] = place;
		}
	}
	free(d.next);
	return 0;
}

static int64_t count_repeated(const struct sparse *s)
{
	int64_t repeated = 0;
#pragma omp parallel for schedule(dynamic, 64) reduction(+ : repeated) num_threads(kernel_threads())
	for (int32_t r = 0; r < s->n_rows; r++)
		for (int64_t t = s->start[r] + 1; t < s->start[r + 1]; t++)
			repeated += s->col[t - 1] == s->col[t];
	return repeated;
}

/* Which of the entries from..to - 1, in the order of the list, stands for all. */
static int64_t representative(const struct sparse *s, int64_t from, int64_t to,
			      enum repeats repeats)
{
	int64_t best = from;
	if (repeats == REPEATS_FIRST)
		return from;
	if (repeats != REPEATS_LATEST || !times_any(&s->time))
		return to - 1;
	for (int64_t t = from + 1; t < to; t++)
		if (times_get(&s->time, (size_t)t) >= times_get(&s->time, (size_t)best))
			best = t;
	return best;
}

static real mean_value(const struct sparse *s, int64_t from, int64_t to)
{
	double total = 0;
	for (int64_t t = from; t < to; t++)
		total += (double)s->val[t];
	return (real)(total / (double)(to - from));
}

/* Makes one entry of neighboring entries with the same column. */
static void merge_repeated(struct sparse *s, enum repeats repeats)
{
	int64_t kept = 0, t = 0;
	for (int32_t r = 0; r < s->n_rows; r++) {
		const int64_t end = s->start[r + 1];
		for (int64_t next; t < end; t = next) {
			for (next = t + 1; next < end && s->col[next] == s->col[t]; next++)
				;
			const int64_t one = representative(s, t, next, repeats);
			s->col[kept] = s->col[t];
			s->val[kept] = repeats == REPEATS_MEAN ? mean_value(s, t, next)
							       : s->val[one];
			if (times_any(&s->time))
				times_copy(&s->time, (size_t)kept, &s->time, (size_t)one);
			kept++;
		}
		s->start[r + 1] = kept;
	}
	s->nnz = kept;
}

/* Memory for a row of each thread. */
struct row_room {
	int32_t *col;
	real *val;
	struct times time;
};

/* Sorts n entries by column and keeps equal ones in order: a counting sort per digit, lowest digit
 * first. other: room for [n]. */
static void sort_row(int32_t *col, real *val, struct times *time, int64_t n, int32_t n_cols,
		     const struct row_room *other)
{
	enum { BITS = 7, DIGITS = 1 << BITS }; /* few enough for rows of a hundred */
	int32_t *from_col = col, *to_col = other->col;
	real *from_val = val, *to_val = other->val;
	struct times from_time = *time, to_time = other->time;
	const bool timed = times_any(time);
	for (int shift = 0; (n_cols - 1) >> shift > 0; shift += BITS) {
		uint32_t next[DIGITS] = { 0 }, place = 0;
		for (int64_t t = 0; t < n; t++)
			next[from_col[t] >> shift & (DIGITS - 1)]++;
		for (int d = 0; d < DIGITS; d++) {
			const uint32_t size = next[d];
			next[d] = place;
			place += size;
		}
		for (int64_t t = 0; t < n; t++) {
			const uint32_t to = next[from_col[t] >> shift & (DIGITS - 1)]++;
			to_col[to] = from_col[t];
			to_val[to] = from_val[t];
			if (timed)
				times_copy(&to_time, to, &from_time, (size_t)t);
		}
		int32_t *swap_col = from_col;
		real *swap_val = from_val;
		const struct times swap_time = from_time;
		from_col = to_col;
		from_val = to_val;
		from_time = to_time;
		to_col = swap_col;
		to_val = swap_val;
		to_time = swap_time;
	}
	if (from_col != col) {
		memcpy(col, from_col, (size_t)n * sizeof *col);
		memcpy(val, from_val, (size_t)n * sizeof *val);
		if (timed)
			times_move(time, 0, &from_time, 0, (size_t)n);
	}
}

/* The first row that starts at or after entry t. */
static int32_t row_from(const struct sparse *s, int64_t t)
{
	int32_t low = 0, high = s->n_rows;
	while (low < high) {
		const int32_t middle = low + (high - low) / 2;
		if (s->start[middle] < t)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int sort_rows(struct sparse *s, struct err *e)
{
	const int parts = parts_for(s->nnz);
	int64_t longest = 0;
	for (int32_t r = 0; r < s->n_rows; r++)
		longest = sparse_row_size(s, r) > longest ? sparse_row_size(s, r) : longest;
	const size_t room = (size_t)parts * (size_t)longest;
	struct row_room all = {
		.col = mem_room(room, sizeof *all.col, e),
		.val = mem_room(room, sizeof *all.val, e),
	};
	const bool have = all.col && all.val &&
			  (!times_any(&s->time) ||
			   times_new(&all.time, room, s->time.ms != NULL, e) == 0);
#pragma omp parallel for schedule(static, 1) num_threads(kernel_threads())
	for (int p = 0; p < (have ? parts : 0); p++) {
		const struct row_room mine = { all.col + p * longest, all.val + p * longest,
					       times_from(&all.time, (size_t)(p * longest)) };
		const int32_t end = row_from(s, s->nnz * (p + 1) / parts);
		for (int32_t r = row_from(s, s->nnz * p / parts); r < end; r++) {
			struct times time = times_from(&s->time, (size_t)s->start[r]);
			sort_row(s->col + s->start[r], s->val + s->start[r], &time,
				 sparse_row_size(s, r), s->n_cols, &mine);
		}
	}
	free(all.col);
	free(all.val);
	times_done(&all.time);
	return have ? 0 : ERR_NOMEM;
}

static int build_users(struct sparse *by_user, struct rating **list, struct times *time, int64_t n,
		       enum repeats repeats, struct err *e)
{
	if (times_any(time) && times_new(&by_user->time, (size_t)n, time->ms != NULL, e) < 0)
		return ERR_NOMEM;
	if (deal_by_user(by_user, *list, time, n, e) < 0)
		return ERR_NOMEM;
	free(*list);
	times_done(time);
	*list = NULL;
	if (sort_rows(by_user, e) < 0)
		return ERR_NOMEM;
	if (count_repeated(by_user) > 0)
		merge_repeated(by_user, repeats);
	return 0;
}

static int build_both(struct ratings *r, const struct rating *list, int64_t n, struct err *e)
{
	struct sparse *by_user = &r->by_user, *by_item = &r->by_item;
	const struct times none = { 0 };
	if (deal_by_user(by_user, list, &none, n, e) < 0)
		return ERR_NOMEM;
	if (sparse_init(by_item, by_user->n_cols, by_user->n_rows, n, e) < 0 ||
	    transpose(by_item, by_user, NULL, e) < 0)
		return ERR_NOMEM;
	if (count_repeated(by_item) > 0)
		merge_repeated(by_item, REPEATS_LAST);
	r->item_to_user = mem_room((size_t)by_item->nnz, sizeof *r->item_to_user, e);
	return r->item_to_user ? transpose(by_user, by_item, r->item_to_user, e) : ERR_NOMEM;
}

static int ratings_check_count(int64_t n, struct err *e)
{
	return n <= UINT32_MAX ? 0
			       : err_set(e, ERR_DATA, NULL,
					 "%lld ratings are more than this program can hold (%lu)",
					 (long long)n, (unsigned long)UINT32_MAX);
}

int ratings_new(int32_t n_users, int32_t n_items, const struct rating *list, int64_t n,
		struct ratings **out, int64_t *duplicates, struct err *e)
{
	if (ratings_check_count(n, e) < 0)
		return ERR_DATA;
	struct ratings *r = calloc(1, sizeof *r);
	if (!r)
		return err_set(e, ERR_NOMEM, NULL, "out of memory");
	if (sparse_init(&r->by_user, n_users, n_items, n, e) < 0 || build_both(r, list, n, e) < 0) {
		ratings_free(r);
		return ERR_NOMEM;
	}
	if (duplicates)
		*duplicates = n - ratings_count(r);
	*out = r;
	return 0;
}

int sparse_take(int32_t n_users, int32_t n_items, struct rating **list, int64_t n,
		struct sparse **out, int64_t *duplicates, struct err *e)
{
	struct times none = { 0 };
	return sparse_take_timed(n_users, n_items, list, &none, n, REPEATS_LAST, out, duplicates,
				 e);
}

int sparse_take_timed(int32_t n_users, int32_t n_items, struct rating **list, struct times *time,
		      int64_t n, enum repeats repeats, struct sparse **out, int64_t *duplicates,
		      struct err *e)
{
	if (ratings_check_count(n, e) < 0)
		return ERR_DATA;
	struct sparse *s = calloc(1, sizeof *s);
	if (!s)
		return err_set(e, ERR_NOMEM, NULL, "out of memory");
	if (sparse_init(s, n_users, n_items, n, e) < 0 ||
	    build_users(s, list, time, n, repeats, e) < 0) {
		sparse_free(s);
		return ERR_NOMEM;
	}
	if (duplicates)
		*duplicates = n - s->nnz;
	*out = s;
	return 0;
}

static struct rating *ratings_list_ratings(const struct ratings *r, struct rating *list)
{
	const struct sparse *s = &r->by_user;
	for (int32_t u = 0; u < s->n_rows; u++)
		for (int64_t t = s->start[u]; t < s->start[u + 1]; t++)
			*list++ = (struct rating){ u, s->col[t], (float)s->val[t] };
	return list;
}

int ratings_join(const struct ratings *a, const struct ratings *b, struct ratings **out,
		 struct err *e)
{
	int64_t n = ratings_count(a) + ratings_count(b);
	struct rating *list = mem_array((size_t)n, sizeof *list, e);
	if (!list)
		return ERR_NOMEM;
	ratings_list_ratings(b, ratings_list_ratings(a, list));
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

void sparse_free(struct sparse *s)
{
	if (!s)
		return;
	sparse_done(s);
	free(s);
}

int64_t sparse_count(const struct sparse *s)
{
	return s ? s->nnz : 0;
}

int sparse_resize(struct sparse *s, int32_t n_rows, int32_t n_cols, struct err *e)
{
	if (n_rows > s->n_rows) {
		int64_t *start = mem_array((size_t)n_rows + 1, sizeof *start, e);
		if (!start)
			return ERR_NOMEM;
		memcpy(start, s->start, ((size_t)s->n_rows + 1) * sizeof *start);
		for (int32_t r = s->n_rows; r < n_rows; r++)
			start[r + 1] = s->nnz;
		free(s->start);
		s->start = start;
	}
	s->n_rows = n_rows;
	s->n_cols = n_cols;
	return 0;
}

int ratings_resize(struct ratings *r, int32_t n_users, int32_t n_items, struct err *e)
{
	const int status = sparse_resize(&r->by_user, n_users, n_items, e);
	return status < 0 ? status : sparse_resize(&r->by_item, n_items, n_users, e);
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

int64_t sparse_time(const struct sparse *s, int64_t entry)
{
	return times_any(&s->time) ? times_get(&s->time, (size_t)entry) : NO_TIME;
}

struct rating_vector sparse_vector(const struct sparse *s, int32_t row)
{
	const int64_t start = s->start[row];
	return (struct rating_vector){ .col = s->col + start,
				       .val = s->val + start,
				       .n = sparse_row_size(s, row),
				       .row = row };
}

void rating_vector_done(struct rating_vector *v)
{
	free(v->memory);
	*v = (struct rating_vector){ .row = -1 };
}

void sparse_range(const struct sparse *s, float *min, float *max)
{
	const real *val = s->val;
	if (s->nnz == 0)
		return;
	real least = val[0], greatest = val[0];
	for (int64_t t = 1; t < s->nnz; t++) {
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

uint64_t sparse_hash(const struct sparse *x)
{
	const uint64_t prime = 0x100000001b3; /* FNV-1a, a rating at a time */
	uint64_t hash = 0xcbf29ce484222325;
	for (int32_t u = 0; u < x->n_rows; u++)
		for (int64_t t = x->start[u]; t < x->start[u + 1]; t++) {
			const float value = (float)x->val[t];
			uint32_t bits;
			memcpy(&bits, &value, sizeof bits);
			hash = (hash ^ (uint64_t)u) * prime;
			hash = (hash ^ (uint64_t)x->col[t]) * prime;
			hash = (hash ^ bits) * prime;
		}
	return hash;
}
