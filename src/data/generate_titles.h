/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Invented film titles. The first genre supplies the nouns, so people can see in the titles what a
 * model has found from ratings alone. */
#ifndef DATA_GENERATE_TITLES_H
#define DATA_GENERATE_TITLES_H

#include <stddef.h>
#include <stdint.h>

#include "autorec/err.h"
#include "autorec/rng.h"
#include "autorec/text.h"

enum { N_GENRES = 12 };
extern const char *const genre_names[N_GENRES];

struct titles {
	uint64_t *seen; /* [capacity]: hashes of the titles given out; 0: free */
	size_t capacity;
};

/* Makes room for n titles. */
int titles_init(struct titles *t, int32_t n, struct err *e);
void titles_done(struct titles *t);
/* Replaces out by a title with its year, such as "Lopsided Canyon, The (1987)". No title repeats,
 * even with another year. Call it at most n times. */
void titles_next(struct titles *t, struct rng *r, int genre, struct text *out);

#endif
