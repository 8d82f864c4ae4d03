/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A two-way map between ids, as the files spell them, and indices 0 .. n-1. Indices follow the
 * order of first appearance, or the order that ids_reorder sets. Names are clean UTF-8. Only one
 * thread may add ids; once no more are added, any thread may read the map. */
#ifndef AUTOREC_IDS_H
#define AUTOREC_IDS_H

#include <stddef.h>
#include <stdint.h>

#include "autorec/err.h"

enum { ID_LONGEST = 255 }; /* most bytes of an id as given */

struct ids;
struct ids *ids_new(struct err *e);
void ids_free(struct ids *ids);

/* Returns the index of an id of 1 .. ID_LONGEST bytes, which is added if it is new.
 * Negative: an error. */
int32_t ids_add(struct ids *ids, const char *name, size_t length, struct err *e);
/* Renumbers: index i becomes rank[i]. rank is a permutation. */
int ids_reorder(struct ids *ids, const int32_t *rank, struct err *e);

/* Forgets the ids from index n on. */
void ids_truncate(struct ids *ids, int32_t n);

int32_t ids_count(const struct ids *ids);
const char *ids_name(const struct ids *ids, int32_t index); /* clean UTF-8, never NULL */
int32_t ids_find(const struct ids *ids, const char *name, size_t length); /* -1 if unknown */

#endif
