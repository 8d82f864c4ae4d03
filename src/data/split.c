/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A list of the ratings is put in the order test, validation, training by selecting the smallest
 * keys in place. Keys are computed when needed from one number per user and one per item. So the
 * list is the only large allocation. */
#include "autorec/split.h"

#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"
#include "autorec/rng.h"
#include "autorec/times.h"

struct hashes {
	uint64_t *user; /* [n_users], of seed and id */
	uint64_t *item; /* [n_items], of the id */
};

static void hashes_done(struct hashes *h)
{
	free(h->user);
	free(h->item);
}

static uint64_t hash_id(const struct ids *ids, int32_t index)
{
	const char *id = ids_name(ids, index);
	return rng_hash(id, strlen(id));
}

static int hashes_init(struct hashes *h, const struct dataset *d, uint64_t seed, struct err *e)
{
	const int32_t n_users = ids_count(d->users), n_items = ids_count(d->items);
	h->user = mem_array((size_t)n_users, sizeof *h->user, e);
	h->item = mem_array((size_t)n_items, sizeof *h->item, e);
	if (!h->user || !h->item)
		return ERR_NOMEM;
	for (int32_t u = 0; u < n_users; u++)
		h->user[u] = rng_mix(hash_id(d->users, u) ^ rng_mix(seed));
	for (int32_t i = 0; i < n_items; i++)
		h->item[i] = hash_id(d->items, i);
	return 0;
}

/* The list that is put in order. */
struct order {
	struct hashes hash;
	struct rating *list;
	struct times time; /* of each rating; none: the order is random */
};

typedef unsigned __int128 split_key;

/* Mixing is a bijection. The high halves of two pairs agree only if their sums do, and then the
 * users differ. So the order is total. With times, the newest has the smallest key. */
static split_key split_key_of(const struct order *o, int64_t i)
{
	const struct rating *r = &o->list[i];
	const uint64_t user = o->hash.user[r->user], mixed = rng_mix(user + o->hash.item[r->item]);
	const uint64_t sign = (uint64_t)1 << 63;
	if (times_any(&o->time))
		return (split_key) ~((uint64_t)times_get(&o->time, (size_t)i) ^ sign) << 64 | mixed;
	return (split_key)mixed << 64 | user;
}

static void exchange(struct order *o, int64_t i, int64_t j)
{
	const struct rating r = o->list[i];
	o->list[i] = o->list[j];
	o->list[j] = r;
	if (times_any(&o->time)) {
		const int64_t time = times_get(&o->time, (size_t)i);
		times_copy(&o->time, (size_t)i, &o->time, (size_t)j);
		times_set(&o->time, (size_t)j, time);
	}
}

/* Moves the `count` smallest keys of the n ratings from `first` on to their front in linear time
 * (Hoare's quickselect). The list is in no order of time, so the middle one is as good a pivot as a
 * random one. */
static void select_smallest(struct order *o, int64_t first, int64_t n, int64_t count)
{
	int64_t low = first, high = first + n - 1;
	while (low < high) {
		const split_key pivot = split_key_of(o, low + (high - low) / 2);
		int64_t i = low, j = high;
		while (i <= j) {
			while (split_key_of(o, i) < pivot)
				i++;
			while (split_key_of(o, j) > pivot)
				j--;
			if (i <= j)
				exchange(o, i++, j--);
		}
		if (first + count <= j)
			high = j;
		else if (first + count >= i)
			low = i;
		else
			break;
	}
}

/* Appends the ratings of `from` (NULL: none) that are not in `except` to the n of the list; returns
 * how many there are then. */
static int64_t split_list_ratings(struct order *o, int64_t n, const struct sparse *from,
				  const struct sparse *except)
{
	for (int32_t u = 0; from && u < from->n_rows; u++)
		for (int64_t t = from->start[u]; t < from->start[u + 1]; t++)
			if (!except || sparse_find(except, u, from->col[t]) < 0) {
				if (times_any(&o->time))
					times_set(&o->time, (size_t)n, sparse_time(from, t));
				o->list[n++] = (struct rating){ u, from->col[t],
								(float)from->val[t] };
			}
	return n;
}

void split_count_cold(struct split *split)
{
	const struct sparse *s = &split->test->by_user;
	const struct ratings *train = split->train;
	split->cold = 0;
	for (int32_t u = 0; u < s->n_rows; u++)
		for (int64_t t = s->start[u]; t < s->start[u + 1]; t++)
			split->cold += sparse_row_size(&train->by_user, u) == 0 ||
				       sparse_row_size(&train->by_item, s->col[t]) == 0;
}

/* The sizes of the parts; test includes the ratings that are given. */
struct sizes {
	int64_t test, valid, train;
};

/* Puts the newest shares of the n ratings after the first n_given in front, or random ones. */
static struct sizes order_shares(const struct split *s, struct order *o, int64_t n_given, int64_t n)
{
	const int64_t n_test = (int64_t)(s->holdout * (double)n), n_rest = n - n_test;
	const int64_t n_valid = (int64_t)(s->valid_share * (double)n_rest);
	select_smallest(o, n_given, n, n_test);
	select_smallest(o, n_given + n_test, n_rest, n_valid);
	return (struct sizes){ n_given + n_test, n_valid, n_rest - n_valid };
}

/* What a user with n ratings gives to each part. */
static struct sizes sizes_of_user(const struct split *s, int64_t n)
{
	struct sizes z = { 0 };
	z.test = s->test_given ? 0 : s->last < n - 1 ? s->last : n - 1;
	const int64_t left = n - 1 - z.test;
	z.valid = s->valid_share == 0 ? 0 : s->last < left ? s->last : left;
	z.train = n - z.test - z.valid;
	return z;
}

static void move(struct order *to, const struct order *from, int64_t *place, int64_t first,
		 int64_t n)
{
	memcpy(to->list + *place, from->list + first, (size_t)n * sizeof *to->list);
	times_move(&to->time, (size_t)*place, &from->time, (size_t)first, (size_t)n);
	*place += n;
}

/* Puts each user's last ratings in front. The list is in the order of users. */
static int order_users(const struct split *s, struct order *o, int64_t n_given, int64_t n,
		       struct sizes *sum, struct err *e)
{
	const int64_t end = n_given + n;
	struct order to = { .list = mem_room((size_t)end, sizeof *to.list, e) };
	int64_t size, place[3] = { 0 };
	if (!to.list || times_new(&to.time, (size_t)end, o->time.ms != NULL, e) < 0) {
		free(to.list);
		return ERR_NOMEM;
	}
	*sum = (struct sizes){ .test = n_given };
	for (int deal = 0; deal < 2; deal++) { /* first count, then move */
		if (deal == 1) {
			move(&to, o, &place[0], 0, n_given);
			place[1] = sum->test;
			place[2] = sum->test + sum->valid;
		}
		for (int64_t t = n_given; t < end; t += size) {
			for (size = 1; t + size < end && o->list[t + size].user == o->list[t].user;)
				size++;
			const struct sizes z = sizes_of_user(s, size);
			if (deal == 0) {
				sum->test += z.test;
				sum->valid += z.valid;
				sum->train += z.train;
				continue;
			}
			select_smallest(o, t, size, z.test);
			select_smallest(o, t + z.test, size - z.test, z.valid);
			move(&to, o, &place[0], t, z.test);
			move(&to, o, &place[1], t + z.test, z.valid);
			move(&to, o, &place[2], t + z.test + z.valid, z.train);
		}
	}
	free(o->list);
	times_done(&o->time);
	o->list = to.list;
	o->time = to.time;
	return 0;
}

/* Of the n times from `first` on. */
static struct split_span span_of(const struct times *time, int64_t first, int64_t n)
{
	struct split_span span = { NO_TIME, NO_TIME };
	for (int64_t t = first; times_any(time) && t < first + n; t++) {
		const int64_t x = times_get(time, (size_t)t);
		if (x == NO_TIME)
			continue;
		if (span.from == NO_TIME || x < span.from)
			span.from = x;
		if (x > span.to)
			span.to = x;
	}
	return span;
}

/* The list: n_given ratings that must be test, then n that may go anywhere. */
static int split_deal(struct split *s, const struct dataset *d, struct order *o, int64_t n_given,
		      int64_t n, struct err *e)
{
	const int32_t n_users = ids_count(d->users), n_items = ids_count(d->items);
	struct sizes z;
	int status = 0;
	if (s->by == SPLIT_USER)
		status = order_users(s, o, n_given, n, &z, e);
	else
		z = order_shares(s, o, n_given, n);
	if (status < 0)
		return status;
	struct rating *valid = o->list + z.test, *train = valid + z.valid;
	s->test_span = span_of(&o->time, 0, z.test);
	s->valid_span = span_of(&o->time, z.test, z.valid);
	s->train_span = span_of(&o->time, z.test + z.valid, z.train);
	if ((status = ratings_new(n_users, n_items, o->list, z.test, &s->test, NULL, e)) < 0 ||
	    (status = ratings_new(n_users, n_items, valid, z.valid, &s->valid, NULL, e)) < 0 ||
	    (status = ratings_new(n_users, n_items, train, z.train, &s->train, NULL, e)) < 0)
		return status;
	split_count_cold(s);
	return 0;
}

/* ---- users set aside ---------------------------------------------------- */

struct drawn {
	uint64_t key;
	int32_t user;
};

static int by_drawn_key(const void *x, const void *y)
{
	const struct drawn *a = x, *b = y;
	return a->key < b->key ? -1 : a->key > b->key ? 1 : a->user - b->user;
}

/* Marks the share of the users with ratings whose keys are the smallest. */
static int draw_users(const struct split *s, const struct dataset *d, const struct order *o,
		      bool *is_aside, struct err *e)
{
	const uint64_t stream = 0x666f6c64; /* other keys than those of the ratings */
	const int32_t n_users = d->all->n_rows;
	struct drawn *list = mem_array((size_t)n_users, sizeof *list, e);
	int32_t n = 0;
	if (!list)
		return ERR_NOMEM;
	for (int32_t u = 0; u < n_users; u++)
		if (sparse_row_size(d->all, u) > 0)
			list[n++] = (struct drawn){ rng_mix(o->hash.user[u] + stream), u };
	qsort(list, (size_t)n, sizeof *list, by_drawn_key);
	for (int32_t i = 0; i < (int32_t)(s->foldin * n); i++)
		is_aside[list[i].user] = true;
	free(list);
	return 0;
}

/* Orders the n ratings of each user so that the asked ones come first; returns how many of all
 * those are, after they have moved to the front of the list. */
static int64_t order_asked(struct order *o, int64_t n, struct order *asked)
{
	enum { ONE_IN = 5 };
	int64_t size, n_asked = 0, n_kept = 0;
	for (int64_t t = 0; t < n; t += size) {
		for (size = 1; t + size < n && o->list[t + size].user == o->list[t].user;)
			size++;
		const int64_t wanted = size / ONE_IN > 0 ? size / ONE_IN : size > 1;
		select_smallest(o, t, size, wanted);
		memcpy(asked->list + n_asked, o->list + t, (size_t)wanted * sizeof *o->list);
		memmove(o->list + n_kept, o->list + t + wanted,
			(size_t)(size - wanted) * sizeof *o->list);
		n_asked += wanted;
		n_kept += size - wanted;
	}
	return n_asked;
}

/* Moves the ratings of users that are set aside out of the list; *n ratings remain after the first
 * n_given. */
static int set_users_aside(struct split *s, const struct dataset *d, struct order *o,
			   int64_t n_given, int64_t *n, struct err *e)
{
	const int32_t n_users = ids_count(d->users), n_items = ids_count(d->items);
	bool *is_aside = mem_array((size_t)n_users, sizeof *is_aside, e);
	struct order aside = { .hash = o->hash,
			       .list = mem_array((size_t)*n, sizeof *aside.list, e) };
	struct order asked = { .list = mem_array((size_t)*n, sizeof *asked.list, e) };
	int64_t kept = 0, moved = 0;
	int status = is_aside && aside.list && asked.list ? draw_users(s, d, o, is_aside, e)
							  : ERR_NOMEM;
	if (status == 0 && times_any(&o->time))
		status = times_new(&aside.time, (size_t)*n, o->time.ms != NULL, e);
	for (int64_t t = n_given; status == 0 && t < n_given + *n; t++) {
		struct order *to = is_aside[o->list[t].user] ? &aside : o;
		const int64_t place = to == o ? n_given + kept++ : moved++;
		to->list[place] = o->list[t];
		if (times_any(&o->time))
			times_copy(&to->time, (size_t)place, &o->time, (size_t)t);
	}
	if (status == 0) {
		*n = kept;
		const int64_t n_asked = order_asked(&aside, moved, &asked);
		status = ratings_new(n_users, n_items, asked.list, n_asked, &s->asked, NULL, e);
		if (status == 0)
			status = ratings_new(n_users, n_items, aside.list, moved - n_asked,
					     &s->given, NULL, e);
	}
	free(is_aside);
	free(aside.list);
	times_done(&aside.time);
	free(asked.list);
	return status;
}

static int check_share(const char *name, double share, struct err *e)
{
	if (share >= 0 && share < 1)
		return 0;
	return err_set(e, ERR_USAGE, name,
		       "%g is not a share of the ratings: expected at least 0 and less than 1, "
		       "such as 0.1",
		       share);
}

static int check_times(const struct dataset *d, enum split_by by, struct err *e)
{
	const char *where = by == SPLIT_TIME ? "by=time" : "by=user";
	const struct split_span span = span_of(&d->all->time, 0, d->all->nnz);
	if (by == SPLIT_RANDOM)
		return 0;
	if (!times_any(&d->all->time))
		return err_set(e, ERR_FAILED, where,
			       "the ratings have no times; load them with a column for it, such as "
			       "columns=user,item,rating,timestamp, or use by=random");
	if (span.from == span.to)
		return err_set(
			e, ERR_FAILED, where,
			"all ratings have the same time, so none is the last; use by=random");
	return 0;
}

int split_random(const struct dataset *d, double holdout, double valid_share, uint64_t seed,
		 struct split **out, struct err *e)
{
	const struct split_rule rule = { SPLIT_RANDOM, holdout, valid_share, 1, seed, 0 };
	return split_make(d, &rule, out, e);
}

struct split_rule split_rule_of(const struct split *s)
{
	return (struct split_rule){
		s->by, s->holdout, s->valid_share, s->last, s->seed, s->foldin
	};
}

int split_make(const struct dataset *d, const struct split_rule *rule, struct split **out,
	       struct err *e)
{
	int status;
	if ((status = check_share("holdout", rule->holdout, e)) < 0 ||
	    (status = check_share("valid", rule->valid, e)) < 0 ||
	    (status = check_share("foldin", rule->foldin, e)) < 0 ||
	    (status = check_times(d, rule->by, e)) < 0)
		return status;
	const bool timed = rule->by != SPLIT_RANDOM;
	const size_t room = (size_t)(sparse_count(d->test) + sparse_count(d->all));
	struct split *s = calloc(1, sizeof *s);
	const bool wide = d->all->time.ms || (d->test && d->test->time.ms);
	struct order o = { .list = mem_array(room, sizeof *o.list, e) };
	if (!o.list || !s || (timed && times_new(&o.time, room, wide, e) < 0)) {
		status = err_set(e, ERR_NOMEM, NULL, "out of memory for splitting %lld ratings",
				 (long long)sparse_count(d->all));
		goto done;
	}
	*s = (struct split){ .holdout = d->test ? 0 : rule->holdout,
			     .valid_share = rule->valid,
			     .seed = rule->seed,
			     .by = rule->by,
			     .last = rule->last,
			     .foldin = rule->foldin,
			     .test_given = d->test != NULL };
	const int64_t n_given = split_list_ratings(&o, 0, d->test, NULL);
	int64_t n = split_list_ratings(&o, n_given, d->all, d->test) - n_given;
	status = hashes_init(&o.hash, d, s->seed, e);
	if (status == 0 && s->foldin > 0)
		status = set_users_aside(s, d, &o, n_given, &n, e);
	if (status < 0)
		goto done;
	if (n == 0)
		status = err_set(e, ERR_FAILED, NULL,
				 "no rating is left for training; load more ratings%s",
				 d->test ? " or a smaller test file" : "");
	else
		status = split_deal(s, d, &o, n_given, n, e);
	if (status == 0) {
		*out = s;
		s = NULL;
	}
done:
	split_free(s);
	hashes_done(&o.hash);
	free(o.list);
	times_done(&o.time);
	return status;
}

void split_held_out_parts(const struct split *s, const struct ratings *parts[SPLIT_HELD_OUT])
{
	parts[0] = s->valid;
	parts[1] = s->test;
	parts[2] = s->given;
	parts[3] = s->asked;
}

bool split_held_out(const struct split *s, int32_t user, int32_t item, float *rating)
{
	const struct ratings *parts[SPLIT_HELD_OUT];
	split_held_out_parts(s, parts);
	for (int i = 0; i < SPLIT_HELD_OUT; i++) {
		const int64_t place = parts[i] ? sparse_find(&parts[i]->by_user, user, item) : -1;
		if (place >= 0) {
			*rating = (float)parts[i]->by_user.val[place];
			return true;
		}
	}
	return false;
}

/* The ratings of a part that are not in training. */
static int leave_out(const struct ratings *part, const struct ratings *train, struct ratings **out,
		     struct err *e)
{
	const struct sparse *x = &part->by_user;
	struct rating *list = mem_array((size_t)x->nnz, sizeof *list, e);
	int64_t n = 0;
	if (!list)
		return ERR_NOMEM;
	for (int32_t u = 0; u < x->n_rows; u++)
		for (int64_t t = x->start[u]; t < x->start[u + 1]; t++)
			if (sparse_find(&train->by_user, u, x->col[t]) < 0)
				list[n++] = (struct rating){ u, x->col[t], (float)x->val[t] };
	const int status = ratings_new(train->by_user.n_rows, train->by_item.n_rows, list, n, out,
				       NULL, e);
	free(list);
	return status;
}

int split_retrain(const struct split *s, struct ratings *train, struct split **out, struct err *e)
{
	struct split *copy = mem_array(1, sizeof *copy, e);
	if (!copy)
		return ERR_NOMEM;
	*copy = *s;
	copy->train = copy->valid = copy->test = copy->given = copy->asked = NULL;
	int status = leave_out(s->valid, train, &copy->valid, e);
	if (status == 0)
		status = leave_out(s->test, train, &copy->test, e);
	if (status == 0 && s->given)
		status = leave_out(s->given, train, &copy->given, e);
	if (status == 0 && s->asked)
		status = leave_out(s->asked, train, &copy->asked, e);
	if (status < 0) {
		split_free(copy);
		return status;
	}
	copy->train = train;
	split_count_cold(copy);
	*out = copy;
	return 0;
}

void split_free(struct split *s)
{
	if (!s)
		return;
	ratings_free(s->train);
	ratings_free(s->valid);
	ratings_free(s->test);
	ratings_free(s->given);
	ratings_free(s->asked);
	free(s);
}
