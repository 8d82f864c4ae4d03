/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/merge.h"

#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"
#include "autorec/num.h"
#include "autorec/times.h"

/* The ratings to add, in the indices of the result. */
struct addition {
	struct rating *list; /* [n] */
	struct times time;   /* [n] */
	int64_t n;
	int32_t n_users, n_items;
};

static void addition_done(struct addition *a)
{
	free(a->list);
	times_done(&a->time);
}

/* Adds the ids of `from`; index_of [n] gives their indices, unless it is NULL. */
static int add_ids(struct ids *to, const struct ids *from, int32_t *index_of, struct err *e)
{
	for (int32_t i = 0; i < ids_count(from); i++) {
		const char *name = ids_name(from, i);
		const int32_t index = ids_add(to, name, strlen(name), e);
		if (index < 0)
			return index;
		if (index_of)
			index_of[i] = index;
	}
	return 0;
}

/* The titles of d, and those of `more` for items that d does not have. */
static int join_titles(struct dataset *out, const struct dataset *d, const struct dataset *more,
		       const int32_t *item_of, struct err *e)
{
	if (!d->titles && !more->titles)
		return 0;
	out->titles = mem_array((size_t)ids_count(out->items), sizeof *out->titles, e);
	if (!out->titles)
		return ERR_NOMEM;
	for (int32_t i = 0; i < dataset_items(d) + dataset_items(more); i++) {
		const bool first = i < dataset_items(d);
		const int32_t j = i - dataset_items(d), at = first ? i : item_of[j];
		const char *title = first ? dataset_title(d, i) : dataset_title(more, j);
		if (!title[0] || out->titles[at])
			continue;
		out->titles[at] = mem_text(title, e);
		if (!out->titles[at])
			return ERR_NOMEM;
	}
	return 0;
}

/* Adds the genres of some items to those of `out`; item_of: the new indices; NULL: the same. */
static int add_genres(struct genres *out, const struct genres *from, int32_t n_items,
		      const int32_t *item_of, struct err *e)
{
	for (int g = 0; g < from->n; g++) {
		const int at = genres_add(out, from->names[g], e);
		if (at < 0)
			return at;
		for (int32_t i = 0; at < MOST_GENRES && i < n_items; i++)
			if (from->of_item[i] >> g & 1)
				out->of_item[item_of ? item_of[i] : i] |= (uint64_t)1 << at;
	}
	return 0;
}

static int join_genres(struct dataset *out, const struct dataset *d, const struct dataset *more,
		       const int32_t *item_of, struct err *e)
{
	struct genres *g = &out->genres;
	if (d->genres.n == 0 && more->genres.n == 0)
		return 0;
	g->of_item = mem_array((size_t)ids_count(out->items), sizeof *g->of_item, e);
	int status = g->of_item ? add_genres(g, &d->genres, dataset_items(d), NULL, e) : ERR_NOMEM;
	return status < 0 ? status : add_genres(g, &more->genres, dataset_items(more), item_of, e);
}

/* Appends the rows of x.  user_of, item_of: the new indices; NULL: the same. */
static void append(struct addition *a, const struct sparse *x, const int32_t *user_of,
		   const int32_t *item_of)
{
	for (int32_t u = 0; x && u < x->n_rows; u++)
		for (int64_t t = x->start[u]; t < x->start[u + 1]; t++) {
			a->list[a->n] = (struct rating){ user_of ? user_of[u] : u,
							 item_of ? item_of[x->col[t]] : x->col[t],
							 (float)x->val[t] };
			times_set(&a->time, (size_t)a->n++, sparse_time(x, t));
		}
}

/* wide: of the times. */
static int addition_init(struct addition *a, int64_t room, bool wide, const struct dataset *out,
			 struct err *e)
{
	*a = (struct addition){ .list = mem_array((size_t)room, sizeof *a->list, e),
				.n_users = ids_count(out->users),
				.n_items = ids_count(out->items) };
	return a->list ? times_new(&a->time, (size_t)room, wide, e) : ERR_NOMEM;
}

/* All ratings of both; a later rating of a pair replaces the earlier one. */
static int join_sparse(struct sparse **to, const struct dataset *out, const struct sparse *x,
		       const struct addition *more, struct err *e)
{
	const int64_t n_more = more ? more->n : 0;
	struct addition all;
	const bool wide = x->time.ms || (more && more->time.ms);
	int status = addition_init(&all, x->nnz + n_more, wide, out, e);
	if (status == 0) {
		append(&all, x, NULL, NULL);
		if (n_more > 0) {
			memcpy(all.list + all.n, more->list, (size_t)n_more * sizeof *all.list);
			times_move(&all.time, (size_t)all.n, &more->time, 0, (size_t)n_more);
		}
		all.n += n_more;
		if (!times_any(&x->time))
			times_done(&all.time);
		status = sparse_take_timed(all.n_users, all.n_items, &all.list, &all.time, all.n,
					   REPEATS_LAST, to, NULL, e);
	}
	addition_done(&all);
	return status;
}

/* Those that are not held out, after the training ratings. */
static int join_train(struct merged *out, const struct split *s, const struct ratings *train,
		      const struct addition *more, struct ratings **joined, struct err *e)
{
	const struct sparse *x = &train->by_user;
	struct addition all;
	int status = addition_init(&all, x->nnz + more->n, false, out->data, e);
	if (status == 0)
		append(&all, x, NULL, NULL);
	for (int64_t t = 0; status == 0 && t < more->n; t++) {
		const struct rating *r = &more->list[t];
		const bool known = r->user < x->n_rows && r->item < x->n_cols;
		const int64_t place = known ? sparse_find(x, r->user, r->item) : -1;
		float held_out;
		if (known && split_held_out(s, r->user, r->item, &held_out) && place < 0) {
			out->held_out++;
			continue;
		}
		out->replaced += place >= 0 && (float)x->val[place] != r->value;
		all.list[all.n++] = *r;
	}
	if (status == 0)
		status = ratings_new(all.n_users, all.n_items, all.list, all.n, joined, NULL, e);
	if (status == 0)
		out->added = ratings_count(*joined) - x->nnz;
	addition_done(&all);
	return status;
}

static int check_scale(const struct dataset *d, const struct dataset *more, struct err *e)
{
	char least[NUM_TEXT], most[NUM_TEXT], low[NUM_TEXT], high[NUM_TEXT];
	if (more->min >= d->min && more->max <= d->max)
		return 0;
	return err_set(e, ERR_DATA, more->report.path,
		       "its ratings are %s..%s, expected the scale of the data, %s..%s",
		       num_text((double)more->min, least), num_text((double)more->max, most),
		       num_text((double)d->min, low), num_text((double)d->max, high));
}

static int join_data(struct dataset *out, const struct dataset *d, const struct dataset *more,
		     struct addition *added, struct err *e)
{
	int32_t *user_of = mem_array((size_t)dataset_users(more), sizeof *user_of, e),
		*item_of = mem_array((size_t)dataset_items(more), sizeof *item_of, e);
	*out = (struct dataset){ .name = mem_text(d->name, e),
				 .users = ids_new(e),
				 .items = ids_new(e),
				 .min = d->min,
				 .max = d->max,
				 .scale_told = d->scale_told,
				 .report = d->report };
	const bool got = user_of && item_of && out->name && out->users && out->items;
	int status = got ? add_ids(out->users, d->users, NULL, e) : ERR_NOMEM;
	if (status == 0)
		status = add_ids(out->users, more->users, user_of, e);
	if (status == 0)
		status = add_ids(out->items, d->items, NULL, e);
	if (status == 0)
		status = add_ids(out->items, more->items, item_of, e);
	if (status == 0)
		status = join_titles(out, d, more, item_of, e);
	if (status == 0)
		status = join_genres(out, d, more, item_of, e);
	if (status == 0)
		status = addition_init(added, more->all->nnz, more->all->time.ms != NULL, out, e);
	if (status == 0) {
		append(added, more->all, user_of, item_of);
		status = join_sparse(&out->all, out, d->all, added, e);
	}
	if (status == 0 && d->test)
		status = join_sparse(&out->test, out, d->test, NULL, e);
	free(user_of);
	free(item_of);
	out->report.users = out->users ? ids_count(out->users) : 0;
	out->report.items = out->items ? ids_count(out->items) : 0;
	out->report.ratings = sparse_count(out->all);
	return status;
}

int merge(const struct dataset *d, const struct split *s, const struct ratings *train,
	  const struct dataset *more, struct merged *out, struct err *e)
{
	struct merged m = { 0 };
	struct addition added = { 0 };
	struct ratings *joined = NULL;
	if (check_scale(d, more, e) < 0)
		return ERR_DATA;
	m.data = mem_array(1, sizeof *m.data, e);
	int status = m.data ? join_data(m.data, d, more, &added, e) : ERR_NOMEM;
	if (status == 0)
		status = join_train(&m, s, train, &added, &joined, e);
	if (status == 0)
		status = split_retrain(s, joined, &m.split, e);
	addition_done(&added);
	if (status < 0) {
		ratings_free(joined);
		dataset_free(m.data);
	} else {
		*out = m;
	}
	return status;
}
