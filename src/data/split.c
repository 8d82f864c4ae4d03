/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The list of ratings is partitioned in place by key, smallest first: test, then validation, then training.
 * Keys are computed where they are needed, from one number per user and one per item, so the list is
 * all the memory that choosing takes. */
#include "autorec/split.h"

#include <stdlib.h>

#include "autorec/mem.h"
#include "autorec/rng.h"

/* What decides about a rating: its number for the seed, and where two of these agree, its user's. */
typedef unsigned __int128 split_key;

struct keys {
	uint64_t *user, *item; /* [n_users], [n_items]: scattered ids; the users' depend on the seed, too */
};

static void keys_done(struct keys *k)
{
	free(k->user);
	free(k->item);
}

static uint64_t hash_id(const struct ids *ids, int32_t index)
{
	const char *name = ids_name(ids, index);
	return rng_hash(name, strlen(name));
}

static int keys_init(struct keys *k, const struct dataset *d, uint64_t seed, struct err *e)
{
	const int32_t n_users = ids_count(d->users), n_items = ids_count(d->items);
	k->user = mem_array((size_t)n_users, sizeof *k->user, e);
	k->item = mem_array((size_t)n_items, sizeof *k->item, e);
	if (!k->user || !k->item) {
		keys_done(k);
		return ERR_NOMEM;
	}
	const uint64_t salt = rng_hash(&(uint8_t[8]){ 0 }, 8) ^ rng_mix(seed);
	for (int32_t u = 0; u < n_users; u++)
		k->user[u] = rng_mix(hash_id(d->users, u) ^ salt);
	for (int32_t i = 0; i < n_items; i++)
		k->item[i] = hash_id(d->items, i);
	return 0;
}
