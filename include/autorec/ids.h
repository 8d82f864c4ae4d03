/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The two-way map between ids, as the files spell them, and indices 0 .. n-1 in the order of their
 * first appearance or as ids_reorder put them.  Names are clean UTF-8.  Growing belongs to one
 * thread; a map that grows no more may be read by any. */
#ifndef AUTOREC_IDS_H
#define AUTOREC_IDS_H

#include <stddef.h>
#include <stdint.h>

#include "autorec/err.h"

enum { ID_LONGEST = 255 }; /* bytes of an id as it is given */

struct ids;
struct ids *ids_new(struct err *e);
void ids_free(struct ids *ids);

/* The index of an id of 1 .. ID_LONGEST bytes, which is new at the end when the id is; negative: an
 * error. */
int32_t ids_add(struct ids *ids, const char *name, size_t length, struct err *e);
/* Gives index rank[i] to what was index i; rank is a permutation. */
int ids_reorder(struct ids *ids, const int32_t *rank, struct err *e);

int32_t ids_count(const struct ids *ids);
const char *ids_name(const struct ids *ids, int32_t index); /* clean UTF-8, never NULL */
int32_t ids_find(const struct ids *ids, const char *name, size_t length); /* -1 when unknown */

#endif
