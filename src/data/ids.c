/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Most files number their users and items. An id that is the plain decimal form of a small number
 * is found in a table indexed by that number. Other ids are found by hashing: an id is in the first
 * free slot from the one that its hash tells, and the slot keeps the hash, so names are rarely
 * compared in vain. */
#include "autorec/ids.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "autorec/mem.h"
#include "autorec/text.h"

enum {
	NUMBER_DIGITS = 7,
	/* The table takes at most 16 MiB; covers the 2.6 million of the Netflix Prize. */
	NUMBERS = 1 << 22,
	FEWEST_SLOTS = 64,
};

struct slot {
	uint32_t hash;
	int32_t index; /* -1: the slot is free */
};

struct ids {
	char **by_index; /* [n]: the names */
	size_t n, capacity;
	int32_t *by_number; /* [n_numbers], -1 where there is no such id */
	size_t n_numbers;
	struct slot *by_hash; /* [n_slots]: 0 or a power of two, at least twice n_hashed */
	size_t n_slots, n_hashed;
};

/* An id in the form that is compared: cleaned if necessary. */
struct key {
	const char *name;
	size_t length;
	int32_t number; /* -1: not the plain form of a small number */
	char clean[3 * ID_LONGEST + 1];
};

static int32_t small_number(const char *name, size_t length)
{
	int32_t number = 0;
	if (length == 0 || length > NUMBER_DIGITS || (name[0] == '0' && length > 1))
		return -1;
	for (size_t i = 0; i < length; i++) {
		int digit = name[i] - '0';
		if (digit < 0 || digit > 9)
			return -1;
		number = number * 10 + digit;
	}
	return number < NUMBERS ? number : -1;
}

static bool ids_is_plain(const char *name, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (name[i] <= ' ' || name[i] > '~')
			return false;
	return true;
}

static bool key_init(struct key *k, const char *name, size_t length)
{
	k->name = name;
	k->length = length;
	k->number = small_number(name, length);
	if (k->number >= 0)
		return true;
	if (length == 0 || length > ID_LONGEST)
		return false;
	if (!ids_is_plain(name, length)) {
		k->name = k->clean;
		k->length = text_clean(name, length, text_is_utf8(name, length), k->clean,
				       sizeof k->clean);
		k->number = small_number(k->clean, k->length);
	}
	return k->length > 0;
}

static uint32_t hash_of(const struct key *k)
{
	return (uint32_t)XXH3_64bits(k->name, k->length);
}

static bool is_name(const char *name, const struct key *k)
{
	return !strncmp(name, k->name, k->length) && !name[k->length];
}

static int32_t find_key(const struct ids *ids, const struct key *k)
{
	if (k->number >= 0)
		return (size_t)k->number < ids->n_numbers ? ids->by_number[k->number] : -1;
	if (ids->n_slots == 0)
		return -1;
	const size_t mask = ids->n_slots - 1;
	const uint32_t hash = hash_of(k);
	size_t i = hash & mask;
	while (ids->by_hash[i].index >= 0 &&
	       (ids->by_hash[i].hash != hash || !is_name(ids->by_index[ids->by_hash[i].index], k)))
		i = (i + 1) & mask;
	return ids->by_hash[i].index;
}

static void fill_slot(struct slot *slots, size_t n_slots, struct slot filled)
{
	size_t i = filled.hash & (n_slots - 1);
	while (slots[i].index >= 0)
		i = (i + 1) & (n_slots - 1);
	slots[i] = filled;
}

static int grow_slots(struct ids *ids, struct err *e)
{
	if (2 * (ids->n_hashed + 1) <= ids->n_slots)
		return 0;
	const size_t n = ids->n_slots ? 2 * ids->n_slots : FEWEST_SLOTS;
	struct slot *slots = mem_room(n, sizeof *slots, e);
	if (!slots)
		return ERR_NOMEM;
	for (size_t i = 0; i < n; i++)
		slots[i].index = -1;
	for (size_t i = 0; i < ids->n_slots; i++)
		if (ids->by_hash[i].index >= 0)
			fill_slot(slots, n, ids->by_hash[i]);
	free(ids->by_hash);
	ids->by_hash = slots;
	ids->n_slots = n;
	return 0;
}

static int grow_numbers(struct ids *ids, int32_t number, struct err *e)
{
	size_t old = ids->n_numbers;
	if (mem_grow(&ids->by_number, &ids->n_numbers, (size_t)number + 1, sizeof *ids->by_number,
		     e) < 0)
		return ERR_NOMEM;
	for (size_t i = old; i < ids->n_numbers; i++)
		ids->by_number[i] = -1;
	return 0;
}

static int32_t add_key(struct ids *ids, const struct key *k, struct err *e)
{
	const int32_t index = (int32_t)ids->n;
	if (ids->n == INT32_MAX)
		return err_set(e, ERR_DATA, NULL, "more than %d ids", INT32_MAX);
	if (mem_grow(&ids->by_index, &ids->capacity, ids->n + 1, sizeof *ids->by_index, e) < 0 ||
	    (k->number >= 0 ? grow_numbers(ids, k->number, e) : grow_slots(ids, e)) < 0)
		return ERR_NOMEM;
	char *name = strndup(k->name, k->length);
	if (!name)
		return err_set(e, ERR_NOMEM, NULL, "out of memory for ids");
	ids->by_index[ids->n++] = name;
	if (k->number >= 0) {
		ids->by_number[k->number] = index;
	} else {
		fill_slot(ids->by_hash, ids->n_slots, (struct slot){ hash_of(k), index });
		ids->n_hashed++;
	}
	return index;
}

struct ids *ids_new(struct err *e)
{
	return mem_array(1, sizeof(struct ids), e);
}

void ids_free(struct ids *ids)
{
	if (!ids)
		return;
	for (size_t i = 0; i < ids->n; i++)
		free(ids->by_index[i]);
	free(ids->by_index);
	free(ids->by_number);
	free(ids->by_hash);
	free(ids);
}

int32_t ids_add(struct ids *ids, const char *name, size_t length, struct err *e)
{
	struct key k;
	if (!key_init(&k, name, length))
		return err_set(e, ERR_DATA, NULL, "an id of %zu bytes, expected 1 to %d", length,
			       ID_LONGEST);
	int32_t index = find_key(ids, &k);
	return index >= 0 ? index : add_key(ids, &k, e);
}

/* Frees slot i.  Those behind it that it kept from their place move up. */
static void free_slot(struct ids *ids, size_t i)
{
	const size_t mask = ids->n_slots - 1;
	for (size_t j = (i + 1) & mask; ids->by_hash[j].index >= 0; j = (j + 1) & mask) {
		const size_t home = ids->by_hash[j].hash & mask;
		if (((j - home) & mask) < ((j - i) & mask))
			continue;
		ids->by_hash[i] = ids->by_hash[j];
		i = j;
	}
	ids->by_hash[i].index = -1;
	ids->n_hashed--;
}

void ids_truncate(struct ids *ids, int32_t n)
{
	while (ids->n > (size_t)n) {
		char *name = ids->by_index[--ids->n];
		const struct key k = { .name = name, .length = strlen(name) };
		const int32_t number = small_number(k.name, k.length);
		if (number >= 0) {
			ids->by_number[number] = -1;
		} else {
			size_t i = hash_of(&k) & (ids->n_slots - 1);
			while (ids->by_hash[i].index != (int32_t)ids->n)
				i = (i + 1) & (ids->n_slots - 1);
			free_slot(ids, i);
		}
		free(name);
	}
}

int ids_reorder(struct ids *ids, const int32_t *rank, struct err *e)
{
	char **order = mem_array(ids->n, sizeof *order, e);
	if (!order)
		return ERR_NOMEM;
	for (size_t i = 0; i < ids->n; i++)
		order[rank[i]] = ids->by_index[i];
	for (size_t i = 0; i < ids->n_numbers; i++)
		if (ids->by_number[i] >= 0)
			ids->by_number[i] = rank[ids->by_number[i]];
	for (size_t i = 0; i < ids->n_slots; i++)
		if (ids->by_hash[i].index >= 0)
			ids->by_hash[i].index = rank[ids->by_hash[i].index];
	free(ids->by_index);
	ids->by_index = order;
	ids->capacity = ids->n;
	return 0;
}

int32_t ids_count(const struct ids *ids)
{
	return (int32_t)ids->n;
}

const char *ids_name(const struct ids *ids, int32_t index)
{
	return ids->by_index[index];
}

int32_t ids_find(const struct ids *ids, const char *name, size_t length)
{
	struct key k;
	return key_init(&k, name, length) ? find_key(ids, &k) : -1;
}
