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
	if (!h->user || !h->item) {
		hashes_done(h);
		return ERR_NOMEM;
	}
	for (int32_t u = 0; u < n_users; u++)
		h->user[u] = rng_mix(hash_id(d->users, u) ^ rng_mix(seed));
	for (int32_t i = 0; i < n_items; i++)
		h->item[i] = hash_id(d->items, i);
	return 0;
}

typedef unsigned __int128 split_key;

/* Mixing is a bijection. The high halves of two pairs agree only if their sums do, and then the
 * users differ. So the order is total. */
static split_key split_key_of(const struct hashes *h, const struct rating *r)
{
	return (split_key)rng_mix(h->user[r->user] + h->item[r->item]) << 64 | h->user[r->user];
}

/* Moves the `count` smallest keys of list[0 .. n - 1] to its front in linear time (Hoare's
 * quickselect). Keys are scattered, so the middle one is as good a pivot as a random one. */
static void select_smallest(const struct hashes *h, struct rating *list, int64_t n, int64_t count)
{
	int64_t low = 0, high = n - 1;
	while (low < high) {
		const split_key pivot = split_key_of(h, &list[low + (high - low) / 2]);
		int64_t i = low, j = high;
		while (i <= j) {
			while (split_key_of(h, &list[i]) < pivot)
				i++;
			while (split_key_of(h, &list[j]) > pivot)
				j--;
			if (i <= j) {
				struct rating swapped = list[i];
				list[i++] = list[j];
				list[j--] = swapped;
			}
		}
		if (count <= j)
			high = j;
		else if (count >= i)
			low = i;
		else
			break;
	}
}

/* The ratings of `from` (NULL: none) that are not in `except`; returns how many. */
static int64_t split_list_ratings(struct rating *list, const struct sparse *from,
				  const struct sparse *except)
{
	int64_t n = 0;
	for (int32_t u = 0; from && u < from->n_rows; u++)
		for (int64_t t = from->start[u]; t < from->start[u + 1]; t++)
			if (!except || sparse_find(except, u, from->col[t]) < 0)
				list[n++] = (struct rating){ u, from->col[t], (float)from->val[t] };
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

/* list: n_given ratings that must be test, then n that may go anywhere. */
static int split_deal(struct split *s, const struct dataset *d, struct rating *list,
		      int64_t n_given, int64_t n, struct err *e)
{
	const int32_t n_users = ids_count(d->users), n_items = ids_count(d->items);
	const int64_t n_held = (int64_t)(s->holdout * (double)n), n_rest = n - n_held;
	const int64_t n_test = n_given + n_held,
		      n_valid = (int64_t)(s->valid_share * (double)n_rest);
	struct rating *valid = list + n_test, *train = valid + n_valid;
	struct hashes h;
	int status = hashes_init(&h, d, s->seed, e);
	if (status < 0)
		return status;
	select_smallest(&h, list + n_given, n, n_held);
	select_smallest(&h, valid, n_rest, n_valid);
	hashes_done(&h);

	if ((status = ratings_new(n_users, n_items, list, n_test, &s->test, NULL, e)) < 0 ||
	    (status = ratings_new(n_users, n_items, valid, n_valid, &s->valid, NULL, e)) < 0 ||
	    (status = ratings_new(n_users, n_items, train, n_rest - n_valid, &s->train, NULL, e)) <
		    0)
		return status;
	split_count_cold(s);
	return 0;
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

int split_random(const struct dataset *d, double holdout, double valid_share, uint64_t seed,
		 struct split **out, struct err *e)
{
	int status;
	if ((status = check_share("holdout", holdout, e)) < 0 ||
	    (status = check_share("valid", valid_share, e)) < 0)
		return status;
	struct split *s = calloc(1, sizeof *s);
	struct rating *list = mem_array((size_t)(sparse_count(d->test) + sparse_count(d->all)),
					sizeof *list, e);
	if (!list || !s) {
		status = err_set(e, ERR_NOMEM, NULL, "out of memory for splitting %lld ratings",
				 (long long)sparse_count(d->all));
		goto done;
	}
	*s = (struct split){ .holdout = d->test ? 0 : holdout,
			     .valid_share = valid_share,
			     .seed = seed,
			     .test_given = d->test != NULL };
	const int64_t n_given = split_list_ratings(list, d->test, NULL);
	const int64_t n = split_list_ratings(list + n_given, d->all, d->test);
	if (n == 0)
		status = err_set(e, ERR_FAILED, NULL,
				 "no rating is left for training; load more ratings%s",
				 d->test ? " or a smaller test file" : "");
	else
		status = split_deal(s, d, list, n_given, n, e);
	if (status == 0) {
		*out = s;
		s = NULL;
	}
done:
	split_free(s);
	free(list);
	return status;
}

bool split_held_out(const struct split *s, int32_t user, int32_t item, float *rating)
{
	const struct ratings *const parts[] = { s->valid, s->test };
	for (int i = 0; i < 2; i++) {
		const int64_t place = sparse_find(&parts[i]->by_user, user, item);
		if (place >= 0) {
			*rating = (float)parts[i]->by_user.val[place];
			return true;
		}
	}
	return false;
}

void split_free(struct split *s)
{
	if (!s)
		return;
	ratings_free(s->train);
	ratings_free(s->valid);
	ratings_free(s->test);
	free(s);
}
