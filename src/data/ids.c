/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Most files number their users and items. An id that is the plain decimal form of a small number
 * is found in a table indexed by that number. Other ids are found by hashing. */
#include "autorec/ids.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"
#include "autorec/text.h"

/* Makes uthash report a lack of memory instead of ending the program. */
#define HASH_NONFATAL_OOM       1
#define uthash_nonfatal_oom(id) ((id)->index = -1)
#include <uthash.h>

enum {
	NUMBER_DIGITS = 7,
	/* The table takes at most 16 MiB; covers the 2.6 million of the Netflix Prize. */
	NUMBERS = 1 << 22,
};

struct id {
	UT_hash_handle hh; /* unused if the id is a small number */
	int32_t index;
	char name[];
};

struct ids {
	struct id **by_index; /* [n] */
	size_t n, capacity;
	int32_t *by_number; /* [n_numbers], -1 where there is no such id */
	size_t n_numbers;
	struct id *by_hash;
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

static int32_t find_key(const struct ids *ids, const struct key *k)
{
	struct id *id;
	if (k->number >= 0)
		return (size_t)k->number < ids->n_numbers ? ids->by_number[k->number] : -1;
	HASH_FIND(hh, ids->by_hash, k->name, k->length, id);
	return id ? id->index : -1;
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
	if (ids->n == INT32_MAX)
		return err_set(e, ERR_DATA, NULL, "more than %d ids", INT32_MAX);
	if (mem_grow(&ids->by_index, &ids->capacity, ids->n + 1, sizeof *ids->by_index, e) < 0 ||
	    (k->number >= 0 && grow_numbers(ids, k->number, e) < 0))
		return ERR_NOMEM;
	struct id *id = calloc(1, sizeof *id + k->length + 1);
	if (!id)
		return err_set(e, ERR_NOMEM, NULL, "out of memory for ids");
	memcpy(id->name, k->name, k->length);
	id->index = (int32_t)ids->n;
	if (k->number >= 0)
		ids->by_number[k->number] = id->index;
	else
		HASH_ADD_KEYPTR(hh, ids->by_hash, id->name, k->length, id);
	if (id->index < 0) {
		free(id);
		return err_set(e, ERR_NOMEM, NULL, "out of memory for ids");
	}
	ids->by_index[ids->n++] = id;
	return id->index;
}

struct ids *ids_new(struct err *e)
{
	return mem_array(1, sizeof(struct ids), e);
}

void ids_free(struct ids *ids)
{
	if (!ids)
		return;
	HASH_CLEAR(hh, ids->by_hash);
	for (size_t i = 0; i < ids->n; i++)
		free(ids->by_index[i]);
	free(ids->by_index);
	free(ids->by_number);
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

int ids_reorder(struct ids *ids, const int32_t *rank, struct err *e)
{
	struct id **order = mem_array(ids->n, sizeof *order, e);
	if (!order)
		return ERR_NOMEM;
	for (size_t i = 0; i < ids->n; i++) {
		struct id *id = ids->by_index[i];
		int32_t number = small_number(id->name, strlen(id->name));
		id->index = rank[i];
		order[rank[i]] = id;
		if (number >= 0)
			ids->by_number[number] = rank[i];
	}
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
	return ids->by_index[index]->name;
}

int32_t ids_find(const struct ids *ids, const char *name, size_t length)
{
	struct key k;
	return key_init(&k, name, length) ? find_key(ids, &k) : -1;
}
